// Leads edges straight to where a branch after them will go: a block that only tests a phi, or compares one with a constant, is skipped by edges that
// bring a constant.
//
//     b1: v5 = phi 1, v2 (from b2, b3); branch v5 → b4 b5      → b2 goes to b4
//
// The block's phis must not be used elsewhere, but by phis of its successors. Headers of loops are left: a loop keeps one entry. Blocks with very many
// edges are left, too, since each edge is searched for at both ends.

import RawCollections

func threadJumps(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.uses.compute(graph)
  var changed = false
  scratch.words.setCount(graph.instructions.count)
  for position in 1..<max(scratch.order.count, 1) where !graph.work.isSpent {
    let block = scratch.order[position]
    guard let test = test(graph, block), !isHeader(graph, scratch.order, position), areLocal(graph, scratch.uses, scratch.words, block, test) else {
      continue
    }
    if thread(&graph, block, test) { changed = true }
  }
  if changed { simplifyControlFlow(&graph, &scratch) }
}

/// Edges to or from one block.
private let mostEdges = 128

/// What a block that does nothing else tests.
private struct Test {
  var phi: Value
  /// The comparison with a constant on which it branches; none: it branches on the phi.
  var comparison = Value.none
}

private func test(_ graph: borrowing Graph, _ block: Block) -> Test? {
  let last = graph.at(block).pointee.last
  let edges = graph.predecessors(block).count
  guard graph.at(last).pointee.operation == .branch, edges > 1, edges <= mostEdges else { return nil }
  for successor in graph.successors(block) where graph.predecessors(successor).count > mostEdges { return nil }
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

/// Whether nothing but the test and phis at the ends of the block's edges uses what the block defines. In the words of its phis: the uses that are left.
private func areLocal(_ graph: borrowing Graph, _ uses: borrowing UseCounts, _ words: borrowing UncheckedArray<UInt32>, _ block: Block, _ test: Test)
  -> Bool
{
  if test.comparison.exists, uses[test.comparison] != 1 { return false }
  var phi = graph.at(block).pointee.first
  while graph.at(phi).pointee.operation == .phi {
    words[phi.number] = uses[phi] &- (phi == test.phi ? 1 : 0)
    phi = graph.at(phi).pointee.next
  }
  for (index, successor) in graph.successors(block).enumerated() {
    if index > 0, successor == graph.successors(block)[0] { continue }
    let predecessors = graph.predecessors(successor)
    for place in predecessors.indices where predecessors[place] == block {
      var other = graph.at(successor).pointee.first
      while other.exists, graph.at(other).pointee.operation == .phi {
        let input = graph.arguments(other)[place]
        graph.work.spend(1)
        if graph.at(input).pointee.operation == .phi, graph.at(input).pointee.block == block { words[input.number] &-= 1 }
        other = graph.at(other).pointee.next
      }
    }
  }
  phi = graph.at(block).pointee.first
  while graph.at(phi).pointee.operation == .phi {
    if words[phi.number] != 0 { return false }
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
    let from = graph.predecessors(block)[place]
    if let isTaken = outcome(graph, graph.arguments(test.phi)[place], test), graph.successors(from).count <= mostEdges {
      let target = graph.successors(block)[isTaken ? 0 : 1]
      // A second edge between two blocks would have to be put in the right order.
      if target != block, !graph.predecessors(target).contains(from) {
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
    graph.work.spend(1)
    var input = graph.arguments(phi)[edge]
    if graph.at(input).pointee.block == block, graph.at(input).pointee.operation == .phi { input = graph.arguments(input)[place] }
    graph.appendArgument(phi, input)
    phi = graph.at(phi).pointee.next
  }
  graph.removePredecessor(block, at: place)
}
