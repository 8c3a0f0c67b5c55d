// Makes calls simpler before the IR is built, from the inside out:
//
//     (let ((f (lambda ...))) ...)                    a `fix`, so that calls of f are known
//     (fix ((f (lambda (x) ...))) ... (f 1) ...)      f is only called, and from one place: its body, or the loop that it is, goes there
//     (call-with-values (lambda () (values 1 2)) (lambda (x y) ...))      a `let`
//     (call-with-values (lambda () e) (lambda (x y) ...))                 binds x and y to the fields of what e returns
//     (map (lambda (x) ...) e), (for-each (lambda (x) ...) e)              loops: see ExpandIteration.swift
//     (values e ...)                                  a primitive; of one value, the value
//     (apply f e ... (list e ...))                    (f e ... e ...)
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
  var isCurrentRow = 0
  var carRow = 0
  var cdrRow = 0
  var consRow = 0
  var listRow = 0
  var reverseRow = 0
  var isPairRow = 0
  var isNullRow = 0

  static func find() -> KnownProcedures {
    KnownProcedures(
      callWithValues: SymbolTable.intern("call-with-values"), apply: SymbolTable.intern("apply"),
      checkValues: Primitives.row(named: "%check-values"), valueReference: Primitives.row(named: "%value-ref"),
      valuesTail: Primitives.row(named: "%values-tail"), valuesRow: Primitives.row(named: "values"),
      map: SymbolTable.intern("map"), forEach: SymbolTable.intern("for-each"), isCurrentRow: Primitives.row(named: "%current?"),
      carRow: Primitives.row(named: "car"), cdrRow: Primitives.row(named: "cdr"), consRow: Primitives.row(named: "cons"),
      listRow: Primitives.row(named: "list"),
      reverseRow: Primitives.row(named: "reverse"), isPairRow: Primitives.row(named: "pair?"), isNullRow: Primitives.row(named: "null?"))
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

/// Simplifies the body of a lambda, and all lambdas within.
func simplifyCalls(_ lambda: Lambda) { lambda.body = simplify(lambda.body, in: lambda) }

private func simplify(_ expression: Expression, in owner: Lambda) -> Expression {
  switch expression {
  case .lambda(let lambda):
    simplifyCalls(lambda)
    return expression
  case .fix(let variables, let lambdas, let body):
    for lambda in lambdas { simplifyCalls(lambda) }
    return simplifyFix(variables, lambdas, simplify(body, in: owner), in: owner)
  case .let(let variables, let values, let body):
    return simplifyLet(variables, values.map { simplify($0, in: owner) }, simplify(body, in: owner), in: owner)
  case .call(let callee, let arguments, let position):
    return simplifyCall(simplify(callee, in: owner), arguments.map { simplify($0, in: owner) }, position, in: owner)
  case .primitive(knownProcedures.valuesRow, let arguments, _) where arguments.count == 1: return simplify(arguments[0], in: owner)
  default: return mapSubexpressions(expression) { simplify($0, in: owner) }
  }
}

// MARK: Procedures bound to variables

/// Binds the procedures among the values by `fix`, inside: nothing is bound by the `let` that they could refer to.
private func simplifyLet(_ variables: [Variable], _ values: [Expression], _ body: Expression, in owner: Lambda) -> Expression {
  var result = body
  var others: [Int] = []
  for index in variables.indices.reversed() {
    if case .lambda(let lambda) = values[index], !variables[index].isAssigned {
      variables[index].lambda = lambda
      result = simplifyFix([variables[index]], [lambda], result, in: owner)
    } else {
      others.insert(index, at: 0)
    }
  }
  if others.isEmpty { return result }
  return .let(others.map { variables[$0] }, others.map { values[$0] }, result)
}

private func simplifyFix(_ variables: [Variable], _ lambdas: [Lambda], _ body: Expression, in owner: Lambda) -> Expression {
  let whole = Expression.fix(variables, lambdas, body)
  if variables.count != 1 || variables[0].isAssigned || lambdas[0].hasRest { return whole }
  var uses = CallCount(variable: variables[0], arguments: lambdas[0].parameters.count)
  uses.count(body)
  if uses.isOther || uses.calls != 1 { return whole }
  let outside = uses.calls
  uses.count(lambdas[0].body)
  let isRecursive = uses.calls > outside
  let jumps = TailUses(variable: variables[0], arguments: lambdas[0].parameters.count)
  if uses.isOther || (isRecursive && !jumps.onlyJumps(lambdas[0].body, isTail: true)) { return whole }
  return Sinking(variable: variables[0], lambda: lambdas[0], isRecursive: isRecursive).sink(into: body, in: owner)
}

/// Counts the calls of a local procedure.
private struct CallCount {
  let variable: Variable
  let arguments: Int
  var calls = 0
  /// It is used otherwise than by calls with the right number of arguments.
  var isOther = false

  mutating func count(_ expression: Expression) {
    switch expression {
    case .local(let other, _): if other === variable { isOther = true }
    case .call(.local(let callee, _), let operands, _) where callee === variable:
      if operands.count == arguments { calls += 1 } else { isOther = true }
      for operand in operands { count(operand) }
    default:
      var inner = self
      forEachSubexpression(expression) { inner.count($0) }
      self = inner
    }
  }
}

/// Moves a procedure to its only call.
private struct Sinking {
  let variable: Variable
  let lambda: Lambda
  let isRecursive: Bool

  func sink(into expression: Expression, in owner: Lambda) -> Expression {
    switch expression {
    case .call(.local(let callee, _), let arguments, _) where callee === variable:
      if isRecursive {
        variable.owner = owner
        return .fix([variable], [lambda], expression)
      }
      owner.absorb(lambda)
      return simplifyLet(lambda.parameters, arguments, lambda.body, in: owner)
    case .lambda(let inner):
      inner.body = sink(into: inner.body, in: inner)
      return expression
    case .fix(let variables, let lambdas, let body):
      for inner in lambdas { inner.body = sink(into: inner.body, in: inner) }
      return .fix(variables, lambdas, sink(into: body, in: owner))
    default: return mapSubexpressions(expression) { sink(into: $0, in: owner) }
    }
  }
}

// MARK: Calls

private func simplifyCall(
  _ callee: Expression, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda
) -> Expression {
  let whole = Expression.call(callee, arguments, position)
  switch callee {
  case .lambda(let lambda) where !lambda.hasRest && lambda.parameters.count == arguments.count:
    owner.absorb(lambda)
    return simplifyLet(lambda.parameters, arguments, lambda.body, in: owner)
  case .global(let symbol, _):
    if knownProcedures.isStandard(symbol, knownProcedures.callWithValues) && arguments.count == 2 {
      guard case .lambda(let producer) = arguments[0], case .lambda(let consumer) = arguments[1], producer.parameters.isEmpty
      else { return whole }
      owner.absorb(producer)
      owner.absorb(consumer)
      return receive(consumer, producer.body, position)
    }
    if knownProcedures.isStandard(symbol, knownProcedures.apply) && arguments.count > 1 {
      return simplifyApply(callee, arguments, position, in: owner)
    }
    if let iteration = IterationExpander(symbol, arguments, position, in: owner) {
      let (variables, body) = iteration.expand()
      return simplifyLet(variables, arguments, body, in: owner)
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

/// Binds a lambda's parameters to the values of an expression, around its body.
private func receive(_ consumer: Lambda, _ values: Expression, _ position: SourcePosition) -> Expression {
  switch values {
  case .primitive(knownProcedures.valuesRow, let operands, _)
  where operands.count == consumer.parameters.count && !consumer.hasRest:
    return .let(consumer.parameters, operands, consumer.body)
  case .sequence(var parts):
    parts[parts.count - 1] = receive(consumer, parts[parts.count - 1], position)
    return .sequence(parts)
  case .let(let variables, let initial, let body): return .let(variables, initial, receive(consumer, body, position))
  default: break
  }
  let count = consumer.hasRest ? consumer.parameters.count - 1 : consumer.parameters.count
  if count == 1 && !consumer.hasRest && isSingleValued(values) { return .let(consumer.parameters, [values], consumer.body) }
  let all = Variable(Constant.false, owner: consumer)
  let object = Expression.local(all, position)
  func number(_ value: Int) -> Expression { .constant(.fixnum(value)) }
  var parts = (0..<count).map { Expression.primitive(knownProcedures.valueReference, [object, number($0)], position) }
  if consumer.hasRest { parts.append(.primitive(knownProcedures.valuesTail, [object, number(count)], position)) }
  let check = Expression.primitive(
    knownProcedures.checkValues, [object, number(count), .constant(.boolean(consumer.hasRest))], position)
  return .let([all], [values], .sequence([check, .let(consumer.parameters, parts, consumer.body)]))
}

/// Whether an expression certainly has one value.
private func isSingleValued(_ expression: Expression) -> Bool {
  switch expression {
  case .constant, .local, .global, .lambda: true
  case .primitive(let row, _, _): row != knownProcedures.valuesRow
  default: false
  }
}

/// The expression with each direct subexpression replaced; the bodies of lambdas too. May give up (LongWork.swift), and replaces none then.
private func mapSubexpressions(_ expression: Expression, _ change: (Expression) -> Expression) -> Expression {
  if LongWork.step() { return expression }
  switch expression {
  case .constant, .local, .global: return expression
  case .setLocal(let variable, let value): return .setLocal(variable, change(value))
  case .setGlobal(let symbol, let value, let position): return .setGlobal(symbol, change(value), position)
  case .define(let symbol, let value): return .define(symbol, change(value))
  case .if(let test, let then, let otherwise): return .if(change(test), change(then), change(otherwise))
  case .or(let first, let second): return .or(change(first), change(second))
  case .lambda(let lambda):
    lambda.body = change(lambda.body)
    return expression
  case .sequence(let expressions): return .sequence(expressions.map { change($0) })
  case .call(let callee, let arguments, let position): return .call(change(callee), arguments.map { change($0) }, position)
  case .primitive(let row, let arguments, let position): return .primitive(row, arguments.map { change($0) }, position)
  case .let(let variables, let values, let body): return .let(variables, values.map { change($0) }, change(body))
  case .fix(let variables, let lambdas, let body):
    for lambda in lambdas { lambda.body = change(lambda.body) }
    return .fix(variables, lambdas, change(body))
  }
}
