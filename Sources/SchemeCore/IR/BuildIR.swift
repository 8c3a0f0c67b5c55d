// Builds the IR of a lambda and of the lambdas within from core expressions: names every intermediate value (A-normal form), gives variables
// their slots, turns loops and the meeting points of branches into labels, and makes closed procedures constants.
//
// Nodes are built from the end: each function takes what follows as a closure (for a value's use) or as a `Destination` (for tail positions),
// so a node's successor exists before the node.
//
// The methods are not optimised: the closures that they pass to each other would be specialised into one another without end (6 MB of code and
// minutes of compile time against 100 KB), for work that is bound by memory allocation anyway.
import GuestABI

/// A place to jump to, with parameters in consecutive slots.
final class Label {
  let node: Node
  let base: Int
  let count: Int
  init(_ node: Node, base: Int, count: Int) {
    self.node = node
    self.base = base
    self.count = count
  }
}

/// Builds the Func of a lambda whose free variables have been found.
@discardableResult
func buildFunction(_ lambda: Lambda) -> Func {
  if lambda.function.address == 0 { declareFunction(lambda) }
  let builder = FunctionBuilder(lambda)
  builder.build()
  return lambda.function
}

/// Makes the Func, without its body.
func declareFunction(_ lambda: Lambda) {
  let count = lambda.parameters.count
  lambda.function = Func.make(
    kind: .lambda, name: lambda.name, parameters: lambda.hasRest ? count - 1 : count, hasRest: lambda.hasRest,
    position: lambda.position)
}

/// The symbol `%catch`; set at start-up.
nonisolated(unsafe) var catchSymbol: Word = 0

/// The constant operand of a value.
func constantOperand(_ value: Word) -> Operand {
  if value.isPointer { return .constant(cell: CodeStore.addConstant(value)) }
  let cell = CodeStore.allocate(bytes: 8)
  store64(cell, value)
  return .constant(cell: cell)
}

/// Where the value of a tail position goes.
private enum Destination {
  case `return`
  case jump(Label)
}

/// How large a frame may be: what is stored between two polls must fit behind the end of the shadow stack.
enum FrameBound {
  static let slots = Heap.stackReserve / 8 - 2000
  /// A function with a larger frame has been built since this was asked last.
  static var isExceeded: Bool {
    defer { exceeded = false }
    return exceeded
  }
  nonisolated(unsafe) private static var exceeded = false
  static func check(_ slots: Int) { if slots > self.slots { exceeded = true } }
}

private final class FunctionBuilder {
  let lambda: Lambda
  var frameSlots = 0

  init(_ lambda: Lambda) { self.lambda = lambda }

  @_optimize(none)
  func build() {
    let function = lambda.function
    function.freeVariables = lambda.free.count
    for (index, parameter) in lambda.parameters.enumerated() { parameter.operand = .slot(index) }
    let depth = lambda.parameters.count
    frameSlots = depth
    function.body = boxed(lambda.parameters, first: 0, depth) { self.tail(self.lambda.body, depth, .return) }
    function.frameSlots = frameSlots
    FrameBound.check(frameSlots)
    computeLiveness(function)
  }

  // MARK: Nodes

  /// A node that binds a new slot. The slot is the first above `depth`, where the operands' temporaries start, if that is given: they are not needed any
  /// more. `top` is above all slots in use, the temporaries included.
  @_optimize(none)
  private func bind(
    _ kind: NodeKind, operation: InlineOperation = .none, a: Operand = .none, b: Operand = .none, payload: Address = 0,
    position: SourcePosition = .none, arguments: [Operand] = [], at depth: Int? = nil, _ top: Int,
    _ next: (Operand, Int) -> Node
  ) -> Node {
    let slot = depth ?? top
    frameSlots = max(frameSlots, top + 1 + arguments.count)
    let rest = next(.slot(slot), slot + 1)
    return Node.make(
      kind, operation: operation, a: a, b: b, slot: slot, depth: top, next: rest, payload: payload, position: position,
      arguments: arguments)
  }

