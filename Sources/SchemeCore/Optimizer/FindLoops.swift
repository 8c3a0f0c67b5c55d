// Finds the procedures that are loops: bound by `fix` alone, and only ever called, with the right number of arguments, in tail position of
// the fix expression or of their own body. A call of such a procedure is a jump; it needs no closure and no frame.
//
//     (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))        loop is a label with the parameter i
//
// Each place in an expression has a tail context: what is done with its value. The body of a lambda expression has one of its own; what is in tail position
// has that of what is around it. So a procedure is a loop if each call has the context of the fix expression or of the procedure's body; and if it is one, these two are the
// same context. Inner loops are decided before outer ones, so that a call of the outer loop from the inner one's body still is in tail position.
// One walk, without recursion; it may give up (LongWork.swift).
import GuestABI

func findLoops(_ expression: Expression) {
  var finder = LoopFinder()
  finder.find(in: expression)
}

private struct LoopFinder {
  private enum Task {
    case visit(Expression, Int32)
    /// Everything in a fix expression has been visited: its context, and that of the procedure's body.
    case decide(Variable, Lambda, around: Int32, inside: Int32)
  }

  private var tasks: [Task] = []
  /// For each context the one that it has been found to be, or itself.
  private var contexts: [Int32] = []

  mutating func find(in expression: Expression) {
    visitApart(expression)
    while let task = tasks.popLast() {
      if LongWork.step() { return }
      switch task {
      case .visit(let expression, let context): visit(expression, context)
      case .decide(let variable, let lambda, let around, let inside): decide(variable, lambda, around, inside)
      }
    }
  }

  private mutating func makeContext() -> Int32 {
    contexts.append(Int32(contexts.count))
    return Int32(contexts.count - 1)
  }

  private mutating func resolve(_ context: Int32) -> Int32 {
    var context = context
    while contexts[Int(context)] != context {
      // Half of the path is cut each time.
      contexts[Int(context)] = contexts[Int(contexts[Int(context)])]
      context = contexts[Int(context)]
    }
    return context
  }

  /// Visits, later, what is not in tail position.
  private mutating func visitApart(_ expression: Expression) {
    switch expression {
    case .constant, .global: break
    case .local(let variable, _): variable.isUsedOtherwise = true
    default: tasks.append(.visit(expression, makeContext()))
    }
  }

  private mutating func visit(_ expression: Expression, _ context: Int32) {
    switch expression {
    case .constant, .global: break
    case .local(let variable, _): variable.isUsedOtherwise = true
    case .setLocal(_, let value), .setGlobal(_, let value, _), .define(_, let value): visitApart(value)
    case .if(let test, let then, let otherwise):
      visitApart(test)
      tasks.append(.visit(then, context))
      tasks.append(.visit(otherwise, context))
    case .or(let first, let second):
      visitApart(first)
      tasks.append(.visit(second, context))
    case .lambda(let lambda): visitApart(lambda.body)
    case .sequence(let parts):
      for part in parts.dropLast() { visitApart(part) }
      tasks.append(.visit(parts[parts.count - 1], context))
    case .call(.local(let callee, _), let operands, _):
      note(callee, operands.count, context)
      for operand in operands { visitApart(operand) }
    case .call(let callee, let operands, _):
      visitApart(callee)
      for operand in operands { visitApart(operand) }
    case .primitive(_, let operands, _): for operand in operands { visitApart(operand) }
    case .let(_, let values, let body):
      for value in values { visitApart(value) }
      tasks.append(.visit(body, context))
    case .fix(let variables, let lambdas, let body):
      let inside = lambdas.map { _ in makeContext() }
      if variables.count == 1 {
        variables[0].callContexts = []
        variables[0].isUsedOtherwise = false
        tasks.append(.decide(variables[0], lambdas[0], around: context, inside: inside[0]))
      }
      for (index, lambda) in lambdas.enumerated() { tasks.append(.visit(lambda.body, inside[index])) }
      tasks.append(.visit(body, context))
    }
  }

  private func note(_ callee: Variable, _ count: Int, _ context: Int32) {
    guard let lambda = callee.lambda, lambda.parameters.count == count else { return callee.isUsedOtherwise = true }
    if callee.callContexts.last != context { callee.callContexts.append(context) }
  }

  private mutating func decide(_ variable: Variable, _ lambda: Lambda, _ around: Int32, _ inside: Int32) {
    defer { variable.callContexts = [] }
    if variable.isAssigned || variable.isApart || variable.isUsedOtherwise || lambda.hasRest { return }
    let (outer, inner) = (resolve(around), resolve(inside))
    for context in variable.callContexts {
      let context = resolve(context)
      if context != outer && context != inner { return }
    }
    variable.isLoop = true
    lambda.inlinedInto = variable.owner
    contexts[Int(inner)] = outer
  }
}

/// Whether a procedure's body calls it in tail position only.
struct TailUses {
  let variable: Variable
  let arguments: Int

  /// May give up (LongWork.swift).
  func onlyJumps(_ body: Expression) -> Bool {
    var work: [(expression: Expression, isTail: Bool)] = [(body, true)]
    while let (expression, isTail) = work.popLast() {
      if LongWork.step() { return false }
      switch expression {
      case .constant, .global: break
      case .local(let other, _): if other === variable { return false }
      case .setLocal(let other, let value):
        if other === variable { return false }
        work.append((value, false))
      case .setGlobal(_, let value, _), .define(_, let value): work.append((value, false))
      case .if(let test, let then, let otherwise): work += [(test, false), (then, isTail), (otherwise, isTail)]
      case .or(let first, let second): work += [(first, false), (second, isTail)]
      case .lambda(let lambda): work.append((lambda.body, false))
      case .sequence(let parts):
        for part in parts.dropLast() { work.append((part, false)) }
        work.append((parts[parts.count - 1], isTail))
      case .call(.local(let callee, _), let operands, _) where callee === variable:
        if !isTail || operands.count != arguments { return false }
        for operand in operands { work.append((operand, false)) }
      case .call(let callee, let operands, _):
        work.append((callee, false))
        for operand in operands { work.append((operand, false)) }
      case .primitive(_, let operands, _): for operand in operands { work.append((operand, false)) }
      case .let(_, let values, let body):
        for value in values { work.append((value, false)) }
        work.append((body, isTail))
      case .fix(let variables, let lambdas, let body):
        for (index, lambda) in lambdas.enumerated() { work.append((lambda.body, isTail && variables[index].isLoop)) }
        work.append((body, isTail))
      }
    }
    return true
  }
}
