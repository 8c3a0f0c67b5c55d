// Address space for one memory: as much as it may ever have, of which a part at the start is usable. Access is given in blocks of 64 KiB, a multiple of any
// system's page.

import RuntimeLayout
import WasmFormat

struct MemorySpace: Sendable {
  private let start: UInt
  /// Bytes that are reserved.
  private let size: Int
  /// How many bytes the memory may get; fewer than were wanted where address space is short.
  let maximum: Int

  var base: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped }

  /// Space for a memory of `minimum` bytes, which are usable and zero; nil if there is none.
  init?(minimum: Int, maximum wanted: Int, _ type: MemoryType, isGuarded: Bool) {
    var maximum = wanted
    var size = isGuarded ? Tuning.guardedReservation : Self.wholeBlocks(max(maximum, 1))
    var base = VirtualMemory.reserve(size)
    // Address space may be short: a smaller memory than the type allows is better than none.
    while base == nil && !isGuarded && maximum / 2 >= max(minimum, type.pageSize) {
      maximum = maximum / 2 & -type.pageSize
      size = Self.wholeBlocks(maximum)
      base = VirtualMemory.reserve(size)
    }
    guard let base else { return nil }
    let small = Self.wholeBlocks(minimum) + Tuning.smallPageBytes
    if size - small > Tuning.smallPageBytes { VirtualMemory.preferLargePages(base + small, size - small) }
    guard VirtualMemory.commit(base, Self.wholeBlocks(minimum)) else {
      VirtualMemory.release(base, size)
      return nil
    }
    start = UInt(bitPattern: base)
    self.size = size
    self.maximum = maximum
  }

  func release() { VirtualMemory.release(base, size) }

  /// Makes what a memory that grows needs besides usable. False when the system refuses.
  func grow(from old: Int, to new: Int) -> Bool {
    let usable = Self.wholeBlocks(old)
    return VirtualMemory.commit(base + usable, Self.wholeBlocks(new) - usable)
  }

  /// Takes back what `grow` gave. What was written there is gone. False when the system refuses.
  func shrink(from old: Int, to new: Int) -> Bool {
    let usable = Self.wholeBlocks(new)
    return VirtualMemory.withdraw(base + usable, Self.wholeBlocks(old) - usable)
  }

  static func wholeBlocks(_ size: Int) -> Int { (size + 0xFFFF) & ~0xFFFF }
}
