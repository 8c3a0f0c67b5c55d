// What a loop counts: the phi that decides how often the loop is repeated, and what it is compared with.

struct LoopCounter {
  /// The loop is repeated while numbers are less than the limit (or greater, counting down), at most (at least), or unequal.
  enum Relation { case strict, inclusive, unequal }

  let phi: Value
  let start: Value
  /// Not 0.
  let step: Int64
  /// None: 0.
  let limit: Value
  let type: ValueKind
  let relation: Relation
  /// Numbers are compared as signed ones.
  let isSigned: Bool
  /// The phi's next number is compared rather than its present one.
  let isStepped: Bool

  private static var largestStep: Int64 { 1 << 14 }

  /// nil: the loop does not count, or not in a way that is known.
  init?(_ loop: CountedLoop, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops) {
    for test in loop.tests {
      var phi = test.value
      let isStepped = graph.at(phi).pointee.operation == .add
      if isStepped { phi = graph.at(phi).pointee.a }
      guard graph.at(phi).pointee.operation == .phi, graph.at(phi).pointee.block == loop.header, graph.at(phi).pointee.type.isInteger,
        let step = loop.step(of: phi, graph), step != 0, step.magnitude <= Self.largestStep,
        !isStepped || graph.arguments(phi)[1 - loop.entering] == test.value,
        !test.limit.exists || graph.constant(test.limit) != nil || !loops.contains(loop.number, order.position(graph.at(test.limit).pointee.block)),
        let (relation, isSigned) = Self.relation(test.operation, isUp: step > 0)
      else { continue }
      self.phi = phi
      start = graph.arguments(phi)[loop.entering]
      type = graph.at(phi).pointee.type
      self.step = step
      limit = test.limit
      self.relation = relation
      self.isSigned = isSigned
      self.isStepped = isStepped
      return
    }
    return nil
  }

  private static func relation(_ operation: Operation, isUp: Bool) -> (Relation, isSigned: Bool)? {
    switch operation {
    case .lessSigned where isUp, .greaterSigned where !isUp: (.strict, true)
    case .lessUnsigned where isUp, .greaterUnsigned where !isUp: (.strict, false)
    case .lessEqualSigned where isUp, .greaterEqualSigned where !isUp: (.inclusive, true)
    case .lessEqualUnsigned where isUp, .greaterEqualUnsigned where !isUp: (.inclusive, false)
    case .notEqual: (.unequal, false)
    default: nil
    }
  }

  /// How far the limit is from the start, if both are constants.
  func knownDistance(_ graph: borrowing Graph) -> UInt64? {
    guard let first = graph.constant(start), let last = limit.exists ? graph.constant(limit) : 0 else { return nil }
    return (last &- first).magnitude
  }
}
