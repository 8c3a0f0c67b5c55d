// The code before a loop that asks whether the addresses of all its iterations are within memory.
//
// The counter goes from its start to its last number in equal steps. How many there are follows from the distance between the two, if no step wraps around:
// which is asked for, too. An address is then its first one and so many times its growth, as numbers without bound: what the machine computes is
// the same if that is within memory. All this is in 64 bits, which hold what can come out; distances of i64 counters that are too large for that are
// refused.

import RawCollections

/// What is asked about sums with the same terms.
struct BoundsQuestion {
  var sum: LinearSum
  /// The memory with this index; none: the sum has to be extended.
  var memory: UInt32?
  /// If it is to be extended.
  var isSigned = false
  /// What is added to the terms: the first byte of the lowest address, and what comes after the last byte of the highest.
  var least: Int64
  var most: Int64
}

struct LoopQuestions {
  private let counter: LoopCounter
  /// What comes after the code.
  private let end: Value
  /// The answer so far; none: yes.
  private var answer = Value.none
  private var isNo = false
  /// From the counter's first number to its last, an i64 value or a constant.
  private var distance = Number(constant: 0)

  /// A value, or a constant.
  private struct Number {
    var value = Value.none
    var constant: Int64 = 0
  }

  /// Adds the code before an instruction; an i32: whether all questions are answered with yes. nil: certainly not.
  static func answer(_ questions: [BoundsQuestion], _ counter: LoopCounter, _ graph: inout Graph, before end: Value) -> Value? {
    var code = LoopQuestions(counter: counter, end: end)
    code.count(&graph)
    for question in questions { code.ask(question, &graph) }
    if code.isNo { return nil }
    return code.answer.exists ? code.answer : graph.constant(.i32, 1, before: end)
  }

  private init(counter: LoopCounter, end: Value) {
    self.counter = counter
    self.end = end
  }

  // MARK: The counter

  /// Computes the distance.
  private mutating func count(_ graph: inout Graph) {
    let type = counter.type
    let isUp = counter.step > 0
    let size = Int64(counter.step.magnitude)
    let start = number(counter.start, graph)
    let limit = counter.limit.exists ? number(counter.limit, graph) : Number()
    // The last number with which the loop is repeated, and the last one that the phi has.
    let repeated = counter.relation == .strict ? sum(limit, isUp ? -1 : 1, type, &graph) : limit
    var last = repeated
    if counter.relation == .unequal {
      if counter.isStepped { last = sum(limit, -counter.step, type, &graph) }
    } else if !counter.isStepped {
      last = sum(repeated, counter.step, type, &graph)
    }
    var far = isUp ? difference(last, start, type, &graph) : difference(start, last, type, &graph)
    if counter.relation == .unequal {
      if size > 1 { requireMultiple(far, of: size, type, &graph) }
    } else {
      requireOrder(isUp ? start : last, isUp ? last : start, isSigned: counter.isSigned, type, &graph)
      // One step further does not wrap around: the limit itself does not, and what is repeated with is not far from it.
      if counter.relation == .inclusive || size > 1 { requireRoom(beyond: repeated, size, isUp: isUp, &graph) }
    }
    if type == .i32 {
      far = extended(far, isSigned: false, &graph)
    } else {
      requireOrder(far, Number(constant: 1 << 46), isSigned: false, .i64, &graph)
    }
    distance = far
  }

  /// Asks whether a number and `size` more (or less, going down) is a number of the counter's type.
  private mutating func requireRoom(beyond number: Number, _ size: Int64, isUp: Bool, _ graph: inout Graph) {
    let is32 = counter.type == .i32
    let lowest = counter.isSigned ? (is32 ? Int64(Int32.min) : Int64.min) : 0
    let highest = counter.isSigned ? (is32 ? Int64(Int32.max) : Int64.max) : (is32 ? Int64(UInt32.max) : -1)
    let last = isUp ? highest - size : lowest + size
    let bound = Number(constant: is32 ? Int64(Int32(truncatingIfNeeded: last)) : last)
    requireOrder(isUp ? number : bound, isUp ? bound : number, isSigned: counter.isSigned, counter.type, &graph)
  }

