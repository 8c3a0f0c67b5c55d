// Arithmetic of magnitudes: the schoolbook algorithms, Karatsuba's multiplication for long operands, Knuth's algorithm D for division.
//
// Wrapping operators in the loops: nothing overflows there, and a checked 64-bit product is a call on wasm32.
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

  /// `result = a * b`; `result` has room for the sum of the lengths and overlaps neither.
  static func multiply(_ a: Limbs, _ b: Limbs, to result: Limbs) {
    if min(a.count, b.count) < karatsubaLimbs { return multiplyShort(a, b, to: result) }
    let pages = ((a.count + b.count) * 8 + 1024) * 4 / pageSize + 1
    let workspace = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if workspace == 0 { return multiplyShort(a, b, to: result) }
    let free = pointer(workspace).assumingMemoryBound(to: UInt32.self)
    multiplyLong(a, b, to: result, workspace: free)
    PageAllocator.free(workspace, pages: pages)
  }

  private static func multiplyShort(_ a: Limbs, _ b: Limbs, to result: Limbs) {
    result.clear(0..<a.count + b.count)
    for i in 0..<a.count {
      let factor = UInt64(a[i])
      if factor == 0 { continue }
      var carry: UInt64 = 0
      for j in 0..<b.count {
        carry &+= factor &* UInt64(b[j]) &+ UInt64(result[i + j])
        result[i + j] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      result[i + b.count] = UInt32(carry)
    }
  }

  private static var karatsubaLimbs: Int { 48 }

  private func clear(_ range: Range<Int>) {
    for index in range { base[index] = 0 }
  }

  private func part(_ range: Range<Int>) -> Limbs {
    var part = Limbs(base: base + range.lowerBound, count: range.count)
    part.trim()
    return part
  }

  /// Karatsuba: three products of half the length. Operands of unequal length are cut into pieces of the shorter one's length. Needs
  /// fewer than eight times the operands' limbs behind `workspace`.
  private static func multiplyLong(_ a: Limbs, _ b: Limbs, to result: Limbs, workspace: UnsafeMutablePointer<UInt32>) {
    let (long, short) = a.count >= b.count ? (a, b) : (b, a)
    if short.count < karatsubaLimbs { return multiplyShort(long, short, to: result) }
    if long.count > short.count * 2 {
      result.clear(0..<long.count + short.count)
      var at = 0
      while at < long.count {
        let piece = long.part(at..<min(at + short.count, long.count))
        let product = Limbs(base: workspace, count: piece.count + short.count)
        multiplyLong(piece, short, to: product, workspace: workspace + product.count)
        product.addInto(result, at: at, end: long.count + short.count)
        at += short.count
      }
      return
    }
    let half = (long.count + 1) / 2
    let end = long.count + short.count
    let (a0, a1) = (long.part(0..<half), long.part(half..<long.count))
    let (b0, b1) = (short.part(0..<min(half, short.count)), short.part(min(half, short.count)..<short.count))
    // The low product and the high one lie side by side in the result.
    var low = Limbs(base: result.base, count: a0.count + b0.count)
    multiplyLong(a0, b0, to: low, workspace: workspace)
    var high = Limbs(base: result.base + 2 * half, count: a1.count + b1.count)
    result.clear(low.count..<min(2 * half, end))
    if 2 * half < end {
      multiplyLong(a1, b1, to: high, workspace: workspace)
      result.clear(2 * half + high.count..<end)
    } else {
      high.count = 0
    }
    low.trim()
    high.trim()
    var sumA = Limbs(base: workspace, count: 0)
    sumA.count = add(a0, a1, to: sumA)
    sumA.trim()
    var sumB = Limbs(base: workspace + half + 1, count: 0)
    sumB.count = add(b0, b1, to: sumB)
    sumB.trim()
    var middle = Limbs(base: workspace + 2 * half + 2, count: sumA.count + sumB.count)
    multiplyLong(sumA, sumB, to: middle, workspace: middle.base + middle.count)
    subtract(middle, low, to: middle)
    subtract(middle, high, to: middle)
    middle.trim()
    middle.addInto(result, at: half, end: end)
  }

  /// Adds this to the limbs of `target` from `offset` to `end`; the sum must fit.
  private func addInto(_ target: Limbs, at offset: Int, end: Int) {
    var carry: UInt64 = 0
    var index = 0
    while index < count || carry != 0 {
      if offset + index >= end { return }
      carry &+= UInt64(target[offset + index]) &+ (index < count ? UInt64(base[index]) : 0)
      target[offset + index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
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

  /// Knuth, The Art of Computer Programming, 4.3.1, algorithm D. `dividend` holds one limb more than the number (shifted so that the
  /// divisor's highest bit is set) and becomes the remainder; the quotient has `dividend.count - divisor.count` limbs. The divisor has at least two.
  static func divide(_ dividend: Limbs, by divisor: Limbs, quotient: Limbs) {
    let n = divisor.count
    let top = UInt64(divisor[n - 1])
    let second = UInt64(divisor[n - 2])
    var j = dividend.count - n - 1
    while j >= 0 {
      let head = UInt64(dividend[j + n]) << 32 | UInt64(dividend[j + n - 1])
      var digit = head / top
      var rest = head % top
      while digit >> 32 != 0 || digit &* second > (rest << 32 | UInt64(dividend[j + n - 2])) {
        digit -= 1
        rest += top
        if rest >> 32 != 0 { break }
      }
      // Multiply and subtract.
      var borrow: Int64 = 0
      var carry: UInt64 = 0
      for i in 0..<n {
        carry &+= digit &* UInt64(divisor[i])
        borrow &+= Int64(dividend[i + j]) &- Int64(bitPattern: carry & 0xFFFF_FFFF)
        dividend[i + j] = UInt32(truncatingIfNeeded: borrow)
        borrow >>= 32
        carry >>= 32
      }
      borrow &+= Int64(dividend[j + n]) &- Int64(bitPattern: carry)
      dividend[j + n] = UInt32(truncatingIfNeeded: borrow)
      if borrow < 0 {
        // The digit was one too large: add the divisor back.
        digit -= 1
        var sum: UInt64 = 0
        for i in 0..<n {
          sum &+= UInt64(dividend[i + j]) &+ UInt64(divisor[i])
          dividend[i + j] = UInt32(truncatingIfNeeded: sum)
          sum >>= 32
        }
        dividend[j + n] = dividend[j + n] &+ UInt32(sum)
      }
      quotient[j] = UInt32(truncatingIfNeeded: digit)
      j -= 1
    }
  }
}
