// Between which numbers an i32 is, taken as unsigned. What makes this worth asking for are loops: a phi that starts within bounds and is stepped
// by a constant stays within bounds if the loop has a limited number of iterations, which its exits tell:
//
//     v1 = phi 0, v2 … v2 = add v1, 8 … branch (ne v2, 800) to the loop      → goes back at most 99 times, so v1 ≤ 792
//
// Ranges of such phis are computed at once, outer loops before inner ones, which may start from their numbers; everything else by looking
// a few instructions back. Needs BlockOrder, Dominators and Loops.

import RawCollections

/// The unsigned numbers from `low` to `high`.
struct UnsignedRange: Equatable {
  var low: UInt64
  var high: UInt64
  /// Any i32.
  static var all: UnsignedRange { UnsignedRange(low: 0, high: UInt64(UInt32.max)) }
  var isConstant: Bool { low == high }
}

struct InductionRanges: ~Copyable {
  /// For each value that is a phi of a loop its range.
  private var phis = UncheckedArray<UnsignedRange>(capacity: 1024)

  mutating func compute(
    _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ loops: borrowing Loops
  ) {
    let count = graph.instructions.count
    phis.setCount(count)
    for index in 0..<count { phis[index] = .all }
    var loop = loops.count - 1
    while loop >= 0 {
      if let shape = CountedLoop.find(loop, graph, order, dominators, loops) { bound(shape, graph) }
      loop -= 1
    }
  }

  /// Gives the phis of a loop their ranges.
  private mutating func bound(_ loop: CountedLoop, _ graph: borrowing Graph) {
    var iterations: UInt64?
    for test in loop.tests {
      if let limit = iterationsAllowed(by: test, loop, graph) { iterations = min(iterations ?? limit, limit) }
    }
    var phi = graph.at(loop.header).pointee.first
    while phi.exists, graph.at(phi).pointee.operation == .phi {
      if graph.at(phi).pointee.type == .i32 { phis[phi.number] = range(of: phi, loop, iterations, graph) }
      phi = graph.at(phi).pointee.next
    }
  }

  private func range(of phi: Value, _ loop: CountedLoop, _ iterations: UInt64?, _ graph: borrowing Graph) -> UnsignedRange {
    let start = range(graph.arguments(phi)[loop.entering], graph)
    let stepped = graph.arguments(phi)[1 - loop.entering]
    if stepped == phi { return start }
    if let iterations, let step = loop.step(of: phi, graph) {
      if step < 0, UInt64(-step) * iterations <= start.low { return UnsignedRange(low: start.low - UInt64(-step) * iterations, high: start.high) }
      if step >= 0, start.high + UInt64(step) * iterations <= UnsignedRange.all.high {
        return UnsignedRange(low: start.low, high: start.high + UInt64(step) * iterations)
      }
    }
    // Stepped by whatever: what comes along the back edge has passed the tests.
    for test in loop.tests where test.value == stepped {
      let limit = range(test.limit, graph).high
      if test.operation == .lessUnsigned, limit > 0 { return UnsignedRange(low: 0, high: max(start.high, limit - 1)) }
      if test.operation == .lessEqualUnsigned { return UnsignedRange(low: 0, high: max(start.high, limit)) }
    }
    return .all
  }

  /// How often at most the loop goes back to its header, going by one of its tests.
  private func iterationsAllowed(by test: CountedLoop.Test, _ loop: CountedLoop, _ graph: borrowing Graph) -> UInt64? {
    // The test is on the phi or on what it becomes.
    var phi = test.value
    var isStepped = false
    if graph.at(phi).pointee.operation == .add {
      phi = graph.at(phi).pointee.a
      isStepped = true
    }
    guard graph.at(phi).pointee.operation == .phi, graph.at(phi).pointee.type == .i32, graph.at(phi).pointee.block == loop.header,
      let step = loop.step(of: phi, graph), step != 0,
      !isStepped || graph.arguments(phi)[1 - loop.entering] == test.value
    else { return nil }
    let start = range(graph.arguments(phi)[loop.entering], graph)
    let first = isStepped ? sum(start, constant(step)) : start
    return passing(test.operation, range(test.limit, graph), first, UInt64(step.magnitude), isUp: step > 0)
  }

