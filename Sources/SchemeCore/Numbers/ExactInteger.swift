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
    if b.isFixnum { return sum(a, b.fixnumValue, negated: false) }
    if a.isFixnum { return sum(b, a.fixnumValue, negated: false) }
    return sum(a, b, negateB: false)
  }

  static func subtract(_ a: Word, _ b: Word) -> Word {
    if (a | b) & Tag.mask == 0 { return make(a.fixnumValue &- b.fixnumValue) }
    if b.isFixnum { return sum(a, -b.fixnumValue, negated: false) }
    if a.isFixnum { return sum(b, -a.fixnumValue, negated: true) }
    return sum(a, b, negateB: true)
  }

  /// `a + b`, or `-(a + b)`, for a bignum and a small number, whose magnitude is not above the bignum's.
  private static func sum(_ a: Word, _ b: Int64, negated: Bool) -> Word {
    let isNegative = Bignum.isNegative(a)
    let x = Bignum.limbs(a)
    let isSum = isNegative == (b < 0)
    let sum = Bignum.make(limbs: isSum ? x.count + 1 : x.count)
    let limbs = Bignum.limbs(sum)
    var carry = b.magnitude
    if isSum {
      for index in 0..<x.count {
        limbs[index] = x[index] &+ carry
        carry = limbs[index] < carry ? 1 : 0
      }
      limbs[x.count] = carry
    } else {
      for index in 0..<x.count {
        limbs[index] = x[index] &- carry
        carry = x[index] < carry ? 1 : 0
      }
    }
    return Bignum.normalized(sum, negative: isNegative != negated)
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
    if b.isFixnum, let product = product(a, b.fixnumValue) { return product }
    if a.isFixnum, let product = product(b, a.fixnumValue) { return product }
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

  /// The product of a bignum of one or two limbs and a small number. (For longer ones the loops pay that work on runs of limbs.)
  private static func product(_ a: Word, _ b: Int64) -> Word? {
    let x = Bignum.limbs(a)
    if x.count > 2 { return nil }
    let product = Bignum.make(limbs: x.count + 1)
    let limbs = Bignum.limbs(product)
    var carry: UInt64 = 0
    for index in 0..<x.count {
      let (high, low) = wideProduct(x[index], b.magnitude)
      limbs[index] = low &+ carry
      carry = high &+ (limbs[index] < low ? 1 : 0)
    }
    limbs[x.count] = carry
    return Bignum.normalized(product, negative: Bignum.isNegative(a) != (b < 0))
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
    if b.isFixnum { return divide(a, by: b.fixnumValue) }
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

  /// The same for a bignum and a small number.
  private static func divide(_ a: Word, by b: Int64) -> (quotient: Word, remainder: Word) {
    let (limbs, isNegative) = (Bignum.limbs(a), Bignum.isNegative(a))
    let quotient = Bignum.make(limbs: limbs.count)
    let remainder = make(limbs.divide(by: b.magnitude, to: Bignum.limbs(quotient)))
    return (Bignum.normalized(quotient, negative: isNegative != (b < 0)), isNegative ? negate(remainder) : remainder)
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
        return .fixnum64(Int64(commonDivisor(UInt64(x.fixnumValue), UInt64(y.fixnumValue))))
      }
      // After one division both have the same length, and then no new numbers are made.
      if !x.isFixnum && !y.isFixnum && (bitCount(x) - bitCount(y)).magnitude < 32 { return GreatestCommonDivisor.find(x, y) }
      (x, y) = (y, divide(x, y).remainder)
    }
    return x
  }

  static func commonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (x, y) = (a, b)
    while (x | y) >> 32 != 0 {
      if y == 0 { return x }
      (x, y) = (y, x % y)
    }
    // Divisions of half the length take half as long, or less.
    var (m, n) = (UInt32(x), UInt32(y))
    while n != 0 { (m, n) = (n, m % n) }
    return UInt64(m)
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
