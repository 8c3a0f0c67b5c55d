// Rounding, exactness, roots and the elementary functions.
import GuestABI

private func round(_ name: StaticString, _ number: Word, _ rule: FloatingPointRoundingRule) -> Word {
  switch NumberKind.of(number) {
  case .none: return raiseWrongType(name, 1, "a real number", number)
  case .flonum: return makeFlonum(number.flonumValue.rounded(rule))
  default: return LongWork.finish(ExactRational.round(number, rule))
  }
}

private func toExact(_ name: StaticString, _ number: Word) -> Word {
  switch NumberKind.of(number) {
  case .none: return raiseWrongType(name, 1, "a number", number)
  case .flonum:
    if !number.flonumValue.isFinite { return raiseWrongType(name, 1, "a finite number", number) }
    return doubleToExact(number.flonumValue)
  default: return number
  }
}

private func toInexact(_ name: StaticString, _ number: Word) -> Word {
  isNumber(number) ? LongWork.finish(makeFlonum(toDouble(number))) : raiseWrongType(name, 1, "a number", number)
}

/// A function of a real number; at the exact number `exactPoint` its value is the exact number `exactValue`.
private func apply(
  _ name: StaticString, _ number: Word, at exactPoint: Word, is exactValue: Word, _ function: (Double) -> Double
) -> Word {
  if number == exactPoint { return exactValue }
  if !isNumber(number) { return raiseWrongType(name, 1, "a number", number) }
  return makeFlonum(function(toDouble(number)))
}

