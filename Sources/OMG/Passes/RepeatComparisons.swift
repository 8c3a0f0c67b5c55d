// Gives each branch and select its own comparison if they share one of an integer with a constant, and nothing else needs its result: a comparison beside
// its branch costs no more than a test of the result, which would need a register and instructions to get there.
//
//     v2 = lt_u v1, 8; branch v2 … branch v2      → v2 = lt_u v1, 8; branch v2 … v3 = lt_u v1, 8; branch v3

import RawCollections

func repeatComparisons(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.uses.compute(graph)
  // For each value how often it is a condition.
  scratch.words.setCount(graph.instructions.count)
  for index in 0..<graph.instructions.count { scratch.words[index] = 0 }
  let count = graph.instructions.count
  for index in 0..<count {
    let condition = condition(graph, Value(index))
    if condition.exists { scratch.words[condition.number] += 1 }
  }
  for index in 0..<count {
    let user = Value(index)
    let condition = condition(graph, user)
    guard condition.exists, scratch.words[condition.number] > 1, scratch.words[condition.number] == scratch.uses[condition],
      isCheap(graph, condition)
    else { continue }
    let comparison = graph.at(condition).pointee
    let copy = graph.insert(comparison.operation, comparison.type, comparison.a, comparison.b, before: user)
    if graph.at(user).pointee.operation == .branch { graph.at(user).pointee.a = copy } else { graph.at(user).pointee.c = copy }
    scratch.uses[condition] -= 1
    scratch.words[condition.number] -= 1
    if scratch.uses[condition] == 1 { scratch.words[condition.number] = 0 }
  }
}

/// What a branch or select depends on; none for anything else.
private func condition(_ graph: borrowing Graph, _ value: Value) -> Value {
  let instruction = graph.at(value)
  guard instruction.pointee.block.exists else { return .none }
  switch instruction.pointee.operation {
  case .branch: return instruction.pointee.a
  case .select: return instruction.pointee.c
  default: return .none
  }
}

private func isCheap(_ graph: borrowing Graph, _ value: Value) -> Bool {
  let comparison = graph.at(value)
  guard comparison.pointee.operation.isComparison, let number = graph.constant(comparison.pointee.b) else { return false }
  return Int64(Int32(truncatingIfNeeded: number)) == number && !comparison.pointee.operation.isOverflowTest
}
