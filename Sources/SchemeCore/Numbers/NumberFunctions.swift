// Roots, powers, logarithms and trigonometric functions of any numbers: exact where the result is known to be, else by doubles, and by complex numbers where a
// real function ends. Everything returns a value, or `unwind` after raising an error.
import GuestABI

enum NumberFunctions {
  // MARK: Square root

  static func squareRoot(_ number: Word) -> Word {
    switch NumberKind.of(number) {
    case .none: return raiseWrongType("sqrt", 1, "a number", number)
    case .compnum: return ComplexNumber.squareRoot(number)
    case .flonum:
      let value = number.flonumValue
      return value < 0 ? ComplexNumber.make(Complex(0, (-value).squareRoot())) : makeFlonum(value.squareRoot())
    default:
      if ExactRational.isNegative(number) { return ComplexNumber.make(0, realSquareRoot(genericSubtract(0, number))) }
      return realSquareRoot(number)
    }
  }

  /// The root of an exact number that is not negative.
  private static func realSquareRoot(_ number: Word) -> Word {
    if number == Constant.unwind { return number }
    let (above, below) = (ExactRational.numerator(number), ExactRational.denominator(number))
    let (a, restA) = ExactInteger.squareRootAndRest(above)
    let (b, restB) = ExactInteger.squareRootAndRest(below)
    if restA == 0 && restB == 0 { return ExactRational.divide(a, b) }
    let value = toDouble(number)
    if value.isFinite && value > 0x1p-1000 { return makeFlonum(value.squareRoot()) }
    // Too large or too small for a double, but its root is not. The rounded-down roots have more bits than a double when their squares have so many.
    let bits = 2 * max(0, 200 - ExactInteger.bitCount(above), 200 - ExactInteger.bitCount(below))
    let root = ratioToDouble(
      ExactInteger.squareRoot(ExactInteger.shiftLeft(above, bits)), ExactInteger.squareRoot(ExactInteger.shiftLeft(below, bits)))
    return makeFlonum(root)
  }

  // MARK: Logarithm

  static func logarithm(_ number: Word) -> Word {
    if number == .fixnum(1) { return 0 }
    if number == 0 { return raiseError(.outOfRange, "log", "undefined for", irritants: list(number)) }
    switch NumberKind.of(number) {
    case .none: return raiseWrongType("log", 1, "a number", number)
    case .compnum: return ComplexNumber.make(ComplexNumber.value(number).logarithm)
    case .flonum:
      let value = number.flonumValue
      if value.isNaN || value.sign == .plus { return makeFlonum(ElementaryFunctions.logarithm(value)) }
      return ComplexNumber.make(Complex(ElementaryFunctions.logarithm(-value), ElementaryFunctions.pi))
    default:
      if !ExactRational.isNegative(number) { return makeFlonum(positiveLogarithm(number)) }
      return ComplexNumber.make(Complex(positiveLogarithm(genericSubtract(0, number)), ElementaryFunctions.pi))
    }
  }

  /// The logarithm of an exact positive number, also beyond the doubles.
  private static func positiveLogarithm(_ number: Word) -> Double {
    let value = toDouble(number)
    if value.isFinite && value > 0x1p-1000 { return ElementaryFunctions.logarithm(value) }
    func logarithm(_ integer: Word) -> Double {
      let shift = max(ExactInteger.bitCount(integer) - 64, 0)
      return ElementaryFunctions.logarithm(integerToDouble(ExactInteger.shiftRight(integer, shift))) + Double(shift) * 0x1.62e42fefa39efp-1
    }
    return logarithm(ExactRational.numerator(number)) - logarithm(ExactRational.denominator(number))
  }

  /// `(log number base)`
  static func logarithm(_ number: Word, base: Word) -> Word {
    if !isNumber(base) { return raiseWrongType("log", 2, "a number", base) }
    let above = logarithm(number)
    if above == Constant.unwind { return above }
    let below = logarithm(base)
    if below == Constant.unwind { return below }
    // The logarithm of an exact 1 is an exact 0; what a number is to that base is infinite all the same.
    return genericDivide(above, below == 0 ? makeFlonum(0) : below)
  }

