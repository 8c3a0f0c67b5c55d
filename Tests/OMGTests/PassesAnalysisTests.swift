// The analyses that passes share, against their definitions, on random graphs.

import Testing

@testable import OMG

@Suite struct PassesAnalysisTests {
  /// The blocks that are reached from the entry without going through `removed`.
  private func reached(_ graph: borrowing Graph, without removed: Block) -> Set<Block> {
    if graph.entry == removed { return [] }
    var seen: Set<Block> = [graph.entry]
    var pending = [graph.entry]
    while let block = pending.popLast() {
      for successor in graph.successors(block) where successor != removed && seen.insert(successor).inserted { pending.append(successor) }
    }
    return seen
  }

  @Test("A block dominates those that are reached through it only; a loop's blocks reach its header and are dominated by it")
  func dominatorsAndLoops() {
    for seed in UInt64(500)..<530 {
      let graph = RandomGraph.make(seed, size: 40)
      var scratch = Scratch()
      findLoops(graph, &scratch)
      let count = scratch.order.count
      #expect(count == reached(graph, without: .none).count)
      for a in 0..<count {
        let others = reached(graph, without: scratch.order[a])
        for b in 0..<count where scratch.dominators.dominates(a, b) == others.contains(scratch.order[b]) {
          Issue.record("seed \(seed): does \(scratch.order[a]) dominate \(scratch.order[b])?")
          return
        }
      }
      for loop in 0..<scratch.loops.count {
        let header = Int(scratch.loops.loops[loop].header)
        let containsHeader = scratch.loops.contains(UInt32(loop), header)
        #expect(containsHeader)
        for position in 0..<count where scratch.loops.contains(UInt32(loop), position) {
          let isDominated = scratch.dominators.dominates(header, position)
          #expect(isDominated, "seed \(seed)")
          let successors = graph.successors(scratch.order[position]).map { scratch.order.position($0) }
          let staysInside = successors.contains { scratch.loops.contains(UInt32(loop), $0) }
          #expect(staysInside, "seed \(seed)")
        }
      }
      // Depth: the number of headers whose loops contain the block.
      for position in 0..<count {
        let around = (0..<scratch.loops.count).filter { scratch.loops.contains(UInt32($0), position) }.count
        #expect(Int(graph.at(scratch.order[position]).pointee.loopDepth) == around, "seed \(seed)")
      }
    }
  }

  /// The interpreter after a random graph has been run with random arguments and memory.
  private func interpreted(_ graph: borrowing Graph, seed: UInt64) -> GraphInterpreter {
    var random = Randomness(state: seed)
    let arguments = RandomGraph.parameterTypes.map { random.number($0) }
    var interpreter = GraphInterpreter()
    interpreter.outcome.memory = (0..<65536).map { $0 < 512 ? UInt8(truncatingIfNeeded: random.next()) : 0 }
    interpreter.outcome.globals = [1, 2, 3]
    _ = interpreter.run(graph, arguments)
    return interpreter
  }

  @Test("Bits that are said to be 0 are 0")
  func knownBits() {
    for seed in UInt64(700)..<730 {
      let graph = RandomGraph.make(seed, size: 20)
      for input in 0..<3 {
        let interpreter = interpreted(graph, seed: seed &+ UInt64(input) &* 1000)
        for index in 0..<graph.instructions.count {
          let value = Value(index)
          guard graph[value].type.isInteger, interpreter.values[index] != 0xDEAD_BEEF else { continue }
          if interpreter.values[index] & ~graph.possibleBits(value) != 0 {
            Issue.record("seed \(seed): \(graph.text(value)) was \(interpreter.values[index]), possible are \(graph.possibleBits(value))")
            return
          }
        }
      }
    }
  }

  @Test("Numbers are in the ranges that are given for them")
  func ranges() {
    var known = 0
    for seed in UInt64(800)..<860 {
      var graph = RandomGraph.make(seed, size: 25)
      var scratch = Scratch()
      // Loops have the shape that the analysis looks for then.
      for pass in Pipeline.passes.prefix(while: { $0.name != "fold-addresses" }) { pass.run(&graph, &scratch) }
      findLoops(graph, &scratch)
      scratch.ranges.compute(graph, scratch.order, scratch.dominators, scratch.loops)
      for input in 0..<3 {
        let interpreter = interpreted(graph, seed: seed &+ UInt64(input) &* 1000)
        for index in 0..<graph.instructions.count {
          let value = Value(index)
          guard graph[value].type == .i32, graph[value].block.exists, interpreter.values[index] != 0xDEAD_BEEF else { continue }
          let range = scratch.ranges.range(value, graph)
          if range != .all, graph[value].operation == .phi { known += 1 }
          let number = interpreter.values[index] & 0xFFFF_FFFF
          if number < range.low || number > range.high {
            Issue.record("seed \(seed): \(graph.text(value)) was \(number), not in \(range.low)...\(range.high)\n\(graph.text())")
            return
          }
        }
      }
    }
    #expect(known > 20)
  }
}