  /// Puts the variables that are assigned, from slot `first` on, into boxes.
  @_optimize(none)
  private func boxed(_ variables: [Variable], first: Int, _ depth: Int, _ next: () -> Node) -> Node {
    var node = next()
    for (index, variable) in variables.enumerated() where variable.isAssigned {
      let slot = first + index
      node = Node.make(.makeBox, a: .slot(slot), slot: slot, depth: depth, next: node)
    }
    return node
  }

  /// Introduces a label for what `body` builds, in scope in what `scope` builds.
  @_optimize(none)
  private func label(
    _ depth: Int, parameters: Int, isLoop: Bool, body: (Label) -> Node, scope: (Label) -> Node
  ) -> Node {
    frameSlots = max(frameSlots, depth + parameters)
    let node = Node.make(.label, slot: depth, depth: depth)
    store16(node.address &+ 2, UInt16(parameters))
    node.setOwner(lambda.function)
    if isLoop { node.flags = Node.loopFlag }
    let label = Label(node, base: depth, count: parameters)
    node.payload = body(label).address
    node.next = scope(label)
    return node
  }

  @_optimize(none)
  private func jump(_ label: Label, _ arguments: [Operand], _ depth: Int, isBack: Bool = false) -> Node {
    frameSlots = max(frameSlots, max(depth, label.base + label.count) + arguments.count)
    return Node.make(
      .jump, slot: label.base, depth: max(depth, label.base + label.count), payload: label.node.address, arguments: arguments)
  }

  @_optimize(none)
  private func finish(_ operand: Operand, _ depth: Int, _ destination: Destination) -> Node {
    switch destination {
    case .return: Node.make(.return, a: operand, depth: depth)
    case .jump(let label): jump(label, label.count == 0 ? [] : [operand], depth)
    }
  }

  // MARK: Variables

  /// Where a variable's value (or box) is, seen from this function.
  @_optimize(none)
  private func locate(_ variable: Variable) -> Operand {
    if variable.operand.kind == .constant { return variable.operand }
    if variable.lambda === lambda { return .procedure }
    if variable.owner.frame === lambda { return variable.operand }
    for index in lambda.free.indices where lambda.free[index] === variable { return .free(index) }
    abortRuntime("a variable is out of reach")
  }

  /// `(%catch thunk)`: a call that an escape can end. (Only the library has it; never in tail position.)
  @_optimize(none)
  private func catching(
    _ thunk: Expression, _ position: SourcePosition, _ depth: Int, _ next: (Operand, Int) -> Node
  ) -> Node {
    value(thunk, depth) { operand, deeper in
      let node = self.bind(.call, a: operand, position: position, at: depth, deeper, next)
      node.flags |= Node.catchFlag
      return node
    }
  }

  // MARK: Values

  /// The value of an expression as an operand for what `next` builds.
  @_optimize(none)
  private func value(_ expression: Expression, _ depth: Int, _ next: (Operand, Int) -> Node) -> Node {
    switch expression {
    case .constant(let word): return next(constantOperand(word), depth)
    case .local(let variable, let position):
      let operand = locate(variable)
      if !variable.isAssigned { return next(operand, depth) }
      return bind(.boxRef, a: operand, position: position, arguments: [constantOperand(variable.name)], depth, next)
    case .global(let symbol, let position):
      if symbolValue(symbol) != Constant.undefined { return next(.global(symbol), depth) }
      return bind(.globalRef, payload: symbol.address, position: position, depth, next)
    case .setLocal, .setGlobal, .define:
      return effect(expression, depth) { next(constantOperand(Constant.unspecified), $0) }
    case .lambda(let inner): return closure(inner, depth, next)
    case .call(let callee, let arguments, let position):
      if case .local(let loop, _) = callee, loop.isLoop { break }
      if case .global(let symbol, _) = callee, symbol == catchSymbol { return catching(arguments[0], position, depth, next) }
      if isApply(callee, arguments) {
        return call(arguments[0], Array(arguments[1...]), depth) { operand, operands, _, deeper in
          self.bind(.apply, a: operand, position: position, arguments: operands, at: depth, deeper, next)
        }
      }
      return call(callee, arguments, depth) { operand, operands, known, deeper in
        self.bind(.call, a: operand, payload: known, position: position, arguments: operands, at: depth, deeper, next)
      }
    case .primitive(let row, let arguments, let position): return primitive(row, arguments, position, depth, next)
    case .sequence(let parts):
      return sequence(parts, 0, depth) { self.value($0, depth, next) }
    case .let(let variables, let values, let body):
      return bindAll(variables, values, 0, depth) { self.value(body, $0, next) }
    case .fix(let variables, let lambdas, let body) where !variables[0].isLoop:
      return fix(variables, lambdas, depth) { self.value(body, $0, next) }
    case .if, .or, .fix: break
    }
    // The paths meet in a label whose parameter is the value.
    return label(depth, parameters: 1, isLoop: false) { _ in
      next(.slot(depth), depth + 1)
    } scope: { label in
      tail(expression, depth, .jump(label))
    }
  }

