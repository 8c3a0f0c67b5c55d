// What code generation wants to know before it starts, collected in a scan of its own, which looks at little more than the opcodes' lengths: how much each local is used (accesses weighted by
// loop depth), where it is live at most, whether calls may return elsewhere, and for each loop which of the first 64 locals it uses and
// writes and whether it calls.
//
// A local's live range is one interval of byte offsets. It ends with the last access, or with the outermost loop around that access. It
// starts at function entry, or at the first access if that is a write and every other access is in the same arm of the same control
// structure: then the write comes before each of them on every path, and the value before it is never seen.

import CompilerInterface
import MachineCode
import RawCollections
import WasmFormat

struct LoopFacts {
  /// The loop operator.
  var start: UnsafePointer<UInt8>
  /// Offset of its end.
  var end: Int32 = 0
  /// Number of control structures around it.
  var depth: Int32
  var used: UInt64 = 0
  var written: UInt64 = 0
  var calls = false
}

struct LocalFacts {
  /// Weighted number of accesses.
  var weight: UInt32 = 0
  /// The write that starts the live range, or 0: live from function entry.
  var start: Int32 = 0
  /// The last access; after `close`, the end of the live range.
  var end: Int32 = 0
  /// The outermost loop around the last access that is inside the range, or −1.
  var loop: Int32 = -1
  /// Depth and arm of the first write; the arm is `unseen` before the first access, and `everywhere` if the range starts at function entry.
  var depth: Int32 = 0
  var arm = LocalFacts.unseen

  static var unseen: Int32 { -2 }
  static var everywhere: Int32 { -1 }
}

struct LocalUse: ~Copyable {
  var locals = RawArray<LocalFacts>(capacity: 32)
  /// In order of the loops' starts.
  var loops = RawArray<LoopFacts>(capacity: 16)
  /// Whether some call may return with another instance's context.
  private(set) var needsContext = false
  private(set) var hasTries = false
  private(set) var callsInLoops = false
  /// The open loops, outermost first.
  private var open = RawArray<Int32>(capacity: 16)
  /// For each open control structure, the number of its present arm, and whether it is a loop.
  private var arms = RawArray<Arm>(capacity: 32)
  private var armCount: Int32 = 0
  private var weight: UInt32 = 1
  private var parameterCount = 0
  /// Where the scan is: the number of control structures around it, the innermost one's arm, the innermost open loop (or one that nobody
  /// reads), the outermost one (or −1).
  private var depth: Int32 = 0
  private var arm: Int32 = 0
  private var loop: UnsafeMutablePointer<LoopFacts>
  private var outermostLoop: Int32 = -1
  private let noLoop: RawArray<LoopFacts>

  struct Arm {
    var number: Int32
    var isLoop: Bool
  }

  init() {
    noLoop = RawArray(capacity: 1)
    noLoop.base.initialize(to: LoopFacts(start: UnsafePointer(bitPattern: 1).unsafelyUnwrapped, depth: 0))
    loop = noLoop.base
  }

