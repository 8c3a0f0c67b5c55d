// Exact rationals: ratnums in lowest terms with a denominator above 1, together with the integers.
import GuestABI

enum ExactRational {
  @inline(__always)
  static func numerator(_ a: Word) -> Word { a.isRatnum ? a.field(0) : a }
  @inline(__always)
  static func denominator(_ a: Word) -> Word { a.isRatnum ? a.field(1) : .fixnum(1) }

  /// The numerator and the denominator, if both have less than 32 bits: then sums of products do not overflow.
  @inline(__always)
  private static func small(_ a: Word) -> (numerator: Int64, denominator: Int64)? {
    let (n, d) = (numerator(a), denominator(a))
    if (n | d) & Tag.mask != 0 { return nil }
    if n.fixnumValue.magnitude >> 31 != 0 || d.fixnumValue >> 31 != 0 { return nil }
    return (n.fixnumValue, d.fixnumValue)
  }

  /// The ratio of small numbers, the denominator being positive.
  private static func reduce(_ numerator: Int64, _ denominator: Int64) -> Word {
    let divisor = Int64(ExactInteger.commonDivisor(numerator.magnitude, denominator.magnitude))
    // It is 0 where both are, as after long work has been given up.
    if divisor <= 1 { return makeReduced(ExactInteger.make(numerator), ExactInteger.make(denominator)) }
    return makeReduced(ExactInteger.make(numerator / divisor), ExactInteger.make(denominator / divisor))
  }

  /// The quotient of exact integers; `b` is not 0.
  static func divide(_ a: Word, _ b: Word) -> Word {
    if (a | b) & Tag.mask == 0 {
      let (x, y) = (a.fixnumValue, b.fixnumValue)
      return y < 0 ? reduce(-x, -y) : reduce(x, y)
    }
    let divisor = ExactInteger.gcd(a, b)
    var numerator = a
    var denominator = b
    if divisor != .fixnum(1) {
      numerator = ExactInteger.divide(a, divisor).quotient
      denominator = ExactInteger.divide(b, divisor).quotient
    }
    if ExactInteger.isNegative(denominator) {
      numerator = ExactInteger.negate(numerator)
      denominator = ExactInteger.negate(denominator)
    }
    return makeReduced(numerator, denominator)
  }

  /// The ratio of integers without a common divisor, the denominator being positive. Either may be `unwind`.
  private static func makeReduced(_ numerator: Word, _ denominator: Word) -> Word {
    if numerator == Constant.unwind || denominator == Constant.unwind { return Constant.unwind }
    if denominator == .fixnum(1) { return numerator }
    let ratnum = allocateObject(.ratnum, words: 2)
    ratnum.initializeField(0, numerator)
    ratnum.initializeField(1, denominator)
    return ratnum
  }

  static func add(_ a: Word, _ b: Word) -> Word {
    guard let (n, d) = small(a), let (m, e) = small(b) else { return combine(a, b, ExactInteger.add) }
    return reduce(n * e + m * d, d * e)
  }
  static func subtract(_ a: Word, _ b: Word) -> Word {
    guard let (n, d) = small(a), let (m, e) = small(b) else { return combine(a, b, ExactInteger.subtract) }
    return reduce(n * e - m * d, d * e)
  }

  /// Knuth, The Art of Computer Programming, 4.5.1: only what the denominators have in common can be cancelled.
  private static func combine(_ a: Word, _ b: Word, _ operation: (Word, Word) -> Word) -> Word {
    let (da, db) = (denominator(a), denominator(b))
    let common = ExactInteger.gcd(da, db)
    let restA = quotient(da, common)
    let left = ExactInteger.multiply(numerator(a), quotient(db, common))
    let right = ExactInteger.multiply(numerator(b), restA)
    if left == Constant.unwind || right == Constant.unwind { return Constant.unwind }
    let sum = operation(left, right)
    if sum == 0 { return sum }
    let cancelled = common == .fixnum(1) ? common : ExactInteger.gcd(sum, common)
    return makeReduced(quotient(sum, cancelled), ExactInteger.multiply(restA, quotient(db, cancelled)))
  }

  /// `a / b` where nothing remains.
  private static func quotient(_ a: Word, _ b: Word) -> Word { b == .fixnum(1) ? a : ExactInteger.divide(a, b).quotient }

  static func multiply(_ a: Word, _ b: Word) -> Word {
    if let (n, d) = small(a), let (m, e) = small(b) { return reduce(n * m, d * e) }
    return product(numerator(a), denominator(a), numerator(b), denominator(b))
  }

  /// `a / b`; `b` is not 0.
  static func divideRationals(_ a: Word, _ b: Word) -> Word {
    if isNegative(b) {
      return product(
        ExactInteger.negate(numerator(a)), denominator(a), denominator(b), ExactInteger.negate(numerator(b)))
    }
    return product(numerator(a), denominator(a), denominator(b), numerator(b))
  }

  /// `(a / b) * (c / d)`, each in lowest terms: what can be cancelled is cancelled crosswise before the multiplication.
  private static func product(_ a: Word, _ b: Word, _ c: Word, _ d: Word) -> Word {
    let (first, second) = (ExactInteger.gcd(a, d), ExactInteger.gcd(c, b))
    if a == 0 || c == 0 { return 0 }
    return makeReduced(
      ExactInteger.multiply(quotient(a, first), quotient(c, second)),
      ExactInteger.multiply(quotient(b, second), quotient(d, first)))
  }

  static func compare(_ a: Word, _ b: Word) -> Int {
    if let (n, d) = small(a), let (m, e) = small(b) {
      let (x, y) = (n * e, m * d)
      return x < y ? -1 : x == y ? 0 : 1
    }
    // These products may be longer than any result.
    func product(_ x: Word, _ y: Word) -> Word { ExactInteger.multiply(x, y, maximumLimbs: 2 * Bignum.maximumLimbs + 2) }
    return ExactInteger.compare(product(numerator(a), denominator(b)), product(numerator(b), denominator(a)))
  }

  static func isNegative(_ a: Word) -> Bool { ExactInteger.isNegative(numerator(a)) }

  static func toDouble(_ a: Word) -> Double {
    a.isRatnum ? ratioToDouble(a.field(0), a.field(1)) : integerToDouble(a)
  }

  /// The integer below, above, towards zero or nearest (ties to even).
  static func round(_ a: Word, _ rule: FloatingPointRoundingRule) -> Word {
    if !a.isRatnum { return a }
    let below = ExactInteger.floorDivide(a.field(0), a.field(1)).quotient
    switch rule {
    case .down: return below
    case .up: return ExactInteger.add(below, .fixnum(1))
    case .towardZero: return isNegative(a) ? ExactInteger.add(below, .fixnum(1)) : below
    default:
      let twice = multiply(subtract(a, below), .fixnum(2))
      let order = compare(twice, .fixnum(1))
      let up = order > 0 || (order == 0 && ExactInteger.isOdd(below))
      return up ? ExactInteger.add(below, .fixnum(1)) : below
    }
  }
}
