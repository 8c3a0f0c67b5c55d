// Leaves as few blocks and edges as the program needs:
//   branches whose outcome is known                → jumps
//   blocks that no path reaches                    → gone
//   phis with one value                            → that value
//   a block and its only successor, if that has no other predecessor → one block
//   blocks that only jump                          → edges past them, unless a loop starts after them (it keeps its entry apart)
//   a branch on a phi that is a constant on some edge → that edge goes straight on (ThreadJumps)
//   two sides that differ in a value only          → select (ConvertBranches)
// The steps are repeated while one makes work for another, a few times at most. Leaves BlockOrder computed.

func simplifyControlFlow(_ graph: inout Graph, _ scratch: inout Scratch) {
  for _ in 0..<4 {
    foldBranches(&graph)
    eliminateDeadBlocks(&graph, &scratch)
    var replaced = eliminateRedundantPhis(&graph, &scratch)
    if replaced { eliminateIdentities(&graph) }
    let merged = mergeBlocks(&graph, scratch.order, &replaced)
    if replaced { eliminateIdentities(&graph) }
    let skipped = skipEmptyBlocks(&graph, scratch.order)
    if !merged && !skipped { break }
  }
  eliminateDeadBlocks(&graph, &scratch)
}

/// Turns branches on constants, and branches with one target, into jumps.
private func foldBranches(_ graph: inout Graph) {
  for index in 0..<graph.blocks.count {
    let block = Block(index)
    let last = graph.at(block).pointee.last
    guard last.exists else { continue }
    switch graph.at(last).pointee.operation {
    case .branch:
      if let constant = graph.constant(graph.at(last).pointee.a) {
        graph.keepOnlySuccessor(block, constant != 0 ? 0 : 1)
      } else if hasOneTarget(graph, block) {
        graph.keepOnlySuccessor(block, 0)
      }
    case .switchBranch:
      let count = graph.successors(block).count
      if let constant = graph.constant(graph.at(last).pointee.a) {
        graph.keepOnlySuccessor(block, Int(min(UInt64(UInt32(truncatingIfNeeded: constant)), UInt64(count - 1))))
      } else if hasOneTarget(graph, block) {
        graph.keepOnlySuccessor(block, 0)
      }
    default: break
    }
  }
}

/// Whether all edges of a block lead to the same block and give its phis the same inputs.
private func hasOneTarget(_ graph: borrowing Graph, _ block: Block) -> Bool {
  let successors = graph.successors(block)
  let target = successors[0]
  for successor in successors where successor != target { return false }
  if successors.count == 1 { return true }
  let predecessors = graph.predecessors(target)
  var phi = graph.at(target).pointee.first
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    var input = Value.none
    let inputs = graph.arguments(phi)
    for position in 0..<inputs.count where predecessors[position] == block {
      if input.exists, input != inputs[position] { return false }
      input = inputs[position]
    }
    phi = graph.at(phi).pointee.next
  }
  return true
}

/// Appends blocks to their only predecessors where these have no other successor.
private func mergeBlocks(_ graph: inout Graph, _ order: borrowing BlockOrder, _ replaced: inout Bool) -> Bool {
  var changed = false
  for position in 0..<order.count {
    let block = order[position]
    // It may have been appended to another one.
    guard graph.at(block).pointee.first.exists else { continue }
    while graph.at(block).pointee.successors.count == 1 {
      let next = graph.successors(block)[0]
      if next == block || next == graph.entry || graph.at(next).pointee.predecessors.count != 1 { break }
      if graph.at(graph.at(next).pointee.first).pointee.operation == .phi { replaced = true }
      graph.absorb(next, into: block)
      changed = true
    }
  }
  return changed
}

extension Graph {
  /// Appends a block to its only predecessor, which has no other successor. Phis become identities.
  mutating func absorb(_ next: Block, into block: Block) {
    unlink(at(block).pointee.last)
    var value = at(next).pointee.first
    while value.exists, at(value).pointee.operation == .phi {
      let following = at(value).pointee.next
      replace(value, by: arguments(value)[0])
      value = following
    }
    let first = value
    while value.exists {
      at(value).pointee.block = block
      value = at(value).pointee.next
    }
    let last = at(block).pointee.last
    at(first).pointee.previous = last
    if last.exists { at(last).pointee.next = first } else { at(block).pointee.first = first }
    at(block).pointee.last = at(next).pointee.last
    at(block).pointee.successors = at(next).pointee.successors
    for successor in successors(block) {
      let predecessors = predecessors(successor)
      for position in 0..<predecessors.count where predecessors[position] == next { predecessors[position] = block }
    }
    at(next).pointee.first = .none
    at(next).pointee.last = .none
    at(next).pointee.successors = .empty
    at(next).pointee.predecessors = .empty
  }
}

/// Leads edges past blocks that only jump.
private func skipEmptyBlocks(_ graph: inout Graph, _ order: borrowing BlockOrder) -> Bool {
  var changed = false
  // Backwards, so that chains of such blocks go in one walk.
  var position = order.count - 1
  while position > 0 {
    let block = order[position]
    position -= 1
    let first = graph.at(block).pointee.first
    guard first.exists, graph.at(first).pointee.operation == .jump else { continue }
    let target = graph.successors(block)[0]
    if target == block || isLoopHeader(graph, order, target) { continue }
    let hasPhis = graph.at(graph.at(target).pointee.first).pointee.operation == .phi
    if hasPhis, !allJump(graph, graph.predecessors(block)) { continue }
    graph.bypass(block, target)
    changed = true
  }
  return changed
}

/// Whether an edge goes back to the block.
private func isLoopHeader(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ block: Block) -> Bool {
  let position = order.positions[block.number]
  for predecessor in graph.predecessors(block) where order.positions[predecessor.number] >= position { return true }
  return false
}

/// Whether all these blocks end with jumps.
private func allJump(_ graph: borrowing Graph, _ blocks: UnsafeMutableBufferPointer<Block>) -> Bool {
  for block in blocks where graph.at(block).pointee.successors.count != 1 { return false }
  return true
}

extension Graph {
  /// Leads all edges to a block that only jumps to `target` there, and removes it.
  fileprivate mutating func bypass(_ block: Block, _ target: Block) {
    let place = predecessorPosition(block, in: target)
    let count = predecessors(block).count
    for index in 0..<count {
      let from = predecessors(block)[index]
      let successors = successors(from)
      for position in 0..<successors.count where successors[position] == block {
        successors[position] = target
        break
      }
      if index == 0 {
        predecessors(target)[place] = from
        continue
      }
      var list = at(target).pointee.predecessors
      append(from.index, to: &list)
      at(target).pointee.predecessors = list
      var phi = at(target).pointee.first
      while phi.exists, at(phi).pointee.operation == .phi {
        appendArgument(phi, arguments(phi)[place])
        phi = at(phi).pointee.next
      }
    }
    clear(block)
  }
}
