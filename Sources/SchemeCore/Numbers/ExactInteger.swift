// Exact integers: fixnums and bignums under one set of operations. Operands are known to be exact integers. Results that would be
// too long are errors: an operation then returns `Constant.unwind`.
import GuestABI

enum ExactInteger {
  /// The integer of a machine number.
  @inline(__always)
  static func make(_ value: Int64) -> Word {
    if Word.fitsFixnum(value) { return .fixnum64(value) }
    return Bignum.from(magnitude: value.magnitude, negative: value < 0)
  }
  static func make(_ value: UInt64) -> Word {
    if value < 1 << 60 { return .fixnum64(Int64(value)) }
    return Bignum.from(magnitude: value, negative: false)
  }

  @inline(__always)
  static func isNegative(_ a: Word) -> Bool { a.isFixnum ? Int64(bitPattern: a) < 0 : Bignum.isNegative(a) }
  @inline(__always)
  static func isOdd(_ a: Word) -> Bool { a.isFixnum ? a & 8 != 0 : Bignum.limbs(a)[0] & 1 != 0 }

  static func sign(_ a: Word) -> Int { a == 0 ? 0 : isNegative(a) ? -1 : 1 }

  static func add(_ a: Word, _ b: Word) -> Word {
    if (a | b) & Tag.mask == 0 { return make(a.fixnumValue &+ b.fixnumValue) }
    return sum(Bignum.from(a), Bignum.from(b), negateB: false)
  }

  static func subtract(_ a: Word, _ b: Word) -> Word {
    if (a | b) & Tag.mask == 0 { return make(a.fixnumValue &- b.fixnumValue) }
    return sum(Bignum.from(a), Bignum.from(b), negateB: true)
  }

  private static func sum(_ a: Word, _ b: Word, negateB: Bool) -> Word {
    let negativeA = Bignum.isNegative(a)
    let negativeB = Bignum.isNegative(b) != negateB
    let (x, y) = (Bignum.limbs(a), Bignum.limbs(b))
    if negativeA == negativeB {
      let result = Bignum.make(limbs: max(x.count, y.count) + 1)
      Limbs.add(x, y, to: Bignum.limbs(result))
      return Bignum.normalized(result, negative: negativeA)
    }
    if Limbs.compare(x, y) >= 0 {
      let result = Bignum.make(limbs: x.count)
      Limbs.subtract(x, y, to: Bignum.limbs(result))
      return Bignum.normalized(result, negative: negativeA)
    }
    let result = Bignum.make(limbs: y.count)
    Limbs.subtract(y, x, to: Bignum.limbs(result))
    return Bignum.normalized(result, negative: negativeB)
  }

  static func negate(_ a: Word) -> Word { subtract(.fixnum(0), a) }
  static func absolute(_ a: Word) -> Word { isNegative(a) ? negate(a) : a }

  static func multiply(_ a: Word, _ b: Word) -> Word { multiply(a, b, maximumLimbs: Bignum.maximumLimbs) }

  /// The product, if it is not too long.
  static func multiply(_ a: Word, _ b: Word, maximumLimbs: Int) -> Word {
    if (a | b) & Tag.mask == 0 {
      let (x, y) = (a.fixnumValue, b.fixnumValue)
      if Int64(Int32(truncatingIfNeeded: x)) == x && Int64(Int32(truncatingIfNeeded: y)) == y { return make(x &* y) }
      return product(x.magnitude, y.magnitude, negative: (x < 0) != (y < 0))
    }
    if a == 0 || b == 0 { return 0 }
    let (x, y) = (Bignum.from(a), Bignum.from(b))
    let (m, n) = (Bignum.limbs(x), Bignum.limbs(y))
    if m.count + n.count > maximumLimbs { return raiseTooLong() }
    let result = Bignum.make(limbs: m.count + n.count)
    if a == b {
      Multiplication.square(m.base, m.count, to: Bignum.limbs(result).base)
    } else {
      Multiplication.multiply(m.base, m.count, n.base, n.count, to: Bignum.limbs(result).base)
    }
    return Bignum.normalized(result, negative: Bignum.isNegative(x) != Bignum.isNegative(y))
  }

  private static func product(_ x: UInt64, _ y: UInt64, negative: Bool) -> Word {
    let (high, low) = wideProduct(x, y)
    if high == 0 && low >> 63 == 0 { return make(negative ? -Int64(low) : Int64(low)) }
    let result = Bignum.make(limbs: high == 0 ? 1 : 2)
    Bignum.limbs(result)[0] = low
    if high != 0 { Bignum.limbs(result)[1] = high }
    Bignum.setSign(result, negative: negative, count: high == 0 ? 1 : 2)
    return result
  }