  /// The values of several expressions, left to right. Of many, each chunk is computed in front of a label whose parameters it becomes, so that a wide call
  /// needs no deep stack.
  @_optimize(none)
  private func values(
    _ expressions: [Expression], _ index: Int, _ found: [Operand], _ depth: Int, _ next: ([Operand], Int) -> Node
  ) -> Node {
    if index == expressions.count { return next(found, depth) }
    let chunk = FunctionBuilder.valueChunk
    if expressions.count - index > chunk && index % chunk == 0 {
      return label(depth, parameters: chunk, isLoop: false) { _ in
        let slots = (0..<chunk).map { Operand.slot(depth + $0) }
        return self.values(expressions, index + chunk, found + slots, depth + chunk, next)
      } scope: { label in
        self.values([Expression](expressions[index..<(index + chunk)]), 0, [], depth) { self.jump(label, $0, $1) }
      }
    }
    return value(expressions[index], depth) { operand, deeper in
      self.values(expressions, index + 1, found + [operand], deeper, next)
    }
  }

  /// An expression for its effect only.
  @_optimize(none)
  private func effect(_ expression: Expression, _ depth: Int, _ next: (Int) -> Node) -> Node {
    switch expression {
    case .constant, .lambda: return next(depth)
    case .local(let variable, _) where !variable.isAssigned: return next(depth)
    case .setLocal(let variable, let value):
      return self.value(value, depth) { operand, deeper in
        self.bind(.boxSet, a: self.locate(variable), b: operand, deeper) { _, _ in next(depth) }
      }
    case .setGlobal(let symbol, let value, let position):
      return self.value(value, depth) { operand, deeper in
        self.bind(.globalSet, a: operand, payload: symbol.address, position: position, deeper) { _, _ in next(depth) }
      }
    case .define(let symbol, let value):
      return self.value(value, depth) { operand, deeper in
        self.bind(.globalDefine, a: operand, payload: symbol.address, deeper) { _, _ in next(depth) }
      }
    case .sequence(let parts):
      return sequence(parts, 0, depth) { self.effect($0, depth, next) }
    case .if(_, _, _), .or, .fix:
      if case .fix(let variables, let lambdas, let body) = expression, !variables[0].isLoop {
        return fix(variables, lambdas, depth) { deeper in self.effect(body, deeper) { _ in next(depth) } }
      }
      return label(depth, parameters: 0, isLoop: false) { _ in
        next(depth)
      } scope: { label in
        tail(expression, depth, .jump(label))
      }
    case .let(let variables, let values, let body):
      return bindAll(variables, values, 0, depth) { deeper in self.effect(body, deeper) { _ in next(depth) } }
    case .local, .global, .call, .primitive: return value(expression, depth) { _, _ in next(depth) }
    }
  }

  /// How many expressions of a sequence are built in one recursion: the rest follows behind a label, so that a long body does not need a deep stack.
  private static var sequenceChunk: Int { 64 }
  /// The same for the operands of a call and the bindings of a let.
  private static var valueChunk: Int { 128 }

