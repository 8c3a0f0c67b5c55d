// Every debug switch of the native side. Plain values: whoever starts an engine fills one in and hands it down.

public struct DebugOptions: Sendable {
  /// Write each function's code to standard error as hexadecimal lines when it has been compiled.
  public var dumpCode = false
  /// Compile every function when its module is made, instead of at its first call.
  public var eagerCompilation = false

  public init() {}
}
