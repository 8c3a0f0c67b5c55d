// Between doubles and exact numbers, always correctly rounded (to nearest, ties to even).
import GuestABI

/// `mantissa * 2^exponent`, plus less than one unit of the mantissa if `sticky`, rounded once.
func makeDouble(mantissa: UInt64, exponent: Int, sticky: Bool) -> Double {
  if mantissa == 0 { return 0 }
  let zeros = mantissa.leadingZeroBitCount
  let high = mantissa << UInt64(zeros)
  // The value is high * 2^(top - 63), with the highest bit of `high` set.
  let top = exponent - zeros + 63
  if top > 1023 { return .infinity }
  let kept = top >= -1022 ? 53 : 53 - (-1022 - top)
  if kept < 0 { return 0 }
  let dropped = UInt64(64 - kept)
  var rounded = dropped == 64 ? 0 : high >> dropped
  let half: UInt64 = 1 << (dropped - 1)
  let rest = dropped == 64 ? high : high & (1 << dropped - 1)
  if rest > half || (rest == half && (sticky || rounded & 1 != 0)) { rounded += 1 }
  // A carry out of the fraction goes into the exponent, as it should.
  return Double(bitPattern: kept == 53 ? UInt64(top + 1022) << 52 &+ rounded : rounded)
}

/// The nearest double of an exact integer.
func integerToDouble(_ integer: Word) -> Double {
  if integer.isFixnum { return Double(integer.fixnumValue) }
  let limbs = Bignum.limbs(integer)
  let shift = max(limbs.bitCount - 64, 0)
  let value = makeDouble(
    mantissa: limbs.bits64(from: shift), exponent: shift, sticky: limbs.hasBits(below: shift))
  return Bignum.isNegative(integer) ? -value : value
}

/// The nearest double of a quotient of exact integers; the denominator is positive.
func ratioToDouble(_ numerator: Word, _ denominator: Word) -> Double {
  if numerator == 0 { return 0 }
  // Scale so that the integer quotient has 64 or 65 bits.
  let shift = 65 - (ExactInteger.bitCount(numerator) - ExactInteger.bitCount(denominator))
  let magnitude = ExactInteger.absolute(numerator)
  let (quotient, remainder) = ExactInteger.divide(
    shift > 0 ? ExactInteger.shiftLeft(magnitude, shift) : magnitude,
    shift < 0 ? ExactInteger.shiftLeft(denominator, -shift) : denominator)
  let limbs = Bignum.limbs(Bignum.from(quotient))
  let extra = max(limbs.bitCount - 64, 0)
  let value = makeDouble(
    mantissa: limbs.bits64(from: extra), exponent: extra - shift, sticky: remainder != 0 || limbs.hasBits(below: extra))
  return ExactInteger.isNegative(numerator) ? -value : value
}

/// The exact number equal to a finite double.
func doubleToExact(_ value: Double) -> Word {
  if value.magnitude < 0x1p60 && value.rounded(.towardZero) == value { return .fixnum64(Int64(value)) }
  let bits = value.bitPattern
  let field = Int(bits >> 52 & 0x7FF)
  let fraction = bits & (1 << 52 - 1)
  let mantissa = Int64(field == 0 ? fraction : fraction | 1 << 52)
  let exponent = max(field, 1) - 1075
  let integer = ExactInteger.make(value < 0 ? -mantissa : mantissa)
  if exponent >= 0 { return ExactInteger.shiftLeft(integer, exponent) }
  return ExactRational.divide(integer, ExactInteger.shiftLeft(.fixnum(1), -exponent))
}

/// Whether a double is an integer (infinities are not).
@inline(__always)
func isIntegral(_ value: Double) -> Bool { value.rounded(.towardZero) == value && value.isFinite }
