// A profile: the calls that samples met as a tree, and what it says of each procedure.

import SchemeHost

struct CallTree {
  /// A procedure under what called it.
  struct Node {
    let row: CallTreeRow
    /// Weights: the node's own, and with all below it.
    let own: UInt64
    var total: UInt64
    var children: [Int] = []
    let parent: Int?
  }

  /// A procedure with all its nodes.
  struct Procedure {
    let row: CallTreeRow
    var own: UInt64 = 0
    var total: UInt64 = 0

    var name: String { row.name + (row.name == "(lambda)" && !row.place.isEmpty ? " at \(row.place)" : "") }
  }

  private(set) var nodes: [Node] = []
  private(set) var roots: [Int] = []

  /// A tree by samples, or by bytes allocated.
  init(_ rows: [CallTreeRow], byBytes: Bool) {
    var path: [Int] = []
    for row in rows {
      path.removeLast(max(0, path.count - (row.depth - 1)))
      let weight = byBytes ? row.bytes : UInt64(row.samples)
      let index = nodes.count
      nodes.append(Node(row: row, own: weight, total: weight, parent: path.last))
      if let parent = path.last { nodes[parent].children.append(index) } else { roots.append(index) }
      path.append(index)
    }
    // Children come after their parents.
    for index in nodes.indices.reversed() { if let parent = nodes[index].parent { nodes[parent].total += nodes[index].total } }
  }

  var total: UInt64 { roots.reduce(0) { $0 + nodes[$1].total } }

  private static func key(_ row: CallTreeRow) -> String { "\(row.name)\t\(row.place)" }

  /// The procedures, those with the greatest weight of their own first. What a procedure calls counts once in its total, however it comes back to itself.
  var procedures: [Procedure] {
    var table: [String: Procedure] = [:]
    for node in nodes {
      let key = Self.key(node.row)
      var procedure = table[key] ?? Procedure(row: node.row)
      procedure.own += node.own
      var outer = node.parent
      while let index = outer, Self.key(nodes[index].row) != key { outer = nodes[index].parent }
      if outer == nil { procedure.total += node.total }
      table[key] = procedure
    }
    return table.values.sorted { ($0.own, $0.total, $1.name) > ($1.own, $1.total, $0.name) }
  }
}
