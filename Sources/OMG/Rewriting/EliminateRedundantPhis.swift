// Replaces phis that have only one value but for themselves and each other: `v5 = phi v1, v7; v7 = phi v5, v1` are both v1. Building a loop makes
// a phi for every local that is live there; most of them go here.
//
// Optimistic: every phi starts as "no value yet" and becomes the one value that its inputs have so far, or itself if they differ.
// Needs BlockOrder. Leaves identities; the caller removes them.

import RawCollections

func eliminateRedundantPhis(_ graph: inout Graph, _ scratch: inout Scratch) -> Bool {
  var pass = EliminateRedundantPhis()
  return pass.run(&graph, scratch.order, &scratch.words)
}

private struct EliminateRedundantPhis {
  /// In the words: what each value is so far. Only phis' entries are set; all other values are themselves.
  private let unknown = UInt32.max

  mutating func run(_ graph: inout Graph, _ order: borrowing BlockOrder, _ words: inout UncheckedArray<UInt32>) -> Bool {
    words.setCount(graph.instructions.count)
    guard start(graph, order, words) else { return false }
    var walks = 0
    while propagate(graph, order, words) {
      walks += 1
      // Loops nested this deep do not occur; without a result nothing may be replaced.
      if walks > 64 { return false }
    }
    return rewrite(&graph, order, words)
  }

  /// Whether there are phis.
  private func start(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ words: borrowing UncheckedArray<UInt32>) -> Bool {
    var found = false
    for position in 0..<order.count {
      var value = graph.at(order[position]).pointee.first
      while value.exists, graph.at(value).pointee.operation == .phi {
        words[value.number] = unknown
        found = true
        value = graph.at(value).pointee.next
      }
    }
    return found
  }

  private func propagate(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ words: borrowing UncheckedArray<UInt32>) -> Bool {
    var changed = false
    for position in 0..<order.count {
      var phi = graph.at(order[position]).pointee.first
      while phi.exists, graph.at(phi).pointee.operation == .phi {
        var common = unknown
        if words[phi.number] == phi.index {
          common = phi.index
        } else {
          for input in graph.arguments(phi) {
            let value = graph.resolve(input)
            let known = graph.at(value).pointee.operation == .phi ? words[value.number] : value.index
            if known == unknown || known == common { continue }
            if common == unknown { common = known } else { common = phi.index }
            if common == phi.index { break }
          }
        }
        if words[phi.number] != common {
          words[phi.number] = common
          changed = true
        }
        phi = graph.at(phi).pointee.next
      }
    }
    return changed
  }

  private func rewrite(_ graph: inout Graph, _ order: borrowing BlockOrder, _ words: borrowing UncheckedArray<UInt32>) -> Bool {
    var changed = false
    for position in 0..<order.count {
      var phi = graph.at(order[position]).pointee.first
      while phi.exists, graph.at(phi).pointee.operation == .phi {
        let next = graph.at(phi).pointee.next
        let known = words[phi.number]
        if known != phi.index, known != unknown {
          graph.replace(phi, by: Value(known))
          changed = true
        }
        phi = next
      }
    }
    return changed
  }
}
