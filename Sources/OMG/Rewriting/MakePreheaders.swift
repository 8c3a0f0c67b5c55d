// Gives each loop a preheader: a block with the only edge into the loop, which leads nowhere else. Code that is to run once before the loop goes
// there. Leaves BlockOrder, Dominators and Loops computed, and the preheaders of the loops, by their numbers, in the words.

func makePreheaders(_ graph: inout Graph, _ scratch: inout Scratch) {
  findLoops(graph, &scratch)
  var changed = false
  for index in 0..<scratch.loops.count {
    let header = scratch.order[Int(scratch.loops.loops[index].header)]
    if preheader(graph, scratch.order, scratch.dominators, header) == nil {
      makePreheader(&graph, scratch.order, scratch.dominators, header)
      changed = true
    }
  }
  if changed { findLoops(graph, &scratch) }
  scratch.words.removeAll()
  for index in 0..<scratch.loops.count {
    let header = scratch.order[Int(scratch.loops.loops[index].header)]
    scratch.words.append(preheader(graph, scratch.order, scratch.dominators, header)?.index ?? UInt32.max)
  }
}

/// Computes BlockOrder, Dominators and Loops.
func findLoops(_ graph: borrowing Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  scratch.loops.compute(graph, scratch.order, scratch.dominators)
}

/// Whether an edge from this predecessor of a header comes from outside of the loop.
private func isEntering(_ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ predecessor: Block, _ header: Block) -> Bool {
  // Blocks that were made here come before their loops.
  guard predecessor.number < order.positions.count else { return true }
  guard order.isReachable(predecessor) else { return true }
  return !dominators.dominates(order.position(header), order.position(predecessor))
}

/// The only block from which the loop is entered, if that goes nowhere else.
private func preheader(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ header: Block) -> Block? {
  var found = Block.none
  for predecessor in graph.predecessors(header) where isEntering(order, dominators, predecessor, header) {
    if found.exists { return nil }
    found = predecessor
  }
  return found.exists && graph.successors(found).count == 1 ? found : nil
}

private func makePreheader(_ graph: inout Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ header: Block) {
  let middle = graph.makeBlock()
  // Phis for what the entering edges bring; the header's keep what the others do.
  var phi = graph.at(header).pointee.first
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    let type = graph.at(phi).pointee.type
    let joined = graph.append(Instruction(.phi, type), to: middle)
    var kept = 0
    for position in 0..<graph.predecessors(header).count {
      let input = graph.arguments(phi)[position]
      if isEntering(order, dominators, graph.predecessors(header)[position], header) {
        graph.appendArgument(joined, input)
      } else {
        graph.arguments(phi)[kept] = input
        kept += 1
      }
    }
    graph.at(phi).pointee.b = Value(kept)
    var first = joined
    let inputs = graph.arguments(joined)
    if inputs.allSatisfy({ $0 == inputs[0] }) {
      first = inputs[0]
      graph.unlink(joined)
    }
    graph.appendArgument(phi, first)
    phi = graph.at(phi).pointee.next
  }
  graph.append(Instruction(.jump, .none), to: middle)
  var kept = 0
  for position in 0..<graph.predecessors(header).count {
    let predecessor = graph.predecessors(header)[position]
    if !isEntering(order, dominators, predecessor, header) {
      graph.predecessors(header)[kept] = predecessor
      kept += 1
      continue
    }
    var list = graph.at(middle).pointee.predecessors
    graph.append(predecessor.index, to: &list)
    graph.at(middle).pointee.predecessors = list
    let successors = graph.successors(predecessor)
    for place in 0..<successors.count where successors[place] == header {
      successors[place] = middle
      break
    }
  }
  graph.at(header).pointee.predecessors.count = UInt32(kept)
  graph.connect(middle, to: header)
}
