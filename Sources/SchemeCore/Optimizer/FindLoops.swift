// Finds the procedures that are loops: bound by `fix` alone, and only ever called, with the right number of arguments, in tail position of
// the fix expression or of their own body. A call of such a procedure is a jump; it needs no closure and no frame.
//
//     (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))        loop is a label with the parameter i
//
// Inner loops are decided before outer ones, so that a call of the outer loop from the inner one's body still is in tail position.
import GuestABI

func findLoops(_ expression: Expression) {
  forEachSubexpression(expression) { findLoops($0) }
  guard case .fix(let variables, let lambdas, let body) = expression, variables.count == 1 else { return }
  let variable = variables[0]
  let lambda = lambdas[0]
  if variable.isAssigned || lambda.hasRest { return }
  let uses = TailUses(variable: variable, arguments: lambda.parameters.count)
  if uses.onlyJumps(lambda.body, isTail: true) && uses.onlyJumps(body, isTail: true) {
    variable.isLoop = true
    lambda.inlinedInto = variable.owner
  }
}

struct TailUses {
  let variable: Variable
  let arguments: Int

  /// May give up (LongWork.swift).
  func onlyJumps(_ expression: Expression, isTail: Bool) -> Bool {
    if LongWork.step() { return false }
    switch expression {
    case .constant, .global: return true
    case .local(let other, _): return other !== variable
    case .setLocal(let other, let value): return other !== variable && onlyJumps(value, isTail: false)
    case .setGlobal(_, let value, _), .define(_, let value): return onlyJumps(value, isTail: false)
    case .if(let test, let then, let otherwise):
      return onlyJumps(test, isTail: false) && onlyJumps(then, isTail: isTail) && onlyJumps(otherwise, isTail: isTail)
    case .or(let first, let second): return onlyJumps(first, isTail: false) && onlyJumps(second, isTail: isTail)
    case .lambda(let lambda): return onlyJumps(lambda.body, isTail: false)
    case .sequence(let parts):
      for index in parts.indices where !onlyJumps(parts[index], isTail: isTail && index == parts.count - 1) { return false }
      return true
    case .call(.local(let callee, _), let operands, _) where callee === variable:
      return isTail && operands.count == arguments && none(operands)
    case .call(let callee, let operands, _): return onlyJumps(callee, isTail: false) && none(operands)
    case .primitive(_, let operands, _): return none(operands)
    case .let(_, let values, let body): return none(values) && onlyJumps(body, isTail: isTail)
    case .fix(let variables, let lambdas, let body):
      for (index, lambda) in lambdas.enumerated()
      where !onlyJumps(lambda.body, isTail: isTail && variables[index].isLoop) { return false }
      return onlyJumps(body, isTail: isTail)
    }
  }

  private func none(_ expressions: [Expression]) -> Bool {
    for each in expressions where !onlyJumps(each, isTail: false) { return false }
    return true
  }
}
