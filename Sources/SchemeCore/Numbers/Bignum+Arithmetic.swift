// Arithmetic of magnitudes that takes time proportional to their length. (Wrapping operators in the loops, as in Multiplication.swift.)
import GuestABI

extension Limbs {
  /// `result = a + b`; `result` has room for one limb more than the longer one has. Returns the limbs written.
  static func add(_ a: Limbs, _ b: Limbs, to result: Limbs) -> Int {
    let (long, short) = a.count >= b.count ? (a, b) : (b, a)
    var carry: UInt64 = 0
    var index = 0
    while index < short.count {
      carry &+= UInt64(long[index]) &+ UInt64(short[index])
      result[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
      index += 1
    }
    while index < long.count {
      carry &+= UInt64(long[index])
      result[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
      index += 1
    }
    result[index] = UInt32(carry)
    return index + 1
  }

  /// `result = a - b`, for `a >= b`.
  static func subtract(_ a: Limbs, _ b: Limbs, to result: Limbs) {
    var borrow: Int64 = 0
    var index = 0
    while index < a.count {
      borrow &+= Int64(a[index]) &- (index < b.count ? Int64(b[index]) : 0)
      result[index] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 32
      index += 1
    }
  }

  /// Multiplies this in place by a small number and adds another; the result must fit `count` limbs.
  func multiplyAdd(_ factor: UInt32, _ addend: UInt32) {
    var carry = UInt64(addend)
    for index in 0..<count {
      carry &+= UInt64(base[index]) &* UInt64(factor)
      base[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
  }

  /// `result = self / divisor`; `result` may be `self`. Returns the remainder.
  @discardableResult
  func divide(by divisor: UInt32, to result: Limbs) -> UInt32 {
    var remainder: UInt64 = 0
    var index = count - 1
    while index >= 0 {
      let head = remainder << 32 | UInt64(base[index])
      let digit = head / UInt64(divisor)
      result[index] = UInt32(truncatingIfNeeded: digit)
      remainder = head &- digit &* UInt64(divisor)
      index -= 1
    }
    return UInt32(remainder)
  }

  /// `result = self << bits`, `result` having `count + bits / 32 + 1` limbs.
  func shiftLeft(_ bits: Int, to result: Limbs) {
    let (whole, rest) = (bits >> 5, UInt32(bits & 31))
    var index = count
    while index >= 0 {
      let high = index < count ? base[index] : 0
      let low = index > 0 ? base[index - 1] : 0
      result[index + whole] = rest == 0 ? high : high << rest | low >> (32 - rest)
      index -= 1
    }
    for index in 0..<whole { result[index] = 0 }
  }
}