  /// Collects the facts about a body. The body need not be valid: the walk that follows finds out, and facts about an invalid body are
  /// never used.
  mutating func scan(
    _ view: ModuleView, localCount: Int, parameterCount: Int, body: UnsafePointer<UInt8>, code: UnsafePointer<UInt8>,
    end: UnsafePointer<UInt8>
  ) {
    // One more, which is what operators without a local are taken to access.
    locals.setCount(localCount + 1)
    locals.base.initialize(repeating: LocalFacts(), count: localCount + 1)
    locals.base[localCount].arm = LocalFacts.everywhere
    loops.removeAll()
    open.removeAll()
    arms.removeAll()
    armCount = 0
    weight = 1
    needsContext = false
    hasTries = false
    callsInLoops = false
    self.parameterCount = parameterCount
    arms.append(Arm(number: 0, isLoop: false))
    var pc = code
    // What every access to a local needs, kept at hand.
    let table = ScanTable.immediates
    let facts = locals.base
    loop = noLoop.base
    depth = 0
    arm = 0
    outermostLoop = -1
    // So that two bytes of immediates can be read without looking.
    let lastWord = end - 2
    let lengths = ScanTable.lengths
    while pc < end {
      let start = pc
      let position = Int32(truncatingIfNeeded: start - body)
      let byte = pc.pointee
      // Most operators access a local or only have a length, and which of the two no processor can foresee: a branch there would take longer
      // than all the rest.
      let length = Int(lengths[Int(byte)])
      if length > 0, pc < lastWord {
        let immediates = UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt16.self).littleEndian
        if immediates & ScanTable.longImmediates(length) == 0 {
          let index = byte &- 0x20 <= 2 ? Int(immediates & 0x7F) : localCount
          use(facts, min(index, localCount), writes: byte != 0x20, at: position)
          pc += length
          continue
        }
      }
      pc += 1
      let immediates = table[Int(byte)]
      if immediates == .none {
        switch byte {
        case 0x05:
          nextArm()
          arrive()
        case 0x0B:
          close(position)
          if arms.count == 0 { return extend() }
          arrive()
        default: break
        }
        continue
      }
      switch immediates {
      case .local:
        let index = Self.number(&pc, end)
        if index < localCount { use(facts, index, writes: byte != 0x20, at: position) }
      case .i32, .i64, .label, .global, .table, .memory, .types:
        Self.skip(&pc, end)
        // A typed select: its one type.
        if immediates == .types { pc += 1 }
      case .memoryArgument:
        let flags = Self.number(&pc, end)
        if flags & Int(MemoryArgument.hasMemory) != 0 { Self.skip(&pc, end) }
        Self.skip(&pc, end)
      case .blockType:
        Self.skip(&pc, end)
        enter(start, isLoop: byte == 0x03)
        arrive()
      case .tag: Self.skip(&pc, end)
      case .tryTable:
        Self.skip(&pc, end)
        enter(start, isLoop: false)
        arrive()
        // A landing takes the instance's context from the frame.
        needsContext = true
        hasTries = true
        var count = Self.number(&pc, end)
        while count > 0, pc < end {
          let kind = pc.pointee
          pc += 1
          if kind & CatchKind.catchesAll == 0 { Self.skip(&pc, end) }
          Self.skip(&pc, end)
          count -= 1
        }
      case .function:
        let callee = Self.number(&pc, end)
        if byte == 0x10 {
          noteCall()
          if callee >= view.functionCount || view.mayReturnElsewhere(callee) { needsContext = true }
        }
      case .typeAndTable:
        Self.skip(&pc, end)
        Self.skip(&pc, end)
        if byte == 0x11 {
          noteCall()
          needsContext = true
        }
      case .labelTable:
        var count = Self.number(&pc, end) + 1
        while count > 0, pc < end {
          Self.skip(&pc, end)
          count -= 1
        }
      case .f32: pc += 4
      case .f64: pc += 8
      case .referenceType: pc += 1
      default:
        // The 0xFC opcodes.
        let number = Self.number(&pc, end)
        guard number < OpcodeTable.prefixFCCount else { return }
        var count = ScanTable.operandsAfterFC(number)
        if count > 0 { noteCall() }
        while count > 0 {
          Self.skip(&pc, end)
          count -= 1
        }
      }
    }
    extend()
  }

  @inline(__always)
  private static func skip(_ pc: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    while pc < end {
      let byte = pc.pointee
      pc += 1
      if byte < 0x80 { return }
    }
  }

  @inline(__always)
  private static func number(_ pc: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
    var result = 0
    var shift = 0
    while pc < end, shift < 35 {
      let byte = pc.pointee
      pc += 1
      result |= Int(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return result
  }

  /// Takes note of where the scan is, for the accesses that follow.
  private mutating func arrive() {
    guard arms.count > 0 else { return }
    depth = Int32(truncatingIfNeeded: arms.count - 1)
    arm = arms.base[arms.count - 1].number
    loop = open.count > 0 ? loops.base + Int(open.base[open.count - 1]) : noLoop.base
    outermostLoop = open.count > 0 ? open.base[0] : -1
  }

  @inline(__always)
  private mutating func use(
    _ facts: UnsafeMutablePointer<LocalFacts>, _ index: Int, writes: Bool, at position: Int32
  ) {
    let local = facts + index
    let arm = local.pointee.arm
    // Whether the range starts at function entry or in this arm. A product, since the two are hard to foresee apart.
    if arm == self.arm || arm == LocalFacts.everywhere {
      // In the arm that the range started in, no loop inside the range is open: −1.
      local.pointee.loop = outermostLoop | ~(arm >> 31)
    } else {
      useElsewhere(local, index, writes: writes, at: position)
    }
    local.pointee.weight &+= weight
    local.pointee.end = position
    let bit: UInt64 = index < 64 ? 1 << UInt64(index) : 0
    loop.pointee.used |= bit
    loop.pointee.written |= writes ? bit : 0
  }

  /// The first access, or one outside the arm that the live range started in.
  @inline(never)
  private mutating func useElsewhere(
    _ local: UnsafeMutablePointer<LocalFacts>, _ index: Int, writes: Bool, at position: Int32
  ) {
    if local.pointee.arm == LocalFacts.unseen {
      if writes, index >= parameterCount {
        local.pointee.start = position
        local.pointee.depth = depth
        local.pointee.arm = arm
      } else {
        local.pointee.arm = LocalFacts.everywhere
      }
    } else if local.pointee.depth >= depth || arms.base[Int(local.pointee.depth)].number != local.pointee.arm {
      // That arm is over.
      local.pointee.start = 0
      local.pointee.arm = LocalFacts.everywhere
    }
    local.pointee.loop = local.pointee.start == 0 ? outermostLoop : outermostLoop(inside: local.pointee.depth)
  }

  /// The outermost open loop deeper than a control structure, or −1.
  private mutating func outermostLoop(inside depth: Int32) -> Int32 {
    for position in 0..<open.count where loops.base[Int(open.base[position])].depth > depth { return open.base[position] }
    return -1
  }

  private mutating func enter(_ start: UnsafePointer<UInt8>, isLoop: Bool) {
    armCount += 1
    arms.append(Arm(number: armCount, isLoop: isLoop))
    guard isLoop else { return }
    open.append(Int32(truncatingIfNeeded: loops.count))
    loops.append(LoopFacts(start: start, depth: Int32(truncatingIfNeeded: arms.count - 1)))
    updateWeight()
  }

  private mutating func nextArm() {
    armCount += 1
    arms.base[arms.count - 1].number = armCount
  }

  private mutating func close(_ position: Int32) {
    guard arms.removeLast().isLoop else { return }
    let index = Int(open.removeLast())
    loops.base[index].end = position
    if open.count > 0 {
      let facts = loops[index]
      let outer = loops.base + Int(open.base[open.count - 1])
      outer.pointee.used |= facts.used
      outer.pointee.written |= facts.written
      outer.pointee.calls = outer.pointee.calls || facts.calls
    }
    updateWeight()
  }

  /// Extends live ranges to the ends of loops.
  private mutating func extend() {
    _ = locals.removeLast()
    for index in 0..<locals.count where locals.base[index].loop >= 0 {
      locals.base[index].end = max(locals.base[index].end, loops.base[Int(locals.base[index].loop)].end)
    }
  }

  private mutating func noteCall() {
    if open.count == 0 { return }
    loops.base[Int(open.base[open.count - 1])].calls = true
    callsInLoops = true
  }

  private mutating func updateWeight() { weight = 1 << UInt32(min(open.count, 6) * 3) }
}

/// What follows the opcodes, as the scan needs it.
private enum ScanTable {
  /// By first byte; `.dataAndMemory` stands for the 0xFC opcodes.
  nonisolated(unsafe) static let immediates: UnsafePointer<OpcodeImmediates> = {
    let table = UnsafeMutablePointer<OpcodeImmediates>.allocate(capacity: 256)
    for byte in 0..<256 { table[byte] = OpcodeTable.rows[byte].immediates }
    table[Int(OpcodeTable.prefixFC)] = .dataAndMemory
    return UnsafePointer(table)
  }()

  /// By first byte: how long an operator that accesses a local, or is of no interest, is if its immediates are as short
  /// as can be; 0 for the others.
  nonisolated(unsafe) static let lengths: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for byte in 0..<256 {
      let row = OpcodeTable.rows[byte]
      table[byte] =
        switch row.immediates {
        case .none: !row.exists || row.opcode == .else || row.opcode == .end ? 0 : 1
        case .local, .i32, .i64, .label, .global, .table, .memory: 2
        case .memoryArgument: 3
        default: 0
        }
    }
    table[Int(OpcodeTable.prefixFC)] = 0
    return UnsafePointer(table)
  }()

  /// The bits of the two bytes after an opcode that are set if an operator of such a length is longer: a number goes on, a memory is named.
  @inline(__always)
  static func longImmediates(_ length: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: 0x80C0_0080_0000_0000 as UInt64 >> UInt64(length * 16))
  }

  /// How many numbers follow an 0xFC opcode; all that have some call the engine.
  static func operandsAfterFC(_ number: Int) -> Int {
    switch OpcodeTable.rows[OpcodeTable.prefixFCBase + number].immediates {
    case .none: 0
    case .dataAndMemory, .memoryAndMemory, .elementAndTable, .tableAndTable: 2
    default: 1
    }
  }
}
