// Marks blocks as rarely executed that are only reached by ways that the module calls unlikely (WasmFormat's BranchHint), or from such blocks.
//
//     branch v1 → b2 b3 (b2 is unlikely)     →     b2: cold
//
// A loop ends some time: if all ways out of it are unlikely, then that says something about its rounds, and nothing about what is behind it. Such
// hints count for nothing; ways to traps are no ways out.

import RawCollections

/// A way of a branch that the module calls unlikely: a successor of a block by its position.
struct UnlikelyWay {
  var block: Block
  var successor: Int
}

/// In the words of blocks: bits for the unlikely ways; above them the number of unlikely ways, or ways from cold blocks, that lead to the block.
private enum Word {
  static func way(_ successor: Int) -> UInt32 { 1 << UInt32(successor) }
  static var waysIn: UInt32 { 4 }
}

func followHints(_ graph: inout Graph, _ scratch: inout Scratch) {
  if graph.unlikelyWays.count == 0 { return }
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  scratch.loops.compute(graph, scratch.order, scratch.dominators)
  scratch.words.setCount(graph.blocks.count + scratch.loops.count)
  scratch.words.base.update(repeating: 0, count: scratch.words.count)
  for index in 0..<graph.unlikelyWays.count {
    let way = graph.unlikelyWays[index]
    scratch.words[way.block.number] |= Word.way(way.successor)
  }
  if scratch.loops.count > 0 { forgetHintsOnLoopsEnds(graph, &scratch) }
  markBlocks(graph, &scratch)
  graph.unlikelyWays.removeAll()
}

/// Drops the hints on ways that leave a loop which has no other ways out.
private func forgetHintsOnLoopsEnds(_ graph: borrowing Graph, _ scratch: inout Scratch) {
  // Behind the blocks' words those of the loops: 1 if one of the ways out may be likely.
  let firstLoop = graph.blocks.count
  for mayForget in [false, true] {
    for position in 0..<scratch.order.count where scratch.loops.innermost[position] != Loops.none {
      let block = scratch.order[position]
      let successors = graph.successors(block)
      for index in successors.indices where !graph.at(successors[index]).pointee.isCold {
        let target = scratch.order.position(successors[index])
        let isUnlikely = index < 2 && scratch.words[block.number] & Word.way(index) != 0
        if isUnlikely != mayForget { continue }
        var loop = scratch.loops.innermost[position]
        while loop != Loops.none, !scratch.loops.contains(loop, target) {
          if isUnlikely {
            if scratch.words[firstLoop + Int(loop)] == 0 { scratch.words[block.number] &= ~Word.way(index) }
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
    // Ways back to a loop's header say nothing about the loop.
    var waysIn: UInt32 = 0
    for predecessor in graph.predecessors(block) where scratch.order.isReachable(predecessor) && scratch.order.position(predecessor) < position {
      waysIn += 1
    }
    if position > 0, scratch.words[block.number] / Word.waysIn == waysIn { graph.at(block).pointee.isCold = true }
    let isCold = graph.at(block).pointee.isCold
    let successors = graph.successors(block)
    for index in successors.indices {
      let isUnlikely = index < 2 && scratch.words[block.number] & Word.way(index) != 0
      if (isCold || isUnlikely), scratch.order.position(successors[index]) > position { scratch.words[successors[index].number] += Word.waysIn }
    }
  }
}
