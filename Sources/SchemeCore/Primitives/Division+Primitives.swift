// Integer division in its varieties, divisors, and bits.
import GuestABI

private func foldIntegers(
  _ a: Address, _ count: Int32, _ name: StaticString, _ start: Word, _ operation: (Word, Word) -> Word
) -> Word {
  var result = start
  var isInexact = false
  for index in 0..<Int(count) {
    var value = a.argument(index)
    if !isInteger(value) { return raiseWrongType(name, index + 1, "an integer", value) }
    if value.isFlonum {
      isInexact = true
      value = doubleToExact(value.flonumValue)
    }
    result = operation(result, value)
    if result == Constant.unwind { return result }
  }
  return isInexact ? makeFlonum(integerToDouble(result)) : result
}

/// Folds an operation on fixnums' bits.
@inline(__always)
private func foldBits(
  _ a: Address, _ count: Int32, _ name: StaticString, _ start: Int64, _ operation: (Int64, Int64) -> Int64
) -> Word {
  var result = start
  for index in 0..<Int(count) {
    let value = a.argument(index)
    if !value.isFixnum { return raiseWrongType(name, index + 1, "a fixnum", value) }
    result = operation(result, value.fixnumValue)
  }
  return .fixnum64(result)
}

/// Both results of a division as two values.
private func twoValues(_ quotient: Word, _ remainder: Word) -> Word {
  if quotient == Constant.unwind || remainder == Constant.unwind { return Constant.unwind }
  return makeMultipleValues(list(quotient, remainder))
}

private func shift(_ a: Word, _ amount: Word) -> Word {
  if !isExactInteger(a) { return raiseWrongType("arithmetic-shift", 1, "an exact integer", a) }
  if !amount.isFixnum { return raiseWrongType("arithmetic-shift", 2, "a fixnum", amount) }
  let bits = amount.fixnumValue
  if bits >= 0 {
    if a == 0 { return a }
    if bits > Int64(Bignum.maximumLimbs) * 16 { return ExactInteger.raiseTooLong() }
    return ExactInteger.shiftLeft(a, Int(bits))
  }
  if a.isFixnum { return .fixnum64(bits < -60 ? a.fixnumValue >> 60 : a.fixnumValue >> -bits) }
  if -bits > Int64(ExactInteger.bitCount(a)) { return .fixnum(ExactInteger.isNegative(a) ? -1 : 0) }
  return ExactInteger.floorDivide(a, ExactInteger.shiftLeft(.fixnum(1), Int(-bits))).quotient
}

func defineDivisionPrimitives(_ define: PrimitiveDefiner) {
  define("quotient", 2, 2, .quotient) { a, _ in genericQuotient(a.first, a.second) }
  define("remainder", 2, 2, .remainder) { a, _ in genericRemainder(a.first, a.second) }
  define("modulo", 2, 2, .modulo) { a, _ in genericModulo(a.first, a.second) }
  define("truncate-quotient", 2, 2, .quotient) { a, _ in genericQuotient(a.first, a.second) }
  define("truncate-remainder", 2, 2, .remainder) { a, _ in genericRemainder(a.first, a.second) }
  define("floor-remainder", 2, 2, .modulo) { a, _ in genericModulo(a.first, a.second) }
  define("floor-quotient", 2, 2) { a, _ in genericFloorQuotient(a.first, a.second) }
  define("truncate/", 2, 2) { a, _ in
    twoValues(genericQuotient(a.first, a.second), genericRemainder(a.first, a.second))
  }
  define("floor/", 2, 2) { a, _ in
    twoValues(genericFloorQuotient(a.first, a.second), genericModulo(a.first, a.second))
  }
  define("gcd", 0, -1) { a, count in foldIntegers(a, count, "gcd", .fixnum(0), ExactInteger.gcd) }
  define("lcm", 0, -1) { a, count in
    foldIntegers(a, count, "lcm", .fixnum(1)) { x, y in
      if x == 0 || y == 0 { return .fixnum(0) }
      return ExactInteger.absolute(ExactInteger.multiply(x, ExactInteger.divide(y, ExactInteger.gcd(x, y)).quotient))
    }
  }
  define("exact-integer-sqrt", 1, 1) { a, _ in
    if !isExactInteger(a.first) || ExactInteger.isNegative(a.first) {
      return raiseWrongType("exact-integer-sqrt", 1, "a non-negative exact integer", a.first)
    }
    let root = ExactInteger.squareRoot(a.first)
    return twoValues(root, ExactInteger.subtract(a.first, ExactInteger.multiply(root, root)))
  }
  define("bitwise-and", 0, -1) { a, count in foldBits(a, count, "bitwise-and", -1) { $0 & $1 } }
  define("bitwise-or", 0, -1) { a, count in foldBits(a, count, "bitwise-or", 0) { $0 | $1 } }
  define("bitwise-xor", 0, -1) { a, count in foldBits(a, count, "bitwise-xor", 0) { $0 ^ $1 } }
  define("bitwise-not", 1, 1) { a, _ in
    isExactInteger(a.first)
      ? ExactInteger.subtract(.fixnum(-1), a.first) : raiseWrongType("bitwise-not", 1, "an exact integer", a.first)
  }
  define("arithmetic-shift", 2, 2) { a, _ in shift(a.first, a.second) }
}
