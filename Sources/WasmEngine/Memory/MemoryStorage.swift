// A linear memory's address space and its record. A memory never moves: its whole possible range is reserved at the start, and growing only
// gives access to more of it. Guarded memories reserve so much that no index plus 32-bit offset leaves the reservation.

import RuntimeLayout
import WasmFormat

final class MemoryStorage {
  let type: MemoryType
  let strategy: MemoryStrategy
  /// Read by compiled code.
  let record: UnsafeMutablePointer<MemoryRecord>
  private let reservation: Int

  /// A memory of the type's minimum size; nil when the system or the limits refuse it.
  init?(_ type: MemoryType, _ configuration: EngineConfiguration) {
    let maximumPages = min(type.limits.maximum ?? MemoryType.maximumPages, configuration.limits.memoryPages)
    guard type.limits.minimum <= maximumPages else { return nil }
    let page = MemoryType.pageSize
    let minimum = Int(type.limits.minimum) * page
    var maximum = Int(maximumPages) * page
    var reservation = Tuning.guardedReservation
    var base: UnsafeMutableRawPointer?
    if configuration.memoryStrategy == .guarded {
      base = VirtualMemory.reserve(reservation)
    } else {
      // Address space may be short: a smaller memory than the type allows is better than none.
      reservation = max(maximum, page)
      base = VirtualMemory.reserve(reservation)
      while base == nil && maximum / 2 >= max(minimum, page) {
        maximum = maximum / 2 / page * page
        reservation = maximum
        base = VirtualMemory.reserve(reservation)
      }
    }
    guard let base else { return nil }
    guard VirtualMemory.commit(base, minimum) else {
      VirtualMemory.release(base, reservation)
      return nil
    }
    self.type = type
    strategy = configuration.memoryStrategy
    self.reservation = reservation
    record = .allocate(capacity: 1)
    record.initialize(
      to: MemoryRecord(
        base: UInt(bitPattern: base), byteCount: UInt(minimum), maximum: UInt(maximum), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    VirtualMemory.release(base, reservation)
    record.deallocate()
  }

  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: record.pointee.base)! }
  var byteCount: Int { Int(record.pointee.byteCount) }
  var pageCount: Int { byteCount / MemoryType.pageSize }

  static func from(_ record: UnsafeMutablePointer<MemoryRecord>) -> MemoryStorage {
    Unmanaged<MemoryStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  /// Adds pages; the old number of pages, or nil if the memory cannot be that large.
  func grow(_ pages: UInt64) -> Int? {
    let old = byteCount
    guard pages <= MemoryType.maximumPages else { return nil }
    let extra = Int(pages) * MemoryType.pageSize
    guard old + extra <= Int(record.pointee.maximum), VirtualMemory.commit(base + old, extra) else { return nil }
    record.pointee.byteCount = UInt(old + extra)
    return old / MemoryType.pageSize
  }

  /// Whether bytes `offset ..< offset + count` exist.
  @inline(__always)
  func contains(_ offset: UInt64, _ count: UInt64) -> Bool {
    count <= UInt64(byteCount) && offset <= UInt64(byteCount) - count
  }
}
