// What the memories, tables, globals and exceptions of a store may take together (EngineLimits.storeBytes). Whoever makes or enlarges one of them asks
// first, and gives back what it does not get or no longer needs. Counted is what the program may use, whether it has been touched or not.

final class StoreBudget {
  private let limit: UInt64
  private(set) var used: UInt64 = 0

  init(_ limit: UInt64) { self.limit = limit }

  /// Takes so many bytes, or none of them.
  func take(_ bytes: Int) -> Bool {
    guard UInt64(bytes) <= limit - used else { return false }
    used += UInt64(bytes)
    return true
  }

  func give(_ bytes: Int) { used -= UInt64(bytes) }

  /// What to say when `take` refuses.
  var error: ResourceError { ResourceError("the store's memory limit of \(limit) bytes is reached") }
}
