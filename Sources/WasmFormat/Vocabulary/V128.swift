// 128 bits: a constant, or a vector while it is evaluated. Lane 0 has the lowest bits.

/// A value of type v128.
public struct V128: Equatable, Hashable, Sendable {
  /// Bytes 0 to 7, the first one in the lowest bits.
  public var low: UInt64
  /// Bytes 8 to 15.
  public var high: UInt64

  @inlinable @inline(__always)
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The same bits in each lane of this many bits; `bits` is cut to its width.
  public init(repeating bits: UInt64, width: Int) {
    var word = width == 64 ? bits : bits & (1 << UInt64(width) - 1)
    var filled = width
    while filled < 64 {
      word |= word << UInt64(filled)
      filled *= 2
    }
    self.init(low: word, high: word)
  }

  public static var zero: V128 { V128(low: 0, high: 0) }

  /// The bits of a lane of `width` bits, zero-extended.
  public func lane(_ index: Int, width: Int) -> UInt64 {
    let bit = index * width
    let word = (bit < 64 ? low : high) >> UInt64(bit & 63)
    return width == 64 ? word : word & (1 << UInt64(width) - 1)
  }

  /// Replaces a lane of `width` bits by the low bits of a word.
  public mutating func setLane(_ index: Int, width: Int, _ bits: UInt64) {
    let bit = index * width
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width) - 1) << UInt64(bit & 63)
    let word = bits << UInt64(bit & 63) & mask
    if bit < 64 { low = low & ~mask | word } else { high = high & ~mask | word }
  }
}
