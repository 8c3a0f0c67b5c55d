// A table's elements and its record. Elements are reference words: addresses of function records, or host numbers plus one; 0 is null.
//
// A small table has as many words as elements, or up to twice as many after it has grown. A large one has address space for all that its type and the
// limits let it grow to: it does not move any more, and elements that were never anything but null take no memory. The record lies before the elements.

import RuntimeLayout
import WasmFormat

final class TableStorage {
  let type: TableType
  /// The record, then the elements. May be others after the table has grown.
  private var words: VirtualMemory.Words
  private let budget: StoreBudget

  private static let stride = MemoryLayout<UInt>.stride
  /// Words of a record.
  private static let recordWords = TableRecord.size / stride

  /// A table of the type's minimum size, all elements `initial`. Throws when the limits, the budget or the system refuse it.
  init(_ type: TableType, initial: UInt = 0, _ limits: EngineLimits, _ budget: StoreBudget) throws(ResourceError) {
    let most = min(limits.tableElements, UInt64(Int.max / Self.stride - Self.recordWords))
    let maximum = min(type.limits.maximum ?? .max, type.is64 ? .max : UInt64(UInt32.max), most)
    guard type.limits.minimum <= maximum else {
      throw ResourceError("a table of \(type.limits.minimum) elements is larger than the limit of \(maximum)")
    }
    let count = Int(type.limits.minimum)
    guard budget.admits(.table, from: 0, to: count, maximum: UInt(maximum)) else { throw budget.refusal("a table of \(count) elements") }
    guard budget.take(count * Self.stride) else { throw budget.error }
    guard let words = Self.words(count, maximum: Int(maximum)) else {
      budget.give(count * Self.stride)
      throw ResourceError("no memory for a table of \(count) elements")
    }
    self.type = type
    self.words = words
    self.budget = budget
    record.initialize(to: TableRecord(maximum: UInt(maximum), owner: UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()), count: UInt(count)))
    if initial != 0 { elements.update(repeating: initial, count: count) }
  }

  deinit {
    budget.give(count * Self.stride)
    words.deallocate()
  }

  /// The table with that element 0.
  static func from(_ elements: UnsafeMutablePointer<UInt>) -> TableStorage {
    let record = UnsafeMutableRawPointer(elements - recordWords).assumingMemoryBound(to: TableRecord.self)
    return Unmanaged<TableStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }

  private var record: UnsafeMutablePointer<TableRecord> { UnsafeMutableRawPointer(words.start).assumingMemoryBound(to: TableRecord.self) }
  /// Contexts have this address, too.
  var elements: UnsafeMutablePointer<UInt> { words.start + Self.recordWords }
  var count: Int { Int(record.pointee.count) }

  /// At least `count` words after a record: if they are many, as many as there can ever be and address space allows.
  private static func words(_ count: Int, maximum: Int) -> VirtualMemory.Words? {
    if (recordWords + count) * stride < VirtualMemory.Words.smallestMapping { return VirtualMemory.Words(recordWords + count) }
    var capacity = maximum
    while capacity > count {
      if let words = VirtualMemory.Words(recordWords + capacity) { return words }
      capacity = max(count, capacity / 2)
    }
    return VirtualMemory.Words(recordWords + count)
  }

  /// Adds elements, at first null; the old number of elements, or nil if the table cannot be that large. `store`: whose contexts follow the elements.
  func grow(_ extra: UInt64, in store: Store) -> Int? {
    let old = count
    guard extra <= UInt64(record.pointee.maximum) - UInt64(old) else { return nil }
    let new = old + Int(extra)
    guard budget.admits(.table, from: old, to: new, maximum: record.pointee.maximum), budget.take(Int(extra) * Self.stride) else { return nil }
    if Self.recordWords + new > words.count {
      // Doubling keeps many small growths cheap.
      guard let moved = Self.words(max(new, min(old * 2, Int(record.pointee.maximum))), maximum: Int(record.pointee.maximum)) else {
        budget.give(Int(extra) * Self.stride)
        return nil
      }
      moved.start.update(from: words.start, count: Self.recordWords + old)
      let former = elements
      let formerWords = words
      words = moved
      for instance in store.instances { instance.replaceTable(former, by: elements) }
      formerWords.deallocate()
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
