// Memory that is never moved and never freed: symbols and their names. The collector does not look into it, but for the symbols' values.

struct ArenaState {
  var next: Address = 0
  var end: Address = 0
}
nonisolated(unsafe) var arenaState = ArenaState()

public enum PermanentArena {
  /// Allocates zeroed bytes, aligned to eight.
  public static func allocate(bytes: Int) -> Address {
    let size = UInt32((bytes + 7) & ~7)
    if arenaState.end &- arenaState.next < size {
      // Each piece is larger than what is usual by far, so the rest of the old one is dropped.
      var pages = max(4, pages(for: size))
      var piece = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
      if piece == 0 {
        // When memory is nearly full, single pages may be left.
        pages = self.pages(for: size)
        piece = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
      }
      if piece == 0 { abortRuntime("out of memory for a symbol") }
      Heap.notePages(pages)
      // The first word stays unused: a tagged pointer is less than its object's address, and has to be in the same page. So does the last one: the end of
      // memory is not the end of a piece.
      arenaState.next = piece &+ 8
      arenaState.end = piece &+ UInt32(pages * pageSize - 8)
    }
    let address = arenaState.next
    arenaState.next = address &+ size
    fillWords(address, count: Int(size) / 8, with: 0)
    return address
  }

  private static func pages(for size: UInt32) -> Int { (Int(size) + 16 + pageSize - 1) / pageSize }
}
