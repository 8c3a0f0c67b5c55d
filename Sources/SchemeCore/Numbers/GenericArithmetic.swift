// Arithmetic on any numbers: what generated code and the interpreter call when the operands are not two fixnums, and the
// primitives always. Everything here returns a value, or `Constant.unwind` after raising an error.
import GuestABI

/// The numeric tower.
enum NumberKind: Int {
  case fixnum, bignum, ratnum, flonum, compnum, none

  @inline(__always)
  static func of(_ word: Word) -> NumberKind {
    if word.isFixnum { return .fixnum }
    if word.isImmediateFlonum { return .flonum }
    if !word.isObject { return .none }
    switch word.objectKind {
    case .flonum: return .flonum
    case .bignum: return .bignum
    case .ratnum: return .ratnum
    case .compnum: return .compnum
    default: return .none
    }
  }
}

@inline(__always)
func isNumber(_ word: Word) -> Bool { NumberKind.of(word) != .none }
@inline(__always)
func isReal(_ word: Word) -> Bool { NumberKind.of(word).rawValue < NumberKind.compnum.rawValue }
@inline(__always)
func isExactInteger(_ word: Word) -> Bool { word.isFixnum || word.isBignum }

/// The double nearest to a real number.
func toDouble(_ number: Word) -> Double {
  if number.isFixnum { return Double(number.fixnumValue) }
  if number.isFlonum { return number.flonumValue }
  return ExactRational.toDouble(number)
}

@inline(never)
private func raiseNotNumbers(_ name: StaticString, _ a: Word, _ b: Word) -> Word {
  isNumber(a) ? raiseWrongType(name, 2, "a number", b) : raiseWrongType(name, 1, "a number", a)
}

@inline(never)
private func raiseNotReal(_ name: StaticString, _ a: Word, _ b: Word) -> Word {
  isReal(a) ? raiseWrongType(name, 2, "a real number", b) : raiseWrongType(name, 1, "a real number", a)
}

/// How a binary operation is to be done.
private enum Domain { case integers, rationals, doubles, complex, error }

@inline(__always)
private func domain(_ a: Word, _ b: Word) -> Domain {
  let (ka, kb) = (NumberKind.of(a), NumberKind.of(b))
  if ka == .none || kb == .none { return .error }
  if ka == .compnum || kb == .compnum { return .complex }
  if ka == .flonum || kb == .flonum { return .doubles }
  return ka == .ratnum || kb == .ratnum ? .rationals : .integers
}

/// `(+ a b)`
public func genericAdd(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return makeFlonum(a.flonumValue + b.flonumValue) }
  switch domain(a, b) {
  case .integers: return LongWork.finish(ExactInteger.add(a, b))
  case .rationals: return LongWork.finish(ExactRational.add(a, b))
  case .doubles: return makeFlonum(toDouble(a) + toDouble(b))
  case .complex: return ComplexNumber.add(a, b)
  case .error: return raiseNotNumbers("+", a, b)
  }
}

/// `(- a b)`
public func genericSubtract(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return makeFlonum(a.flonumValue - b.flonumValue) }
  switch domain(a, b) {
  case .integers: return LongWork.finish(ExactInteger.subtract(a, b))
  case .rationals: return LongWork.finish(ExactRational.subtract(a, b))
  case .doubles: return makeFlonum(toDouble(a) - toDouble(b))
  case .complex: return ComplexNumber.subtract(a, b)
  case .error: return raiseNotNumbers("-", a, b)
  }
}

/// `(* a b)`
public func genericMultiply(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return makeFlonum(a.flonumValue * b.flonumValue) }
  switch domain(a, b) {
  case .integers: return LongWork.finish(ExactInteger.multiply(a, b))
  case .rationals: return LongWork.finish(ExactRational.multiply(a, b))
  case .doubles: return makeFlonum(toDouble(a) * toDouble(b))
  case .complex: return ComplexNumber.multiply(a, b)
  case .error: return raiseNotNumbers("*", a, b)
  }
}

/// `(/ a b)`
public func genericDivide(_ a: Word, _ b: Word) -> Word {
  if b == 0 && isNumber(a) { return raiseDivisionByZero("/") }
  switch domain(a, b) {
  case .integers: return LongWork.finish(ExactRational.divide(a, b))
  case .rationals: return LongWork.finish(ExactRational.divideRationals(a, b))
  case .doubles: return makeFlonum(toDouble(a) / toDouble(b))
  case .complex: return ComplexNumber.divide(a, b)
  case .error: return raiseNotNumbers("/", a, b)
  }
}

/// The exact integer equal to a flonum operand of an integer division, or the operand itself; 0b111 (#f) if it is no integer.
private func integerOperand(_ a: Word) -> Word {
  if isExactInteger(a) { return a }
  if a.isFlonum && isIntegral(a.flonumValue) { return doubleToExact(a.flonumValue) }
  return Constant.false
}

