// Text to number: the lexical syntax of R7RS 7.1.1. Decimals are rounded correctly: the fast path where one double operation is exact, else exact
// arithmetic. Besides `e` an exponent may be marked by s, f, d or l, as in R5RS.
import GuestABI

public enum NumberParser {
  /// More digits than this are refused: all of them could be needed for a number of the greatest length.
  static func maximumDigits(radix: Int) -> Int { Bignum.maximumBits / (Int.bitWidth - (radix - 1).leadingZeroBitCount) - 64 }

  /// The number that a text is; #f if it is none, `Constant.undefined` if it is longer than can be handled.
  public static func parse(_ text: UnsafeBufferPointer<UInt8>, radix: Int = 10) -> Word {
    var cursor = Cursor(text: text, radix: radix)
    return cursor.parse()
  }
}

/// What `#e` and `#i` say.
private enum Exactness { case asWritten, exact, inexact }

/// Digits as they are read: a small number while it fits, and their place in the text for later.
private struct Digits {
  var value: UInt64 = 0
  var count = 0
  var start = 0
  var isSmall = true
}

private struct Cursor {
  let text: UnsafeBufferPointer<UInt8>
  var radix: Int
  var at = 0
  var exactness = Exactness.asWritten

  init(text: UnsafeBufferPointer<UInt8>, radix: Int) {
    self.text = text
    self.radix = radix
  }

  private var isAtEnd: Bool { at >= text.count }
  /// The next character as a lower-case letter; 0 at the end.
  private var next: UInt8 {
    if isAtEnd { return 0 }
    let byte = text[at]
    return byte >= 65 && byte <= 90 ? byte + 32 : byte
  }