  /// All but the last of some expressions for effect, then the last.
  @_optimize(none)
  private func sequence(_ parts: [Expression], _ index: Int, _ depth: Int, _ last: (Expression) -> Node) -> Node {
    if index == parts.count - 1 { return last(parts[index]) }
    if index % FunctionBuilder.sequenceChunk == FunctionBuilder.sequenceChunk - 1 {
      return label(depth, parameters: 0, isLoop: false) { _ in
        self.sequence(parts, index + 1, depth, last)
      } scope: { label in
        self.effect(parts[index], depth) { self.jump(label, [], $0) }
      }
    }
    return effect(parts[index], depth) { _ in self.sequence(parts, index + 1, depth, last) }
  }

  // MARK: Tail positions

  @_optimize(none)
  private func tail(_ expression: Expression, _ depth: Int, _ destination: Destination) -> Node {
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
          otherwise: self.tail(second, deeper, destination))
      }
    case .call(.local(let loop, _), let arguments, _) where loop.isLoop:
      return values(arguments, 0, [], depth) { operands, deeper in self.jump(loop.label!, operands, deeper) }
    case .call(let callee, let arguments, let position):
      guard case .return = destination, !lambda.isTopLevel else { break }
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
  private func loop(
    _ variable: Variable, _ lambda: Lambda, _ body: Expression, _ depth: Int, _ destination: Destination
  ) -> Node {
    let count = lambda.parameters.count
    return label(depth, parameters: count, isLoop: true) { label in
      variable.label = label
      for (index, parameter) in lambda.parameters.enumerated() { parameter.operand = .slot(depth + index) }
      return boxed(lambda.parameters, first: depth, depth + count) {
        self.tail(lambda.body, depth + count, destination)
      }
    } scope: { _ in
      tail(body, depth, destination)
    }
  }

  // MARK: Tests

  /// Goes to one of two continuations. Each is built once; where several paths lead to one, it is a label.
  @_optimize(none)
  private func test(_ condition: Expression, _ depth: Int, then: () -> Node, otherwise: () -> Node) -> Node {
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
    case .if(let first, let second, let third):
      return sharing(then, depth) { then in
        self.sharing(otherwise, depth) { otherwise in
          self.test(first, depth) {
            self.test(second, depth, then: then, otherwise: otherwise)
          } otherwise: {
            self.test(third, depth, then: then, otherwise: otherwise)
          }
        }
      }
    case .or(let first, let second):
      return sharing(then, depth) { then in
        self.test(first, depth, then: then) { self.test(second, depth, then: then, otherwise: otherwise) }
      }
    case .sequence(let parts):
      return sequence(parts, 0, depth) { self.test($0, depth, then: then, otherwise: otherwise) }
    default:
      return value(condition, depth) { operand, deeper in
        Node.makeBranch(.branch, a: operand, depth: deeper, then: then(), otherwise: otherwise())
      }
    }
  }

  /// Makes a continuation a label and gives `use` a builder of jumps to it.
  @_optimize(none)
  private func sharing(_ target: () -> Node, _ depth: Int, _ use: (() -> Node) -> Node) -> Node {
    label(depth, parameters: 0, isLoop: false) { _ in
      target()
    } scope: { label in
      use { self.jump(label, [], depth) }
    }
  }

  // MARK: Calls

  /// Whether a call is `(apply procedure argument ... list)`.
  @_optimize(none)
  private func isApply(_ callee: Expression, _ arguments: [Expression]) -> Bool {
    guard case .global(let symbol, _) = callee else { return false }
    return arguments.count > 1 && knownProcedures.isStandard(symbol, knownProcedures.apply)
  }

  /// Callee and arguments as operands; also the Func, where it is known.
  @_optimize(none)
  private func call(
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
  private func primitive(
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

  // MARK: Binding

  @_optimize(none)
  private func bindAll(
    _ variables: [Variable], _ values: [Expression], _ index: Int, _ depth: Int, _ next: (Int) -> Node
  ) -> Node {
    if index == variables.count { return next(depth) }
    let chunk = FunctionBuilder.valueChunk
    if variables.count - index > chunk && index % chunk == 0 {
      let some = [Variable](variables[index..<(index + chunk)])
      return label(depth, parameters: chunk, isLoop: false) { _ in
        for (offset, variable) in some.enumerated() { variable.operand = .slot(depth + offset) }
        return self.boxed(some, first: depth, depth + chunk) {
          self.bindAll(variables, values, index + chunk, depth + chunk, next)
        }
      } scope: { label in
        self.values([Expression](values[index..<(index + chunk)]), 0, [], depth) { self.jump(label, $0, $1) }
      }
    }
    let variable = variables[index]
    return value(values[index], depth) { operand, deeper in
      if variable.isAssigned {
        return self.bind(.makeBox, a: operand, deeper) { box, deepest in
          variable.operand = box
          return self.bindAll(variables, values, index + 1, deepest, next)
        }
      }
      // Globals can change, so their value is taken now; all else can be used where it is.
      if operand.kind == .global {
        return self.bind(.move, a: operand, deeper) { slot, deepest in
          variable.operand = slot
          return self.bindAll(variables, values, index + 1, deepest, next)
        }
      }
      variable.operand = operand
      return self.bindAll(variables, values, index + 1, deeper, next)
    }
  }

  // MARK: Procedures

  /// The free variables that are not constants where the procedure is made.
  @_optimize(none)
  private func dropConstants(_ inner: Lambda) {
    inner.free.removeAll { $0.operand.kind == .constant || $0.lambda === inner }
  }

  @_optimize(none)
  private func closure(_ inner: Lambda, _ depth: Int, _ next: (Operand, Int) -> Node) -> Node {
    dropConstants(inner)
    declareFunction(inner)
    buildFunction(inner)
    if inner.free.isEmpty { return next(constantProcedure(inner), depth) }
    let captured = inner.free.map { locate($0) }
    return bind(.makeProcedure, payload: inner.function.address, arguments: captured, depth, next)
  }

  @_optimize(none)
  private func constantProcedure(_ inner: Lambda) -> Operand {
    return constantOperand(makeProcedure(function: inner.function.address, freeVariables: 0))
  }

  @_optimize(none)
  private func fix(_ variables: [Variable], _ lambdas: [Lambda], _ depth: Int, _ next: (Int) -> Node) -> Node {
    for lambda in lambdas {
      dropConstants(lambda)
      declareFunction(lambda)
    }
    func isMember(_ variable: Variable) -> Bool { variables.contains { $0 === variable } }
    if lambdas.allSatisfy({ $0.free.allSatisfy(isMember) }) {
      for (index, variable) in variables.enumerated() {
        lambdas[index].free = []
        variable.operand = constantProcedure(lambdas[index])
      }
      for lambda in lambdas { buildFunction(lambda) }
      return next(depth)
    }
    for lambda in lambdas { buildFunction(lambda) }
    for (index, variable) in variables.enumerated() { variable.operand = .slot(depth + index) }
    return make(variables, lambdas, 0, depth) { self.fill(variables, lambdas, 0, 0, $0, next) }
  }

  /// Makes the procedures of a group; members made later are filled in afterwards.
  @_optimize(none)
  private func make(
    _ variables: [Variable], _ lambdas: [Lambda], _ index: Int, _ depth: Int, _ next: (Int) -> Node
  ) -> Node {
    if index == variables.count { return next(depth) }
    let captured = lambdas[index].free.map { free in
      for later in index..<variables.count where variables[later] === free { return constantOperand(.fixnum(0)) }
      return locate(free)
    }
    return bind(.makeProcedure, payload: lambdas[index].function.address, arguments: captured, depth) { _, deeper in
      self.make(variables, lambdas, index + 1, deeper, next)
    }
  }

  @_optimize(none)
  private func fill(
    _ variables: [Variable], _ lambdas: [Lambda], _ index: Int, _ position: Int, _ depth: Int, _ next: (Int) -> Node
  ) -> Node {
    if index == variables.count { return next(depth) }
    if position == lambdas[index].free.count { return fill(variables, lambdas, index + 1, 0, depth, next) }
    let rest = fill(variables, lambdas, index, position + 1, depth, next)
    let free = lambdas[index].free[position]
    for later in index..<variables.count where variables[later] === free {
      return Node.make(
        .fillProcedure, a: variables[index].operand, b: Operand(bits: UInt32(position)), depth: depth, next: rest,
        arguments: [locate(free)])
    }
    return rest
  }
}
