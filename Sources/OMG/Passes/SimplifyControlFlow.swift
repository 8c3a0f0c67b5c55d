// Leaves as few blocks and edges as the program needs:
//   branches whose outcome is known                → jumps
//   blocks that no path reaches                    → gone
//   phis with one value                            → that value
//   a block and its only successor, if that has no other predecessor → one block
//   blocks that only jump                          → edges past them, unless a loop starts after them (it keeps its entry apart)
//   a branch on a phi that is a constant on some edge → that edge goes straight on (ThreadJumps)
//   two sides that differ in a value only          → select (ConvertBranches)
// The steps are repeated while one makes work for another, a few times at most. Leaves BlockOrder computed.
//
// Each step looks at an edge, and at what it brings to a phi, a fixed number of times, however many edges a block has: what changes at the other end
// of edges is noted and done at once, see SimplifyControlFlow+Edges.

import RawCollections

func simplifyControlFlow(_ graph: inout Graph, _ scratch: inout Scratch) {
  for _ in 0..<4 where !graph.work.isSpent {
    foldBranches(&graph, &scratch.words)
    eliminateDeadBlocks(&graph, &scratch)
    var replaced = eliminateRedundantPhis(&graph, &scratch)
    if replaced { eliminateIdentities(&graph) }
    let merged = mergeBlocks(&graph, scratch.order, &scratch.words, &replaced)
    if replaced { eliminateIdentities(&graph) }
    let skipped = skipEmptyBlocks(&graph, scratch.order, &scratch.words)
    if !merged && !skipped { break }
  }
  eliminateDeadBlocks(&graph, &scratch)
}

// MARK: Branches

/// Turns branches on constants, and branches with one target, into jumps.
private func foldBranches(_ graph: inout Graph, _ words: inout UncheckedArray<UInt32>) {
  var folding = KeptSuccessors()
  for index in 0..<graph.blocks.count {
    let block = Block(index)
    if let kept = onlySuccessorTaken(graph, block) { folding.keep(kept, of: block, graph, &words) }
  }
  folding.finish(graph, words)
}

/// Which successor a block's branch always takes; nil: that is not known, or it is a jump.
private func onlySuccessorTaken(_ graph: borrowing Graph, _ block: Block) -> Int? {
  let last = graph.at(block).pointee.last
  guard last.exists else { return nil }
  switch graph.at(last).pointee.operation {
  case .branch:
    if let constant = graph.constant(graph.at(last).pointee.a) { return constant != 0 ? 0 : 1 }
    return hasOneTarget(graph, block) ? 0 : nil
  case .switchBranch:
    if let constant = graph.constant(graph.at(last).pointee.a) {
      return Int(min(UInt64(UInt32(truncatingIfNeeded: constant)), UInt64(graph.successors(block).count - 1)))
    }
    return hasOneTarget(graph, block) ? 0 : nil
  default: return nil
  }
}

/// Whether all edges of a block lead to the same block and give its phis the same inputs. They are not searched for among too many others.
private func hasOneTarget(_ graph: borrowing Graph, _ block: Block) -> Bool {
  let successors = graph.successors(block)
  let target = successors[0]
  for successor in successors where successor != target { return false }
  if successors.count == 1 { return true }
  var phi = graph.at(target).pointee.first
  guard graph.at(phi).pointee.operation == .phi else { return true }
  let predecessors = graph.predecessors(target)
  guard predecessors.count <= 64 + 4 * successors.count else { return false }
  while phi.exists, graph.at(phi).pointee.operation == .phi {
    var input = Value.none
    let inputs = graph.arguments(phi)
    graph.work.spend(inputs.count)
    for position in 0..<inputs.count where predecessors[position] == block {
      if input.exists, input != inputs[position] { return false }
      input = inputs[position]
    }
    phi = graph.at(phi).pointee.next
  }
  return true
}

// MARK: Blocks

