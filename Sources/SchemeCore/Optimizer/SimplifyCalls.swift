// Makes calls simpler before the IR is built, from the inside out:
//
//     (let ((f (lambda ...))) ...)                    a `fix`, so that calls of f are known
//     (fix ((f (lambda (x) ...))) ... (f 1) ...)      f is only called, and from one place: its body, or the loop that it is, goes there
//     (call-with-values (lambda () (values 1 2)) (lambda (x y) ...))      a `let`
//     (call-with-values (lambda () e) (lambda (x y) ...))                 binds x and y to the fields of what e returns
//     (map f e ...), (for-each f e ...), (vector-map f e), (vector-for-each f e)      loops: see ExpandIteration.swift
//     (values e ...)                                  a primitive; of one value, the value
//     (apply f e ... (list e ...))                    (f e ... e ...)
//     ((let (...) f) e ...), ((if e f g) e ...)       the call goes where the procedure comes from
//
// Moving a procedure's body changes nothing that a program can see: making a procedure has no effect, and its variables are known by identity,
// not by name.
import GuestABI

/// The standard procedures that the compiler knows; set at start-up.
struct KnownProcedures {
  var callWithValues: Word = 0
  var apply: Word = 0
  var checkValues = 0
  var valueReference = 0
  var valuesTail = 0
  var valuesRow = 0
  var map: Word = 0
  var forEach: Word = 0
  var vectorMap: Word = 0
  var vectorForEach: Word = 0
  var isCurrentRow = 0
  var carRow = 0
  var cdrRow = 0
  var consRow = 0
  var listRow = 0
  var frameRecordsRow = 0
  var reverseOwnRow = 0
  var isPairRow = 0
  var isNullRow = 0
  var isVectorRow = 0
  var vectorLengthRow = 0
  var vectorRefRow = 0
  var reversedToVectorRow = 0
  var lessRow = 0
  var addRow = 0
  var negateRow = 0
  var vectorRow = 0
  var makeVectorRow = 0

  static func find() -> KnownProcedures {
    KnownProcedures(
      callWithValues: SymbolTable.intern("call-with-values"), apply: SymbolTable.intern("apply"),
      checkValues: Primitives.row(named: "%check-values"), valueReference: Primitives.row(named: "%value-ref"),
      valuesTail: Primitives.row(named: "%values-tail"), valuesRow: Primitives.row(named: "values"),
      map: SymbolTable.intern("map"), forEach: SymbolTable.intern("for-each"),
      vectorMap: SymbolTable.intern("vector-map"), vectorForEach: SymbolTable.intern("vector-for-each"),
      isCurrentRow: Primitives.row(named: "%current?"),
      carRow: Primitives.row(named: "car"), cdrRow: Primitives.row(named: "cdr"), consRow: Primitives.row(named: "cons"),
      listRow: Primitives.row(named: "list"),
      frameRecordsRow: Primitives.row(named: "%frame-records"), reverseOwnRow: Primitives.row(named: "%reverse-own"),
      isPairRow: Primitives.row(named: "pair?"), isNullRow: Primitives.row(named: "null?"),
      isVectorRow: Primitives.row(named: "vector?"), vectorLengthRow: Primitives.row(named: "vector-length"),
      vectorRefRow: Primitives.row(named: "vector-ref"), reversedToVectorRow: Primitives.row(named: "%reversed->vector"),
      lessRow: Primitives.row(named: "<"), addRow: Primitives.row(named: "+"),
      negateRow: Primitives.row(named: "%negate"), vectorRow: Primitives.row(named: "vector"), makeVectorRow: Primitives.row(named: "make-vector"))
  }

  /// Whether a global holds one of these procedures.
  func isStandard(_ symbol: Word, _ procedure: Word) -> Bool {
    let value = symbolValue(symbol)
    if !value.isProcedure { return false }
    let function = Func(procedureFunction(value))
    return function.name == procedure && (function.kind == .primitive || !Sources.isUserCode(function.position))
  }
}

nonisolated(unsafe) var knownProcedures = KnownProcedures()

/// Simplifies the body of a lambda that is not within another, and all lambdas within.
func simplifyCalls(_ lambda: Lambda) {
  countUses(lambda.body)
  simplifyBody(lambda)
}

private func simplifyBody(_ lambda: Lambda) {
  let body = lambda.body
  lambda.body = .constant(Constant.unspecified)
  lambda.body = simplify(body, in: lambda)
}

