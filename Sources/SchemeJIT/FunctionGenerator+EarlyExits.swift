// A call after the short paths of its callee (see EarlyExits):
//
//     guard: is the global's procedure still the same?    else back to the call, in the interpreter
//     arguments to new locals
//     block
//       block
//         the callee's paths: br 1 with a value in the local of the call's slot, br 0 where they are left, or met what they were not made for
//       end
//       the call
//     end
//
// Where a branch follows and nobody else wants the value, the blocks are within one at whose end the branch's alternative goes on.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates a call that is not inlined and no tail call after the callee's short paths, if there are any.
  mutating func callAfterEarlyExits(_ node: Node) -> Bool {
    guard speculates, inlining == nil, node.feedback < JITTuning.inliningFailures else { return false }
    let target = InliningRules.target(of: node)
    guard let callee = target?.callee ?? InliningRules.recordedTarget(of: node),
      let paths = EarlyExits(of: callee, taking: node.count, within: min(inliningBudget, JITTuning.earlyExitNodes), in: [unit.function])
    else { return false }
    inliningBudget -= paths.used
    if functionIndex(callee.address) == nil { relyOnCode(of: callee) }
    if let target {
      if target.isGuarded { guardGlobal(node) }
      verified = (node.address, callee)
    }
    let isTested = testedCall == node.address
    let before = state
    if isTested { open() }
    let alternative = nesting
    open()
    let done = nesting
    open()
    callNesting = nesting
    earlyEnds = paths.ends
    if target == nil { leave(unlessProcedureOf: callee, node) }
    earlyPaths(of: callee, node, InlineFrame.Returns(nesting: done, local: slot(node.slot), isDouble: false, otherwise: isTested ? alternative : nil))
    earlyEnds = []
    callNesting = -1
    close()
    state = before
    call(node)
    verified = (0, callee)
    if isTested {
      push(.slot(node.slot))
      body.i64Const(Int64(Constant.false))
      body.emit(.i64Eq)
      body.brIf(UInt32(nesting - alternative))
    }
    close()
    state = before
    state.dropWords()
    state.bind(node.slot, .any)
    isTestOpen = isTested
    return true
  }

  private mutating func earlyPaths(of callee: Func, _ node: Node, _ returns: InlineFrame.Returns) {
    _ = begin(node)
    inlining!.chain.append(callee)
    var inner = calleeFrame(callee, node, infersTypes: false)
    inner.mustReturn = true
    inner.returns = returns
    let caller = frame
    frame = inner
    path(callee.body.isSelf ? callee.body.body : callee.body)
    frame = caller
    end()
  }

  private mutating func open() {
    body.block()
    nesting += 1
  }

  private mutating func close() {
    nesting -= 1
    body.end()
  }
}
