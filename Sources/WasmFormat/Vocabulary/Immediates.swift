// Immediates that are more than a number, and their bits in the binary format: what readers and writers share.

/// What follows the opcode of a memory access.
public struct MemoryArgument: Equatable, Sendable {
  /// log2 of the alignment hint.
  public var alignment: UInt32
  public var memory: UInt32
  public var offset: UInt64

  @inlinable @inline(__always)
  public init(alignment: UInt32, memory: UInt32, offset: UInt64) {
    self.alignment = alignment
    self.memory = memory
    self.offset = offset
  }

  /// The alignment may carry this bit: then the index of a memory follows.
  @inlinable @inline(__always) public static var hasMemory: UInt32 { 0x40 }
}

/// The catch clauses of `try_table`. Bit 0: the exception itself is passed on, too; bit 1: whatever its tag.
public enum CatchKind {
  @inlinable @inline(__always) public static var passesReference: UInt8 { 1 }
  @inlinable @inline(__always) public static var catchesAll: UInt8 { 2 }
  static var names: [StaticString] { ["catch", "catch_ref", "catch_all", "catch_all_ref"] }
}

/// A catch clause as a body has it.
public struct CatchImmediate: Equatable, Sendable {
  /// A sum of `CatchKind`'s bits.
  public var kind: UInt8
  /// nil if the clause catches all.
  public var tag: UInt32?
  public var label: UInt32

  @inlinable @inline(__always)
  public init(kind: UInt8, tag: UInt32?, label: UInt32) {
    self.kind = kind
    self.tag = tag
    self.label = label
  }
}
