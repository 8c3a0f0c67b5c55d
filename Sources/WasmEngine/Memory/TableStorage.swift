// A table's elements and its record. Elements are reference words: addresses of function records, or host numbers plus one; 0 is null.
//
// A small table has as many words as elements, or up to twice as many after it has grown. A large one has address space for all that its type and the
// limits let it grow to: it does not move any more, and elements that were never anything but null take no memory.

import RuntimeLayout
import WasmFormat

final class TableStorage {
  let type: TableType
  /// Read by compiled code. The elements move when the table grows; the record doesn't.
  let record: UnsafeMutablePointer<TableRecord>
  private var words: VirtualMemory.Words
  private let budget: StoreBudget

  private static let stride = MemoryLayout<UInt>.stride

  /// A table of the type's minimum size, all elements `initial`. Throws when the limits, the budget or the system refuse it.
  init(_ type: TableType, initial: UInt = 0, _ limits: EngineLimits, _ budget: StoreBudget) throws(ResourceError) {
    let maximum = min(type.limits.maximum ?? .max, type.is64 ? .max : UInt64(UInt32.max), limits.tableElements, UInt64(Int.max / Self.stride))
    guard type.limits.minimum <= maximum else {
      throw ResourceError("a table of \(type.limits.minimum) elements is larger than the limit of \(maximum)")
    }
    let count = Int(type.limits.minimum)
    guard budget.take(count * Self.stride) else { throw budget.error }
    guard let words = Self.words(count, maximum: Int(maximum)) else {
      budget.give(count * Self.stride)
      throw ResourceError("no memory for a table of \(count) elements")
    }
    self.type = type
    self.words = words
    self.budget = budget
    if initial != 0 { words.start.update(repeating: initial, count: count) }
    record = .allocate(capacity: 1)
    record.initialize(to: TableRecord(base: UInt(bitPattern: words.start), count: UInt(count), maximum: UInt(maximum), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    budget.give(count * Self.stride)
    words.deallocate()
    record.deallocate()
  }

  static func from(_ record: UnsafeMutablePointer<TableRecord>) -> TableStorage {
    Unmanaged<TableStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  var elements: UnsafeMutablePointer<UInt> { words.start }
  var count: Int { Int(record.pointee.count) }

  /// At least `count` words: if they are many, as many as there can ever be and address space allows.
  private static func words(_ count: Int, maximum: Int) -> VirtualMemory.Words? {
    if count * stride < VirtualMemory.Words.smallestMapping { return VirtualMemory.Words(count) }
    var capacity = maximum
    while capacity > count {
      if let words = VirtualMemory.Words(capacity) { return words }
      capacity = max(count, capacity / 2)
    }
    return VirtualMemory.Words(count)
  }

  /// Adds elements, at first null; the old number of elements, or nil if the table cannot be that large.
  func grow(_ extra: UInt64) -> Int? {
    let old = count
    guard extra <= UInt64(record.pointee.maximum) - UInt64(old), budget.take(Int(extra) * Self.stride) else { return nil }
    let new = old + Int(extra)
    if new > words.count {
      // Doubling keeps many small growths cheap.
      guard let moved = Self.words(max(new, min(old * 2, Int(record.pointee.maximum))), maximum: Int(record.pointee.maximum)) else {
        budget.give(Int(extra) * Self.stride)
        return nil
      }
      moved.start.update(from: words.start, count: old)
      words.deallocate()
      words = moved
      record.pointee.base = UInt(bitPattern: moved.start)
    }
    record.pointee.count = UInt(new)
    return old
  }

  /// Whether elements `offset ..< offset + count` exist.
  @inline(__always)
  func contains(_ offset: UInt64, _ count: UInt64) -> Bool {
    count <= UInt64(self.count) && offset <= UInt64(self.count) - count
  }
}