/// What an expression does before it goes on with its last part, along which it may be very long: everything that follows one another in a body, the clauses
/// of a `cond`.
private enum Link {
  case test(Expression, then: Expression)
  case and(Expression, otherwise: Expression)
  case or(Expression)
  case sequence([Expression])
  case `let`([Variable], [Expression])
  case fix([Variable], [Lambda])

  func followed(by rest: Expression) -> Expression {
    switch self {
    case .test(let test, let then): .if(test, then, rest)
    case .and(let test, let otherwise): .if(test, rest, otherwise)
    case .or(let first): .or(first, rest)
    case .sequence(let parts): .sequence(parts + [rest])
    case .let(let variables, let values): .let(variables, values, rest)
    case .fix(let variables, let lambdas): .fix(variables, lambdas, rest)
    }
  }
}

/// Recurs over what is nested; what goes on with its last part takes no stack, but an entry of `links`.
private func simplify(_ expression: Expression, in owner: Lambda) -> Expression {
  var links: [Link] = []
  var rest = expression
  var isDone = false
  while !isDone && !LongWork.stepOfForm() {
    switch rest {
    case .if(let test, let then, let otherwise):
      let test = simplify(test, in: owner)
      if otherwise.isAtom {
        links.append(.and(test, otherwise: otherwise))
        rest = then
      } else {
        links.append(.test(test, then: simplify(then, in: owner)))
        rest = otherwise
      }
    case .or(let first, let second):
      links.append(.or(simplify(first, in: owner)))
      rest = second
    case .sequence(let parts):
      links.append(.sequence(parts.dropLast().map { simplify($0, in: owner) }))
      rest = parts[parts.count - 1]
    case .let(let variables, let values, let body):
      bind(variables, values, in: owner, &links)
      rest = body
    case .fix(let variables, let lambdas, let body):
      if variables.count != 1 || !sink(variables[0], lambdas[0]) {
        for lambda in lambdas { simplifyBody(lambda) }
        if variables.count != 1 || !sinkLoop(variables[0], lambdas[0]) { links.append(.fix(variables, lambdas)) }
      }
      rest = body
    case .call(.lambda(let lambda), let arguments, _) where lambda.takes(arguments.count):
      owner.absorb(lambda)
      bind(lambda.parameters, arguments, in: owner, &links)
      rest = lambda.body
    case .call(.local(let variable, let place), let arguments, let position):
      guard let lambda = variable.sunk else {
        rest = .call(.local(variable, place), arguments.map { simplify($0, in: owner) }, position)
        isDone = true
        break
      }
      variable.sunk = nil
      if variable.calls > 1 {
        variable.owner = owner
        rest = .fix([variable], [lambda], .call(.local(variable, place), arguments.map { simplify($0, in: owner) }, position))
        isDone = true
      } else {
        owner.absorb(lambda)
        bind(lambda.parameters, arguments, in: owner, &links)
        rest = lambda.body
      }
    case .call(let callee, let arguments, let position) where callee.isCalledWithin(arguments): rest = callee.called(arguments, position)
    case .primitive(knownProcedures.valuesRow, let arguments, _) where arguments.count == 1: rest = arguments[0]
    case .call(.global(let symbol, _), let arguments, let position) where isReceiving(symbol, arguments):
      guard case .lambda(let producer) = arguments[0], case .lambda(let consumer) = arguments[1] else { break }
      owner.absorb(producer)
      owner.absorb(consumer)
      receive(consumer, simplify(producer.body, in: owner), position, &links)
      rest = consumer.body
    default:
      rest = simplifyEnd(rest, in: owner)
      isDone = true
    }
  }
  return rest.preceded(by: links)
}

extension Expression {
  fileprivate func preceded(by links: [Link]) -> Expression {
    var result = self
    for link in links.reversed() { result = link.followed(by: result) }
    return result
  }
}

/// Whether a call is of `call-with-values` with two procedures that are called nowhere else.
private func isReceiving(_ callee: Word, _ arguments: [Expression]) -> Bool {
  guard arguments.count == 2, case .lambda(let producer) = arguments[0], case .lambda = arguments[1], producer.takes(0) else { return false }
  return knownProcedures.isStandard(callee, knownProcedures.callWithValues)
}

/// An expression that does not go on with its last part.
private func simplifyEnd(_ expression: Expression, in owner: Lambda) -> Expression {
  switch expression {
  case .lambda(let lambda):
    simplifyBody(lambda)
    return expression
  case .call(let callee, let arguments, let position):
    return simplifyCall(simplify(callee, in: owner), arguments.map { simplify($0, in: owner) }, position, in: owner)
  case .setLocal(let variable, let value): return .setLocal(variable, simplify(value, in: owner))
  case .setGlobal(let symbol, let value, let position): return .setGlobal(symbol, simplify(value, in: owner), position)
  case .define(let symbol, let value): return .define(symbol, simplify(value, in: owner))
  case .primitive(let row, let arguments, let position): return .primitive(row, arguments.map { simplify($0, in: owner) }, position)
  default: return expression
  }
}

