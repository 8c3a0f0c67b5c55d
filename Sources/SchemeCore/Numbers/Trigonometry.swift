// Trigonometric functions and their inverses. Arguments are reduced modulo pi/2: with pi/2 in three parts for moderate ones, with 2/pi to
// 1280 bits for large ones (Payne and Hanek's method). Then Taylor series.

extension ElementaryFunctions {
  static func sine(_ x: Double) -> Double {
    if !x.isFinite { return .nan }
    if x.magnitude < 0x1p-27 { return x }
    let (quadrant, high, low) = reduce(x)
    switch quadrant & 3 {
    case 0: return sineSeries(high, low)
    case 1: return cosineSeries(high, low)
    case 2: return -sineSeries(high, low)
    default: return -cosineSeries(high, low)
    }
  }

  static func cosine(_ x: Double) -> Double {
    if !x.isFinite { return .nan }
    let (quadrant, high, low) = reduce(x)
    switch quadrant & 3 {
    case 0: return cosineSeries(high, low)
    case 1: return -sineSeries(high, low)
    case 2: return -cosineSeries(high, low)
    default: return sineSeries(high, low)
    }
  }

  static func tangent(_ x: Double) -> Double {
    if !x.isFinite { return .nan }
    if x.magnitude < 0x1p-27 { return x }
    let (quadrant, high, low) = reduce(x)
    let (s, c) = (sineSeries(high, low), cosineSeries(high, low))
    return quadrant & 1 == 0 ? s / c : -c / s
  }

  /// The sine of `x + y`, |x| at most pi/4, y the lost part.
  private static func sineSeries(_ x: Double, _ y: Double) -> Double {
    let z = x * x
    var r = 1.0 / 355_687_428_096_000
    r = r * z - 1.0 / 1_307_674_368_000
    r = r * z + 1.0 / 6_227_020_800
    r = r * z - 1.0 / 39_916_800
    r = r * z + 1.0 / 362_880
    r = r * z - 1.0 / 5040
    r = r * z + 1.0 / 120
    let v = z * x
    return x - ((z * (0.5 * y - v * r) - y) + v * (1.0 / 6))
  }

