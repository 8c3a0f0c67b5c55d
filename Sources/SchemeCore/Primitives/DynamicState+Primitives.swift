// What the library's control procedures (SchemeLibrary/base/control.scm) are made of. They are internal: their callers pass the right arguments.
import GuestABI

func defineDynamicStatePrimitives(_ define: PrimitiveDefiner) {
  // The three words of the dynamic state.
  define("%handlers", 0, 0, .handlers) { _, _ in runtimeState.roots[.handlers] }
  define("%set-handlers!", 1, 1, .setHandlers) { a, _ in
    runtimeState.roots[.handlers] = a.first
    return Constant.unspecified
  }
  define("%parameters", 0, 0, .parameters) { _, _ in runtimeState.roots[.parameters] }
  define("%set-parameters!", 1, 1, .setParameters) { a, _ in
    runtimeState.roots[.parameters] = a.first
    return Constant.unspecified
  }
  define("%winds", 0, 0, .winds) { _, _ in runtimeState.roots[.winds] }
  define("%set-winds!", 1, 1, .setWinds) { a, _ in
    runtimeState.roots[.winds] = a.first
    return Constant.unspecified
  }

  // `(%check-procedure name position value)`: an error unless the value is a procedure.
  define("%check-procedure", 3, 3) { a, _ in
    if a.third.isProcedure { return Constant.unspecified }
    return raiseWrongType(named: a.first, a.second.index, "a procedure", a.third)
  }

  // An escape point that is also the innermost handler; the argument says whether it handles everything.
  define("%enter-guard", 1, 1) { a, _ in
    let point = DynamicState.makeEscapePoint(handlesAll: a.first.isTrue)
    runtimeState.roots[.handlers] = cons(point, runtimeState.roots[.handlers])
    return point
  }
  define("%leave-guard", 1, 1) { a, _ in
    runtimeState.roots[.handlers] = a.first.field(EscapePointField.handlers)
    return Constant.unspecified
  }
  define("%handles-all?", 1, 1) { a, _ in a.first.field(EscapePointField.handlesAll) }
  define("%escape-point-winds", 1, 1) { a, _ in a.first.field(EscapePointField.winds) }
  // `(%escape point value)` does not return; the frame of the point's `%catch` gets the point, and `(%caught)` is the value, once:
  // what a program has done with an error, whose continuation may be all of memory, must not be kept.
  define("%escape", 2, 2) { a, _ in DynamicState.escape(to: a.first, with: a.second) }
  define("%caught", 0, 0) { _, _ in
    let value = runtimeState.roots[.raised]
    runtimeState.roots[.raised] = Constant.false
    return value
  }
  // No handler is left: ends the program.
  define("%uncaught", 1, 1) { a, _ in
    runtimeState.roots[.handlers] = Constant.null
    return raiseObject(a.first)
  }
  define("%handler-returned", 1, 1) { a, _ in
    raiseError(.program, "an exception handler returned from an exception that cannot be continued:", irritants: list(a.first))
  }

  // Winds.
  define("%continuation-winds", 1, 1) { a, _ in a.first.field(ContinuationField.winds) }

  // Parameters.
  define("%make-parameter", 2, 2) { a, _ in makeParameter(value: a.first, converter: a.second) }
  define("%parameter-converter", 1, 1) { a, _ in parameterConverter(a.first) }
  define("%set-parameter!", 2, 2) { a, _ in
    setParameter(a.first, a.second)
    return Constant.unspecified
  }
  // `(%bind-parameters bindings outer [are-converted])`: the fresh list of bindings before the outer one, or #f if a value must be converted first.
  define("%bind-parameters", 2, 3) { a, count in bindParameters(a.first, a.second, areConverted: count == 3) }

  // Promises: the content, a pair of state and value, is shared by all promises of a chain of `delay-force`s.
  define("%delay", 1, 1) { a, _ in Promise.make(Promise.delayed, a.first) }
  define("%delay-force", 1, 1) { a, _ in Promise.make(Promise.chained, a.first) }
  define("make-promise", 1, 1) { a, _ in a.first.isKind(.promise) ? a.first : Promise.make(Promise.done, a.first) }
  define("promise?", 1, 1) { a, _ in .boolean(a.first.isKind(.promise)) }
  // `(%forced value otherwise)`: the value of a promise that has one, what else is no promise, or the second argument.
  define("%forced", 2, 2) { a, _ in a.first.isKind(.promise) ? Promise.value(a.first) ?? a.second : a.first }
  define("%promise-thunk", 1, 1) { a, _ in cdr(a.first.field(0)) }
  // `(%settle-promise! promise result otherwise)`: the value, or the third argument where the promise has none yet.
  define("%settle-promise!", 3, 3) { a, _ in
    // The thunk may have forced the promise itself: then the first value counts.
    if Promise.value(a.first) == nil { Promise.settle(a.first, a.second) }
    return Promise.value(a.first) ?? a.third
  }
}

private func bindParameters(_ bindings: Word, _ outer: Word, areConverted: Bool) -> Word {
  var rest = bindings
  var needsConversion = false
  while rest.isPair {
    let parameter = car(car(rest))
    if !isParameter(parameter) { return raiseWrongType("parameterize", 1, "a parameter", parameter) }
    if parameterConverter(parameter).isTrue { needsConversion = true }
    rest = cdr(rest)
  }
  if needsConversion && !areConverted { return Constant.false }
  if bindings.isNull { return outer }
  var visible = outer
  rest = bindings
  while true {
    visible = dropping(car(car(rest)), from: visible)
    if !cdr(rest).isPair { break }
    rest = cdr(rest)
  }
  setCdr(rest, visible)
  return bindings
}

/// A list of bindings without that of a parameter, if it is among the first ones: nobody sees it before the new one ends. So the list of a recursion that binds the
/// same parameters at each level stays short, and a parameter's value is found soon.
private func dropping(_ parameter: Word, from bindings: Word) -> Word {
  var found = bindings
  var place = 0
  while found.isPair && car(car(found)) != parameter {
    found = cdr(found)
    place += 1
    if place == 16 { return bindings }
  }
  if !found.isPair { return bindings }
  return copying(bindings, place, before: cdr(found))
}

/// A copy of the first elements of a list before another list.
private func copying(_ list: Word, _ count: Int, before rest: Word) -> Word {
  count == 0 ? rest : cons(car(list), copying(cdr(list), count - 1, before: rest))
}

private enum Promise {
  static let done = Constant.true
  /// The value is a thunk whose result is the value.
  static let delayed: Word = 0
  /// The value is a thunk whose result is a promise for the value.
  static let chained: Word = 8

  static func make(_ state: Word, _ value: Word) -> Word {
    let content = cons(state, value)
    let promise = allocateObject(.promise, words: 1)
    promise.initializeField(0, content)
    return promise
  }

  static func value(_ promise: Word) -> Word? {
    let content = promise.field(0)
    return car(content) == done ? cdr(content) : nil
  }

  /// Takes the result of a promise's thunk. The promise is done then, or it stands for what the result, another promise, stood for.
  static func settle(_ promise: Word, _ result: Word) {
    let content = promise.field(0)
    if car(content) == chained && result.isKind(.promise) {
      let other = result.field(0)
      setCar(content, car(other))
      setCdr(content, cdr(other))
      result.setField(0, content)
      return
    }
    setCar(content, done)
    setCdr(content, result)
  }
}
