// Removes stores whose bytes are stored again before anything can see them: in the same block, with nothing between that reads memory, calls, or may
// trap (what a program leaves in memory when it traps can be seen). The same for globals.
//
//     store v1, v2; v4 = add …; store v1, v3      → v4 = add …; store v1, v3
//
// The later store traps if the earlier one does, and then neither has happened; but nothing visible may happen between the two, then.

import RawCollections

func eliminateDeadStores(_ graph: inout Graph, _ scratch: inout Scratch) {
  for index in 0..<graph.blocks.count {
    // Stores and sets below, in the words, that nothing has come between.
    scratch.words.removeAll()
    var value = graph.at(Block(index)).pointee.last
    while value.exists {
      let previous = graph.at(value).pointee.previous
      visit(graph, &scratch.words, value)
      value = previous
    }
  }
}

private func visit(_ graph: borrowing Graph, _ later: inout UncheckedArray<UInt32>, _ value: Value) {
  let instruction = graph.at(value)
  switch instruction.pointee.operation {
  case .store, .globalSet:
    for index in 0..<later.count where isCovered(graph, value, by: Value(later[index])) {
      if graph.mayTrap(value) {
        guard mayTrapLater(graph, value, at: Value(later[index])) else { break }
        // What made the later one safe may have been this one.
        graph.at(Value(later[index])).pointee.isSafe = false
      }
      return graph.unlink(value)
    }
    // A store that traps shows what was stored before, but for what its own bytes cover.
    if graph.mayTrap(value) { later.removeAll() }
    if later.count < 16 { later.append(value.index) }
  case .globalGet, .load:
    if graph.mayTrap(value) { return later.removeAll() }
    forget(graph, &later, value)
  default:
    if !graph.effects(value).isEmpty { later.removeAll() }
  }
}

/// So many instructions between two stores are looked at.
private let longestDelay = 64

/// Whether nothing visible happens between a store and a later one in its block.
private func mayTrapLater(_ graph: borrowing Graph, _ value: Value, at later: Value) -> Bool {
  var between = graph.at(value).pointee.next
  for _ in 0..<longestDelay {
    if between == later { return true }
    let operation = graph.at(between).pointee.operation
    if operation == .store || operation == .globalSet { return false }
    between = graph.at(between).pointee.next
  }
  return false
}

/// Whether `later` writes all that the store or set writes.
private func isCovered(_ graph: borrowing Graph, _ value: Value, by later: Value) -> Bool {
  let (one, two) = (graph.at(value), graph.at(later))
  guard one.pointee.operation == two.pointee.operation, one.pointee.index == two.pointee.index else { return false }
  if one.pointee.operation == .globalSet { return true }
  return one.pointee.a == two.pointee.a && one.pointee.immediate == two.pointee.immediate && graph.accessSize(value) == graph.accessSize(later)
}

/// Drops the stores and sets whose effect on what is read here would be missed if an earlier one were removed, and those that may make the load safe.
private func forget(_ graph: borrowing Graph, _ later: inout UncheckedArray<UInt32>, _ read: Value) {
  var kept = 0
  let isLoad = graph.at(read).pointee.operation == .load
  for index in 0..<later.count where !graph.mayChange(Value(later[index]), read) {
    if isLoad, graph.at(Value(later[index])).pointee.a == graph.at(read).pointee.a { continue }
    later[kept] = later[index]
    kept += 1
  }
  later.setCount(kept)
}
