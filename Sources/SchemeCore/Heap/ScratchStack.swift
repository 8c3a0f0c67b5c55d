// A growable stack of words outside the moving heap, for the explicit stacks of reader, printer, comparison: nothing in the
// runtime recurses over data. Pages go back when it is freed.
import GuestABI

public struct ScratchStack: ~Copyable {
  private var base: Address = 0
  private var pages = 0
  public private(set) var count = 0
  private var capacity = 0

  public init() {}

  deinit {
    if pages > 0 { PageAllocator.free(base, pages: pages) }
  }

  @inline(__always)
  public mutating func push(_ word: Word) {
    if count == capacity { grow() }
    store64(base &+ UInt32(truncatingIfNeeded: count) &* 8, word)
    count &+= 1
  }

  @inline(__always)
  public mutating func pop() -> Word {
    count &-= 1
    return load64(base &+ UInt32(truncatingIfNeeded: count) &* 8)
  }

  @inline(__always)
  public subscript(_ index: Int) -> Word {
    get { load64(base &+ UInt32(truncatingIfNeeded: index) &* 8) }
    set { store64(base &+ UInt32(truncatingIfNeeded: index) &* 8, newValue) }
  }

  @inline(never)
  private mutating func grow() {
    let newPages = max(1, pages * 2)
    let new = PageAllocator.allocate(pages: newPages, use: PageUse.permanent)
    if new == 0 { abortRuntime("out of memory for a scratch stack") }
    copyMemory(to: new, from: base, bytes: count * 8)
    if pages > 0 { PageAllocator.free(base, pages: pages) }
    base = new
    pages = newPages
    capacity = newPages * pageSize / 8
  }
}
