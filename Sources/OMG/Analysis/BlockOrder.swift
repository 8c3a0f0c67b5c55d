// The reachable blocks in reverse postorder: each comes before its successors, but for those along back edges. Everything else
// walks blocks in this order and calls a block by its position in it.

import RawCollections

struct BlockOrder: ~Copyable {
  /// The reachable blocks; the entry is first.
  var blocks = UncheckedArray<Block>(capacity: 128)
  /// For each block of the graph its position in `blocks`; `unreachable` if it has none.
  var positions = UncheckedArray<UInt32>(capacity: 128)
  private var stack = UncheckedArray<BlockVisit>(capacity: 64)

  static var unreachable: UInt32 { UInt32.max }

  @inline(__always) var count: Int { blocks.count }
  @inline(__always) subscript(position: Int) -> Block { blocks[position] }
  @inline(__always) func isReachable(_ block: Block) -> Bool { positions[block.number] != Self.unreachable }
  @inline(__always) func position(_ block: Block) -> Int { Int(positions[block.number]) }

  /// `keepsLoopsTogether`: of two successors, a more deeply nested one comes next to the block (as code wants it; needs Loops), else the first.
  mutating func compute(_ graph: borrowing Graph, keepsLoopsTogether: Bool = false) {
    let total = graph.blocks.count
    positions.setCount(total)
    for index in 0..<total { positions[index] = Self.unreachable }
    blocks.removeAll()
    stack.removeAll()
    // Postorder first; any number but `unreachable` says that a block has been seen.
    positions[graph.entry.number] = 0
    stack.append(BlockVisit(block: graph.entry, left: graph.at(graph.entry).pointee.successors.count))
    while stack.count > 0 {
      let top = stack.at(stack.count - 1)
      if top.pointee.left == 0 {
        blocks.append(top.pointee.block)
        _ = stack.removeLast()
        continue
      }
      top.pointee.left -= 1
      let successors = graph.successors(top.pointee.block)
      var choice = Int(top.pointee.left)
      if keepsLoopsTogether, successors.count == 2,
        graph.at(successors[1]).pointee.loopDepth > graph.at(successors[0]).pointee.loopDepth
      {
        choice = 1 - choice
      }
      let next = successors[choice]
      if positions[next.number] != Self.unreachable { continue }
      positions[next.number] = 0
      stack.append(BlockVisit(block: next, left: graph.at(next).pointee.successors.count))
    }
    blocks.reverse()
    for position in 0..<blocks.count { positions[blocks[position].number] = UInt32(truncatingIfNeeded: position) }
  }
}

/// A block whose successors are being visited.
struct BlockVisit {
  var block: Block
  /// How many of its successors have still to be looked at: the last ones first, so that the first ones come next to the block.
  var left: UInt32
}
