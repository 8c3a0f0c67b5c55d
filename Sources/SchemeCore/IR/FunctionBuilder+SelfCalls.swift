// Tail calls of a procedure by the global that it is defined as, within its own body: jumps to the start, while the global still holds it.
//
//     (define (count n) (if (= n 0) n (count (- n 1))))
//
//     label (n)                                  the procedure's parameters, in their slots
//       if n = 0: return n
//       m = n - 1
//       if `count` is still this procedure: jump (m), else tail call
//
// So the types of the parameters are inferred as those of any loop. The interpreter gains nothing by that: for it the call is one node, a tail call, which has the test
// and the jump as its `next`.
import GuestABI

extension FunctionBuilder {
  @_optimize(none)
  var callsItself: Bool {
    lambda.global != 0 && lambda.free.isEmpty && !lambda.hasRest && !lambda.isTopLevel && !lambda.parameters.isEmpty && endsInSelfCall(lambda.body)
  }

  /// Whether a tail position is such a call.
  @_optimize(none)
  private func endsInSelfCall(_ expression: Expression) -> Bool {
    var result = false
    walk(expression) { each, work in
      if result { return }
      switch each {
      case .call(let callee, let arguments, _): result = self.isSelfCall(callee, arguments)
      case .if(_, let then, let otherwise): work += [otherwise, then]
      case .or(_, let second): work.append(second)
      case .sequence(let parts): work.append(parts[parts.count - 1])
      case .let(_, _, let body): work.append(body)
      case .fix(let variables, let lambdas, let body):
        work.append(body)
        if variables[0].isLoop { work.append(lambdas[0].body) }
      default: break
      }
    }
    return result
  }

  @_optimize(none)
  func isSelfCall(_ callee: Expression, _ arguments: [Expression]) -> Bool {
    guard case .global(let symbol, _) = callee else { return false }
    return symbol == lambda.global && arguments.count == lambda.parameters.count
  }

  @_optimize(none)
  func selfLoop(_ depth: Int) -> Node {
    let body = label(0, parameters: depth, isLoop: true) { label in
      self.selfLabel = label
      return boxed(lambda.parameters, first: 0, depth) { self.chunk(depth) { self.tail(self.lambda.body, depth, .return) } }
    } scope: { label in
      jump(label, (0..<depth).map { .slot($0) }, depth)
    }
    body.flags |= Node.selfFlag
    return body
  }

  /// A tail call of the procedure itself.
  @_optimize(none)
  func selfCall(_ target: Label, _ arguments: [Expression], _ position: SourcePosition, _ depth: Int) -> Node {
    values(arguments, 0, [], depth) { operands, deeper in
      self.frameSlots = max(self.frameSlots, deeper + operands.count)
      let callee = Operand.global(self.lambda.global)
      let other = Node.make(.tailCall, a: callee, depth: deeper, position: position, arguments: operands)
      let test = Node.makeBranch(
        .branchOperation, operation: .isCurrent, a: callee, b: constantOperand(Word(self.lambda.function.address)), depth: deeper,
        then: self.jump(target, operands, deeper), otherwise: other)
      let call = Node.make(.tailCall, a: callee, depth: deeper, next: test, position: position, arguments: operands)
      call.flags |= Node.selfFlag
      return call
    }
  }
}
