// A growable stack of words outside the moving heap, for the explicit stacks of reader, printer, comparison: nothing in the
// runtime recurses over data. Pages go back when it is freed.
//
// When there is no memory for more, the operation gives up (LongWork.swift); until its loop finds out, the stack goes on with some words that were kept
// for that.
import GuestABI

public struct ScratchStack: ~Copyable {
  private var base: Address = 0
  private var pages = 0
  public private(set) var count = 0
  /// The stack grows when it has so many words.
  private var limit = 0
  /// What is kept for the time after memory has run out: loops push a few words between two steps.
  private static var spareWords: Int { pageSize / 16 }

  public init() {}

  deinit {
    if pages > 0 { PageAllocator.freeScratch(base, pages: pages) }
  }

  @inline(__always)
  public mutating func push(_ word: Word) {
    if count >= limit { grow() }
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
    var new = PageAllocator.allocateIfThereIsRoom(pages: newPages)
    if new == 0 {
      LongWork.runOutOfMemory()
      let capacity = pages * pageSize / 8
      if count < capacity {
        limit = count + 1
        return
      }
      new = PageAllocator.allocate(pages: newPages, use: PageUse.scratch)
      if new == 0 { abortRuntime("out of memory") }
    }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    if pages > 0 {
      copyMemory(to: new, from: base, bytes: count * 8)
      PageAllocator.freeScratch(base, pages: pages)
    }
    base = new
    pages = newPages
    limit = newPages * pageSize / 8 - Self.spareWords
  }
}
