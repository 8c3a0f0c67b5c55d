// Turns one datum into an `Expression`: expands macros, knows the special forms, resolves identifiers, and desugars derived forms.
//
// It recurs over the nesting of forms, as do the phases after it, over the nesting of expressions; `nesting` counts the latter
// and bounds the stack that all of them need, as `NativeStack` does where the host's is small. No collection happens while it works.
import GuestABI

struct Expander {
  /// The place of the innermost form that has one: what is said of a datum without a place is said there.
  var place: SourcePosition
  /// The nesting of the expression being made.
  var nesting = 0
  /// The macro uses expanded so far.
  private var expansions = 0
  /// The expressions that specialized calls have added.
  var copiedExpressions = 0
  /// The lambda of the form that is expanded.
  var form: Lambda?
  static let maximumArguments = 20_000
  static let maximumParameters = 4_000
  /// What a top-level form may take before its expansion is thought to be endless.
  private static let maximumExpansions = 5_000_000
  private static let maximumChain = 20_000

  /// `place` is where the top-level form starts.
  init(place: SourcePosition) { self.place = place }

  /// Whether what is being expanded is nested too deeply for this phase and those after it.
  var isTooDeep: Bool { nesting > NativeStack.maximumNesting || NativeStack.isExhausted }

  // MARK: Macros

  /// A form with the macro uses at its head expanded, until it is something else.
  mutating func expandHead(_ datum: Word, _ scope: Scope) throws(SyntaxError) -> Word {
    var form = datum
    var chain = 0
    while form.isPair && car(form).isIdentifier, case .macro(let macro) = scope.lookup(car(form)) {
      place = position(form)
      chain += 1
      if chain > Expander.maximumChain { throw fail("the expansion of this macro does not seem to end", datum) }
      form = try transform(macro, form, scope)
    }
    return form
  }

