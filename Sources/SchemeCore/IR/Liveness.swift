// Which slots are needed after each node: the slots that a frame record of the node must keep, and that generated code stores before a call.
//
// One backward walk. Slots are assigned once but for label parameters, so a loop's body can only need, of the slots below it, those that are
// mentioned in it: no iteration to a fixed point.
import GuestABI

extension Node {
  /// The bit of a slot in `live`.
  @inline(__always)
  public static func bit(_ slot: Int) -> UInt64 { slot <= maximumNamedSlot ? 1 << UInt64(slot) : 0 }

  /// Calls `visit` with each operand that the node reads.
  public func forEachOperand(_ visit: (Operand) -> Void) {
    switch kind {
    case .return, .branch, .move, .makeBox, .boxRef, .globalSet, .globalDefine: visit(a)
    case .tailCall, .tailApply, .call, .apply:
      visit(a)
      for index in 0..<count { visit(argument(index)) }
    case .branchOperation:
      visit(a)
      if operation.operandCount > 1 { visit(b) }
    case .boxSet:
      visit(a)
      visit(b)
    case .operation:
      visit(a)
      if operation.operandCount > 1 { visit(b) }
      for index in 0..<count { visit(argument(index)) }
    case .fillProcedure:
      visit(a)
      visit(argument(0))
    case .jump, .primitiveCall, .makeProcedure:
      for index in 0..<count { visit(argument(index)) }
    case .globalRef, .label: break
    }
  }

  /// The slots that the node reads, and `liveProcedure`.
  var uses: UInt64 {
    var mask: UInt64 = 0
    forEachOperand { operand in
      switch operand.kind {
      case .slot: mask |= Node.bit(operand.index)
      case .free, .procedure: mask |= Node.liveProcedure
      case .constant, .global: break
      }
    }
    return mask
  }

  /// Whether the node binds `slot` and goes on with `next`.
  public var isBinding: Bool {
    switch kind {
    case .return, .jump, .tailCall, .tailApply, .branch, .branchOperation, .label: false
    default: true
    }
  }

  /// Whether the node writes its slot.
  public var bindsSlot: Bool {
    switch kind {
    case .boxSet, .globalSet, .globalDefine, .fillProcedure: false
    default: isBinding
    }
  }

  /// How many words a frame record of this node keeps.
  public var liveCount: Int {
    if flags & Node.keepAllFlag != 0 { return depth + 1 }
    return live.nonzeroBitCount
  }

  /// Calls `visit` with each slot that a frame record of this node keeps, in the order of the record; the procedure comes last, as nil.
  public func forEachLive(_ visit: (Int?) -> Void) {
    if flags & Node.keepAllFlag != 0 {
      for slot in 0..<depth { visit(slot) }
      return visit(nil)
    }
    var rest = live & ~Node.liveProcedure
    while rest != 0 {
      visit(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    if live & Node.liveProcedure != 0 { visit(nil) }
  }
}

extension Node {
  /// What is needed to execute the node and all that follows; meaningless where all slots are kept.
  public var liveBefore: UInt64 {
    switch kind {
    case .return, .tailCall, .tailApply: uses
    case .jump: Node(payload).live | uses
    case .label: live | next.liveBefore
    default: live | uses
    }
  }

  /// Calls `visit` with each slot that executing the node and what follows needs, ascending.
  public func forEachSlotNeeded(_ keepsAll: Bool, _ visit: (Int) -> Void) {
    if keepsAll {
      for slot in 0..<depth { visit(slot) }
      return
    }
    var rest = liveBefore & ~Node.liveProcedure
    while rest != 0 {
      visit(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }
}

extension Func {
  /// Functions with more slots than `live` can name keep them all.
  public var keepsAllSlots: Bool { frameSlots > Node.maximumNamedSlot + 1 }
}

/// Sets `live` in all nodes of a function.
func computeLiveness(_ function: Func) {
  _ = liveness(function.body, function.keepsAllSlots)
}

/// What is needed at the start of a path. May give up (LongWork.swift).
private func liveness(_ start: Node, _ keepsAll: Bool) -> UInt64 {
  var path: [Node] = []
  var node = start
  while node.isBinding {
    if LongWork.step() { return 0 }
    path.append(node)
    node = node.next
  }
  var live: UInt64
  switch node.kind {
  case .branch, .branchOperation:
    node.live = liveness(node.next, keepsAll) | liveness(node.alternative, keepsAll)
    if keepsAll { node.flags |= Node.keepAllFlag }
    live = node.live | node.uses
  case .jump: live = Node(node.payload).live | node.uses
  case .label:
    if keepsAll { node.flags |= Node.keepAllFlag }
    let below = ((UInt64(1) << UInt64(min(node.slot, 63))) - 1) | Node.liveProcedure
    if node.flags & Node.loopFlag != 0 {
      node.live = mentions(node.body) & below
      _ = liveness(node.body, keepsAll)
    } else {
      let parameters = Node.bits(from: node.slot, count: node.count)
      node.live = liveness(node.body, keepsAll) & ~parameters
    }
    live = liveness(node.next, keepsAll)
  case .tailCall where node.isSelfCall:
    _ = liveness(node.next, keepsAll)
    live = node.uses
  default: live = node.uses
  }
  for node in path.reversed() {
    if node.bindsSlot { live &= ~Node.bit(node.slot) }
    node.live = live
    if keepsAll { node.flags |= Node.keepAllFlag }
    live |= node.uses
  }
  return live
}

extension Node {
  fileprivate static func bits(from slot: Int, count: Int) -> UInt64 {
    var mask: UInt64 = 0
    for index in slot..<(slot + count) { mask |= bit(index) }
    return mask
  }
}

/// All slots that a path mentions anywhere. May give up (LongWork.swift).
private func mentions(_ start: Node) -> UInt64 {
  var mask: UInt64 = 0
  var node = start
  while true {
    if LongWork.step() { return mask }
    mask |= node.uses
    switch node.kind {
    case .branch, .branchOperation:
      mask |= mentions(node.alternative)
      node = node.next
    case .label:
      mask |= mentions(node.body)
      node = node.next
    case .jump: return mask | Node(node.payload).live
    case .return, .tailCall, .tailApply: return mask
    default: node = node.next
    }
  }
}
