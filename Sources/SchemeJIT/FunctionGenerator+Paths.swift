// The walk along paths: branches, ends of paths, and what is known on each of them.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates from a node to the ends of all paths from it.
  mutating func path(_ start: Node) {
    var node = start
    while true {
      if node.isSelfCall { node = node.next }
      if pollIsPending { pollIfDue(before: node) }
      switch node.kind {
      case .return: return returnValue(node.a)
      case .jump: return jump(node)
      case .tailCall:
        if capture(node, isTail: true) { return }
        if inlineCall(node, isTail: true) { return }
        if inlining != nil, let target = frame.returns { return callFromInlined(node, target) }
        return tailCall(node)
      case .tailApply: return tailApply(node)
      case .branch, .branchOperation:
        branch(node)
        let outer = state
        let isPending = pollIsPending
        if node.kind == .branchOperation { state.refineWhereTrue(node) }
        path(node.next)
        state = outer
        pollIsPending = isPending
        nesting -= 1
        body.end()
        node = node.alternative
      case .label:
        label(node)
        return
      default:
        binding(node)
        node = node.next
      }
    }
  }

  /// Ends the function, or the inlined one, with a value.
  mutating func returnValue(_ operand: Operand) {
    guard let target = frame.returns else {
      push(operand)
      return body.return()
    }
    if target.isDouble { pushDouble(operand) } else { push(operand) }
    body.localSet(target.local)
    body.br(UInt32(nesting - target.nesting))
  }

  /// Notes a binding that leaves its value in the word local, and what it has shown of the operands.
  mutating func bound(_ node: Node) {
    let type = state.result(node, speculates: speculates)
    state.refineOperands(node, speculates: speculates)
    if node.bindsSlot { state.bind(node.slot, type) }
  }
}
