// Atomic operators in the walk.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  mutating func atomicOperator(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    guard row.pointee.atomicOperation != nil else {
      try cursor.zeroByte()
      if live() { sink.atomicFence() }
      return
    }
    let start = cursor.pc
    let (memory, offset) = try memoryArgument(row)
    // (A memory argument is valid with any alignment up to the natural one.)
    guard UInt32(start.pointee & 0x3F) == UInt32(row.pointee.alignment) else { throw invalid("alignment of an atomic operator must be natural") }
    if row.pointee.operandCount == 3 { try pop(row.pointee.operand2) }
    if row.pointee.operandCount >= 2 { try pop(row.pointee.operand1) }
    try pop(module.memories[memory].indexType)
    if row.pointee.hasResult { push(row.pointee.result) }
    if live() { sink.atomic(row, memory: memory, offset: offset) }
  }
}