  // MARK: Power

  static func power(_ base: Word, _ exponent: Word) -> Word {
    if base.isFixnum, exponent.isFixnum, let power = fixnumPower(base.fixnumValue, exponent.fixnumValue) { return power }
    if !isNumber(base) { return raiseWrongType("expt", 1, "a number", base) }
    if !isNumber(exponent) { return raiseWrongType("expt", 2, "a number", exponent) }
    if exponent == 0 || base == .fixnum(1) && !exponent.isFlonum && !exponent.isCompnum { return .fixnum(1) }
    if exponent.isCompnum { return complexPower(base, exponent) }
    if isExactInteger(exponent) && !ComplexNumber.isInexact(base) { return exactPower(base, exponent) }
    if exponent.isRatnum && exponent.field(1) == .fixnum(2) && !ComplexNumber.isInexact(base) {
      let root = squareRoot(base)
      if root == Constant.unwind || !ComplexNumber.isInexact(root) { return root == Constant.unwind ? root : power(root, exponent.field(0)) }
    }
    if base.isCompnum { return complexPower(base, exponent) }
    let (x, y) = (toDouble(base), toDouble(exponent))
    if x < 0 && y.isFinite && !isIntegral(y) { return complexPower(base, exponent) }
    return makeFlonum(ElementaryFunctions.power(x, y))
  }

  /// The power of small numbers; nil when it is no fixnum.
  private static func fixnumPower(_ base: Int64, _ exponent: Int64) -> Word? {
    if exponent < 0 { return nil }
    var (result, square, rest) = (Int64(1), base, exponent)
    while true {
      if rest & 1 != 0 {
        guard let product = product(result, square) else { return nil }
        result = product
      }
      rest >>= 1
      if rest == 0 { return Word.fitsFixnum(result) ? .fixnum64(result) : nil }
      guard let product = product(square, square) else { return nil }
      square = product
    }
  }

  /// The product if it is certain to fit. (A multiplication that notes its overflow takes four of WebAssembly's.)
  @inline(__always)
  private static func product(_ a: Int64, _ b: Int64) -> Int64? {
    a.magnitude.leadingZeroBitCount + b.magnitude.leadingZeroBitCount > 64 ? a &* b : nil
  }

  private static func exactPower(_ base: Word, _ exponent: Word) -> Word {
    if base == .fixnum(-1) { return .fixnum(ExactInteger.isOdd(exponent) ? -1 : 1) }
    if base == 0 { return ExactInteger.isNegative(exponent) ? raiseDivisionByZero("expt") : base }
    if !exponent.isFixnum { return ExactInteger.raiseTooLong() }
    if base.isCompnum { return exactPower(ofCompnum: base, exponent.fixnumValue) }
    let magnitude = exponent.fixnumValue.magnitude
    let above = ExactInteger.power(ExactRational.numerator(base), magnitude)
    let below = ExactInteger.power(ExactRational.denominator(base), magnitude)
    if above == Constant.unwind || below == Constant.unwind { return Constant.unwind }
    return exponent.fixnumValue < 0 ? ExactRational.divide(below, above) : ExactRational.divide(above, below)
  }

