// `map` and `for-each` of one or two lists, `vector-map` and `vector-for-each` of one vector become loops where they stand, so that each call has what is known, or
// recorded, of its procedure to itself:
//
//     (let ((f (lambda (x) ...)) (l list))
//       (if (%current? for-each ...)
//           (let loop ((rest l))
//             (if (pair? rest)
//                 (begin (f (car rest)) (loop (cdr rest)))
//                 (if (null? rest) unspecified (for-each f rest))))       an error: the library raises it
//           (for-each f l)))
//
//     (let ((f (lambda (x) ...)) (v vector))
//       (if (if (%current? vector-map ...) (vector? v) #f)
//           (let ((end (vector-length v)))
//             (let loop ((i 0) (results '()))
//               (if (< i end) (loop (+ i 1) (cons (f (vector-ref v i)) results)) (%reversed->vector results end))))
//           (vector-map f v)))
//
// A program may redefine the name at any time: the test sees it.
import GuestABI

struct IterationExpander {
  let global: Word
  let position: SourcePosition
  let owner: Lambda
  let arguments: [Expression]
  /// `map` or `vector-map`.
  let collects: Bool
  let isOfVector: Bool

  /// The expander for a call, if it is one of these.
  init?(_ callee: Word, _ arguments: [Expression], _ position: SourcePosition, in owner: Lambda) {
    guard (2...3).contains(arguments.count) else { return nil }
    if case .lambda(let lambda) = arguments[0], !lambda.takes(arguments.count - 1) { return nil }
    func isStandard(_ procedure: Word) -> Bool { knownProcedures.isStandard(callee, procedure) }
    isOfVector = arguments.count == 2 && (isStandard(knownProcedures.vectorMap) || isStandard(knownProcedures.vectorForEach))
    collects = isStandard(isOfVector ? knownProcedures.vectorMap : knownProcedures.map)
    if !isOfVector && !collects && !isStandard(knownProcedures.forEach) { return nil }
    global = callee
    self.arguments = arguments
    self.position = position
    self.owner = owner
  }

  /// Whether a call is one of these, as far as its callee and the number of its arguments tell.
  static func expands(_ callee: Word, taking count: Int) -> Bool {
    func isStandard(_ procedure: Word) -> Bool { knownProcedures.isStandard(callee, procedure) }
    if count == 2 && (isStandard(knownProcedures.vectorMap) || isStandard(knownProcedures.vectorForEach)) { return true }
    return (2...3).contains(count) && (isStandard(knownProcedures.map) || isStandard(knownProcedures.forEach))
  }

  /// The variables that are bound to the procedure, unless it is one that does not change, and to the lists or the vector, with their values; and what is done with
  /// them.
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
    let isCurrent = primitive(knownProcedures.isCurrentRow, .global(global, position), .constant(function))
    if isOfVector {
      let test = Expression.if(isCurrent, primitive(knownProcedures.isVectorRow, operands[1]), .constant(Constant.false))
      return (variables, values, .if(test, vectorLoop(operands[0], operands[1]), library(operands)))
    }
    return (variables, values, .if(isCurrent, listLoop(operands[0], Array(operands[1...])), library(operands)))
  }

  // MARK: Lists

  private func listLoop(_ procedure: Expression, _ lists: [Expression]) -> Expression {
    let records = Variable(Constant.false, owner: owner)
    let iteration = loop(lists) { rests, results in
      let value = Expression.call(procedure, rests.map { primitive(knownProcedures.carRow, $0) }, position)
      let end = results.map { primitive(knownProcedures.reverseOwnRow, $0, local(records)) } ?? .constant(Constant.unspecified)
      return Iteration(
        goesOn: areAllPairs(rests), value: value, next: rests.map { primitive(knownProcedures.cdrRow, $0) },
        end: .if(isEnd(rests), end, library([procedure] + rests)))
    }
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

  // MARK: Vectors

  private func vectorLoop(_ procedure: Expression, _ vector: Expression) -> Expression {
    let end = Variable(Constant.false, owner: owner)
    let iteration = loop([.constant(.fixnum(0))]) { indices, results in
      Iteration(
        goesOn: primitive(knownProcedures.lessRow, indices[0], local(end)),
        value: .call(procedure, [primitive(knownProcedures.vectorRefRow, vector, indices[0])], position),
        next: [primitive(knownProcedures.addRow, indices[0], .constant(.fixnum(1)))],
        end: results.map { primitive(knownProcedures.reversedToVectorRow, $0, local(end)) } ?? .constant(Constant.unspecified))
    }
    return .let([end], [primitive(knownProcedures.vectorLengthRow, vector)], iteration)
  }

  // MARK: Loops

  /// What an iteration does.
  private struct Iteration {
    /// Whether there is an element.
    let goesOn: Expression
    /// The procedure's value for it.
    let value: Expression
    /// The variables of the next iteration.
    let next: [Expression]
    /// The value of the loop where there is no element.
    let end: Expression
  }

  /// A loop with some variables that start with values; the results so far, the last one first, are one more variable, if they are collected.
  private func loop(_ start: [Expression], _ iteration: ([Expression], _ results: Expression?) -> Iteration) -> Expression {
    let lambda = Lambda(name: Constant.false, position: position)
    let loop = Variable(Constant.false, owner: owner)
    let variables = start.map { _ in Variable(Constant.false, owner: lambda) }
    let results = collects ? Variable(Constant.false, owner: lambda) : nil
    lambda.parameters = variables + (results.map { [$0] } ?? [])
    loop.lambda = lambda
    let parts = iteration(variables.map { local($0) }, results.map { local($0) })
    let step: Expression
    if let results {
      step = .call(local(loop), parts.next + [primitive(knownProcedures.consRow, parts.value, local(results))], position)
    } else {
      step = .sequence([parts.value, .call(local(loop), parts.next, position)])
    }
    lambda.body = .if(parts.goesOn, step, parts.end)
    return .fix([loop], [lambda], .call(local(loop), start + (collects ? [.constant(Constant.null)] : []), position))
  }

  private func library(_ operands: [Expression]) -> Expression { .call(.global(global, position), operands, position) }

  private func local(_ variable: Variable) -> Expression { .local(variable, position) }

  private func primitive(_ row: Int, _ operands: Expression...) -> Expression { .primitive(row, operands, position) }
}
