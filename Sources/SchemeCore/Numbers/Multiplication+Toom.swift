// Toom's method with three parts.
import GuestABI

extension Multiplication {
  /// Five products of a third of the length: the values of the operands as polynomials at 0, 1, -1, 2 and infinity are multiplied, and the
  /// product's coefficients interpolated from them.
  static func toom(
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
    if isNegative { _ = LimbRun.add(two, minusOne, double) } else { _ = LimbRun.subtract(two, minusOne, double) }
    LimbRun.divideByThree(two, double)
    // minusOne := (one - minusOne) / 2 = c1+c3
    if isNegative { _ = LimbRun.add(minusOne, one, double) } else { LimbRun.reverseSubtract(minusOne, from: one, double) }
    LimbRun.halve(minusOne, double)
    // one := one - c0 = c1+c2+c3+c4
    LimbRun.subtract(one, result, 2 * third, double)
    // two := (two - one) / 2 = c3+2c4; then - 2c4 = c3
    LimbRun.subtract(two, one, double)
    LimbRun.halve(two, double)
    if rest > 0 {
      LimbRun.subtract(two, high, 2 * rest, double)
      LimbRun.subtract(two, high, 2 * rest, double)
    }
    // one := one - minusOne - c4 = c2
    LimbRun.subtract(one, minusOne, double)
    if rest > 0 { LimbRun.subtract(one, high, 2 * rest, double) }
    // minusOne := minusOne - c3 = c1
    LimbRun.subtract(minusOne, two, double)

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
    one[third] = LimbRun.add(one, x + 2 * third, rest, third)
    let middle = x + third
    let isNegative = LimbRun.absoluteDifference(one, third + 1, middle, third, to: minusOne)
    // x0 + 2 x1 + 4 x2
    two.update(from: x, count: third)
    two[third] = LimbRun.addShifted(two, middle, third, third, shift: 1) &+ LimbRun.addShifted(two, x + 2 * third, rest, third, shift: 2)
    one[third] = one[third] &+ LimbRun.add(one, middle, third)
    return isNegative
  }

  /// Adds limbs to the result from a place on; they fit.
  private static func accumulate(_ x: LimbPointer, _ count: Int, into result: LimbPointer, at: Int, end: Int) {
    let fitting = min(count, end - at)
    let carry = LimbRun.add(result + at, x, fitting)
    _ = LimbRun.increment(result + at + fitting, end - at - fitting, by: carry)
  }
}
