// Integers as endless rows of bits in two's complement: what SRFI 151 is built on.
import GuestABI

/// Folds an operation on limbs over the arguments; `identity` is 0 or -1.
private func fold(
  _ a: Address, _ count: Int32, _ name: StaticString, identity: Int, _ operation: (UInt64, UInt64) -> UInt64
) -> Word {
  var result: Word = .fixnum(identity)
  for index in 0..<Int(count) {
    let value = a.argument(index)
    if !isExactInteger(value) { return raiseWrongType(name, index + 1, "an exact integer", value) }
    result = ExactInteger.combineBits(result, value, operation)
    if LongWork.isAbandoned { return LongWork.unwind() }
  }
  return result
}

private func shift(_ name: StaticString, _ a: Word, _ amount: Word, isLeft: Bool = true) -> Word {
  if !isExactInteger(a) { return raiseWrongType(name, 1, "an exact integer", a) }
  if !amount.isFixnum { return raiseWrongType(name, 2, "a fixnum", amount) }
  let bits = isLeft ? amount.fixnumValue : -amount.fixnumValue
  if bits < 0 { return ExactInteger.shiftDown(a, bits < -(1 << 30) ? 1 << 30 : Int(-bits)) }
  if a == 0 { return a }
  if bits > Int64(Bignum.maximumBits / 2) { return ExactInteger.raiseTooLong() }
  return ExactInteger.shiftLeft(a, Int(bits))
}

func defineBitPrimitives(_ define: PrimitiveDefiner) {
  define("bitwise-and", 0, -1) { a, count in fold(a, count, "bitwise-and", identity: -1) { $0 & $1 } }
  define("bitwise-ior", 0, -1) { a, count in fold(a, count, "bitwise-ior", identity: 0) { $0 | $1 } }
  define("bitwise-or", 0, -1) { a, count in fold(a, count, "bitwise-or", identity: 0) { $0 | $1 } }
  define("bitwise-xor", 0, -1) { a, count in fold(a, count, "bitwise-xor", identity: 0) { $0 ^ $1 } }
  define("bitwise-not", 1, 1) { a, _ in
    isExactInteger(a.first)
      ? ExactInteger.subtract(.fixnum(-1), a.first) : raiseWrongType("bitwise-not", 1, "an exact integer", a.first)
  }
  define("arithmetic-shift", 2, 2) { a, _ in shift("arithmetic-shift", a.first, a.second) }
  define("shift-left", 2, 2) { a, _ in shift("shift-left", a.first, a.second) }
  define("shift-right", 2, 2) { a, _ in shift("shift-right", a.first, a.second, isLeft: false) }
  // The bits that are set; of a negative number, those that are not.
  define("bit-count", 1, 1) { a, _ in
    isExactInteger(a.first) ? .fixnum(ExactInteger.setBits(a.first)) : raiseWrongType("bit-count", 1, "an exact integer", a.first)
  }
  define("integer-length", 1, 1) { a, _ in
    if !isExactInteger(a.first) { return raiseWrongType("integer-length", 1, "an exact integer", a.first) }
    return .fixnum(
      ExactInteger.bitCount(ExactInteger.isNegative(a.first) ? ExactInteger.subtract(.fixnum(-1), a.first) : a.first))
  }
  // The index of the lowest bit that is set, or -1.
  define("first-set-bit", 1, 1) { a, _ in
    if !isExactInteger(a.first) { return raiseWrongType("first-set-bit", 1, "an exact integer", a.first) }
    return .fixnum(ExactInteger.lowestSetBit(a.first))
  }
  define("bit-set?", 2, 2) { a, _ in
    if !a.first.isFixnum || a.first.fixnumValue < 0 {
      return raiseWrongType("bit-set?", 1, "a non-negative exact integer", a.first)
    }
    if !isExactInteger(a.second) { return raiseWrongType("bit-set?", 2, "an exact integer", a.second) }
    let index = a.first.fixnumValue
    if index > 1 << 30 { return .boolean(ExactInteger.isNegative(a.second)) }
    return .boolean(ExactInteger.isOdd(ExactInteger.shiftDown(a.second, Int(index))))
  }
}
