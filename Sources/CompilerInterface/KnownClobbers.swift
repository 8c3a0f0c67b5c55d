// Which registers the final code of functions changes. A direct call reaches a function's final code once that is installed, for good; so a caller that is
// compiled later may keep in registers what the callee leaves alone, preserved by the convention or not. Of imports, of callees reached through
// tables and of code that may still be replaced nothing is known.

import RuntimeLayout

/// A module's table: for each function that it defines a set of registers in the optimizing compiler's own numbers, or `unknown`. Words are written while
/// others read them.
public struct KnownClobbers: @unchecked Sendable {
  /// What the convention says.
  public static var unknown: UInt64 { .max }

  private let words: UnsafeMutablePointer<UInt64>

  public init(count: Int) {
    words = .allocate(capacity: max(count, 1))
    words.initialize(repeating: Self.unknown, count: max(count, 1))
  }

  public func deallocate() { words.deallocate() }

  public subscript(function: Int) -> UInt64 { UInt64(SharedWord.load(at: words + function)) }

  /// To be called when calls of the function reach the code, and only if it is never replaced.
  public func note(_ function: Int, _ clobbers: UInt64) { SharedWord.store(UInt(clobbers), at: words + function) }
}
