// Removes blocks that no path from the entry reaches, and their edges to others: those of each block that is left all at once. Leaves BlockOrder
// computed.

func eliminateDeadBlocks(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  if scratch.order.count == graph.blocks.count { return }
  for position in 0..<scratch.order.count {
    graph.keepPredecessors(of: scratch.order[position]) { scratch.order.isReachable($0) }
  }
  for index in 0..<graph.blocks.count where !scratch.order.isReachable(Block(index)) {
    if graph.at(Block(index)).pointee.first.exists { graph.clear(Block(index)) }
  }
}

extension Graph {
  /// Takes the ends of edges out of a block, with the inputs of its phis, where `isKept` says so of the predecessor; it is asked once for each edge,
  /// in order. The sources' lists of successors stay as they are.
  func keepPredecessors(of block: Block, where isKept: (Block) -> Bool) {
    let predecessors = predecessors(block)
    work.spend(predecessors.count)
    guard let first = predecessors.firstIndex(where: { !isKept($0) }) else { return }
    // Which places stay, by the high bit of their numbers.
    let goes: UInt32 = 1 << 31
    var kept = first
    predecessors[first].index |= goes
    for place in (first + 1)..<predecessors.count {
      if isKept(predecessors[place]) { kept += 1 } else { predecessors[place].index |= goes }
    }
    var value = at(block).pointee.first
    while value.exists, at(value).pointee.operation == .phi {
      let inputs = arguments(value)
      work.spend(inputs.count)
      var next = first
      for place in first..<inputs.count where predecessors[place].index & goes == 0 {
        inputs[next] = inputs[place]
        next += 1
      }
      at(value).pointee.b = Value(kept)
      value = at(value).pointee.next
    }
    var next = first
    for place in first..<predecessors.count where predecessors[place].index & goes == 0 {
      predecessors[next] = predecessors[place]
      next += 1
    }
    at(block).pointee.predecessors.count = UInt32(truncatingIfNeeded: kept)
  }

  /// Takes everything out of a block, whose edges have been taken out of its neighbours.
  func clear(_ block: Block) {
    var value = at(block).pointee.first
    while value.exists {
      let next = at(value).pointee.next
      at(value).pointee.block = .none
      at(value).pointee.previous = .none
      at(value).pointee.next = .none
      value = next
    }
    at(block).pointee.first = .none
    at(block).pointee.last = .none
    at(block).pointee.successors.count = 0
    at(block).pointee.predecessors.count = 0
  }
}
