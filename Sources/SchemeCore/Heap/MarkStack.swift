// A stack of tagged addresses in pages of its own, as deep as there is memory: what has been marked and is still to be looked into (MarkSweep.swift).

struct MarkStack {
  /// The page that the top is in, the next free place in it, and its bounds. A page starts with the address of the page below.
  private var page: Address = 0
  private var top: Address = 0
  private var base: Address = 0
  private var limit: Address = 0
  /// A page that was left, so that a stack that goes up and down at its edge does not take and give back pages.
  private var spare: Address = 0

  /// False if there is no memory; then nothing is pushed.
  @inline(__always)
  mutating func push(_ entry: UInt32) -> Bool {
    if top == limit && !addPage() { return false }
    store32(top, entry)
    top &+= 4
    return true
  }

  /// The newest entry, or 0.
  @inline(__always)
  mutating func pop() -> UInt32 {
    if top == base && !leavePage() { return 0 }
    top &-= 4
    return load32(top)
  }

  var isEmpty: Bool { top == base && (page == 0 || load32(page) == 0) }

  @inline(never)
  private mutating func addPage() -> Bool {
    var new = spare
    spare = 0
    if new == 0 { new = PageAllocator.allocate(pages: 1, use: PageUse.permanent) }
    if new == 0 { return false }
    store32(new, page)
    enter(new)
    top = base
    return true
  }

  /// Goes to the end of the page below; false if there is none.
  @inline(never)
  private mutating func leavePage() -> Bool {
    if page == 0 { return false }
    let below = load32(page)
    if below == 0 { return false }
    if spare == 0 { spare = page } else { PageAllocator.free(page, pages: 1) }
    enter(below)
    top = limit
    return true
  }

  private mutating func enter(_ page: Address) {
    self.page = page
    base = page &+ 8
    limit = page &+ UInt32(pageSize)
  }

  /// Forgets all entries, and gives the memory back.
  mutating func free() {
    while page != 0 {
      let below = load32(page)
      PageAllocator.free(page, pages: 1)
      page = below
    }
    if spare != 0 { PageAllocator.free(spare, pages: 1) }
    self = MarkStack()
  }
}
