// Address space: reserve without memory, make parts usable, give back.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

enum VirtualMemory {
  /// Reserves address space without access rights; nil when there is none.
  static func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
    let address = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
    return address == MAP_FAILED ? nil : address
  }

  /// Makes reserved pages readable and writable; they read as zero. False when the system refuses.
  static func commit(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    size == 0 || mprotect(address, size, PROT_READ | PROT_WRITE) == 0
  }

  /// Memory for so many words, not initialised; nil when there is none. Given back with `free`.
  static func allocateWords(_ count: Int) -> UnsafeMutablePointer<UInt>? {
    let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<UInt>.stride)
    return overflows ? nil : malloc(size)?.bindMemory(to: UInt.self, capacity: count)
  }

  static func freeWords(_ words: UnsafeMutablePointer<UInt>) { free(words) }

  static func release(_ address: UnsafeMutableRawPointer, _ size: Int) { munmap(address, size) }
}