  @inline(never)
  static func raiseTooLong() -> Word { raiseError(.implementationLimit, "the result is too long an integer") }

  /// Quotient rounded towards zero, and the remainder with the sign of `a`. `b` is not 0, unless long work has been given up.
  static func divide(_ a: Word, _ b: Word) -> (quotient: Word, remainder: Word) {
    if (a | b) & Tag.mask == 0 {
      let (x, y) = (a.fixnumValue, b.fixnumValue)
      if y == 0 { return (.fixnum(0), .fixnum(0)) }
      return (make(x / y), .fixnum64(x % y))
    }
    if LongWork.isAbandoned { return (.fixnum(0), .fixnum(0)) }
    let (x, y) = (Bignum.from(a), Bignum.from(b))
    let (m, n) = (Bignum.limbs(x), Bignum.limbs(y))
    let negativeA = Bignum.isNegative(x)
    let negativeQuotient = negativeA != Bignum.isNegative(y)
    if Limbs.compare(m, n) < 0 { return (.fixnum(0), a) }
    if n.count == 1 {
      let quotient = Bignum.make(limbs: m.count)
      let remainder = make(m.divide(by: n[0], to: Bignum.limbs(quotient)))
      return (Bignum.normalized(quotient, negative: negativeQuotient), negativeA ? negate(remainder) : remainder)
    }
    // Shift both so that the divisor's highest bit is set.
    let shift = n[n.count - 1].leadingZeroBitCount
    let remainder = Bignum.make(limbs: m.count + 1)
    m.shiftLeft(shift, to: Bignum.limbs(remainder))
    let divisor = Bignum.make(limbs: n.count + 1)
    n.shiftLeft(shift, to: Bignum.limbs(divisor))
    let quotient = Bignum.make(limbs: m.count + 1 - n.count)
    // The dividend's new highest limb keeps the quotient from having one more limb.
    _ = Division.divide(
      Bignum.limbs(remainder).base, m.count + 1, by: Bignum.limbs(divisor).base, n.count, quotient: Bignum.limbs(quotient).base)
    let rest = Bignum.limbs(remainder)
    rest.shiftRight(shift, to: rest)
    return (
      Bignum.normalized(quotient, negative: negativeQuotient), Bignum.normalized(remainder, negative: negativeA)
    )
  }

  /// Quotient rounded down, and the remainder with the sign of `b`. `b` is not 0.
  static func floorDivide(_ a: Word, _ b: Word) -> (quotient: Word, remainder: Word) {
    let (quotient, remainder) = divide(a, b)
    if remainder != 0 && isNegative(remainder) != isNegative(b) {
      return (subtract(quotient, .fixnum(1)), add(remainder, b))
    }
    return (quotient, remainder)
  }

  /// -1, 0 or 1.
  static func compare(_ a: Word, _ b: Word) -> Int {
    if (a | b) & Tag.mask == 0 { return a == b ? 0 : Int64(bitPattern: a) < Int64(bitPattern: b) ? -1 : 1 }
    let (negativeA, negativeB) = (isNegative(a), isNegative(b))
    if negativeA != negativeB { return negativeA ? -1 : 1 }
    // A bignum's magnitude is larger than any fixnum's.
    let magnitudes = a.isFixnum ? -1 : b.isFixnum ? 1 : Limbs.compare(Bignum.limbs(a), Bignum.limbs(b))
    return negativeA ? -magnitudes : magnitudes
  }

  /// Greatest common divisor, not negative.
  static func gcd(_ a: Word, _ b: Word) -> Word {
    var (x, y) = (absolute(a), absolute(b))
    while y != 0 && !LongWork.isAbandoned {
      if (x | y) & Tag.mask == 0 {
        var (m, n) = (x.fixnumValue, y.fixnumValue)
        while n != 0 { (m, n) = (n, m % n) }
        return make(m)
      }
      // After one division both have the same length, and then no new numbers are made.
      if !x.isFixnum && !y.isFixnum && (bitCount(x) - bitCount(y)).magnitude < 32 { return GreatestCommonDivisor.find(x, y) }
      (x, y) = (y, divide(x, y).remainder)
    }
    return x
  }