private func squareRoot(_ number: Word) -> Word {
  if number.isFlonum { return makeFlonum(number.flonumValue.squareRoot()) }
  if !isNumber(number) { return raiseWrongType("sqrt", 1, "a number", number) }
  if ExactRational.isNegative(number) {
    return raiseError(.implementationLimit, "sqrt", "complex numbers are not supported: the argument is", irritants: list(number))
  }
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

/// The natural logarithm of any real number, also of exact ones beyond the doubles.
private func naturalLogarithm(_ number: Word) -> Double {
  let value = toDouble(number)
  if number.isFlonum || (value.isFinite && value.magnitude > 0x1p-1000) || ExactInteger.sign(ExactRational.numerator(number)) <= 0 {
    return ElementaryFunctions.logarithm(value)
  }
  func logarithm(_ integer: Word) -> Double {
    let shift = max(ExactInteger.bitCount(integer) - 64, 0)
    return ElementaryFunctions.logarithm(integerToDouble(ExactInteger.shiftRight(integer, shift))) + Double(shift) * 0x1.62e42fefa39efp-1
  }
  return logarithm(ExactRational.numerator(number)) - logarithm(ExactRational.denominator(number))
}

private func power(_ base: Word, _ exponent: Word) -> Word {
  if !isNumber(base) { return raiseWrongType("expt", 1, "a number", base) }
  if !isNumber(exponent) { return raiseWrongType("expt", 2, "a number", exponent) }
  if exponent.isRatnum && !base.isFlonum && exponent.field(1) == .fixnum(2) && !ExactRational.isNegative(base) {
    let root = squareRoot(base)
    if !root.isFlonum { return power(root, exponent.field(0)) }
  }
  if base.isFlonum || !isExactInteger(exponent) {
    if exponent == 0 { return .fixnum(1) }
    return makeFlonum(ElementaryFunctions.power(toDouble(base), toDouble(exponent)))
  }
  if base == .fixnum(1) || exponent == 0 { return .fixnum(1) }
  if base == .fixnum(-1) { return .fixnum(ExactInteger.isOdd(exponent) ? -1 : 1) }
  if base == 0 { return ExactInteger.isNegative(exponent) ? raiseDivisionByZero("expt") : base }
  if !exponent.isFixnum { return ExactInteger.raiseTooLong() }
  let magnitude = exponent.fixnumValue.magnitude
  let above = ExactInteger.power(ExactRational.numerator(base), magnitude)
  let below = ExactInteger.power(ExactRational.denominator(base), magnitude)
  if above == Constant.unwind || below == Constant.unwind { return Constant.unwind }
  return exponent.fixnumValue < 0 ? ExactRational.divide(below, above) : ExactRational.divide(above, below)
}

private func arcTangent(_ a: Address, _ count: Int32) -> Word {
  if count == 1 { return apply("atan", a.first, at: 0, is: 0, ElementaryFunctions.arcTangent) }
  if !isNumber(a.first) { return raiseWrongType("atan", 1, "a number", a.first) }
  if !isNumber(a.second) { return raiseWrongType("atan", 2, "a number", a.second) }
  if a.first == 0 && !a.second.isFlonum && ExactInteger.sign(ExactRational.numerator(a.second)) > 0 { return 0 }
  return makeFlonum(ElementaryFunctions.arcTangent(toDouble(a.first), toDouble(a.second)))
}

private func logarithm(_ a: Address, _ count: Int32) -> Word {
  if count == 1 {
    if a.first == 0 { return makeFlonum(-.infinity) }
    if a.first == .fixnum(1) { return 0 }
    return isNumber(a.first) ? makeFlonum(naturalLogarithm(a.first)) : raiseWrongType("log", 1, "a number", a.first)
  }
  if !isNumber(a.first) { return raiseWrongType("log", 1, "a number", a.first) }
  if !isNumber(a.second) { return raiseWrongType("log", 2, "a number", a.second) }
  return makeFlonum(naturalLogarithm(a.first) / naturalLogarithm(a.second))
}

/// The numerator or denominator, of flonums too.
private func ratioPart(_ name: StaticString, _ number: Word, _ part: (Word) -> Word) -> Word {
  switch NumberKind.of(number) {
  case .none: return raiseWrongType(name, 1, "a rational number", number)
  case .flonum:
    if !number.flonumValue.isFinite { return raiseWrongType(name, 1, "a rational number", number) }
    return makeFlonum(toDouble(part(doubleToExact(number.flonumValue))))
  default: return part(number)
  }
}

func defineRealPrimitives(_ define: PrimitiveDefiner) {
  define("floor", 1, 1) { a, _ in round("floor", a.first, .down) }
  define("ceiling", 1, 1) { a, _ in round("ceiling", a.first, .up) }
  define("truncate", 1, 1) { a, _ in round("truncate", a.first, .towardZero) }
  define("round", 1, 1) { a, _ in round("round", a.first, .toNearestOrEven) }
  define("exact", 1, 1) { a, _ in toExact("exact", a.first) }
  define("inexact->exact", 1, 1) { a, _ in toExact("inexact->exact", a.first) }
  define("inexact", 1, 1, .exactToInexact) { a, _ in toInexact("inexact", a.first) }
  define("exact->inexact", 1, 1, .exactToInexact) { a, _ in toInexact("exact->inexact", a.first) }
  define("numerator", 1, 1) { a, _ in ratioPart("numerator", a.first, ExactRational.numerator) }
  define("denominator", 1, 1) { a, _ in ratioPart("denominator", a.first, ExactRational.denominator) }
  define("sqrt", 1, 1, .squareRoot) { a, _ in LongWork.finish(squareRoot(a.first)) }
  define("expt", 2, 2) { a, _ in LongWork.finish(power(a.first, a.second)) }
  define("exp", 1, 1) { a, _ in apply("exp", a.first, at: 0, is: .fixnum(1), ElementaryFunctions.exponential) }
  define("log", 1, 2) { a, count in logarithm(a, count) }
  define("sin", 1, 1) { a, _ in apply("sin", a.first, at: 0, is: 0, ElementaryFunctions.sine) }
  define("cos", 1, 1) { a, _ in apply("cos", a.first, at: 0, is: .fixnum(1), ElementaryFunctions.cosine) }
  define("tan", 1, 1) { a, _ in apply("tan", a.first, at: 0, is: 0, ElementaryFunctions.tangent) }
  define("asin", 1, 1) { a, _ in apply("asin", a.first, at: 0, is: 0, ElementaryFunctions.arcSine) }
  define("acos", 1, 1) { a, _ in apply("acos", a.first, at: .fixnum(1), is: 0, ElementaryFunctions.arcCosine) }
  define("atan", 1, 2) { a, count in arcTangent(a, count) }
}
