// The interpreter: walks the IR of one procedure at a time in a loop; tail calls of interpreted procedures and all jumps stay in the loop, other
// calls recur. Frames lie on the shadow stack: `frame` is slot 0, and everything below the current node's depth is a value.
//
// A result of `Constant.unwind` means that the call did not finish (an error, a capture, a deep stack): the frame is recorded and
// the interpreter returns. A result of `Constant.tailCall` asks the caller to call `Pending`.
import GuestABI

/// Runs from a node to the end of its procedure.
func run(_ start: Node, _ frame: Address, _ procedureStart: Word) -> Word {
  var node = start
  var procedure = procedureStart
  while true {
    switch node.kind {
    case .operation:
      let result = perform(node, frame, procedure)
      if result == Constant.unwind { return recordFrame(node, frame, procedure) }
      store64(frame &+ node.slotOffset, result)
    case .branchOperation:
      let result = decide(node, frame, procedure)
      if result != Constant.true {
        if result != Constant.false { return recordFrame(node, frame, procedure) }
        node = node.alternative
        continue
      }
    case .branch:
      node = node.a.value(frame, procedure) != Constant.false ? node.next : node.alternative
      continue
    case .return:
      node.countReturn()
      return node.a.value(frame, procedure)
    case .jump:
      if let result = jump(&node, frame, &procedure) { return result }
      continue
    case .tailCall:
      if let result = tailCall(&node, frame, &procedure) { return result }
      continue
    case .tailApply: return tailApply(node, frame, procedure)
    case .call: if let result = call(node, frame, &procedure) { return result }
    case .apply: if let result = apply(node, frame, &procedure) { return result }
    case .primitiveCall: if let result = callPrimitive(node, frame, procedure) { return result }
    case .makeProcedure: makeProcedure(node, frame, procedure)
    case .fillProcedure: node.a.value(frame, procedure).setField(1 + Int(node.b.bits), node.argument(0).value(frame, procedure))
    case .makeBox: store64(frame &+ node.slotOffset, makeBox(node.a.value(frame, procedure)))
    case .boxRef: if let result = loadBox(node, frame, procedure) { return result }
    case .boxSet: node.a.value(frame, procedure).setField(0, node.b.value(frame, procedure))
    case .globalRef: if let result = loadGlobal(node, frame, procedure) { return result }
    case .globalSet: if let result = assignGlobal(node, frame, procedure) { return result }
    case .globalDefine: if let result = defineGlobal(node, frame, procedure) { return result }
    case .move: store64(frame &+ node.slotOffset, node.a.value(frame, procedure))
    case .label: break
    }
    node = node.next
  }
}

// The steps of `run`, each inlined into it. nil: the procedure goes on; a word: `run` returns it.

// MARK: Variables and procedures

@inline(__always)
private func makeProcedure(_ node: Node, _ frame: Address, _ procedure: Word) {
  let made = makeProcedure(function: node.payload, freeVariables: node.count)
  for index in 0..<node.count { made.initializeField(1 + index, node.argument(index).value(frame, procedure)) }
  store64(frame &+ node.slotOffset, made)
}

@inline(__always)
private func loadBox(_ node: Node, _ frame: Address, _ procedure: Word) -> Word? {
  let value = node.a.value(frame, procedure).field(0)
  if value == Constant.undefined {
    _ = raiseUndefinedVariable(node.argument(0).value(frame, procedure))
    return recordFrame(node, frame, procedure)
  }
  store64(frame &+ node.slotOffset, value)
  return nil
}

@inline(__always)
private func loadGlobal(_ node: Node, _ frame: Address, _ procedure: Word) -> Word? {
  let value = globalValue(node.payload)
  if value == Constant.undefined {
    _ = raiseUnboundVariable(.pointer(node.payload, Tag.object))
    return recordFrame(node, frame, procedure)
  }
  store64(frame &+ node.slotOffset, value)
  return nil
}

