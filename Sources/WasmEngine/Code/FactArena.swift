// Memory for what the fault handler must know about a module's functions (trap sites, handler tables): pieces that never move and are freed
// together, because allocating them one by one would cost as much as writing some of the code.

import CompilerInterface
import RuntimeLayout

struct FactArena: ~Copyable, @unchecked Sendable {
  /// The last one. Each begins with the address of the one before.
  private var chunk: UnsafeMutableRawPointer?
  private var cursor: UnsafeMutableRawPointer?
  private var room = 0
  /// Small at first, because modules that are linked late are small and many.
  private var chunkSize = 16

  private static var largestChunk: Int { 64 << 10 }

  /// A copy of the elements, of a trivial type that needs no more than 8-byte alignment; nil if there are none.
  mutating func copy<Element>(_ elements: UnsafeBufferPointer<Element>) -> UnsafePointer<Element>? {
    guard let source = elements.baseAddress, elements.count > 0 else { return nil }
    let used = elements.count * MemoryLayout<Element>.stride
    let size = (used + 7) & ~7
    if size > room { addChunk(size) }
    guard let start = cursor else { return nil }
    cursor = start + size
    room -= size
    start.copyMemory(from: source, byteCount: used)
    return UnsafePointer(start.assumingMemoryBound(to: Element.self))
  }

  /// Trap sites, packed; nil if there are none.
  mutating func pack(_ sites: UnsafeBufferPointer<TrapSite>) -> UnsafePointer<UInt8>? {
    if sites.isEmpty { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SitePacking.mostBytes(sites.count)) { buffer in
      let count = SitePacking.pack(sites, to: buffer.baseAddress.unsafelyUnwrapped)
      return copy(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<count]))
    }
  }

  private mutating func addChunk(_ size: Int) {
    let capacity = max(size, chunkSize)
    let new = UnsafeMutableRawPointer.allocate(byteCount: Self.header + capacity, alignment: 8)
    new.storeBytes(of: chunk, as: UnsafeMutableRawPointer?.self)
    chunk = new
    cursor = new + Self.header
    room = capacity
    chunkSize = min(chunkSize * 2, Self.largestChunk)
  }

  private static var header: Int { MemoryLayout<UnsafeMutableRawPointer?>.size }

  private static func former(_ chunk: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? { chunk.load(as: UnsafeMutableRawPointer?.self) }

  /// Takes over another one's memory.
  mutating func absorb(_ other: inout FactArena) {
    guard var first = other.chunk else { return }
    while let former = Self.former(first) { first = former }
    // Before the last one, which has room left.
    if let chunk {
      first.storeBytes(of: Self.former(chunk), as: UnsafeMutableRawPointer?.self)
      chunk.storeBytes(of: other.chunk, as: UnsafeMutableRawPointer?.self)
    } else {
      chunk = other.chunk
    }
    other.chunk = nil
    other.cursor = nil
    other.room = 0
  }

  mutating func removeAll() {
    freeChunks()
    chunk = nil
    cursor = nil
    room = 0
  }

  private func freeChunks() {
    var next = chunk
    while let chunk = next {
      next = Self.former(chunk)
      chunk.deallocate()
    }
  }

  deinit { freeChunks() }
}
