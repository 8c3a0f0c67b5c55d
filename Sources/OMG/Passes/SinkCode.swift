// Moves pure instructions down to where they are needed: into the block that dominates all uses, if that is another one and in no inner loop. What only a
// slow path needs is computed there, and live ranges are shorter.
//
// The sum (difference, product) whose overflow decides the block's branch stays: one instruction gives both.
//
// From the last block to the first, so that what uses a value has been moved before it. Uses by phis count at the ends of their predecessors.

import RawCollections

func sinkCode(_ graph: inout Graph, _ scratch: inout Scratch) {
  findLoops(graph, &scratch)
  // For each value the position of the nearest block that dominates its uses; .max: no use seen yet.
  scratch.words.setCount(graph.instructions.count)
  for index in 0..<graph.instructions.count { scratch.words[index] = UInt32.max }
  // Phis first: they are used along edges from blocks that come before and after.
  for position in 0..<scratch.order.count {
    let block = scratch.order[position]
    var phi = graph.at(block).pointee.first
    while phi.exists, graph.at(phi).pointee.operation == .phi {
      for place in 0..<graph.argumentCount(phi) {
        use(scratch.dominators, scratch.words, graph.arguments(phi)[place], at: scratch.order.position(graph.predecessors(block)[place]))
      }
      phi = graph.at(phi).pointee.next
    }
  }
  var position = scratch.order.count - 1
  while position >= 0 {
    sinkFrom(graph, scratch.order, scratch.dominators, scratch.loops, scratch.words, position)
    position -= 1
  }
}

private func sinkFrom(
  _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ loops: borrowing Loops,
  _ words: borrowing UncheckedArray<UInt32>, _ position: Int
) {
  let block = order[position]
  var value = graph.at(block).pointee.last
  while value.exists {
    let previous = graph.at(value).pointee.previous
    if graph.at(value).pointee.operation == .phi { return }
    var place = position
    if graph.isPure(value), words[value.number] != UInt32.max, !decidesByOverflow(graph, value, block) {
      place = destination(graph, dominators, loops, from: position, to: Int(words[value.number]))
      if place != position {
        graph.unlink(value)
        graph.placeAfterPhis(value, in: order[place])
      }
    }
    for argument in graph.arguments(value) { use(dominators, words, argument, at: place) }
    value = previous
  }
}

/// Whether the block's branch is on the overflow of what the instruction computes.
private func decidesByOverflow(_ graph: borrowing Graph, _ value: Value, _ block: Block) -> Bool {
  let test: Operation
  switch graph.at(value).pointee.operation {
  case .add: test = .addOverflows
  case .subtract: test = .subtractOverflows
  case .multiply: test = .multiplyOverflows
  default: return false
  }
  let last = graph.at(graph.at(block).pointee.last)
  guard last.pointee.operation == .branch, graph.at(last.pointee.a).pointee.operation == test else { return false }
  let condition = graph.at(last.pointee.a)
  return condition.pointee.a == graph.at(value).pointee.a && condition.pointee.b == graph.at(value).pointee.b
}

/// Out of more loops nothing is searched for.
private let mostLoops = 64

/// Up from where a value is needed, out of the loops that it is not in yet: before a loop's head is what dominates that.
private func destination(_ graph: borrowing Graph, _ dominators: borrowing Dominators, _ loops: borrowing Loops, from position: Int, to needed: Int)
  -> Int
{
  var place = needed
  for _ in 0..<mostLoops {
    let loop = loops.innermost[place]
    if place == position || loop == Loops.none || loops.contains(loop, position) { return place }
    place = Int(dominators.immediate[Int(loops.loops[Int(loop)].header)])
    graph.work.spend(1)
  }
  return position
}

/// Notes a use: the nearest common dominator with those before.
private func use(_ dominators: borrowing Dominators, _ words: borrowing UncheckedArray<UInt32>, _ value: Value, at position: Int) {
  let known = words[value.number]
  if known == UInt32.max {
    words[value.number] = UInt32(truncatingIfNeeded: position)
    return
  }
  words[value.number] = dominators.nearestCommon(known, UInt32(truncatingIfNeeded: position))
}
