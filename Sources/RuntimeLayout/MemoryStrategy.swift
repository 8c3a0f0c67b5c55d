// How out-of-bounds accesses to memories are found.

public enum MemoryStrategy: UInt8, Sendable {
  /// Reserve the whole index space and a guard; out-of-bounds accesses fault.
  case guarded
  /// Compare every address with the memory's size.
  case checked

  /// Whether accesses to such a memory go without comparisons. A 64-bit address reaches beyond any reservation, and pages smaller than the
  /// system's cannot be protected one by one: those memories are always checked.
  @inline(__always)
  public func guards(is64: Bool, pageSizeLog2: UInt8) -> Bool { self == .guarded && !is64 && pageSizeLog2 == 16 }
}
