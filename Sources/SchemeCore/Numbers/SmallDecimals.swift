// Fixnums as decimal text and back, without a buffer in between: what most conversions are.
import GuestABI

enum SmallDecimals {
  /// The string of a fixnum.
  static func string(_ value: Int64) -> Word {
    var rest = value.magnitude
    var (digits, limit) = (1, UInt64(10))
    while rest >= limit {
      digits &+= 1
      limit &*= 10
    }
    let string = makeUninitializedString(count: digits + (value < 0 ? 1 : 0))
    if value < 0 { setStringElement(string, 0, 0x2D) }
    var index = stringCount(string)
    while digits > 0 {
      index &-= 1
      setStringElement(string, index, 0x30 &+ nextDigit(&rest))
      digits &-= 1
    }
    return string
  }

  /// The last digit of a number, which loses it. (Divisions take long; those of small numbers can be multiplications.)
  @inline(__always)
  static func nextDigit(_ number: inout UInt64) -> UInt32 {
    let quotient = number >> 32 == 0 ? (number &* 0xCCCC_CCCD) >> 35 : number / 10
    let digit = UInt32(truncatingIfNeeded: number &- quotient &* 10)
    number = quotient
    return digit
  }

  /// The fixnum that a string is; nil for all that has more than 17 characters or anything but digits after a sign.
  static func parse(_ string: Word) -> Word? {
    let count = stringCount(string)
    if count == 0 || count > 17 { return nil }
    let first = stringElement(string, 0)
    let isSigned = first == 0x2D || first == 0x2B
    if isSigned && count == 1 { return nil }
    var value: Int64 = 0
    for index in (isSigned ? 1 : 0)..<count {
      let digit = stringElement(string, index) &- 0x30
      if digit > 9 { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return .fixnum64(first == 0x2D ? -value : value)
  }
}