  // MARK: Addresses

  private mutating func ask(_ question: BoundsQuestion, _ graph: inout Graph) {
    let first = first(question.sum, plus: question.least, &graph)
    let isWide = question.sum.type == .i64
    // Without a memory, the sum has to stay a number of 32 bits.
    let isSigned = question.memory == nil && question.isSigned
    let low = isWide ? first : extended(first, isSigned: isSigned, &graph)
    let way = distance(times: Int64(question.sum.growth.magnitude), &graph)
    let lowest = isSigned ? Int64(Int32.min) : 0
    var high = question.memory.map { Number(value: size($0, &graph)) } ?? Number(constant: isSigned ? 1 << 31 : 1 << 32)
    high = sum(high, -(question.most - question.least), .i64, &graph)
    if question.sum.growth >= 0 {
      requireOrder(low, difference(high, way, .i64, &graph), isSigned: true, .i64, &graph)
      if isWide { requireOrder(Number(constant: lowest), low, isSigned: true, .i64, &graph) }
    } else {
      requireOrder(low, high, isSigned: true, .i64, &graph)
      requireOrder(sum(way, lowest, .i64, &graph), low, isSigned: true, .i64, &graph)
    }
  }

  /// The sum in the first iteration, with this constant in place of its own.
  private mutating func first(_ sum: LinearSum, plus constant: Int64, _ graph: inout Graph) -> Number {
    var total = Number()
    for term in sum.terms {
      total = self.sum(total, product(number(term.value, graph), term.factor, sum.type, &graph), sum.type, &graph)
    }
    for part in sum.extended {
      let first = first(part.sum, plus: part.sum.constant, &graph)
      let wide = extended(first, isSigned: part.isSigned, &graph)
      total = self.sum(total, product(wide, part.factor, .i64, &graph), .i64, &graph)
    }
    return self.sum(total, constant, sum.type, &graph)
  }

  /// How much grows by `growth` with each step of the counter in all; at least.
  private func distance(times growth: Int64, _ graph: inout Graph) -> Number {
    if growth == 0 { return Number() }
    let step = Int64(counter.step.magnitude)
    if step == 1 { return product(distance, growth, .i64, &graph) }
    if counter.relation == .unequal, growth % step == 0 { return product(distance, growth / step, .i64, &graph) }
    guard distance.value.exists else { return Number(constant: distance.constant / step * growth) }
    let isPower = step & (step - 1) == 0
    let steps = operation(isPower ? .shiftRightUnsigned : .divideUnsigned, distance, isPower ? Int64(step.trailingZeroBitCount) : step, .i64, &graph)
    return product(steps, growth, .i64, &graph)
  }

  /// Bytes of a memory.
  private func size(_ memory: UInt32, _ graph: inout Graph) -> Value {
    let shape = graph.module.memories[Int(memory)]
    let type = ValueKind(shape.indexType)
    var pages = insert(Instruction(.memorySize, type, index: memory), &graph)
    if type == .i32 { pages = insert(Instruction(.extendUnsigned, .i64, pages), &graph) }
    return operation(.shiftLeft, Number(value: pages), Int64(shape.pageSizeLog2), .i64, &graph).value
  }

  // MARK: Numbers

  private func number(_ value: Value, _ graph: borrowing Graph) -> Number {
    graph.constant(value).map { Number(constant: $0) } ?? Number(value: value)
  }

  private func value(_ number: Number, _ type: ValueKind, _ graph: inout Graph) -> Value {
    number.value.exists ? number.value : graph.constant(type, UInt64(bitPattern: number.constant), before: end)
  }

  /// A constant cut to its type, sign-extended.
  private func constant(_ number: Int64, _ type: ValueKind) -> Number {
    Number(constant: type == .i32 ? Int64(Int32(truncatingIfNeeded: number)) : number)
  }

