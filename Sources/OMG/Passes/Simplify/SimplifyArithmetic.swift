// Rules for addition, subtraction and multiplication, modulo 2^n.

extension Graph {
  mutating func simplifyArithmetic(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y) = (instruction.a, instruction.b)
    if instruction.operation.commutes, constant(x) != nil { return again(value, instruction.operation, y, x) }
    switch instruction.operation {
    case .add: return simplifyAdd(value, instruction.type, x, y)
    case .subtract: return simplifySubtract(value, instruction.type, x, y)
    default: return simplifyMultiply(value, instruction.type, x, y)
    }
  }

  private mutating func simplifyAdd(_ value: Value, _ type: ValueKind, _ x: Value, _ y: Value) -> Bool {
    if let number = constant(y) {
      if number == 0 { return done(value, x) }
      // (x + c) + d → x + (c + d)
      if let (inner, other) = withConstant(x, .add) {
        return again(value, .add, inner, constant(type, UInt64(bitPattern: other &+ number), before: value))
      }
      // (c - x) + d → (c + d) - x
      if isOperation(x, .subtract), let other = constant(at(x).pointee.a) {
        return again(value, .subtract, constant(type, UInt64(bitPattern: other &+ number), before: value), at(x).pointee.b)
      }
      return false
    }
    // (x - y) + y → x, 0 - y → x - y
    if isOperation(x, .subtract) {
      if at(x).pointee.b == y { return done(value, at(x).pointee.a) }
      if constant(at(x).pointee.a) == 0 { return again(value, .subtract, y, at(x).pointee.b) }
    }
    if isOperation(y, .subtract) {
      if at(y).pointee.b == x { return done(value, at(y).pointee.a) }
      if constant(at(y).pointee.a) == 0 { return again(value, .subtract, x, at(y).pointee.b) }
    }
    return simplifyRotation(value, type, x, y, .add)
  }

  private mutating func simplifySubtract(_ value: Value, _ type: ValueKind, _ x: Value, _ y: Value) -> Bool {
    if x == y { return done(value, constant: 0) }
    if let number = constant(y) { return again(value, .add, x, constant(type, UInt64(bitPattern: 0 &- number), before: value)) }
    if let number = constant(x) {
      // c - (x + d) → (c - d) - x, c - (d - x) → x + (c - d)
      if let (inner, other) = withConstant(y, .add) {
        return again(value, .subtract, constant(type, UInt64(bitPattern: number &- other), before: value), inner)
      }
      if isOperation(y, .subtract), let other = constant(at(y).pointee.a) {
        return again(value, .add, at(y).pointee.b, constant(type, UInt64(bitPattern: number &- other), before: value))
      }
      return false
    }
    if isOperation(x, .add) {
      if at(x).pointee.a == y { return done(value, at(x).pointee.b) }
      if at(x).pointee.b == y { return done(value, at(x).pointee.a) }
    }
    if isOperation(y, .subtract) {
      if at(y).pointee.a == x { return done(value, at(y).pointee.b) }
      if constant(at(y).pointee.a) == 0 { return again(value, .add, x, at(y).pointee.b) }
    }
    return false
  }

  private mutating func simplifyMultiply(_ value: Value, _ type: ValueKind, _ x: Value, _ y: Value) -> Bool {
    guard let number = constant(y) else { return false }
    if number == 0 { return done(value, constant: 0) }
    if number == 1 { return done(value, x) }
    if number == -1 { return again(value, .subtract, constant(type, 0, before: value), x) }
    let bits = UInt64(bitPattern: number) & (type == .i32 ? 0xFFFF_FFFF : UInt64.max)
    if bits & (bits - 1) == 0 { return again(value, .shiftLeft, x, constant(type, UInt64(bits.trailingZeroBitCount), before: value)) }
    if let (inner, other) = withConstant(x, .multiply) {
      return again(value, .multiply, inner, constant(type, UInt64(bitPattern: number &* other), before: value))
    }
    if let (inner, count) = withCount(x, .shiftLeft) {
      let factor = UInt64(bitPattern: number) << UInt64(count)
      return again(value, .multiply, inner, constant(type, factor, before: value))
    }
    return false
  }
}
