// Bignums: sign and magnitude, 64-bit limbs, least significant first. The first payload word holds the number of limbs in its low half
// and 1 in its high half for negative numbers. A bignum is never zero, never fits a fixnum and has no leading zero limb, except inside
// this folder's own computations, which end in `normalized`.
import GuestABI

/// A magnitude in memory.
struct Limbs {
  let base: LimbPointer
  var count: Int

  @inline(__always)
  subscript(_ index: Int) -> UInt64 {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  /// Without leading zeros.
  @inline(__always)
  mutating func trim() {
    while count > 0 && base[count - 1] == 0 { count -= 1 }
  }

  /// -1, 0 or 1; both without leading zeros.
  static func compare(_ a: Limbs, _ b: Limbs) -> Int {
    if a.count != b.count { return a.count < b.count ? -1 : 1 }
    if a.count > 256 && LongWork.step(a.count / 64) { return 0 }
    var index = a.count - 1
    while index >= 0 {
      if a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
      index -= 1
    }
    return 0
  }

  /// The number of bits up to the highest that is set.
  var bitCount: Int { count == 0 ? 0 : count * 64 - base[count - 1].leadingZeroBitCount }

  /// Bits `from ..< from + 64`.
  func bits64(from: Int) -> UInt64 {
    let limb = from >> 6
    let shift = UInt64(from & 63)
    func at(_ index: Int) -> UInt64 { index < count && index >= 0 ? base[index] : 0 }
    return shift == 0 ? at(limb) : at(limb) >> shift | at(limb + 1) << (64 - shift)
  }

  /// Whether any bit below `end` is set.
  func hasBits(below end: Int) -> Bool {
    var index = 0
    while index < count && index * 64 < end {
      let used = end - index * 64
      let limb = used >= 64 ? base[index] : base[index] & (1 << UInt64(used) - 1)
      if limb != 0 { return true }
      index += 1
    }
    return false
  }
}

enum Bignum {
  /// More limbs than this are an implementation limit: eight million bits.
  static let maximumLimbs = 1 << 17
  static let maximumBits = maximumLimbs * 64

  /// A positive bignum of `count` limbs that the caller sets. When memory is short, the operation that it is for gives up (LongWork.swift), which
  /// takes little more.
  static func make(limbs count: Int) -> Word {
    if count > 1024 && !Heap.hasRoom(bytes: Int64(count) * 8 + 16) { LongWork.runOutOfMemory() }
    let bignum = allocateObject(.bignum, words: 1 + count)
    bignum.initializeField(0, Word(count))
    return bignum
  }

  @inline(__always)
  static func limbs(_ bignum: Word) -> Limbs {
    Limbs(
      base: pointer(bignum.address &+ 16).assumingMemoryBound(to: UInt64.self),
      count: Int(UInt32(truncatingIfNeeded: bignum.field(0))))
  }

  @inline(__always)
  static func isNegative(_ bignum: Word) -> Bool { bignum.field(0) >> 32 != 0 }

  /// The sign and length of a bignum under construction.
  static func setSign(_ bignum: Word, negative: Bool, count: Int) {
    bignum.initializeField(0, Word(count) | (negative ? 1 << 32 : 0))
  }

  /// Any exact integer as a bignum, perhaps one that is too small.
  static func from(_ integer: Word) -> Word {
    if !integer.isFixnum { return integer }
    let value = integer.fixnumValue
    return from(magnitude: value.magnitude, negative: value < 0)
  }

  static func from(magnitude: UInt64, negative: Bool) -> Word {
    let bignum = make(limbs: 1)
    limbs(bignum)[0] = magnitude
    setSign(bignum, negative: negative, count: magnitude != 0 ? 1 : 0)
    return bignum
  }

  /// The integer of a freshly made bignum: leading zeros go, and small numbers become fixnums.
  static func normalized(_ bignum: Word, negative: Bool) -> Word {
    var limbs = limbs(bignum)
    limbs.trim()
    if limbs.count <= 1 {
      let magnitude = limbs.count == 0 ? 0 : limbs[0]
      if magnitude < 1 << 60 || (negative && magnitude == 1 << 60) {
        let value = Int64(magnitude)
        return .fixnum64(negative ? -value : value)
      }
    }
    setSign(bignum, negative: negative, count: limbs.count)
    return bignum
  }

  /// A copy of a magnitude, with room for more limbs, which are 0.
  static func copy(_ source: Limbs, capacity: Int) -> Word {
    let bignum = make(limbs: capacity)
    let limbs = limbs(bignum)
    for index in 0..<source.count { limbs[index] = source[index] }
    for index in source.count..<max(capacity, source.count) { limbs[index] = 0 }
    return bignum
  }
}