  private static func cosineSeries(_ x: Double, _ y: Double) -> Double {
    let z = x * x
    var r = -1.0 / 6_402_373_705_728_000
    r = r * z + 1.0 / 20_922_789_888_000
    r = r * z - 1.0 / 87_178_291_200
    r = r * z + 1.0 / 479_001_600
    r = r * z - 1.0 / 3_628_800
    r = r * z + 1.0 / 40_320
    r = r * z - 1.0 / 720
    r = r * z + 1.0 / 24
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + (z * z * r - x * y))
  }

  /// `x = quadrant * pi/2 + high + low`, |high| at most pi/4 or so.
  private static func reduce(_ x: Double) -> (quadrant: Int, high: Double, low: Double) {
    if x.magnitude < 0x1.921fb54442d18p-1 { return (0, x, 0) }
    if x.magnitude > 500_000 { return reduceLarge(x) }
    let k = (x * 0x1.45f306dc9c883p-1).rounded(.toNearestOrEven)
    // The first two products are exact.
    let t = x - k * 0x1.921fb54400000p+0
    let w = k * 0x1.0b4611a600000p-34
    let r = t - w
    let lost = ((t - r) - w) - k * 0x1.3198a2e037073p-69
    let high = r + lost
    return (Int(k), high, (r - high) + lost)
  }

  /// 64 bits of 2/pi after the binary point's `position`-th place.
  private static func twoOverPi(_ position: Int) -> UInt64 {
    let digits: StaticString =
      "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361d"
    func nibble(_ index: Int) -> UInt64 {
      if index < 0 || index >= digits.utf8CodeUnitCount { return 0 }
      let byte = digits.utf8Start[index]
      return UInt64(byte < 58 ? byte - 48 : byte - 87)
    }
    let first = position >> 2
    let shift = UInt64(position & 3)
    var bits: UInt64 = 0
    for index in 0..<16 { bits = bits << 4 | nibble(first + index) }
    return shift == 0 ? bits : bits << shift | nibble(first + 16) >> (4 - shift)
  }

  private static func reduceLarge(_ x: Double) -> (quadrant: Int, high: Double, low: Double) {
    let mantissa = x.magnitude.bitPattern & (1 << 52 - 1) | 1 << 52
    let exponent = Int(x.magnitude.bitPattern >> 52) - 1075
    // x * 2/pi modulo 4, as 192 bits, two of them before the point: what lies higher in 2/pi gives multiples of 4.
    let start = exponent - 2
    let p2 = twoOverPi(start + 128).multipliedFullWidth(by: mantissa)
    let p1 = twoOverPi(start + 64).multipliedFullWidth(by: mantissa)
    let (r1, carry) = p1.low.addingReportingOverflow(p2.high)
    let r0 = twoOverPi(start) &* mantissa &+ p1.high &+ (carry ? 1 : 0)
    var quadrant = Int(r0 >> 62)
    var high = r0 << 2 | r1 >> 62
    var low = r1 << 2 | p2.low >> 62
    let isAbove = high >> 63 != 0
    if isAbove {
      quadrant += 1
      (high, low) = (~high, ~low)
    }
    // The fraction's first 53 significant bits, and what follows.
    let zeros = high.leadingZeroBitCount
    if zeros > 0 && zeros < 64 { (high, low) = (high << UInt64(zeros) | low >> UInt64(64 - zeros), low << UInt64(zeros)) }
    let top = Double(high >> 11) * scale(1, -53 - zeros)
    let rest = (Double(high & 0x7FF) * 0x1p-64 + Double(low) * 0x1p-128) * scale(1, -zeros)
    let product = DoubleDouble.product(top, 0x1.921fb54442d18p+0)
    let value = DoubleDouble.sum(product.high, product.low + (top * 0x1.1a62633145c07p-54 + rest * 0x1.921fb54442d18p+0))
    var sign = isAbove ? -1.0 : 1.0
    if x < 0 {
      sign = -sign
      quadrant = -quadrant
    }
    return (quadrant, sign * value.high, sign * value.low)
  }

  // MARK: Inverses

  static func arcTangent(_ x: Double) -> Double {
    if x.isNaN { return x }
    let magnitude = x.magnitude
    let value: Double
    if magnitude < 0.4375 {
      if magnitude < 0x1p-27 { return x }
      value = arcTangentSeries(magnitude, 0, 0)
    } else if magnitude < 0.6875 {
      value = arcTangentSeries((2 * magnitude - 1) / (2 + magnitude), 0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56)
    } else if magnitude < 1.1875 {
      value = arcTangentSeries((magnitude - 1) / (magnitude + 1), 0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55)
    } else if magnitude < 2.4375 {
      value = arcTangentSeries((magnitude - 1.5) / (1 + 1.5 * magnitude), 0x1.f730bd281f69bp-1, 0x1.007887af0cbbdp-56)
    } else {
      value = arcTangentSeries(-1 / magnitude, 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54)
    }
    return x < 0 ? -value : value
  }

  /// `high + low + atan(t)`, |t| below 7/16.
  private static func arcTangentSeries(_ t: Double, _ high: Double, _ low: Double) -> Double {
    let z = t * t
    var sum = 0.0
    var n = 45.0
    while n >= 3 {
      sum = 1 / n - z * sum
      n -= 2
    }
    let correction = t * z * sum
    return high == 0 ? t - correction : high - ((correction - low) - t)
  }

  static func arcTangent(_ y: Double, _ x: Double) -> Double {
    if x.isNaN || y.isNaN { return .nan }
    let pi = 0x1.921fb54442d18p+1
    let sign: Double = y.sign == .minus ? -1 : 1
    if y == 0 { return x.sign == .minus ? sign * pi : y }
    if x == 0 { return sign * pi / 2 }
    if x.isInfinite {
      if y.isInfinite { return sign * (x > 0 ? pi / 4 : 3 * pi / 4) }
      return x > 0 ? sign * 0 : sign * pi
    }
    if y.isInfinite { return sign * pi / 2 }
    let angle = arcTangent(y.magnitude / x.magnitude)
    return sign * (x > 0 ? angle : pi - (angle - 0x1.1a62633145c07p-53))
  }

  static func arcSine(_ x: Double) -> Double {
    if x.magnitude > 1 { return .nan }
    if x.magnitude < 0x1p-27 { return x }
    return arcTangent(x, ((1 - x) * (1 + x)).squareRoot())
  }

  static func arcCosine(_ x: Double) -> Double {
    if x.magnitude > 1 { return .nan }
    return arcTangent(((1 - x) * (1 + x)).squareRoot(), x)
  }
}
