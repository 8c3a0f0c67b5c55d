// What the checker of allocations demands, by block and place, of a function with so many blocks and slots that a table of all would be mostly empty.
// A hash table with open addressing that grows with the number of demands.

import RawCollections

struct DemandTable: ~Copyable {
  /// 2^32 × block + place; `free` for a cell that is not in use.
  private var keys = UncheckedArray<UInt64>(capacity: 64)
  private var registers = UncheckedArray<UInt32>(capacity: 64)
  private var used = 0
  private let free = UInt64.max

  init() {}

  mutating func reset() { resize(64) }

  /// The cell of a block and place, which holds `nothing` when it is new. Valid until the next call.
  mutating func cell(_ block: Int, _ place: UInt32) -> UnsafeMutablePointer<UInt32> {
    if 2 * used >= keys.count { grow() }
    let key = UInt64(block) << 32 | UInt64(place)
    let index = slot(key)
    if keys[index] == free {
      keys[index] = key
      registers[index] = AllocationChecker.nothing
      used += 1
    }
    return registers.at(index)
  }

  private func slot(_ key: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 33) & (keys.count - 1)
    while keys[index] != free, keys[index] != key { index = (index + 1) & (keys.count - 1) }
    return index
  }

  private mutating func resize(_ size: Int) {
    keys.fill(free, count: size)
    registers.setCount(size)
    used = 0
  }

  private mutating func grow() {
    let count = keys.count
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { oldKeys in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { oldRegisters in
        for index in 0..<count {
          oldKeys[index] = keys[index]
          oldRegisters[index] = registers[index]
        }
        resize(2 * count)
        for index in 0..<count where oldKeys[index] != free {
          cell(Int(oldKeys[index] >> 32), UInt32(truncatingIfNeeded: oldKeys[index])).pointee = oldRegisters[index]
        }
      }
    }
  }
}
