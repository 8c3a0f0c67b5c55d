// Which blocks every path from the entry to a block goes through. Immediate dominators by iteration over reverse postorder (Cooper, Harvey,
// Kennedy: A Simple, Fast Dominance Algorithm); intervals of a walk over their tree give `dominates` at once.
// Blocks are called by their position in BlockOrder, which has to be computed first.

import RawCollections

struct Dominators: ~Copyable {
  /// Of each position the position of its immediate dominator; of 0, 0.
  var immediate = RawArray<UInt32>(capacity: 128)
  /// The positions in preorder of the tree: a subtree is a range.
  var preorder = RawArray<UInt32>(capacity: 128)
  /// Of each position its place in `preorder`, and how many positions its subtree has.
  private var place = RawArray<UInt32>(capacity: 128)
  private var size = RawArray<UInt32>(capacity: 128)
  private var next = RawArray<UInt32>(capacity: 128)

  mutating func compute(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    findImmediate(graph, order)
    number()
  }

  /// Whether every path to position `b` goes through position `a`; true if they are the same.
  @inline(__always)
  func dominates(_ a: Int, _ b: Int) -> Bool { place[b] &- place[a] < size[a] }

  private mutating func findImmediate(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    let count = order.count
    let none = UInt32.max
    immediate.setCount(count)
    for position in 0..<count { immediate[position] = none }
    immediate[0] = 0
    var changed = true
    while changed {
      changed = false
      var position = 1
      while position < count {
        var common = none
        for predecessor in graph.predecessors(order[position]) {
          let other = order.positions[predecessor.number]
          if other == BlockOrder.unreachable { continue }
          if immediate[Int(other)] == none { continue }
          common = common == none ? other : intersect(common, other)
        }
        if immediate[position] != common {
          immediate[position] = common
          changed = true
        }
        position += 1
      }
    }
  }

  @inline(__always)
  private func intersect(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var a = a
    var b = b
    while a != b {
      while a > b { a = immediate[Int(a)] }
      while b > a { b = immediate[Int(b)] }
    }
    return a
  }

  private mutating func number() {
    let count = immediate.count
    size.setCount(count)
    place.setCount(count)
    next.setCount(count)
    preorder.setCount(count)
    for position in 0..<count { size[position] = 1 }
    var position = count - 1
    while position > 0 {
      size[Int(immediate[position])] += size[position]
      position -= 1
    }
    place[0] = 0
    next[0] = 1
    preorder[0] = 0
    position = 1
    while position < count {
      let parent = Int(immediate[position])
      let at = next[parent]
      next[parent] = at + size[position]
      place[position] = at
      next[position] = at + 1
      preorder[Int(at)] = UInt32(truncatingIfNeeded: position)
      position += 1
    }
  }
}
