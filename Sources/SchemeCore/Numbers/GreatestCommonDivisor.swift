// The greatest common divisor of long integers, in place: Lehmer's method (Knuth, The Art of Computer Programming, 4.5.2, algorithm L).
//
// The leading 62 bits of both numbers decide many steps of Euclid's algorithm at once; what they do is kept as a matrix of small numbers, with which
// both are multiplied in one pass.
import GuestABI

enum GreatestCommonDivisor {
  /// For bignums `a` and `b`, not negative.
  static func find(_ a: Word, _ b: Word) -> Word {
    let capacity = max(Bignum.limbs(a).count, Bignum.limbs(b).count) + 1
    guard let space = Workspace(limbs: 2 * capacity) else { return .fixnum(1) }
    var x = copy(Bignum.limbs(a), to: space.base)
    var y = copy(Bignum.limbs(b), to: space.base + capacity)
    if Limbs.compare(x, y) < 0 { swap(&x, &y) }
    while y.count > 1 && !LongWork.shouldStop() {
      if !reduce(&x, &y, shift: max(x.bitCount - 62, 0)) {
        // The numbers are too different: one step by a whole division.
        let remainder = ExactInteger.divide(word(x), word(y)).remainder
        let source = Bignum.from(remainder)
        let target = x.base
        x = y
        y = copy(Bignum.limbs(source), to: target)
      }
      if Limbs.compare(x, y) < 0 { swap(&x, &y) }
    }
    return ExactInteger.gcd(word(y), ExactInteger.divideUnlessZero(word(x), word(y)))
  }

  private static func copy(_ source: Limbs, to target: LimbPointer) -> Limbs {
    target.update(from: source.base, count: source.count)
    var result = Limbs(base: target, count: source.count)
    result.trim()
    return result
  }

  private static func word(_ limbs: Limbs) -> Word {
    Bignum.normalized(Bignum.copy(limbs, capacity: limbs.count), negative: false)
  }

  /// Does as many steps as the leading bits allow for certain; false if that is none.
  private static func reduce(_ x: inout Limbs, _ y: inout Limbs, shift: Int) -> Bool {
    var (u, v) = (Int64(x.bits64(from: shift)), Int64(y.bits64(from: shift)))
    var (a, b, c, d): (Int64, Int64, Int64, Int64) = (1, 0, 0, 1)
    // The true quotient lies between those of the extreme values that the missing bits allow.
    while v + c != 0 && v + d != 0 {
      let quotient = (u + a) / (v + c)
      if quotient != (u + b) / (v + d) || quotient >> 31 != 0 { break }
      let (nextC, nextD) = (a - quotient * c, b - quotient * d)
      // Factors must stay below 31 bits.
      if nextC.magnitude >> 31 != 0 || nextD.magnitude >> 31 != 0 { break }
      (a, b, c, d) = (c, d, nextC, nextD)
      (u, v) = (v, u - quotient * v)
    }
    if b == 0 { return false }
    var (sumX, sumY): (Int64, Int64) = (0, 0)
    for index in 0..<x.count {
      let (p, q) = (x[index], index < y.count ? y[index] : 0)
      // By halves of 32 bits: each product has 63 bits with its sign, and their signs differ.
      let (p0, q0) = (Int64(p & 0xFFFF_FFFF), Int64(q & 0xFFFF_FFFF))
      let (p1, q1) = (Int64(p >> 32), Int64(q >> 32))
      sumX = sumX &+ a &* p0 &+ b &* q0
      sumY = sumY &+ c &* p0 &+ d &* q0
      let (lowX, lowY) = (UInt64(bitPattern: sumX) & 0xFFFF_FFFF, UInt64(bitPattern: sumY) & 0xFFFF_FFFF)
      sumX = sumX >> 32 &+ a &* p1 &+ b &* q1
      sumY = sumY >> 32 &+ c &* p1 &+ d &* q1
      x[index] = UInt64(bitPattern: sumX) << 32 | lowX
      y.base[index] = UInt64(bitPattern: sumY) << 32 | lowY
      sumX >>= 32
      sumY >>= 32
    }
    y.count = x.count
    x.trim()
    y.trim()
    return true
  }
}

extension ExactInteger {
  /// The remainder of `a` by `b`; `a` when `b` is 0.
  fileprivate static func divideUnlessZero(_ a: Word, _ b: Word) -> Word { b == 0 ? a : divide(a, b).remainder }
}
