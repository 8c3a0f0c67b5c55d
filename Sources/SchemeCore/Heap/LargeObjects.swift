// Objects of more than `Heap.largeObjectBytes` have a run of pages for themselves and never move: a collection marks them and frees the others.
import GuestABI

/// The header of a run. Offsets in bytes from its start.
enum LargeObject {
  static let next: Address = 0
  static let pages: Address = 4
  /// 1 while a collection has found the object.
  static let mark: Address = 8
  /// The next object whose fields have not been looked at yet.
  static let nextGray: Address = 12
  /// How many of its words a step of marking has looked at already.
  static let seen: Address = 16
  static let object: Address = 24
}

/// A list of large objects of one generation.
struct LargeObjects {
  var first: Address = 0
  var pages = 0

  mutating func add(_ run: Address) {
    store32(run &+ LargeObject.next, first)
    store32(run &+ LargeObject.mark, 0)
    first = run
    pages += Int(load32(run &+ LargeObject.pages))
  }

  /// Another list with those added that were marked; the rest is freed. In the middle of a cycle (MarkSweep.swift) they stay marked.
  func swept(_ others: LargeObjects) -> LargeObjects {
    var survivors = others
    forEachRun { run in
      if load32(run &+ LargeObject.mark) != 0 {
        PageAllocator.setUse(run, PageUse.large)
        survivors.add(run)
        if MarkSweep.isMarking { store32(run &+ LargeObject.mark, 1) }
      } else {
        PageAllocator.free(run, pages: Int(load32(run &+ LargeObject.pages)))
      }
    }
    return survivors
  }

  /// Those that were marked; the rest goes to another list.
  func sweptOfUnmarked(into others: inout LargeObjects) -> LargeObjects {
    var survivors = LargeObjects()
    forEachRun { run in
      if load32(run &+ LargeObject.mark) != 0 { survivors.add(run) } else { others.add(run) }
    }
    return survivors
  }

  /// Says of each that it has not been found.
  func unmark() { forEachRun { store32($0 &+ LargeObject.mark, 0) } }

  /// Frees all.
  mutating func free() {
    forEachRun { PageAllocator.free($0, pages: Int(load32($0 &+ LargeObject.pages))) }
    self = LargeObjects()
  }

  /// Calls `visit` with each run, which it may put into another list.
  private func forEachRun(_ visit: (Address) -> Void) {
    var run = first
    while run != 0 {
      let next = load32(run &+ LargeObject.next)
      visit(run)
      run = next
    }
  }

  /// Calls `visit` with the address and the end of each object.
  func forEach(_ visit: (_ object: Address, _ end: Address) -> Void) {
    forEachRun { run in
      let object = run &+ LargeObject.object
      visit(object, object &+ 8 &+ UInt32(truncatingIfNeeded: load64(object) >> 32) &* 8)
    }
  }
}
