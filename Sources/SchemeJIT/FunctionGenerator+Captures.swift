// Calls of `call/cc` whose receiver does not let the continuation out (EscapeAnalysis): the continuation is borrowed (SchemeCore's Continuations.swift). The receiver is
// called here, with the continuation on the shadow stack after what the call keeps:
//
//     guards: is the global still `call/cc`, and does what was assumed still hold?       else back to the interpreter
//     k = the continuation; store it
//     value = receiver(k)
//     if value is `unwind`: if the escape is to k, value = what it brings; else record this frame, give k its records, unwind
//     does what was assumed still hold?        else give k its records before it is used later
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates a call of `call/cc` in place, if that is possible.
  mutating func capture(_ node: Node, isTail: Bool) -> Bool {
    guard speculates, inlining == nil, node.count == 1, node.flags & Node.catchFlag == 0, node.feedback < JITTuning.inliningFailures,
      let (callee, _) = InliningRules.target(of: node), callee.isCapture, let receiver = receiver(of: node), EscapeAnalysis.keepsArgument(receiver)
    else { return false }
    if node.argument(0).kind == .global { Assumptions.rely(on: node.argument(0).address) }
    let epoch = Assumptions.epoch
    if Sealing.sealedProcedure(node.a) == nil {
      isNot(load32(node.a.address + UInt32(SymbolLayout.knownFunc)), global: node.a)
      fail(if: node)
    }
    isNotEpoch(epoch)
    fail(if: node)
    let (stored, homes) = isTail ? ([], []) : storeLive(for: node)
    let words = reserve(stored.count + 1)
    encodeArguments(node)
    makeContinuation(at: stored.count)
    callReceiver(receiver, node, words: words)
    let result = isTail ? temporaryB : slot(node.slot)
    body.localTee(result)
    isUnwind()
    body.if()
    nesting += 1
    body.localGet(sp)
    body.load(.i64Load, offset: UInt32(8 * stored.count))
    body.localTee(temporaryA)
    body.i32Const(0)
    body.load(.i64Load, offset: RuntimeState.address(of: .escapeTarget))
    body.emit(.i64Ne)
    exit(if: isTail ? .leavesTailCapture : .leavesCapture(node, stored: stored, homes: homes))
    body.localGet(temporaryA)
    call(routines.arrive, .unary)
    body.localSet(result)
    nesting -= 1
    body.end()
    isNotEpoch(epoch)
    exit(if: isTail ? .outlivesTailCapture(result) : .outlivesCapture(node, result, stored: stored, homes: homes))
    if isTail {
      body.localGet(result)
      body.return()
      return true
    }
    reloadLive(stored)
    state.dropWords()
    bound(node)
    return true
  }

  /// The receiver, if it is known.
  private func receiver(of node: Node) -> Func? {
    let argument = node.argument(0)
    if let constant = argument.constantValue { return constant.isProcedure ? Func(procedureFunction(constant)) : nil }
    if argument.kind == .global {
      let known = load32(argument.address + UInt32(SymbolLayout.knownFunc))
      if known == 0 { return nil }
      let code = InliningRules.code(of: Func(known), taking: 1)
      return code.variantVariable == nil || code.address == known ? code : nil
    }
    guard argument.kind == .slot, state.made[argument.index] != 0 else { return nil }
    return Func(state.made[argument.index])
  }

  private mutating func isNotEpoch(_ epoch: UInt32) {
    body.i32Const(0)
    body.load(.i32Load, offset: Assumptions.epochAddress)
    body.i32Const(Int32(bitPattern: epoch))
    body.emit(.i32Ne)
  }

  /// A borrowed continuation, in `temporaryB` and in a word after what a call keeps.
  private mutating func makeContinuation(at position: Int) {
    allocate(words: 2 + ContinuationField.count)
    storeHeader(Header.make(.procedure, words: 1 + ContinuationField.count))
    body.localGet(address)
    body.i64Const(Int64(continuationFunction.address))
    body.store(.i64Store, offset: 8)
    body.localGet(address)
    body.i64Const(Int64(bitPattern: Continuation.borrowed))
    body.store(.i64Store, offset: 16)
    for (index, root) in [Root.handlers, .parameters, .winds].enumerated() {
      body.localGet(address)
      body.i32Const(0)
      body.load(.i64Load, offset: RuntimeState.address(of: root))
      body.store(.i64Store, offset: UInt32(24 + 8 * index))
    }
    body.localGet(sp)
    pushPointer(Tag.procedure)
    body.localTee(temporaryB)
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  /// Pushes what the receiver returns for the continuation in `temporaryB`.
  private mutating func callReceiver(_ receiver: Func, _ node: Node, words: Int) {
    push(node.argument(0))
    body.localGet(sp)
    body.i32Const(Int32(8 * words))
    body.emit(.i32Add)
    body.localGet(temporaryB)
    if let index = functionIndex(receiver.address) { return body.call(index) }
    body.i32Const(0)
    body.load(.i32Load, offset: receiver.address + UInt32(FuncLayout.directEntries + 4))
    body.callIndirect(type: directTypes[1])
  }
}

extension Func {
  /// Whether this is `call/cc`.
  var isCapture: Bool { kind == .primitive && Primitives.isCapture(primitive) }

  /// Whether this is the library's `with-exception-handler`.
  var isHandlerInstaller: Bool { kind == .lambda && isLibraryProcedure("with-exception-handler") }
}
