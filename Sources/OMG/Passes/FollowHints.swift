// Marks blocks as rarely executed that are only reached by edges that the module calls unlikely (WasmFormat's BranchHint), or from such blocks.
//
//     branch v1 → b2 b3 (b2 is unlikely)     →     b2: cold
//
// A loop ends some time: if all its exits are unlikely, then that says something about the number of its iterations, and nothing about what follows
// it. Such hints count for nothing; edges to traps are no exits.

import RawCollections

/// An edge of a branch that the module calls unlikely: a successor of a block by its position.
struct UnlikelyEdge {
  var block: Block
  var successor: Int
}

/// In the words of blocks: bits for the unlikely edges; above them the number of unlikely edges, or edges from cold blocks, that lead to the block.
private enum Word {
  static func edge(_ successor: Int) -> UInt32 { 1 << UInt32(successor) }
  static var edgesIn: UInt32 { 4 }
}

func followHints(_ graph: inout Graph, _ scratch: inout Scratch) {
  if graph.unlikelyEdges.count == 0 { return }
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  scratch.loops.compute(graph, scratch.order, scratch.dominators)
  scratch.words.fill(0, count: graph.blocks.count + scratch.loops.count)
  for index in 0..<graph.unlikelyEdges.count {
    let edge = graph.unlikelyEdges[index]
    scratch.words[edge.block.number] |= Word.edge(edge.successor)
  }
  if scratch.loops.count > 0 { forgetHintsOnLoopsEnds(graph, &scratch) }
  markBlocks(graph, &scratch)
  graph.unlikelyEdges.removeAll()
}

/// Drops the hints on edges that leave a loop which has no other exits.
private func forgetHintsOnLoopsEnds(_ graph: borrowing Graph, _ scratch: inout Scratch) {
  // After the blocks' words those of the loops: 1 if one of the exits may be likely.
  let firstLoop = graph.blocks.count
  for mayForget in [false, true] {
    for position in 0..<scratch.order.count where scratch.loops.innermost[position] != Loops.none {
      let block = scratch.order[position]
      let successors = graph.successors(block)
      for index in successors.indices where !graph.at(successors[index]).pointee.isCold {
        let target = scratch.order.position(successors[index])
        let isUnlikely = index < 2 && scratch.words[block.number] & Word.edge(index) != 0
        if isUnlikely != mayForget { continue }
        var loop = scratch.loops.innermost[position]
        while loop != Loops.none, !scratch.loops.contains(loop, target) {
          if isUnlikely {
            if scratch.words[firstLoop + Int(loop)] == 0 { scratch.words[block.number] &= ~Word.edge(index) }
          } else {
            scratch.words[firstLoop + Int(loop)] = 1
          }
          loop = scratch.loops.loops[Int(loop)].parent
        }
      }
    }
  }
}

private func markBlocks(_ graph: borrowing Graph, _ scratch: inout Scratch) {
  for position in 0..<scratch.order.count {
    let block = scratch.order[position]
    // Back edges say nothing about the loop.
    var edgesIn: UInt32 = 0
    for predecessor in graph.predecessors(block) where scratch.order.isReachable(predecessor) && scratch.order.position(predecessor) < position {
      edgesIn += 1
    }
    if position > 0, scratch.words[block.number] / Word.edgesIn == edgesIn { graph.at(block).pointee.isCold = true }
    let isCold = graph.at(block).pointee.isCold
    let successors = graph.successors(block)
    for index in successors.indices {
      let isUnlikely = index < 2 && scratch.words[block.number] & Word.edge(index) != 0
      if (isCold || isUnlikely), scratch.order.position(successors[index]) > position { scratch.words[successors[index].number] += Word.edgesIn }
    }
  }
}
