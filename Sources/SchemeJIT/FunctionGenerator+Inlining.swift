// Inlining: the code of a small procedure in place of its call (see InliningRules).
//
//     guard: is the global's procedure still the same?    else back to the call, in the interpreter
//     arguments to new locals
//     block
//       the callee's paths; each value goes to the local of the call's slot: br 0
//     end
//
// Where a branch follows and nobody else wants the value, each path goes on with one side of the branch:
//
//     block
//       block
//         the callee's paths: br 0 where the value is true, br 1 where it is not
//       end
//       the consequent
//     end
//     the alternative
//
// The inlined procedure has no frame: nothing in it is interrupted, and what unwinds, a call at the end of one of its paths, or an error, is seen by the function
// around it.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates the callee of a call in its place, if that is possible.
  mutating func inlineCall(_ node: Node, isTail: Bool) -> Bool {
    guard speculates, inlining != nil || node.feedback < JITTuning.inliningFailures else { return false }
    guard let (callee, isGuarded) = InliningRules.target(of: node) else { return inlining == nil && inlineRecorded(node, isTail: isTail) }
    if !isTail && inlineWithFrame(callee, node, isGuarded) { return true }
    if InliningRules.isRead(of: callee, by: node) { return readParameter(node) }
    if InliningRules.isPrimitive(callee, taking: node.count) { return inlinePrimitive(callee, node, isGuarded, isTail: isTail) }
    let mustReturn = isTail ? frame.mustReturn : inlining != nil
    // What must be inlined has been counted with what it is inlined into.
    let budget = mustReturn ? Int.max : inlining != nil ? JITTuning.inlinedNodes : min(inliningBudget, JITTuning.inlinedNodes)
    var rules = InliningRules(budget: budget, in: [unit.function] + (inlining?.chain ?? []))
    if !rules.allow(callee, taking: node.count, mustReturn: mustReturn) { return false }
    if !mustReturn { inliningBudget -= budget - rules.budget }
    let isOutermost = begin(node)
    inlining!.chain.append(callee)
    relyOnCode(of: callee)
    if isGuarded { guardGlobal(node) }
    inlinedBody(of: callee, node, isTail: isTail, mustReturn)
    inlining!.chain.removeLast()
    if isOutermost { end() }
    return true
  }

  /// The same for a callee that is a variable, if the interpreter has seen only one procedure there; any other is called:
  ///
  ///     block
  ///       block
  ///         br_if 0 unless the callee is a procedure of that Func
  ///         the procedure's body; br 1
  ///       end
  ///       call
  ///     end
  ///
  /// Of a tail call, whether there is nothing left to be done: there always is.
  private mutating func inlineRecorded(_ node: Node, isTail: Bool) -> Bool {
    guard let recorded = InliningRules.recordedTarget(of: node) else { return false }
    let callee = InliningRules.code(of: recorded, taking: node.count)
    let isPrimitive = InliningRules.isPrimitive(callee, taking: node.count)
    if !isPrimitive {
      let budget = min(inliningBudget, JITTuning.inlinedNodes)
      var rules = InliningRules(budget: budget, in: [unit.function])
      if !rules.allow(callee, taking: node.count, mustReturn: false) { return false }
      inliningBudget -= budget - rules.budget
      relyOnCode(of: callee)
    }
    let before = state
    // The call that is left for other procedures has a value.
    testedCall = 0
    if !isTail {
      body.block()
      nesting += 1
    }
    body.block()
    nesting += 1
    leave(unlessProcedureOf: recorded, node)
    if isPrimitive {
      // A call records no types of operands: nothing is presumed of them.
      _ = inlinePrimitive(callee, node, false, feedback: Feedback.other, isTail: isTail)
    } else {
      _ = begin(node)
      inlining!.chain.append(callee)
      inlinedBody(of: callee, node, isTail: isTail, false)
      end()
    }
    if !isTail {
      if state.homes[node.slot] == .double { encode(slot: node.slot) }
      body.br(1)
    }
    nesting -= 1
    body.end()
    state = before
    if isTail { return false }
    call(node)
    nesting -= 1
    body.end()
    state = before
    state.dropWords()
    state.bind(node.slot, .any)
    return true
  }

  /// Leaves the block around unless a call's callee, which goes to `temporaryA`, is a procedure of a Func.
  mutating func leave(unlessProcedureOf callee: Func, _ node: Node) {
    push(node.a)
    body.localTee(temporaryA)
    body.i64Const(Int64(Tag.mask))
    body.emit(.i64And)
    body.i64Const(Int64(Tag.procedure))
    body.emit(.i64Ne)
    body.brIf(0)
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.load(.i32Load, offset: UInt32(Tag.offset(Tag.procedure, 1)))
    body.i32Const(Int32(bitPattern: callee.address))
    body.emit(.i32Ne)
    body.brIf(0)
  }

  /// The module has code of a procedure, which is not to go before the module does.
  func relyOnCode(of callee: Func) {
    if !ModuleGenerator.inlined.contains(callee) { ModuleGenerator.inlined.append(callee) }
  }

  /// From here on what fails goes back to a call, unless it already goes back to one around it; whether it does.
  mutating func begin(_ node: Node) -> Bool {
    if inlining != nil { return false }
    inlining = Inlining(call: node, outer: frame)
    return true
  }

  mutating func end() {
    inlining = nil
    spareDoubles += inlinedDoubles
    inlinedDoubles = []
    for index in slotRuns.indices { slotRuns[index].isUsed = false }
    lastFailure = (0, 0)
  }

  mutating func guardGlobal(_ node: Node) {
    if Sealing.sealedProcedure(node.a) != nil { return }
    isNot(load32(node.a.address + UInt32(SymbolLayout.knownFunc)), global: node.a)
    fail(if: node)
  }

  /// The callee's body in place of a call.
  mutating func inlinedBody(of callee: Func, _ node: Node, isTail: Bool, _ mustReturn: Bool, caller: FrameCaller? = nil) {
    let outer = frame
    let isTested = !isTail && testedCall == node.address
    var inner = calleeFrame(callee, node, hasFrame: caller != nil)
    inner.mustReturn = mustReturn
    inner.caller = caller
    if isTail {
      inner.returns = outer.returns
      frame = inner
      path(callee.body)
      frame = outer
      return
    }
    // The block at whose end the branch's alternative goes on: it stays open.
    if isTested {
      body.block()
      nesting += 1
    }
    let otherwise = isTested ? nesting : nil
    let result = isTested ? .any : inferredResult
    let isDouble = result == .flonum
    body.block()
    nesting += 1
    // This one is needed afterwards.
    if isDouble && frame.doubleLocals[node.slot] == 0 { frame.doubleLocals[node.slot] = newLocal(.f64) }
    let local = isDouble ? frame.doubleLocals[node.slot] : slot(node.slot)
    let caller = frame
    inner.returns = InlineFrame.Returns(nesting: nesting, local: local, isDouble: isDouble, otherwise: otherwise)
    frame = inner
    path(callee.body)
    frame = caller
    nesting -= 1
    body.end()
    state.dropWords()
    state.bind(node.slot, result)
    isTestOpen = isTested
  }

  /// The frame of a callee, with its arguments, those of a rest parameter as a list, in new locals. `infersTypes`: those of its labels' parameters, and of its value. `hasFrame`: it is inlined with a frame.
  mutating func calleeFrame(_ callee: Func, _ node: Node, infersTypes: Bool = true, hasFrame: Bool = false) -> InlineFrame {
    var start = TypeState(slots: callee.slotCount, free: callee.freeVariables)
    var doubles: [UInt32] = []
    for index in 0..<callee.parameters {
      let argument = node.argument(index)
      let type = state.type(argument)
      doubles.append(0)
      if type == .flonum {
        pushDouble(argument)
        doubles[index] = newDoubleLocal()
        body.localSet(doubles[index])
      }
      start.bind(index, type)
    }
    let firstSlot = newSlots(callee.slotCount + 1, hasFrame: hasFrame)
    for index in 0..<callee.parameters where doubles[index] == 0 {
      push(node.argument(index))
      body.localSet(firstSlot + UInt32(index))
    }
    if callee.hasRest {
      pushList(node, from: callee.parameters)
      body.localSet(firstSlot + UInt32(callee.parameters))
      start.bind(callee.parameters, node.count == callee.parameters ? .immediate : .pair)
    }
    var own = procedure
    if callee.body.liveBefore & Node.liveProcedure != 0 {
      own = firstSlot + UInt32(callee.slotCount)
      pushCallee(node, callee)
      body.localSet(own)
    }
    var types = LabelTypes()
    inferredResult = .any
    if infersTypes {
      var inference = TypeInference(CompilationUnit(callee), speculates: speculates, from: start, isInlined: true)
      types = inference.infer(needsResult: true)
      if inference.returned != .unvisited { inferredResult = inference.returned }
    }
    var inner = InlineFrame(callee, procedure: own, firstSlot: firstSlot, start, types)
    for index in doubles.indices { inner.doubleLocals[index] = doubles[index] }
    return inner
  }

  /// So many word locals in a row, until the outermost call that is inlined is done; or, for a procedure with a frame, until that is.
  private mutating func newSlots(_ count: Int, hasFrame: Bool) -> UInt32 {
    var runs = hasFrame ? frameRuns : slotRuns
    let first: UInt32
    if let index = runs.firstIndex(where: { !$0.isUsed && $0.count >= count }) {
      runs[index].isUsed = true
      first = runs[index].first
    } else {
      first = newLocal(.i64)
      for _ in 1..<count { _ = newLocal(.i64) }
      runs.append((first, count, true))
    }
    if hasFrame { frameRuns = runs } else { slotRuns = runs }
    return first
  }

  // MARK: Primitives

  /// A call of a global that holds a primitive.
  private mutating func inlinePrimitive(_ callee: Func, _ node: Node, _ isGuarded: Bool, feedback: UInt8 = 0, isTail: Bool) -> Bool {
    // A tail call has no slot for the value; the first above its depth is free.
    if isTail && node.count == 0 { return false }
    let isOutermost = begin(node)
    if isGuarded { guardGlobal(node) }
    let operation = Node.primitive(callee.primitive, for: node, slot: isTail ? node.depth : node.slot)
    operation.feedback = feedback
    place = node
    binding(operation)
    place = nil
    if isOutermost { end() }
    if isTail { returnValue(.slot(node.depth)) }
    return true
  }

  /// A call of a global that holds a parameter: the value outside of any `parameterize`, or the innermost binding, if that is the parameter's; else the runtime looks.
  private mutating func readParameter(_ node: Node) -> Bool {
    let isOutermost = begin(node)
    guardGlobal(node)
    push(node.a)
    body.localSet(temporaryA)
    readParameterInA()
    body.localSet(slot(node.slot))
    state.bind(node.slot, .any)
    if isOutermost { end() }
    return true
  }

  /// Pushes the value of the parameter in `temporaryA`.
  mutating func readParameterInA() {
    body.i32Const(0)
    body.load(.i64Load, offset: RuntimeState.address(of: .parameters))
    body.localTee(temporaryB)
    body.i64Const(Int64(Constant.null))
    body.emit(.i64Eq)
    body.if(.value(.i64))
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.procedure, 1 + ParameterField.value)))
    body.else()
    body.localGet(temporaryB)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.pair, 0)))
    body.localTee(temporaryB)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.pair, 0)))
    body.localGet(temporaryA)
    body.emit(.i64Eq)
    body.if(.value(.i64))
    body.localGet(temporaryB)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.pair, 1)))
    body.else()
    body.localGet(temporaryA)
    call(routines.parameterValue, .unary)
    body.end()
    body.end()
  }

  // MARK: Exits

  /// Goes back to the call if the i32 on the stack is not 0; where the call follows, goes on there.
  mutating func failInside() {
    guard let inlined = inlining else { return }
    if callNesting >= 0 { return branchUnlikely(UInt32(nesting - callNesting)) }
    if inlined.exit >= 0 { return branchUnlikely(UInt32(nesting + inlined.exit)) }
    inlining!.exit = exits.count
    branchUnlikely(UInt32(nesting + exits.count))
    var homes: [TypeState.Home] = []
    inlined.call.forEachSlotNeeded(inlined.outer.function.keepsAllSlots) { homes.append(inlined.outer.state.homes[$0]) }
    append(.presumedWrong(inlined.call, homes))
  }

  /// An exit as it is in an inlined procedure.
  func located(_ exit: ColdExit) -> ColdExit {
    guard let inlined = inlining, case .failed(let node) = exit else { return exit }
    let failing = place ?? node
    if failing == inlined.call { return .failed(failing) }
    var homes: [TypeState.Home] = []
    inlined.call.forEachLive { index in homes.append(index.map { inlined.outer.state.homes[$0] } ?? .word) }
    return .failedInside(failing, call: inlined.call, homes)
  }

  // MARK: Calls at the end

  /// A tail call of an inlined procedure, which is a call of the function around it. Its value is that of the procedure.
  mutating func callFromInlined(_ node: Node, _ target: InlineFrame.Returns) {
    let call: Node
    let outer: InlineFrame
    if let inlined = inlining, inlined.call.kind == .call {
      (call, outer) = (inlined.call, inlined.outer)
    } else if let caller = (inlining?.outer ?? frame).caller {
      (call, outer) = (caller.call, caller.frame)
    } else {
      return
    }
    let inner = frame
    frame = outer
    let (stored, homes) = storeLive(for: call)
    let words = reserve(frame.callerWords + stored.count)
    frame = inner
    encodeArguments(node)
    calleeResult(node, words: words)
    frame = outer
    body.localTee(temporaryB)
    isUnwind()
    branchUnlikely(UInt32(nesting + exits.count))
    exits.append((.calleeUnwound(call, stored: stored, homes: homes), ExitFrame(outer)))
    reloadLive(stored)
    frame = inner
    if let otherwise = target.otherwise {
      body.localGet(temporaryB)
      body.i64Const(Int64(Constant.false))
      body.emit(.i64Eq)
      body.brIf(UInt32(nesting - otherwise))
    } else {
      body.localGet(temporaryB)
      body.localSet(target.local)
    }
    body.br(UInt32(nesting - target.nesting))
  }
}

extension Node {
  /// A call of a primitive as the node that the expander would have made of it, for the code generator, until the next one is made.
  static func primitive(_ row: Int, for call: Node, slot: Int) -> Node {
    let operation = Primitives.row(at: row).operation
    let arguments = (0..<call.count).map { call.argument($0) }
    if operation == .none || operation.operandCount != call.count {
      return makeTemporary(.primitiveCall, slot: slot, depth: call.depth, payload: Address(row), arguments: arguments)
    }
    return makeTemporary(
      .operation, operation: operation, a: arguments[0], b: arguments.count > 1 ? arguments[1] : .none, slot: slot, depth: call.depth,
      payload: Address(row), arguments: Array(arguments.dropFirst(2)))
  }
}
