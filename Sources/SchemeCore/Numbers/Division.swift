// Quotients of magnitudes: Knuth's algorithm D, and the recursive division of Burnikel and Ziegler ("Fast Recursive Division", 1998), whose work
// is done by multiplications.
//
// In all of it the divisor's highest bit is set, the dividend becomes the remainder, and quotients are written to places of their own.
import GuestABI

enum Division {
  static let recursiveLimbs = 70

  /// Divides `dividend[0 ..< m]` by `divisor[0 ..< n]`, n being at least 2 and at most m: the lower m - n limbs of the quotient go to `quotient`, its
  /// highest (0 or 1) is returned.
  static func divide(
    _ dividend: LimbPointer, _ m: Int, by divisor: LimbPointer, _ n: Int, quotient: LimbPointer
  ) -> UInt32 {
    if n < recursiveLimbs || m - n < recursiveLimbs { return divideShort(dividend, m, by: divisor, n, quotient) }
    let space = Workspace(limbs: 2 * n)
    // Blocks of n limbs of the quotient, the highest being shorter.
    var at = m - n
    var block = at % n
    if block == 0 { block = n }
    at -= block
    let top = divideBlock(dividend + at, by: divisor, n, quotient + at, block, space.base)
    while at > 0 {
      at -= n
      _ = divideBlock(dividend + at, by: divisor, n, quotient + at, n, space.base)
    }
    return top
  }

  /// One block: `dividend` has `n + count` limbs, the quotient `count`, not more than n.
  private static func divideBlock(
    _ dividend: LimbPointer, by divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer, _ count: Int, _ space: LimbPointer
  ) -> UInt32 {
    if count == n { return divideRecursively(dividend, by: divisor, n, quotient, space) }
    if count < recursiveLimbs { return divideShort(dividend, n + count, by: divisor, n, quotient) }
    // The highest limbs decide the quotient up to a correction for the rest of the divisor.
    let rest = n - count
    let top = divideRecursively(dividend + rest, by: divisor + rest, count, quotient, space)
    return correct(dividend, divisor, n, quotient, count, rest, top, space)
  }

  /// A dividend of 2n limbs; the quotient has n.
  private static func divideRecursively(
    _ dividend: LimbPointer, by divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer, _ space: LimbPointer
  ) -> UInt32 {
    if n < recursiveLimbs { return divideShort(dividend, 2 * n, by: divisor, n, quotient) }
    let low = n / 2
    let high = n - low
    // The quotient's higher half, then the lower.
    var top = divideRecursively(dividend + 2 * low, by: divisor + low, high, quotient + low, space)
    top = correct(dividend + low, divisor, n, quotient + low, high, low, top, space)
    let carry = divideRecursively(dividend + high, by: divisor + high, low, quotient, space)
    _ = correct(dividend, divisor, n, quotient, low, high, carry, space)
    return top
  }

  /// The quotient (`count` limbs and `top`) was made with the highest `count` limbs of the divisor only, and the dividend's n lowest limbs (above the `rest`
  /// lowest) are the remainder of that. Subtracts the quotient's product with the `rest` other limbs; while that is too much, the quotient is too large.
  private static func correct(
    _ dividend: LimbPointer, _ divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer, _ count: Int, _ rest: Int,
    _ top: UInt32, _ space: LimbPointer
  ) -> UInt32 {
    Multiplication.multiply(quotient, count, divisor, rest, to: space)
    var borrow = Multiplication.subtract(dividend, space, n)
    if top != 0 { borrow += Multiplication.subtract(dividend + count, divisor, rest) }
    var top = top
    while borrow != 0 {
      top &-= Multiplication.decrement(quotient, count, by: 1)
      borrow &-= Multiplication.add(dividend, divisor, n)
    }
    return top
  }

  /// Knuth, The Art of Computer Programming, 4.3.1, algorithm D.
  private static func divideShort(
    _ dividend: LimbPointer, _ m: Int, by divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer
  ) -> UInt32 {
    let top = UInt64(divisor[n - 1])
    let second = UInt64(divisor[n - 2])
    var at = m - n
    let isLarge = compare(dividend + at, divisor, n) >= 0
    if isLarge { _ = Multiplication.subtract(dividend + at, divisor, n) }
    while at > 0 {
      at -= 1
      let head = UInt64(dividend[at + n]) << 32 | UInt64(dividend[at + n - 1])
      var digit = head / top
      var rest = head &- digit &* top
      while digit >> 32 != 0 || digit &* second > (rest << 32 | UInt64(dividend[at + n - 2])) {
        digit &-= 1
        rest &+= top
        if rest >> 32 != 0 { break }
      }
      let borrow = subtractProduct(divisor, n, digit, from: dividend + at)
      if UInt64(dividend[at + n]) < UInt64(borrow) {
        // The digit was one too large.
        digit &-= 1
        _ = Multiplication.add(dividend + at, divisor, n)
      }
      dividend[at + n] = 0
      quotient[at] = UInt32(truncatingIfNeeded: digit)
    }
    return isLarge ? 1 : 0
  }

  /// `x -= y * factor`; returns what is missing beyond.
  @inline(__always)
  private static func subtractProduct(_ y: LimbPointer, _ count: Int, _ factor: UInt64, from x: LimbPointer) -> UInt32 {
    var carry: UInt64 = 0
    for index in 0..<count {
      carry = carry &+ factor &* UInt64(y[index])
      let difference = UInt64(x[index]) &- (carry & 0xFFFF_FFFF)
      x[index] = UInt32(truncatingIfNeeded: difference)
      carry = (carry >> 32) &+ (difference >> 63)
    }
    return UInt32(truncatingIfNeeded: carry)
  }

  private static func compare(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> Int {
    var index = count - 1
    while index >= 0 {
      if x[index] != y[index] { return x[index] < y[index] ? -1 : 1 }
      index -= 1
    }
    return 0
  }
}