// MARK: Procedures bound to variables

/// Counts how the variables of an expression are used. What follows moves calls, but neither adds nor takes away any.
private func countUses(_ expression: Expression) {
  walk(expression) { each, work in
    switch each {
    case .local(let variable, _): variable.isUsedOtherwise = true
    case .call(.local(let variable, _), let arguments, _):
      if variable.calls > 0 && variable.callArguments != arguments.count { variable.isUsedOtherwise = true }
      variable.calls += 1
      variable.callArguments = arguments.count
      work += arguments.reversed()
    default: pushSubexpressions(each, &work)
    }
  }
}

/// The calls of a variable's procedure within its own body.
private func innerCalls(_ variable: Variable, _ lambda: Lambda) -> Int {
  var count = 0
  walk(lambda.body) { each, work in
    if case .call(.local(let callee, _), _, _) = each, callee === variable { count += 1 }
    pushSubexpressions(each, &work)
  }
  return count
}

/// Whether a variable's procedure is only ever called, and may be moved.
private func isOnlyCalled(_ variable: Variable, _ lambda: Lambda) -> Bool {
  !variable.isAssigned && !variable.isApart && variable.calls > 0 && !variable.isUsedOtherwise && !lambda.hasRest
    && variable.callArguments == lambda.parameters.count
}

/// Has the body of a procedure take the place of its only call. False if it has others.
private func sink(_ variable: Variable, _ lambda: Lambda) -> Bool {
  guard variable.calls == 1, isOnlyCalled(variable, lambda), innerCalls(variable, lambda) == 0 else { return false }
  variable.sunk = lambda
  return true
}

/// Has a loop take the place of its only call from outside. False if it has others, or is no loop.
private func sinkLoop(_ variable: Variable, _ lambda: Lambda) -> Bool {
  guard variable.calls > 1, isOnlyCalled(variable, lambda), innerCalls(variable, lambda) == variable.calls - 1 else { return false }
  guard TailUses(variable: variable, arguments: lambda.parameters.count).onlyJumps(lambda.body) else { return false }
  variable.sunk = lambda
  return true
}

/// Binds variables to values, which are still to be simplified, around what follows: procedures by `fix`, inside, since nothing is bound here that they
/// could refer to.
private func bind(_ variables: [Variable], _ values: [Expression], in owner: Lambda, _ links: inout [Link]) {
  var others: [Variable] = []
  var otherValues: [Expression] = []
  var procedures: [(Variable, Lambda)] = []
  for (variable, value) in zip(variables, values) {
    if case .lambda(let lambda) = value, !variable.isAssigned {
      variable.lambda = lambda
      if sink(variable, lambda) { continue }
      simplifyBody(lambda)
      procedures.append((variable, lambda))
      continue
    }
    let value = simplify(value, in: owner)
    if case .lambda(let lambda) = value, !variable.isAssigned {
      variable.lambda = lambda
      procedures.append((variable, lambda))
    } else {
      others.append(variable)
      otherValues.append(value)
    }
  }
  if !others.isEmpty { links.append(.let(others, otherValues)) }
  for (variable, lambda) in procedures { links.append(.fix([variable], [lambda])) }
}

/// The same where everything has been simplified.
private func bindSimplified(_ variables: [Variable], _ values: [Expression], _ body: Expression) -> Expression {
  var result = body
  var others: [Int] = []
  for index in variables.indices.reversed() {
    if case .lambda(let lambda) = values[index], !variables[index].isAssigned {
      variables[index].lambda = lambda
      result = .fix([variables[index]], [lambda], result)
    } else {
      others.append(index)
    }
  }
  if others.isEmpty { return result }
  others.reverse()
  return .let(others.map { variables[$0] }, others.map { values[$0] }, result)
}

// MARK: Calls

extension Expression {
  /// Whether this is a callee that goes on with its last part, or one of two, which can be called there. (It is evaluated before the arguments.)
  fileprivate func isCalledWithin(_ arguments: [Expression]) -> Bool {
    switch self {
    case .let, .fix, .sequence: true
    case .if: arguments.count <= 4 && arguments.allSatisfy { $0.isAtom }
    default: false
    }
  }

