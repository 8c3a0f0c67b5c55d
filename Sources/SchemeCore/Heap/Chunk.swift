// Chunks of pages, linked from the oldest to the newest, in which the nursery is allocated bump by bump. A chunk starts with its header; its objects
// follow it without gaps.

enum Chunk {
  /// The next newer chunk, or 0.
  static let next: Address = 0
  static let pages: Address = 4
  /// The end of its objects; of the newest chunk the allocator knows it.
  static let end: Address = 8
  static let objects: Address = 16
  static let defaultPages = 4

  static func setHeader(_ chunk: Address, pages: Int) {
    store32(chunk &+ next, 0)
    store32(chunk &+ self.pages, UInt32(pages))
    store32(chunk &+ end, chunk &+ objects)
  }

  /// One word less than the pages have: at the very end of memory the sum would be 0.
  static func limit(_ chunk: Address, pages: Int) -> Address { chunk &+ UInt32(pages * pageSize - 8) }
}
