// Exponential, logarithm and power of doubles. The guest has no C library, so they are here: range reduction with a constant in two
// parts, then Taylor series. Errors stay below one unit in the last place or so; powers are computed in double-double arithmetic.

enum ElementaryFunctions {
  static let ln2High = 0x1.62e42fee00000p-1
  static let ln2Low = 0x1.a39ef35793c76p-33

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
    let lost = (high - r) - low
    // e^r - 1 - r by its series.
    var sum = 1.0 / 87_178_291_200
    sum = sum * r + 1.0 / 6_227_020_800
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    sum = sum * r + 0.5
    // 1 + r + rest, rounded once.
    let inner = DoubleDouble.sum(r, r * r * sum + lost)
    let outer = DoubleDouble.sum(1, inner.high)
    return scale(outer.high + (outer.low + inner.low), Int(k))
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
    // log x in double-double: one step of Newton's method from the double.
    let (fraction, exponent) = decompose(x)
    let estimate = logarithm(fraction)
    let correction = DoubleDouble.exponential(DoubleDouble(-estimate, 0)).times(fraction).plus(-1)
    var log = correction.plus(estimate)
    if exponent != 0 {
      let k = Double(exponent)
      log = log.plus(DoubleDouble(k * 0x1.62e42fee00000p-1, 0)).plus(
        DoubleDouble.product(k, 0x1.a39ef35793c76p-33).plus(k * 0x1.cc01f97b57a08p-87))
    }
    let product = log.times(y)
    if !(product.high < 709.8) { return .infinity }
    if product.high < -745.2 { return 0 }
    let k = (product.high * 0x1.71547652b82fep+0).rounded(.toNearestOrEven)
    let reduced = product.plus(-k * 0x1.62e42fee00000p-1).plus(
      DoubleDouble.product(-k, 0x1.a39ef35793c76p-33).plus(-k * 0x1.cc01f97b57a08p-87))
    let result = DoubleDouble.exponential(reduced)
    return scale(result.high + result.low, Int(k))
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

  func plus(_ other: DoubleDouble) -> DoubleDouble {
    let s = Self.sum(high, other.high)
    let low = s.low + (self.low + other.low)
    return Self.sum(s.high, low)
  }
  func plus(_ other: Double) -> DoubleDouble { plus(DoubleDouble(other, 0)) }

  func times(_ other: DoubleDouble) -> DoubleDouble {
    let p = Self.product(high, other.high)
    return Self.sum(p.high, p.low + (high * other.low + low * other.high))
  }
  func times(_ other: Double) -> DoubleDouble { times(DoubleDouble(other, 0)) }

  func divided(by divisor: Double) -> DoubleDouble {
    let quotient = high / divisor
    let rest = plus(Self.product(-quotient, divisor))
    return Self.sum(quotient, (rest.high + rest.low) / divisor)
  }

  /// e to a power of at most 0.4 or so in magnitude, by the series; 26 terms give about 100 bits.
  static func exponential(_ x: DoubleDouble) -> DoubleDouble {
    var sum = DoubleDouble(1, 0)
    var n = 24.0
    while n > 0 {
      sum = sum.times(x).divided(by: n).plus(1)
      n -= 1
    }
    return sum
  }
}
