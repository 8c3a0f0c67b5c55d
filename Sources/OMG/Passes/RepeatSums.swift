// Computes sums with a constant anew in each block of a large function that uses them, where several have the same base: a frame's address in memory, say, or a
// structure's. The base is in a register or in its slot anyway, and a sum that is live over many blocks would take a register or a slot more, and be stored there and
// loaded for each use, which costs no less than adding again.
//
//     v2 = add v1, 16; v3 = add v1, 32 …;  b7: store v2 …;  b9: call v2, v3      → b7: v4 = add v1, 16; store v4 …;  b9: v5 = add v1, 16; v6 = add v1, 32; call v5, v6
//
// In small loops nothing is computed that is not computed there already.

import RawCollections

func repeatSums(_ graph: inout Graph, _ scratch: inout Scratch) {
  // In smaller functions registers are enough.
  if graph.blocks.count >= 64 { repeatSums(&graph, &scratch, leastSums: 4) }
}

/// - Parameter leastSums: sums of one base that are enough.
func repeatSums(_ graph: inout Graph, _ scratch: inout Scratch, leastSums: UInt32) {
  findLoops(graph, &scratch)
  let pass = RepeatSums(graph, &scratch, leastSums)
  pass.run(&graph, &scratch)
}

private struct RepeatSums {
  /// Values that are there when the pass begins.
  private let count: Int
  private let leastSums: UInt32

  init(_ graph: borrowing Graph, _ scratch: inout Scratch, _ leastSums: UInt32) {
    self.leastSums = leastSums
    count = graph.instructions.count
    // How many sums each value is the base of; and of each sum the last copy that was made.
    scratch.words.fill(0, count: count)
    scratch.table.fill(.max, count: count)
    for index in 0..<count {
      let value = Value(index)
      if graph.at(value).pointee.block.exists, isSum(graph, value) { scratch.words[graph.at(value).pointee.a.number] += 1 }
    }
  }

  private func isSum(_ graph: borrowing Graph, _ value: Value) -> Bool {
    graph.at(value).pointee.operation == .add && graph.constant(graph.at(value).pointee.b) != nil && graph.constant(graph.at(value).pointee.a) == nil
  }

  func run(_ graph: inout Graph, _ scratch: inout Scratch) {
    for position in 0..<scratch.order.count {
      var user = graph.at(scratch.order[position]).pointee.first
      while user.exists {
        let next = graph.at(user).pointee.next
        if graph.at(user).pointee.operation != .phi {
          repeatArguments(&graph, scratch.order, scratch.loops, scratch.words, scratch.table, of: user, at: position)
        }
        user = next
      }
    }
    // Copies for phis are at the ends of blocks, where nothing else looks for one any more.
    for position in 0..<scratch.order.count {
      let block = scratch.order[position]
      var phi = graph.at(block).pointee.first
      while phi.exists, graph.at(phi).pointee.operation == .phi {
        for index in 0..<graph.argumentCount(phi) {
          let predecessor = graph.predecessors(block)[index]
          let sum = graph.arguments(phi)[index]
          guard scratch.order.isReachable(predecessor),
            isRepeated(graph, scratch.order, scratch.loops, scratch.words, sum, at: scratch.order.position(predecessor))
          else { continue }
          let copy = copy(&graph, scratch.table, of: sum, in: predecessor, before: graph.end(of: predecessor))
          graph.arguments(phi)[index] = copy
        }
        phi = graph.at(phi).pointee.next
      }
    }
  }

  private func repeatArguments(
    _ graph: inout Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ words: borrowing UncheckedArray<UInt32>,
    _ table: borrowing UncheckedArray<UInt32>, of user: Value, at position: Int
  ) {
    for index in 0..<graph.argumentCount(user) {
      let sum = graph.arguments(user)[index]
      guard isRepeated(graph, order, loops, words, sum, at: position) else { continue }
      let copy = copy(&graph, table, of: sum, in: order[position], before: user)
      graph.arguments(user)[index] = copy
    }
  }

  private func isRepeated(
    _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ words: borrowing UncheckedArray<UInt32>, _ sum: Value,
    at position: Int
  ) -> Bool {
    guard sum.number < count, graph.at(sum).pointee.operation == .add, graph.at(sum).pointee.block != order[position], isSum(graph, sum),
      words[graph.at(sum).pointee.a.number] >= leastSums
    else { return false }
    let loop = loops.innermost[position]
    return loop == Loops.none || loops.loops[Int(loop)].isLarge
      || loops.contains(loop, order.position(graph.at(sum).pointee.block))
  }

  /// The sum once more, in a block that it is not in; the copy that is there before the user, if there is one.
  private func copy(_ graph: inout Graph, _ table: borrowing UncheckedArray<UInt32>, of sum: Value, in block: Block, before user: Value) -> Value {
    let known = table[sum.number]
    if known != .max, graph.at(Value(known)).pointee.block == block { return Value(known) }
    let instruction = graph.at(sum).pointee
    let copy = graph.insert(instruction.operation, instruction.type, instruction.a, instruction.b, before: user)
    table[sum.number] = copy.index
    return copy
  }
}
