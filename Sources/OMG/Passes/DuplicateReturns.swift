// Gives each edge to a block that does nothing but return a return of its own: a function's last instructions are no more than a jump to them. Exits
// before a loop and after it come apart so, and those that change no callee-saved register need not have them saved (SaveRegion).
//
//     b1: jump → b3; b2: jump → b3; b3: v5 = phi v1, v2 (from b1, b2); return v5      → b1: return v1; b2: return v2

/// More edges to the same return share it, and so do those out of a jump table that has more edges than this.
private let mostEdges = 4
private let mostSuccessors = 64

func duplicateReturns(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.uses.compute(graph)
  var changed = false
  for index in 0..<graph.blocks.count where onlyReturns(graph, scratch.uses, Block(index)) {
    let block = Block(index)
    for place in (1..<graph.predecessors(block).count).reversed() { giveReturn(&graph, block, place) }
    changed = true
  }
  if changed { simplifyControlFlow(&graph, &scratch) }
}

private func onlyReturns(_ graph: borrowing Graph, _ uses: borrowing UseCounts, _ block: Block) -> Bool {
  let last = graph.at(block).pointee.last
  let edges = graph.predecessors(block).count
  guard edges > 1, edges <= mostEdges, last.exists, graph.at(last).pointee.operation == .returnValues, graph.arguments(last).count <= 1 else {
    return false
  }
  var value = graph.at(block).pointee.first
  while value != last {
    guard graph.at(value).pointee.operation == .phi else { return false }
    let isReturned = graph.arguments(last).count == 1 && graph.resolve(graph.arguments(last)[0]) == value
    if uses[value] != (isReturned ? 1 : 0) { return false }
    value = graph.at(value).pointee.next
  }
  return true
}

/// Makes one of the edges to the block end by itself.
private func giveReturn(_ graph: inout Graph, _ block: Block, _ place: Int) {
  var from = graph.predecessors(block)[place]
  if graph.successors(from).count > mostSuccessors { return }
  if graph.successors(from).count > 1 {
    from = graph.splitEdge(from, graph.successorPosition(of: block, at: place), place: place)
  }
  let original = graph.at(block).pointee.last
  var result = Value.none
  if graph.arguments(original).count == 1 {
    result = graph.resolve(graph.arguments(original)[0])
    if graph.at(result).pointee.operation == .phi, graph.at(result).pointee.block == block { result = graph.arguments(result)[place] }
  }
  let end = graph.at(from).pointee.last
  graph.at(end).pointee.operation = .returnValues
  graph.at(end).pointee.wasmOffset = graph.at(original).pointee.wasmOffset
  graph.setArguments(end, result.exists ? [result] : [])
  graph.at(from).pointee.successors.count = 0
  graph.removePredecessor(block, at: place)
}
