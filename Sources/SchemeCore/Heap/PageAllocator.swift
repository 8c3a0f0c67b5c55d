// Hands out runs of 64 KiB pages, to the heap, to the permanent arena and to the C allocator of the guest, and knows for every
// page what it is used for: one load says whether a pointer points into from-space.
//
// A table with one byte per page of the 32-bit space is the whole state; free neighbours coalesce by themselves.

/// What a page is used for. `evenSpace` and `oddSpace` take turns as the old generation's space.
public enum PageUse {
  public static let foreign: UInt8 = 0
  public static let free: UInt8 = 1
  public static let permanent: UInt8 = 2
  /// Large objects of the old generation.
  public static let large: UInt8 = 3
  public static let evenSpace: UInt8 = 4
  public static let oddSpace: UInt8 = 5
  public static let nursery: UInt8 = 6
  public static let youngLarge: UInt8 = 7
}

struct PageState {
  /// The table of uses; 0 until the first use.
  var table: Address = 0
  /// The table of cards (Cards.swift).
  var cards: Address = 0
  /// Pages that exist.
  var end = 0
  /// No page below this is free; where the last search ended.
  var lowestFree = 0
  var cursor = 0
  var freePages = 0
  /// Pages handed out for permanent use.
  var permanentPages = 0
}
nonisolated(unsafe) var pageState = PageState()

public enum PageAllocator {
  /// The use of the page that an address is in.
  @inline(__always)
  static func use(of address: Address) -> UInt8 { load8(pageState.table &+ address >> 16) }

  /// Takes `count` neighbouring pages; 0 when memory cannot grow any more. The content is arbitrary.
  @inline(never)
  public static func allocate(pages count: Int, use: UInt8) -> Address {
    if pageState.table == 0 { start() }
    var first = findRun(count)
    if first < 0 {
      if !grow(by: count) { return 0 }
      first = findRun(count)
      if first < 0 { return 0 }
    }
    for page in first..<first + count { store8(pageState.table &+ UInt32(page), use) }
    if first == pageState.lowestFree { pageState.lowestFree = first + count }
    pageState.cursor = first + count
    pageState.freePages -= count
    if use == PageUse.permanent { pageState.permanentPages += count }
    return UInt32(first) &* UInt32(pageSize)
  }

  /// Gives pages back.
  public static func free(_ address: Address, pages count: Int) {
    let first = Int(address >> 16)
    if use(of: address) == PageUse.permanent { pageState.permanentPages -= count }
    for page in first..<first + count { store8(pageState.table &+ UInt32(page), PageUse.free) }
    pageState.freePages += count
    if first < pageState.lowestFree { pageState.lowestFree = first }
  }

  /// Changes what the first page of a run is used for.
  static func setUse(_ address: Address, _ use: UInt8) { store8(pageState.table &+ address >> 16, use) }

  /// Makes sure that so many pages are free, though not side by side.
  static func ensureFree(pages count: Int) -> Bool {
    if pageState.table == 0 { start() }
    return pageState.freePages >= count || grow(by: count - pageState.freePages)
  }

  /// The bytes of memory that exist.
  public static var memoryBytes: UInt64 { UInt64(pageState.end) * UInt64(pageSize) }

  private static func start() {
    let existing = prepareMemory()
    // Both tables are fresh memory, so they are zero.
    let fixed = 1 + Cards.tablePages
    let before = growMemory(pages: fixed + 16)
    if before < 0 { abortRuntime("no memory to start with") }
    let table = UInt32(before) &* UInt32(pageSize)
    pageState.table = table
    pageState.cards = table &+ UInt32(pageSize)
    for page in before + fixed..<before + fixed + 16 { store8(table &+ UInt32(page), PageUse.free) }
    pageState.freePages = 16
    pageState.lowestFree = max(existing, before) + fixed
    pageState.end = before + fixed + 16
  }

  private static func findRun(_ count: Int) -> Int {
    if pageState.freePages < count { return -1 }
    let found = findRun(count, from: max(pageState.cursor, pageState.lowestFree))
    return found >= 0 ? found : findRun(count, from: pageState.lowestFree)
  }

  private static func findRun(_ count: Int, from start: Int) -> Int {
    var page = start
    while page + count <= pageState.end {
      var length = 0
      while length < count, load8(pageState.table &+ UInt32(page + length)) == PageUse.free { length += 1 }
      if length == count { return page }
      page += length + 1
    }
    return -1
  }

  /// Grows memory by at least `count` pages, and by an eighth of its size if that is possible.
  private static func grow(by count: Int) -> Bool {
    var pages = max(count, max(16, pageState.end / 8))
    var before = growMemory(pages: pages)
    if before < 0 {
      pages = count
      before = growMemory(pages: pages)
      if before < 0 { return false }
    }
    // Pages that somebody else made in between stay foreign.
    for page in before..<before + pages { store8(pageState.table &+ UInt32(page), PageUse.free) }
    pageState.freePages += pages
    if pageState.lowestFree > before { pageState.lowestFree = before }
    pageState.end = before + pages
    return true
  }
}

// MARK: For the guest's C allocator

/// `latch_page_alloc(pages) -> address`, 0 when there is no memory.
@_cdecl("latch_page_alloc")
public func latchPageAllocate(_ pages: Int32) -> UInt32 {
  PageAllocator.allocate(pages: Int(pages), use: PageUse.permanent)
}

@_cdecl("latch_page_free")
public func latchPageFree(_ address: UInt32, _ pages: Int32) {
  PageAllocator.free(address, pages: Int(pages))
}
