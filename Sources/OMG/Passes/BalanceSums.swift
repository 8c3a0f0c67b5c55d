// Shortens the paths through chains of one operation by putting their terms into pairs, what is known early first; the order of terms does not
// matter for sums modulo 2^n, nor for `and`, `or`, `xor`:
//
//     (((a + b) + c) + d)      → (a + b) + (c + d)
//     ((x + b) + c), x late    → x + (b + c)
//
// A chain is in one block, and nothing else uses what is in its middle. How late a value is: the time from the start of its block; what comes
// around a loop is the latest, as the next iteration waits for it, but for counters. Each new sum stands after the later one of its terms,
// so that few terms wait in registers. Constants stay where they are, for addressing; so do blocks with tests for overflow, which want the sum.

import RawCollections

func balanceSums(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.uses.compute(graph)
  for position in 0..<scratch.order.count where findChains(graph, scratch.uses, scratch.order[position]) {
    let times = Times(graph, &scratch, position)
    var value = graph.at(scratch.order[position]).pointee.first
    while value.exists {
      if graph.at(value).pointee.mark == Mark.end { balance(&graph, &scratch, times, value) }
      value = graph.at(value).pointee.next
    }
    unmark(graph, scratch.order[position])
  }
}

/// What an instruction is to a chain.
private enum Mark {
  static var middle: UInt8 { 1 }
  static var end: UInt8 { 2 }
}

/// Chains with more terms are left.
private let mostTerms = 24

/// Marks the parts of chains. False: there are none.
private func findChains(_ graph: borrowing Graph, _ uses: borrowing UseCounts, _ block: Block) -> Bool {
  var found = false
  var value = graph.at(block).pointee.first
  while value.exists {
    let instruction = graph.at(value)
    switch instruction.pointee.operation {
    case .add, .and, .or, .xor:
      if graph.constant(instruction.pointee.b) != nil { break }
      for argument in graph.arguments(value) {
        let inner = graph.at(argument)
        guard inner.pointee.operation == instruction.pointee.operation, inner.pointee.block == block, uses[argument] == 1,
          graph.constant(inner.pointee.b) == nil
        else { continue }
        inner.pointee.mark = Mark.middle
        instruction.pointee.mark = Mark.end
        found = true
      }
    case .addOverflows, .subtractOverflows, .multiplyOverflows:
      unmark(graph, block)
      return false
    default: break
    }
    value = instruction.pointee.next
  }
  return found
}

private func unmark(_ graph: borrowing Graph, _ block: Block) {
  var value = graph.at(block).pointee.first
  while value.exists {
    graph.at(value).pointee.mark = 0
    value = graph.at(value).pointee.next
  }
}

/// When the values of a block are known, and in which order they stood, in the words: three for each value. The third is where it stands: the same
/// as where it stood, but for new sums, each of which stands right after something that did not move.
private struct Times {
  let block: Block

  init(_ graph: borrowing Graph, _ scratch: inout Scratch, _ position: Int) {
    block = scratch.order[position]
    scratch.words.setCount(3 * graph.instructions.count)
    let isHeader = graph.predecessors(block).contains { scratch.order.isReachable($0) && scratch.order.position($0) >= position }
    var place: UInt32 = 1
    var value = graph.at(block).pointee.first
    while value.exists {
      scratch.words[3 * value.number] =
        isHeader && graph.at(value).pointee.operation == .phi ? start(of: value, graph) : end(value, graph, scratch.words)
      scratch.words[3 * value.number + 1] = graph.at(value).pointee.operation == .phi ? 0 : place
      scratch.words[3 * value.number + 2] = scratch.words[3 * value.number + 1]
      place += 1
      value = graph.at(value).pointee.next
    }
  }

  /// When a value is known, if it is of this block.
  func time(_ value: Value, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) -> UInt32 {
    graph.at(value).pointee.block == block ? words[3 * value.number] : 0
  }

  /// Where it stood, or its last term; 0: before the block, or a phi.
  func place(_ value: Value, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) -> UInt32 {
    graph.at(value).pointee.block == block ? words[3 * value.number + 1] : 0
  }

  /// Which of two values stands after the other; none if both are known at the start, or are phis.
  func later(_ a: Value, _ b: Value, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) -> Value {
    func isInside(_ value: Value) -> Bool { graph.at(value).pointee.block == block && graph.at(value).pointee.operation != .phi }
    guard isInside(a) else { return isInside(b) ? b : .none }
    guard isInside(b), a != b else { return a }
    let (placeA, placeB) = (words[3 * a.number + 2], words[3 * b.number + 2])
    if placeA != placeB { return placeA < placeB ? b : a }
    // New sums after the same instruction, or that and one of them: not far from each other.
    var (afterA, afterB) = (graph.at(a).pointee.next, graph.at(b).pointee.next)
    while true {
      graph.work.spend(1)
      if afterA == b { return b }
      if afterB == a { return a }
      if !afterA.exists { return a }
      if !afterB.exists { return b }
      (afterA, afterB) = (graph.at(afterA).pointee.next, graph.at(afterB).pointee.next)
    }
  }

  /// Of a loop's phi: counters run ahead of everything else.
  private func start(of phi: Value, _ graph: borrowing Graph) -> UInt32 {
    let isCounter = graph.arguments(phi).contains {
      let step = graph.at($0)
      return step.pointee.operation == .add && step.pointee.a == phi && graph.constant(step.pointee.b) != nil
    }
    return isCounter ? 0 : 10
  }

