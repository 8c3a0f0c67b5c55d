// Memory for the bytes of a module. A block of many bytes has pages of its own, large ones where the system has them: a saved module may have tens of MiB, and a fault
// for each small page takes longer than reading them.

struct ByteBlock: @unchecked Sendable {
  private let start: UnsafeMutableRawPointer
  private let count: Int
  /// Bytes of pages; 0 for what was allocated like everything else.
  private let mappedSize: Int
  private let isFile: Bool

  private static var smallestMapping: Int { 4 << 20 }

  /// Room for so many bytes. Throws `ResourceError`.
  init(_ count: Int) throws(ResourceError) {
    self.count = count
    isFile = false
    mappedSize = count < Self.smallestMapping ? 0 : (count + 0xFFFF) & ~0xFFFF
    if mappedSize == 0 {
      start = .allocate(byteCount: max(count, 1), alignment: 16)
    } else {
      guard let pages = VirtualMemory.reserveUsable(mappedSize) else { throw ResourceError("no memory for a module of \(count) bytes") }
      VirtualMemory.preferLargePages(pages, mappedSize)
      start = pages
    }
  }

  /// The content of a regular file, mapped: it takes no memory but what the system has of the file anyway. Throws `ResourceError`.
  init(mapping descriptor: Int32, _ count: Int) throws(ResourceError) {
    guard let pages = VirtualMemory.map(descriptor, count) else { throw ResourceError("a file of \(count) bytes cannot be mapped") }
    self.count = count
    isFile = true
    mappedSize = count
    start = pages
  }

  /// A copy.
  init(copying source: UnsafeRawBufferPointer) throws(ResourceError) {
    try self.init(source.count)
    room.copyMemory(from: source)
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(room) }

  /// For who fills the block, before anybody else has it.
  var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: start, count: count) }

  func deallocate() {
    if isFile { return VirtualMemory.unmap(start, mappedSize) }
    if mappedSize > 0 { VirtualMemory.release(start, mappedSize) } else { start.deallocate() }
  }
}
