// Calls. Three kinds beside the inlined ones, best first:
//   known    the callee's Func is known: a direct call, if it is in this module, else one through its entry slot, without checks
//   global   the callee is a global whose procedure is in this module now: a direct call while the global still has that Func, which a sealed one always has
//   recorded the callee is a variable whose value, each time that the interpreter looked, was a procedure of one Func in this module: a direct call if it is
//   unknown  check that it is a procedure, call through its Func's entry slot
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// A non-tail call: stores what is needed afterwards and may be a pointer, calls, loads it again.
  mutating func call(_ node: Node) {
    // A call that an escape may end has a frame record as it stands.
    let isCatch = node.flags & Node.catchFlag != 0
    let (stored, homes) = storeLive(for: node)
    let words = reserve(frame.callerWords + stored.count)
    encodeArguments(node)
    calleeResult(node, words: words)
    body.localTee(slot(node.slot))
    isUnwind()
    if isCatch { catchEscape(node) } else { exit(if: .calleeUnwound(node, stored: stored, homes: homes)) }
    reloadLive(stored)
    state.dropWords()
    bound(node)
  }

  /// Stores what a call's frame needs after it, and before it what the frame's caller needs if it is that of a procedure inlined here; which slots of the frame that are,
  /// in order, and where each of those live is.
  mutating func storeLive(for node: Node) -> (stored: [Int?], homes: [TypeState.Home]) {
    let (stored, homes) = live(for: node)
    if let caller = frame.caller { storeLive(of: caller) }
    for position in stored.indices {
      if let index = stored[position], state.homes[index] == .double { encode(slot: index) }
      storeLive(stored[position], at: frame.callerWords + position)
    }
    return (stored, homes)
  }

  /// The slots that are stored for a call, and where all live ones are.
  func live(for node: Node) -> (stored: [Int?], homes: [TypeState.Home]) {
    let isCatch = node.flags & Node.catchFlag != 0
    var stored: [Int?] = []
    var homes: [TypeState.Home] = []
    node.forEachLive { index in
      homes.append(index.map { state.homes[$0] } ?? .word)
      if let index, !isCatch, state.homes[index] != .word || state.slots[index].isPointerFree { return }
      stored.append(index)
    }
    return (stored, homes)
  }

  /// Loads again after a call what was stored for it.
  mutating func reloadLive(_ stored: [Int?]) {
    if let caller = frame.caller { reloadLive(of: caller) }
    for position in stored.indices {
      if let index = stored[position], state.homes[index] != .word { continue }
      loadLive(stored[position], at: frame.callerWords + position)
    }
  }

  /// Asks the runtime whether the unwinding that reached a catching call, if the i32 on the stack says so, ends here; then goes on.
  private mutating func catchEscape(_ node: Node) {
    ifUnlikely()
    nesting += 1
    body.localGet(sp)
    body.i32Const(Int32(bitPattern: node.address))
    call(routines.recordFrame, .frame)
    body.localTee(slot(node.slot))
    isUnwind()
    exit(if: .unwound)
    nesting -= 1
    body.end()
  }

  /// The number of words that the frame takes on the shadow stack: at least one, and more if the native frame is much larger, so that the depth of the
  /// native stack is bounded by that of the shadow stack. Words without a value are marked.
  mutating func reserve(_ count: Int) -> Int {
    let words = max(count, max(1, (function.frameSlots + moreLocals.count + 8) / 8))
    if words > count {
      body.localGet(sp)
      body.i64Const(Int64(bitPattern: words - count == 1 ? 0 : Header.skip(words: words - count)))
      body.store(.i64Store, offset: UInt32(8 * count))
    }
    return words
  }

  /// `(apply f argument ... list)`: takes the elements out of a list of a few, and calls the entry for so many arguments. Of others it spreads the list after the other
  /// arguments, then calls the general entry. If it cannot be spread, the call unwinds.
  private mutating func applyThroughSlot(_ node: Node, words: Int, isTail: Bool) {
    checkCallee(node)
    if !isTail {
      body.block(.value(.i64))
      nesting += 1
    }
    applyToFew(node, words: words, isTail: isTail)
    storeArguments(node, words: words)
    body.localGet(temporaryA)
    pushStack(words)
    body.i32Const(Int32(node.count))
    call(routines.spreadList, .general)
    body.localTee(temporaryB)
    if isTail {
      isUnwind()
      exit(if: .failed(node))
    } else {
      body.localGet(temporaryB)
      isUnwind()
      branchUnlikely(0)
      body.drop()
    }
    body.localGet(temporaryA)
    pushStack(words)
    body.localGet(temporaryB)
    body.emit(.i32WrapI64)
    body.localGet(temporaryA)
    body.emit(.i32WrapI64)
    body.load(.i32Load, offset: UInt32(Tag.offset(Tag.procedure, 1)))
    body.load(.i32Load, offset: UInt32(FuncLayout.generalEntry))
    let type = routineTypes[RoutineType.general.rawValue]
    if isTail { return body.returnCallIndirect(type: type) }
    body.callIndirect(type: type)
    nesting -= 1
    body.end()
  }

  /// Calls the procedure in `temporaryA` with the other arguments and the elements of the list, if these are few, and leaves the block around with its value.
  private mutating func applyToFew(_ node: Node, words: Int, isTail: Bool) {
    let others = node.count - 1
    let most = min(FuncLayout.maximumDirectArity - others, JITTuning.appliedElements)
    if most < 0 { return }
    let elements = (0..<most).map { _ in newLocal(.i64) }
    push(node.argument(others))
    body.localSet(temporaryB)
    body.block()
    for count in 0...most {
      body.localGet(temporaryB)
      body.i64Const(Int64(Constant.null))
      body.emit(.i64Eq)
      body.if()
      body.localGet(temporaryA)
      pushStack(words)
      for index in 0..<others { push(node.argument(index)) }
      for element in elements[..<count] { body.localGet(element) }
      body.localGet(temporaryA)
      body.emit(.i32WrapI64)
      body.load(.i32Load, offset: UInt32(Tag.offset(Tag.procedure, 1)))
      body.load(.i32Load, offset: UInt32(4 * (others + count)))
      let type = directTypes[others + count]
      if isTail {
        body.returnCallIndirect(type: type)
      } else {
        body.callIndirect(type: type)
        body.br(2)
      }
      body.end()
      if count == most { break }
      isNoPair(temporaryB)
      body.brIf(0)
      loadPairField(0, of: temporaryB)
      body.localSet(elements[count])
      loadPairField(1, of: temporaryB)
      body.localSet(temporaryB)
    }
    body.end()
  }

  mutating func tailApply(_ node: Node) {
    encodeArguments(node)
    applyThroughSlot(node, words: 0, isTail: true)
  }

  /// Pushes the result of a call.
  mutating func calleeResult(_ node: Node, words: Int) {
    if node.kind == .apply { return applyThroughSlot(node, words: words, isTail: false) }
    if verified.call == node.address { return callVerified(node, verified.callee, words: words) }
    if node.knownCallee != 0 {
      if let index = functionIndex(node.knownCallee), node.count <= FuncLayout.maximumDirectArity {
        pushProcedure(node, Func(node.knownCallee))
        pushStack(words)
        pushArguments(node, of: Func(node.knownCallee))
        return body.call(index)
      }
      return callThroughSlot(node, words: words, isTail: false)
    }
    guard let (index, address) = globalTarget(node) else {
      guard let (index, recorded, callee) = recordedTarget(node) else { return callThroughSlot(node, words: words, isTail: false) }
      return call(index, callee, node, words: words) {
        $0.leave(unlessProcedureOf: recorded, node)
        $0.pushProcedure(node, callee)
      }
    }
    if Sealing.sealedProcedure(node.a) != nil {
      pushProcedure(node, batch[Int(index)].function)
      pushStack(words)
      pushArguments(node, of: batch[Int(index)].function)
      return body.call(index)
    }
    call(index, batch[Int(index)].function, node, words: words) {
      $0.isNot(address, global: node.a)
      $0.branchUnlikely(0)
      $0.pushProcedure(node, $0.batch[Int(index)].function)
    }
  }

  /// Calls what is known to be a procedure of a Func.
  private mutating func callVerified(_ node: Node, _ callee: Func, words: Int) {
    if node.count > FuncLayout.maximumDirectArity { return callThroughSlot(node, words: words, isTail: false) }
    let index = functionIndex(callee.address)
    if let index, callee.isCalledDirectly(with: node.count) {
      pushProcedure(node, callee)
      pushStack(words)
      pushArguments(node, of: callee)
      return body.call(index)
    }
    pushCallee(node, callee)
    pushStack(words)
    pushArguments(node)
    body.i32Const(0)
    body.load(.i32Load, offset: callee.address + UInt32(4 * node.count))
    body.callIndirect(type: directTypes[node.count])
  }

  /// Calls a function directly where the procedure is the one that is expected: `expect` pushes it, or leaves the block around. Any other is called in the usual
  /// way.
  private mutating func call(_ index: UInt32, _ callee: Func, _ node: Node, words: Int, expect: (inout FunctionGenerator) -> Void) {
    body.block(.value(.i64))
    nesting += 1
    body.block()
    nesting += 1
    expect(&self)
    pushStack(words)
    pushArguments(node, of: callee)
    body.call(index)
    body.br(1)
    nesting -= 1
    body.end()
    callThroughSlot(node, words: words, isTail: false)
    nesting -= 1
    body.end()
  }

  /// A tail call.
  mutating func tailCall(_ node: Node) {
    encodeArguments(node)
    if node.knownCallee != 0, let index = functionIndex(node.knownCallee), node.count <= FuncLayout.maximumDirectArity {
      pushProcedure(node, Func(node.knownCallee))
      body.localGet(sp)
      pushArguments(node, of: Func(node.knownCallee))
      return body.returnCall(index)
    }
    if let (index, address) = globalTarget(node) {
      if Sealing.sealedProcedure(node.a) != nil {
        pushProcedure(node, batch[Int(index)].function)
        body.localGet(sp)
        pushArguments(node, of: batch[Int(index)].function)
        return body.returnCall(index)
      }
      body.block()
      nesting += 1
      isNot(address, global: node.a)
      branchUnlikely(0)
      pushProcedure(node, batch[Int(index)].function)
      body.localGet(sp)
      pushArguments(node, of: batch[Int(index)].function)
      body.returnCall(index)
      nesting -= 1
      body.end()
    }
    if let (index, recorded, callee) = recordedTarget(node) {
      body.block()
      nesting += 1
      leave(unlessProcedureOf: recorded, node)
      pushProcedure(node, callee)
      body.localGet(sp)
      pushArguments(node, of: callee)
      body.returnCall(index)
      nesting -= 1
      body.end()
    }
    callThroughSlot(node, words: 0, isTail: true)
  }

  /// The function of this module that a call of a variable has reached so far, the Func of the procedures called, and the function's own.
  private func recordedTarget(_ node: Node) -> (UInt32, Func, Func)? {
    guard speculates, let recorded = InliningRules.recordedTarget(of: node), recorded.kind == .lambda else { return nil }
    let callee = InliningRules.code(of: recorded, taking: node.count)
    guard callee.isCalledDirectly(with: node.count), let index = functionIndex(callee.address) else { return nil }
    return (index, recorded, callee)
  }

  /// The function of this module that a call of a global reaches at present, and its Func. A global without a definition is
  /// expected to become the procedure of its name; the guard before the call makes sure.
  private func globalTarget(_ node: Node) -> (UInt32, Address)? {
    if node.a.kind != .global || node.count > FuncLayout.maximumDirectArity { return nil }
    var address = load32(node.a.address + UInt32(SymbolLayout.knownFunc))
    if address == 0 {
      for unit in batch where unit.function.name == .pointer(node.a.address, Tag.object) {
        address = unit.function.address
      }
    }
    if address == 0 || exception == (node.address, address) { return nil }
    let callee = InliningRules.code(of: Func(address), taking: node.count)
    guard callee.isCalledDirectly(with: node.count), let index = functionIndex(callee.address) else { return nil }
    return (index, address)
  }

  /// Pushes whether a global's procedure has another Func.
  mutating func isNot(_ address: Address, global: Operand) {
    body.i32Const(0)
    body.load(.i32Load, offset: global.address + UInt32(SymbolLayout.knownFunc))
    body.i32Const(Int32(bitPattern: address))
    body.emit(.i32Ne)
  }

  /// Pushes the procedure for a direct call; code that has no use for it (but for a poll, which knows where it is) gets 0.
  private mutating func pushProcedure(_ node: Node, _ callee: Func) {
    if callee.ownProcedureCell != 0 && !callee.keepsAllSlots && callee.body.liveBefore & Node.liveProcedure == 0 {
      body.i64Const(0)
    } else {
      pushCallee(node, callee)
    }
  }

  /// Pushes the procedure of the code that is called: the callee, or, if the code is a variant with procedures of its own, that of the callee's variables.
  mutating func pushCallee(_ node: Node, _ callee: Func) {
    push(node.a)
    guard let variable = callee.variantVariable, InliningRules.general(of: node) != callee else { return }
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Operand.freeOffset(variable)))
  }

  /// Pushes the callee's sp.
  private mutating func pushStack(_ words: Int) {
    body.localGet(sp)
    if words > 0 {
      body.i32Const(Int32(8 * words))
      body.emit(.i32Add)
    }
  }

  /// Makes words of the arguments that are doubles, for all the paths that the call may take.
  mutating func encodeArguments(_ node: Node) {
    for index in 0..<node.count {
      let argument = node.argument(index)
      if argument.kind == .slot && state.homes[argument.index] == .double { encode(slot: argument.index) }
    }
    if node.a.kind == .slot && state.homes[node.a.index] == .double { encode(slot: node.a.index) }
  }

  private mutating func pushArguments(_ node: Node) {
    for index in 0..<node.count { push(node.argument(index)) }
  }

  /// Pushes the arguments as a function of this module takes them.
  private mutating func pushArguments(_ node: Node, of callee: Func) {
    for index in 0..<callee.parameters { push(node.argument(index)) }
    if callee.hasRest { pushList(node, from: callee.parameters) }
  }

  /// Stores arguments where a general entry looks for them.
  private mutating func storeArguments(_ node: Node, words: Int) {
    for index in 0..<node.count {
      body.localGet(sp)
      push(node.argument(index))
      body.store(.i64Store, offset: UInt32(8 * (words + index)))
    }
  }

  /// Sets `temporaryA` to the callee, if it is a procedure; else leaves.
  private mutating func checkCallee(_ node: Node) {
    push(node.a)
    if Sealing.sealedProcedure(node.a) != nil { return body.localSet(temporaryA) }
    body.localTee(temporaryA)
    body.i64Const(Int64(Tag.mask))
    body.emit(.i64And)
    body.i64Const(Int64(Tag.procedure))
    body.emit(.i64Ne)
    if inlining != nil { return fail(if: node) }
    ifUnlikely()
    nesting += 1
    failCall(node)
    nesting -= 1
    body.end()
  }

  private mutating func callThroughSlot(_ node: Node, words: Int, isTail: Bool) {
    checkCallee(node)
    let isDirect = node.count <= FuncLayout.maximumDirectArity
    if !isDirect { storeArguments(node, words: words) }
    body.localGet(temporaryA)
    pushStack(words)
    if isDirect { pushArguments(node) } else { body.i32Const(Int32(node.count)) }
    let entry = UInt32(isDirect ? 4 * node.count : FuncLayout.generalEntry)
    if let callee = Sealing.sealedProcedure(node.a) {
      body.i32Const(0)
      body.load(.i32Load, offset: callee.address + entry)
    } else {
      body.localGet(temporaryA)
      body.emit(.i32WrapI64)
      body.load(.i32Load, offset: UInt32(Tag.offset(Tag.procedure, 1)))
      body.load(.i32Load, offset: entry)
    }
    let type = isDirect ? directTypes[node.count] : routineTypes[RoutineType.general.rawValue]
    if isTail { body.returnCallIndirect(type: type) } else { body.callIndirect(type: type) }
  }

  /// The callee is not a procedure: let the runtime say so.
  private mutating func failCall(_ node: Node) {
    body.localGet(temporaryA)
    body.i32Const(Int32(bitPattern: node.address))
    body.i32Const(Int32(node.count))
    call(routines.badCallee, .general)
    body.drop()
    exit(node.kind == .tailCall || node.kind == .tailApply ? .failed(node) : failure(at: node))
  }
}
