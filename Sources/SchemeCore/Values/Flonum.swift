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

/// The flonum of a double; allocates only when its exponent is far from 0, or it is a zero, infinite or not a number.
@inline(__always)
public func makeFlonum(_ value: Double) -> Word {
  let bits = value.bitPattern
  let word = (bits << 4 | bits >> 60) &+ Tag.flonumBias
  if word & Tag.flonumMask == Tag.flonum { return word }
  return makeBoxedFlonum(bits)
}

@inline(never)
func makeBoxedFlonum(_ bits: UInt64) -> Word {
  let address = Heap.allocate(bytes: 16)
  store64(address, Header.make(.flonum, words: 1))
  store64(address &+ 8, bits)
  return .pointer(address, Tag.object)
}