@inline(never)
private func integerDivision(
  _ name: StaticString, _ a: Word, _ b: Word, _ operation: (Word, Word) -> Word
) -> Word {
  let (x, y) = (integerOperand(a), integerOperand(b))
  if x == Constant.false { return raiseWrongType(name, 1, "an integer", a) }
  if y == Constant.false { return raiseWrongType(name, 2, "an integer", b) }
  if y == 0 { return raiseDivisionByZero(name) }
  let result = LongWork.finish(operation(x, y))
  if result == Constant.unwind { return result }
  return a.isFlonum || b.isFlonum ? makeFlonum(integerToDouble(result)) : result
}

/// `(quotient a b)`
public func genericQuotient(_ a: Word, _ b: Word) -> Word {
  integerDivision("quotient", a, b) { ExactInteger.divide($0, $1).quotient }
}
/// `(remainder a b)`
public func genericRemainder(_ a: Word, _ b: Word) -> Word {
  integerDivision("remainder", a, b) { ExactInteger.divide($0, $1).remainder }
}
/// `(modulo a b)`
public func genericModulo(_ a: Word, _ b: Word) -> Word {
  integerDivision("modulo", a, b) { ExactInteger.floorDivide($0, $1).remainder }
}
/// `(floor-quotient a b)`
public func genericFloorQuotient(_ a: Word, _ b: Word) -> Word {
  integerDivision("floor-quotient", a, b) { ExactInteger.floorDivide($0, $1).quotient }
}

// MARK: Comparison

/// -1, 0, 1, or 2 when the real numbers are not ordered (one is not a number in the IEEE sense). Exact when one operand is.
func compareNumbers(_ a: Word, _ b: Word) -> Int {
  if (a | b) & Tag.mask == 0 { return a == b ? 0 : Int64(bitPattern: a) < Int64(bitPattern: b) ? -1 : 1 }
  if a.isFlonum && b.isFlonum { return compareDoubles(a.flonumValue, b.flonumValue) }
  if a.isFlonum { return compare(a.flonumValue, exact: b) }
  if b.isFlonum {
    let order = compare(b.flonumValue, exact: a)
    return order == 2 ? 2 : -order
  }
  if a.isRatnum || b.isRatnum { return ExactRational.compare(a, b) }
  return ExactInteger.compare(a, b)
}

@inline(__always)
private func compareDoubles(_ a: Double, _ b: Double) -> Int { a < b ? -1 : a == b ? 0 : a > b ? 1 : 2 }

private func compare(_ value: Double, exact: Word) -> Int {
  if value.isNaN { return 2 }
  if value.isInfinite { return value < 0 ? -1 : 1 }
  if exact.isFixnum && exact.fixnumValue.magnitude <= 1 << 53 { return compareDoubles(value, Double(exact.fixnumValue)) }
  return ExactRational.compare(doubleToExact(value), exact)
}

/// `(= a b)`
public func genericEqual(_ a: Word, _ b: Word) -> Word {
  switch domain(a, b) {
  case .error: return raiseNotNumbers("=", a, b)
  case .complex: return LongWork.finish(.boolean(ComplexNumber.isEqual(a, b)))
  default: break
  }
  return LongWork.finish(.boolean(compareNumbers(a, b) == 0))
}
/// `(< a b)`
public func genericLess(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return .boolean(a.flonumValue < b.flonumValue) }
  if !isReal(a) || !isReal(b) { return raiseNotReal("<", a, b) }
  return LongWork.finish(.boolean(compareNumbers(a, b) == -1))
}
/// `(<= a b)`
public func genericLessEqual(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return .boolean(a.flonumValue <= b.flonumValue) }
  if !isReal(a) || !isReal(b) { return raiseNotReal("<=", a, b) }
  let order = compareNumbers(a, b)
  return LongWork.finish(.boolean(order == -1 || order == 0))
}
/// `(> a b)`
public func genericGreater(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return .boolean(a.flonumValue > b.flonumValue) }
  if !isReal(a) || !isReal(b) { return raiseNotReal(">", a, b) }
  return LongWork.finish(.boolean(compareNumbers(a, b) == 1))
}
/// `(>= a b)`
public func genericGreaterEqual(_ a: Word, _ b: Word) -> Word {
  if a.isImmediateFlonum && b.isImmediateFlonum { return .boolean(a.flonumValue >= b.flonumValue) }
  if !isReal(a) || !isReal(b) { return raiseNotReal(">=", a, b) }
  let order = compareNumbers(a, b)
  return LongWork.finish(.boolean(order == 1 || order == 0))
}
/// `(zero? a)`
public func genericIsZero(_ a: Word) -> Word { isNumber(a) ? genericEqual(a, 0) : raiseWrongType("zero?", 1, "a number", a) }
/// `(positive? a)`
public func genericIsPositive(_ a: Word) -> Word { isReal(a) ? genericLess(0, a) : raiseWrongType("positive?", 1, "a real number", a) }
/// `(negative? a)`
public func genericIsNegative(_ a: Word) -> Word { isReal(a) ? genericLess(a, 0) : raiseWrongType("negative?", 1, "a real number", a) }