  private mutating func transform(_ macro: Macro, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Word {
    expansions += 1
    if expansions > Expander.maximumExpansions { throw fail("the expansion of this form does not seem to end", form) }
    try checkStop(100)
    if listLength(form) < 0 && pairCount(form) == 0 { throw fail("a macro use must not be circular", form) }
    var transcription = Transcription(macro, in: scope)
    let result: Word?
    do {
      result = try transcription.expand(form)
    } catch {
      throw SyntaxError(text: error.message, form, position(form))
    }
    guard let result else { throw fail("no syntax-rules clause matches", form) }
    if result.isPair && SourcePositions.lookup(result) == nil { SourcePositions.copy(from: form, to: result) }
    return result
  }

  // MARK: Expressions

  mutating func expand(_ datum: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if datum.isIdentifier { return try expandName(datum, scope, place) }
    if !datum.isPair {
      if datum.isNull { throw fail("() is not an expression; to write the empty list, quote it: '()", datum) }
      return .constant(datum.isVector ? strip(datum) : datum)
    }
    nesting += 1
    let outer = place
    defer {
      nesting -= 1
      place = outer
    }
    place = position(datum)
    if isTooDeep { throw fail("the expression is nested too deeply", datum) }
    try checkStop(10)
    if !car(datum).isIdentifier { return try expandCall(datum, nil, scope) }
    var meaning = scope.lookup(car(datum))
    var form = datum
    if case .macro = meaning {
      form = try expandHead(datum, scope)
      if !form.isPair { return try expand(form, scope) }
      place = position(form)
      if !car(form).isIdentifier { return try expandCall(form, nil, scope) }
      meaning = scope.lookup(car(form))
    }
    if case .keyword(let keyword) = meaning { return try expandForm(keyword, form, scope) }
    return try expandCall(form, meaning, scope)
  }

  private func expandName(_ name: Word, _ scope: Scope, _ position: SourcePosition) throws(SyntaxError) -> Expression {
    switch scope.lookup(name) {
    case .local(let variable): return .local(variable, position)
    case .global(let cell):
      StandardLibrary.require(cell)
      return .global(cell, position)
    case .imported(let cell): return .global(cell, position)
    case .standard(let symbol): return .global(StandardLibrary.cell(symbol), position)
    case .unbound: return .global(reference(name, scope), position)
    case .keyword: throw SyntaxError("a keyword is not an expression", strip(name), position)
    case .macro: throw SyntaxError("the name of a macro is not an expression", strip(name), position)
    }
  }

  /// The cell of a name that its environment does not know yet.
  func reference(_ name: Word, _ scope: Scope) -> Word {
    let (environment, symbol) = scope.home(name)
    return environment.reference(symbol)
  }

  /// A call. `head` is what its operator means, if that is an identifier.
  private mutating func expandCall(_ datum: Word, _ head: Meaning?, _ scope: Scope) throws(SyntaxError) -> Expression {
    let position = position(datum)
    let count = listLength(datum) - 1
    if count < 0 { throw fail("a call must be a proper list", datum) }
    if count > Expander.maximumArguments { throw fail("too many arguments in one call", datum) }
    var arguments: [Expression] = []
    arguments.reserveCapacity(count)
    var rest = cdr(datum)
    do throws(SyntaxError) {
      while rest.isPair {
        arguments.append(try expandOperand(rest, scope, position))
        rest = cdr(rest)
      }
    } catch {
      throw isUnbound(head) ? unboundOperator(datum, error, scope) : error
    }
    var row: Int?
    switch head {
    case .global(let cell): row = SymbolFlags.currentPrimitive(cell)
    case .standard(let symbol): row = SymbolFlags.primitive(symbol)
    default: break
    }
    if let row, Primitives.isDirect(row), Primitives.accepts(row, count) {
      return Expander.comparisons(row, arguments, position, scope) ?? Expander.primitive(row, arguments, position)
    }
    let callee = try expandOperand(datum, scope, position)
    if case .local(let variable, _) = callee { variable.isCalled = true }
    if case .lambda(let lambda) = callee, !lambda.hasRest, lambda.parameters.count == count {
      return Expander.inlineLambda(lambda, arguments, scope)
    }
    if case .global(let cell, _) = callee, let special = specialized(cell, arguments, position, in: scope.lambda) { return special }
    return .call(callee, arguments, position)
  }

  private func isUnbound(_ head: Meaning?) -> Bool {
    guard let head, case .unbound = identity(of: head) else { return false }
    return true
  }

  /// What is said of an operand that is no expression where the operator is unbound: it may have been meant as a macro.
  private func unboundOperator(_ call: Word, _ error: SyntaxError, _ scope: Scope) -> SyntaxError {
    if LongWork.isAbandoned { return error }
    let name = Alias.symbol(car(call))
    var operand = error.operand
    if operand.isEmpty {
      operand = error.message
      if error.form != Constant.undefined { operand += [UInt8](": ".utf8) + writtenText(error.form, limit: 200) }
    }
    let place = SourcePositions.lookupElement(of: call) ?? position(call)
    var result = SyntaxError(
      text: [UInt8]("unbound variable: ".utf8) + SymbolTable.utf8(name) + Suggestions.text(for: reference(car(call), scope))
        + [UInt8]("; taken for a procedure, it has a wrong operand: ".utf8) + operand, Constant.undefined, place)
    result.operand = operand
    return result
  }

  /// The operand that is the car of a pair of a call.
  private mutating func expandOperand(
    _ pair: Word, _ scope: Scope, _ position: SourcePosition
  ) throws(SyntaxError) -> Expression {
    if !car(pair).isIdentifier { return try expand(car(pair), scope) }
    return try expandName(car(pair), scope, SourcePositions.lookupElement(of: pair) ?? position)
  }

  /// `((lambda (x ...) body) value ...)` is a `let`.
  private static func inlineLambda(_ lambda: Lambda, _ arguments: [Expression], _ scope: Scope) -> Expression {
    scope.lambda.absorb(lambda)
    return .let(lambda.parameters, arguments, lambda.body)
  }

  /// A call of a primitive; arithmetic on several operands becomes binary.
  static func primitive(_ row: Int, _ arguments: [Expression], _ position: SourcePosition) -> Expression {
    let operation = Primitives.operation(row)
    switch operation {
    case .add, .multiply:
      if arguments.isEmpty { return .constant(.fixnum(operation == .add ? 0 : 1)) }
      if (3...16).contains(arguments.count) { return foldLeft(row, arguments, position) }
    case .subtract where arguments.count == 1: return .primitive(knownProcedures.negateRow, arguments, position)
    case .subtract, .divide, .minimum, .maximum:
      if (3...16).contains(arguments.count) { return foldLeft(row, arguments, position) }
    default:
      if row == knownProcedures.makeVectorRow, arguments.count == 2, case .constant(let size) = arguments[0], size.isIndex(below: 9),
        arguments[1].isAtom
      {
        return .primitive(knownProcedures.vectorRow, [Expression](repeating: arguments[1], count: size.index), position)
      }
    }
    return .primitive(row, arguments, position)
  }

  /// A comparison of three to five operands as binary ones. All of them are made, since each operand must be of the right kind.
  private static func comparisons(_ row: Int, _ arguments: [Expression], _ position: SourcePosition, _ scope: Scope) -> Expression? {
    switch Primitives.operation(row) {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .charEqual, .charLess, .charGreater, .charLessEqual, .charGreaterEqual: break
    default: return nil
    }
    if !(3...5).contains(arguments.count) { return nil }
    var variables: [Variable] = []
    var values: [Expression] = []
    let operands = arguments.map { argument in
      if case .constant = argument { return argument }
      let variable = Variable(Constant.false, owner: scope.lambda)
      variables.append(variable)
      values.append(argument)
      return Expression.local(variable, position)
    }
    let pairs = (1..<operands.count).map { Expression.primitive(row, [operands[$0 - 1], operands[$0]], position) }
    var result = pairs[pairs.count - 1]
    for index in (0..<pairs.count - 1).reversed() {
      result = .if(pairs[index], result, .sequence(pairs[(index + 1)...] + [.constant(Constant.false)]))
    }
    return variables.isEmpty ? result : .let(variables, values, result)
  }

  private static func foldLeft(_ row: Int, _ arguments: [Expression], _ position: SourcePosition) -> Expression {
    var result = Expression.primitive(row, [arguments[0], arguments[1]], position)
    for argument in arguments[2...] { result = .primitive(row, [result, argument], position) }
    return result
  }

  /// A lambda expression bound to a name takes that name.
  mutating func expandNamed(_ datum: Word, _ name: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let value = try expand(datum, scope)
    if !name.isIdentifier { return value }
    switch value {
    case .lambda(let lambda) where lambda.name == Constant.false: lambda.name = Alias.symbol(name)
    case .fix(_, let lambdas, .local(let variable, _)) where variable.lambda === lambdas.last:
      // The procedures of a `case-lambda`.
      for lambda in lambdas where lambda.name == Constant.false { lambda.name = Alias.symbol(name) }
    default: break
    }
    return value
  }

  // MARK: Making forms

  /// An identifier that means what a name means to the standard library, wherever it stands.
  func core(_ name: StaticString) -> Word {
    Alias.make(SymbolTable.intern(name), in: Environment.standard.scope.number)
  }

  /// A call of a procedure of the standard library.
  func callCore(_ name: StaticString, _ arguments: [Expression], _ position: SourcePosition) -> Expression {
    let symbol = SymbolTable.intern(name)
    if let row = SymbolFlags.primitive(symbol), Primitives.isDirect(row), Primitives.accepts(row, arguments.count) {
      return .primitive(row, arguments, position)
    }
    return .call(.global(StandardLibrary.cell(symbol), position), arguments, position)
  }

  /// A list of words.
  func makeList(_ words: [Word], tail: Word = Constant.null) -> Word {
    var result = tail
    for word in words.reversed() { result = cons(word, result) }
    return result
  }

  /// A form that is said to be where another one is.
  func form(_ words: [Word], tail: Word = Constant.null, at original: Word) -> Word {
    let result = makeList(words, tail: tail)
    SourcePositions.copy(from: original, to: result)
    return result
  }

  // MARK: Places and errors

  func position(_ datum: Word) -> SourcePosition { SourcePositions.lookup(datum) ?? place }

  /// Throws an error that nobody shows if expansion is to be given up (LongWork.swift); so many steps have been made.
  func checkStop(_ steps: Int = 1) throws(SyntaxError) {
    if LongWork.stepOfForm(steps) { throw SyntaxError("interrupted", Constant.undefined, place) }
  }

  func fail(_ message: StaticString, _ form: Word) -> SyntaxError { SyntaxError(message, strip(form), position(form)) }

  /// Checks that the rest of a form is a proper list.
  func properList(_ rest: Word, of form: Word) throws(SyntaxError) -> Word {
    if listLength(rest) < 0 { throw fail("the form must be a proper list", form) }
    return rest
  }
}
