// What atomic operators do with memory.

/// What an atomic operator does with a number in memory, which lies at a multiple of its size. All are sequentially consistent.
public enum AtomicOperation: UInt8, Equatable, Sendable, CaseIterable {
  case load, store
  /// Replace the number by what they compute of it and of their operand; the result is what was there before, zero-extended.
  case add, subtract, and, or, xor, exchange
  /// Replaces the number if it is the low bits of the operand before; the result is what was there.
  case compareExchange
  /// Waits, if the number is the operand, until it is notified.
  case wait
  /// Ends the waiting of as many threads as the operand says, at most.
  case notify

  /// What is in memory afterwards, of which the low bits count.
  public func replacement(of old: UInt64, by operand: UInt64) -> UInt64 {
    switch self {
    case .add: old &+ operand
    case .subtract: old &- operand
    case .and: old & operand
    case .or: old | operand
    case .xor: old ^ operand
    case .store, .exchange, .compareExchange: operand
    case .load, .wait, .notify: old
    }
  }
}
