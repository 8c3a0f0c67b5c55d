// The order of blocks and the edges between them. Lowering goes through a reverse postorder backwards; the code has the same order, with cold blocks at its end.

extension Lowering {
  /// Puts blocks on edges from blocks with several successors to blocks with several predecessors: the allocator's moves need a place there (what stays
  /// empty is no code). Edges from one block to another come in the same order on both sides.
  mutating func splitCriticalEdges() {
    listBranchEdges()
    let count = places.count
    // By block: its first edge to the present target that has not been looked at.
    edgePositions.setCount(count)
    for index in 0..<count {
      let target = Block(index)
      let predecessorCount = graph.pointee.predecessors(target).count
      guard predecessorCount > 1 else { continue }
      var edge = places[index]
      var last = Block.none
      while edge != .max {
        if branchEdges[Int(edge)].source != last { edgePositions[branchEdges[Int(edge)].source.number] = edge }
        last = branchEdges[Int(edge)].source
        edge = branchEdges[Int(edge)].next
      }
      graph.pointee.work.spend(predecessorCount)
      for place in 0..<predecessorCount {
        let block = graph.pointee.predecessors(target)[place]
        guard graph.pointee.at(block).pointee.successors.count > 1 else { continue }
        let edge = branchEdges[Int(edgePositions[block.number])]
        edgePositions[block.number] = edge.next
        graph.pointee.splitEdge(block, Int(edge.position), place: place)
      }
    }
  }

  /// Lists the edges out of blocks with several, by target in `places`: those of a block one after the other, in order.
  private mutating func listBranchEdges() {
    let count = graph.pointee.blocks.count
    places.fill(.max, count: count)
    branchEdges.removeAll()
    for index in (0..<count).reversed() {
      let successors = graph.pointee.successors(Block(index))
      guard successors.count > 1 else { continue }
      for position in successors.indices.reversed() {
        let target = successors[position].number
        branchEdges.append(BranchEdge(source: Block(index), position: UInt32(position), next: places[target]))
        places[target] = UInt32(branchEdges.count - 1)
      }
    }
  }

  mutating func orderBlocks() {
    let count = graph.pointee.blocks.count
    places.fill(.max, count: count)
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

/// An edge out of a block with several.
struct BranchEdge {
  var source: Block
  /// Among the block's successors.
  var position: UInt32
  /// The next edge to the same target.
  var next: UInt32
}
