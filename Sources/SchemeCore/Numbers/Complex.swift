// Complex numbers of doubles and their elementary functions, with the branch cuts of R7RS 6.2.6. A zero's sign says on which side of a cut a number is
// (Kahan, "Branch cuts for complex elementary functions", 1987, whose formulas for the inverse functions these are).

struct Complex {
  let real: Double
  let imaginary: Double

  init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  var isZero: Bool { real == 0 && imaginary == 0 }

  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  /// Smith's method (Communications of the ACM 5, 1962): no intermediate result is much larger than the quotient.
  static func / (a: Complex, b: Complex) -> Complex {
    if b.real.magnitude >= b.imaginary.magnitude {
      let ratio = b.imaginary / b.real
      let scale = b.real + b.imaginary * ratio
      return Complex((a.real + a.imaginary * ratio) / scale, (a.imaginary - a.real * ratio) / scale)
    }
    let ratio = b.real / b.imaginary
    let scale = b.real * ratio + b.imaginary
    return Complex((a.real * ratio + a.imaginary) / scale, (a.imaginary * ratio - a.real) / scale)
  }

  private var conjugate: Complex { Complex(real, -imaginary) }

  // MARK: Magnitude, root

  private var larger: Double { max(real.magnitude, imaginary.magnitude) }
  private var smaller: Double { min(real.magnitude, imaginary.magnitude) }

  var magnitude: Double {
    if real.isInfinite || imaginary.isInfinite { return .infinity }
    if larger == 0 || larger.isNaN || smaller.isNaN { return larger + smaller }
    if larger < 0x1p500 && larger > 0x1p-450 { return (real * real + imaginary * imaginary).squareRoot() }
    let ratio = smaller / larger
    return larger * (1 + ratio * ratio).squareRoot()
  }

  var angle: Double { ElementaryFunctions.arcTangent(imaginary, real) }

  /// The principal root: its real part is not negative.
  var squareRoot: Complex {
    if isZero { return Complex(0, imaginary) }
    if imaginary.isInfinite { return Complex(.infinity, imaginary) }
    // Powers of 4 keep the sum of real part and magnitude among the normal doubles.
    let isLarge = larger > 0x1p1000
    let isSmall = larger < 0x1p-900
    let scale = isLarge ? 0x1p-4 : isSmall ? 0x1p200 : 1
    let scaled = Complex(real * scale, imaginary * scale)
    let half = ((scaled.real.magnitude + scaled.magnitude) / 2).squareRoot()
    let other = scaled.imaginary.magnitude / (2 * half)
    let back = isLarge ? 0x1p2 : isSmall ? 0x1p-100 : 1
    if real >= 0 { return Complex(half * back, Double(signOf: imaginary, magnitudeOf: other) * back) }
    return Complex(other * back, Double(signOf: imaginary, magnitudeOf: half) * back)
  }

  // MARK: Exponential and logarithm

  var exponential: Complex {
    // Half of the power at a time, since the whole may be infinite where the product is not.
    let isLarge = real > 700
    let power = ElementaryFunctions.exponential(isLarge ? real / 2 : real)
    let factor = isLarge ? power : 1
    let sine = imaginary == 0 ? imaginary : power * ElementaryFunctions.sine(imaginary) * factor
    return Complex(power * ElementaryFunctions.cosine(imaginary) * factor, sine)
  }

  var logarithm: Complex {
    let size = magnitude
    // Near 1 the logarithm of the magnitude is that of 1 and a small number, which is known better.
    if size > 0.5 && size < 2 {
      let excess = (larger - 1) * (larger + 1) + smaller * smaller
      return Complex(ElementaryFunctions.logarithm(onePlus: excess) / 2, angle)
    }
    if size.isFinite && size > 0x1p-1000 || size == 0 { return Complex(ElementaryFunctions.logarithm(size), angle) }
    if real.isInfinite || imaginary.isInfinite || size.isNaN { return Complex(size, angle) }
    let ratio = smaller / larger
    return Complex(ElementaryFunctions.logarithm(larger) + ElementaryFunctions.logarithm(onePlus: ratio * ratio) / 2, angle)
  }

  /// The number to a power, by logarithm and exponential.
  func power(_ exponent: Complex) -> Complex { (exponent * logarithm).exponential }

