// The primitives that are more than a computation: they call procedures or get hold of continuations. Being primitives, they cannot call
// back into Scheme; they ask their caller for a tail call (`Pending`), or unwind with a request to the trampoline.
import GuestABI

func defineControlPrimitives(_ define: (StaticString, Int, Int, PrimitiveFunction) -> Void) {
  define("apply", 1, -1) { arguments, count in applyPrimitive(arguments, Int(count)) }
  define("call-with-current-continuation", 1, 1) { arguments, _ in
    Trampoline.request(.captureContinuation, load64(arguments), Constant.null)
  }
  define("call/cc", 1, 1) { arguments, _ in
    Trampoline.request(.captureContinuation, load64(arguments), Constant.null)
  }
  // `(%throw continuation arguments)`, without regard to winds.
  define("%throw", 2, 2) { arguments, _ in
    Trampoline.request(.throwToContinuation, load64(arguments), load64(arguments &+ 8))
  }
  define("values", 0, -1) { arguments, count in
    if count == 1 { return load64(arguments) }
    return makeMultipleValues(listOfArguments(arguments, from: 0, to: Int(count)))
  }
  // The values of a `values` object, or the one value, as a list.
  define("%values->list", 1, 1) { arguments, _ in
    let value = load64(arguments)
    if !value.isKind(.multipleValues) { return list(value) }
    if value.payloadWords == 1 { return Constant.null }
    var result = Constant.null
    for index in (0..<value.payloadWords).reversed() { result = cons(value.field(index), result) }
    return result
  }
}

/// `(apply procedure argument ... list)`: spreads the list behind the other arguments and asks for the call.
private func applyPrimitive(_ arguments: Address, _ count: Int) -> Word {
  let procedure = load64(arguments)
  var passed = max(count - 2, 0)
  for index in 0..<passed {
    store64(arguments &+ UInt32(index) &* 8, load64(arguments &+ UInt32(index + 1) &* 8))
  }
  if count > 1 {
    var rest = load64(arguments &+ UInt32(count - 1) &* 8)
    let length = listLength(rest)
    if length < 0 { return raiseWrongType("apply", count, "a proper list", rest) }
    let end = arguments &+ UInt32(passed + length) &* 8
    if length > 1 << 20 || end >= runtimeState.realStackLimit &+ UInt32(Heap.stackReserve / 2) {
      return raiseError(.implementationLimit, "apply: the list of arguments is too long")
    }
    while rest.isPair {
      store64(arguments &+ UInt32(passed) &* 8, car(rest))
      passed += 1
      rest = cdr(rest)
    }
  }
  if !procedure.isProcedure { return raiseNotAProcedure(procedure) }
  return Pending.set(procedure, arguments, passed)
}
