// Words that one thread changes while others read or execute them: the code address in a FunctionRecord, the displacement of a call; and bytes,
// whether a body is known to be valid. All are aligned, so others see the old one or the new one, and with the new one everything
// that was written before.

import Synchronization

public enum SharedWord {
  @inlinable @inline(__always)
  public static func load(at address: UnsafeRawPointer) -> UInt {
    address.assumingMemoryBound(to: Atomic<UInt>.self).pointee.load(ordering: .acquiring)
  }

  @inlinable @inline(__always)
  public static func store(_ word: UInt, at address: UnsafeMutableRawPointer) {
    address.assumingMemoryBound(to: Atomic<UInt>.self).pointee.store(word, ordering: .releasing)
  }

  /// Of 32 bits.
  @inlinable @inline(__always)
  public static func load32(at address: UnsafeRawPointer) -> UInt32 {
    address.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .relaxed)
  }
}

public enum SharedByte {
  @inlinable @inline(__always)
  public static func load(at address: UnsafePointer<UInt8>) -> UInt8 {
    UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt8>.self).pointee.load(ordering: .acquiring)
  }

  @inlinable @inline(__always)
  public static func store(_ byte: UInt8, at address: UnsafeMutablePointer<UInt8>) {
    UnsafeRawPointer(address).assumingMemoryBound(to: Atomic<UInt8>.self).pointee.store(byte, ordering: .releasing)
  }
}
