// Errors: how the runtime raises them. Each function makes a condition object, puts it into `Root.raised`, and returns
// `Constant.unwind`, which is what a primitive or an interpreter step then returns.
import GuestABI

/// What kind of error a condition is.
public enum ErrorKind: Int {
  /// Raised by the program's own `error`.
  case program = 0
  case wrongType, outOfRange, wrongArgumentCount, unboundVariable, undefinedVariable, notAProcedure, divisionByZero
  case implementationLimit, outOfMemory, interrupted, read, syntax, file
  /// A binding cannot be changed any more (Sealing.swift).
  case sealed
}

/// The fields of a condition.
public enum ConditionField {
  public static let message = 0
  public static let irritants = 1
  /// A fixnum, see `ErrorKind`.
  public static let kind = 2
  /// The IR node where it happened, as a fixnum, or 0.
  public static let site = 3
}

/// A condition object.
public func makeCondition(_ kind: ErrorKind, message: Word, irritants: Word) -> Word {
  let condition = allocateObject(.condition, words: 4)
  condition.initializeField(ConditionField.message, message)
  condition.initializeField(ConditionField.irritants, irritants)
  condition.initializeField(ConditionField.kind, .fixnum(kind.rawValue))
  condition.initializeField(ConditionField.site, .fixnum(0))
  return condition
}

/// Raises any object.
@inline(never)
public func raiseObject(_ object: Word) -> Word {
  runtimeState.roots[.raised] = object
  DynamicState.chooseWayOut()
  return Constant.unwind
}

@inline(never)
public func raiseError(_ kind: ErrorKind, message: Word, irritants: Word) -> Word {
  raiseObject(makeCondition(kind, message: message, irritants: irritants))
}

/// `message irritant ...`
@inline(never)
public func raiseError(_ kind: ErrorKind, _ message: StaticString, irritants: Word = Constant.null) -> Word {
  raiseError(kind, message: makeString(message), irritants: irritants)
}

/// `procedure: message irritant ...`
@inline(never)
public func raiseError(
  _ kind: ErrorKind, _ procedure: StaticString, _ message: StaticString, irritants: Word = Constant.null
) -> Word {
  var text = TextBuffer()
  text.append(procedure)
  text.append(": ")
  text.append(message)
  return raise(kind, &text, irritants)
}

private func raise(_ kind: ErrorKind, _ text: inout TextBuffer, _ irritants: Word) -> Word {
  let message = text.makeString()
  text.free()
  return raiseError(kind, message: message, irritants: irritants)
}

/// `car: argument 1 must be a pair, but is 5`. `expected` has its article.
@inline(never)
public func raiseWrongType(_ procedure: StaticString, _ position: Int, _ expected: StaticString, _ value: Word) -> Word {
  raiseWrongType(named: SymbolTable.intern(procedure), position, expected, value)
}

/// The same for a procedure whose name is a symbol, #f if it has none.
@inline(never)
public func raiseWrongType(named procedure: Word, _ position: Int, _ expected: StaticString, _ value: Word) -> Word {
  var text = TextBuffer()
  appendName(procedure, &text)
  text.append(": argument ")
  text.append(decimal: position)
  text.append(" must be ")
  text.append(expected)
  text.append(", but is")
  return raise(.wrongType, &text, list(value))
}

/// `vector-ref: index 7 is out of range for a length of 3`.
@inline(never)
public func raiseOutOfRange(_ procedure: StaticString, _ index: Word, length: Int) -> Word {
  var text = TextBuffer()
  text.append(procedure)
  text.append(": index ")
  printValue(index, .write, to: &text)
  text.append(" is out of range for a length of")
  return raise(.outOfRange, &text, list(.fixnum(length)))
}

/// For an index argument that is not in range: wrong type when it is no index at all.
@inline(never)
public func raiseBadIndex(_ procedure: StaticString, _ position: Int, _ index: Word, length: Int) -> Word {
  if !index.isFixnum && !index.isBignum { return raiseWrongType(procedure, position, "an exact integer", index) }
  return raiseOutOfRange(procedure, index, length: length)
}

/// `quotient: division by zero`.
@inline(never)
public func raiseDivisionByZero(_ procedure: StaticString) -> Word {
  raiseError(.divisionByZero, procedure, "division by zero")
}

/// `unbound variable: x`.
@inline(never)
public func raiseUnboundVariable(_ symbol: Word) -> Word {
  raiseError(.unboundVariable, "unbound variable:", irritants: list(symbol))
}

/// `variable used before its definition: x`.
@inline(never)
public func raiseUndefinedVariable(_ symbol: Word) -> Word {
  raiseError(.undefinedVariable, "variable used before its definition:", irritants: list(symbol))
}

/// `not a procedure: 5`.
@inline(never)
public func raiseNotAProcedure(_ value: Word) -> Word {
  raiseError(.notAProcedure, "not a procedure:", irritants: list(value))
}

/// `fib: called with 2 arguments, but takes 1`. `maximum` -1: any number.
@inline(never)
public func raiseWrongArgumentCount(named name: Word, given: Int, minimum: Int, maximum: Int) -> Word {
  var text = TextBuffer()
  appendName(name, &text)
  text.append(": called with ")
  appendCount(given, &text)
  text.append(", but takes ")
  if maximum == minimum {
    text.append(decimal: minimum)
  } else if maximum < 0 {
    text.append("at least ")
    text.append(decimal: minimum)
  } else {
    text.append(decimal: minimum)
    text.append(" to ")
    text.append(decimal: maximum)
  }
  return raise(.wrongArgumentCount, &text, Constant.null)
}

@inline(never)
public func raiseOutOfMemory() -> Word { raiseError(.outOfMemory, "out of memory") }

/// `make-vector: out of memory`, with the size that was asked for.
@inline(never)
public func raiseTooLarge(_ procedure: StaticString, _ size: Word) -> Word {
  raiseError(.outOfMemory, procedure, "out of memory for a size of", irritants: list(size))
}

private func appendName(_ name: Word, _ text: inout TextBuffer) {
  if name.isSymbol || name.isString { return printValue(name, .display, to: &text) }
  text.append("anonymous procedure")
}

private func appendCount(_ count: Int, _ text: inout TextBuffer) {
  text.append(decimal: count)
  text.append(count == 1 ? " argument" : " arguments")
}
