// Calls through tables whose elements are known, at an index that has become a constant:
//   call_indirect constant, v1 …   → call v1 …
// Those that trap are left to do so.

import CompilerInterface

extension Graph {
  func simplifyCall(_ value: Value) -> Bool {
    let instruction = at(value)
    guard let index = unsignedConstant(arguments(value)[0]),
      case .function(let callee) = module.target(ofTable: Int(instruction.pointee.immediate), type: Int(instruction.pointee.index), index: index)
    else { return false }
    instruction.pointee.operation = instruction.pointee.operation == .callIndirect ? .call : .tailCall
    instruction.pointee.index = UInt32(callee)
    instruction.pointee.immediate = 0
    // The rest of the list.
    instruction.pointee.a = Value(instruction.pointee.a.number + 1)
    instruction.pointee.b = Value(instruction.pointee.b.number - 1)
    instruction.pointee.c = Value(instruction.pointee.c.number - 1)
    return false
  }
}
