// What SimplifyControlFlow notes about edges while it changes one of their ends, in the words, until it has come to all of them. Each of these is of no
// cost until it is used for the first time.

import RawCollections

/// Branches that become jumps, each with one of its edges. Blocks lose the ends of the others all at once.
struct KeptSuccessors {
  private var blockCount = 0
  private var isUsed = false
  private let none = UInt32.max

  // In the words, by block: the number of the successor that is kept; which one of several edges to the same block that is; while the edges to
  // a target are looked at: that target, and how many of the block's edges there have been seen.
  private var occurrences: Int { blockCount }
  private var targets: Int { 2 * blockCount }
  private var seen: Int { 3 * blockCount }
  /// Whether a block has lost its edges.
  private var areDone: Int { 4 * blockCount }

  mutating func keep(_ kept: Int, of block: Block, _ graph: borrowing Graph, _ words: inout UncheckedArray<UInt32>) {
    if !isUsed {
      isUsed = true
      blockCount = graph.blocks.count
      words.fill(none, count: 5 * blockCount)
    }
    words[block.number] = UInt32(truncatingIfNeeded: kept)
    words[occurrences + block.number] = UInt32(truncatingIfNeeded: graph.occurrence(ofSuccessor: kept, in: block))
  }

  func finish(_ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) {
    if !isUsed { return }
    for index in 0..<blockCount where words[index] != none {
      let successors = graph.successors(Block(index))
      graph.work.spend(successors.count)
      for target in successors where words[areDone + target.number] == none {
        words[areDone + target.number] = 1
        graph.keepPredecessors(of: target) { isKept($0, target, graph, words) }
      }
    }
    for index in 0..<blockCount where words[index] != none {
      let block = Block(index)
      graph.successors(block)[0] = graph.successors(block)[Int(words[index])]
      graph.at(block).pointee.successors.count = 1
      let last = graph.at(block).pointee.last
      graph.at(last).pointee.operation = .jump
      graph.at(last).pointee.a = .none
    }
  }

  /// Asked for the edges to a target in order.
  private func isKept(_ block: Block, _ target: Block, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) -> Bool {
    let kept = words[block.number]
    if kept == none { return true }
    if graph.successors(block)[Int(kept)] != target { return false }
    if words[targets + block.number] != target.index {
      words[targets + block.number] = target.index
      words[seen + block.number] = 0
    }
    words[seen + block.number] += 1
    return words[seen + block.number] == words[occurrences + block.number] + 1
  }
}

/// Blocks that have become part of others or are left out, and still are listed as ends of edges.
struct RenamedBlocks {
  private(set) var isUsed = false
  private let none = UInt32.max

  mutating func rename(_ block: Block, _ other: Block, _ graph: borrowing Graph, _ words: inout UncheckedArray<UInt32>) {
    if !isUsed {
      isUsed = true
      // After what EdgeEnds has.
      words.setCount(3 * graph.blocks.count)
      words.slice(0, count: graph.blocks.count).update(repeating: none)
    }
    words[block.number] = other.index
  }

  /// The block that has taken a block's place.
  func current(_ block: Block, _ words: borrowing UncheckedArray<UInt32>) -> Block {
    var block = block
    while isUsed, words[block.number] != none { block = Block(words[block.number]) }
    return block
  }

  func finishPredecessors(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ words: borrowing UncheckedArray<UInt32>) {
    if isUsed { for position in 0..<order.count { rename(graph.predecessors(order[position]), graph, words) } }
  }

  func finishSuccessors(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ words: borrowing UncheckedArray<UInt32>) {
    if isUsed { for position in 0..<order.count { rename(graph.successors(order[position]), graph, words) } }
  }

  private func rename(_ blocks: UnsafeMutableBufferPointer<Block>, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) {
    graph.work.spend(blocks.count)
    for index in blocks.indices { blocks[index] = current(blocks[index], words) }
  }
}

/// Where edges end, after the words of RenamedBlocks: of a block with one successor, its place among the predecessors there; of each block, whether it is
/// the header of a loop.
struct EdgeEnds {
  private var blockCount = 0
  private var places: Int { blockCount }
  private var headers: Int { 2 * blockCount }

  mutating func prepare(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ words: inout UncheckedArray<UInt32>) {
    if blockCount > 0 { return }
    blockCount = graph.blocks.count
    words.setCount(3 * blockCount)
    for position in 0..<order.count {
      let block = order[position]
      let predecessors = graph.predecessors(block)
      graph.work.spend(predecessors.count)
      words[headers + block.number] = 0
      for place in predecessors.indices {
        if order.positions[predecessors[place].number] >= UInt32(truncatingIfNeeded: position) { words[headers + block.number] = 1 }
        words[places + predecessors[place].number] = UInt32(truncatingIfNeeded: place)
      }
    }
  }

  func isLoopHeader(_ block: Block, _ words: borrowing UncheckedArray<UInt32>) -> Bool { words[headers + block.number] != 0 }

  /// A block that is left out takes the back edges to it along.
  func inheritHeader(_ block: Block, from other: Block, _ words: borrowing UncheckedArray<UInt32>) {
    words[headers + block.number] |= words[headers + other.number]
  }

  func place(ofJumpFrom block: Block, _ words: borrowing UncheckedArray<UInt32>) -> Int { Int(words[places + block.number]) }

  func note(_ block: Block, at place: Int, _ words: borrowing UncheckedArray<UInt32>) {
    words[places + block.number] = UInt32(truncatingIfNeeded: place)
  }
}
