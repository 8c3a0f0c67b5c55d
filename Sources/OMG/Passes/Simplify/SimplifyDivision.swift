// Division and remainder by constants without dividing (Granlund and Montgomery: Division by Invariant Integers using Multiplication; Warren:
// Hacker's Delight). With N bits and a divisor d that is no power of 2:
//
//     unsigned: x / d = (x * m) >> (N + s), for m = 2^(N+s) / d + 1 with s as large as m < 2^N allows, if d - 2^(N+s) mod d <= 2^s.
//               Otherwise factors 2 of an even d are taken out first; an odd one needs a multiplier of N + 1 bits.
//     signed:   the same with one bit less, and 1 more for negative x.
//
// Products of 32-bit numbers are taken in 64 bits; those of 64-bit ones with multiplyHigh.

extension Graph {
  mutating func simplifyDivision(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    guard let divisor = constant(instruction.b), divisor != 0 else { return false }
    let type = instruction.type
    let (x, y) = (instruction.a, instruction.b)
    let unsigned = UInt64(bitPattern: divisor) & (type == .i32 ? 0xFFFF_FFFF : UInt64.max)
    if !target.hasMultiplyHigh, type == .i64, divisor.magnitude & (divisor.magnitude - 1) != 0 { return false }
    switch instruction.operation {
    case .divideUnsigned:
      if unsigned == 1 { return done(value, x) }
      if possibleBits(x) < unsigned { return done(value, constant: 0) }
      return done(value, unsignedQuotient(value, type, x, unsigned))
    case .remainderUnsigned:
      if possibleBits(x) < unsigned { return done(value, x) }
      if unsigned & (unsigned - 1) == 0 { return again(value, .and, x, constant(type, unsigned - 1, before: value)) }
      return again(value, .subtract, x, simplified(.multiply, type, unsignedQuotient(value, type, x, unsigned), y, before: value))
    case .divideSigned:
      if divisor == 1 { return done(value, x) }
      if divisor == -1 { return false }
      if divisor > 0, isNeverNegative(x) { return again(value, .divideUnsigned, x, y) }
      return done(value, signedQuotient(value, type, x, divisor))
    default:
      if divisor == 1 || divisor == -1 { return done(value, constant: 0) }
      if divisor > 0, isNeverNegative(x) { return again(value, .remainderUnsigned, x, y) }
      let magnitude = type == .i32 ? divisor.magnitude & 0xFFFF_FFFF : divisor.magnitude
      if magnitude & (magnitude - 1) == 0 {
        // Without the part above: (x + bias) & -2^k is what the quotient stands for.
        let biased = simplified(.add, type, x, bias(value, type, x, magnitude), before: value)
        let whole = simplified(.and, type, biased, constant(type, 0 &- magnitude, before: value), before: value)
        return again(value, .subtract, x, whole)
      }
      return again(value, .subtract, x, simplified(.multiply, type, signedQuotient(value, type, x, divisor), y, before: value))
    }
  }

  // MARK: Unsigned

  private mutating func unsignedQuotient(_ value: Value, _ type: ValueKind, _ x: Value, _ divisor: UInt64) -> Value {
    if divisor & (divisor - 1) == 0 { return shifted(value, .shiftRightUnsigned, type, x, divisor.trailingZeroBitCount) }
    let bits = type.bits
    let (multiplier, shift, isExact) = Self.multiplier(divisor, bits)
    if isExact { return scaled(value, type, x, multiplier, shift) }
    if divisor & 1 == 0 {
      // The dividend has fewer bits then, and any multiplier will do.
      let zeros = divisor.trailingZeroBitCount
      let (multiplier, shift, _) = Self.multiplier(divisor >> UInt64(zeros), bits)
      return scaled(value, type, shifted(value, .shiftRightUnsigned, type, x, zeros), multiplier, shift)
    }
    if type == .i32 {
      // 2^64 / d is exact enough for dividends of 32 bits.
      let wide = simplified(.extendUnsigned, .i64, x, before: value)
      let factor = constant(.i64, UInt64.max / divisor + 1, before: value)
      return simplified(.wrap, .i32, insert(.multiplyHighUnsigned, .i64, wide, factor, before: value), before: value)
    }
    // The multiplier is 2^64 + m: x·m / 2^64 and x together, without losing the carry.
    let (_, low, shift65) = Self.longMultiplier(divisor)
    let part = insert(.multiplyHighUnsigned, .i64, x, constant(.i64, low, before: value), before: value)
    let rest = insert(.subtract, .i64, x, part, before: value)
    let half = shifted(value, .shiftRightUnsigned, .i64, rest, 1)
    return shifted(value, .shiftRightUnsigned, .i64, insert(.add, .i64, half, part, before: value), shift65)
  }

