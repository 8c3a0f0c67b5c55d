// Calls through tables whose elements are known, at an index that has become a constant:
//   call_indirect constant, v1 …   → call v1 …
// Those that trap are left to do so. And calls of a reference to a function of which one knows which it is:
//   call_ref (function_reference f), v1 …   → call f v1 …

import CompilerInterface

extension Graph {
  func simplifyCall(_ value: Value) -> Bool {
    let instruction = at(value)
    guard let index = unsignedConstant(arguments(value)[0]),
      case .function(let callee) = module.target(ofTable: Int(instruction.pointee.immediate), type: Int(instruction.pointee.index), index: index)
    else { return false }
    becomeDirect(value, UInt32(callee))
    return false
  }

  func simplifyReferenceCall(_ value: Value) -> Bool {
    let reference = at(resolve(arguments(value)[0]))
    if reference.pointee.operation == .functionReference { becomeDirect(value, reference.pointee.index) }
    return false
  }

  /// Makes it a direct call, without the first one of its arguments.
  private func becomeDirect(_ value: Value, _ callee: UInt32) {
    let instruction = at(value)
    let isTail = instruction.pointee.operation == .tailCallIndirect || instruction.pointee.operation == .tailCallReference
    instruction.pointee.operation = isTail ? .tailCall : .call
    instruction.pointee.index = callee
    instruction.pointee.immediate = 0
    // The rest of the list.
    instruction.pointee.a = Value(instruction.pointee.a.number + 1)
    instruction.pointee.b = Value(instruction.pointee.b.number - 1)
    instruction.pointee.c = Value(instruction.pointee.c.number - 1)
  }
}
