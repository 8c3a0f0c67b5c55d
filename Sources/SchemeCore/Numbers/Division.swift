// Quotients of magnitudes: Knuth's algorithm D, and the recursive division of Burnikel and Ziegler ("Fast Recursive Division", 1998), whose work
// is done by multiplications.
//
// In all of it the divisor's highest bit is set, the dividend becomes the remainder, and quotients are written to places of their own.
import GuestABI

enum Division {
  /// From so many limbs on division is recursive.
  private static let recursiveLimbs = 50

  /// Divides `dividend[0 ..< m]` by `divisor[0 ..< n]`, n being at least 2 and at most m: the lower m - n limbs of the quotient go to `quotient`, its
  /// highest (0 or 1) is returned.
  static func divide(
    _ dividend: LimbPointer, _ m: Int, by divisor: LimbPointer, _ n: Int, quotient: LimbPointer
  ) -> UInt64 {
    if n < recursiveLimbs || m - n < recursiveLimbs { return divideShort(dividend, m, by: divisor, n, quotient) }
    guard let space = Workspace(limbs: 2 * n) else { return 0 }
    // Blocks of n limbs of the quotient, the highest being shorter.
    var at = m - n
    var block = at % n
    if block == 0 { block = n }
    at -= block
    let top = divideBlock(dividend + at, by: divisor, n, quotient + at, block, space.base)
    while at > 0 && !LongWork.shouldStop() {
      at -= n
      _ = divideBlock(dividend + at, by: divisor, n, quotient + at, n, space.base)
    }
    return top
  }

  /// One block: `dividend` has `n + count` limbs, the quotient `count`, not more than n.
  private static func divideBlock(
    _ dividend: LimbPointer, by divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer, _ count: Int, _ space: LimbPointer
  ) -> UInt64 {
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
  ) -> UInt64 {
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
    _ top: UInt64, _ space: LimbPointer
  ) -> UInt64 {
    Multiplication.multiply(quotient, count, divisor, rest, to: space)
    var borrow = LimbRun.subtract(dividend, space, n)
    if top != 0 { borrow &+= LimbRun.subtract(dividend + count, divisor, rest) }
    var top = top
    while borrow != 0 && !LongWork.isAbandoned {
      top &-= LimbRun.decrement(quotient, count, by: 1)
      borrow &-= LimbRun.add(dividend, divisor, n)
    }
    return top
  }

  /// Knuth, The Art of Computer Programming, 4.3.1, algorithm D. Each digit of the quotient is found from three limbs of the dividend and two of the
  /// divisor, and then is at most one too large.
  private static func divideShort(
    _ dividend: LimbPointer, _ m: Int, by divisor: LimbPointer, _ n: Int, _ quotient: LimbPointer
  ) -> UInt64 {
    LimbWork.note((m &- n) &* n)
    let head = TwoLimbDivisor(divisor[n - 1], divisor[n - 2])
    var at = m - n
    let isLarge = LimbRun.compare(dividend + at, divisor, n) >= 0
    if isLarge { _ = LimbRun.subtract(dividend + at, divisor, n) }
    while at > 0 {
      at -= 1
      let top = dividend[at + n]
      var digit = head.digit(top, dividend[at + n - 1], dividend[at + n - 2])
      if top < limbLoops.subtractProduct(dividend + at, divisor, n, digit) {
        digit &-= 1
        _ = LimbRun.add(dividend + at, divisor, n)
      }
      dividend[at + n] = 0
      quotient[at] = digit
    }
    return isLarge ? 1 : 0
  }
}