  /// x * multiplier >> (bits + shift), unsigned.
  private mutating func scaled(_ value: Value, _ type: ValueKind, _ x: Value, _ multiplier: UInt64, _ shift: Int) -> Value {
    let factor = constant(.i64, multiplier, before: value)
    if type == .i32 {
      let wide = simplified(.extendUnsigned, .i64, x, before: value)
      let product = insert(.multiply, .i64, wide, factor, before: value)
      return simplified(.wrap, .i32, shifted(value, .shiftRightUnsigned, .i64, product, 32 + shift), before: value)
    }
    return shifted(value, .shiftRightUnsigned, .i64, insert(.multiplyHighUnsigned, .i64, x, factor, before: value), shift)
  }

  /// m and s as above, and whether they are exact for all dividends of `bits` bits.
  private static func multiplier(_ divisor: UInt64, _ bits: Int) -> (UInt64, Int, Bool) {
    let shift = 63 - divisor.leadingZeroBitCount
    let (quotient, remainder) =
      bits == 32
      ? (UInt64(1) << UInt64(32 + shift)).quotientAndRemainder(dividingBy: divisor)
      : divisor.dividingFullWidth((UInt64(1) << UInt64(shift), 0))
    return (quotient + 1, shift, divisor - remainder <= UInt64(1) << UInt64(shift))
  }

  /// The low 64 bits of 2^(64+l) / d + 1 for 2^(l-1) < d < 2^l, which has 65 bits, and l - 1.
  private static func longMultiplier(_ divisor: UInt64) -> (Int, UInt64, Int) {
    let length = 64 - divisor.leadingZeroBitCount
    // 2^64 * (2^l - d) / d + 1; 2^l may be 2^64.
    let excess = length == 64 ? 0 &- divisor : (UInt64(1) << UInt64(length)) - divisor
    return (length, divisor.dividingFullWidth((excess, 0)).quotient &+ 1, length - 1)
  }

  // MARK: Signed

  private mutating func signedQuotient(_ value: Value, _ type: ValueKind, _ x: Value, _ divisor: Int64) -> Value {
    let bits = type.bits
    let magnitude = type == .i32 ? divisor.magnitude & 0xFFFF_FFFF : divisor.magnitude
    if magnitude & (magnitude - 1) == 0 {
      let biased = simplified(.add, type, x, bias(value, type, x, magnitude), before: value)
      let quotient = shifted(value, .shiftRightSigned, type, biased, magnitude.trailingZeroBitCount)
      return divisor > 0 ? quotient : simplified(.subtract, type, constant(type, 0, before: value), quotient, before: value)
    }
    let quotient: Value
    if type == .i32 {
      let shift = 32 - magnitude.leadingZeroBitCount + 32
      let factor = (UInt64(1) << UInt64(31 + shift)) / magnitude + 1
      let wide = simplified(.extendSigned, .i64, x, before: value)
      let product = insert(.multiply, .i64, wide, constant(.i64, factor, before: value), before: value)
      quotient = simplified(.wrap, .i32, shifted(value, .shiftRightSigned, .i64, product, 31 + shift), before: value)
    } else {
      quotient = wideSignedQuotient(value, x, magnitude)
    }
    // Rounded down so far: 1 more for negative dividends.
    let sign = shifted(value, .shiftRightSigned, type, x, bits - 1)
    return divisor > 0
      ? simplified(.subtract, type, quotient, sign, before: value) : simplified(.subtract, type, sign, quotient, before: value)
  }

  /// The quotient, rounded down, of an i64.
  private mutating func wideSignedQuotient(_ value: Value, _ x: Value, _ magnitude: UInt64) -> Value {
    // ⌈log2 d⌉, at least 2.
    let length = 64 - magnitude.leadingZeroBitCount
    // One bit less may be exact, and then the multiplier is positive.
    let (quotient, remainder) = magnitude.dividingFullWidth((UInt64(1) << UInt64(length - 2), 0))
    if magnitude - remainder <= UInt64(1) << UInt64(length - 1), quotient < UInt64(1) << 63 - 1 {
      let high = insert(.multiplyHighSigned, .i64, x, constant(.i64, quotient + 1, before: value), before: value)
      return shifted(value, .shiftRightSigned, .i64, high, length - 2)
    }
    let factor = magnitude.dividingFullWidth((UInt64(1) << UInt64(length - 1), 0)).quotient + 1
    let high = insert(.multiplyHighSigned, .i64, x, constant(.i64, factor, before: value), before: value)
    // The multiplier is taken for factor - 2^64: x has to be added.
    return shifted(value, .shiftRightSigned, .i64, insert(.add, .i64, high, x, before: value), length - 1)
  }

  /// 2^k - 1 for negative x, otherwise 0.
  private mutating func bias(_ value: Value, _ type: ValueKind, _ x: Value, _ magnitude: UInt64) -> Value {
    let zeros = magnitude.trailingZeroBitCount
    let sign = shifted(value, .shiftRightSigned, type, x, zeros == 1 ? 0 : type.bits - 1)
    return shifted(value, .shiftRightUnsigned, type, sign, type.bits - zeros)
  }

  private mutating func shifted(_ value: Value, _ operation: Operation, _ type: ValueKind, _ x: Value, _ count: Int) -> Value {
    if count == 0 { return x }
    return simplified(operation, type, x, constant(type, UInt64(count), before: value), before: value)
  }
}
