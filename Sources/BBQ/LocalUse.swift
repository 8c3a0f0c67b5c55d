// What code generation wants to know before it starts, collected in a walk of its own: how much each local is used (accesses weighted by
// loop depth), where it is live at most, whether calls may return elsewhere, and for each loop which of the first 64 locals it uses and
// writes and whether it calls.
//
// A local's live range is one interval of byte offsets. It ends with the last access, or with the outermost loop around that access. It
// starts at function entry, or at the first access if that is a write and every other access is in the same arm of the same control
// structure: then the write comes before each of them on every path, and the value before it is never seen.

import MachineCode
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
  /// Depth and arm of the first write.
  var depth: Int32 = 0
  var arm: Int32 = 0
}

struct LocalUse: OperatorSink, ~Copyable {
  let view: ModuleView
  var locals: RawArray<LocalFacts>
  /// In order of the loops' starts.
  var loops = RawArray<LoopFacts>(capacity: 16)
  /// The open loops, outermost first.
  private var open = RawArray<Int32>(capacity: 16)
  /// For each open control structure, the number of its present arm.
  private var arms = RawArray<Int32>(capacity: 32)
  private var armCount: Int32 = 0
  /// Whether some call may return with another instance's context.
  private(set) var needsContext = false
  private var weight: UInt32 = 1
  private let body: UnsafePointer<UInt8>
  private var start: UnsafePointer<UInt8>
  private let parameterCount: Int

  init(view: ModuleView, localCount: Int, parameterCount: Int, body: UnsafePointer<UInt8>) {
    self.view = view
    self.body = body
    start = body
    self.parameterCount = parameterCount
    locals = RawArray(capacity: localCount)
    locals.setCount(localCount)
    locals.base.initialize(repeating: LocalFacts(), count: localCount)
    arms.append(0)
  }

  @inline(__always)
  private mutating func use(_ index: Int, writes: Bool) {
    let local = locals.base + index
    let position = Int32(truncatingIfNeeded: start - body)
    if local.pointee.weight == 0 {
      if writes, index >= parameterCount {
        local.pointee.start = position
        local.pointee.depth = Int32(truncatingIfNeeded: arms.count - 1)
        local.pointee.arm = arms.base[arms.count - 1]
      }
    } else if local.pointee.start != 0,
      Int(local.pointee.depth) >= arms.count || arms.base[Int(local.pointee.depth)] != local.pointee.arm
    {
      local.pointee.start = 0
    }
    local.pointee.weight &+= weight
    local.pointee.end = position
    if open.count > 0 {
      local.pointee.loop = outermostLoop(local.pointee)
      if index < 64 {
        let loop = loops.base + Int(open.base[open.count - 1])
        loop.pointee.used |= 1 << UInt64(index)
        if writes { loop.pointee.written |= 1 << UInt64(index) }
      }
    } else {
      local.pointee.loop = -1
    }
  }

  private func outermostLoop(_ local: LocalFacts) -> Int32 {
    if local.start == 0 { return open[0] }
    for position in 0..<open.count where loops[Int(open[position])].depth > local.depth { return open[position] }
    return -1
  }

  /// After the walk: extends live ranges to the ends of loops.
  mutating func close() {
    for index in 0..<locals.count where locals[index].loop >= 0 {
      locals.base[index].end = max(locals[index].end, loops[Int(locals[index].loop)].end)
    }
  }

  private mutating func noteCall() {
    if open.count > 0 { loops.base[Int(open.base[open.count - 1])].calls = true }
  }

  private mutating func updateWeight() { weight = 1 << UInt32(min(open.count, 6) * 3) }

  @inline(__always) mutating func localGet(_ index: Int) { use(index, writes: false) }
  @inline(__always) mutating func localSet(_ index: Int) { use(index, writes: true) }
  @inline(__always) mutating func localTee(_ index: Int) { use(index, writes: true) }

  mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange) {
    armCount += 1
    arms.append(armCount)
    guard kind == .loop else { return }
    open.append(Int32(truncatingIfNeeded: loops.count))
    loops.append(LoopFacts(start: start, depth: Int32(truncatingIfNeeded: arms.count - 1)))
    updateWeight()
  }

  mutating func otherwise(falls: Bool) {
    armCount += 1
    arms.base[arms.count - 1] = armCount
  }

  mutating func end(_ kind: ControlKind, falls: Bool) -> Bool {
    _ = arms.removeLast()
    if kind == .loop {
      let index = Int(open.removeLast())
      loops.base[index].end = Int32(truncatingIfNeeded: start - body)
      let facts = loops[index]
      if open.count > 0 {
        let outer = loops.base + Int(open.base[open.count - 1])
        outer.pointee.used |= facts.used
        outer.pointee.written |= facts.written
        outer.pointee.calls = outer.pointee.calls || facts.calls
      }
      updateWeight()
      return falls
    }
    // Blocks: assumed to have an exit; the emitter may know better and skip some loops.
    return true
  }

  mutating func call(function: Int, isTail: Bool) {
    if isTail { return }
    noteCall()
    if view.mayReturnElsewhere(function) { needsContext = true }
  }

  mutating func callIndirect(type: Int, table: Int, isTail: Bool) {
    if isTail { return }
    noteCall()
    needsContext = true
  }

  mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int) { noteCall() }

  @inline(__always)
  mutating func position(_ start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>) { self.start = start }

  @inline(__always) mutating func simple(_ opcode: Opcode) {}
  @inline(__always) mutating func constant(type: UInt8, bits: Int64) {}
  @inline(__always) mutating func load(_ opcode: Opcode, offset: UInt32) {}
  @inline(__always) mutating func store(_ opcode: Opcode, offset: UInt32) {}
  @inline(__always) mutating func globalGet(_ index: Int) {}
  @inline(__always) mutating func globalSet(_ index: Int) {}
  @inline(__always) mutating func drop() {}
  @inline(__always) mutating func select() {}
  @inline(__always) mutating func unreachable() {}
  @inline(__always) mutating func branch(target: Int) {}
  @inline(__always) mutating func branchIf(target: Int) {}
  @inline(__always) mutating func branchTable(targets: UnsafePointer<Int32>, count: Int) {}
  @inline(__always) mutating func returnOperator() {}
  @inline(__always) mutating func refNull(type: UInt8) {}
  @inline(__always) mutating func refIsNull() {}
  @inline(__always) mutating func refFunc(_ index: Int) {}
  @inline(__always) mutating func tableGet(_ table: Int) {}
  @inline(__always) mutating func tableSet(_ table: Int) {}
  @inline(__always) mutating func tableSize(_ table: Int) {}
  @inline(__always) mutating func memorySize() {}
}
