// Rules for and, or, xor, and for the rotations that programs say with them.

extension Graph {
  mutating func simplifyLogic(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y) = (instruction.a, instruction.b)
    if constant(x) != nil { return again(value, instruction.operation, y, x) }
    if x == y { return instruction.operation == .xor ? done(value, constant: 0) : done(value, x) }
    if let number = constant(y) { return simplifyMask(value, instruction, x, number) }
    if instruction.operation == .and {
      if possibleBits(x) & possibleBits(y) == 0 { return done(value, constant: 0) }
      return false
    }
    return simplifyRotation(value, instruction.type, x, y, instruction.operation)
  }

  private mutating func simplifyMask(_ value: Value, _ instruction: Instruction, _ x: Value, _ number: Int64) -> Bool {
    let type = instruction.type
    // Of the same operation with a constant: one constant.
    if let (inner, other) = withConstant(x, instruction.operation) {
      let both = instruction.operation == .and ? number & other : instruction.operation == .or ? number | other : number ^ other
      return again(value, instruction.operation, inner, constant(type, UInt64(bitPattern: both), before: value))
    }
    let mask = UInt64(bitPattern: number) & (type == .i32 ? 0xFFFF_FFFF : UInt64.max)
    switch instruction.operation {
    case .and:
      let possible = possibleBits(x)
      if possible & mask == 0 { return done(value, constant: 0) }
      if possible & ~mask == 0 { return done(value, x) }
      // Of a sum of bits that the mask takes away again.
      if let (inner, other) = withConstant(x, .or), UInt64(bitPattern: other) & mask == 0 { return again(value, .and, inner, instruction.b) }
      if mask == 0xFFFF_FFFF, type == .i64, isOperation(x, .extendSigned) { return again(value, .extendUnsigned, at(x).pointee.a) }
      // What sign extension filled, the mask takes away.
      if isOperation(x, .signExtend8), mask & ~0xFF == 0 { return again(value, .and, at(x).pointee.a, instruction.b) }
      if isOperation(x, .signExtend16), mask & ~0xFFFF == 0 { return again(value, .and, at(x).pointee.a, instruction.b) }
      if isOperation(x, .signExtend32), mask & ~0xFFFF_FFFF == 0 { return again(value, .and, at(x).pointee.a, instruction.b) }
    case .or:
      if number == 0 { return done(value, x) }
      if number == -1 { return done(value, constant: UInt64.max) }
    default:
      if number == 0 { return done(value, x) }
      if number == 1, let inverted = invertedComparison(x) { return again(value, inverted, at(x).pointee.a, at(x).pointee.b) }
    }
    return false
  }

  /// The operation of the comparison that is true where `value`, a comparison, is false.
  func invertedComparison(_ value: Value) -> Operation? {
    at(value).pointee.operation.isComparison ? at(value).pointee.operation.inverted : nil
  }

  /// x << n | x >> (bits - n) → x rotated by n, also with + and ^ if n is a constant.
  mutating func simplifyRotation(_ value: Value, _ type: ValueKind, _ x: Value, _ y: Value, _ operation: Operation) -> Bool {
    var (left, right) = (x, y)
    if isOperation(left, .shiftRightUnsigned) { swap(&left, &right) }
    guard isOperation(left, .shiftLeft), isOperation(right, .shiftRightUnsigned) else { return false }
    let source = at(left).pointee.a
    let (up, down) = (at(left).pointee.b, at(right).pointee.b)
    guard at(right).pointee.a == source else { return false }
    let bits = Int64(type.bits)
    if let count = constant(up), let other = constant(down) {
      guard count & (bits - 1) != 0, (count &+ other) & (bits - 1) == 0 else { return false }
      return again(value, .rotateLeft, source, up)
    }
    guard operation == .or else { return false }
    if isNegation(down, of: up, bits) { return again(value, .rotateLeft, source, up) }
    if isNegation(up, of: down, bits) { return again(value, .rotateRight, source, down) }
    return false
  }

  /// Whether a count is k·bits - `other`.
  private func isNegation(_ count: Value, of other: Value, _ bits: Int64) -> Bool {
    guard isOperation(count, .subtract), at(count).pointee.b == other, let from = constant(at(count).pointee.a) else { return false }
    return from & (bits - 1) == 0
  }
}
