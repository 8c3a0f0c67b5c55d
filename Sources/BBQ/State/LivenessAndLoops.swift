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
  /// Weighted number of accesses; 0 exactly if there are none. (So many that the sum begins anew make a bad guess, no mistake: it is odd.)
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

struct LivenessAndLoops: ~Copyable {
  /// (Unchecked: what accesses a local has compared its number with theirs.)
  var locals = UncheckedArray<LocalFacts>(capacity: 32)
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
    var none = RawArray<LoopFacts>(capacity: 1)
    none.append(LoopFacts(start: UnsafePointer(bitPattern: 1).unsafelyUnwrapped, depth: 0))
    loop = none.base
    noLoop = none
  }

  /// Collects the facts about a body. The body need not be valid: the walk that follows finds out, and facts about an invalid body are
  /// never used.
  mutating func scan(
    _ module: ModuleInformation, localCount: Int, parameterCount: Int, body: UnsafePointer<UInt8>, code: CheckedCursor
  ) {
    // One more, which is what operators without a local are taken to access.
    locals.fill(LocalFacts(), count: localCount + 1)
    locals[localCount].arm = LocalFacts.everywhere
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
    loop = noLoop.base
    depth = 0
    arm = 0
    outermostLoop = -1
    var cursor = code
    do throws(ModuleError) { try scanOperators(module, &cursor, body: body, localCount: localCount) } catch {}
    extend()
  }

  /// Goes through the operators up to the end of the body, or to an error.
  private mutating func scanOperators(
    _ module: ModuleInformation, _ cursor: inout CheckedCursor, body: UnsafePointer<UInt8>, localCount: Int
  ) throws(ModuleError) {
    // What every access to a local needs, kept at hand.
    let facts = locals.base
    let lengths = ScanTable.lengths
    let rows = OpcodeTable.rows
    var pc = cursor.pc
    let end = cursor.end
    // So that two bytes of immediates can be read without looking.
    let lastWord = end - 2
    while pc < end {
      let position = Int32(truncatingIfNeeded: pc - body)
      let byte = pc.pointee
      // Most operators access a local or only have a length, and which of the two no processor can foresee: a branch there would take longer
      // than all the rest.
      let length = Int(lengths[Int(byte)])
      if length > 0, pc < lastWord {
        let immediates = UnsafeRawPointer(pc + 1).loadUnaligned(as: UInt16.self).littleEndian
        if immediates & ScanTable.longImmediates(length) == 0 {
          let index = byte &- UInt8(Opcode.localGet.number) <= 2 ? Int(immediates & 0x7F) : localCount
          use(facts, min(index, localCount), writes: byte != UInt8(Opcode.localGet.number), at: position)
          pc += length
          continue
        }
      }
      let start = pc
      cursor.pc = pc
      let row = try cursor.row(rows)
      switch row.pointee.opcode {
      case .localGet, .localSet, .localTee:
        let index = try cursor.index()
        if index < localCount { use(facts, index, writes: row.pointee.opcode != .localGet, at: position) }
      case .else:
        nextArm()
        arrive()
      case .end:
        close(position)
        if arms.count == 0 { return }
        arrive()
      case .block, .loop, .if, .tryTable:
        try cursor.skip(row.pointee.immediates)
        enter(start, isLoop: row.pointee.opcode == .loop)
        arrive()
        if row.pointee.opcode == .tryTable {
          // A landing takes the instance's context from the frame.
          needsContext = true
          hasTries = true
        }
      case .call:
        let callee = try cursor.index()
        noteCall()
        if module.leavesInstance(callee) { needsContext = true }
      case .callIndirect, .callRef:
        try cursor.skip(row.pointee.immediates)
        noteCall()
      case .memoryAtomicWait32, .memoryAtomicWait64, .memoryAtomicNotify, .memoryInit, .dataDrop, .memoryCopy, .memoryFill, .tableInit, .elemDrop,
        .tableCopy, .tableGrow, .tableSize, .tableFill:
        try cursor.skip(row.pointee.immediates)
        noteCall()
      default: try cursor.skip(row.pointee.immediates)
      }
      pc = cursor.pc
    }
  }

  /// Takes note of where the scan is, for the accesses that follow.
  private mutating func arrive() {
    guard arms.count > 0 else { return }
    depth = Int32(truncatingIfNeeded: arms.count - 1)
    arm = arms[arms.count - 1].number
    loop = open.count > 0 ? loops.at(Int(open[open.count - 1])) : noLoop.base
    outermostLoop = open.count > 0 ? open[0] : -1
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
    local.pointee.weight = local.pointee.weight &+ weight | 1
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
    } else if local.pointee.depth >= depth || arms[Int(local.pointee.depth)].number != local.pointee.arm {
      // That arm is over.
      local.pointee.start = 0
      local.pointee.arm = LocalFacts.everywhere
    }
    local.pointee.loop = local.pointee.start == 0 ? outermostLoop : outermostLoop(inside: local.pointee.depth)
  }

  /// The outermost open loop deeper than a control structure, or −1.
  private mutating func outermostLoop(inside depth: Int32) -> Int32 {
    var (low, high) = (0, open.count)
    while low < high {
      let middle = (low + high) >> 1
      if loops[Int(open[middle])].depth > depth { high = middle } else { low = middle + 1 }
    }
    return low < open.count ? open[low] : -1
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
    arms[arms.count - 1].number = armCount
  }

  private mutating func close(_ position: Int32) {
    guard arms.removeLast().isLoop else { return }
    let index = Int(open.removeLast())
    loops[index].end = position
    if open.count > 0 {
      let facts = loops[index]
      let outer = loops.at(Int(open[open.count - 1]))
      outer.pointee.used |= facts.used
      outer.pointee.written |= facts.written
      outer.pointee.calls = outer.pointee.calls || facts.calls
    }
    updateWeight()
  }

  /// Extends live ranges to the ends of loops.
  private mutating func extend() {
    _ = locals.removeLast()
    for index in 0..<locals.count where locals[index].loop >= 0 {
      locals[index].end = max(locals[index].end, loops[Int(locals[index].loop)].end)
    }
  }

  private mutating func noteCall() {
    if open.count == 0 { return }
    loops[Int(open[open.count - 1])].calls = true
    callsInLoops = true
  }

  private mutating func updateWeight() { weight = 1 << UInt32(min(open.count, 6) * 3) }
}

/// Lengths of operators, as the scan needs them.
private enum ScanTable {
  /// By first byte: how long an operator that accesses a local, or is of no interest, is if its immediates are as short
  /// as can be; 0 for the others.
  nonisolated(unsafe) static let lengths: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for byte in 0..<256 {
      let row = OpcodeTable.rows[byte]
      let isOfInterest: Bool =
        switch row.opcode {
        case .else, .end, .call, .callIndirect, .callRef: true
        default: false
        }
      let numbers = row.exists && !isOfInterest ? row.immediates.shortestNumbers : nil
      table[byte] = numbers.map { UInt8(1 + $0) } ?? 0
    }
    return UnsafePointer(table)
  }()

  /// The bits of the two bytes after an opcode that are set if an operator of such a length is longer: a number goes on, a memory is named.
  @inline(__always)
  static func longImmediates(_ length: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: 0x80C0_0080_0000_0000 as UInt64 >> UInt64(length * 16))
  }
}
