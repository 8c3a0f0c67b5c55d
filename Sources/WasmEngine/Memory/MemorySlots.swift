// Address space of a module's memories, with their first contents, for instances that come and go: what one has left the next one gets. Nothing is mapped or
// unmapped then, and pages that the last one has written are there already.
//
// Before anybody gets it, what was written is what it was at first: the system says which pages that are (latch_written_pages), and they are copied from the
// image, or cleared. Where it does not say, or where they are many, their pages are given back to the system, which finds the first contents again.

import FaultHandler
import RuntimeLayout
import Synchronization
import WasmFormat

/// Space for one of the memories that a module defines.
final class MemorySlots: Sendable {
  private let type: MemoryType
  /// What it begins with; nil: zeros.
  private let image: MemoryImage?
  /// Whether the system is asked which pages were written.
  private let asksForPages: Bool
  /// Space as a new memory needs it.
  private let idle = Mutex<[MemorySpace]>([])

  init(_ type: MemoryType, _ image: MemoryImage?, asksForPages: Bool) {
    self.type = type
    self.image = image
    self.asksForPages = asksForPages && latch_knows_written_pages()
  }

  deinit { for space in idle.withLock({ $0 }) { space.release() } }

  private var minimum: Int { Int(type.limits.minimum) << Int(type.pageSizeLog2) }

  /// How many spaces nobody uses.
  var idleCount: Int { idle.withLock { $0.count } }

  /// Space with the first contents; nil if the system has none.
  func take(maximum: Int, isGuarded: Bool) -> MemorySpace? {
    if let space = idle.withLock({ $0.popLast() }) { return space }
    guard let space = MemorySpace(minimum: minimum, maximum: maximum, type, isGuarded: isGuarded) else { return nil }
    if let image, !image.map(at: space.base) {
      space.release()
      return nil
    }
    return space
  }

  /// From a memory that nobody uses any more, of `byteCount` bytes at last.
  func give(_ space: MemorySpace, _ byteCount: Int) {
    guard reset(space, byteCount) else { return space.release() }
    let isKept = idle.withLock { idle in
      if idle.count >= Tuning.idleMemories { return false }
      idle.append(space)
      return true
    }
    if !isKept { space.release() }
  }

  /// Makes it as it was at first. False when the system refuses.
  private func reset(_ space: MemorySpace, _ byteCount: Int) -> Bool {
    if byteCount > minimum, !space.shrink(from: byteCount, to: minimum) { return false }
    let size = MemorySpace.wholeBlocks(minimum)
    return size == 0 || asksForPages && restoreWrittenPages(space.base, size) || VirtualMemory.discard(space.base, size)
  }

  /// False if they are too many, or not known.
  private func restoreWrittenPages(_ base: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    let capacity = Tuning.restoredRanges
    return withUnsafeTemporaryAllocation(of: latch_page_range.self, capacity: capacity) { ranges in
      let start = ranges.baseAddress.unsafelyUnwrapped
      let count = Int(latch_written_pages(base, size, start, capacity, Tuning.restoredBytes / MemoryImage.pageSize))
      if count < 0 { return false }
      for range in UnsafeMutableBufferPointer(start: start, count: count) {
        let offset = Int(UInt(range.start) - UInt(bitPattern: base))
        restore(base, offset..<offset + Int(range.end - range.start))
      }
      return true
    }
  }

  private func restore(_ base: UnsafeMutableRawPointer, _ range: Range<Int>) {
    let copied = image.map { range.clamped(to: $0.pages) } ?? range.lowerBound..<range.lowerBound
    func clear(_ range: Range<Int>) { (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count) }
    guard !copied.isEmpty, let image else { return clear(range) }
    clear(range.lowerBound..<copied.lowerBound)
    (base + copied.lowerBound).copyMemory(from: image.contents + (copied.lowerBound - image.pages.lowerBound), byteCount: copied.count)
    clear(copied.upperBound..<range.upperBound)
  }
}
