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
  // What a counter's rebasing changes concerns no other one but where their sums have something in common, which is seen when they are looked at.
  for loop in 0..<scratch.loops.count {
    guard let shape = CountedLoop.find(loop, graph, scratch.order, scratch.dominators, scratch.loops) else { continue }
    for test in shape.tests {
      guard let counter = Counter(test, shape, graph) else { continue }
      if !isCounted {
        scratch.uses.compute(graph)
        scratch.sums.compute(graph)
        isCounted = true
      }
      if counter.isOnlyForSums(graph, scratch.uses, scratch.sums) { counter.rebase(&graph, scratch.sums) }
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
    // A sum of the phi and itself is listed twice.
    var last = Value.none
    var sum = sums.first(phi)
    while let value = sum.value {
      sum = sums.next(sum)
      graph.work.spend(1)
      guard value != last, let other = otherTerm(value, graph), value != stepped else { continue }
      last = value
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

  func rebase(_ graph: inout Graph, _ sums: borrowing ConstantSums) {
    var sum = sums.first(phi)
    while let value = sum.value {
      sum = sums.next(sum)
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

/// For each value how often a constant is added to it, and the least such constant, negative constants left out; for each phi the sums it is a term of.
struct ConstantSums: ~Copyable {
  private var counts = UncheckedArray<UInt32>(capacity: 1024)
  private var constants = UncheckedArray<Int64>(capacity: 1024)
  /// By value: the first sum in its list. By sum, two of them: the next ones in the lists that it is in as its first and as its second term.
  private var heads = UncheckedArray<SumTerm>(capacity: 1024)
  private var links = UncheckedArray<SumTerm>(capacity: 2048)

  func count(_ value: Value) -> UInt32 { counts[value.number] }
  func least(_ value: Value) -> Int64 { constants[value.number] }

  mutating func compute(_ graph: borrowing Graph) {
    let count = graph.instructions.count
    counts.setCount(count)
    constants.setCount(count)
    heads.setCount(count)
    links.setCount(2 * count)
    for index in 0..<count {
      counts[index] = 0
      constants[index] = Int64.max
      heads[index] = .none
    }
    for index in (0..<count).reversed() {
      let sum = graph.at(Value(index))
      guard sum.pointee.operation == .add, sum.pointee.block.exists else { continue }
      note(sum.pointee.b, SumTerm(sum: UInt32(truncatingIfNeeded: index), isSecond: true), graph)
      note(sum.pointee.a, SumTerm(sum: UInt32(truncatingIfNeeded: index), isSecond: false), graph)
      guard let number = graph.constant(sum.pointee.b), number >= 0 else { continue }
      counts[sum.pointee.a.number] += 1
      constants[sum.pointee.a.number] = min(constants[sum.pointee.a.number], number)
    }
  }

  private func note(_ term: Value, _ sum: SumTerm, _ graph: borrowing Graph) {
    guard graph.at(term).pointee.operation == .phi else { return }
    links[sum.place] = heads[term.number]
    heads[term.number] = sum
  }

  /// The sums that a phi is a term of, in the order of their numbers.
  func first(_ phi: Value) -> SumTerm { heads[phi.number] }
  func next(_ sum: SumTerm) -> SumTerm { links[sum.place] }
}

/// A sum as its first or its second term sees it.
struct SumTerm {
  var sum: UInt32
  var isSecond: Bool
  static var none: SumTerm { SumTerm(sum: .max, isSecond: false) }
  /// nil at the end of a list.
  var value: Value? { sum == .max ? nil : Value(sum) }
  var place: Int { 2 * Int(sum) + (isSecond ? 1 : 0) }
}
