// Turns loops that test at their start into loops that test at their end, with the first test before them:
//
//     while (c) { body }     → if (c) { do { body } while (c) }
//
// So each iteration has one jump less, and the body's start is the loop's start: what stands there is executed every time the loop is entered
// and may leave it. The test is doubled, so it has to be small; loops that have a test at their end stay.
//
// The header's copy goes to the end of the preheader. What the header defines has two definitions then; RepairDefinitions puts phis
// where they meet. The old header, now the loop's end, is merged with what comes before it by SimplifyControlFlow.

import RawCollections

func invertLoops(_ graph: inout Graph, _ scratch: inout Scratch) {
  makePreheaders(&graph, &scratch)
  if scratch.loops.count == 0 { return }
  scratch.repair.reset(graph)
  var changed = false
  for loop in 0..<scratch.loops.count where isWorthInverting(graph, scratch.order, scratch.loops, scratch.repair, scratch.words, loop) {
    invert(&graph, &scratch, loop)
    changed = true
  }
  if changed {
    scratch.repair.run(&graph)
    simplifyControlFlow(&graph, &scratch)
  }
}

/// More instructions are not doubled.
private let largestTest = 10
/// Loops with exits to where more edges meet stay as they are.
private let mostEdges = 128

private func isWorthInverting(
  _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ repair: borrowing RepairDefinitions,
  _ words: borrowing UncheckedArray<UInt32>, _ loop: Int
) -> Bool {
  let position = Int(loops.loops[loop].header)
  let header = order[position]
  guard Block(words[loop]).exists, graph.at(graph.at(header).pointee.last).pointee.operation == .branch else { return false }
  let successors = graph.successors(header)
  let inside = successors.map { isInside($0, order, loops, loop) }
  guard inside[0] != inside[1], !successors.contains(header) else { return false }
  for successor in successors where graph.predecessors(successor).count > mostEdges { return false }
  // Tests at the end.
  for predecessor in graph.predecessors(header) {
    if isInside(predecessor, order, loops, loop), graph.successors(predecessor).count > 1 { return false }
  }
  var count = 0
  var value = graph.at(header).pointee.first
  while value.exists {
    let operation = graph.at(value).pointee.operation
    if operation.argumentCount < 0 && operation != .phi || operation == .result { return false }
    // The copy of another header: once is enough.
    if !repair.covers(value) { return false }
    if operation != .phi && operation != .constant { count += 1 }
    if count > largestTest { return false }
    value = graph.at(value).pointee.next
  }
  return count <= largestTest
}

/// Blocks that this pass made are counted as neither, so that nothing is done about them.
private func isInside(_ block: Block, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ loop: Int) -> Bool {
  guard block.number < order.positions.count, order.isReachable(block) else { return false }
  return loops.contains(UInt32(loop), order.position(block))
}

private func invert(_ graph: inout Graph, _ scratch: inout Scratch, _ loop: Int) {
  let header = scratch.order[Int(scratch.loops.loops[loop].header)]
  let preheader = Block(scratch.words[loop])
  // Each exit of the header gets a block with no other predecessor.
  for place in 0..<2 where graph.predecessors(graph.successors(header)[place]).count > 1 { graph.splitEdge(header, place) }
  let edge = graph.predecessorPosition(preheader, in: header)
  graph.work.spend(graph.predecessors(header).count)
  graph.unlink(graph.at(preheader).pointee.last)
  scratch.repair.beginCopy(of: header, in: preheader)
  var value = graph.at(header).pointee.first
  while value.exists {
    let next = graph.at(value).pointee.next
    if graph.at(value).pointee.operation == .phi {
      scratch.repair.define(graph.arguments(value)[edge], asCopyOf: value)
    } else {
      let copy = graph.make(graph.at(value).pointee)
      graph.at(copy).pointee.block = .none
      let arguments = graph.arguments(copy)
      for index in 0..<arguments.count { arguments[index] = scratch.repair.copy(of: arguments[index], in: header, graph) }
      graph.link(copy, after: graph.at(preheader).pointee.last, in: preheader)
      if graph.at(value).pointee.type != .none { scratch.repair.define(copy, asCopyOf: value) }
    }
    value = next
  }
  graph.removePredecessor(header, at: edge)
  graph.at(preheader).pointee.successors.count = 0
  for place in 0..<2 {
    let target = graph.successors(header)[place]
    graph.connect(preheader, to: target)
    // Phis with one input, if any.
    var phi = graph.at(target).pointee.first
    while phi.exists, graph.at(phi).pointee.operation == .phi {
      graph.appendArgument(phi, scratch.repair.copy(of: graph.arguments(phi)[0], in: header, graph))
      phi = graph.at(phi).pointee.next
    }
  }
}
