// Exponential, logarithm and power of doubles. The guest has no C library, so they are here: range reduction with a constant in two
// or three parts, then Taylor series. Errors stay below one unit in the last place or so. A power's logarithm is in double-double arithmetic, so
// that powers which are doubles are exact.

enum ElementaryFunctions {
  static let ln2High = 0x1.62e42fee00000p-1
  static let ln2Low = 0x1.a39ef35793c76p-33
  /// What both leave of the logarithm.
  static let ln2Rest = 0x1.cc01f97b57a08p-87

  /// `value * 2^exponent`, also into the subnormal numbers.
  static func scale(_ value: Double, _ exponent: Int) -> Double {
    var (result, rest) = (value, exponent)
    while rest > 1000 {
      result *= 0x1p1000
      rest -= 1000
      if rest > 4000 { return result * .infinity }
    }
    while rest < -1000 {
      // Not to round twice, the last step must be the only one that leaves the normal numbers.
      result *= 0x1p-900
      rest += 900
      if rest < -4000 { return result * 0 }
    }
    if rest < -960 {
      result *= 0x1p-60
      rest += 60
    }
    return result * Double(bitPattern: UInt64(rest + 1023) << 52)
  }

  static func exponential(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.8 { return .infinity }
    if x < -745.2 { return 0 }
    let k = (x * 0x1.71547652b82fep+0).rounded(.toNearestOrEven)
    let high = x - k * ln2High
    let low = k * ln2Low
    let r = high - low
    return scaledExponential(DoubleDouble(r, (high - r) - low), Int(k))
  }

  /// `e^x * 2^exponent`, |x| at most 0.4: before the one rounding the error is below 2^-58 of the result.
  private static func scaledExponential(_ x: DoubleDouble, _ exponent: Int) -> Double {
    let r = x.high
    let square = DoubleDouble.product(r, r)
    let z = square.high
    // (e^r - 1 - r - r^2 / 2) / r^3 by its series, every other term side by side.
    var even = 1.0 / 6_227_020_800
    even = even * z + 1.0 / 39_916_800
    even = even * z + 1.0 / 362_880
    even = even * z + 1.0 / 5040
    even = even * z + 1.0 / 120
    even = even * z + 1.0 / 6
    var odd = 1.0 / 87_178_291_200
    odd = odd * z + 1.0 / 479_001_600
    odd = odd * z + 1.0 / 3_628_800
    odd = odd * z + 1.0 / 40_320
    odd = odd * z + 1.0 / 720
    odd = odd * z + 1.0 / 24
    let rest = r * z * (even + r * odd) + (0.5 * square.low + (x.low + r * x.low))
    // 1 + r + r^2 / 2 + rest, rounded once.
    let inner = DoubleDouble.sum(r, 0.5 * z)
    let outer = DoubleDouble.sum(1, inner.high)
    return scale(outer.high + (outer.low + (inner.low + rest)), exponent)
  }

  /// A positive finite number as `fraction * 2^exponent` with a fraction from sqrt(1/2) to sqrt(2).
  static func decompose(_ x: Double) -> (fraction: Double, exponent: Int) {
    var fraction = x.significand
    var exponent = Int(x.exponent)
    if fraction > 1.4142135623730951 {
      fraction *= 0.5
      exponent += 1
    }
    return (fraction, exponent)
  }

  static func logarithm(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x.isInfinite { return x }
    let (fraction, exponent) = decompose(x)
    let f = fraction - 1
    let k = Double(exponent)
    let s = f / (2 + f)
    let z = s * s
    // log(1 + f) = f - f^2/2 + s (f^2/2 + R), R = sum of 2 z^n / (2n + 1).
    var sum = 2.0 / 23
    sum = sum * z + 2.0 / 21
    sum = sum * z + 2.0 / 19
    sum = sum * z + 2.0 / 17
    sum = sum * z + 2.0 / 15
    sum = sum * z + 2.0 / 13
    sum = sum * z + 2.0 / 11
    sum = sum * z + 2.0 / 9
    sum = sum * z + 2.0 / 7
    sum = sum * z + 2.0 / 5
    sum = sum * z + 2.0 / 3
    let r = sum * z
    let half = 0.5 * f * f
    return k * ln2High - ((half - (s * (half + r) + k * ln2Low)) - f)
  }

