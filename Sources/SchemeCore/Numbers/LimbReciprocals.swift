// Division by one or two limbs: by multiplication with the divisor's reciprocal (Möller and Granlund, "Improved division by invariant integers", 2011).
import GuestABI

/// A divisor of one limb, whose highest bit is set.
struct OneLimbDivisor {
  let divisor: UInt64
  /// (2^128 - 1) / divisor - 2^64
  let reciprocal: UInt64

  init(_ divisor: UInt64) {
    self.divisor = divisor
    // Two digits of 32 bits of (2^128 - 1 - 2^64 divisor) / divisor.
    let (high, low) = (divisor >> 32, divisor & 0xFFFF_FFFF)
    var rest = ~divisor
    var result: UInt64 = 0
    for _ in 0..<2 {
      var digit = rest / high
      var remainder = rest &- digit &* high
      while digit >> 32 != 0 || digit &* low > (remainder << 32 | 0xFFFF_FFFF) {
        digit &-= 1
        remainder &+= high
        if remainder >> 32 != 0 { break }
      }
      rest = (rest << 32 | 0xFFFF_FFFF) &- digit &* divisor
      result = result << 32 | digit
    }
    reciprocal = result
  }

  /// `high * 2^64 + low` divided, `high` being below the divisor.
  @inline(__always)
  func divide(_ high: UInt64, _ low: UInt64) -> (quotient: UInt64, remainder: UInt64) {
    let estimate = wideProduct(reciprocal, high)
    let sum = estimate.low &+ low
    var quotient = estimate.high &+ high &+ 1 &+ (sum < low ? 1 : 0)
    var remainder = low &- quotient &* divisor
    if remainder > sum {
      quotient &-= 1
      remainder &+= divisor
    }
    if remainder >= divisor {
      quotient &+= 1
      remainder &-= divisor
    }
    return (quotient, remainder)
  }
}

/// A divisor of two limbs, whose highest bit is set.
struct TwoLimbDivisor {
  let high: UInt64
  let low: UInt64
  /// (2^192 - 1) / divisor - 2^64
  let reciprocal: UInt64

  init(_ high: UInt64, _ low: UInt64) {
    self.high = high
    self.low = low
    // That of the higher limb, corrected for the lower one.
    var result = OneLimbDivisor(high).reciprocal
    var rest = high &* result &+ low
    if rest < low {
      result &-= 1
      if rest >= high {
        result &-= 1
        rest &-= high
      }
      rest &-= high
    }
    let product = wideProduct(result, low)
    rest &+= product.high
    if rest < product.high {
      result &-= 1
      if rest > high || rest == high && product.low >= low { result &-= 1 }
    }
    reciprocal = result
  }

  /// The quotient of three limbs, which are less than 2^64 times the divisor; or 2^64 - 1 if the upper two are the divisor itself.
  @inline(__always)
  func digit(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
    if a == high && b == low { return .max }
    let estimate = wideProduct(reciprocal, a)
    let sum = estimate.low &+ b
    var quotient = estimate.high &+ a &+ (sum < b ? 1 : 0)
    // The remainder, modulo 2^128, of one digit more than that.
    let product = wideProduct(quotient, low)
    var borrow: UInt64 = 0
    var restLow = subtractWithBorrow(c, product.low, &borrow)
    var restHigh = subtractWithBorrow(b &- quotient &* high, product.high, &borrow)
    borrow = 0
    restLow = subtractWithBorrow(restLow, low, &borrow)
    restHigh = restHigh &- high &- borrow
    quotient &+= 1
    if restHigh >= sum {
      quotient &-= 1
      var carry: UInt64 = 0
      restLow = addWithCarry(restLow, low, &carry)
      restHigh = restHigh &+ high &+ carry
    }
    if restHigh > high || restHigh == high && restLow >= low { quotient &+= 1 }
    return quotient
  }
}

extension Limbs {
  /// `result = self / divisor`; `result` may be `self`. Returns the remainder.
  @discardableResult
  func divide(by divisor: UInt64, to result: Limbs) -> UInt64 {
    if divisor >> 32 == 0 { return divide(byHalf: divisor, to: result) }
    let shift = UInt64(divisor.leadingZeroBitCount)
    let normalized = OneLimbDivisor(divisor << shift)
    var remainder: UInt64 = shift == 0 ? 0 : base[count - 1] >> (64 - shift)
    var index = count - 1
    while index >= 0 {
      let below = shift == 0 || index == 0 ? 0 : base[index - 1] >> (64 - shift)
      let step = normalized.divide(remainder, base[index] << shift | below)
      result[index] = step.quotient
      remainder = step.remainder
      index -= 1
    }
    return remainder >> shift
  }

  /// The same for a divisor of 32 bits: the quotients of 64-bit numbers are exact then.
  private func divide(byHalf divisor: UInt64, to result: Limbs) -> UInt64 {
    var remainder: UInt64 = 0
    var index = count - 1
    while index >= 0 {
      let limb = base[index]
      let upper = remainder << 32 | limb >> 32
      let high = upper / divisor
      let lower = (upper &- high &* divisor) << 32 | limb & 0xFFFF_FFFF
      let low = lower / divisor
      remainder = lower &- low &* divisor
      result[index] = high << 32 | low
      index -= 1
    }
    return remainder
  }
}
