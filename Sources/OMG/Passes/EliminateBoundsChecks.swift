// Removes checks of addresses that are known to be within memory, and notes that accesses of them do not trap (`isSafe`). Memory never shrinks, so
// an address that a dominating check or trapping access went through with is good from there on:
//
//     bounds_check v1 +16 … bounds_check v1 +8      → bounds_check v1 +16
//
// A walk over the dominator tree in preorder; for each address the last end that was found good, and links to what was known before.

import RawCollections

func eliminateBoundsChecks(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  scratch.reach.reset(graph)
  for place in 0..<scratch.order.count {
    let position = Int(scratch.dominators.preorder[place])
    var value = graph.at(scratch.order[position]).pointee.first
    while value.exists {
      let next = graph.at(value).pointee.next
      let operation = graph.at(value).pointee.operation
      if operation == .load || operation == .store || operation == .boundsCheck {
        let memory = graph.at(value).pointee.index
        let address = graph.at(value).pointee.a
        let end = graph.endOfAccess(value)
        if scratch.reach.reaches(address, memory, end, at: position, scratch.dominators) {
          if operation == .boundsCheck { graph.unlink(value) } else { graph.at(value).pointee.isSafe = true }
        } else if operation == .boundsCheck || graph.module.memories[Int(memory)].isGuarded {
          scratch.reach.add(address, memory, end, at: position)
        }
      }
      value = next
    }
  }
}

/// How far past addresses memory is known to reach, and from which blocks on.
struct Reach: ~Copyable {
  /// For each value the last fact about it as an address.
  private var latest = UncheckedArray<UInt32>(capacity: 1024)
  private var facts = UncheckedArray<ReachFact>(capacity: 128)

  mutating func reset(_ graph: borrowing Graph) {
    let count = graph.instructions.count
    latest.setCount(count)
    for index in 0..<count { latest[index] = UInt32.max }
    facts.removeAll()
  }

  mutating func add(_ address: Value, _ memory: UInt32, _ end: UInt64, at position: Int) {
    guard address.number < latest.count else { return }
    facts.append(
      ReachFact(previous: latest[address.number], position: UInt32(truncatingIfNeeded: position), memory: memory, end: end))
    latest[address.number] = UInt32(truncatingIfNeeded: facts.count - 1)
  }

  /// Whether a fact that holds in all of this block says that memory reaches to `end` past the address.
  func reaches(_ address: Value, _ memory: UInt32, _ end: UInt64, at position: Int, _ dominators: borrowing Dominators) -> Bool {
    guard address.number < latest.count else { return false }
    var index = latest[address.number]
    // Many facts about one address are rare, but possible.
    var left = 16
    while index != UInt32.max, left > 0 {
      let fact = facts[Int(index)]
      if fact.memory == memory, fact.end >= end, dominators.dominates(Int(fact.position), position) { return true }
      index = fact.previous
      left -= 1
    }
    return false
  }
}

struct ReachFact {
  var previous: UInt32
  var position: UInt32
  var memory: UInt32
  var end: UInt64
}
