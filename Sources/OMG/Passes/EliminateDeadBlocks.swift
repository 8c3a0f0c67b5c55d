// Removes blocks that no path from the entry reaches, and their edges to others. Leaves BlockOrder computed.

func eliminateDeadBlocks(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  if scratch.order.count == graph.blocks.count { return }
  for index in 0..<graph.blocks.count where !scratch.order.isReachable(Block(index)) {
    let block = Block(index)
    guard graph.at(block).pointee.first.exists else { continue }
    for successor in graph.successors(block) where scratch.order.isReachable(successor) {
      graph.removePredecessor(successor, at: graph.predecessorPosition(block, in: successor))
    }
    graph.clear(block)
  }
}

extension Graph {
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
