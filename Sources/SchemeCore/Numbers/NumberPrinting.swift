// Number to text: integers in any radix, flonums with the fewest digits that read back as the same number.
import GuestABI

extension TextBuffer {
  /// Appends a number as it is read.
  mutating func append(number: Word, radix: Int = 10) {
    switch NumberKind.of(number) {
    case .fixnum: append(integer: number.fixnumValue, radix: radix)
    case .bignum: append(bignum: number, radix: radix)
    case .ratnum:
      append(number: number.field(0), radix: radix)
      append(UInt8(ascii: "/"))
      append(number: number.field(1), radix: radix)
    case .flonum: radix == 10 ? append(flonum: number.flonumValue) : append(flonum: number.flonumValue, radix: radix)
    case .compnum: append(compnum: number, radix: radix)
    case .none: break
    }
  }

  /// `1/2+i`, `-2.5i`.
  private mutating func append(compnum number: Word, radix: Int) {
    let (real, imaginary) = (ComplexNumber.real(number), ComplexNumber.imaginary(number))
    if real != 0 { append(number: real, radix: radix) }
    switch imaginary {
    case .fixnum(1): append(UInt8(ascii: "+"))
    case .fixnum(-1): append(UInt8(ascii: "-"))
    default:
      let hasSign =
        imaginary.isFlonum
        ? imaginary.flonumValue.sign == .minus || !imaginary.flonumValue.isFinite : ExactRational.isNegative(imaginary)
      if !hasSign { append(UInt8(ascii: "+")) }
      append(number: imaginary, radix: radix)
    }
    append(UInt8(ascii: "i"))
  }

  private mutating func append(digit: Int) { append(UInt8(digit < 10 ? 48 + digit : 87 + digit)) }

  private mutating func append(integer: Int64, radix: Int) {
    if integer < 0 { append(UInt8(ascii: "-")) }
    let first = count
    var rest = integer.magnitude
    if radix == 10 {
      repeat { append(UInt8(truncatingIfNeeded: 0x30 &+ SmallDecimals.nextDigit(&rest))) } while rest > 0
      return reverse(from: first)
    }
    repeat {
      append(digit: Int(rest % UInt64(radix)))
      rest /= UInt64(radix)
    } while rest > 0
    reverse(from: first)
  }

  private mutating func append(bignum: Word, radix: Int) {
    if Bignum.isNegative(bignum) { append(UInt8(ascii: "-")) }
    if radix.nonzeroBitCount == 1 { return append(bitsOf: Bignum.limbs(bignum), perDigit: radix.trailingZeroBitCount) }
    let chunk = DigitChunk(radix: radix)
    // The squares of the chunk's power, as far as they help to halve the number.
    let magnitude = ExactInteger.absolute(bignum)
    var powers: [Word] = [ExactInteger.make(chunk.power)]
    while !LongWork.isAbandoned, ExactInteger.bitCount(powers[powers.count - 1]) * 2 < ExactInteger.bitCount(magnitude) {
      powers.append(ExactInteger.multiply(powers[powers.count - 1], powers[powers.count - 1]))
    }
    append(natural: magnitude, chunk, powers: powers, minimum: 0)
  }

  /// Appends a magnitude in a radix that is a power of two.
  private mutating func append(bitsOf limbs: Limbs, perDigit bits: Int) {
    var at = (limbs.bitCount - 1) / bits * bits
    while at >= 0 && !LongWork.step() {
      append(digit: Int(limbs.bits64(from: at) & (1 << UInt64(bits) - 1)))
      at -= bits
    }
  }

  /// Appends a non-negative integer with at least `minimum` digits: long ones in two halves, cut by one of the `powers` of the chunk's power
  /// (the i-th is it to the power 2^i).
  private mutating func append(natural: Word, _ chunk: DigitChunk, powers: [Word], minimum: Int) {
    let bits = ExactInteger.bitCount(natural)
    if LongWork.isAbandoned { return }
    if bits < DigitChunk.longBits { return append(short: natural, chunk, minimum: minimum) }
    var level = 0
    while level + 1 < powers.count && ExactInteger.bitCount(powers[level + 1]) * 2 <= bits + 64 { level += 1 }
    let (high, low) = ExactInteger.divide(natural, powers[level])
    let lowDigits = chunk.digits << level
    append(natural: high, chunk, powers: powers, minimum: max(minimum - lowDigits, 0))
    append(natural: low, chunk, powers: powers, minimum: lowDigits)
  }

  private mutating func append(short natural: Word, _ chunk: DigitChunk, minimum: Int) {
    // The chunks, least significant first, are kept above the limbs.
    let source = Bignum.limbs(Bignum.from(natural))
    let room = Bignum.limbs(Bignum.copy(source, capacity: 2 * source.count + 2))
    var rest = Limbs(base: room.base, count: source.count)
    rest.trim()
    let chunks = room.base + source.count
    var chunkCount = 0
    while rest.count > 0 {
      chunks[chunkCount] = rest.divide(by: chunk.power, to: rest)
      rest.trim()
      chunkCount += 1
    }
    var digits = 0
    if chunkCount > 0 {
      var first = chunks[chunkCount - 1]
      while first > 0 {
        first /= UInt64(chunk.radix)
        digits += 1
      }
      digits += chunk.digits * (chunkCount - 1)
    }
    let start = count
    if !reserve(start + max(digits, minimum)) { return }
    for _ in 0..<max(minimum - digits, 0) { append(UInt8(ascii: "0")) }
    var end = start + max(digits, minimum)
    setCount(end)
    for index in 0..<chunkCount {
      let width = index == chunkCount - 1 ? digits - chunk.digits * index : chunk.digits
      store(chunks[index], digits: width, radix: chunk.radix, before: end)
      end -= width
    }
  }