  /// The number to the power of an integer, by squaring.
  func power(_ exponent: Int) -> Complex {
    var result = Complex(1, 0)
    var square = self
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 != 0 { result = result * square }
      rest >>= 1
      if rest > 0 { square = square * square }
    }
    return exponent < 0 ? Complex(1, 0) / result : result
  }

  // MARK: Trigonometric functions

  var sine: Complex {
    Complex(
      ElementaryFunctions.sine(real) * ElementaryFunctions.hyperbolicCosine(imaginary),
      ElementaryFunctions.cosine(real) * ElementaryFunctions.hyperbolicSine(imaginary))
  }

  var cosine: Complex {
    Complex(
      ElementaryFunctions.cosine(real) * ElementaryFunctions.hyperbolicCosine(imaginary),
      -ElementaryFunctions.sine(real) * ElementaryFunctions.hyperbolicSine(imaginary))
  }

  var tangent: Complex {
    if imaginary.magnitude > 350 { return Complex(Double(signOf: real, magnitudeOf: 0), imaginary < 0 ? -1 : 1) }
    let tangent = ElementaryFunctions.tangent(real)
    let secant = 1 + tangent * tangent
    let sine = ElementaryFunctions.hyperbolicSine(imaginary)
    let cosine = (1 + sine * sine).squareRoot()
    let below = 1 + secant * sine * sine
    return Complex(tangent / below, secant * cosine * sine / below)
  }

  private var rootOfOneLess: Complex { Complex(1 - real, -imaginary).squareRoot }
  private var rootOfOneMore: Complex { Complex(1 + real, imaginary).squareRoot }

  var arcSine: Complex {
    let (less, more) = (rootOfOneLess, rootOfOneMore)
    return Complex(
      ElementaryFunctions.arcTangent(real, (less * more).real),
      ElementaryFunctions.inverseHyperbolicSine((less.conjugate * more).imaginary))
  }

  var arcCosine: Complex {
    let (less, more) = (rootOfOneLess, rootOfOneMore)
    return Complex(
      2 * ElementaryFunctions.arcTangent(less.real, more.real),
      ElementaryFunctions.inverseHyperbolicSine((more.conjugate * less).imaginary))
  }

  /// (log(1 + iz) - log(1 - iz)) / 2i
  var arcTangent: Complex {
    let turn = ElementaryFunctions.arcTangent(real, 1 - imaginary) + ElementaryFunctions.arcTangent(real, 1 + imaginary)
    let below = 1 - imaginary.magnitude
    let ratio = 4 * imaginary.magnitude / (real * real + below * below)
    return Complex(turn / 2, Double(signOf: imaginary, magnitudeOf: ElementaryFunctions.logarithm(onePlus: ratio) / 4))
  }
}

extension ElementaryFunctions {
  /// `log(1 + x)`, also where 1 + x loses most of x.
  static func logarithm(onePlus x: Double) -> Double {
    let sum = 1 + x
    if sum == 1 { return x }
    if sum.isInfinite { return sum }
    // The quotient makes good for what the sum has lost.
    return logarithm(sum) * (x / (sum - 1))
  }

  static func hyperbolicSine(_ x: Double) -> Double {
    let size = x.magnitude
    if size < 0.5 {
      let square = x * x
      var sum = 1.0 / 6_227_020_800
      sum = sum * square + 1.0 / 39_916_800
      sum = sum * square + 1.0 / 362_880
      sum = sum * square + 1.0 / 5040
      sum = sum * square + 1.0 / 120
      sum = sum * square + 1.0 / 6
      return x + x * square * sum
    }
    let value = halfExponential(size) - 0.5 * exponential(-size)
    return x < 0 ? -value : value
  }

  static func hyperbolicCosine(_ x: Double) -> Double { halfExponential(x.magnitude) + 0.5 * exponential(-x.magnitude) }

  /// `e^x / 2`, also where e^x is infinite.
  private static func halfExponential(_ x: Double) -> Double {
    if x < 700 { return 0.5 * exponential(x) }
    let root = exponential(x / 2)
    return 0.5 * root * root
  }

  static func inverseHyperbolicSine(_ x: Double) -> Double {
    let size = x.magnitude
    if size > 0x1p28 { return Double(signOf: x, magnitudeOf: logarithm(size) + 0x1.62e42fefa39efp-1) }
    let square = size * size
    return Double(signOf: x, magnitudeOf: logarithm(onePlus: size + square / (1 + (1 + square).squareRoot())))
  }
}
