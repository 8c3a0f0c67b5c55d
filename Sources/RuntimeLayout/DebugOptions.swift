// Every debug switch of the native side. Plain values: whoever starts an engine fills one in and hands it down.

public struct DebugOptions: Sendable {
  /// Write each function's code to standard error as hexadecimal lines when it has been compiled.
  public var dumpCode = false
  /// Compile every function when its module is made, instead of at its first call.
  public var eagerCompilation = false

  /// In place of Tuning.hotCount: 0 makes every function hot at its first entry.
  public var hotCount: Int32?
  /// A hot function or loop waits until the optimizing compiler is done with it.
  public var waitsForOptimizer = false
  /// The optimizing compiler gets only the functions with these indices (in the function index space).
  public var optimizedFunctions: ClosedRange<UInt32>?

  public init() {}
}
