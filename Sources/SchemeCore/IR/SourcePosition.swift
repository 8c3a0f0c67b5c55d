// Places in source texts.

/// A place in a source text: source number, line and column, from 1; all 0 when there is none.
public struct SourcePosition: Equatable, Sendable {
  public var bits: UInt64
  public init(bits: UInt64) { self.bits = bits }
  public init(source: Int, line: Int, column: Int) {
    bits = UInt64(UInt16(truncatingIfNeeded: source)) << 48 | UInt64(UInt16(clamping: column)) << 32 | UInt64(UInt32(line))
  }
  public static var none: SourcePosition { SourcePosition(bits: 0) }
  public var source: Int { Int(bits >> 48) }
  public var column: Int { Int(bits >> 32 & 0xFFFF) }
  public var line: Int { Int(bits & 0xFFFF_FFFF) }
}
