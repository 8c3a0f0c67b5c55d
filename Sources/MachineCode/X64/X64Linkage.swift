// A call site is the 4-byte displacement of a `call rel32` or `jmp rel32`; it lies within one aligned word of 8 bytes, which is what can be
// stored at once.

import RuntimeLayout

public enum X64Linkage: CodeLinkage {
  /// Displacements are signed and have 32 bits.
  public static var reach: Int { 1 << 31 }

  public static var stubSize: Int { 16 }

  /// mov r10d, function; jmp [r14 + lazyThunk]
  @inline(__always)
  public static func writeStub(at place: UnsafeMutableRawPointer, function: UInt32) {
    place.storeBytes(of: 0xBA41, as: UInt16.self)
    place.storeBytes(of: function, toByteOffset: 2, as: UInt32.self)
    place.storeBytes(of: 0xFF41, toByteOffset: 6, as: UInt16.self)
    place.storeBytes(of: 0x66, toByteOffset: 8, as: UInt8.self)
    place.storeBytes(of: UInt8(InstanceContext.lazyThunk), toByteOffset: 9, as: UInt8.self)
  }

  @inline(__always)
  public static func retarget(_ region: UnsafeMutableRawPointer, site: Int, to target: Int) {
    let word = site & ~7
    let shift = UInt64((site & 7) * 8)
    precondition(shift <= 32, "displacements that change lie within an aligned word")
    let displacement = UInt64(UInt32(bitPattern: Int32(truncatingIfNeeded: target - site - 4)))
    // Nobody else writes here: whoever changes the same code holds a lock.
    let old = (region + word).load(as: UInt64.self)
    SharedWord.store(UInt((old & ~(0xFFFF_FFFF << shift)) | (displacement << shift)), at: region + word)
  }

  /// Caches of instructions follow those of data.
  @inline(__always)
  public static func publish(_ code: UnsafeRawPointer, count: Int) {}
}
