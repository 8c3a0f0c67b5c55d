// Tail positions: expressions whose value goes to a `Destination`, loops, and the tests of conditionals.
import GuestABI

extension FunctionBuilder {
  @_optimize(none)
  func tail(_ expression: Expression, _ depth: Int, _ destination: Destination) -> Node {
    if mustGiveUp { return giveUp() }
    if isDeep && !expression.isAtom { return cut(expression, depth, destination) }
    level += 1
    defer { level -= 1 }
    switch expression {
    case .if(let condition, let then, let otherwise):
      return test(condition, depth) {
        self.tail(then, depth, destination)
      } otherwise: {
        self.tail(otherwise, depth, destination)
      }
    case .or(let first, let second):
      return value(first, depth) { operand, deeper in
        Node.makeBranch(
          .branch, a: operand, depth: deeper, then: self.finish(operand, deeper, destination),
          otherwise: self.tail(second, depth, destination))
      }
    case .call(.local(let loop, _), let arguments, _) where loop.isLoop:
      return values(arguments, 0, [], depth) { operands, deeper in self.jump(loop.label!, operands, deeper) }
    case .call(let callee, let arguments, let position):
      guard case .return = destination, !lambda.isTopLevel else { break }
      if let selfLabel, isSelfCall(callee, arguments) { return selfCall(selfLabel, arguments, position, depth) }
      if isApply(callee, arguments) {
        return call(arguments[0], Array(arguments[1...]), depth) { operand, operands, _, deeper in
          self.frameSlots = max(self.frameSlots, deeper + operands.count)
          return Node.make(.tailApply, a: operand, depth: deeper, position: position, arguments: operands)
        }
      }
      return call(callee, arguments, depth) { operand, operands, known, deeper in
        self.frameSlots = max(self.frameSlots, deeper + operands.count)
        return Node.make(
          .tailCall, a: operand, depth: deeper, payload: known, position: position, arguments: operands)
      }
    case .sequence(let parts): return sequence(parts, 0, depth) { self.tail($0, depth, destination) }
    case .let(let variables, let values, let body):
      return bindAll(variables, values, 0, depth) { self.tail(body, $0, destination) }
    case .fix(let variables, let lambdas, let body):
      if variables[0].isLoop { return loop(variables[0], lambdas[0], body, depth, destination) }
      return fix(variables, lambdas, depth) { self.tail(body, $0, destination) }
    default: break
    }
    if case .jump(let label) = destination, label.count == 0 {
      return effect(expression, depth) { self.jump(label, [], $0) }
    }
    return value(expression, depth) { self.finish($0, $1, destination) }
  }

  @_optimize(none)
  func loop(
    _ variable: Variable, _ lambda: Lambda, _ body: Expression, _ depth: Int, _ destination: Destination
  ) -> Node {
    let count = lambda.parameters.count
    return label(depth, parameters: count, isLoop: true) { label in
      variable.label = label
      for (index, parameter) in lambda.parameters.enumerated() { parameter.operand = .slot(depth + index) }
      let body = boxed(lambda.parameters, first: depth, depth + count) {
        self.chunk(depth + count) { self.tail(lambda.body, depth + count, destination) }
      }
      return self.noted(lambda.parameters, at: body)
    } scope: { _ in
      tail(body, depth, destination)
    }
  }

  // MARK: Tests

  /// Goes to one of two continuations. Each is built once; where several paths lead to one, it is a label.
  @_optimize(none)
  func test(_ condition: Expression, _ depth: Int, then: () -> Node, otherwise: () -> Node) -> Node {
    level += 1
    defer { level -= 1 }
    switch condition {
    case .constant(let word): return word.isTrue ? then() : otherwise()
    case .primitive(let row, let arguments, _) where Primitives.operation(row) == .not && arguments.count == 1:
      return test(arguments[0], depth, then: otherwise, otherwise: then)
    case .primitive(let row, let arguments, let position)
    where Primitives.operation(row).isPredicate && Primitives.operandCount(row) == arguments.count:
      return values(arguments, 0, [], depth) { operands, deeper in
        Node.makeBranch(
          .branchOperation, operation: Primitives.operation(row), a: operands[0], b: operands.count > 1 ? operands[1] : .none,
          depth: deeper, then: then(), otherwise: otherwise(), payload: Address(row), position: position)
      }
    case .if(let first, let second, let third) where !isDeep:
      return sharing(then, depth) { then in
        self.sharing(otherwise, depth) { otherwise in
          self.test(first, depth) {
            self.test(second, depth, then: then, otherwise: otherwise)
          } otherwise: {
            self.test(third, depth, then: then, otherwise: otherwise)
          }
        }
      }
    case .or(let first, let second) where !isDeep:
      return sharing(then, depth) { then in
        self.test(first, depth, then: then) { self.test(second, depth, then: then, otherwise: otherwise) }
      }
    case .sequence(let parts) where !isDeep:
      return sequence(parts, 0, depth) { self.test($0, depth, then: then, otherwise: otherwise) }
    default:
      return value(condition, depth) { operand, deeper in
        Node.makeBranch(.branch, a: operand, depth: deeper, then: then(), otherwise: otherwise())
      }
    }
  }

  /// Makes a continuation a label and gives `use` a builder of jumps to it.
  @_optimize(none)
  func sharing(_ target: () -> Node, _ depth: Int, _ use: (() -> Node) -> Node) -> Node {
    label(depth, parameters: 0, isLoop: false) { _ in
      target()
    } scope: { label in
      use { self.jump(label, [], depth) }
    }
  }
}
