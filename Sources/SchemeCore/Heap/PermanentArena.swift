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
      let pages = max(4, (Int(size) + pageSize - 1) / pageSize)
      let piece = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
      if piece == 0 { abortRuntime("out of memory for a symbol") }
      Heap.notePages(pages)
      arenaState.next = piece
      // The last word stays unused, so that the end of memory is not the end of a piece.
      arenaState.end = piece &+ UInt32(pages * pageSize - 8) &+ 8
    }
    let address = arenaState.next
    arenaState.next = address &+ size
    fillWords(address, count: Int(size) / 8, with: 0)
    return address
  }
}
