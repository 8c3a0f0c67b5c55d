// Rules for shifts and rotations. Counts are taken modulo the number of bits.

extension Graph {
  mutating func simplifyShift(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let type = instruction.type
    let (x, y) = (instruction.a, instruction.b)
    let low = Int64(type.bits - 1)
    guard let number = constant(y) else { return simplifyCount(value, instruction, low) }
    let count = number & low
    if count == 0 { return done(value, x) }
    if count != number { return again(value, instruction.operation, x, constant(type, UInt64(count), before: value)) }
    if constant(x) == 0 { return done(value, constant: 0) }
    switch instruction.operation {
    case .shiftLeft: return simplifyShiftLeft(value, type, x, count)
    case .shiftRightUnsigned: return simplifyShiftRight(value, type, x, count)
    case .shiftRightSigned: return simplifyShiftSigned(value, type, x, count)
    case .rotateRight: return again(value, .rotateLeft, x, constant(type, UInt64(low + 1 - count), before: value))
    default:
      guard let (inner, other) = withCount(x, .rotateLeft) else { return false }
      return again(value, .rotateLeft, inner, constant(type, UInt64((count + other) & low), before: value))
    }
  }

  private mutating func simplifyShiftLeft(_ value: Value, _ type: ValueKind, _ x: Value, _ count: Int64) -> Bool {
    let all: UInt64 = type == .i32 ? 0xFFFF_FFFF : UInt64.max
    if let (inner, other) = withCount(x, .shiftLeft) {
      if count + other >= type.bits { return done(value, constant: 0) }
      return again(value, .shiftLeft, inner, constant(type, UInt64(count + other), before: value))
    }
    // Up what has been shifted down: the low bits are lost.
    for operation in [Operation.shiftRightUnsigned, .shiftRightSigned] {
      if let (inner, other) = withCount(x, operation), other == count {
        return again(value, .and, inner, constant(type, all << UInt64(count), before: value))
      }
    }
    return false
  }

  private mutating func simplifyShiftRight(_ value: Value, _ type: ValueKind, _ x: Value, _ count: Int64) -> Bool {
    let all: UInt64 = type == .i32 ? 0xFFFF_FFFF : UInt64.max
    if possibleBits(x) >> UInt64(count) == 0 { return done(value, constant: 0) }
    if let (inner, other) = withCount(x, .shiftRightUnsigned) {
      return again(value, .shiftRightUnsigned, inner, constant(type, UInt64(count + other), before: value))
    }
    if let (inner, other) = withCount(x, .shiftLeft), other == count {
      return again(value, .and, inner, constant(type, all >> UInt64(count), before: value))
    }
    return false
  }

  private mutating func simplifyShiftSigned(_ value: Value, _ type: ValueKind, _ x: Value, _ count: Int64) -> Bool {
    if let (inner, other) = withCount(x, .shiftRightSigned) {
      return again(value, .shiftRightSigned, inner, constant(type, UInt64(min(count + other, Int64(type.bits - 1))), before: value))
    }
    // Up and down: sign extension.
    if let (inner, other) = withCount(x, .shiftLeft), other == count {
      switch Int64(type.bits) - count {
      case 8: return again(value, .signExtend8, inner)
      case 16: return again(value, .signExtend16, inner)
      case 32: return again(value, .signExtend32, inner)
      default: break
      }
    }
    if isNeverNegative(x) { return again(value, .shiftRightUnsigned, x, at(value).pointee.b) }
    return false
  }

  /// `a` and the count of an instruction that is this shift by a constant.
  func withCount(_ value: Value, _ operation: Operation) -> (Value, Int64)? {
    withConstant(value, operation).map { ($0.0, $0.1 & Int64(at(value).pointee.type.bits - 1)) }
  }

  /// Of a count only the low bits matter: no mask of them, no sign of a multiple of the number of bits.
  private mutating func simplifyCount(_ value: Value, _ instruction: Instruction, _ low: Int64) -> Bool {
    let count = instruction.b
    if let (inner, mask) = withConstant(count, .and), mask & low == low { return again(value, instruction.operation, instruction.a, inner) }
    if let (inner, number) = withConstant(count, .add), number & low == 0 { return again(value, instruction.operation, instruction.a, inner) }
    if isOperation(count, .subtract), let from = constant(at(count).pointee.a), from != 0, from & low == 0 {
      let zero = constant(instruction.type, 0, before: value)
      let negated = insert(.subtract, instruction.type, zero, at(count).pointee.b, before: value)
      return again(value, instruction.operation, instruction.a, negated)
    }
    return false
  }
}
