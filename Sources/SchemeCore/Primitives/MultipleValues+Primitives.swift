// Multiple values: other than one value are an object, from `values` to whoever receives them. Receiving is compiled to `%check-values` and
// `%value-ref` where the receiver is known (see SimplifyCalls.swift).
import GuestABI

/// How many values a result is.
private func valueCount(_ result: Word) -> Int {
  if !result.isKind(.multipleValues) { return 1 }
  // No values have a payload too, since an object needs one.
  return result.payloadWords == 1 ? 0 : result.payloadWords
}

private func valuesTail(_ result: Word, from start: Int) -> Word {
  if !result.isKind(.multipleValues) { return start == 0 ? list(result) : Constant.null }
  var tail = Constant.null
  var index = valueCount(result)
  while index > start {
    index -= 1
    tail = cons(result.field(index), tail)
  }
  return tail
}

func defineMultipleValuesPrimitives(_ define: PrimitiveDefiner) {
  define("values", 0, -1, .values) { arguments, count in
    if count == 1 { return arguments.first }
    let object = allocateObject(.multipleValues, words: max(Int(count), 1))
    if count == 0 { object.initializeField(0, Constant.unspecified) }
    for index in 0..<Int(count) { object.initializeField(index, arguments.argument(index)) }
    return object
  }
  // `(%arities procedure ...)`: a declaration; see StandardLibrary.
  define("%arities", 1, -1) { _, _ in Constant.unspecified }
  // `(%current? global function)`: an operation, for the compiler.
  define("%current?", 2, 2, .isCurrent) { _, _ in Constant.false }
  // The values as a list.
  define("%values->list", 1, 1) { a, _ in valuesTail(a.first, from: 0) }
  // `(%check-values result count more?)`: an error unless there are that many, or more where that is allowed.
  define("%check-values", 3, 3, .checkValues) { a, _ in
    let count = valueCount(a.first)
    let wanted = a.second.index
    if count == wanted || (count > wanted && a.third.isTrue) { return Constant.unspecified }
    return raiseWrongArgumentCount(named: Constant.false, given: count, minimum: wanted, maximum: a.third.isTrue ? -1 : wanted)
  }
  // `(%value-ref result index)`, checked before.
  define("%value-ref", 2, 2, .valueRef) { a, _ in a.first.isKind(.multipleValues) ? a.first.field(a.second.index) : a.first }
  // `(%values-tail result start)`: the values from one on as a list.
  define("%values-tail", 2, 2) { a, _ in valuesTail(a.first, from: a.second.index) }
}
