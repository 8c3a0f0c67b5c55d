// Flonums: doubles that are immediate where the self-tagging rotation allows, and boxed otherwise.
import GuestABI

extension Word {
  @inline(__always)
  public var isImmediateFlonum: Bool { self & Tag.flonumMask == Tag.flonum }
  @inline(__always)
  public var isFlonum: Bool { isImmediateFlonum || isKind(.flonum) }

  /// The value of a flonum.
  @inline(__always)
  public var flonumValue: Double {
    if isImmediateFlonum {
      let rotated = self &- Tag.flonumBias
      return Double(bitPattern: rotated >> 4 | rotated << 60)
    }
    return Double(bitPattern: field(0))
  }
}

/// The flonum of a double; allocates only when its exponent is far from 0, or it is infinite or not a number.
@inline(__always)
public func makeFlonum(_ value: Double) -> Word {
  let bits = value.bitPattern
  let word = (bits << 4 | bits >> 60) &+ Tag.flonumBias
  if word & Tag.flonumMask == Tag.flonum { return word }
  return makeBoxedFlonum(bits)
}

/// The boxes of 0.0 and, right after it, of -0.0: the doubles that are common and not immediate are never allocated. Permanent.
public enum FlonumZeros {
  public static let bytes: Address = 16
  nonisolated(unsafe) public private(set) static var address: Address = 0

  static func start() {
    address = PermanentArena.allocate(bytes: 2 * Int(bytes))
    for index in 0..<UInt32(2) {
      store64(address &+ index &* bytes, Header.make(.flonum, words: 1))
      store64(address &+ index &* bytes &+ 8, UInt64(index) << 63)
    }
  }
}

@inline(never)
func makeBoxedFlonum(_ bits: UInt64) -> Word {
  if bits << 1 == 0 { return .pointer(FlonumZeros.address &+ UInt32(truncatingIfNeeded: bits >> 63) &* FlonumZeros.bytes, Tag.object) }
  let address = Heap.allocate(bytes: 16)
  store64(address, Header.make(.flonum, words: 1))
  store64(address, 8, bits)
  return .pointer(address, Tag.object)
}
