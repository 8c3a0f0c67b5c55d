// Bump allocation in chunks of pages, linked from the oldest to the newest. The nursery is one region, where the program allocates; each space of
// the old generation is two, one for objects with values and one for objects with raw bits, which nobody need look into.
//
// A chunk starts with its header (see `Chunk`); its objects follow it without gaps.
import GuestABI

enum Chunk {
  /// The next newer chunk, or 0.
  static let next: Address = 0
  static let pages: Address = 4
  /// The end of its objects; of the newest chunk the region knows it.
  static let end: Address = 8
  static let objects: Address = 16
  static let defaultPages = 4
}

/// A region of the old generation.
struct Region {
  var first: Address = 0
  var last: Address = 0
  /// The next free byte of the newest chunk, and the chunk's end.
  var next: Address = 0
  var limit: Address = 0
  /// Pages of all chunks.
  var pages = 0

  /// Takes some bytes in pages of the given use; 0 when there is no memory.
  @inline(__always)
  mutating func reserve(_ bytes: UInt32, use: UInt8) -> Address {
    if bytes > limit &- next { return reserveInNewChunk(bytes, use: use) }
    let address = next
    next = address &+ bytes
    return address
  }

  @inline(never)
  private mutating func reserveInNewChunk(_ bytes: UInt32, use: UInt8) -> Address {
    // When memory is nearly full, single pages may be left.
    var count = Chunk.defaultPages
    var chunk = PageAllocator.allocate(pages: count, use: use)
    if chunk == 0 {
      count = 1
      chunk = PageAllocator.allocate(pages: count, use: use)
      if chunk == 0 { abortRuntime("no memory to collect with") }
    }
    Region.setHeader(chunk, pages: count)
    seal()
    if last == 0 { first = chunk } else { store32(last &+ Chunk.next, chunk) }
    last = chunk
    pages += count
    next = chunk &+ Chunk.objects &+ bytes
    limit = Region.limit(chunk, pages: count)
    return chunk &+ Chunk.objects
  }

  static func setHeader(_ chunk: Address, pages: Int) {
    store32(chunk &+ Chunk.next, 0)
    store32(chunk &+ Chunk.pages, UInt32(pages))
    store32(chunk &+ Chunk.end, chunk &+ Chunk.objects)
  }

  /// One word less than the pages have: at the very end of memory the sum would be 0.
  static func limit(_ chunk: Address, pages: Int) -> Address { chunk &+ UInt32(pages * pageSize - 8) }

  /// Writes down where the newest chunk's objects end.
  func seal() { if last != 0 { store32(last &+ Chunk.end, next) } }

  /// Gives the pages back.
  func free(poison: Bool = false) {
    seal()
    var chunk = first
    while chunk != 0 {
      let following = load32(chunk &+ Chunk.next)
      if poison { Heap.poison(from: chunk &+ Chunk.objects, to: load32(chunk &+ Chunk.end)) }
      PageAllocator.free(chunk, pages: Int(load32(chunk &+ Chunk.pages)))
      chunk = following
    }
  }
}
