// Integer division in its varieties, and divisors.
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
  result = LongWork.finish(result)
  if result == Constant.unwind { return result }
  return isInexact ? makeFlonum(integerToDouble(result)) : result
}

/// Both results of a division as two values.
private func twoValues(_ quotient: Word, _ remainder: Word) -> Word {
  if quotient == Constant.unwind || remainder == Constant.unwind { return Constant.unwind }
  let object = allocateObject(.multipleValues, words: 2)
  object.initializeField(0, quotient)
  object.initializeField(1, remainder)
  return object
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
  define("gcd", 0, -1) { a, count in
    if count == 2 && (a.first | a.second) & Tag.mask == 0 {
      return ExactInteger.make(Int64(ExactInteger.commonDivisor(a.first.fixnumValue.magnitude, a.second.fixnumValue.magnitude)))
    }
    return foldIntegers(a, count, "gcd", .fixnum(0), ExactInteger.gcd)
  }
  define("lcm", 0, -1) { a, count in
    foldIntegers(a, count, "lcm", .fixnum(1)) { x, y in
      if x == 0 || y == 0 { return .fixnum(0) }
      let product = ExactInteger.multiply(x, ExactInteger.divide(y, ExactInteger.gcd(x, y)).quotient)
      return product == Constant.unwind ? product : ExactInteger.absolute(product)
    }
  }
  define("exact-integer-sqrt", 1, 1) { a, _ in
    if !isExactInteger(a.first) || ExactInteger.isNegative(a.first) {
      return raiseWrongType("exact-integer-sqrt", 1, "a non-negative exact integer", a.first)
    }
    let (root, rest) = ExactInteger.squareRootAndRest(a.first)
    return twoValues(LongWork.finish(root), rest)
  }
}
