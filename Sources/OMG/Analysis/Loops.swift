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
}

struct Loops: ~Copyable {
  var loops = RawArray<Loop>(capacity: 32)
  /// Of each position the innermost loop that it is in.
  var innermost = RawArray<UInt32>(capacity: 128)
  private var pending = RawArray<UInt32>(capacity: 64)

  static var none: UInt32 { UInt32.max }

  @inline(__always) var count: Int { loops.count }

  mutating func compute(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators) {
    let count = order.count
    loops.removeAll()
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
    var index = loops.count - 1
    while index >= 0 {
      let parent = loops[index].parent
      loops[index].depth = parent == Self.none ? 1 : loops[Int(parent)].depth + 1
      index -= 1
    }
    for position in 0..<count {
      let loop = innermost[position]
      graph.at(order[position]).pointee.loopDepth = loop == Self.none ? 0 : loops[Int(loop)].depth
    }
  }

  /// The loop with this header: everything from which `pending`, the sources of back edges, is reached.
  private mutating func collect(_ header: Int, _ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    let number = UInt32(truncatingIfNeeded: loops.count)
    loops.append(Loop(header: UInt32(truncatingIfNeeded: header), parent: Self.none, depth: 0))
    while pending.count > 0 {
      var position = Int(pending.removeLast())
      var inner = innermost[position]
      if inner == number { continue }
      if inner == Self.none {
        innermost[position] = number
      } else {
        // A loop that was found before: it, or rather the outermost one around it, is within this one; go on before its header.
        while loops[Int(inner)].parent != Self.none, loops[Int(inner)].parent != number { inner = loops[Int(inner)].parent }
        if loops[Int(inner)].parent == number || inner == number { continue }
        loops[Int(inner)].parent = number
        position = Int(loops[Int(inner)].header)
      }
      if position == header { continue }
      for predecessor in graph.predecessors(order[position]) where order.isReachable(predecessor) {
        pending.append(UInt32(truncatingIfNeeded: order.position(predecessor)))
      }
    }
  }

  /// Whether a block, by its position, is in a loop or a loop within it.
  @inline(__always)
  func contains(_ loop: UInt32, _ position: Int) -> Bool {
    var inner = innermost[position]
    // Numbers grow outward.
    while inner < loop { inner = loops[Int(inner)].parent }
    return inner == loop
  }
}