  private func sum(_ left: Number, _ right: Number, _ type: ValueKind, _ graph: inout Graph) -> Number {
    guard right.value.exists else { return sum(left, right.constant, type, &graph) }
    guard left.value.exists else { return sum(right, left.constant, type, &graph) }
    return Number(value: insert(Instruction(.add, type, left.value, right.value), &graph))
  }

  private func sum(_ left: Number, _ right: Int64, _ type: ValueKind, _ graph: inout Graph) -> Number {
    guard left.value.exists else { return constant(left.constant &+ right, type) }
    return right == 0 ? left : operation(.add, left, right, type, &graph)
  }

  private func difference(_ left: Number, _ right: Number, _ type: ValueKind, _ graph: inout Graph) -> Number {
    guard right.value.exists else { return sum(left, 0 &- right.constant, type, &graph) }
    return Number(value: insert(Instruction(.subtract, type, value(left, type, &graph), right.value), &graph))
  }

  private func product(_ number: Number, _ factor: Int64, _ type: ValueKind, _ graph: inout Graph) -> Number {
    guard number.value.exists else { return constant(number.constant &* factor, type) }
    if factor == 1 { return number }
    if factor == -1 { return difference(Number(), number, type, &graph) }
    let isPower = factor > 0 && factor & (factor - 1) == 0
    return operation(isPower ? .shiftLeft : .multiply, number, isPower ? Int64(factor.trailingZeroBitCount) : factor, type, &graph)
  }

  private func operation(_ operation: Operation, _ number: Number, _ constant: Int64, _ type: ValueKind, _ graph: inout Graph) -> Number {
    let constant = graph.constant(type, UInt64(bitPattern: constant), before: end)
    return Number(value: insert(Instruction(operation, type, number.value, constant), &graph))
  }

  private func extended(_ number: Number, isSigned: Bool, _ graph: inout Graph) -> Number {
    guard number.value.exists else {
      return Number(constant: isSigned ? Int64(Int32(truncatingIfNeeded: number.constant)) : Int64(UInt32(truncatingIfNeeded: number.constant)))
    }
    return Number(value: insert(Instruction(isSigned ? .extendSigned : .extendUnsigned, .i64, number.value), &graph))
  }

  private func insert(_ instruction: Instruction, _ graph: inout Graph) -> Value {
    var instruction = instruction
    instruction.wasmOffset = graph.at(end).pointee.wasmOffset
    return graph.insert(instruction, before: end)
  }

  // MARK: Questions

  /// Asks for left ≤ right.
  private mutating func requireOrder(_ left: Number, _ right: Number, isSigned: Bool, _ type: ValueKind, _ graph: inout Graph) {
    if !left.value.exists, !right.value.exists {
      func bits(_ number: Int64) -> UInt64 { type == .i32 ? UInt64(UInt32(truncatingIfNeeded: number)) : UInt64(bitPattern: number) }
      if isSigned ? left.constant > right.constant : bits(left.constant) > bits(right.constant) { isNo = true }
      return
    }
    let (first, second) = (value(left, type, &graph), value(right, type, &graph))
    require(insert(Instruction(isSigned ? .lessEqualSigned : .lessEqualUnsigned, .i32, first, second), &graph), &graph)
  }

  private mutating func requireMultiple(_ number: Number, of size: Int64, _ type: ValueKind, _ graph: inout Graph) {
    guard number.value.exists else {
      let bits = type == .i32 ? UInt64(UInt32(truncatingIfNeeded: number.constant)) : UInt64(bitPattern: number.constant)
      if bits % UInt64(size) != 0 { isNo = true }
      return
    }
    let isPower = size & (size - 1) == 0
    let rest = operation(isPower ? .and : .remainderUnsigned, number, isPower ? size - 1 : size, type, &graph)
    let zero = graph.constant(type, 0, before: end)
    require(insert(Instruction(.equal, .i32, rest.value, zero), &graph), &graph)
  }

  private mutating func require(_ condition: Value, _ graph: inout Graph) {
    answer = answer.exists ? insert(Instruction(.and, .i32, answer, condition), &graph) : condition
  }
}
