// The walk along paths: branches, ends of paths, and what is known on each of them.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates from a node to the ends of all paths from it.
  mutating func path(_ start: Node) {
    var node = start
    while true {
      switch node.kind {
      case .return:
        push(node.a)
        return body.return()
      case .jump: return jump(node)
      case .tailCall: return tailCall(node)
      case .tailApply: return tailApply(node)
      case .branch, .branchOperation:
        branch(node)
        let outer = state
        if node.kind == .branchOperation { state.refineWhereTrue(node) }
        path(node.next)
        state = outer
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

  /// Notes a binding that leaves its value in the word local, and what it has shown of the operands.
  mutating func bound(_ node: Node) {
    let type = state.result(node, speculates: speculates)
    state.refineOperands(node, speculates: speculates)
    if node.bindsSlot { state.bind(node.slot, type) }
  }
}
