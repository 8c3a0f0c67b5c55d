// The guest's memory as system calls see it: every address that the guest gives is checked, and one outside is `Errno.fault`.

import WasmEngine

struct GuestMemory {
  /// Nil for calls that have no pointers; the caller need not have a memory then.
  let memory: Memory?

  /// Some bytes, all of which exist and have addresses that fit a pointer. (A memory with 64-bit addresses may be larger.)
  func bytes(at pointer: GuestPointer, count: Int) throws(Errno) -> UnsafeMutableRawBufferPointer {
    guard Int(pointer) + count <= 1 << 32, let start = try? memory?.address(of: Int(pointer), count: count) else { throw .fault }
    return UnsafeMutableRawBufferPointer(start: start, count: count)
  }
}
