// An address in a loop as a sum that grows by the same number in each iteration: of multiples of what does not change in the loop, and of phis that a constant is
// added to. All of it is modulo 2ⁿ, as the machine computes it.

struct LinearSum: Equatable {
  /// So many times a value from before the loop.
  struct Term: Equatable {
    var value: Value
    var factor: Int64
  }

  /// An i32 sum that has been extended to be part of an i64 one: as good as its first number and its growth as long as it does not wrap around.
  struct Extended: Equatable {
    var sum: LinearSum
    var isSigned: Bool
    var factor: Int64
  }

  /// What it is in the first iteration, but for the constant: phis count with what they start with.
  private(set) var terms: [Term] = []
  private(set) var extended: [Extended] = []
  private(set) var constant: Int64 = 0
  /// What each iteration adds.
  private(set) var growth: Int64 = 0
  private(set) var type: ValueKind

  /// Of factors and growth: so many times 2⁴⁶ do not overflow.
  private static var largestFactor: Int64 { 1 << 14 }
  private static var largestConstant: Int64 { 1 << 48 }
  private static var mostTerms: Int { 4 }
  private static var mostDepth: Int { 8 }

  /// nil: the value is no such sum.
  init?(
    _ value: Value, _ loop: CountedLoop, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, depth: Int = 0
  ) {
    type = graph.at(value).pointee.type
    guard add(value, 1, loop, graph, order, loops, depth), growth.magnitude <= Self.largestFactor, terms.count + extended.count <= Self.mostTerms
    else { return nil }
  }

  /// Whether both have the same terms and the same growth.
  func isParallel(to other: LinearSum) -> Bool { growth == other.growth && terms == other.terms && extended == other.extended && type == other.type }

  private mutating func add(
    _ value: Value, _ factor: Int64, _ loop: CountedLoop, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops,
    _ depth: Int
  ) -> Bool {
    graph.work.spend(1)
    guard factor.magnitude <= Self.largestFactor, depth < Self.mostDepth else { return false }
    if let number = graph.constant(value) { return add(constant: number, factor) }
    let instruction = graph.at(value).pointee
    guard instruction.type.isInteger else { return false }
    if !loops.contains(loop.number, order.position(instruction.block)) { return add(Term(value: value, factor: factor)) }
    switch instruction.operation {
    case .phi:
      guard instruction.block == loop.header, let step = loop.step(of: value, graph), step.magnitude <= Self.largestFactor else { return false }
      growth += step * factor
      let start = graph.arguments(value)[loop.entering]
      return graph.constant(start).map { add(constant: $0, factor) } ?? add(Term(value: start, factor: factor))
    case .add, .subtract:
      return add(instruction.a, factor, loop, graph, order, loops, depth + 1)
        && add(instruction.b, instruction.operation == .add ? factor : -factor, loop, graph, order, loops, depth + 1)
    case .multiply:
      guard let number = graph.constant(instruction.b), number.magnitude <= Self.largestFactor else { return false }
      return add(instruction.a, factor * number, loop, graph, order, loops, depth + 1)
    case .shiftLeft:
      guard let count = graph.constant(instruction.b), count >= 0, count <= 14 else { return false }
      return add(instruction.a, factor << count, loop, graph, order, loops, depth + 1)
    case .extendSigned, .extendUnsigned:
      guard let sum = LinearSum(instruction.a, loop, graph, order, loops, depth: depth + 1) else { return false }
      growth += sum.growth * factor
      extended.append(Extended(sum: sum, isSigned: instruction.operation == .extendSigned, factor: factor))
      return true
    default: return false
    }
  }

  private mutating func add(constant number: Int64, _ factor: Int64) -> Bool {
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow, product.magnitude <= Self.largestConstant else { return false }
    constant += product
    return constant.magnitude <= Self.largestConstant
  }

  private mutating func add(_ term: Term) -> Bool {
    for index in terms.indices where terms[index].value == term.value {
      terms[index].factor += term.factor
      return terms[index].factor.magnitude <= Self.largestFactor
    }
    terms.append(term)
    return terms.count <= Self.mostTerms
  }
}
