// The walk along paths: branches, ends of paths, and what is known on each of them.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Generates from a node to the ends of all paths from it.
  mutating func path(_ start: Node) {
    var node = start
    while true {
      if !earlyEnds.isEmpty && earlyEnds.contains(node.address) { return body.br(UInt32(nesting - callNesting)) }
      if node.isSelfCall { node = node.next }
      if pollIsPending { pollIfDue(before: node) }
      switch node.kind {
      case .return: return returnValue(node.a)
      case .jump: return jump(node)
      case .tailCall:
        if capture(node, isTail: true) { return }
        if inlineCall(node, isTail: true) { return }
        if let target = frame.returns { return callFromInlined(node, target) }
        return tailCall(node)
      case .tailApply: return tailApply(node)
      case .branchOperation where node.isPresumedCurrent && speculates && inlining == nil:
        isNot(Address(truncatingIfNeeded: node.b.constantValue ?? 0), global: node.a)
        fail(if: node)
        node = node.next
      case .branch, .branchOperation:
        branch(node)
        consequent(of: node)
        state.refineWhereFalse(node)
        // Where a global does not hold this procedure, a call of it does not expect it to.
        if node.operation == .isCurrent { exception = (node.alternative.address, Address(truncatingIfNeeded: node.b.constantValue ?? 0)) }
        node = node.alternative
      case .label:
        label(node)
        return
      default:
        if let target = frame.returns, let otherwise = target.otherwise, node.isPredicateReturned {
          return leave(by: node, whenTrue: target.nesting, whenFalse: otherwise)
        }
        let pairs = node.pairsInARow
        if pairs > 1 {
          conses(from: node, pairs)
          for _ in 0..<pairs { node = node.next }
          continue
        }
        testedCall = node.isOnlyTested ? node.address : 0
        binding(node)
        node = node.next
        if isTestOpen {
          isTestOpen = false
          consequent(of: node)
          node = node.alternative
        }
      }
    }
  }

  /// What a branch goes on with where the test holds; ends the block at whose end the alternative goes on.
  private mutating func consequent(of node: Node) {
    let outer = state
    let isPending = pollIsPending
    if node.kind == .branchOperation { state.refineWhereTrue(node) }
    path(node.next)
    state = outer
    pollIsPending = isPending
    nesting -= 1
    body.end()
  }

  /// Ends the function, or the inlined one, with a value.
  mutating func returnValue(_ operand: Operand) {
    guard let target = frame.returns else {
      push(operand)
      return body.return()
    }
    if let otherwise = target.otherwise {
      if let constant = operand.constantValue {
        return body.br(UInt32(nesting - (constant == Constant.false ? otherwise : target.nesting)))
      }
      push(operand)
      body.i64Const(Int64(Constant.false))
      body.emit(.i64Eq)
      body.brIf(UInt32(nesting - otherwise))
      return body.br(UInt32(nesting - target.nesting))
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

extension Node {
  /// Whether the value of a call, or of a search, is wanted by nobody but the branch that follows.
  fileprivate var isOnlyTested: Bool {
    (kind == .call || kind == .operation) && next.kind == .branch && next.a == .slot(slot) && slot <= Node.maximumNamedSlot
      && flags & Node.keepAllFlag == 0
      && next.live & Node.bit(slot) == 0
  }

  /// How many pairs are made here one after the other, up to the most that a list made in place has.
  fileprivate var pairsInARow: Int {
    var count = 0
    var node = self
    while node.kind == .operation && node.operation == .cons && count < JITTuning.maximumInlineElements {
      count += 1
      node = node.next
    }
    return count
  }

  /// Whether this is a predicate whose value is returned.
  fileprivate var isPredicateReturned: Bool {
    kind == .operation && operation.isPredicate && next.kind == .return && next.a == .slot(slot)
  }
}