  mutating func parse() -> Word {
    var hasRadix = false
    var hasExactness = false
    while next == UInt8(ascii: "#") {
      at += 1
      let isRadix = next != UInt8(ascii: "e") && next != UInt8(ascii: "i")
      if isRadix ? hasRadix : hasExactness { return Constant.false }
      switch next {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "b"): radix = 2
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "d"): radix = 10
      case UInt8(ascii: "e"): exactness = .exact
      case UInt8(ascii: "i"): exactness = .inexact
      default: return Constant.false
      }
      if isRadix { hasRadix = true } else { hasExactness = true }
      at += 1
    }
    if text.count - at > NumberParser.maximumDigits(radix: radix) { return isPlausible ? Constant.undefined : Constant.false }
    if let unit = imaginaryUnit { return ComplexNumber.make(0, unit) }
    let isSigned = isSign(next)
    let first = real()
    if isAtEnd || !isValid(first) { return first }
    if isAtLastI { return isSigned ? ComplexNumber.make(0, first) : Constant.false }
    if next == UInt8(ascii: "@") {
      at += 1
      let angle = real()
      if !isValid(angle) { return angle }
      return isAtEnd ? polar(first, angle) : Constant.false
    }
    if !isSign(next) { return Constant.false }
    if let unit = imaginaryUnit { return ComplexNumber.make(first, unit) }
    let second = real()
    if !isValid(second) { return second }
    return isAtLastI ? ComplexNumber.make(first, second) : Constant.false
  }

  private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
  private func isValid(_ number: Word) -> Bool { number != Constant.false && number != Constant.undefined }

  /// Whether only the `i` of an imaginary part is left.
  private var isAtLastI: Bool { next == UInt8(ascii: "i") && at == text.count - 1 }

  /// 1 or -1 if only `+i` or `-i` is left. (In large radices `i` is a digit.)
  private var imaginaryUnit: Word? {
    guard radix <= 18, at == text.count - 2, isSign(next), text[at + 1] | 32 == UInt8(ascii: "i") else { return nil }
    let unit = next == UInt8(ascii: "-") ? -1 : 1
    return exactness == .inexact ? makeFlonum(Double(unit)) : .fixnum(unit)
  }

  private func polar(_ magnitude: Word, _ angle: Word) -> Word {
    let number = ComplexNumber.polar(magnitude, angle)
    return exactness == .exact ? ComplexNumber.exact(number) ?? Constant.false : number
  }

  /// Reads a real number; #f if there is none.
  private mutating func real() -> Word {
    let isNegative = next == UInt8(ascii: "-")
    if isSign(next) {
      at += 1
      if passes("inf.0") { return finish(isNegative ? -Double.infinity : .infinity) }
      if passes("nan.0") { return finish(.nan) }
    }
    let whole = digits()
    if next == UInt8(ascii: "/") { return fraction(whole, isNegative) }
    if radix == 10 && (next == UInt8(ascii: ".") || isExponentMarker(next)) { return decimal(whole, isNegative) }
    if whole.count == 0 { return Constant.false }
    let integer = signed(integer(whole), isNegative)
    return exactness == .inexact ? finish(inexact(integer, isNegative)) : integer
  }

  private func isExponentMarker(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "e"), UInt8(ascii: "s"), UInt8(ascii: "f"), UInt8(ascii: "d"), UInt8(ascii: "l"): true
    default: false
    }
  }

  /// Whether a very long text starts like a number.
  private var isPlausible: Bool {
    for index in at..<min(at + 1000, text.count) {
      let byte = text[index]
      if Self.digitValue(byte) >= radix && byte != 46 && byte != 45 && byte != 43 { return false }
    }
    return true
  }

  /// Passes a word if it is next.
  private mutating func passes(_ word: StaticString) -> Bool {
    if text.count - at < word.utf8CodeUnitCount { return false }
    for index in 0..<word.utf8CodeUnitCount {
      let byte = text[at + index]
      if (byte >= 65 && byte <= 90 ? byte + 32 : byte) != word.utf8Start[index] { return false }
    }
    at += word.utf8CodeUnitCount
    return true
  }

  private func finish(_ value: Double) -> Word {
    if exactness != .exact { return makeFlonum(value) }
    return value.isFinite ? doubleToExact(value) : Constant.false
  }

  private func inexact(_ number: Word, _ isNegative: Bool) -> Double {
    number == 0 && isNegative ? -0.0 : toDouble(number)
  }

  private func signed(_ integer: Word, _ isNegative: Bool) -> Word { isNegative ? ExactInteger.negate(integer) : integer }

  private static func digitValue(_ byte: UInt8) -> Int {
    if byte >= 48 && byte <= 57 { return Int(byte) - 48 }
    let lower = byte | 32
    return lower >= 97 && lower <= 122 ? Int(lower) - 87 : 99
  }

  /// Reads digits of the radix.
  private mutating func digits() -> Digits {
    var result = Digits()
    result.start = at
    while !isAtEnd {
      let digit = Self.digitValue(text[at])
      if digit >= radix { break }
      if result.value < 1 << 58 {
        result.value = result.value &* UInt64(radix) &+ UInt64(digit)
      } else {
        result.isSmall = false
      }
      result.count += 1
      at += 1
    }
    return result
  }

  private func integer(_ digits: Digits) -> Word {
    if digits.isSmall { return ExactInteger.make(digits.value) }
    var powers: [Word] = []
    return integer(from: digits.start, to: digits.start + digits.count, &powers)
  }

  /// Long runs are cut in two, so that the work is done by multiplications of long numbers. `powers[i]` is the radix to the power `shortRun << i`.
  private func integer(from start: Int, to end: Int, _ powers: inout [Word]) -> Word {
    let shortRun = 400
    if end - start <= shortRun {
      var accumulator = DigitAccumulator(radix: radix, count: end - start)
      for index in start..<end { accumulator.append(Self.digitValue(text[index])) }
      return accumulator.value
    }
    var level = 0
    while shortRun << (level + 1) < end - start { level += 1 }
    while powers.count <= level {
      let next =
        powers.isEmpty
        ? ExactInteger.power(.fixnum(radix), UInt64(shortRun))
        : ExactInteger.multiply(powers[powers.count - 1], powers[powers.count - 1])
      powers.append(next)
    }
    let middle = end - shortRun << level
    let high = integer(from: start, to: middle, &powers)
    return ExactInteger.add(ExactInteger.multiply(high, powers[level]), integer(from: middle, to: end, &powers))
  }

  private mutating func fraction(_ numerator: Digits, _ isNegative: Bool) -> Word {
    at += 1
    let denominator = digits()
    if numerator.count == 0 || denominator.count == 0 { return Constant.false }
    let below = integer(denominator)
    if below == 0 { return Constant.false }
    let value = ExactRational.divide(signed(integer(numerator), isNegative), below)
    return exactness == .inexact ? finish(inexact(value, isNegative)) : value
  }

  /// Digits, a point, digits, an exponent; the whole part has been read.
  private mutating func decimal(_ whole: Digits, _ isNegative: Bool) -> Word {
    var part = Digits()
    if next == UInt8(ascii: ".") {
      at += 1
      part = digits()
    }
    if whole.count + part.count == 0 { return Constant.false }
    var exponent = 0
    if isExponentMarker(next) {
      at += 1
      let isDown = next == UInt8(ascii: "-")
      if isSign(next) { at += 1 }
      let start = at
      while next >= 48 && next <= 57 {
        exponent = min(exponent * 10 + Int(next) - 48, 10_000_000)
        at += 1
      }
      if at == start { return Constant.false }
      if isDown { exponent = -exponent }
    }
    if exactness == .exact { return exactDecimal(whole, part, exponent - part.count, isNegative) }
    let value = inexactDecimal(whole, part, exponent - part.count)
    return makeFlonum(isNegative ? -value : value)
  }

  /// `digits * 10^exponent`, exactly.
  private func exactDecimal(_ whole: Digits, _ part: Digits, _ exponent: Int, _ isNegative: Bool) -> Word {
    if exponent > 1_000_000 || exponent < -1_000_000 { return Constant.undefined }
    let shifted = ExactInteger.multiply(integer(whole), ExactInteger.power(.fixnum(radix), UInt64(part.count)))
    let power = ExactInteger.power(.fixnum(radix), UInt64(exponent.magnitude))
    if shifted == Constant.unwind || power == Constant.unwind { return Constant.undefined }
    let mantissa = signed(ExactInteger.add(shifted, integer(part)), isNegative)
    let value = exponent >= 0 ? ExactInteger.multiply(mantissa, power) : ExactRational.divide(mantissa, power)
    return value == Constant.unwind ? Constant.undefined : value
  }

  /// The same as the nearest double. Digits beyond those that the middle between two doubles can have decide only whether there is something more.
  private func inexactDecimal(_ whole: Digits, _ part: Digits, _ exponent: Int) -> Double {
    let limit = radix == 10 ? 800 : 1200
    var accumulator = DigitAccumulator(radix: radix, count: min(whole.count + part.count, limit + 1))
    var dropped = 0
    var isMore = false
    func take(_ digits: Digits) {
      for index in digits.start..<digits.start + digits.count {
        let digit = Self.digitValue(text[index])
        if accumulator.significantDigits < limit {
          accumulator.append(digit)
        } else {
          dropped += 1
          if digit != 0 { isMore = true }
        }
      }
    }
    take(whole)
    take(part)
    if isMore {
      accumulator.append(1)
      dropped -= 1
    }
    return digitsToDouble(
      accumulator.value, significantDigits: accumulator.significantDigits, radix: radix, exponent: exponent + dropped)
  }
}

