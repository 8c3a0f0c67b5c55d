// `(map (lambda (x) ...) list)` and `for-each` become loops where they stand, so that the procedure is known where it is called:
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
  /// `map`, not `for-each`.
  let collects: Bool

  /// The expander for a call, if it is one of these.
  init?(_ callee: Word, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) {
    guard arguments.count == 2, case .lambda(let lambda) = arguments[0], !lambda.hasRest, lambda.parameters.count == 1 else { return nil }
    collects = knownProcedures.isStandard(callee, knownProcedures.map)
    if !collects && !knownProcedures.isStandard(callee, knownProcedures.forEach) { return nil }
    global = callee
    self.position = position
    self.owner = owner
  }

  /// The variables of the procedure and the list, and what is done with them.
  func expand() -> (variables: [Variable], body: Expression) {
    let procedure = Variable(Constant.false, owner: owner)
    let list = Variable(Constant.false, owner: owner)
    let function = Word(procedureFunction(symbolValue(global)))
    let test = primitive(knownProcedures.isCurrentRow, .global(global, position), .constant(function))
    return ([procedure, list], .if(test, loop(procedure, list), library(procedure, list)))
  }

  private func loop(_ procedure: Variable, _ list: Variable) -> Expression {
    let lambda = Lambda(name: Constant.false, position: position)
    let loop = Variable(Constant.false, owner: owner)
    let rest = Variable(Constant.false, owner: lambda)
    let results = Variable(Constant.false, owner: lambda)
    lambda.parameters = collects ? [rest, results] : [rest]
    loop.lambda = lambda
    let value = Expression.call(local(procedure), [primitive(knownProcedures.carRow, local(rest))], position)
    let next = primitive(knownProcedures.cdrRow, local(rest))
    let step: Expression
    let end: Expression
    if collects {
      step = .call(local(loop), [next, primitive(knownProcedures.consRow, value, local(results))], position)
      end = primitive(knownProcedures.reverseRow, local(results))
    } else {
      step = .sequence([value, .call(local(loop), [next], position)])
      end = .constant(Constant.unspecified)
    }
    lambda.body = .if(
      primitive(knownProcedures.isPairRow, local(rest)), step,
      .if(primitive(knownProcedures.isNullRow, local(rest)), end, library(procedure, rest)))
    let start = collects ? [local(list), .constant(Constant.null)] : [local(list)]
    return .fix([loop], [lambda], .call(local(loop), start, position))
  }

  private func library(_ procedure: Variable, _ list: Variable) -> Expression {
    .call(.global(global, position), [local(procedure), local(list)], position)
  }

  private func local(_ variable: Variable) -> Expression { .local(variable, position) }

  private func primitive(_ row: Int, _ operands: Expression...) -> Expression { .primitive(row, operands, position) }
}
