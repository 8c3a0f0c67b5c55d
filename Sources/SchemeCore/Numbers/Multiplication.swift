// Products of magnitudes: the schoolbook method two rows at a time, Karatsuba's method for longer operands, Toom's method with three parts for long ones.
// Squares have a method of their own at the bottom, which saves nearly half of the work.
//
// Everything here works on plain runs of limbs, least significant first, leading zeros allowed; results overlap no operand. Wrapping operators
// throughout: nothing overflows, and a checked 64-bit product is a call on wasm32.
import GuestABI

/// A run of limbs in memory.
typealias LimbPointer = UnsafeMutablePointer<UInt32>

enum Multiplication {
  /// From so many limbs on each method is used. (Estimates: not measured in the guest yet.)
  static let karatsubaLimbs = 40
  static let karatsubaSquareLimbs = 64
  static let toomLimbs = 160

  /// `result[0 ..< m + n] = a[0 ..< m] * b[0 ..< n]`, both lengths more than 0.
  static func multiply(_ a: LimbPointer, _ m: Int, _ b: LimbPointer, _ n: Int, to result: LimbPointer) {
    let (long, short) = m >= n ? (m, n) : (n, m)
    let (x, y) = m >= n ? (a, b) : (b, a)
    if short < karatsubaLimbs { return multiplyShort(x, long, y, short, to: result) }
    let space = Workspace(limbs: workspaceLimbs(short) + 2 * short)
    if long == short { return multiply(x, y, long, to: result, space.base) }
    // Pieces of the shorter one's length, the first of them shorter.
    let product = space.base + workspaceLimbs(short)
    var done = long % short
    if done == 0 {
      done = short
      multiply(x, y, short, to: result, space.base)
    } else {
      multiply(y, short, x, done, to: result)
    }
    while done < long {
      multiply(x + done, y, short, to: product, space.base)
      // The result has `short` limbs above `done` so far.
      let carry = add(result + done, product, short)
      (result + done + short).update(from: product + short, count: short)
      _ = increment(result + done + short, short, by: carry)
      done += short
    }
  }

  /// `result[0 ..< 2n] = a[0 ..< n] ^ 2`
  static func square(_ a: LimbPointer, _ n: Int, to result: LimbPointer) {
    if n < karatsubaSquareLimbs { return squareShort(a, n, to: result) }
    let space = Workspace(limbs: workspaceLimbs(n))
    multiply(a, a, n, to: result, space.base)
  }

  /// How many limbs a product of operands of n limbs needs for itself.
  private static func workspaceLimbs(_ n: Int) -> Int { 6 * n + 400 }

  /// Operands of equal length; the same ones for a square.
  private static func multiply(
    _ a: LimbPointer, _ b: LimbPointer, _ n: Int, to result: LimbPointer, _ space: LimbPointer
  ) {
    if a == b {
      if n < karatsubaSquareLimbs { return squareShort(a, n, to: result) }
    } else if n < karatsubaLimbs {
      return multiplyShort(a, n, b, n, to: result)
    }
    if n < toomLimbs { return karatsuba(a, b, n, to: result, space) }
    toom(a, b, n, to: result, space)
  }

  // MARK: The schoolbook method

  private static func multiplyShort(_ a: LimbPointer, _ m: Int, _ b: LimbPointer, _ n: Int, to result: LimbPointer) {
    for index in 0..<m { result[index] = 0 }
    var row = 0
    while row + 2 <= n {
      let carry = addProducts(a, m, UInt64(b[row]), UInt64(b[row + 1]), to: result + row)
      result[row + m] = UInt32(truncatingIfNeeded: carry)
      result[row + m + 1] = UInt32(truncatingIfNeeded: carry >> 32)
      row += 2
    }
    if row < n { result[row + m] = addProduct(a, m, UInt64(b[row]), to: result + row) }
  }

