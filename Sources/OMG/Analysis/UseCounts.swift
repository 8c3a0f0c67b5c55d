// How often each value is an argument of an instruction that is in a block. Passes that add or drop uses keep the counts right themselves or
// count anew.

import RawCollections

struct UseCounts: ~Copyable {
  private var counts = UncheckedArray<UInt32>(capacity: 1024)

  @inline(__always)
  subscript(value: Value) -> UInt32 {
    get { counts[value.number] }
    nonmutating set { counts[value.number] = newValue }
  }

  mutating func compute(_ graph: borrowing Graph) {
    let count = graph.instructions.count
    counts.setCount(count)
    for index in 0..<count { counts[index] = 0 }
    for index in 0..<count where graph.instructions[index].block.exists {
      for argument in graph.arguments(Value(index)) { counts[argument.number] += 1 }
    }
  }

  /// For values that were made since; they have no uses yet.
  mutating func extend(_ graph: borrowing Graph) {
    var index = counts.count
    let count = graph.instructions.count
    counts.setCount(count)
    while index < count {
      counts[index] = 0
      index += 1
    }
  }
}
