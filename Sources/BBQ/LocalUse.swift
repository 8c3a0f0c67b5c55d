// What code generation wants to know before it starts, collected in a walk of its own: how much each local is used (accesses weighted by
// loop depth), whether there are calls, and for each loop which of the first 64 locals it uses and writes and whether it calls.

import MachineCode
import WasmFormat

struct LoopFacts {
  /// The loop operator.
  var start: UnsafePointer<UInt8>
  var used: UInt64 = 0
  var written: UInt64 = 0
  var calls = false
}

struct LocalUse: OperatorSink, ~Copyable {
  /// Weighted number of accesses per local.
  var weights: RawArray<UInt32>
  /// In order of the loops' starts.
  var loops = RawArray<LoopFacts>(capacity: 16)
  private var open = RawArray<Int32>(capacity: 16)
  private(set) var hasCalls = false
  private var weight: UInt32 = 1
  private var start: UnsafePointer<UInt8>

  init(localCount: Int, body: UnsafePointer<UInt8>) {
    start = body
    weights = RawArray(capacity: localCount)
    weights.setCount(localCount)
    weights.base.initialize(repeating: 0, count: localCount)
  }

  @inline(__always)
  private mutating func use(_ index: Int, writes: Bool) {
    weights.base[index] &+= weight
    if open.count > 0, index < 64 {
      let loop = loops.base + Int(open.base[open.count - 1])
      loop.pointee.used |= 1 << UInt64(index)
      if writes { loop.pointee.written |= 1 << UInt64(index) }
    }
  }

  private mutating func noteCall() {
    hasCalls = true
    if open.count > 0 { loops.base[Int(open.base[open.count - 1])].calls = true }
  }

  private mutating func updateWeight() { weight = 1 << UInt32(min(open.count, 6) * 3) }

  @inline(__always) mutating func localGet(_ index: Int) { use(index, writes: false) }
  @inline(__always) mutating func localSet(_ index: Int) { use(index, writes: true) }
  @inline(__always) mutating func localTee(_ index: Int) { use(index, writes: true) }

  mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange) {
    guard kind == .loop else { return }
    open.append(Int32(loops.count))
    loops.append(LoopFacts(start: start))
    updateWeight()
  }

  mutating func end(_ kind: ControlKind, falls: Bool) -> Bool {
    if kind == .loop {
      let facts = loops[Int(open.removeLast())]
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

  mutating func call(function: Int, isTail: Bool) { if !isTail { noteCall() } }
  mutating func callIndirect(type: Int, table: Int, isTail: Bool) { if !isTail { noteCall() } }
  mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int) { noteCall() }

  @inline(__always) mutating func position(_ start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>) { self.start = start }
  @inline(__always) mutating func simple(_ opcode: Opcode) {}
  @inline(__always) mutating func constant(type: UInt8, bits: Int64) {}
  @inline(__always) mutating func load(_ opcode: Opcode, offset: UInt32) {}
  @inline(__always) mutating func store(_ opcode: Opcode, offset: UInt32) {}
  @inline(__always) mutating func globalGet(_ index: Int) {}
  @inline(__always) mutating func globalSet(_ index: Int) {}
  @inline(__always) mutating func drop() {}
  @inline(__always) mutating func select() {}
  @inline(__always) mutating func otherwise(falls: Bool) {}
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
