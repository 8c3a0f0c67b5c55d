// Calls of procedures and of primitives.
import GuestABI

extension FunctionBuilder {
  /// Whether a call is `(apply procedure argument ... list)`.
  @_optimize(none)
  func isApply(_ callee: Expression, _ arguments: [Expression]) -> Bool {
    guard case .global(let symbol, _) = callee else { return false }
    return arguments.count > 1 && knownProcedures.isStandard(symbol, knownProcedures.apply)
  }

  /// Callee and arguments as operands; also the Func, where it is known.
  @_optimize(none)
  func call(
    _ callee: Expression, _ arguments: [Expression], _ depth: Int, _ next: (Operand, [Operand], Address, Int) -> Node
  ) -> Node {
    // A global callee is not checked for being defined here: calling what is no procedure is an error anyway.
    if case .global(let symbol, _) = callee {
      return values(arguments, 0, [], depth) { next(.global(symbol), $0, 0, $1) }
    }
    var known: Address = 0
    if case .local(let variable, _) = callee, !variable.isAssigned, let lambda = variable.lambda, !lambda.hasRest,
      lambda.parameters.count == arguments.count
    {
      known = lambda.function.address
    }
    return value(callee, depth) { operand, deeper in
      self.values(arguments, 0, [], deeper) { next(operand, $0, known, $1) }
    }
  }

  @_optimize(none)
  func primitive(
    _ row: Int, _ arguments: [Expression], _ position: SourcePosition, _ depth: Int, _ next: (Operand, Int) -> Node
  ) -> Node {
    values(arguments, 0, [], depth) { operands, deeper in
      let operation = Primitives.operation(row)
      if operation == .none || Primitives.operandCount(row) != operands.count {
        return self.bind(.primitiveCall, payload: Address(row), position: position, arguments: operands, at: depth, deeper, next)
      }
      return self.bind(
        .operation, operation: operation, a: operands[0], b: operands.count > 1 ? operands[1] : .none, payload: Address(row),
        position: position, arguments: operands.count > 2 ? Array(operands[2...]) : [], at: depth, deeper, next)
    }
  }
}
