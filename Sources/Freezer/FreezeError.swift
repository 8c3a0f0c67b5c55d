// Why a program cannot be frozen.

/// What the state of a program has that a module cannot hold, or what is wrong with what was asked for.
public struct FreezeError: Error, Sendable, CustomStringConvertible {
  /// One sentence, without a full stop.
  public let description: String

  init(_ description: String) { self.description = description }
}