  /// `a` to the power of a non-negative machine number.
  static func power(_ a: Word, _ exponent: UInt64) -> Word {
    if a == .fixnum(2) {
      if exponent >= UInt64(Bignum.maximumBits) { return raiseTooLong() }
      return shiftLeft(.fixnum(1), Int(exponent))
    }
    // A base of n bits gives at least (n - 1) * exponent bits.
    let (bits, overflow) = UInt64(max(bitCount(a) - 1, 0)).multipliedReportingOverflow(by: exponent)
    if overflow || bits > UInt64(Bignum.maximumBits) { return raiseTooLong() }
    var result: Word = .fixnum(1)
    var base = a
    var rest = exponent
    while rest > 0 {
      if rest & 1 != 0 {
        result = multiply(result, base)
        if result == Constant.unwind { return result }
      }
      rest >>= 1
      if rest > 0 {
        if (base == .fixnum(1) || base == 0) { return result == .fixnum(1) ? base : multiply(result, base) }
        base = multiply(base, base)
        if base == Constant.unwind { return base }
      }
    }
    return result
  }

  /// `a * 2^bits`, `bits` not negative and within the limit.
  static func shiftLeft(_ a: Word, _ bits: Int) -> Word {
    if a == 0 || bits == 0 { return a }
    let source = Bignum.from(a)
    let limbs = Bignum.limbs(source)
    let result = Bignum.make(limbs: limbs.count + bits / 64 + 1)
    limbs.shiftLeft(bits, to: Bignum.limbs(result))
    return Bignum.normalized(result, negative: Bignum.isNegative(source))
  }

  /// The number of bits of the magnitude.
  static func bitCount(_ a: Word) -> Int {
    a.isFixnum ? 64 - a.fixnumValue.magnitude.leadingZeroBitCount : Bignum.limbs(a).bitCount
  }

  /// The largest integer whose square is not above `a`, which is not negative.
  static func squareRoot(_ a: Word) -> Word { squareRootAndRest(a).root }

  /// The square root rounded down, and what is left of `a` when its square is taken away. (Zimmermann, "Karatsuba Square Root", 1999.)
  static func squareRootAndRest(_ a: Word) -> (root: Word, rest: Word) {
    if a.isFixnum {
      let value = a.fixnumValue
      var root = Int64(Double(value).squareRoot())
      while root &* root > value { root -= 1 }
      while (root + 1) &* (root + 1) <= value { root += 1 }
      return (.fixnum64(root), .fixnum64(value &- root &* root))
    }
    // The root of the upper half gives the upper half of the root; a division the lower one.
    let quarter = (bitCount(a) - 1) / 4
    let (high, highRest) = squareRootAndRest(shiftRight(a, 2 * quarter))
    let (quotient, remainder) = divide(
      add(shiftLeft(highRest, quarter), lowBits(shiftRight(a, quarter), quarter)), shiftLeft(high, 1))
    var root = add(shiftLeft(high, quarter), quotient)
    var rest = subtract(add(shiftLeft(remainder, quarter), lowBits(a, quarter)), multiply(quotient, quotient))
    while isNegative(rest) && !LongWork.isAbandoned {
      rest = add(rest, subtract(shiftLeft(root, 1), .fixnum(1)))
      root = subtract(root, .fixnum(1))
    }
    return (root, rest)
  }

  /// `a / 2^bits` rounded down, for `a` not negative.
  static func shiftRight(_ a: Word, _ bits: Int) -> Word {
    if a.isFixnum { return bits > 60 ? 0 : .fixnum64(a.fixnumValue >> Int64(bits)) }
    let limbs = Bignum.limbs(a)
    let whole = bits >> 6
    if whole >= limbs.count { return 0 }
    let result = Bignum.make(limbs: limbs.count - whole)
    limbs.shiftRight(bits, to: Bignum.limbs(result))
    return Bignum.normalized(result, negative: false)
  }

  /// `a` modulo `2^bits`, for `a` not negative.
  static func lowBits(_ a: Word, _ bits: Int) -> Word {
    if bitCount(a) <= bits { return a }
    let source = Bignum.from(a)
    let count = (bits + 63) >> 6
    let result = Bignum.make(limbs: count)
    let target = Bignum.limbs(result)
    for index in 0..<count { target[index] = Bignum.limbs(source)[index] }
    if bits & 63 != 0 { target[count - 1] = target[count - 1] & (1 << UInt64(bits & 63) - 1) }
    return Bignum.normalized(result, negative: false)
  }
}
