// A linear memory's address space and its record. A memory never moves: its whole possible range is reserved at the start, and growing only
// gives access to more of it. Guarded memories reserve so much that no index plus 32-bit offset leaves the reservation; checked ones what their
// type and the limits let them grow to. 64-bit memories, and memories whose pages are single bytes, are always checked.

import RuntimeLayout
import WasmFormat

final class MemoryStorage {
  let type: MemoryType
  /// Read by compiled code.
  let record: UnsafeMutablePointer<MemoryRecord>
  private let reservation: Int

  /// A memory of the type's minimum size; nil when the system or the limits refuse it.
  init?(_ type: MemoryType, _ configuration: EngineConfiguration) {
    let limits = configuration.limits
    let limit = type.is64 ? limits.memory64Bytes : limits.memoryPages << 16
    let maximumPages = min(type.limits.maximum ?? .max, type.maximumPages, limit >> UInt64(type.pageSizeLog2))
    guard type.limits.minimum <= maximumPages else { return nil }
    let minimum = Int(type.limits.minimum) << Int(type.pageSizeLog2)
    var maximum = Int(maximumPages) << Int(type.pageSizeLog2)
    var reservation = Tuning.guardedReservation
    var base: UnsafeMutableRawPointer?
    if configuration.memoryStrategy.guards(is64: type.is64, pageSizeLog2: type.pageSizeLog2) {
      base = VirtualMemory.reserve(reservation)
    } else {
      // Address space may be short: a smaller memory than the type allows is better than none.
      reservation = MemoryStorage.wholeBlocks(max(maximum, 1))
      base = VirtualMemory.reserve(reservation)
      while base == nil && maximum / 2 >= max(minimum, type.pageSize) {
        maximum = maximum / 2 & -type.pageSize
        reservation = MemoryStorage.wholeBlocks(maximum)
        base = VirtualMemory.reserve(reservation)
      }
    }
    guard let base else { return nil }
    guard VirtualMemory.commit(base, MemoryStorage.wholeBlocks(minimum)) else {
      VirtualMemory.release(base, reservation)
      return nil
    }
    self.type = type
    self.reservation = reservation
    record = .allocate(capacity: 1)
    record.initialize(
      to: MemoryRecord(
        base: UInt(bitPattern: base), byteCount: UInt(minimum), maximum: UInt(maximum), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  /// Access is given in blocks of 64 KiB, a multiple of any system's page.
  private static func wholeBlocks(_ size: Int) -> Int { (size + 0xFFFF) & ~0xFFFF }

  deinit {
    VirtualMemory.release(base, reservation)
    record.deallocate()
  }

  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: record.pointee.base)! }
  var byteCount: Int { Int(record.pointee.byteCount) }
  var pageCount: Int { byteCount >> Int(type.pageSizeLog2) }

  static func from(_ record: UnsafeMutablePointer<MemoryRecord>) -> MemoryStorage {
    Unmanaged<MemoryStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  /// Adds pages; the old number of pages, or nil if the memory cannot be that large.
  func grow(_ pages: UInt64) -> Int? {
    let old = byteCount
    guard pages <= UInt64(Int(record.pointee.maximum) - old) >> UInt64(type.pageSizeLog2) else { return nil }
    let new = old + Int(pages) << Int(type.pageSizeLog2)
    let committed = MemoryStorage.wholeBlocks(old)
    guard VirtualMemory.commit(base + committed, MemoryStorage.wholeBlocks(new) - committed) else { return nil }
    record.pointee.byteCount = UInt(new)
    return old >> Int(type.pageSizeLog2)
  }

  /// Whether bytes `offset ..< offset + count` exist.
  @inline(__always)
  func contains(_ offset: UInt64, _ count: UInt64) -> Bool {
    count <= UInt64(byteCount) && offset <= UInt64(byteCount) - count
  }
}
