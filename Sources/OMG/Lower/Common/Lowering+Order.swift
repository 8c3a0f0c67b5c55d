// The order of blocks. Lowering goes through a reverse postorder backwards; the code has the same order, with cold blocks at its end.

extension Lowering {
  /// Puts blocks on edges from blocks with several successors to blocks with several predecessors: the allocator's moves need a place there (what stays
  /// empty is no code). Edges from one block to another come in the same order on both sides.
  mutating func splitCriticalEdges() {
    let count = graph.pointee.blocks.count
    // By block: how many of its successors have been looked at for the present target.
    edgePositions.setCount(count)
    for index in 0..<count {
      let target = Block(index)
      let predecessorCount = graph.pointee.predecessors(target).count
      guard predecessorCount > 1 else { continue }
      for place in 0..<predecessorCount { edgePositions[graph.pointee.predecessors(target)[place].number] = 0 }
      for place in 0..<predecessorCount {
        let block = graph.pointee.predecessors(target)[place]
        let successors = graph.pointee.successors(block)
        guard successors.count > 1 else { continue }
        var position = Int(edgePositions[block.number])
        while successors[position] != target { position += 1 }
        edgePositions[block.number] = UInt32(position + 1)
        graph.pointee.splitEdge(block, position, place: place)
      }
    }
  }

  mutating func orderBlocks() {
    let count = graph.pointee.blocks.count
    places.setCount(count)
    places.base.update(repeating: .max, count: count)
    ranges.setCount(count)
    order.compute(graph.pointee, keepsLoopsTogether: true)
    for isCold in [false, true] {
      for position in 0..<order.count {
        let block = order[position]
        if (graph.pointee.at(block).pointee.isCold && position > 0) != isCold { continue }
        places[block.number] = UInt32(layout.count)
        layout.append(block)
      }
    }
  }
}
