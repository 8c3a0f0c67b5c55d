// Turns branches whose two sides do nothing but choose a value into selects:
//
//     branch v1 → b2 b3;  b2: jump b4;  b3: jump b4;  b4: v5 = phi v2, v3     → v5 = select v2, v3, v1
//
// Floats only where the machine can (TargetFacts), and only a few values: a branch that is predicted well costs less than many selects. One side may
// be the edge itself.

func convertBranches(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  var changed = false
  // Backwards, so that an inner branch that was converted becomes a side of the branch around it.
  var position = scratch.order.count - 1
  while position >= 0 {
    let block = scratch.order[position]
    position -= 1
    if graph.at(block).pointee.successors.count == 2, graph.at(graph.at(block).pointee.last).pointee.operation == .branch {
      if convert(&graph, block) { changed = true }
    }
  }
  if changed { simplifyControlFlow(&graph, &scratch) }
}

private let mostSelects = 2
/// Where more edges meet, branches stay.
private let mostEdges = 64

private func convert(_ graph: inout Graph, _ block: Block) -> Bool {
  let (yes, no) = (graph.successors(block)[0], graph.successors(block)[1])
  if yes == no { return false }
  let first = passes(graph, yes, from: block)
  let second = passes(graph, no, from: block)
  // Where both sides lead, and the edges there.
  let join: Block
  if let first, let second, first == second {
    join = first
  } else if let first, first == no {
    join = no
  } else if let second, second == yes {
    join = yes
  } else {
    return false
  }
  guard graph.predecessors(join).count <= mostEdges else { return false }
  let fromYes = graph.predecessorPosition(join == yes ? block : yes, in: join)
  let fromNo = graph.predecessorPosition(join == no ? block : no, in: join)
  var count = 0
  var phi = graph.at(join).pointee.first
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    let inputs = graph.arguments(phi)
    graph.work.spend(1)
    if inputs[fromYes] != inputs[fromNo] {
      if graph.at(phi).pointee.type.isInFloatRegisters, !graph.target.selectsFloats { return false }
      count += 1
    }
    phi = graph.at(phi).pointee.next
  }
  guard count > 0, count <= mostSelects else { return false }
  let last = graph.at(block).pointee.last
  let condition = graph.at(last).pointee.a
  phi = graph.at(join).pointee.first
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    let (a, b) = (graph.arguments(phi)[fromYes], graph.arguments(phi)[fromNo])
    if a != b {
      let choice = graph.simplified(.select, graph.at(phi).pointee.type, a, b, condition, before: last)
      // Both edges: the branch becomes one that does not matter.
      graph.arguments(phi)[fromYes] = choice
      graph.arguments(phi)[fromNo] = choice
    }
    phi = graph.at(phi).pointee.next
  }
  // A side that is a block of its own goes; one that is the edge stays.
  graph.keepOnlySuccessor(block, join == no ? 1 : 0)
  return true
}

/// The target of a block that only jumps and has this one predecessor. Not of a cold one: a branch that is predicted costs less than what the
/// other side would have to wait for.
private func passes(_ graph: borrowing Graph, _ side: Block, from block: Block) -> Block? {
  guard graph.predecessors(side).count == 1, !graph.at(side).pointee.isCold, graph.at(graph.at(side).pointee.first).pointee.operation == .jump else {
    return nil
  }
  return graph.successors(side)[0]
}