  /// `result += a * factor`; returns the limb that goes beyond the length of `a`.
  @inline(__always)
  static func addProduct(_ a: LimbPointer, _ count: Int, _ factor: UInt64, to result: LimbPointer) -> UInt32 {
    var carry: UInt64 = 0
    for index in 0..<count {
      carry = carry &+ factor &* UInt64(a[index]) &+ UInt64(result[index])
      result[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    return UInt32(truncatingIfNeeded: carry)
  }

  /// `result += a * (low + high * 2^32)`; returns the two limbs that go beyond the length of `a`. The second row runs one limb behind the first.
  @inline(__always)
  private static func addProducts(
    _ a: LimbPointer, _ count: Int, _ low: UInt64, _ high: UInt64, to result: LimbPointer
  ) -> UInt64 {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var previous: UInt64 = 0
    var index = 0
    while index + 2 <= count {
      let limb0 = UInt64(a[index])
      first = first &+ low &* limb0 &+ UInt64(result[index])
      second = second &+ high &* previous &+ (first & 0xFFFF_FFFF)
      result[index] = UInt32(truncatingIfNeeded: second)
      previous = UInt64(a[index + 1])
      first = (first >> 32) &+ low &* previous &+ UInt64(result[index + 1])
      second = (second >> 32) &+ high &* limb0 &+ (first & 0xFFFF_FFFF)
      result[index + 1] = UInt32(truncatingIfNeeded: second)
      first >>= 32
      second >>= 32
      index += 2
    }
    if index < count {
      let limb = UInt64(a[index])
      first = first &+ low &* limb &+ UInt64(result[index])
      second = second &+ high &* previous &+ (first & 0xFFFF_FFFF)
      result[index] = UInt32(truncatingIfNeeded: second)
      first >>= 32
      second >>= 32
      previous = limb
    }
    return second &+ first &+ high &* previous
  }

  private static func squareShort(_ a: LimbPointer, _ n: Int, to result: LimbPointer) {
    // The products of different limbs, each once ...
    for index in 0..<n + 1 { result[index] = 0 }
    for row in 0..<n - 1 {
      result[row + n] = addProduct(a + row + 1, n - row - 1, UInt64(a[row]), to: result + 2 * row + 1)
    }
    result[2 * n - 1] = 0
    // ... doubled, and the squares of the limbs.
    var carry: UInt64 = 0
    var shifted: UInt64 = 0
    for index in 0..<n {
      let square = UInt64(a[index]) &* UInt64(a[index])
      let low = UInt64(result[2 * index])
      let high = UInt64(result[2 * index + 1])
      carry = carry &+ (square & 0xFFFF_FFFF) &+ (low << 1 & 0xFFFF_FFFF | shifted)
      result[2 * index] = UInt32(truncatingIfNeeded: carry)
      carry = (carry >> 32) &+ (square >> 32) &+ ((high << 1 | low >> 31) & 0xFFFF_FFFF)
      result[2 * index + 1] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
      shifted = high >> 31
    }
  }

  // MARK: Karatsuba's method

  /// Three products of half the length: with a = a0 + a1 x and b alike, ab = z0 + (z0 + z2 - (a0 - a1)(b0 - b1)) x + z2 x^2.
  private static func karatsuba(
    _ a: LimbPointer, _ b: LimbPointer, _ n: Int, to result: LimbPointer, _ space: LimbPointer
  ) {
    let half = (n + 1) / 2
    let rest = n - half
    let differenceA = result
    let differenceB = a == b ? result : result + half
    let isNegativeA = absoluteDifference(a, half, a + half, rest, to: differenceA)
    let isNegativeB = a == b ? isNegativeA : absoluteDifference(b, half, b + half, rest, to: differenceB)
    let middle = space
    let free = space + 2 * half + 1
    multiply(differenceA, differenceB, half, to: middle, free)
    multiply(a, b, half, to: result, free)
    multiply(a + half, a == b ? a + half : b + half, rest, to: result + 2 * half, free)
    // z0 + z2 - middle, or + if the signs differ.
    let sum = free
    sum.update(from: result, count: 2 * half)
    sum[2 * half] = add(sum, result + 2 * half, 2 * rest, 2 * half)
    if isNegativeA == isNegativeB {
      sum[2 * half] = sum[2 * half] &- subtract(sum, middle, 2 * half)
    } else {
      sum[2 * half] = sum[2 * half] &+ add(sum, middle, 2 * half)
    }
    let room = 2 * n - half
    let count = min(2 * half + 1, room)
    let carry = add(result + half, sum, count)
    if count < room { _ = increment(result + half + count, room - count, by: carry) }
  }

  // MARK: Toom's method with three parts

  /// Five products of a third of the length: the values of the operands as polynomials at 0, 1, -1, 2 and infinity are multiplied, and the
  /// product's coefficients interpolated from them.
  private static func toom(
    _ a: LimbPointer, _ b: LimbPointer, _ n: Int, to result: LimbPointer, _ space: LimbPointer
  ) {
    let third = (n + 2) / 3
    let rest = n - 2 * third
    let width = third + 1
    let double = 2 * width
    // The values at 1, -1 and 2 of one operand lie in the result's room, their products in the workspace.
    let (one, minusOne, two) = (space, space + double, space + 2 * double)
    let free = space + 3 * double
    let (a1, am, a2) = (result, result + width, result + 2 * width)
    let isNegativeA = evaluate(a, third, rest, a1, am, a2)
    var isNegative = false
    if a == b {
      multiply(a1, a1, width, to: one, free)
      multiply(am, am, width, to: minusOne, free)
      multiply(a2, a2, width, to: two, free)
    } else {
      let (b1, bm, b2) = (result + 3 * width, result + 4 * width, free)
      isNegative = isNegativeA != evaluate(b, third, rest, b1, bm, b2)
      multiply(a2, b2, width, to: two, free + width)
      multiply(a1, b1, width, to: one, free)
      multiply(am, bm, width, to: minusOne, free)
    }
    multiply(a, b, third, to: result, free)
    let high = result + 4 * third
    if rest > 0 { multiply(a + 2 * third, a == b ? a + 2 * third : b + 2 * third, rest, to: high, free) }

    // With c0 and c4 known: one = c0+c1+c2+c3+c4, minusOne = c0-c1+c2-c3+c4, two = c0+2c1+4c2+8c3+16c4.
    // two := (two - minusOne) / 3 = c1+c2+3c3+5c4
    if isNegative { _ = add(two, minusOne, double) } else { _ = subtract(two, minusOne, double) }
    divideByThree(two, double)
    // minusOne := (one - minusOne) / 2 = c1+c3
    if isNegative { _ = add(minusOne, one, double) } else { reverseSubtract(minusOne, from: one, double) }
    halve(minusOne, double)
    // one := one - c0 = c1+c2+c3+c4
    decrement(one, double, subtract(one, result, 2 * third), from: 2 * third)
    // two := (two - one) / 2 = c3+2c4; then - 2c4 = c3
    _ = subtract(two, one, double)
    halve(two, double)
    if rest > 0 {
      decrement(two, double, subtract(two, high, 2 * rest), from: 2 * rest)
      decrement(two, double, subtract(two, high, 2 * rest), from: 2 * rest)
    }
    // one := one - minusOne - c4 = c2
    _ = subtract(one, minusOne, double)
    if rest > 0 { decrement(one, double, subtract(one, high, 2 * rest), from: 2 * rest) }
    // minusOne := minusOne - c3 = c1
    _ = subtract(minusOne, two, double)

    (result + 2 * third).update(repeating: 0, count: 2 * third)
    accumulate(minusOne, double, into: result, at: third, end: 2 * n)
    accumulate(one, double, into: result, at: 2 * third, end: 2 * n)
    accumulate(two, double, into: result, at: 3 * third, end: 2 * n)
  }

  /// The values at 1, -1 (its magnitude) and 2 of `x0 + x1 t + x2 t^2`; whether that at -1 is negative.
  private static func evaluate(
    _ x: LimbPointer, _ third: Int, _ rest: Int, _ one: LimbPointer, _ minusOne: LimbPointer, _ two: LimbPointer
  ) -> Bool {
    // x0 + x2 in `one` first.
    one.update(from: x, count: third)
    one[third] = add(one, x + 2 * third, rest, third)
    let middle = x + third
    let isNegative = absoluteDifference(one, third + 1, middle, third, to: minusOne)
    // x0 + 2 x1 + 4 x2
    two.update(from: x, count: third)
    two[third] = addShifted(two, middle, third, third, shift: 1) &+ addShifted(two, x + 2 * third, rest, third, shift: 2)
    one[third] = one[third] &+ add(one, middle, third)
    return isNegative
  }

  /// Adds limbs to the result from a place on; they fit.
  private static func accumulate(_ x: LimbPointer, _ count: Int, into result: LimbPointer, at: Int, end: Int) {
    let fitting = min(count, end - at)
    let carry = add(result + at, x, fitting)
    _ = increment(result + at + fitting, end - at - fitting, by: carry)
  }

  // MARK: Runs of limbs

  /// `x += y`, both of `count` limbs; returns the carry.
  @inline(__always)
  static func add(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> UInt32 {
    var carry: UInt64 = 0
    for index in 0..<count {
      carry = carry &+ UInt64(x[index]) &+ UInt64(y[index])
      x[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    return UInt32(truncatingIfNeeded: carry)
  }

  /// `x += y`, y being shorter; returns the carry.
  private static func add(_ x: LimbPointer, _ y: LimbPointer, _ short: Int, _ long: Int) -> UInt32 {
    increment(x + short, long - short, by: add(x, y, short))
  }

  /// `x += y << shift`, y being shorter; returns what goes beyond.
  private static func addShifted(_ x: LimbPointer, _ y: LimbPointer, _ short: Int, _ long: Int, shift: UInt64) -> UInt32 {
    var carry: UInt64 = 0
    for index in 0..<short {
      carry = carry &+ UInt64(x[index]) &+ UInt64(y[index]) << shift
      x[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    return increment(x + short, long - short, by: UInt32(truncatingIfNeeded: carry))
  }

  /// `x += carry`; returns the carry out.
  static func increment(_ x: LimbPointer, _ count: Int, by carry: UInt32) -> UInt32 {
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
  @inline(__always)
  static func subtract(_ x: LimbPointer, _ y: LimbPointer, _ count: Int) -> UInt32 {
    var borrow: UInt64 = 0
    for index in 0..<count {
      borrow = UInt64(x[index]) &- UInt64(y[index]) &- borrow
      x[index] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 63
    }
    return UInt32(truncatingIfNeeded: borrow)
  }

  /// `x = y - x`, y not being smaller.
  private static func reverseSubtract(_ x: LimbPointer, from y: LimbPointer, _ count: Int) {
    var borrow: UInt64 = 0
    for index in 0..<count {
      borrow = UInt64(y[index]) &- UInt64(x[index]) &- borrow
      x[index] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 63
    }
  }

  /// Takes a borrow from the limbs of x from an index on.
  private static func decrement(_ x: LimbPointer, _ count: Int, _ borrow: UInt32, from start: Int) {
    _ = decrement(x + start, count - start, by: borrow)
  }

  /// `x -= borrow`; returns the borrow out.
  static func decrement(_ x: LimbPointer, _ count: Int, by borrow: UInt32) -> UInt32 {
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
  private static func absoluteDifference(
    _ x: LimbPointer, _ m: Int, _ y: LimbPointer, _ n: Int, to result: LimbPointer
  ) -> Bool {
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
    var borrow: UInt64 = 0
    for index in 0..<m {
      let (a, b) = (UInt64(x[index]), index < n ? UInt64(y[index]) : 0)
      borrow = (isNegative ? b &- a : a &- b) &- borrow
      result[index] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 63
    }
    return isNegative
  }

  private static func halve(_ x: LimbPointer, _ count: Int) {
    for index in 0..<count - 1 { x[index] = x[index] >> 1 | x[index + 1] << 31 }
    x[count - 1] >>= 1
  }

  /// Divides by three what is known to be a multiple of it: by the inverse of three modulo 2^32, from the least significant limb on.
  private static func divideByThree(_ x: LimbPointer, _ count: Int) {
    var borrow: UInt32 = 0
    for index in 0..<count {
      let limb = x[index]
      let quotient = (limb &- borrow) &* 0xAAAA_AAAB
      borrow = (limb < borrow ? 1 : 0) &+ (quotient >= 0x5555_5556 ? 1 : 0) &+ (quotient >= 0xAAAA_AAAB ? 1 : 0)
      x[index] = quotient
    }
  }
}

/// Limbs for a computation, given back at its end.
struct Workspace: ~Copyable {
  let base: LimbPointer
  private let address: Address
  private let pages: Int

  init(limbs: Int) {
    pages = (limbs * 4 + pageSize - 1) / pageSize
    address = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if address == 0 { abortRuntime("out of memory for a long number") }
    base = pointer(address).assumingMemoryBound(to: UInt32.self)
  }

  deinit { PageAllocator.free(address, pages: pages) }
}
