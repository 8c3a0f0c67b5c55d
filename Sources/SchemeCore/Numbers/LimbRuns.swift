// Sums, differences and shifts in place of runs of limbs.
import GuestABI

enum LimbRun {
  /// `x += y`, both of `count` limbs; returns the carry.
  @inline(__always)
  static func add(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> UInt64 {
    limbLoops.add(x, x, y, count)
  }

  /// `x += y`, y being shorter; returns the carry.
  static func add(_ x: LimbPointer, _ y: LimbPointer, _ short: Int, _ long: Int) -> UInt64 {
    increment(x + short, long - short, by: add(x, y, short))
  }

  /// `x += y << shift`, y being shorter; returns what goes beyond.
  static func addShifted(_ x: LimbPointer, _ y: LimbPointer, _ short: Int, _ long: Int, shift: UInt64) -> UInt64 {
    var carry: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<short {
      x[index] = addWithCarry(x[index], y[index] << shift | low, &carry)
      low = y[index] >> (64 - shift)
    }
    return increment(x + short, long - short, by: carry &+ low)
  }

  /// `x += carry`; returns the carry out.
  static func increment(_ x: LimbPointer, _ count: Int, by carry: UInt64) -> UInt64 {
    var carry = carry
    var index = 0
    while carry != 0 && index < count {
      let sum = x[index] &+ carry
      carry = sum < carry ? 1 : 0
      x[index] = sum
      index += 1
    }
    return carry
  }

  /// `x -= y`, both of `count` limbs; returns the borrow.
  @inline(__always) @discardableResult
  static func subtract(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> UInt64 {
    limbLoops.subtract(x, x, y, count)
  }

  /// `x -= y`, y being shorter; returns the borrow.
  @discardableResult
  static func subtract(_ x: LimbPointer, _ y: LimbPointer, _ short: Int, _ long: Int) -> UInt64 {
    decrement(x + short, long - short, by: subtract(x, y, short))
  }

  /// `x = y - x`, y not being smaller.
  static func reverseSubtract(_ x: LimbPointer, from y: LimbPointer, _ count: Int) {
    _ = limbLoops.subtract(x, y, x, count)
  }

  /// `x -= borrow`; returns the borrow out.
  static func decrement(_ x: LimbPointer, _ count: Int, by borrow: UInt64) -> UInt64 {
    var borrow = borrow
    var index = 0
    while borrow != 0 && index < count {
      let old = x[index]
      x[index] = old &- borrow
      borrow = old < borrow ? 1 : 0
      index += 1
    }
    return borrow
  }

  /// `result[0 ..< m] = |x - y|` for `m >= n`; whether it is negative.
  static func absoluteDifference(_ x: LimbPointer, _ m: Int, _ y: LimbPointer, _ n: Int, to result: LimbPointer) -> Bool {
    var isNegative = false
    var index = m - 1
    while index >= 0 {
      let other = index < n ? y[index] : 0
      if x[index] != other {
        isNegative = x[index] < other
        break
      }
      index -= 1
    }
    var borrow = isNegative ? limbLoops.subtract(result, y, x, n) : limbLoops.subtract(result, x, y, n)
    // (If the difference is negative, the rest of x is 0.)
    for index in n..<m {
      result[index] = isNegative ? 0 : subtractWithBorrow(x[index], 0, &borrow)
    }
    return isNegative
  }

  /// -1, 0 or 1.
  static func compare(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> Int {
    var index = count - 1
    while index >= 0 {
      if x[index] != y[index] { return x[index] < y[index] ? -1 : 1 }
      index -= 1
    }
    return 0
  }

  static func halve(_ x: LimbPointer, _ count: Int) {
    for index in 0..<count - 1 { x[index] = x[index] >> 1 | x[index + 1] << 63 }
    x[count - 1] >>= 1
  }

  /// Divides by three what is known to be a multiple of it: by the inverse of three modulo 2^64, from the least significant limb on.
  static func divideByThree(_ x: LimbPointer, _ count: Int) {
    var borrow: UInt64 = 0
    for index in 0..<count {
      let limb = x[index]
      let quotient = (limb &- borrow) &* 0xAAAA_AAAA_AAAA_AAAB
      borrow = (limb < borrow ? 1 : 0) &+ (quotient >= 0x5555_5555_5555_5556 ? 1 : 0) &+ (quotient >= 0xAAAA_AAAA_AAAA_AAAB ? 1 : 0)
      x[index] = quotient
    }
  }
}
