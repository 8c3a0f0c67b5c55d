// Atomic operators in random modules, on shared memories and others. There is one thread, so that everything is determined: nobody is ever notified, and all waits
// end at once.

import WasmFormat

extension RandomModule {
  /// The atomic operators that give a value of a type.
  private static let atomics: [ValueType: [OpcodeRow]] = Dictionary(
    grouping: OpcodeTable.all.filter { $0.exists && $0.atomicOperation != nil && $0.hasResult }, by: \.result)

  /// An address and an offset that together are aligned almost always.
  private mutating func alignedAddress(_ body: inout FunctionBodyWriter, depth: Int) -> UInt32 {
    address(&body, depth: depth)
    if random.once(in: 40) { return offset() }
    if is64 {
      body.i64Const(-8)
      body.emit(.i64And)
    } else {
      body.i32Const(-8)
      body.emit(.i32And)
    }
    return random.pick([0, 0, 8, 16, 200, 4096])
  }

  mutating func atomic(_ type: ValueType, _ body: inout FunctionBodyWriter, depth: Int) {
    let row = random.pick(Self.atomics[type]!)
    let offset = alignedAddress(&body, depth: depth)
    if row.operandCount > 1 { expression(row.operand1, &body, depth: depth + 1) }
    if row.atomicOperation == .wait {
      body.i64Const(Int64(random.below(2)))
    } else if row.operandCount > 2 {
      expression(row.operand2, &body, depth: depth + 1)
    }
    body.load(row.opcode, offset: offset)
    if random.once(in: 8) { body.atomicFence() }
  }

  mutating func storeAtomically(_ body: inout FunctionBodyWriter, depth: Int) {
    let opcode: Opcode = random.pick([
      .i32AtomicStore, .i64AtomicStore, .i32AtomicStore8, .i32AtomicStore16, .i64AtomicStore8, .i64AtomicStore16, .i64AtomicStore32,
    ])
    let offset = alignedAddress(&body, depth: depth)
    expression(OpcodeTable.row(opcode).operand1, &body, depth: depth + 1)
    body.store(opcode, offset: offset)
  }
}
