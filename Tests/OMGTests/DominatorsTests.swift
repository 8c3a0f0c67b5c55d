// Dominators and loops of random graphs against their definitions.

import Testing

@testable import OMG

@Suite struct DominatorsTests {
  /// A graph of blocks without instructions but terminators, with edges at random, so that loops may have several entries.
  private static func graph(seed: UInt64, blockCount: Int) -> Graph {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % bound
    }
    var graph = Graph()
    for _ in 0..<blockCount { _ = graph.makeBlock() }
    for index in 0..<blockCount {
      let count = random(3)
      graph.append(Instruction(count == 0 ? .unreachable : count == 1 ? .jump : .branch, .none), to: Block(index))
      // Mostly short edges forward.
      for _ in 0..<count {
        let target = random(4) == 0 ? 1 + random(blockCount - 1) : min(index + 1 + random(3), blockCount - 1)
        graph.connect(Block(index), to: Block(target))
      }
    }
    return graph
  }

  /// Calls `visit` with the seed of some graphs, the graphs, their orders and their dominators.
  private static func forEachGraph(_ visit: (UInt64, borrowing Graph, borrowing BlockOrder, borrowing Dominators) -> Void) {
    for seed in 1..<400 as Range<UInt64> {
      let graph = graph(seed: seed, blockCount: 5 + Int(seed % 40))
      var order = BlockOrder()
      order.compute(graph)
      var dominators = Dominators()
      dominators.compute(graph, order)
      visit(seed, graph, order, dominators)
    }
  }

  /// What can be reached from the entry without going through a block.
  private static func reachable(_ graph: borrowing Graph, without removed: Int) -> Set<Int> {
    var seen: Set<Int> = removed == 0 ? [] : [0]
    var pending = Array(seen)
    while let block = pending.popLast() {
      for successor in graph.successors(Block(block)) where successor.number != removed && seen.insert(successor.number).inserted {
        pending.append(successor.number)
      }
    }
    return seen
  }

  @Test("A block dominates what cannot be reached without it; the nearest common dominator is the last one of both")
  func dominators() {
    Self.forEachGraph { seed, graph, order, dominators in
      var dominating = [Set<Int>](repeating: [], count: order.count)
      for position in 0..<order.count {
        let left = Self.reachable(graph, without: order[position].number)
        for other in 0..<order.count {
          let isDominated = !left.contains(order[other].number)
          if isDominated { dominating[other].insert(position) }
          let found = dominators.dominates(position, other)
          #expect(found == isDominated, "seed \(seed): \(position), \(other)")
        }
      }
      for position in 1..<max(order.count, 1) {
        let immediate = dominating[position].subtracting([position]).max { dominating[$0].count < dominating[$1].count }
        let found = Int(dominators.immediate[position])
        #expect(found == immediate, "seed \(seed)")
        let common = dominating[position].intersection(dominating[position / 2]).max { dominating[$0].count < dominating[$1].count }
        let nearest = Int(dominators.nearestCommon(UInt32(position), UInt32(position / 2)))
        #expect(nearest == common, "seed \(seed)")
      }
    }
  }

  @Test("A loop contains what its own blocks and those of loops within it are")
  func loops() {
    Self.forEachGraph { seed, graph, order, dominators in
      var loops = Loops()
      loops.compute(graph, order, dominators)
      for position in 0..<order.count {
        var around: [UInt32] = []
        var loop = loops.innermost[position]
        while loop != Loops.none {
          around.append(loop)
          loop = loops.loops[Int(loop)].parent
        }
        let depth = Int(graph.at(order[position]).pointee.loopDepth)
        #expect(depth == around.count)
        for loop in 0..<loops.count {
          let isInside = loops.contains(UInt32(loop), position)
          #expect(isInside == around.contains(UInt32(loop)), "seed \(seed)")
        }
      }
    }
  }
}
