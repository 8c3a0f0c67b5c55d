// Arithmetic of magnitudes that takes time proportional to their length. (Wrapping operators in the loops, as in LimbLoops.swift.)
import GuestABI

extension Limbs {
  /// `result = a + b`; `result` has room for one limb more than the longer one has.
  static func add(_ a: Limbs, _ b: Limbs, to result: Limbs) {
    let (long, short) = a.count >= b.count ? (a, b) : (b, a)
    var carry = limbLoops.add(result.base, long.base, short.base, short.count)
    for index in short.count..<long.count { result[index] = addWithCarry(long[index], 0, &carry) }
    result[long.count] = carry
  }

  /// `result = a - b`, for `a >= b`.
  static func subtract(_ a: Limbs, _ b: Limbs, to result: Limbs) {
    var borrow = limbLoops.subtract(result.base, a.base, b.base, b.count)
    for index in b.count..<a.count { result[index] = subtractWithBorrow(a[index], 0, &borrow) }
  }

  /// Multiplies this in place by a small number and adds another; the result must fit `count` limbs.
  func multiplyAdd(_ factor: UInt64, _ addend: UInt64) {
    var carry = addend
    for index in 0..<count {
      let (high, low) = wideProduct(base[index], factor)
      let sum = low &+ carry
      base[index] = sum
      carry = high &+ (sum < low ? 1 : 0)
    }
  }

  /// `result = self << bits`, `result` having `count + bits / 64 + 1` limbs.
  func shiftLeft(_ bits: Int, to result: Limbs) {
    let (whole, rest) = (bits >> 6, UInt64(bits & 63))
    var index = count
    while index >= 0 {
      let high = index < count ? base[index] : 0
      let low = index > 0 ? base[index - 1] : 0
      result[index + whole] = rest == 0 ? high : high << rest | low >> (64 - rest)
      index -= 1
    }
    for index in 0..<whole { result[index] = 0 }
  }

  /// `result = self >> bits`, in as many limbs as `result` has; `result` may be `self`.
  func shiftRight(_ bits: Int, to result: Limbs) {
    let (whole, rest) = (bits >> 6, UInt64(bits & 63))
    for index in 0..<result.count {
      let low = index + whole < count ? base[index + whole] : 0
      let high = index + whole + 1 < count ? base[index + whole + 1] : 0
      result[index] = rest == 0 ? low : low >> rest | high << (64 - rest)
    }
  }
}
