// Products of magnitudes: the schoolbook method, Karatsuba's for longer operands, Toom's with three parts for long ones. Squares have a method of
// their own at the bottom, which saves nearly half of the work.
//
// Everything here works on plain runs of limbs, least significant first, leading zeros allowed; results overlap no operand.
import GuestABI

enum Multiplication {
  /// From so many limbs on each method is used (measured in the guest; the schoolbook method is the one that gains most from generated loops).
  private static var karatsubaLimbs: Int { LimbWork.hasGenerated ? 44 : 24 }
  private static var karatsubaSquareLimbs: Int { LimbWork.hasGenerated ? 90 : 32 }
  private static var toomLimbs: Int { LimbWork.hasGenerated ? 100 : 80 }

  /// `result[0 ..< m + n] = a[0 ..< m] * b[0 ..< n]`, both lengths more than 0.
  static func multiply(_ a: LimbPointer, _ m: Int, _ b: LimbPointer, _ n: Int, to result: LimbPointer) {
    let (long, short) = m >= n ? (m, n) : (n, m)
    let (x, y) = m >= n ? (a, b) : (b, a)
    if short < karatsubaLimbs { return multiplyShort(x, long, y, short, to: result) }
    guard let space = Workspace(limbs: workspaceLimbs(short) + 2 * short) else { return }
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
    while done < long && !LongWork.isAbandoned {
      multiply(x + done, y, short, to: product, space.base)
      // The result has `short` limbs above `done` so far.
      let carry = LimbRun.add(result + done, product, short)
      (result + done + short).update(from: product + short, count: short)
      _ = LimbRun.increment(result + done + short, short, by: carry)
      done += short
    }
  }

  /// `result[0 ..< 2n] = a[0 ..< n] ^ 2`
  static func square(_ a: LimbPointer, _ n: Int, to result: LimbPointer) {
    if n < karatsubaSquareLimbs { return squareShort(a, n, to: result) }
    guard let space = Workspace(limbs: workspaceLimbs(n)) else { return }
    multiply(a, a, n, to: result, space.base)
  }

  /// How many limbs a product of operands of n limbs needs for itself.
  private static func workspaceLimbs(_ n: Int) -> Int { 6 * n + 400 }

  /// Operands of equal length; the same ones for a square.
  static func multiply(
    _ a: LimbPointer, _ b: LimbPointer, _ n: Int, to result: LimbPointer, _ space: LimbPointer
  ) {
    if a == b {
      if n < karatsubaSquareLimbs { return squareShort(a, n, to: result) }
    } else if n < karatsubaLimbs {
      return multiplyShort(a, n, b, n, to: result)
    }
    if n < toomLimbs { return karatsuba(a, b, n, to: result, space) }
    if LongWork.shouldStop() { return }
    toom(a, b, n, to: result, space)
  }

  // MARK: The schoolbook method

  private static func multiplyShort(_ a: LimbPointer, _ m: Int, _ b: LimbPointer, _ n: Int, to result: LimbPointer) {
    LimbWork.note(m &* n)
    limbLoops.multiply(result, a, m, b, n)
  }

  private static func squareShort(_ a: LimbPointer, _ n: Int, to result: LimbPointer) {
    LimbWork.note(n &* n / 2)
    // The products of different limbs, each once ...
    for index in 0..<n + 1 { result[index] = 0 }
    for row in 0..<n - 1 {
      result[row + n] = limbLoops.addProduct(result + 2 * row + 1, a + row + 1, n - row - 1, a[row])
    }
    result[2 * n - 1] = 0
    // ... doubled, and the squares of the limbs.
    var carry: UInt64 = 0
    var shifted: UInt64 = 0
    for index in 0..<n {
      let square = wideProduct(a[index], a[index])
      let low = result[2 * index]
      let high = result[2 * index + 1]
      result[2 * index] = addWithCarry(low << 1 | shifted, square.low, &carry)
      result[2 * index + 1] = addWithCarry(high << 1 | low >> 63, square.high, &carry)
      shifted = high >> 63
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
    let isNegativeA = LimbRun.absoluteDifference(a, half, a + half, rest, to: differenceA)
    let isNegativeB = a == b ? isNegativeA : LimbRun.absoluteDifference(b, half, b + half, rest, to: differenceB)
    let middle = space
    let free = space + 2 * half + 1
    multiply(differenceA, differenceB, half, to: middle, free)
    multiply(a, b, half, to: result, free)
    multiply(a + half, a == b ? a + half : b + half, rest, to: result + 2 * half, free)
    // z0 + z2 - middle, or + if the signs differ.
    let sum = free
    sum.update(from: result, count: 2 * half)
    sum[2 * half] = LimbRun.add(sum, result + 2 * half, 2 * rest, 2 * half)
    if isNegativeA == isNegativeB {
      sum[2 * half] = sum[2 * half] &- LimbRun.subtract(sum, middle, 2 * half)
    } else {
      sum[2 * half] = sum[2 * half] &+ LimbRun.add(sum, middle, 2 * half)
    }
    let room = 2 * n - half
    let count = min(2 * half + 1, room)
    let carry = LimbRun.add(result + half, sum, count)
    if count < room { _ = LimbRun.increment(result + half + count, room - count, by: carry) }
  }
}