  /// How many of first, first ± size, first ± 2 · size … pass a test before one that does not; nil if that is not known, or numbers could wrap
  /// around before.
  private func passing(_ operation: Operation, _ limit: UnsignedRange, _ first: UnsignedRange, _ size: UInt64, isUp: Bool) -> UInt64? {
    switch operation {
    case .notEqual:
      if first.isConstant, limit.isConstant {
        let distance = (isUp ? limit.low &- first.low : first.low &- limit.low) & 0xFFFF_FFFF
        return distance % size == 0 ? distance / size : nil
      }
      guard size == 1, isUp ? first.high <= limit.low : first.low >= limit.high else { return nil }
      return isUp ? limit.high - first.low : first.high - limit.low
    case .lessUnsigned, .lessEqualUnsigned, .lessSigned, .lessEqualSigned:
      let isSigned = operation == .lessSigned || operation == .lessEqualSigned
      let largest: UInt64 = isSigned ? 0x7FFF_FFFF : 0xFFFF_FFFF
      // The first number that fails in any case.
      let end = min(limit.high, largest) + (operation == .lessEqualUnsigned || operation == .lessEqualSigned ? 1 : 0)
      guard isUp, first.high <= largest, end + size - 1 <= largest else { return nil }
      return end > first.low ? (end - first.low + size - 1) / size : 0
    default: return nil
    }
  }

  // MARK: Any value

  /// Looks so many instructions back. No value: 0.
  func range(_ value: Value, _ graph: borrowing Graph, depth: Int = 6) -> UnsignedRange {
    if !value.exists { return UnsignedRange(low: 0, high: 0) }
    let instruction = graph.at(value)
    guard instruction.pointee.type == .i32 else { return .all }
    if instruction.pointee.operation == .constant {
      return constant(instruction.pointee.immediate)
    }
    if instruction.pointee.operation == .phi { return value.number < phis.count ? phis[value.number] : .all }
    if depth == 0 { return .all }
    @inline(__always) func a() -> UnsignedRange { range(instruction.pointee.a, graph, depth: depth - 1) }
    @inline(__always) func b() -> UnsignedRange { range(instruction.pointee.b, graph, depth: depth - 1) }
    switch instruction.pointee.operation {
    case .add: return sum(a(), b())
    case .multiply:
      let (x, y) = (a(), b())
      // Both are below 2³².
      return x.high * y.high <= UnsignedRange.all.high ? UnsignedRange(low: x.low * y.low, high: x.high * y.high) : .all
    case .and: return UnsignedRange(low: 0, high: min(a().high, b().high))
    case .shiftLeft:
      guard let count = graph.constant(instruction.pointee.b) else { return .all }
      let x = a()
      let shift = UInt64(count & 31)
      return x.high << shift <= UnsignedRange.all.high ? UnsignedRange(low: x.low << shift, high: x.high << shift) : .all
    case .shiftRightUnsigned:
      guard let count = graph.constant(instruction.pointee.b) else { return UnsignedRange(low: 0, high: a().high) }
      let x = a()
      return UnsignedRange(low: x.low >> UInt64(count & 31), high: x.high >> UInt64(count & 31))
    case .select:
      let (x, y) = (a(), b())
      return UnsignedRange(low: min(x.low, y.low), high: max(x.high, y.high))
    default: return UnsignedRange(low: 0, high: graph.possibleBits(value, depth: 2))
    }
  }

  private func constant(_ number: Int64) -> UnsignedRange {
    let bits = UInt64(UInt32(truncatingIfNeeded: number))
    return UnsignedRange(low: bits, high: bits)
  }

  private func sum(_ x: UnsignedRange, _ y: UnsignedRange) -> UnsignedRange {
    let size = UnsignedRange.all.high + 1
    if x.high + y.high < size { return UnsignedRange(low: x.low + y.low, high: x.high + y.high) }
    // All of them wrap around.
    if x.low + y.low >= size { return UnsignedRange(low: x.low + y.low - size, high: x.high + y.high - size) }
    return .all
  }
}
