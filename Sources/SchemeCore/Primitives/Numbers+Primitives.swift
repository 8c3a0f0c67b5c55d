// Numbers: predicates, comparison, the four operations, text.
import GuestABI

/// Compares neighbours; all operands are checked.
@inline(__always)
private func compareChain(
  _ a: Address, _ count: Int32, _ name: StaticString, wantsReal: Bool = true, _ compare: (Word, Word) -> Word
) -> Word {
  if count == 1 { return raiseInChain(name, a, count, wantsReal: wantsReal, otherwise: Constant.true) }
  var result = Constant.true
  for index in 1..<Int(count) {
    let each = compare(a.argument(index - 1), a.argument(index))
    if each == Constant.true { continue }
    if each == Constant.unwind { return raiseInChain(name, a, count, wantsReal: wantsReal) }
    result = Constant.false
  }
  return result
}

/// Raises an error for the first operand that is not a number of the right kind; `otherwise` if all are.
@inline(never)
private func raiseInChain(
  _ name: StaticString, _ a: Address, _ count: Int32, wantsReal: Bool = false, otherwise: Word = Constant.unwind
) -> Word {
  for index in 0..<Int(count) {
    let operand = a.argument(index)
    if wantsReal ? isReal(operand) : isNumber(operand) { continue }
    return raiseWrongType(name, index + 1, wantsReal ? "a real number" : "a number", operand)
  }
  return otherwise
}

/// The arguments from number `first` on combined with `start`, from left to right; raises the error of an argument that is no number.
@inline(__always)
private func chain(
  _ name: StaticString, _ a: Address, _ count: Int32, from start: Word, at first: Int, _ operation: (Word, Word) -> Word
) -> Word {
  var result = start
  for index in first..<Int(count) {
    result = operation(result, a.argument(index))
    if result == Constant.unwind { return raiseInChain(name, a, count) }
  }
  return result
}

private func extreme(_ a: Address, _ count: Int32, _ name: StaticString, wantsGreater: Bool) -> Word {
  var result = a.first
  var isInexact = false
  for index in 0..<Int(count) {
    let value = a.argument(index)
    switch NumberKind.of(value) {
    case .none, .compnum: return raiseWrongType(name, index + 1, "a real number", value)
    case .flonum: isInexact = true
    default: break
    }
    let order = compareNumbers(value, result)
    if order == 2 || order == (wantsGreater ? 1 : -1) {
      if !(result.isFlonum && result.flonumValue.isNaN) { result = value }
    }
  }
  return LongWork.finish(isInexact ? makeFlonum(toDouble(result)) : result)
}

/// Whether a number is an integer, exact or not.
func isInteger(_ word: Word) -> Bool {
  isExactInteger(word) || (word.isFlonum && isIntegral(word.flonumValue))
}

private func parity(_ name: StaticString, _ word: Word) -> Bool? {
  if isExactInteger(word) { return ExactInteger.isOdd(word) }
  if word.isFlonum && isIntegral(word.flonumValue) { return ExactInteger.isOdd(doubleToExact(word.flonumValue)) }
  _ = raiseWrongType(name, 1, "an integer", word)
  return nil
}

private func sign(_ name: StaticString, _ word: Word) -> Int? {
  switch NumberKind.of(word) {
  case .none, .compnum:
    _ = raiseWrongType(name, 1, "a real number", word)
    return nil
  case .flonum: return word.flonumValue > 0 ? 1 : word.flonumValue < 0 ? -1 : 0
  default: return ExactInteger.sign(ExactRational.numerator(word))
  }
}

/// Whether a part of a number is a flonum with some property.
private func anyPart(_ name: StaticString, _ number: Word, _ property: (Double) -> Bool) -> Word {
  if !isNumber(number) { return raiseWrongType(name, 1, "a number", number) }
  func holds(_ part: Word) -> Bool { part.isFlonum && property(part.flonumValue) }
  return .boolean(holds(ComplexNumber.real(number)) || holds(ComplexNumber.imaginary(number)))
}