  /// Stores so many digits of a number before a place.
  private func store(_ number: UInt64, digits: Int, radix: Int, before end: Int) {
    var rest = number
    var at = base &+ UInt32(end)
    var left = digits
    while left > 0 {
      // Numbers of 32 bits are divided faster, above all by a constant.
      let part = min(left, radix == 10 ? 9 : 6)
      let power: UInt64 = radix == 10 ? 1_000_000_000 : UInt64(radix * radix * radix) &* UInt64(radix * radix * radix)
      let quotient = left > part ? rest / power : 0
      var value = UInt32(truncatingIfNeeded: rest &- quotient &* power)
      for _ in 0..<part {
        let next = radix == 10 ? value / 10 : value / UInt32(radix)
        let digit = value &- next &* UInt32(radix)
        at &-= 1
        store8(at, UInt8(truncatingIfNeeded: digit < 10 ? 48 + digit : 87 + digit))
        value = next
      }
      rest = quotient
      left -= part
    }
  }

  /// Appends a double: positional from 1e-6 to below 1e21, else with an exponent.
  mutating func append(flonum value: Double) {
    if value.isNaN { return append("+nan.0") }
    if value.isInfinite { return append(value < 0 ? "-inf.0" : "+inf.0") }
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    if value == 0 { return append("0.0") }
    // The standard library finds the shortest digits; only their layout is ours.
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var digitCount = 0
    var pointAt = 0
    var hasPoint = false
    var exponent = 0
    var exponentSign = 1
    var isInExponent = false
    withUnsafeMutableBytes(of: &digits) { digits in
      for byte in value.magnitude.description.utf8 {
        switch byte {
        case UInt8(ascii: "."):
          hasPoint = true
          pointAt = digitCount
        case UInt8(ascii: "e"): isInExponent = true
        case UInt8(ascii: "-"): exponentSign = -1
        case UInt8(ascii: "+"): break
        default:
          if isInExponent {
            exponent = exponent * 10 + Int(byte) - 48
          } else if digitCount < 24 {
            digits[digitCount] = byte
            digitCount += 1
          }
        }
      }
      if !hasPoint { pointAt = digitCount }
      var first = 0
      while first < digitCount - 1 && digits[first] == 48 { first += 1 }
      while digitCount > first + 1 && digits[digitCount - 1] == 48 { digitCount -= 1 }
      // The value is 0.d1d2d3... * 10^scale.
      let scale = pointAt - first + exponentSign * exponent
      layOut(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[first..<digitCount]), scale: scale)
    }
  }

  private mutating func layOut(_ digits: UnsafeRawBufferPointer, scale: Int) {
    if scale > 21 || scale < -5 {
      append(digits[0])
      if digits.count > 1 {
        append(UInt8(ascii: "."))
        for index in 1..<digits.count { append(digits[index]) }
      }
      append(UInt8(ascii: "e"))
      return append(decimal: scale - 1)
    }
    if scale <= 0 {
      append("0.")
      for _ in scale..<0 { append(UInt8(ascii: "0")) }
      for digit in digits { append(digit) }
      return
    }
    for index in 0..<max(scale, digits.count) {
      if index == scale { append(UInt8(ascii: ".")) }
      append(index < digits.count ? digits[index] : UInt8(ascii: "0"))
    }
    if digits.count <= scale { append(".0") }
  }

  /// Appends a double in another radix, with the fewest digits that no other double is nearer to (Steele and White 1990, with exact arithmetic), and without
  /// an exponent.
  private mutating func append(flonum value: Double, radix: Int) {
    if !value.isFinite || value == 0 { return append(flonum: value) }
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    let exact = doubleToExact(value.magnitude)
    let whole = ExactRational.round(exact, .down)
    append(number: whole, radix: radix)
    append(UInt8(ascii: "."))
    var rest = ExactRational.subtract(exact, whole)
    // Half of the distance to the next double.
    var margin = ExactRational.divideRationals(doubleToExact(value.magnitude.ulp), .fixnum(2))
    if rest == 0 { return append(UInt8(ascii: "0")) }
    while !LongWork.isAbandoned {
      rest = ExactRational.multiply(rest, .fixnum(radix))
      margin = ExactRational.multiply(margin, .fixnum(radix))
      let digit = ExactRational.round(rest, .down)
      rest = ExactRational.subtract(rest, digit)
      let isLow = ExactRational.compare(rest, margin) < 0
      let isHigh = ExactRational.compare(ExactRational.subtract(.fixnum(1), rest), margin) < 0
      let next = digit.index + 1
      if isLow || isHigh {
        let isUp = isHigh && (!isLow || ExactRational.compare(ExactRational.multiply(rest, .fixnum(2)), .fixnum(1)) > 0)
        // (A carry into the digits before would have ended the loop there.)
        return append(digit: isUp && next < radix ? next : digit.index)
      }
      append(digit: digit.index)
    }
  }
}

/// The digits that are made at once: the largest power of the radix in 64 bits.
private struct DigitChunk {
  let radix: Int
  private(set) var power: UInt64
  private(set) var digits = 1

  /// Numbers of so many bits are cut in halves.
  static let longBits = 64 * 20

  init(radix: Int) {
    self.radix = radix
    power = UInt64(radix)
    while power <= UInt64.max / UInt64(radix) {
      power &*= UInt64(radix)
      digits += 1
    }
  }
}
