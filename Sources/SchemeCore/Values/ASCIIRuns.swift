// Characters below U+0080 at the start of a run of scalars, which are most texts: four at a time, what UTF-8 makes of them are their bytes.
import GuestABI

enum ASCIIRuns {
  /// How many characters of so many are below U+0080 before the first group of four that are not all.
  static func length(_ characters: Address, count: Int) -> Int {
    var done = 0
    while count &- done >= 4 && group(characters &+ UInt32(truncatingIfNeeded: done) &* 4) != nil { done &+= 4 }
    return done
  }

  /// The same; their bytes go to `target`.
  static func copy(_ characters: Address, count: Int, to target: Address) -> Int {
    var done = 0
    while count &- done >= 4, let bytes = group(characters &+ UInt32(truncatingIfNeeded: done) &* 4) {
      pointer(target &+ UInt32(truncatingIfNeeded: done)).storeBytes(of: bytes, as: UInt32.self)
      done &+= 4
    }
    return done
  }

  /// The bytes of four characters; nil if one of them is none.
  @inline(__always)
  private static func group(_ characters: Address) -> UInt32? {
    let first = pointer(characters).loadUnaligned(as: UInt64.self)
    let second = pointer(characters).loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    if (first | second) & 0xFFFF_FF80_FFFF_FF80 != 0 { return nil }
    return UInt32(truncatingIfNeeded: (first | first >> 24) & 0xFFFF | ((second | second >> 24) & 0xFFFF) << 16)
  }
}
