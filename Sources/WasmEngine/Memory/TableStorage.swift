// A table's elements and its record. Elements are reference words: addresses of function records, or host numbers plus one; 0 is null.

import RuntimeLayout
import WasmFormat

final class TableStorage {
  let type: TableType
  /// Read by compiled code. The elements move when the table grows; the record doesn't.
  let record: UnsafeMutablePointer<TableRecord>
  private var capacity: Int

  /// A table of the type's minimum size, all elements `initial`; nil when the limits or the system refuse it.
  init?(_ type: TableType, initial: UInt = 0, _ configuration: EngineConfiguration) {
    let maximum = min(
      type.limits.maximum ?? .max, type.is64 ? .max : UInt64(UInt32.max), configuration.limits.tableElements)
    guard type.limits.minimum <= maximum else { return nil }
    let count = Int(type.limits.minimum)
    self.type = type
    capacity = max(count, 1)
    guard let elements = VirtualMemory.allocateWords(capacity) else { return nil }
    elements.initialize(repeating: initial, count: capacity)
    record = .allocate(capacity: 1)
    record.initialize(
      to: TableRecord(base: UInt(bitPattern: elements), count: UInt(count), maximum: UInt(maximum), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    VirtualMemory.freeWords(elements)
    record.deallocate()
  }

  static func from(_ record: UnsafeMutablePointer<TableRecord>) -> TableStorage {
    Unmanaged<TableStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  var elements: UnsafeMutablePointer<UInt> { UnsafeMutablePointer(bitPattern: record.pointee.base)! }
  var count: Int { Int(record.pointee.count) }

  /// Adds elements; the old number of elements, or nil if the table cannot be that large.
  func grow(_ extra: UInt64, _ word: UInt) -> Int? {
    let old = count
    guard extra <= UInt64(record.pointee.maximum) - UInt64(old) else { return nil }
    let new = old + Int(extra)
    if new > capacity {
      // Doubling keeps many small growths cheap.
      let newCapacity = max(new, min(capacity * 2, Int(record.pointee.maximum)))
      guard let moved = VirtualMemory.allocateWords(newCapacity) else { return nil }
      moved.update(from: elements, count: old)
      VirtualMemory.freeWords(elements)
      record.pointee.base = UInt(bitPattern: moved)
      capacity = newCapacity
    }
    (elements + old).update(repeating: word, count: Int(extra))
    record.pointee.count = UInt(new)
    return old
  }

  /// Whether elements `offset ..< offset + count` exist.
  @inline(__always)
  func contains(_ offset: UInt64, _ count: UInt64) -> Bool {
    count <= UInt64(self.count) && offset <= UInt64(self.count) - count
  }
}
