// Leads edges straight to where a branch after them will go: a block that only tests a phi, or compares one with a constant, is skipped by edges that
// bring a constant.
//
//     b1: v5 = phi 1, v2 (from b2, b3); branch v5 → b4 b5      → b2 goes to b4
//
// The block's phis must not be used elsewhere, but by phis of its successors. Headers of loops are left: a loop keeps one entry.

func threadJumps(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.uses.compute(graph)
  var changed = false
  for position in 1..<max(scratch.order.count, 1) {
    let block = scratch.order[position]
    guard let test = test(graph, block), !isHeader(graph, scratch.order, position), areLocal(graph, scratch.uses, block, test) else { continue }
    if thread(&graph, block, test) { changed = true }
  }
  if changed { simplifyControlFlow(&graph, &scratch) }
}

/// What a block that does nothing else tests.
private struct Test {
  var phi: Value
  /// The comparison with a constant on which it branches; none: it branches on the phi.
  var comparison = Value.none
}

private func test(_ graph: borrowing Graph, _ block: Block) -> Test? {
  let last = graph.at(block).pointee.last
  guard graph.at(last).pointee.operation == .branch, graph.predecessors(block).count > 1 else { return nil }
  let condition = graph.at(last).pointee.a
  var value = graph.at(block).pointee.first
  guard graph.at(value).pointee.operation == .phi else { return nil }
  while graph.at(value).pointee.operation == .phi { value = graph.at(value).pointee.next }
  if value == last {
    guard graph.at(condition).pointee.operation == .phi, graph.at(condition).pointee.block == block else { return nil }
    return Test(phi: condition)
  }
  guard value == condition, graph.at(value).pointee.next == last, graph.at(value).pointee.operation.isComparison else { return nil }
  let phi = graph.at(value).pointee.a
  guard graph.at(phi).pointee.operation == .phi, graph.at(phi).pointee.block == block, graph.at(phi).pointee.type.isInteger,
    graph.constant(graph.at(value).pointee.b) != nil
  else { return nil }
  return Test(phi: phi, comparison: value)
}

private func isHeader(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ position: Int) -> Bool {
  for predecessor in graph.predecessors(order[position]) {
    if order.positions[predecessor.number] >= UInt32(position) { return true }
  }
  return false
}

/// Whether nothing but the test and phis at the ends of the block's edges uses what the block defines.
private func areLocal(_ graph: borrowing Graph, _ uses: borrowing UseCounts, _ block: Block, _ test: Test) -> Bool {
  if test.comparison.exists, uses[test.comparison] != 1 { return false }
  var phi = graph.at(block).pointee.first
  while graph.at(phi).pointee.operation == .phi {
    var left = Int(uses[phi])
    if phi == test.phi { left -= 1 }
    for successor in graph.successors(block) {
      let predecessors = graph.predecessors(successor)
      var other = graph.at(successor).pointee.first
      while other.exists, graph.at(other).pointee.operation == .phi {
        let inputs = graph.arguments(other)
        for place in 0..<inputs.count where inputs[place] == phi && predecessors[place] == block { left -= 1 }
        other = graph.at(other).pointee.next
      }
    }
    if left != 0 { return false }
    phi = graph.at(phi).pointee.next
  }
  return true
}

private func thread(_ graph: inout Graph, _ block: Block, _ test: Test) -> Bool {
  // The same target twice would have its inputs counted twice.
  if graph.successors(block)[0] == graph.successors(block)[1] { return false }
  var changed = false
  var place = graph.predecessors(block).count - 1
  while place >= 0, graph.predecessors(block).count > 1 {
    if let isTaken = outcome(graph, graph.arguments(test.phi)[place], test) {
      let target = graph.successors(block)[isTaken ? 0 : 1]
      // A second edge between two blocks would have to be put in the right order.
      if target != block, !graph.predecessors(target).contains(graph.predecessors(block)[place]) {
        lead(&graph, block, place, target)
        changed = true
      }
    }
    place -= 1
  }
  return changed
}

/// Which edge the branch takes for this input; nil: that is not known.
private func outcome(_ graph: borrowing Graph, _ input: Value, _ test: Test) -> Bool? {
  guard let number = graph.unsignedConstant(input) else { return nil }
  guard test.comparison.exists else { return number != 0 }
  let comparison = graph.at(test.comparison)
  guard let other = graph.unsignedConstant(comparison.pointee.b) else { return nil }
  return (comparison.pointee.operation.evaluate(.i32, graph.at(test.phi).pointee.type, number, other)?.value).map { $0 != 0 }
}

/// Leads one of the edges to the block on to one of its successors.
private func lead(_ graph: inout Graph, _ block: Block, _ place: Int, _ target: Block) {
  let from = graph.predecessors(block)[place]
  let edge = graph.predecessorPosition(block, in: target)
  graph.successors(from)[graph.successorPosition(of: block, at: place)] = target
  var list = graph.at(target).pointee.predecessors
  graph.append(from.index, to: &list)
  graph.at(target).pointee.predecessors = list
  var phi = graph.at(target).pointee.first
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    var input = graph.arguments(phi)[edge]
    if graph.at(input).pointee.block == block, graph.at(input).pointee.operation == .phi { input = graph.arguments(input)[place] }
    graph.appendArgument(phi, input)
    phi = graph.at(phi).pointee.next
  }
  graph.removePredecessor(block, at: place)
}
