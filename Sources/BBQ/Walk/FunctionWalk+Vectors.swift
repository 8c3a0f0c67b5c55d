// Operators on vectors in the walk.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  /// An operator that is not numeric, and none of those that the loop knows.
  @inline(never)
  mutating func prefixedOperator(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    if row.pointee.needs == .threads { try atomicOperator(row) } else { try vectorOperator(row) }
  }

  private mutating func vectorOperator(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    switch row.pointee.opcode {
    case .v128Const:
      let value = try cursor.fixed128()
      push(.v128)
      if live() { sink.vectorConstant(value) }
    case .v128Load8Lane, .v128Load16Lane, .v128Load32Lane, .v128Load64Lane, .v128Store8Lane, .v128Store16Lane, .v128Store32Lane, .v128Store64Lane:
      let (memory, offset) = try memoryArgument(row)
      let lane = try cursor.byte()
      guard Int(lane) < 16 >> Int(row.pointee.alignment) else { throw invalid("invalid lane index \(lane)") }
      try pop(.v128)
      try pop(module.memories[memory].indexType)
      if row.pointee.hasResult { push(.v128) }
      if live() { sink.accessLane(row.pointee.opcode, lane: lane, memory: memory, offset: offset) }
    default: try vectorOperation(row)
    }
  }

  private mutating func vectorOperation(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    guard let operation = row.pointee.vectorOperation else { throw malformed("illegal opcode") }
    let lanes = try lanes(row)
    if row.pointee.operandCount == 3 { try pop(row.pointee.operand2) }
    if row.pointee.operandCount >= 2 { try pop(row.pointee.operand1) }
    try pop(row.pointee.operand0)
    push(row.pointee.result)
    if live() { sink.vector(module.choose(operation), row.pointee.shape, lanes: lanes) }
  }

  /// Reads the operator's immediates.
  private mutating func lanes(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) -> V128 {
    switch row.pointee.immediates {
    case .lane:
      let lane = try cursor.byte()
      guard Int(lane) < row.pointee.shape.count else { throw invalid("invalid lane index \(lane)") }
      return V128(low: UInt64(lane), high: 0)
    case .lanes:
      let lanes = try cursor.fixed128()
      guard (lanes.low | lanes.high) & 0xE0E0_E0E0_E0E0_E0E0 == 0 else { throw invalid("invalid lane index") }
      return lanes
    default: return .zero
    }
  }
}
