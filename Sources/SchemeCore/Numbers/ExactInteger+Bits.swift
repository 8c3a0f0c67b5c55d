// Exact integers in two's complement.
import GuestABI

extension ExactInteger {
  /// Two's complement limbs of an integer, from index 0 on; beyond the magnitude's length the sign goes on.
  private struct TwosComplement {
    let limbs: Limbs
    let isNegative: Bool
    var carry: UInt64 = 1

    init(_ bignum: Word) {
      limbs = Bignum.limbs(bignum)
      isNegative = Bignum.isNegative(bignum)
    }

    /// To be called with the indices 0, 1, 2 ... in turn.
    mutating func limb(_ index: Int) -> UInt64 {
      let limb = index < limbs.count ? limbs[index] : 0
      return isNegative ? addWithCarry(~limb, 0, &carry) : limb
    }
  }

  /// A bitwise operation, given for any 64 bits.
  static func combineBits(_ a: Word, _ b: Word, _ operation: (UInt64, UInt64) -> UInt64) -> Word {
    if (a | b) & Tag.mask == 0 {
      return .fixnum64(Int64(bitPattern: operation(UInt64(bitPattern: a.fixnumValue), UInt64(bitPattern: b.fixnumValue))))
    }
    var x = TwosComplement(Bignum.from(a))
    var y = TwosComplement(Bignum.from(b))
    let count = max(x.limbs.count, y.limbs.count) + 1
    let result = Bignum.make(limbs: count)
    let limbs = Bignum.limbs(result)
    for index in 0..<count { limbs[index] = operation(x.limb(index), y.limb(index)) }
    if limbs[count - 1] >> 63 == 0 { return Bignum.normalized(result, negative: false) }
    var carry: UInt64 = 1
    for index in 0..<count { limbs[index] = addWithCarry(~limbs[index], 0, &carry) }
    return Bignum.normalized(result, negative: true)
  }

  /// `a / 2^bits`, rounded down.
  static func shiftDown(_ a: Word, _ bits: Int) -> Word {
    if a.isFixnum { return .fixnum64(a.fixnumValue >> Int64(min(bits, 60))) }
    if !isNegative(a) { return shiftRight(a, bits) }
    // Rounding down a negative number: -((|a| - 1) >> bits) - 1.
    return subtract(.fixnum(-1), shiftRight(subtract(.fixnum(-1), a), bits))
  }

  /// The number of bits that are set, or, in a negative number, that are not.
  static func setBits(_ a: Word) -> Int {
    let positive = isNegative(a) ? subtract(.fixnum(-1), a) : a
    if positive.isFixnum { return positive.nonzeroBitCount }
    let limbs = Bignum.limbs(positive)
    var count = 0
    for index in 0..<limbs.count { count += limbs[index].nonzeroBitCount }
    return count
  }

  /// The index of the lowest bit that is set; -1 for 0.
  static func lowestSetBit(_ a: Word) -> Int {
    if a == 0 { return -1 }
    if a.isFixnum { return a.trailingZeroBitCount - Int(Tag.fixnumShift) }
    let limbs = Bignum.limbs(a)
    var index = 0
    while limbs[index] == 0 { index += 1 }
    return index * 64 + limbs[index].trailingZeroBitCount
  }
}
