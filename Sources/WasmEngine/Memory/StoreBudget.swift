// What the memories, tables, globals and exceptions of a store may take together (EngineLimits.storeBytes). Whoever makes or enlarges one of them asks
// first, and gives back what it does not get or no longer needs. Counted is what the program may use, whether it has been touched or not. A shared memory
// counts where it was made, whoever enlarges it: so several threads may ask.

import Synchronization

final class StoreBudget: Sendable {
  private let limit: UInt64
  private let taken = Atomic<UInt64>(0)

  init(_ limit: UInt64) { self.limit = limit }

  var used: UInt64 { taken.load(ordering: .relaxed) }

  /// Takes so many bytes, or none of them.
  func take(_ bytes: Int) -> Bool {
    var used = taken.load(ordering: .relaxed)
    while true {
      guard UInt64(bytes) <= limit - used else { return false }
      let (exchanged, original) = taken.weakCompareExchange(expected: used, desired: used + UInt64(bytes), ordering: .relaxed)
      if exchanged { return true }
      used = original
    }
  }

  func give(_ bytes: Int) { taken.subtract(UInt64(bytes), ordering: .relaxed) }

  /// What to say when `take` refuses.
  var error: ResourceError { ResourceError("the store's memory limit of \(limit) bytes is reached") }
}
