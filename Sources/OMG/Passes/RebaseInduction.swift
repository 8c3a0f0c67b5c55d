// Lets loops count from 0 that count from a negative number up, where the number is only used in sums with constants:
//
//     v1 = phi -800, v2; load (add v1, 2064); v2 = add v1, 8; branch (ne v2, 0)
//     → v1 = phi 0, v2; load (add v1, 1264); v2 = add v1, 8; branch (ne v2, 800)
//
// Compilers to WebAssembly count like this to save a comparison, and pay with addresses that wrap around; so the sum has to be computed for each
// access. Afterwards FoldAddresses can make it part of the access.

import RawCollections

func rebaseInduction(_ graph: inout Graph, _ scratch: inout Scratch) {
  findLoops(graph, &scratch)
  var isCounted = false
  for loop in 0..<scratch.loops.count {
    guard let shape = CountedLoop.find(loop, graph, scratch.order, scratch.dominators, scratch.loops) else { continue }
    for test in shape.tests {
      guard let counter = Counter(test, shape, graph) else { continue }
      if !isCounted {
        scratch.uses.compute(graph)
        scratch.sums.compute(graph)
        isCounted = true
      }
      if counter.isOnlyForSums(graph, scratch.uses, scratch.sums) {
        counter.rebase(&graph)
        isCounted = false
      }
    }
  }
}

/// A phi that counts from a negative constant up to 0, where the loop ends.
private struct Counter {
  var phi: Value
  /// The phi's input that is the start.
  var entering: Int
  /// What comes along the back edge.
  var stepped: Value
  /// How far below 0 it starts.
  var distance: Int64
  var branch: Value

  init?(_ test: CountedLoop.Test, _ loop: CountedLoop, _ graph: borrowing Graph) {
    guard test.operation == .notEqual, !test.limit.exists, graph.at(test.value).pointee.operation == .add else { return nil }
    stepped = test.value
    phi = graph.at(stepped).pointee.a
    entering = loop.entering
    branch = test.branch
    guard graph.at(phi).pointee.operation == .phi, graph.at(phi).pointee.block == loop.header, graph.at(phi).pointee.type == .i32,
      graph.arguments(phi)[1 - entering] == stepped, let step = loop.step(of: phi, graph), step > 0,
      let start = graph.constant(graph.arguments(phi)[entering]), start < 0, start % step == 0
    else { return nil }
    distance = -start
  }

  /// Whether all uses but stepping and the test are sums that a constant makes positive again, at once or after something else has been added.
  func isOnlyForSums(_ graph: borrowing Graph, _ uses: borrowing UseCounts, _ sums: borrowing ConstantSums) -> Bool {
    guard uses[stepped] == 2 else { return false }
    var good: UInt32 = 1
    for index in 0..<graph.instructions.count {
      let value = Value(index)
      guard let other = otherTerm(value, graph), value != stepped else { continue }
      if let number = graph.constant(other) {
        if number < distance { return false }
      } else if other == phi || uses[value] == 0 || uses[value] != sums.count(value) || sums.least(value) < distance {
        return false
      }
      good += 1
    }
    return good > 1 && good == uses[phi]
  }

  /// Of a sum of the phi and something: that.
  private func otherTerm(_ value: Value, _ graph: borrowing Graph) -> Value? {
    let sum = graph.at(value)
    guard sum.pointee.operation == .add, sum.pointee.block.exists else { return nil }
    if sum.pointee.a == phi { return sum.pointee.b }
    return sum.pointee.b == phi ? sum.pointee.a : nil
  }

  func rebase(_ graph: inout Graph) {
    let count = graph.instructions.count
    for index in 0..<count {
      let value = Value(index)
      guard let other = otherTerm(value, graph), value != stepped else { continue }
      if let number = graph.constant(other) {
        let less = graph.constant(.i32, UInt64(bitPattern: number - distance), before: value)
        graph.become(value, .add, phi, less)
      } else {
        // What adds constants to this sum takes the difference from it when it is simplified.
        let sum = graph.insert(.add, .i32, phi, other, before: value)
        let difference = graph.constant(.i32, UInt64(bitPattern: -distance), before: value)
        graph.become(value, .add, sum, difference)
      }
    }
    let outside = graph.predecessors(graph.at(phi).pointee.block)[entering]
    let zero = graph.constant(.i32, 0, before: graph.end(of: outside))
    graph.arguments(phi)[entering] = zero
    let end = graph.constant(.i32, UInt64(bitPattern: distance), before: branch)
    let test = graph.insert(.notEqual, .i32, stepped, end, before: branch)
    graph.at(branch).pointee.a = test
  }
}

/// For each value how often a constant is added to it, and the least such constant. Negative constants do not count.
struct ConstantSums: ~Copyable {
  private var counts = RawArray<UInt32>(capacity: 1024)
  private var constants = RawArray<Int64>(capacity: 1024)

  func count(_ value: Value) -> UInt32 { counts[value.number] }
  func least(_ value: Value) -> Int64 { constants[value.number] }

  mutating func compute(_ graph: borrowing Graph) {
    let count = graph.instructions.count
    counts.setCount(count)
    constants.setCount(count)
    for index in 0..<count {
      counts[index] = 0
      constants[index] = Int64.max
    }
    for index in 0..<count {
      let sum = graph.at(Value(index))
      guard sum.pointee.operation == .add, sum.pointee.block.exists, let number = graph.constant(sum.pointee.b), number >= 0 else { continue }
      counts[sum.pointee.a.number] += 1
      constants[sum.pointee.a.number] = min(constants[sum.pointee.a.number], number)
    }
  }
}
