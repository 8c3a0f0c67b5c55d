// Natural loops: a header, which dominates the loop's other blocks, and all blocks from which a back edge to it is reached. Loops are numbered
// from the inside out: a loop's number is less than its parent's. Needs BlockOrder and Dominators; writes `loopDepth` of all blocks.

import RawCollections

struct Loop {
  /// Position of its header in the order.
  var header: UInt32
  /// The loop around it; `Loops.none` if there is none.
  var parent: UInt32
  /// Loops around it and itself.
  var depth: UInt16
  /// Its blocks, and those of the loops within it.
  var blockCount: UInt32 = 0

  /// Most iterations take a small part of it, as in an interpreter's loop: a register taken all through it would mostly lie idle.
  @inline(__always) var isLarge: Bool { blockCount > 32 }
}

struct Loops: ~Copyable {
  var loops = UncheckedArray<Loop>(capacity: 32)
  /// Of each position the innermost loop that it is in.
  var innermost = UncheckedArray<UInt32>(capacity: 128)
  private var pending = UncheckedArray<UInt32>(capacity: 64)
  /// Of each loop one around it that was found so far, far up; itself if there is none.
  private var outer = UncheckedArray<UInt32>(capacity: 32)
  /// Of each loop its place in a preorder of the loops' tree, and how many loops its subtree has: they tell what is within what.
  private var place = UncheckedArray<UInt32>(capacity: 32)
  private var size = UncheckedArray<UInt32>(capacity: 32)

  static var none: UInt32 { UInt32.max }

  @inline(__always) var count: Int { loops.count }

  mutating func compute(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators) {
    let count = order.count
    loops.removeAll()
    outer.removeAll()
    innermost.setCount(count)
    for position in 0..<count { innermost[position] = Self.none }
    // Inner headers come later in the order than outer ones.
    var header = count - 1
    while header >= 0 {
      pending.removeAll()
      for predecessor in graph.predecessors(order[header]) where order.isReachable(predecessor) {
        let position = order.position(predecessor)
        if dominators.dominates(header, position) { pending.append(UInt32(truncatingIfNeeded: position)) }
      }
      if pending.count > 0 { collect(header, graph, order) }
      header -= 1
    }
    for position in 0..<count where innermost[position] != Self.none { loops[Int(innermost[position])].blockCount += 1 }
    number()
    for position in 0..<count {
      let loop = innermost[position]
      graph.at(order[position]).pointee.loopDepth = loop == Self.none ? 0 : loops[Int(loop)].depth
    }
  }

  /// Depths, numbers of blocks, and the preorder. Parents have the greater numbers.
  private mutating func number() {
    let count = loops.count
    place.setCount(count)
    size.setCount(count)
    for loop in 0..<count { size[loop] = 1 }
    for loop in 0..<count where loops[loop].parent != Self.none {
      size[Int(loops[loop].parent)] += size[loop]
      loops[Int(loops[loop].parent)].blockCount += loops[loop].blockCount
    }
    // By loop, in `outer`: the next free place in its subtree.
    var free: UInt32 = 0
    var loop = count - 1
    while loop >= 0 {
      let parent = loops[loop].parent
      if parent == Self.none {
        loops[loop].depth = 1
        place[loop] = free
        free += size[loop]
      } else {
        // (Depths are for comparison: what is nested deeper than a field is wide counts as equally deep.)
        loops[loop].depth = loops[Int(parent)].depth == .max ? .max : loops[Int(parent)].depth + 1
        place[loop] = outer[Int(parent)]
        outer[Int(parent)] += size[loop]
      }
      outer[loop] = place[loop] + 1
      loop -= 1
    }
  }

  /// The outermost loop found so far around a loop, which may be that itself.
  private func outermost(_ loop: UInt32, _ graph: borrowing Graph) -> UInt32 {
    var loop = loop
    while outer[Int(loop)] != loop {
      graph.work.spend(1)
      outer[Int(loop)] = outer[Int(outer[Int(loop)])]
      loop = outer[Int(loop)]
    }
    return loop
  }

  /// The loop with this header: everything from which `pending`, the sources of back edges, is reached.
  private mutating func collect(_ header: Int, _ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    let number = UInt32(truncatingIfNeeded: loops.count)
    loops.append(Loop(header: UInt32(truncatingIfNeeded: header), parent: Self.none, depth: 0))
    outer.append(number)
    while pending.count > 0 {
      var position = Int(pending.removeLast())
      if innermost[position] == Self.none {
        innermost[position] = number
      } else {
        // A loop that was found before: it, or rather the outermost one around it, is within this one; go on before its header.
        let inner = outermost(innermost[position], graph)
        if inner == number { continue }
        loops[Int(inner)].parent = number
        outer[Int(inner)] = number
        position = Int(loops[Int(inner)].header)
      }
      if position == header { continue }
      graph.work.spend(graph.predecessors(order[position]).count)
      for predecessor in graph.predecessors(order[position]) where order.isReachable(predecessor) {
        pending.append(UInt32(truncatingIfNeeded: order.position(predecessor)))
      }
    }
  }

  /// Whether a block, by its position, is in a loop or a loop within it.
  @inline(__always)
  func contains(_ loop: UInt32, _ position: Int) -> Bool {
    let inner = innermost[position]
    return inner != Self.none && place[Int(inner)] &- place[Int(loop)] < size[Int(loop)]
  }
}
