// The reachable blocks in reverse postorder: each comes in front of its successors, but for those along edges that go back. Everything else
// walks blocks in this order and calls a block by its position in it.

import MachineCode

struct BlockOrder: ~Copyable {
  /// The reachable blocks; the entry is first.
  var blocks = RawArray<Block>(capacity: 128)
  /// For each block of the graph its position in `blocks`; `unreachable` if it has none.
  var positions = RawArray<UInt32>(capacity: 128)
  private var stack = RawArray<BlockVisit>(capacity: 64)

  static var unreachable: UInt32 { UInt32.max }

  @inline(__always) var count: Int { blocks.count }
  @inline(__always) subscript(position: Int) -> Block { blocks[position] }
  @inline(__always) func isReachable(_ block: Block) -> Bool { positions[block.number] != Self.unreachable }
  @inline(__always) func position(_ block: Block) -> Int { Int(positions[block.number]) }

  mutating func compute(_ graph: borrowing Graph) {
    let total = graph.blocks.count
    positions.setCount(total)
    for index in 0..<total { positions[index] = Self.unreachable }
    blocks.removeAll()
    stack.removeAll()
    // Postorder first; any number but `unreachable` says that a block has been seen.
    positions[graph.entry.number] = 0
    stack.append(BlockVisit(block: graph.entry, left: graph.at(graph.entry).pointee.successors.count))
    while stack.count > 0 {
      let top = stack.base + (stack.count - 1)
      if top.pointee.left == 0 {
        blocks.append(top.pointee.block)
        _ = stack.removeLast()
        continue
      }
      top.pointee.left -= 1
      let next = graph.successors(top.pointee.block)[Int(top.pointee.left)]
      if positions[next.number] != Self.unreachable { continue }
      positions[next.number] = 0
      stack.append(BlockVisit(block: next, left: graph.at(next).pointee.successors.count))
    }
    var low = 0
    var high = blocks.count - 1
    while low < high {
      let block = blocks[low]
      blocks[low] = blocks[high]
      blocks[high] = block
      low += 1
      high -= 1
    }
    for position in 0..<blocks.count { positions[blocks[position].number] = UInt32(truncatingIfNeeded: position) }
  }
}

/// A block whose successors are being visited.
struct BlockVisit {
  var block: Block
  /// How many of its successors have still to be looked at: the last ones first, so that the first ones come next to the block.
  var left: UInt32
}
