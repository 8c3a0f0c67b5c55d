// Exact rationals: ratnums in lowest terms with a denominator above 1, together with the integers.
import GuestABI

enum ExactRational {
  @inline(__always)
  static func numerator(_ a: Word) -> Word { a.isRatnum ? a.field(0) : a }
  @inline(__always)
  static func denominator(_ a: Word) -> Word { a.isRatnum ? a.field(1) : .fixnum(1) }

  /// The quotient of exact integers; `b` is not 0.
  static func divide(_ a: Word, _ b: Word) -> Word {
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
    if denominator == .fixnum(1) { return numerator }
    let ratnum = allocateObject(.ratnum, words: 2)
    ratnum.setField(0, numerator)
    ratnum.setField(1, denominator)
    return ratnum
  }

  static func add(_ a: Word, _ b: Word) -> Word { combine(a, b, ExactInteger.add) }
  static func subtract(_ a: Word, _ b: Word) -> Word { combine(a, b, ExactInteger.subtract) }

  private static func combine(_ a: Word, _ b: Word, _ operation: (Word, Word) -> Word) -> Word {
    let (da, db) = (denominator(a), denominator(b))
    let left = ExactInteger.multiply(numerator(a), db)
    let right = ExactInteger.multiply(numerator(b), da)
    let below = ExactInteger.multiply(da, db)
    if left == Constant.unwind || right == Constant.unwind || below == Constant.unwind { return Constant.unwind }
    return divide(operation(left, right), below)
  }

  static func multiply(_ a: Word, _ b: Word) -> Word {
    quotient(
      ExactInteger.multiply(numerator(a), numerator(b)), ExactInteger.multiply(denominator(a), denominator(b)))
  }

  /// `a / b`; `b` is not 0.
  static func divideRationals(_ a: Word, _ b: Word) -> Word {
    quotient(
      ExactInteger.multiply(numerator(a), denominator(b)), ExactInteger.multiply(denominator(a), numerator(b)))
  }

  private static func quotient(_ a: Word, _ b: Word) -> Word {
    if a == Constant.unwind || b == Constant.unwind { return Constant.unwind }
    return divide(a, b)
  }

  static func compare(_ a: Word, _ b: Word) -> Int {
    ExactInteger.compare(
      ExactInteger.multiply(numerator(a), denominator(b)), ExactInteger.multiply(numerator(b), denominator(a)))
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