@inline(__always)
private func assignGlobal(_ node: Node, _ frame: Address, _ procedure: Word) -> Word? {
  if globalValue(node.payload) == Constant.undefined {
    _ = raiseUnboundVariable(.pointer(node.payload, Tag.object))
    return recordFrame(node, frame, procedure)
  }
  if Sealing.isSealed(node.payload) {
    _ = Sealing.raiseAssignment(of: node.payload)
    return recordFrame(node, frame, procedure)
  }
  setGlobal(node.payload, node.a.value(frame, procedure))
  return nil
}

@inline(__always)
private func defineGlobal(_ node: Node, _ frame: Address, _ procedure: Word) -> Word? {
  if Sealing.isSealed(node.payload) {
    _ = Sealing.raiseDefinition(of: node.payload)
    return recordFrame(node, frame, procedure)
  }
  setGlobal(node.payload, node.a.value(frame, procedure))
  return nil
}

// MARK: Calls

/// The least distance between the frames of a caller and its callee, so that the depth of the native stack is bounded by that of the shadow stack.
private let minimumFrame: UInt32 = 32

/// Prepares a call that is not a tail call. The running procedure may move while the callee runs, so it is kept above the slots; the arguments
/// go to `sp`.
@inline(__always)
private func beginCall(_ node: Node, _ frame: Address, _ procedure: Word) -> (kept: Address, sp: Address) {
  let kept = frame &+ node.depthOffset
  store64(kept, procedure)
  var sp = kept &+ 8
  if node.depthOffset < minimumFrame &- 8 {
    store64(sp, Header.skip(words: Int((minimumFrame &- 8 &- node.depthOffset) >> 3)))
    sp = frame &+ minimumFrame
  }
  let count = UInt32(node.count)
  var argument: UInt32 = 0
  while argument < count {
    store64(sp &+ argument &* 8, node.argument(Int(argument)).value(frame, procedure))
    argument &+= 1
  }
  return (kept, sp)
}

/// Binds a call's result. False if the frame is recorded and the unwinding goes on.
@inline(__always)
private func endCall(_ result: Word, _ node: Node, _ frame: Address, _ procedure: Word) -> Bool {
  var value = result
  if result == Constant.unwind {
    value = recordFrame(node, frame, procedure)
    if value == Constant.unwind { return false }
  }
  store64(frame &+ node.slotOffset, value)
  return true
}

/// A call of what is no procedure.
private func refuseCallee(_ callee: Word, _ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  _ = raiseBadCallee(node, callee)
  return recordFrame(node, frame, procedure)
}

@inline(__always)
private func call(_ node: Node, _ frame: Address, _ procedure: inout Word) -> Word? {
  let callee = node.a.value(frame, procedure)
  if !callee.isProcedure { return refuseCallee(callee, node, frame, procedure) }
  let function = Func(procedureFunction(callee))
  node.record(callee: function)
  let (kept, sp) = beginCall(node, frame, procedure)
  let result = call(callee, function, sp, node.count)
  procedure = load64(kept)
  return endCall(result, node, frame, procedure) ? nil : Constant.unwind
}

/// A call whose last argument is a list of arguments.
@inline(__always)
private func apply(_ node: Node, _ frame: Address, _ procedure: inout Word) -> Word? {
  let callee = node.a.value(frame, procedure)
  if !callee.isProcedure { return refuseCallee(callee, node, frame, procedure) }
  let (kept, sp) = beginCall(node, frame, procedure)
  let count = spreadList(callee, sp, node.count)
  if count < 0 { return recordFrame(node, frame, procedure) }
  let result = callAny(callee, sp, count)
  procedure = load64(kept)
  return endCall(result, node, frame, procedure) ? nil : Constant.unwind
}

