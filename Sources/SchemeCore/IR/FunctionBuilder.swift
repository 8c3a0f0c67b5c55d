// Builds the IR of a lambda and of the lambdas within from core expressions: names every intermediate value (A-normal form), gives variables
// their slots, turns loops and the meeting points of branches into labels, and makes closed procedures constants.
//
// Nodes are built from the end: each method takes what follows as a closure (for a value's use) or as a `Destination` (for tail positions),
// so a node's successor exists before the node. The depth of the recursion is bounded by the expander's bound on nesting, and by `NativeStack`; long
// sequences and wide calls are cut into chunks, and so is whatever goes on for long in tail position (FunctionBuilder+Cuts.swift).
//
// The methods are not optimised: the closures that they pass to each other would be specialised into one another without end (6 MB of code and
// minutes of compile time against 100 KB), for work that is bound by memory allocation anyway.
import GuestABI

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
  lambda.template?.enter(lambda.function)
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

final class FunctionBuilder {
  let lambda: Lambda
  var frameSlots = 0
  /// Where the function's tail calls of itself, by the global that it is defined as, jump to.
  var selfLabel: Label?
  /// Whether the debugger may ask for the variables.
  let takesNotes: Bool
  /// How many expressions the one being built is within.
  var level = 0
  /// The present chunk: where the slots start that are bound in it, and what is cut off; and what has been cut off of others.
  var chunkBase = 0
  var cuts: [Cut] = []
  var waiting: [Cut] = []

  init(_ lambda: Lambda) {
    self.lambda = lambda
    takesNotes = Debugging.isOn && Sources.isUserCode(lambda.position)
  }

  @_optimize(none)
  func build() {
    let function = lambda.function
    function.freeVariables = lambda.free.count
    for (index, parameter) in lambda.parameters.enumerated() { parameter.operand = .slot(index) }
    let depth = lambda.parameters.count
    frameSlots = depth
    function.body =
      callsItself
      ? selfLoop(depth)
      : boxed(lambda.parameters, first: 0, depth) { self.chunk(depth) { self.tail(self.lambda.body, depth, .return) } }
    buildWaiting()
    if takesNotes { noteFunction() }
    function.start = function.body.isSelf ? function.body.body : function.body
    function.frameSlots = frameSlots
    FrameBound.check(frameSlots)
    computeLiveness(function)
  }

  /// Whether an expression is nested too deeply, or building is to be given up (LongWork.swift).
  @_optimize(none)
  var mustGiveUp: Bool { NativeStack.isExhausted || LongWork.stepOfForm() }

  /// What is built of an expression then: nothing that will run.
  @_optimize(none)
  func giveUp() -> Node {
    if !LongWork.isAbandoned { NativeStack.noteExhaustion() }
    return Node.make(.return, a: constantOperand(Constant.unspecified))
  }

  // MARK: Nodes

  /// A node that binds a new slot. The slot is the first above `depth`, where the operands' temporaries start, if that is given: they are not needed any
  /// more. `top` is above all slots in use, the temporaries included.
  @_optimize(none)
  func bind(
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
  func boxed(_ variables: [Variable], first: Int, _ depth: Int, _ next: () -> Node) -> Node {
    var node = next()
    for (index, variable) in variables.enumerated() where variable.isAssigned {
      let slot = first + index
      node = Node.make(.makeBox, a: .slot(slot), slot: slot, depth: depth, next: node)
    }
    return node
  }

  /// Introduces a label for what `body` builds, in scope in what `scope` builds.
  @_optimize(none)
  func label(
    _ depth: Int, parameters: Int, isLoop: Bool, body: (Label) -> Node, scope: (Label) -> Node
  ) -> Node {
    frameSlots = max(frameSlots, depth + parameters)
    let node = Node.make(.label, slot: depth, depth: depth)
    node.setCount(parameters)
    node.setOwner(lambda.function)
    if isLoop { node.flags = Node.loopFlag }
    let label = Label(node, base: depth, count: parameters)
    node.payload = body(label).address
    node.next = chunk(depth) { scope(label) }
    return node
  }

  @_optimize(none)
  func jump(_ label: Label, _ arguments: [Operand], _ depth: Int, isBack: Bool = false) -> Node {
    frameSlots = max(frameSlots, max(depth, label.base + label.count) + arguments.count)
    return Node.make(
      .jump, slot: label.base, depth: max(depth, label.base + label.count), payload: label.node.address, arguments: arguments)
  }

  @_optimize(none)
  func finish(_ operand: Operand, _ depth: Int, _ destination: Destination) -> Node {
    switch destination {
    case .return: Node.make(.return, a: operand, depth: depth)
    case .jump(let label): jump(label, label.count == 0 ? [] : [operand], depth)
    }
  }
}