/// The radix argument of conversions between numbers and text.
private func radix(_ name: StaticString, _ a: Address, _ count: Int32) -> Int? {
  if count < 2 { return 10 }
  if a.second.isFixnum && a.second.fixnumValue >= 2 && a.second.fixnumValue <= 36 { return a.second.index }
  _ = raiseWrongType(name, 2, "a radix from 2 to 36", a.second)
  return nil
}

func defineNumberPrimitives(_ define: PrimitiveDefiner) {
  define("number?", 1, 1, .isNumber) { a, _ in .boolean(isNumber(a.first)) }
  define("complex?", 1, 1, .isNumber) { a, _ in .boolean(isNumber(a.first)) }
  define("real?", 1, 1) { a, _ in .boolean(isReal(a.first)) }
  define("rational?", 1, 1) { a, _ in .boolean(isReal(a.first) && (!a.first.isFlonum || a.first.flonumValue.isFinite)) }
  define("integer?", 1, 1, .isInteger) { a, _ in .boolean(isInteger(a.first)) }
  define("exact-integer?", 1, 1, .isExactInteger) { a, _ in .boolean(isExactInteger(a.first)) }
  define("exact-nonnegative-integer?", 1, 1) { a, _ in
    .boolean(isExactInteger(a.first) && !ExactInteger.isNegative(a.first))
  }
  define("exact-rational?", 1, 1) { a, _ in .boolean(isReal(a.first) && !a.first.isFlonum) }
  define("fixnum?", 1, 1) { a, _ in .boolean(a.first.isFixnum) }
  define("flonum?", 1, 1) { a, _ in .boolean(a.first.isFlonum) }
  define("exact?", 1, 1) { a, _ in
    isNumber(a.first) ? .boolean(!ComplexNumber.isInexact(a.first)) : raiseWrongType("exact?", 1, "a number", a.first)
  }
  define("inexact?", 1, 1) { a, _ in
    isNumber(a.first) ? .boolean(ComplexNumber.isInexact(a.first)) : raiseWrongType("inexact?", 1, "a number", a.first)
  }
  define("nan?", 1, 1) { a, _ in anyPart("nan?", a.first) { $0.isNaN } }
  define("infinite?", 1, 1) { a, _ in anyPart("infinite?", a.first) { $0.isInfinite } }
  define("finite?", 1, 1) { a, _ in
    let isOdd = anyPart("finite?", a.first) { !$0.isFinite }
    return isOdd == Constant.unwind ? isOdd : .boolean(isOdd == Constant.false)
  }
  define("zero?", 1, 1, .isZero) { a, _ in
    if a.first.isCompnum { return .boolean(ComplexNumber.value(a.first).isZero && ComplexNumber.isInexact(a.first)) }
    if !isNumber(a.first) { return raiseWrongType("zero?", 1, "a number", a.first) }
    return .boolean(a.first == 0 || a.first.isFlonum && a.first.flonumValue == 0)
  }
  define("positive?", 1, 1, .isPositive) { a, _ in
    guard let sign = sign("positive?", a.first) else { return Constant.unwind }
    return .boolean(sign > 0)
  }
  define("negative?", 1, 1, .isNegative) { a, _ in
    guard let sign = sign("negative?", a.first) else { return Constant.unwind }
    return .boolean(sign < 0)
  }
  define("odd?", 1, 1, .isOdd) { a, _ in
    guard let isOdd = parity("odd?", a.first) else { return Constant.unwind }
    return .boolean(isOdd)
  }
  define("even?", 1, 1, .isEven) { a, _ in
    guard let isOdd = parity("even?", a.first) else { return Constant.unwind }
    return .boolean(!isOdd)
  }

  define("=", 1, -1, .numberEqual) { a, count in compareChain(a, count, "=", wantsReal: false, genericEqual) }
  define("<", 1, -1, .less) { a, count in compareChain(a, count, "<", genericLess) }
  define(">", 1, -1, .greater) { a, count in compareChain(a, count, ">", genericGreater) }
  define("<=", 1, -1, .lessEqual) { a, count in compareChain(a, count, "<=", genericLessEqual) }
  define(">=", 1, -1, .greaterEqual) { a, count in compareChain(a, count, ">=", genericGreaterEqual) }
  define("max", 1, -1, .maximum) { a, count in extreme(a, count, "max", wantsGreater: true) }
  define("min", 1, -1, .minimum) { a, count in extreme(a, count, "min", wantsGreater: false) }

  define("+", 0, -1, .add) { a, count in
    if count == 0 { return .fixnum(0) }
    if !isNumber(a.first) { return raiseInChain("+", a, count) }
    // An exact 0 is no neutral element: 0 + -0.0 is 0.0.
    return chain("+", a, count, from: a.first, at: 1) { sum, term in
      let (next, overflow) = Int64(bitPattern: sum).addingReportingOverflow(Int64(bitPattern: term))
      return (sum | term) & Tag.mask == 0 && !overflow ? Word(bitPattern: next) : genericAdd(sum, term)
    }
  }
  define("*", 0, -1, .multiply) { a, count in chain("*", a, count, from: .fixnum(1), at: 0, genericMultiply) }
  define("-", 1, -1, .subtract) { a, count in
    count > 1 ? chain("-", a, count, from: a.first, at: 1, genericSubtract) : negative(a.first)
  }
  define("%negate", 1, 1, .negate) { a, _ in negative(a.first) }
  define("/", 1, -1, .divide) { a, count in
    count == 1
      ? chain("/", a, count, from: .fixnum(1), at: 0, genericDivide) : chain("/", a, count, from: a.first, at: 1, genericDivide)
  }
  define("abs", 1, 1, .absolute) { a, _ in absolute("abs", a.first) }
  define("square", 1, 1, .square) { a, _ in
    isNumber(a.first) ? genericMultiply(a.first, a.first) : raiseWrongType("square", 1, "a number", a.first)
  }
  define("1+", 1, 1) { a, _ in isNumber(a.first) ? genericAdd(a.first, .fixnum(1)) : raiseWrongType("1+", 1, "a number", a.first) }
  define("-1+", 1, 1) { a, _ in isNumber(a.first) ? genericSubtract(a.first, .fixnum(1)) : raiseWrongType("-1+", 1, "a number", a.first) }

  define("number->string", 1, 2) { a, count in
    if count == 1 && a.first.isFixnum { return SmallDecimals.string(a.first.fixnumValue) }
    if !isNumber(a.first) { return raiseWrongType("number->string", 1, "a number", a.first) }
    guard let radix = radix("number->string", a, count) else { return Constant.unwind }
    var text = TextBuffer()
    text.append(number: a.first, radix: radix)
    let string = text.makeString()
    text.free()
    return LongWork.finish(string)
  }
  define("string->number", 1, 2) { a, count in
    if !a.first.isString { return raiseWrongType("string->number", 1, "a string", a.first) }
    if count == 1, let number = SmallDecimals.parse(a.first) { return number }
    guard let radix = radix("string->number", a, count) else { return Constant.unwind }
    var text = TextBuffer()
    text.append(string: a.first)
    if LongWork.isAbandoned { return LongWork.unwind() }
    let number = text.withBytes { NumberParser.parse($0, radix: radix) }
    text.free()
    if number == Constant.undefined { return raiseError(.implementationLimit, "string->number", "the number is too long") }
    return LongWork.finish(number)
  }
}

/// `(- number)`
private func negative(_ number: Word) -> Word {
  switch NumberKind.of(number) {
  case .none: raiseWrongType("-", 1, "a number", number)
  case .flonum: makeFlonum(-number.flonumValue)
  case .compnum: LongWork.finish(ComplexNumber.negate(number))
  default: genericSubtract(.fixnum(0), number)
  }
}

/// The absolute value of a real number.
func absolute(_ name: StaticString, _ number: Word) -> Word {
  switch NumberKind.of(number) {
  case .none, .compnum: return raiseWrongType(name, 1, "a real number", number)
  case .flonum: return makeFlonum(number.flonumValue.magnitude)
  default: return ExactRational.isNegative(number) ? genericSubtract(.fixnum(0), number) : number
  }
}