  /// The call of such a callee.
  fileprivate func called(_ arguments: [Expression], _ position: SourcePosition) -> Expression {
    switch self {
    case .let(let variables, let values, let body): .let(variables, values, .call(body, arguments, position))
    case .fix(let variables, let lambdas, let body): .fix(variables, lambdas, .call(body, arguments, position))
    case .sequence(let parts): .sequence(parts.dropLast() + [.call(parts[parts.count - 1], arguments, position)])
    case .if(let test, let then, let otherwise): .if(test, .call(then, arguments, position), .call(otherwise, arguments, position))
    default: .call(self, arguments, position)
    }
  }
}

private func simplifyCall(
  _ callee: Expression, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda
) -> Expression {
  let whole = Expression.call(callee, arguments, position)
  switch callee {
  case .lambda(let lambda) where lambda.takes(arguments.count):
    owner.absorb(lambda)
    return bindSimplified(lambda.parameters, arguments, lambda.body)
  case .let(let variables, let values, let body): return .let(variables, values, simplifyCall(body, arguments, position, in: owner))
  case .global(let symbol, _):
    if isReceiving(symbol, arguments), case .lambda(let producer) = arguments[0], case .lambda(let consumer) = arguments[1] {
      owner.absorb(producer)
      owner.absorb(consumer)
      var links: [Link] = []
      receive(consumer, producer.body, position, &links)
      return consumer.body.preceded(by: links)
    }
    if knownProcedures.isStandard(symbol, knownProcedures.apply) && arguments.count > 1 {
      return simplifyApply(callee, arguments, position, in: owner)
    }
    if let iteration = IterationExpander(symbol, arguments, position, in: owner) {
      let (variables, values, body) = iteration.expand()
      return bindSimplified(variables, values, body)
    }
    return whole
  default: return whole
  }
}

/// A call of `apply` whose list is made on the spot does without it.
private func simplifyApply(_ apply: Expression, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) -> Expression {
  let others = arguments[1..<arguments.count - 1]
  switch arguments[arguments.count - 1] {
  case .primitive(knownProcedures.listRow, let elements, _):
    return simplifyCall(arguments[0], others + elements, position, in: owner)
  case .constant(Constant.null):
    return simplifyCall(arguments[0], Array(others), position, in: owner)
  default: return .call(apply, arguments, position)
  }
}

/// Binds a lambda's parameters to the values of an expression, around what follows.
private func receive(_ consumer: Lambda, _ expression: Expression, _ position: SourcePosition, _ links: inout [Link]) {
  var values = expression
  while true {
    if case .sequence(let parts) = values {
      links.append(.sequence(Array(parts.dropLast())))
      values = parts[parts.count - 1]
    } else if case .let(let variables, let initial, let body) = values {
      links.append(.let(variables, initial))
      values = body
    } else {
      break
    }
  }
  if case .primitive(knownProcedures.valuesRow, let operands, _) = values, let bound = arguments(operands, of: consumer, position) {
    return links.append(.let(consumer.parameters, bound))
  }
  if isSingleValued(values), let bound = arguments([values], of: consumer, position) { return links.append(.let(consumer.parameters, bound)) }
  let count = consumer.hasRest ? consumer.parameters.count - 1 : consumer.parameters.count
  let all = Variable(Constant.false, owner: consumer)
  let object = Expression.local(all, position)
  func number(_ value: Int) -> Expression { .constant(.fixnum(value)) }
  var parts = (0..<count).map { Expression.primitive(knownProcedures.valueReference, [object, number($0)], position) }
  if consumer.hasRest { parts.append(.primitive(knownProcedures.valuesTail, [object, number(count)], position)) }
  let check = Expression.primitive(
    knownProcedures.checkValues, [object, number(count), .constant(.boolean(consumer.hasRest))], position)
  links.append(.let([all], [values]))
  links.append(.sequence([check]))
  links.append(.let(consumer.parameters, parts))
}

/// What the parameters of a lambda are bound to, where it is called with some operands; nil if it does not take so many.
private func arguments(_ operands: [Expression], of lambda: Lambda, _ position: SourcePosition) -> [Expression]? {
  if !lambda.hasRest { return lambda.takes(operands.count) ? operands : nil }
  let required = lambda.parameters.count - 1
  if operands.count < required { return nil }
  let rest = Array(operands[required...])
  return operands[..<required] + [rest.isEmpty ? .constant(Constant.null) : .primitive(knownProcedures.listRow, rest, position)]
}

/// Whether an expression certainly has one value.
private func isSingleValued(_ expression: Expression) -> Bool {
  switch expression {
  case .constant, .local, .global, .lambda: true
  case .primitive(let row, _, _): row != knownProcedures.valuesRow
  default: false
  }
}