  private static func exactPower(ofCompnum base: Word, _ exponent: Int64) -> Word {
    var result: Word = .fixnum(1)
    var square = base
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 != 0 { result = genericMultiply(result, square) }
      rest >>= 1
      if rest > 0 { square = genericMultiply(square, square) }
      if result == Constant.unwind || square == Constant.unwind { return Constant.unwind }
    }
    return exponent < 0 ? genericDivide(.fixnum(1), result) : result
  }

  private static func complexPower(_ base: Word, _ exponent: Word) -> Word {
    let (x, y) = (ComplexNumber.value(base), ComplexNumber.value(exponent))
    if x.isZero {
      if y.real > 0 { return base == 0 ? base : makeFlonum(0) }
      if base == 0 { return raiseError(.outOfRange, "expt", "undefined for", irritants: list(base, exponent)) }
      return ComplexNumber.make(Complex(.nan, .nan))
    }
    if y.imaginary == 0 && !exponent.isCompnum {
      if y.real == 0.5 { return ComplexNumber.make(x.squareRoot) }
      if isIntegral(y.real) && y.real.magnitude < 0x1p20 { return ComplexNumber.make(x.power(Int(y.real))) }
    }
    return ComplexNumber.make(x.power(y))
  }

  // MARK: Inverse trigonometric functions

  static func arcSine(_ number: Word) -> Word {
    apply("asin", number, at: 0, is: 0, arcSine) { $0.arcSine }
  }

  static func arcCosine(_ number: Word) -> Word {
    apply("acos", number, at: .fixnum(1), is: 0, arcCosine) { $0.arcCosine }
  }

  /// On the cuts, of which a real number is on the side that the formulas of R7RS give.
  private static func arcSine(_ x: Double) -> Word {
    if !(x.magnitude > 1) { return makeFlonum(ElementaryFunctions.arcSine(x)) }
    let distance = ElementaryFunctions.inverseHyperbolicCosine(x.magnitude)
    return ComplexNumber.make(
      x > 0 ? Complex(ElementaryFunctions.pi / 2, -distance) : Complex(-ElementaryFunctions.pi / 2, distance))
  }

  private static func arcCosine(_ x: Double) -> Word {
    if !(x.magnitude > 1) { return makeFlonum(ElementaryFunctions.arcCosine(x)) }
    let distance = ElementaryFunctions.inverseHyperbolicCosine(x.magnitude)
    return ComplexNumber.make(x > 0 ? Complex(0, distance) : Complex(ElementaryFunctions.pi, -distance))
  }

  static func arcTangent(_ number: Word) -> Word {
    if ComplexNumber.real(number) == 0 && number.isCompnum {
      let height = ComplexNumber.imaginary(number)
      if height == .fixnum(1) || height == .fixnum(-1) { return raiseError(.outOfRange, "atan", "undefined for", irritants: list(number)) }
      // On the lower cut an exact 0 is on the left side.
      let value = Complex(ExactRational.isNegative(height) ? -0.0 : 0, toDouble(height))
      return ComplexNumber.make(value.arcTangent)
    }
    return apply("atan", number, at: 0, is: 0, { makeFlonum(ElementaryFunctions.arcTangent($0)) }) { $0.arcTangent }
  }

  /// `(atan y x)`
  static func arcTangent(_ y: Word, _ x: Word) -> Word {
    if !isReal(y) { return raiseWrongType("atan", 1, "a real number", y) }
    if !isReal(x) { return raiseWrongType("atan", 2, "a real number", x) }
    if y == 0 && !x.isFlonum && !ExactRational.isNegative(x) { return 0 }
    return makeFlonum(ElementaryFunctions.arcTangent(toDouble(y), toDouble(x)))
  }

  // MARK: All others

  /// A function of a number; at the exact number `exactPoint` its value is the exact number `exactValue`.
  static func apply(
    _ name: StaticString, _ number: Word, at exactPoint: Word, is exactValue: Word, _ real: (Double) -> Word, _ complex: (Complex) -> Complex
  ) -> Word {
    if number == exactPoint { return exactValue }
    if number.isCompnum { return ComplexNumber.make(complex(ComplexNumber.value(number))) }
    return isNumber(number) ? real(toDouble(number)) : raiseWrongType(name, 1, "a number", number)
  }
}

extension ElementaryFunctions {
  static let pi = 0x1.921fb54442d18p+1

  /// Of a number from 1 on.
  static func inverseHyperbolicCosine(_ x: Double) -> Double {
    if x > 0x1p28 { return logarithm(x) + 0x1.62e42fefa39efp-1 }
    let excess = x - 1
    return logarithm(onePlus: excess + (2 * excess + excess * excess).squareRoot())
  }
}
