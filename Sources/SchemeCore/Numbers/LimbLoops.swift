// The loops that nearly all of the time of long arithmetic is spent in, and the products of 64-bit numbers.
//
// WebAssembly multiplies 64-bit numbers to 64 bits, so here a product is put together from four of 32-bit halves. Where the host has 128-bit products
// (the wide-arithmetic proposal), SchemeJIT writes these loops anew with them once they are hot, and puts its functions into `limbLoops`.
//
// Wrapping operators throughout: nothing overflows that is not meant to, and a checked 64-bit product is a call on wasm32.
import GuestABI

/// A run of limbs in memory, least significant first.
public typealias LimbPointer = UnsafeMutablePointer<UInt64>

/// The loops in use. Generated code stores table indices here, in the order of the fields.
public struct LimbLoops {
  /// `result += a * factor` (result, a, limbs of both, factor); returns the limb that goes beyond.
  public var addProduct: @convention(c) (LimbPointer, LimbPointer, Int, UInt64) -> UInt64 = { addProductPortably($0, $1, $2, $3) }
  /// `result -= a * factor`; returns what is missing beyond.
  public var subtractProduct: @convention(c) (LimbPointer, LimbPointer, Int, UInt64) -> UInt64 = { subtractProductPortably($0, $1, $2, $3) }
  /// `result = a + b` (result, a, b, limbs of each); returns the carry. `result` may be an operand.
  public var add: @convention(c) (LimbPointer, LimbPointer, LimbPointer, Int) -> UInt64 = { addPortably($0, $1, $2, $3) }
  /// `result = a - b`; returns the borrow.
  public var subtract: @convention(c) (LimbPointer, LimbPointer, LimbPointer, Int) -> UInt64 = { subtractPortably($0, $1, $2, $3) }
  /// `result[0 ..< m + n] = a[0 ..< m] * b[0 ..< n]` (result, a, m, b, n), row by row; overlaps nothing.
  public var multiply: @convention(c) (LimbPointer, LimbPointer, Int, LimbPointer, Int) -> Void = { multiplyPortably($0, $1, $2, $3, $4) }
}
nonisolated(unsafe) public var limbLoops = LimbLoops()

/// Steps of the schoolbook methods, which tell when it pays to have the loops generated.
public enum LimbWork {
  nonisolated(unsafe) private static var steps = 0
  /// Generated loops are in use.
  nonisolated(unsafe) private(set) static var hasGenerated = false

  @inline(__always)
  static func note(_ count: Int) {
    steps &+= count
    if steps >= JITTuning.hotLimbSteps { generate() }
  }

  @inline(never)
  private static func generate() {
    steps = 0
    if !hasGenerated { hasGenerated = JITHooks.generateLimbLoops() }
  }
}

@inline(__always)
func wideProduct(_ a: UInt64, _ b: UInt64) -> (high: UInt64, low: UInt64) {
  let mask: UInt64 = 0xFFFF_FFFF
  let low = (a & mask) &* (b & mask)
  let first = (a >> 32) &* (b & mask) &+ low >> 32
  let second = (a & mask) &* (b >> 32) &+ first & mask
  return ((a >> 32) &* (b >> 32) &+ first >> 32 &+ second >> 32, second << 32 | low & mask)
}

/// `a + b + carry`, the carry being 0 or 1 before and after.
@inline(__always)
func addWithCarry(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64) -> UInt64 {
  let sum = a &+ b
  let total = sum &+ carry
  carry = (sum < a ? 1 : 0) | (total < sum ? 1 : 0)
  return total
}

/// `a - b - borrow`, the borrow being 0 or 1 before and after.
@inline(__always)
func subtractWithBorrow(_ a: UInt64, _ b: UInt64, _ borrow: inout UInt64) -> UInt64 {
  let difference = a &- b
  let total = difference &- borrow
  borrow = (a < b ? 1 : 0) | (difference < borrow ? 1 : 0)
  return total
}

private func addPortably(_ result: LimbPointer, _ a: LimbPointer, _ b: LimbPointer, _ count: Int) -> UInt64 {
  var carry: UInt64 = 0
  for index in 0..<count { result[index] = addWithCarry(a[index], b[index], &carry) }
  return carry
}

private func subtractPortably(_ result: LimbPointer, _ a: LimbPointer, _ b: LimbPointer, _ count: Int) -> UInt64 {
  var borrow: UInt64 = 0
  for index in 0..<count { result[index] = subtractWithBorrow(a[index], b[index], &borrow) }
  return borrow
}

private func addProductPortably(_ result: LimbPointer, _ a: LimbPointer, _ count: Int, _ factor: UInt64) -> UInt64 {
  let mask: UInt64 = 0xFFFF_FFFF
  let (low, high) = (factor & mask, factor >> 32)
  var carry: UInt64 = 0
  for index in 0..<count {
    let (x, y) = (a[index], result[index])
    // Each sum is below 2^64: (2^32 - 1)^2 + 2 (2^32 - 1).
    let lowest = (x & mask) &* low &+ y & mask &+ carry & mask
    let first = (x >> 32) &* low &+ y >> 32 &+ lowest >> 32
    let second = (x & mask) &* high &+ first & mask &+ carry >> 32
    result[index] = second << 32 | lowest & mask
    carry = (x >> 32) &* high &+ first >> 32 &+ second >> 32
  }
  return carry
}

private func subtractProductPortably(_ result: LimbPointer, _ a: LimbPointer, _ count: Int, _ factor: UInt64) -> UInt64 {
  var carry: UInt64 = 0
  for index in 0..<count {
    let (high, low) = wideProduct(a[index], factor)
    let sum = low &+ carry
    let old = result[index]
    result[index] = old &- sum
    carry = high &+ (sum < low ? 1 : 0) &+ (old < sum ? 1 : 0)
  }
  return carry
}

private func multiplyPortably(_ result: LimbPointer, _ a: LimbPointer, _ m: Int, _ b: LimbPointer, _ n: Int) {
  for index in 0..<m { result[index] = 0 }
  for row in 0..<n { result[row + m] = addProductPortably(result + row, a, m, b[row]) }
}