  private func end(_ value: Value, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>) -> UInt32 {
    var latest: UInt32 = 0
    let operation = graph.at(value).pointee.operation
    if operation == .phi || operation.argumentCount < 0 { return 0 }
    for argument in graph.arguments(value) { latest = max(latest, time(argument, graph, words)) }
    switch operation {
    case .constant, .parameter: return 0
    case .load: return latest + 4
    case .multiply, .multiplyHighSigned, .multiplyHighUnsigned: return latest + 3
    default: return latest + (graph.at(value).pointee.type.isInFloatRegisters ? 4 : 1)
    }
  }
}

/// Rebuilds the chain that ends with this instruction, if that makes it end sooner.
private func balance(_ graph: inout Graph, _ scratch: inout Scratch, _ times: Times, _ end: Value) {
  let operation = graph.at(end).pointee.operation
  withUnsafeTemporaryAllocation(of: Value.self, capacity: 2 * mostTerms) { terms in
    var count = 0
    guard collect(end, graph, terms, &count) else { return }
    guard finish(terms, count, graph, scratch.words, times) < times.time(end, graph, scratch.words) else { return }
    takeOut(graph.at(end).pointee.a, operation, graph)
    takeOut(graph.at(end).pointee.b, operation, graph)
    while count > 2 {
      let (x, y) = earliest(terms, count, graph, scratch.words, times)
      let (a, b) = (terms[x], terms[y])
      let sum = graph.make(Instruction(operation, graph.at(end).pointee.type, a, b))
      graph.at(sum).pointee.wasmOffset = graph.at(end).pointee.wasmOffset
      var later = times.later(a, b, graph, scratch.words)
      // A call's results follow it at once.
      while later.exists, graph.at(graph.at(later).pointee.next).pointee.operation == .result { later = graph.at(later).pointee.next }
      if later.exists { graph.link(sum, after: later, in: times.block) } else { graph.placeAfterPhis(sum, in: times.block) }
      scratch.words.setCount(3 * graph.instructions.count)
      scratch.words[3 * sum.number] = max(times.time(a, graph, scratch.words), times.time(b, graph, scratch.words)) + 1
      scratch.words[3 * sum.number + 1] = max(times.place(a, graph, scratch.words), times.place(b, graph, scratch.words))
      scratch.words[3 * sum.number + 2] = later.exists ? scratch.words[3 * later.number + 2] : 0
      terms[x] = sum
      count -= 1
      terms[y] = terms[count]
    }
    graph.become(end, operation, terms[0], terms[1])
  }
}

/// A chain's terms. False: too many.
private func collect(_ value: Value, _ graph: borrowing Graph, _ terms: UnsafeMutableBufferPointer<Value>, _ count: inout Int) -> Bool {
  for argument in graph.arguments(value) {
    if graph.at(argument).pointee.mark == Mark.middle, graph.at(argument).pointee.operation == graph.at(value).pointee.operation {
      if !collect(argument, graph, terms, &count) { return false }
    } else {
      if count == mostTerms { return false }
      terms[count] = argument
      count += 1
    }
  }
  return true
}

/// Removes what is in the middle of a chain.
private func takeOut(_ value: Value, _ operation: Operation, _ graph: borrowing Graph) {
  guard graph.at(value).pointee.mark == Mark.middle, graph.at(value).pointee.operation == operation else { return }
  graph.at(value).pointee.mark = 0
  graph.unlink(value)
  takeOut(graph.at(value).pointee.a, operation, graph)
  takeOut(graph.at(value).pointee.b, operation, graph)
}

/// When the whole is known if the terms are joined as `balance` does.
private func finish(
  _ terms: UnsafeMutableBufferPointer<Value>, _ count: Int, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>, _ times: Times
) -> UInt32 {
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: mostTerms) { left in
    for index in 0..<count { left[index] = times.time(terms[index], graph, words) }
    var count = count
    while count > 1 {
      for place in 0..<2 {
        var least = place
        for index in place..<count where left[index] < left[least] { least = index }
        left.swapAt(place, least)
      }
      left[0] = left[1] + 1
      count -= 1
      left[1] = left[count]
    }
    return left[0]
  }
}

/// The two terms that are known first; of those that are known at the same time, those that stand first.
private func earliest(
  _ terms: UnsafeMutableBufferPointer<Value>, _ count: Int, _ graph: borrowing Graph, _ words: borrowing UncheckedArray<UInt32>, _ times: Times
) -> (Int, Int) {
  func isBefore(_ x: Int, _ y: Int) -> Bool {
    let (a, b) = (times.time(terms[x], graph, words), times.time(terms[y], graph, words))
    return a != b ? a < b : times.place(terms[x], graph, words) < times.place(terms[y], graph, words)
  }
  var (first, second) = isBefore(1, 0) ? (1, 0) : (0, 1)
  for index in 2..<count {
    if isBefore(index, first) {
      second = first
      first = index
    } else if isBefore(index, second) {
      second = index
    }
  }
  // What is taken from the end comes to the second's place.
  return second == count - 1 ? (first, second) : first == count - 1 ? (second, first) : (first, second)
}