/// Builds an integer from digits, eighteen or so at a time.
struct DigitAccumulator {
  private let radix: Int
  private var small: UInt64 = 0
  private var big: Word = Constant.false
  private var used = 0
  private var capacity: Int
  private var chunk: UInt64 = 0
  private var chunkScale: UInt64 = 1
  /// Digits without leading zeros.
  private(set) var significantDigits = 0

  init(radix: Int, count: Int) {
    self.radix = radix
    capacity = count * (64 - (radix - 1).leadingZeroBitCount) / 64 + 2
  }

  mutating func append(_ digit: Int) {
    if digit != 0 || significantDigits > 0 { significantDigits += 1 }
    if big == Constant.false {
      if small < 1 << 56 {
        small = small &* UInt64(radix) &+ UInt64(digit)
        return
      }
      big = Bignum.make(limbs: capacity)
      let limbs = Bignum.limbs(big)
      limbs[0] = small
      used = 1
    }
    chunk = chunk &* UInt64(radix) &+ UInt64(digit)
    chunkScale = chunkScale &* UInt64(radix)
    if chunkScale >= UInt64.max / 36 { flush() }
  }

  private mutating func flush() {
    let limbs = Bignum.limbs(big)
    limbs[used] = 0
    used += 1
    Limbs(base: limbs.base, count: used).multiplyAdd(chunkScale, chunk)
    if limbs[used - 1] == 0 { used -= 1 }
    chunk = 0
    chunkScale = 1
  }

  var value: Word {
    mutating get {
      if big == Constant.false { return ExactInteger.make(small) }
      if chunkScale > 1 { flush() }
      Bignum.setSign(big, negative: false, count: used)
      return Bignum.normalized(big, negative: false)
    }
  }
}

/// The double nearest to `mantissa * radix^exponent`; the mantissa is not negative.
private func digitsToDouble(_ mantissa: Word, significantDigits: Int, radix: Int, exponent: Int) -> Double {
  if mantissa == 0 { return 0 }
  if radix == 10 {
    if mantissa.isFixnum && mantissa.fixnumValue <= 1 << 53 && exponent >= -22 && exponent <= 22 {
      let value = Double(mantissa.fixnumValue)
      return exponent < 0 ? value / powerOfTen(-exponent) : value * powerOfTen(exponent)
    }
    if significantDigits + exponent > 310 { return .infinity }
    if significantDigits + exponent < -330 { return 0 }
  }
  if significantDigits + exponent > 1100 { return .infinity }
  if significantDigits + exponent < -1100 { return 0 }
  let power = ExactInteger.power(.fixnum(radix), UInt64(exponent.magnitude))
  return exponent >= 0 ? integerToDouble(ExactInteger.multiply(mantissa, power)) : ratioToDouble(mantissa, power)
}

/// 10 to a power up to 22, which is exact.
private func powerOfTen(_ exponent: Int) -> Double {
  var result = 1.0
  for _ in 0..<exponent { result *= 10 }
  return result
}
