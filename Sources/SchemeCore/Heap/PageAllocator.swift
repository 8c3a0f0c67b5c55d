// Hands out runs of 64 KiB pages, to the heap, to the permanent arena and to the C allocator of the guest, and knows for every
// page what it is used for: one load says whether a pointer points into from-space.
//
// A table with one byte per page of the 32-bit space is the whole state; free neighbours coalesce by themselves.
//
// The limit of memory is kept here: neither the pages in use nor those that exist (what was in use once stays resident) exceed it. What can do without
// asks `Heap.hasRoom` first, so that the heap always has pages to collect with; what cannot (code, symbols, Swift's own arrays) just takes pages.

/// What a page is used for. Three uses take turns as the old generation's space: that of a cycle of marking and sweeping (MarkSweep.swift), that of what becomes
/// old meanwhile, and where both are copied to.
public enum PageUse {
  public static let foreign: UInt8 = 0
  public static let free: UInt8 = 1
  public static let permanent: UInt8 = 2
  /// Large objects of the old generation.
  public static let large: UInt8 = 3
  public static let firstSpace: UInt8 = 4
  public static let secondSpace: UInt8 = 5
  public static let nursery: UInt8 = 6
  public static let youngLarge: UInt8 = 7
  /// For one operation of the runtime: nobody has them when no program runs.
  public static let scratch: UInt8 = 8
  public static let thirdSpace: UInt8 = 9

  static func nextSpace(after space: UInt8) -> UInt8 {
    space == firstSpace ? secondSpace : space == secondSpace ? thirdSpace : firstSpace
  }
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
  /// A scratch page that nobody has, kept for the next operation that needs one; 0: none.
  var spareScratch: Address = 0
  /// Pages handed out, and how many may be.
  var usedPages = 0
  var limit = 0x1_0000
  /// How many may exist.
  var maximumEnd = 0x1_0000
}
nonisolated(unsafe) var pageState = PageState()

public enum PageAllocator {
  /// The use of the page that an address is in.
  @inline(__always)
  static func use(of address: Address) -> UInt8 { load8(pageState.table &+ address >> 16) }

  /// Takes `count` neighbouring pages; 0 when memory cannot grow any more. The content is arbitrary.
  @inline(never)
  public static func allocate(pages count: Int, use: UInt8) -> Address {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    if pageState.table == 0 { start() }
    if count > pageState.limit - pageState.usedPages { return 0 }
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
    pageState.usedPages += count
    return UInt32(first) &* UInt32(pageSize)
  }

  /// Takes pages for one operation of the runtime; 0 when the heap would not have enough left.
  static func allocateIfThereIsRoom(pages count: Int) -> Address {
    if count == 1 && pageState.spareScratch != 0 {
      let page = pageState.spareScratch
      pageState.spareScratch = 0
      return page
    }
    // What is small is needed to say that memory is short.
    if count > 2 && LongWork.mayGiveUp && !Heap.hasRoom(bytes: Int64(count) * Int64(pageSize)) { return 0 }
    return allocate(pages: count, use: PageUse.scratch)
  }

  /// Gives back what `allocateIfThereIsRoom` gave.
  static func freeScratch(_ address: Address, pages count: Int) {
    if count == 1 && pageState.spareScratch == 0 {
      pageState.spareScratch = address
    } else {
      free(address, pages: count)
    }
  }

  /// Gives pages back.
  public static func free(_ address: Address, pages count: Int) {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let first = Int(address >> 16)
    for page in first..<first + count { store8(pageState.table &+ UInt32(page), PageUse.free) }
    pageState.freePages += count
    pageState.usedPages -= count
    if first < pageState.lowestFree { pageState.lowestFree = first }
    // What is taken and given back again and again stays where it is, instead of going through all of memory.
    if first + count == pageState.cursor { pageState.cursor = first }
  }

  /// Gives back all pages of a use.
  static func freeAll(use: UInt8) {
    if use == PageUse.scratch { pageState.spareScratch = 0 }
    for page in 0..<pageState.end where load8(pageState.table &+ UInt32(page)) == use {
      free(UInt32(page) &* UInt32(pageSize), pages: 1)
    }
  }

  /// Makes the content of all free pages zero.
  static func clearFreePages() {
    for page in 0..<pageState.end where load8(pageState.table &+ UInt32(page)) == PageUse.free {
      fillWords(UInt32(page) &* UInt32(pageSize), count: pageSize / 8, with: 0)
    }
  }

  /// Changes what the first page of a run is used for.
  static func setUse(_ address: Address, _ use: UInt8) { store8(pageState.table &+ address >> 16, use) }

  /// Makes sure that so many pages are free, though not side by side.
  static func ensureFree(pages count: Int) -> Bool {
    if pageState.table == 0 { start() }
    if count > pageState.limit - pageState.usedPages { return false }
    return pageState.freePages >= count || grow(by: count - pageState.freePages)
  }

  /// Makes sure that so many pages are free side by side.
  static func ensureRun(pages count: Int) -> Bool {
    if count > pageState.limit - pageState.usedPages { return false }
    return findRun(count) >= 0 || grow(by: count)
  }

  /// Whether so many pages more may exist.
  static func canGrow(by count: Int) -> Bool { count <= pageState.maximumEnd - pageState.end }

  /// Bounds the pages in use, and those that exist; what exists already stays.
  static func setLimit(bytes: Int64) {
    if pageState.table == 0 { start() }
    pageState.limit = Int(min(bytes / Int64(pageSize), 1 << 16))
    let others = pageState.end - pageState.freePages - pageState.usedPages
    pageState.maximumEnd = min(others + pageState.limit, 1 << 16)
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
    // What is large takes the first place that there is: looking for it takes less time than touching memory that was never touched.
    if count > 1 { return findRun(count, from: pageState.lowestFree) }
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

  /// Hosts may give memory in pages of 2 MiB, where all of such a page exists.
  private static let largePage = 32

  /// Grows memory by at least `count` pages, and by an eighth of its size if that is possible; to a multiple of large pages.
  private static func grow(by count: Int) -> Bool {
    let most = pageState.maximumEnd - pageState.end
    if count > most { return false }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let end = pageState.end + max(count, max(16, pageState.end / 8))
    var pages = min(most, (end + largePage - 1) / largePage * largePage - pageState.end)
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

/// `latch_page_alloc(pages) -> address`. Swift has no use for a null pointer: without memory the runtime ends.
@_cdecl("latch_page_alloc")
public func latchPageAllocate(_ pages: Int32) -> UInt32 {
  let address = PageAllocator.allocate(pages: Int(pages), use: PageUse.permanent)
  if address == 0 { abortRuntime("out of memory") }
  Heap.notePages(Int(pages))
  return address
}

@_cdecl("latch_page_free")
public func latchPageFree(_ address: UInt32, _ pages: Int32) {
  PageAllocator.free(address, pages: Int(pages))
}
