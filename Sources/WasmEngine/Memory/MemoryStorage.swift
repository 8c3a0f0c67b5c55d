// A linear memory's address space (MemorySpace) and its record. A memory never moves: its whole possible range is reserved at the start, and growing only
// gives access to more of it. Guarded memories reserve so much that no index plus 32-bit offset leaves the reservation; checked ones what their
// type and the limits let them grow to. 64-bit memories, and memories whose pages are single bytes, are always checked.
//
// Only the storage of a shared memory is used by several threads at the same time. What changes of it is the size alone, under a lock, and never to less.

import RuntimeLayout
import Synchronization
import WasmFormat

final class MemoryStorage: @unchecked Sendable {
  let type: MemoryType
  /// Read by compiled code.
  let record: UnsafeMutablePointer<MemoryRecord>
  private let space: MemorySpace
  /// Who gets the space afterwards.
  private let slots: MemorySlots?
  /// Whether the reservation makes comparisons of 32-bit addresses unnecessary.
  let isGuarded: Bool

  private let budget: StoreBudget
  private let growth = Mutex(())

  /// A memory of the type's minimum size; with `slots`, which are for memories of this type, it has its first contents already. Throws when the system, the limits or the budget
  /// refuse it.
  init(_ type: MemoryType, _ configuration: EngineConfiguration, _ budget: StoreBudget, _ slots: MemorySlots? = nil) throws(ResourceError) {
    let limits = configuration.limits
    let limit = type.is64 ? limits.memory64Bytes : limits.memoryPages << 16
    let maximumPages = min(type.limits.maximum ?? .max, type.maximumPages, limit >> UInt64(type.pageSizeLog2))
    guard type.limits.minimum <= maximumPages else {
      throw ResourceError("a memory of \(type.limits.minimum) pages is larger than the limit of \(maximumPages)")
    }
    let minimum = Int(type.limits.minimum) << Int(type.pageSizeLog2)
    guard budget.admits(.memory, from: 0, to: minimum, maximum: UInt(maximumPages) << UInt(type.pageSizeLog2)) else {
      throw budget.refusal("a memory of \(type.limits.minimum) pages")
    }
    guard budget.take(minimum) else { throw budget.error }
    let isGuarded = configuration.memoryStrategy.guards(is64: type.is64, pageSizeLog2: type.pageSizeLog2)
    let maximum = Int(maximumPages) << Int(type.pageSizeLog2)
    let space =
      slots.map { $0.take(maximum: maximum, isGuarded: isGuarded) }
      ?? MemorySpace(minimum: minimum, maximum: maximum, type, isGuarded: isGuarded)
    guard let space else {
      budget.give(minimum)
      throw ResourceError("no address space for a memory of \(type.limits.minimum) pages", remedy: isGuarded ? .checkedMemory : nil)
    }
    self.type = type
    self.isGuarded = isGuarded
    self.budget = budget
    self.space = space
    self.slots = slots
    record = .allocate(capacity: 1)
    record.initialize(
      to: MemoryRecord(base: UInt(bitPattern: space.base), byteCount: UInt(minimum), maximum: UInt(space.maximum), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    budget.give(byteCount)
    if let slots { slots.give(space, byteCount) } else { space.release() }
    record.deallocate()
  }

  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: record.pointee.base)! }
  var byteCount: Int { Int(record.byteCount) }
  var pageCount: Int { byteCount >> Int(type.pageSizeLog2) }

  /// The bytes at present.
  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: byteCount) }

  static func from(_ record: UnsafeMutablePointer<MemoryRecord>) -> MemoryStorage {
    Unmanaged<MemoryStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  /// Adds pages; the old number of pages, or nil if the memory cannot be that large.
  func grow(_ pages: UInt64) -> Int? { type.isShared ? growth.withLock { _ in growAlone(pages) } : growAlone(pages) }

  private func growAlone(_ pages: UInt64) -> Int? {
    let old = byteCount
    guard pages <= UInt64(Int(record.pointee.maximum) - old) >> UInt64(type.pageSizeLog2) else { return nil }
    let new = old + Int(pages) << Int(type.pageSizeLog2)
    guard budget.admits(.memory, from: old, to: new, maximum: record.pointee.maximum), budget.take(new - old) else { return nil }
    guard space.grow(from: old, to: new) else {
      budget.give(new - old)
      return nil
    }
    // After access has been given: who sees the size may use it.
    SharedWord.store(UInt(new), at: UnsafeMutableRawPointer(record) + MemoryRecord.byteCountOffset)
    return old >> Int(type.pageSizeLog2)
  }

  /// Whether bytes `offset ..< offset + count` exist.
  @inline(__always)
  func contains(_ offset: UInt64, _ count: UInt64) -> Bool {
    let size = UInt64(byteCount)
    return count <= size && offset <= size - count
  }
}

extension UnsafeMutablePointer<MemoryRecord> {
  /// The size at present; a shared memory may be larger the next time.
  @inline(__always) var byteCount: UInt { SharedWord.load(at: UnsafeRawPointer(self) + MemoryRecord.byteCountOffset) }
  @inline(__always) var base: UInt { pointee.base }
}
