// Atomic operators: a check of the alignment, then an access as others are.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension GraphBuilder {
  mutating func atomic(_ operation: AtomicOperation, _ row: UnsafePointer<OpcodeRow>) {
    let (memory, offset) = memoryArgument()
    let place = (module.layout.memoryIndex(memory), Int(bitPattern: UInt(offset)))
    switch operation {
    case .wait:
      return helper(row.pointee.operand1 == .i32 ? .memoryAtomicWait32 : .memoryAtomicWait64, 2, 3, place.0, place.1, result: .i32)
    case .notify: return helper(.memoryAtomicNotify, 2, 2, place.0, place.1, result: .i32)
    default: break
    }
    let type = ValueKind(row.pointee.hasResult ? row.pointee.result : row.pointee.operand1)
    let size = UInt64(1) << UInt64(row.pointee.alignment)
    let third = row.pointee.operandCount == 3 ? pop() : Value.none
    var second = row.pointee.operandCount >= 2 ? pop() : Value.none
    let address = pop()
    if size > 1 {
      var check = Instruction(.alignmentCheck, .none, address)
      check.index = UInt32(size)
      check.immediate = Int64(offset & (size - 1))
      _ = emit(check)
    }
    guard offset < Self.unreachableOffset else { return trap(.memoryOutOfBounds) }
    checkBounds(memory, address, end: offset + size)
    if operation == .subtract { second = emit(Instruction(.subtract, type, constant(type, 0), second)) }
    var instruction = Instruction(Operation(operation), row.pointee.hasResult ? type : .none, address, second, third)
    instruction.access = Int(size) * 8 == type.bits ? .whole : size == 1 ? .unsigned8 : size == 2 ? .unsigned16 : .unsigned32
    instruction.index = UInt32(memory)
    instruction.immediate = Int64(offset)
    let result = emit(instruction)
    if row.pointee.hasResult { push(result) }
  }
}

extension Operation {
  /// Of an atomic access; a subtraction is an addition.
  fileprivate init(_ operation: AtomicOperation) {
    self =
      switch operation {
      case .load: .atomicLoad
      case .store: .atomicStore
      case .add, .subtract: .atomicAdd
      case .and: .atomicAnd
      case .or: .atomicOr
      case .xor: .atomicXor
      case .exchange: .atomicExchange
      case .compareExchange: .atomicCompareExchange
      case .wait, .notify: preconditionFailure("a call of the engine")
      }
  }
}
