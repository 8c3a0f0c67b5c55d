// Address space: reserve without memory, make parts usable, give back.

import FaultHandler

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

enum VirtualMemory {
  /// Reserves address space without access rights; nil when there is none.
  static func reserve(_ size: Int) -> UnsafeMutableRawPointer? { latch_reserve(size, false) }

  /// Pages that can be used at once; nil when there are none.
  static func reserveUsable(_ size: Int) -> UnsafeMutableRawPointer? { latch_reserve(size, true) }

  /// Makes reserved pages readable and writable; they read as zero. False when the system refuses.
  static func commit(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    size == 0 || mprotect(address, size, PROT_READ | PROT_WRITE) == 0
  }

  /// Takes the rights back, and what was written. False when the system refuses.
  static func withdraw(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    size == 0 || mprotect(address, size, PROT_NONE) == 0 && discard(address, size)
  }

  /// Forgets what was written to a private mapping: it reads as what is mapped, or as zero. False when the system refuses.
  static func discard(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    #if os(Linux)
      madvise(address, size, MADV_DONTNEED) == 0
    #else
      // Elsewhere that is a mere hint.
      false
    #endif
  }

  /// Finds pages for bytes that are going to be written, where the system knows that wish.
  static func populate(_ address: UnsafeMutableRawPointer, _ size: Int) {
    #if os(Linux)
      let start = address.alignedDown(toMultipleOf: MemoryImage.pageSize)
      // MADV_POPULATE_WRITE of Linux 5.14.
      madvise(start, address + size - start, 23)
    #endif
  }

  /// Says that reserved pages are going to be used one after the other: large pages then cost less than as many small ones.
  static func preferLargePages(_ address: UnsafeMutableRawPointer, _ size: Int) { latch_prefer_large_pages(address, size) }

  /// Maps a file's bytes, which are not to be written, until `unmap`; nil if that cannot be. Where the file is made shorter meanwhile, reading ends the process with a message.
  static func map(_ descriptor: Int32, _ size: Int) -> UnsafeMutableRawPointer? {
    guard let pages = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED else { return nil }
    latch_note_file(pages, size)
    return pages
  }

  static func unmap(_ address: UnsafeMutableRawPointer, _ size: Int) {
    latch_forget_file(address)
    munmap(address, size)
  }

  /// The bytes of a regular file; nil for others.
  static func sizeOfFile(_ descriptor: Int32) -> Int? {
    var information = stat()
    return fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFREG ? Int(information.st_size) : nil
  }

  static func release(_ address: UnsafeMutableRawPointer, _ size: Int) { munmap(address, size) }

  /// Whether so much address space could be had now. Whoever cannot bear to be refused memory asks before it begins.
  static func hasRoom(_ size: Int) -> Bool {
    guard let place = reserve(size) else { return false }
    release(place, size)
    return true
  }

  // MARK: Words

  /// Zero words. Many of them are pages that take memory only when they are written.
  struct Words {
    let start: UnsafeMutablePointer<UInt>
    let count: Int
    /// Bytes of pages; 0 for what `calloc` gave.
    private let mappedSize: Int

    /// Fewer bytes than this are allocated like everything else.
    static var smallestMapping: Int { 64 << 10 }

    /// Nil when there is no memory.
    init?(_ count: Int) {
      let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<UInt>.stride)
      if overflows { return nil }
      mappedSize = size < Self.smallestMapping ? 0 : (size + 0xFFFF) & ~0xFFFF
      guard let start = mappedSize > 0 ? reserveUsable(mappedSize) : calloc(max(count, 1), MemoryLayout<UInt>.stride) else { return nil }
      self.start = start.bindMemory(to: UInt.self, capacity: count)
      self.count = count
    }

    func deallocate() { if mappedSize > 0 { munmap(start, mappedSize) } else { free(start) } }
  }
}
