// A heap: the entry that comes before all others is at its top, whatever else comes in.

import RawCollections

protocol HeapEntry {
  static func comesBefore(_ first: Self, _ second: Self) -> Bool
}

extension UInt64: HeapEntry {
  @inline(__always)
  static func comesBefore(_ first: UInt64, _ second: UInt64) -> Bool { first < second }
}

struct EntryHeap<Entry: HeapEntry>: ~Copyable {
  private var entries: UncheckedArray<Entry>

  init(capacity: Int) { entries = UncheckedArray(capacity: capacity) }

  var isEmpty: Bool { entries.count == 0 }
  /// There must be one.
  var top: Entry { entries[0] }

  mutating func removeAll() { entries.removeAll() }

  mutating func push(_ entry: Entry) {
    var hole = entries.count
    entries.append(entry)
    while hole > 0 {
      let parent = (hole - 1) >> 1
      if !Entry.comesBefore(entry, entries[parent]) { break }
      entries[hole] = entries[parent]
      hole = parent
    }
    entries[hole] = entry
  }

  /// Takes the top away; there must be one.
  mutating func pop() -> Entry {
    let result = entries[0]
    let last = entries.removeLast()
    let count = entries.count
    if count == 0 { return result }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      if child >= count { break }
      if child + 1 < count && Entry.comesBefore(entries[child + 1], entries[child]) { child += 1 }
      if !Entry.comesBefore(entries[child], last) { break }
      entries[hole] = entries[child]
      hole = child
    }
    entries[hole] = last
    return result
  }
}
