// Turns one datum into an `Expression`: knows the special forms, resolves names, and desugars derived forms. Forms are not hygienic
// macros yet; a local variable that shadows a keyword is respected.
import GuestABI

struct Expander {
  let source: Int
  /// The place of the innermost form that has one: what is said of a datum without a place is said there.
  var place: SourcePosition
  /// The nesting of the form being expanded, bounded so that the stack is.
  var nesting = 0
  static let maximumNesting = 2000
  static let maximumArguments = 2000

  /// `place` is where the top-level form starts.
  init(source: Int, place: SourcePosition) {
    self.source = source
    self.place = place
  }

  /// A top-level form as the body of a procedure without parameters.
  mutating func expandTopLevel(_ datum: Word) throws(SyntaxError) -> Lambda {
    let lambda = Lambda(name: Constant.false, position: position(datum))
    let scope = Scope([], parent: nil, lambda: lambda)
    lambda.body = try expandTopLevelForm(datum, scope)
    return lambda
  }

  private mutating func expandTopLevelForm(_ datum: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if datum.isPair {
      switch scope.keyword(car(datum)) {
      case .begin:
        var parts: [Expression] = []
        var rest = try properList(cdr(datum), of: datum)
        while rest.isPair {
          parts.append(try expandTopLevelForm(car(rest), scope))
          rest = cdr(rest)
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .constant(Constant.unspecified) : .sequence(parts)
      case .define:
        let (name, value) = try definition(datum)
        SymbolFlags.clear(name)
        return .define(name, try expandNamed(value, name, scope))
      case .defineRecordType: return try expandRecordType(datum, scope)
      default: break
      }
    }
    return try expand(datum, scope)
  }

  // MARK: Expressions

  mutating func expand(_ datum: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if datum.isSymbol { return try expandName(datum, scope, place) }
    if !datum.isPair {
      if datum.isNull { throw fail("() is not an expression; to write the empty list, quote it: '()", datum) }
      return .constant(datum)
    }
    nesting += 1
    let outer = place
    place = position(datum)
    defer {
      nesting -= 1
      place = outer
    }
    if nesting > Expander.maximumNesting { throw fail("the expression is nested too deeply", datum) }
    let keyword = scope.keyword(car(datum))
    if keyword != .none { return try expandForm(keyword, datum, scope) }
    return try expandCall(datum, scope)
  }

  private func expandName(_ name: Word, _ scope: Scope, _ position: SourcePosition) throws(SyntaxError) -> Expression {
    if let variable = scope.lookup(name) { return .local(variable, position) }
    if SymbolFlags.keyword(name) != .none {
      throw SyntaxError(message: "a keyword is not an expression", form: name, position: position)
    }
    Library.require(name)
    return .global(name, position)
  }

  private mutating func expandCall(_ datum: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let position = position(datum)
    let count = listLength(datum) - 1
    if count < 0 { throw fail("a call must be a proper list", datum) }
    if count > Expander.maximumArguments { throw fail("too many arguments in one call", datum) }
    var arguments: [Expression] = []
    arguments.reserveCapacity(count)
    var rest = cdr(datum)
    while rest.isPair {
      arguments.append(try expandOperand(rest, scope, position))
      rest = cdr(rest)
    }
    let head = car(datum)
    if head.isSymbol && scope.lookup(head) == nil {
      if let row = SymbolFlags.primitive(head), Primitives.isDirect(row), Primitives.accepts(row, count) {
        return Expander.primitive(row, arguments, position)
      }
      Library.require(head)
      return .call(.global(head, position), arguments, position)
    }
    let callee = try expandOperand(datum, scope, position)
    if case .lambda(let lambda) = callee, !lambda.hasRest, lambda.parameters.count == count {
      return Expander.inlineLambda(lambda, arguments, scope)
    }
    return .call(callee, arguments, position)
  }

  /// The operand that is the car of a pair of a call.
  private mutating func expandOperand(
    _ pair: Word, _ scope: Scope, _ position: SourcePosition
  ) throws(SyntaxError) -> Expression {
    if !car(pair).isSymbol { return try expand(car(pair), scope) }
    guard let (line, column) = SourcePositions.lookupElement(of: pair) else {
      return try expandName(car(pair), scope, position)
    }
    return try expandName(car(pair), scope, SourcePosition(source: source, line: line, column: column))
  }

  /// `((lambda (x ...) body) value ...)` is a `let`.
  private static func inlineLambda(_ lambda: Lambda, _ arguments: [Expression], _ scope: Scope) -> Expression {
    lambda.inlinedInto = scope.lambda
    return .let(lambda.parameters, arguments, lambda.body)
  }

  /// A call of a primitive; arithmetic on several operands becomes binary.
  static func primitive(_ row: Int, _ arguments: [Expression], _ position: SourcePosition) -> Expression {
    let operation = Primitives.operation(row)
    switch operation {
    case .add, .multiply:
      if arguments.isEmpty { return .constant(.fixnum(operation == .add ? 0 : 1)) }
      if arguments.count > 2 { return foldLeft(row, arguments, position) }
    case .subtract, .divide:
      if arguments.count > 2 { return foldLeft(row, arguments, position) }
    default: break
    }
    return .primitive(row, arguments, position)
  }

  private static func foldLeft(_ row: Int, _ arguments: [Expression], _ position: SourcePosition) -> Expression {
    var result = Expression.primitive(row, [arguments[0], arguments[1]], position)
    for argument in arguments[2...] { result = .primitive(row, [result, argument], position) }
    return result
  }

  /// A lambda expression bound to a name takes that name.
  mutating func expandNamed(_ datum: Word, _ name: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let value = try expand(datum, scope)
    if case .lambda(let lambda) = value, lambda.name == Constant.false { lambda.name = name }
    return value
  }

  /// The parts of `(define name value)` or `(define (name . parameters) body ...)`, curried defines included, as name and value.
  func definition(_ datum: Word) throws(SyntaxError) -> (Word, Word) {
    guard cdr(datum).isPair else { throw fail("define needs a name and a value", datum) }
    var target = cadr(datum)
    var body = cddr(datum)
    if target.isSymbol {
      if body.isNull { return (target, list(Keywords.begin)) }
      guard body.isPair && cdr(body).isNull else { throw fail("define takes one value", datum) }
      return (target, car(body))
    }
    while target.isPair {
      let lambda = cons(Keywords.lambda, cons(cdr(target), body))
      SourcePositions.copy(from: datum, to: lambda)
      target = car(target)
      if target.isSymbol { return (target, lambda) }
      body = list(lambda)
    }
    throw fail("define needs a name", datum)
  }

  // MARK: Helpers

  func position(_ datum: Word) -> SourcePosition {
    guard let (line, column) = SourcePositions.lookup(datum) else { return place }
    return line == 0 ? .none : SourcePosition(source: source, line: line, column: column)
  }

  func fail(_ message: StaticString, _ form: Word) -> SyntaxError {
    SyntaxError(message: message, form: form, position: position(form))
  }

  /// Checks that the rest of a form is a proper list.
  func properList(_ rest: Word, of form: Word) throws(SyntaxError) -> Word {
    if listLength(rest) < 0 { throw fail("the form must be a proper list", form) }
    return rest
  }
}

/// Symbols that the expander writes into the forms it makes.
enum Keywords {
  static var begin: Word { SymbolTable.intern("begin") }
  static var lambda: Word { SymbolTable.intern("lambda") }
}