/// Appends blocks to their only predecessors where these have no other successor.
private func mergeBlocks(
  _ graph: inout Graph, _ order: borrowing BlockOrder, _ words: inout UncheckedArray<UInt32>, _ replaced: inout Bool
) -> Bool {
  var renaming = RenamedBlocks()
  for position in 0..<order.count {
    let block = order[position]
    // It may have been appended to another one.
    guard graph.at(block).pointee.first.exists else { continue }
    while graph.at(block).pointee.successors.count == 1 {
      let next = graph.successors(block)[0]
      if next == block || next == graph.entry || graph.at(next).pointee.predecessors.count != 1 { break }
      if graph.at(graph.at(next).pointee.first).pointee.operation == .phi { replaced = true }
      graph.absorb(next, into: block)
      renaming.rename(next, block, graph, &words)
    }
  }
  renaming.finishPredecessors(graph, order, words)
  return renaming.isUsed
}

extension Graph {
  /// Appends a block to its only predecessor, which has no other successor. Phis become identities. Its successors still list the block itself.
  fileprivate mutating func absorb(_ next: Block, into block: Block) {
    unlink(at(block).pointee.last)
    var value = at(next).pointee.first
    while value.exists, at(value).pointee.operation == .phi {
      let following = at(value).pointee.next
      replace(value, by: arguments(value)[0])
      value = following
    }
    let first = value
    while value.exists {
      at(value).pointee.block = block
      value = at(value).pointee.next
    }
    let last = at(block).pointee.last
    at(first).pointee.previous = last
    if last.exists { at(last).pointee.next = first } else { at(block).pointee.first = first }
    at(block).pointee.last = at(next).pointee.last
    at(block).pointee.successors = at(next).pointee.successors
    at(next).pointee.first = .none
    at(next).pointee.last = .none
    at(next).pointee.successors = .empty
    at(next).pointee.predecessors = .empty
  }
}

/// Leads edges past blocks that only jump.
private func skipEmptyBlocks(_ graph: inout Graph, _ order: borrowing BlockOrder, _ words: inout UncheckedArray<UInt32>) -> Bool {
  var ends = EdgeEnds()
  var renaming = RenamedBlocks()
  // Backwards, so that chains of such blocks go in one walk.
  var position = order.count - 1
  while position > 0 {
    let block = order[position]
    position -= 1
    let first = graph.at(block).pointee.first
    guard first.exists, graph.at(first).pointee.operation == .jump else { continue }
    ends.prepare(graph, order, &words)
    let target = renaming.current(graph.successors(block)[0], words)
    if target == block || ends.isLoopHeader(target, words) { continue }
    let hasPhis = graph.at(graph.at(target).pointee.first).pointee.operation == .phi
    if hasPhis, !allJump(graph, graph.predecessors(block)) { continue }
    graph.bypass(block, target, ends, words)
    renaming.rename(block, target, graph, &words)
  }
  renaming.finishSuccessors(graph, order, words)
  return renaming.isUsed
}

/// Whether all these blocks end with jumps.
private func allJump(_ graph: borrowing Graph, _ blocks: UnsafeMutableBufferPointer<Block>) -> Bool {
  graph.work.spend(blocks.count)
  for block in blocks where graph.at(block).pointee.successors.count != 1 { return false }
  return true
}

extension Graph {
  /// Leads all edges to a block that only jumps to `target` there, and removes it. Their sources still list the block as a successor.
  fileprivate mutating func bypass(_ block: Block, _ target: Block, _ ends: borrowing EdgeEnds, _ words: borrowing UncheckedArray<UInt32>) {
    let place = ends.place(ofJumpFrom: block, words)
    let count = predecessors(block).count
    for index in 0..<count {
      let from = predecessors(block)[index]
      if index == 0 {
        predecessors(target)[place] = from
        ends.note(from, at: place, words)
        continue
      }
      var list = at(target).pointee.predecessors
      append(from.index, to: &list)
      at(target).pointee.predecessors = list
      ends.note(from, at: Int(list.count) - 1, words)
      var phi = at(target).pointee.first
      while phi.exists, at(phi).pointee.operation == .phi {
        work.spend(1)
        appendArgument(phi, arguments(phi)[place])
        phi = at(phi).pointee.next
      }
    }
    ends.inheritHeader(target, from: block, words)
    clear(block)
  }
}
