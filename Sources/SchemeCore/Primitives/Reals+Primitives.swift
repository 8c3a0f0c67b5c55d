// Rounding, exactness, roots and the elementary functions.
import GuestABI

private func round(_ name: StaticString, _ number: Word, _ rule: FloatingPointRoundingRule) -> Word {
  switch NumberKind.of(number) {
  case .none, .compnum: return raiseWrongType(name, 1, "a real number", number)
  case .flonum: return makeFlonum(number.flonumValue.rounded(rule))
  default: return LongWork.finish(ExactRational.round(number, rule))
  }
}

private func toExact(_ name: StaticString, _ number: Word) -> Word {
  if !isNumber(number) { return raiseWrongType(name, 1, "a number", number) }
  return ComplexNumber.exact(number) ?? raiseWrongType(name, 1, "a finite number", number)
}

private func toInexact(_ name: StaticString, _ number: Word) -> Word {
  if number.isCompnum { return LongWork.finish(ComplexNumber.make(ComplexNumber.value(number))) }
  return isNumber(number) ? LongWork.finish(makeFlonum(toDouble(number))) : raiseWrongType(name, 1, "a number", number)
}

/// A function that is real for real numbers.
private func apply(
  _ name: StaticString, _ number: Word, at exactPoint: Word, is exactValue: Word, _ real: (Double) -> Double,
  _ complex: (Complex) -> Complex
) -> Word {
  NumberFunctions.apply(name, number, at: exactPoint, is: exactValue, { makeFlonum(real($0)) }, complex)
}

/// The numerator or denominator, of flonums too.
private func ratioPart(_ name: StaticString, _ number: Word, _ part: (Word) -> Word) -> Word {
  switch NumberKind.of(number) {
  case .none, .compnum: return raiseWrongType(name, 1, "a rational number", number)
  case .flonum:
    if !number.flonumValue.isFinite { return raiseWrongType(name, 1, "a rational number", number) }
    return makeFlonum(toDouble(part(doubleToExact(number.flonumValue))))
  default: return part(number)
  }
}

func defineRealPrimitives(_ define: PrimitiveDefiner) {
  define("floor", 1, 1, .floor) { a, _ in round("floor", a.first, .down) }
  define("ceiling", 1, 1, .ceiling) { a, _ in round("ceiling", a.first, .up) }
  define("truncate", 1, 1, .truncate) { a, _ in round("truncate", a.first, .towardZero) }
  define("round", 1, 1, .round) { a, _ in round("round", a.first, .toNearestOrEven) }
  define("exact", 1, 1) { a, _ in toExact("exact", a.first) }
  define("inexact->exact", 1, 1) { a, _ in toExact("inexact->exact", a.first) }
  define("inexact", 1, 1, .exactToInexact) { a, _ in toInexact("inexact", a.first) }
  define("exact->inexact", 1, 1, .exactToInexact) { a, _ in toInexact("exact->inexact", a.first) }
  define("numerator", 1, 1) { a, _ in ratioPart("numerator", a.first, ExactRational.numerator) }
  define("denominator", 1, 1) { a, _ in ratioPart("denominator", a.first, ExactRational.denominator) }
  define("sqrt", 1, 1, .squareRoot) { a, _ in LongWork.finish(NumberFunctions.squareRoot(a.first)) }
  define("expt", 2, 2) { a, _ in LongWork.finish(NumberFunctions.power(a.first, a.second)) }
  define("exp", 1, 1) { a, _ in apply("exp", a.first, at: 0, is: .fixnum(1), ElementaryFunctions.exponential) { $0.exponential } }
  define("log", 1, 2) { a, count in
    LongWork.finish(count == 1 ? NumberFunctions.logarithm(a.first) : NumberFunctions.logarithm(a.first, base: a.second))
  }
  define("sin", 1, 1) { a, _ in apply("sin", a.first, at: 0, is: 0, ElementaryFunctions.sine) { $0.sine } }
  define("cos", 1, 1) { a, _ in apply("cos", a.first, at: 0, is: .fixnum(1), ElementaryFunctions.cosine) { $0.cosine } }
  define("tan", 1, 1) { a, _ in apply("tan", a.first, at: 0, is: 0, ElementaryFunctions.tangent) { $0.tangent } }
  define("asin", 1, 1) { a, _ in NumberFunctions.arcSine(a.first) }
  define("acos", 1, 1) { a, _ in NumberFunctions.arcCosine(a.first) }
  define("atan", 1, 2) { a, count in
    count == 1 ? NumberFunctions.arcTangent(a.first) : NumberFunctions.arcTangent(a.first, a.second)
  }
}
