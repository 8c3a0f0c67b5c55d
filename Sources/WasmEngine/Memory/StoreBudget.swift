// What the memories, tables, globals and exceptions of a store may take together (EngineLimits.storeBytes). Whoever makes or enlarges one of them asks
// first, and gives back what it does not get or no longer needs. Counted is what the program may use, whether it has been touched or not. A shared memory
// counts where it was made, whoever enlarges it: so several threads may ask.

import Synchronization

/// A memory or table that is to be made, or to grow: what `Store.growthLimiter` decides about.
///
/// ```swift
/// store.growthLimiter = { request in
///   print(request.kind, request.current, request.wanted)
///   return request.kind == .table || request.wanted <= 16 << 20
/// }
/// ```
public struct GrowthRequest: Sendable, Equatable {
  /// What it is.
  public enum Kind: Sendable {
    /// A memory, whose numbers are bytes.
    case memory
    /// A table, whose numbers are elements.
    case table
  }

  /// Memory or table.
  public let kind: Kind
  /// How large it is now; 0 if it is being made.
  public let current: UInt64
  /// How large it would be.
  public let wanted: UInt64
  /// How large it may ever be, by its type and the engine's limits.
  public let maximum: UInt64
}

final class StoreBudget: Sendable {
  private let limit: UInt64
  private let taken = Atomic<UInt64>(0)
  /// Who is asked besides.
  let limiter = Mutex<(@Sendable (GrowthRequest) -> Bool)?>(nil)

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

  /// Whether the host lets a memory or table be made or grow.
  func admits(_ kind: GrowthRequest.Kind, from current: Int, to wanted: Int, maximum: UInt) -> Bool {
    // It may set another one.
    let limiter = limiter.withLock { $0 }
    return limiter?(GrowthRequest(kind: kind, current: UInt64(current), wanted: UInt64(wanted), maximum: UInt64(maximum))) ?? true
  }

  /// What to say when `admits` refuses.
  func refusal(_ what: String) -> ResourceError { ResourceError("the host does not allow \(what)") }

  /// What to say when `take` refuses.
  var error: ResourceError { ResourceError("the store's memory limit of \(limit) bytes is reached") }
}
