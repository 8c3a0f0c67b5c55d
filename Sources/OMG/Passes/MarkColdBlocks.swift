// Marks blocks that lead to a trap or an exception whatever they do, and blocks that only such ones lead to: they are rarely executed, so their code goes
// behind the rest and nothing is moved out of loops for their sake.

func markColdBlocks(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  var position = scratch.order.count - 1
  while position > 0 {
    let block = scratch.order[position]
    switch graph.at(graph.at(block).pointee.last).pointee.operation {
    case .trap, .throwTag, .throwReference: graph.at(block).pointee.isCold = true
    default:
      let successors = graph.successors(block)
      if !successors.isEmpty, successors.allSatisfy({ graph.at($0).pointee.isCold }) { graph.at(block).pointee.isCold = true }
    }
    position -= 1
  }
  position = 1
  while position < scratch.order.count {
    let block = scratch.order[position]
    if graph.predecessors(block).allSatisfy({ graph.at($0).pointee.isCold }) { graph.at(block).pointee.isCold = true }
    position += 1
  }
}