@inline(__always)
private func callPrimitive(_ node: Node, _ frame: Address, _ procedure: Word) -> Word? {
  let sp = frame &+ node.depthOffset
  for index in 0..<node.count { store64(sp &+ UInt32(index) &* 8, node.argument(index).value(frame, procedure)) }
  let result = Primitives.function(Int(node.payload))(sp, Int32(node.count))
  if result == Constant.unwind { return recordFrame(node, frame, procedure) }
  store64(frame &+ node.slotOffset, result)
  return nil
}

// MARK: Tail calls and jumps

/// Goes on with the body of an interpreted procedure.
@inline(__always)
private func tailCall(_ node: inout Node, _ frame: Address, _ procedure: inout Word) -> Word? {
  let callee = node.a.value(frame, procedure)
  if !callee.isProcedure {
    _ = raiseBadCallee(node, callee)
    return recordPlace(node, procedure, frame)
  }
  let count = node.count
  passArguments(node, to: frame, frame, procedure)
  let function = Func(procedureFunction(callee))
  node.record(callee: function)
  if function.isInterpreted(taking: count)
    || (function.kind == .lambda && function.state != .compiled && gatherRest(function, frame, count))
  {
    function.calls &+= 1
    procedure = callee
    if frame >= runtimeState.stackLimit || function.calls >= Hotness.threshold {
      procedure = pollEntry(procedure, frame, function.parameters + (function.hasRest ? 1 : 0))
      if procedure == Constant.unwind { return Constant.unwind }
      if function.state == .compiled { return Pending.set(procedure, frame, spreadRest(function, frame)) }
    }
    node = function.start
    return nil
  }
  let result = callOther(callee, frame, count)
  // The frame is gone, but its place explains an error.
  return result == Constant.unwind ? recordPlace(node, procedure) : result
}

@inline(__always)
private func tailApply(_ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  let callee = node.a.value(frame, procedure)
  if !callee.isProcedure {
    _ = raiseBadCallee(node, callee)
    return recordPlace(node, procedure, frame)
  }
  passArguments(node, to: frame, frame, procedure)
  let count = spreadList(callee, frame, node.count)
  return count < 0 ? recordPlace(node, procedure) : Pending.set(callee, frame, count)
}

/// Goes on with the body of a label. A loop counts its iterations, and polls.
@inline(__always)
private func jump(_ node: inout Node, _ frame: Address, _ procedure: inout Word) -> Word? {
  passArguments(node, to: frame &+ node.slotOffset, frame, procedure)
  let label = Node(node.payload)
  if label.flags & Node.loopFlag != 0 {
    if label.countIteration() >= Hotness.loopThreshold && hasGeneratedLoop(label) { return continueInGeneratedLoop(label, frame, procedure) }
    if frame >= runtimeState.stackLimit {
      procedure = pollLoop(label, node, frame, procedure)
      if procedure == Constant.unwind { return Constant.unwind }
    }
  }
  node = label.body
  return nil
}

/// Puts a jump's or tail call's arguments in consecutive slots, which the arguments may themselves be in.
@inline(__always)
private func passArguments(_ node: Node, to target: Address, _ frame: Address, _ procedure: Word) {
  switch node.count {
  case 0: return
  case 1: store64(target, node.argument(0).value(frame, procedure))
  case 2:
    let first = node.argument(0).value(frame, procedure)
    let second = node.argument(1).value(frame, procedure)
    store64(target, first)
    store64(target &+ 8, second)
  case 3:
    let first = node.argument(0).value(frame, procedure)
    let second = node.argument(1).value(frame, procedure)
    let third = node.argument(2).value(frame, procedure)
    store64(target, first)
    store64(target &+ 8, second)
    store64(target &+ 16, third)
  default: passManyArguments(node, to: target, frame, procedure)
  }
}

private func passManyArguments(_ node: Node, to target: Address, _ frame: Address, _ procedure: Word) {
  let temporary = frame &+ node.depthOffset
  for index in 0..<node.count { store64(temporary &+ UInt32(index) &* 8, node.argument(index).value(frame, procedure)) }
  copyMemory(to: target, from: temporary, bytes: 8 * node.count)
}
