// Which blocks every path from the entry to a block goes through. In reverse postorder the immediate dominator of a block is the nearest common
// dominator of those predecessors that come before it; what comes along back edges changes nothing where every loop has one entry. A walk
// over the tree gives `dominates` at once. Blocks are called by their position in BlockOrder, which has to be computed first.
//
// Ancestors are found in logarithmic time: besides its parent each block knows one ancestor further up (Myers: An Applicative Random-Access Stack), so
// that neither deep nesting nor many edges to one block cost more than that. A graph with a loop of two entries, which no module makes and no
// pass should, is iterated over until nothing changes (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm).

import RawCollections

struct Dominators: ~Copyable {
  /// Of each position the position of its immediate dominator; of 0, 0.
  var immediate = UncheckedArray<UInt32>(capacity: 128)
  /// The positions in preorder of the tree: a subtree is a range.
  var preorder = UncheckedArray<UInt32>(capacity: 128)
  /// Of each position how deep in the tree it is, and an ancestor some way up.
  private var depth = UncheckedArray<UInt32>(capacity: 128)
  private var jump = UncheckedArray<UInt32>(capacity: 128)
  /// Of each position its place in `preorder`, and how many positions its subtree has.
  private var place = UncheckedArray<UInt32>(capacity: 128)
  private var size = UncheckedArray<UInt32>(capacity: 128)
  private var next = UncheckedArray<UInt32>(capacity: 128)
  /// Sources and targets of back edges.
  private var backEdges = UncheckedArray<BackEdge>(capacity: 32)

  mutating func compute(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    let count = order.count
    immediate.setCount(count)
    depth.setCount(count)
    jump.setCount(count)
    immediate[0] = 0
    depth[0] = 0
    jump[0] = 0
    findImmediate(graph, order)
    number()
    if !isReducible() { iterate(graph, order) }
    graph.work.spend(count)
  }

  /// Whether every path to position `b` goes through position `a`; true if they are the same.
  @inline(__always)
  func dominates(_ a: Int, _ b: Int) -> Bool { place[b] &- place[a] < size[a] }

  /// The nearest position that dominates both.
  @inline(__always)
  func nearestCommon(_ a: UInt32, _ b: UInt32) -> UInt32 {
    if a == b { return a }
    var (a, b) = (a, b)
    if depth[Int(a)] < depth[Int(b)] { swap(&a, &b) }
    let level = depth[Int(b)]
    while depth[Int(a)] > level {
      let far = jump[Int(a)]
      a = depth[Int(far)] >= level ? far : immediate[Int(a)]
    }
    // At equal depths both ancestors are equally far up.
    while a != b {
      let (farA, farB) = (jump[Int(a)], jump[Int(b)])
      if farA != farB { (a, b) = (farA, farB) } else { (a, b) = (immediate[Int(a)], immediate[Int(b)]) }
    }
    return a
  }

  private mutating func findImmediate(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    backEdges.removeAll()
    var position = 1
    while position < order.count {
      var common = UInt32.max
      let predecessors = graph.predecessors(order[position])
      for predecessor in predecessors {
        let other = order.positions[predecessor.number]
        if other == BlockOrder.unreachable { continue }
        if other >= UInt32(truncatingIfNeeded: position) {
          backEdges.append(BackEdge(source: other, target: UInt32(truncatingIfNeeded: position)))
        } else {
          common = common == .max ? other : nearestCommon(common, other)
        }
      }
      graph.work.spend(predecessors.count)
      setParent(position, common)
      position += 1
    }
  }

  @inline(__always)
  private mutating func setParent(_ position: Int, _ parent: UInt32) {
    immediate[position] = parent
    depth[position] = depth[Int(parent)] + 1
    let far = jump[Int(parent)]
    let isEven = depth[Int(parent)] &- depth[Int(far)] == depth[Int(far)] &- depth[Int(jump[Int(far)])]
    jump[position] = isEven ? jump[Int(far)] : parent
  }

  /// Whether what back edges lead to dominates their sources.
  private func isReducible() -> Bool {
    for index in 0..<backEdges.count where !dominates(Int(backEdges[index].target), Int(backEdges[index].source)) { return false }
    return true
  }

  /// Starts from dominators that are too near, and goes on up the tree.
  private mutating func iterate(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    var changed = true
    while changed, !graph.work.isSpent {
      changed = false
      for position in 1..<order.count {
        var common = immediate[position]
        for predecessor in graph.predecessors(order[position]) where order.isReachable(predecessor) {
          var other = order.positions[predecessor.number]
          while common != other {
            graph.work.spend(1)
            if common > other { common = immediate[Int(common)] } else { other = immediate[Int(other)] }
          }
        }
        if common != immediate[position] { changed = true }
        immediate[position] = common
      }
    }
    for position in 1..<order.count { setParent(position, immediate[position]) }
    number()
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

/// An edge to a block that comes before its source, or is that.
struct BackEdge {
  var source: UInt32
  var target: UInt32
}
