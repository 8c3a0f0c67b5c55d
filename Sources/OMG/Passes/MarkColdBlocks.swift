// Marks blocks that are rarely executed, so that their code goes after the rest, nothing is moved out of loops for their sake, and values are kept in
// memory there rather than elsewhere. These are
// - blocks that lead to a trap or an exception whatever they do, and blocks that only cold ones lead to;
// - by guess, where one edge of a branch alone leads there: that of an overflow; one that leaves the function by a tail call where the other goes on
//   in it; one that calls whatever a table holds where the other one calls a function directly (the branch tests whether it may).

import RawCollections

private enum Mark {
  static let callsDirectly: UInt32 = 1
  static let callsIndirectly: UInt32 = 2
  static let calls: UInt32 = 3
  /// Added for each edge to the block that is unlikely.
  static let unlikely: UInt32 = 4
}

func markColdBlocks(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  noteCalls(graph, &scratch)
  var position = scratch.order.count - 1
  while position > 0 {
    let block = scratch.order[position]
    switch graph.at(graph.at(block).pointee.last).pointee.operation {
    case .trap, .unreachable: graph.at(block).pointee.isCold = true
    default:
      let successors = graph.successors(block)
      if !successors.isEmpty, successors.allSatisfy({ graph.at($0).pointee.isCold }) { graph.at(block).pointee.isCold = true }
    }
    position -= 1
  }
  for position in 0..<scratch.order.count { guessUnlikelyEdges(graph, scratch.order[position], scratch.words) }
  for position in 1..<max(scratch.order.count, 1) {
    let block = scratch.order[position]
    if Int(scratch.words[block.number] / Mark.unlikely) == graph.predecessors(block).count { graph.at(block).pointee.isCold = true }
  }
  position = 1
  while position < scratch.order.count {
    let block = scratch.order[position]
    if graph.predecessors(block).allSatisfy({ graph.at($0).pointee.isCold }) { graph.at(block).pointee.isCold = true }
    position += 1
  }
}

/// Which calls each block makes; a block that makes none and branches makes those that all its successors make.
private func noteCalls(_ graph: borrowing Graph, _ scratch: inout Scratch) {
  scratch.words.fill(0, count: graph.blocks.count)
  var position = scratch.order.count - 1
  while position >= 0 {
    let block = scratch.order[position]
    var calls: UInt32 = 0
    var value = graph.at(block).pointee.first
    while value.exists {
      switch graph.at(value).pointee.operation {
      case .call: calls |= Mark.callsDirectly
      case .callIndirect, .callReference: calls |= Mark.callsIndirectly
      default: break
      }
      value = graph.at(value).pointee.next
    }
    let successors = graph.successors(block)
    if calls == 0, successors.count > 1 {
      calls = successors.reduce(Mark.callsDirectly | Mark.callsIndirectly) { $0 & scratch.words[$1.number] }
    }
    scratch.words[block.number] = calls
    position -= 1
  }
}

/// Counts the unlikely ones of a branch's two edges.
private func guessUnlikelyEdges(_ graph: borrowing Graph, _ block: Block, _ words: borrowing UncheckedArray<UInt32>) {
  let last = graph.at(block).pointee.last
  guard graph.at(last).pointee.operation == .branch else { return }
  let successors = graph.successors(block)
  let condition = graph.at(graph.resolve(graph.at(last).pointee.a)).pointee.operation
  for index in 0..<2 {
    let target = successors[index]
    let other = successors[1 - index]
    guard !graph.at(other).pointee.isCold else { continue }
    let isOverflow =
      index == 0 && (condition == .addOverflows || condition == .subtractOverflows || condition == .multiplyOverflows)
    let end = graph.at(graph.at(target).pointee.last).pointee.operation
    let leaves = (end == .tailCall || end == .tailCallIndirect || end == .tailCallReference) && !graph.successors(other).isEmpty
    let isIndirect =
      words[target.number] & Mark.calls == Mark.callsIndirectly && words[other.number] & Mark.calls == Mark.callsDirectly
    if isOverflow || leaves || isIndirect { words[target.number] += Mark.unlikely }
  }
}
