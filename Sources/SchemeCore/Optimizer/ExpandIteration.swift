// `map` and `for-each` of one or two lists become loops where they stand, so that each call has what is known, or recorded, of its procedure to itself:
//
//     (let ((f (lambda (x) ...)) (l list))
//       (if (%current? for-each ...)
//           (let loop ((rest l))
//             (if (pair? rest)
//                 (begin (f (car rest)) (loop (cdr rest)))
//                 (if (null? rest) unspecified (for-each f rest))))       an error: the library raises it
//           (for-each f l)))
//
// A program may redefine the name at any time: the test sees it.
import GuestABI

struct IterationExpander {
  let global: Word
  let position: SourcePosition
  let owner: Lambda
  let arguments: [Expression]
  /// `map`, not `for-each`.
  let collects: Bool

  /// The expander for a call, if it is one of these.
  init?(_ callee: Word, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) {
    guard (2...3).contains(arguments.count) else { return nil }
    if case .lambda(let lambda) = arguments[0], !lambda.takes(arguments.count - 1) { return nil }
    collects = knownProcedures.isStandard(callee, knownProcedures.map)
    if !collects && !knownProcedures.isStandard(callee, knownProcedures.forEach) { return nil }
    global = callee
    self.arguments = arguments
    self.position = position
    self.owner = owner
  }

  /// The variables that are bound to the procedure, unless it is one that does not change, and to the lists, with their values; and what is done with them.
  func expand() -> (variables: [Variable], values: [Expression], body: Expression) {
    var variables = arguments.map { _ in Variable(Constant.false, owner: owner) }
    var values = arguments
    var operands = variables.map { local($0) }
    if case .local(let variable, _) = arguments[0], !variable.isAssigned {
      operands[0] = arguments[0]
      variables.removeFirst()
      values.removeFirst()
    }
    let function = Word(procedureFunction(symbolValue(global)))
    let test = primitive(knownProcedures.isCurrentRow, .global(global, position), .constant(function))
    return (variables, values, .if(test, loop(operands[0], Array(operands[1...])), library(operands)))
  }

  private func loop(_ procedure: Expression, _ lists: [Expression]) -> Expression {
    let lambda = Lambda(name: Constant.false, position: position)
    let loop = Variable(Constant.false, owner: owner)
    let parameters = lists.map { _ in Variable(Constant.false, owner: lambda) }
    let results = Variable(Constant.false, owner: lambda)
    let records = Variable(Constant.false, owner: owner)
    lambda.parameters = collects ? parameters + [results] : parameters
    loop.lambda = lambda
    let rests = parameters.map { local($0) }
    let value = Expression.call(procedure, rests.map { primitive(knownProcedures.carRow, $0) }, position)
    let next = rests.map { primitive(knownProcedures.cdrRow, $0) }
    let step: Expression
    let end: Expression
    if collects {
      step = .call(local(loop), next + [primitive(knownProcedures.consRow, value, local(results))], position)
      end = primitive(knownProcedures.reverseOwnRow, local(results), local(records))
    } else {
      step = .sequence([value, .call(local(loop), next, position)])
      end = .constant(Constant.unspecified)
    }
    lambda.body = .if(areAllPairs(rests), step, .if(isEnd(rests), end, library([procedure] + rests)))
    let iteration = Expression.fix([loop], [lambda], .call(local(loop), lists + (collects ? [.constant(Constant.null)] : []), position))
    return collects ? .let([records], [primitive(knownProcedures.frameRecordsRow)], iteration) : iteration
  }

  private func areAllPairs(_ lists: [Expression]) -> Expression {
    let first = primitive(knownProcedures.isPairRow, lists[0])
    return lists.count == 1 ? first : .if(first, primitive(knownProcedures.isPairRow, lists[1]), .constant(Constant.false))
  }

  /// Whether lists that are not all pairs end as lists do: the first one, or the second where the first goes on.
  private func isEnd(_ lists: [Expression]) -> Expression {
    let first = primitive(knownProcedures.isNullRow, lists[0])
    if lists.count == 1 { return first }
    let second = primitive(knownProcedures.isNullRow, lists[1])
    return .or(first, .if(primitive(knownProcedures.isPairRow, lists[0]), second, .constant(Constant.false)))
  }

  private func library(_ operands: [Expression]) -> Expression { .call(.global(global, position), operands, position) }

  private func local(_ variable: Variable) -> Expression { .local(variable, position) }

  private func primitive(_ row: Int, _ operands: Expression...) -> Expression { .primitive(row, operands, position) }
}
