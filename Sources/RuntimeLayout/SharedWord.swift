// Words that one thread changes while others read or execute them: the code address in a FunctionRecord, the displacement of a call. All are
// aligned, so others see the old word or the new one, and with the new one everything that was written before.

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
}