  /// `x` to the power `y`, with the special cases of IEEE 754's pow.
  static func power(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let isInteger = isIntegral(y)
    let isOdd = isInteger && y.magnitude < 0x1p53 && Int64(y) & 1 != 0
    if x == 0 || x.isInfinite {
      let isBig = x.isInfinite == (y > 0)
      let result: Double = isBig ? .infinity : 0
      return x.sign == .minus && isOdd ? -result : result
    }
    if y.isInfinite {
      if x.magnitude == 1 { return 1 }
      return (x.magnitude > 1) == (y > 0) ? .infinity : 0
    }
    if x < 0 && !isInteger { return .nan }
    let value = positivePower(x.magnitude, y)
    return x < 0 && isOdd ? -value : value
  }

  private static func positivePower(_ x: Double, _ y: Double) -> Double {
    if x == 1 { return 1 }
    if y == 2 { return x * x }
    let product = preciseLogarithm(x).times(DoubleDouble(y, 0))
    if !(product.high < 709.8) { return .infinity }
    if product.high < -745.2 { return 0 }
    let k = (product.high * 0x1.71547652b82fep+0).rounded(.toNearestOrEven)
    let multiple = DoubleDouble.product(-k, ln2Low)
    let reduced = DoubleDouble.sum(product.high - k * ln2High, product.low).plus(DoubleDouble(multiple.high, multiple.low - k * ln2Rest))
    return scaledExponential(reduced, Int(k))
  }

  /// The logarithm of a positive finite number, with an error below 2^-64 of it.
  private static func preciseLogarithm(_ x: Double) -> DoubleDouble {
    let (fraction, exponent) = decompose(x)
    // log(fraction) = 2 atanh(s) = 2s (1 + z/3 + z^2/5 + ...), of which the first two terms need more than a double.
    let divisor = DoubleDouble.sum(1, fraction)
    let inverse = 1 / divisor.high
    let quotient = (fraction - 1) * inverse
    let back = DoubleDouble.product(quotient, divisor.high)
    let s = DoubleDouble(quotient, (((fraction - 1) - back.high) - back.low - quotient * divisor.low) * inverse)
    let z = s.times(s)
    let square = z.high * z.high
    var even = 1.0 / 21
    even = even * square + 1.0 / 17
    even = even * square + 1.0 / 13
    even = even * square + 1.0 / 9
    even = even * square + 1.0 / 5
    var odd = 1.0 / 23
    odd = odd * square + 1.0 / 19
    odd = odd * square + 1.0 / 15
    odd = odd * square + 1.0 / 11
    odd = odd * square + 1.0 / 7
    let third = z.times(DoubleDouble(0x1.5555555555555p-2, 0x1.5555555555555p-56))
    let twice = DoubleDouble(2 * s.high, 2 * s.low)
    let log = twice.plus(smaller: twice.times(DoubleDouble(third.high, third.low + square * (even + z.high * odd))))
    if exponent == 0 { return log }
    let k = Double(exponent)
    let product = DoubleDouble.product(k, ln2Low)
    return DoubleDouble(k * ln2High, 0).plus(smaller: DoubleDouble(product.high, product.low + k * ln2Rest)).plus(log)
  }
}

/// A number as the unevaluated sum of two doubles (Dekker, "A floating-point technique for extending the available precision").
struct DoubleDouble {
  var high: Double
  var low: Double

  @inline(__always)
  init(_ high: Double, _ low: Double) {
    self.high = high
    self.low = low
  }

  @inline(__always)
  static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    let t = s - a
    return DoubleDouble(s, (a - (s - t)) + (b - t))
  }

  @inline(__always)
  static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let p = a * b
    let ta = 134_217_729 * a
    let (ah, tb) = (ta - (ta - a), 134_217_729 * b)
    let bh = tb - (tb - b)
    let (al, bl) = (a - ah, b - bh)
    return DoubleDouble(p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
  }

  @inline(__always)
  func plus(_ other: DoubleDouble) -> DoubleDouble {
    let s = Self.sum(high, other.high)
    return Self.sum(s.high, s.low + (low + other.low))
  }

  /// The sum with something that is not larger.
  @inline(__always)
  func plus(smaller other: DoubleDouble) -> DoubleDouble {
    let s = high + other.high
    return DoubleDouble(s, ((high - s) + other.high) + (low + other.low))
  }

  @inline(__always)
  func times(_ other: DoubleDouble) -> DoubleDouble {
    let p = Self.product(high, other.high)
    return DoubleDouble(p.high, p.low + (high * other.low + low * other.high))
  }
}
