// Bits of immediates, as the binary format has them: what readers, writers and the table of opcodes share.

/// The alignment of a memory access may carry this bit: then the index of a memory follows.
public enum MemoryArgument {
  @inline(__always) public static var hasMemory: UInt32 { 0x40 }
}

/// The catch clauses of `try_table`. Bit 0: the exception itself is passed on, too; bit 1: whatever its tag.
public enum CatchKind {
  @inline(__always) public static var passesReference: UInt8 { 1 }
  @inline(__always) public static var catchesAll: UInt8 { 2 }
  static var names: [StaticString] { ["catch", "catch_ref", "catch_all", "catch_all_ref"] }
}
