// When procedures and loops are hot: the thresholds in force, which the interpreter compares its counts with. The policy (SchemeJIT) sets them.

public enum Hotness {
  /// A count that is never reached: nothing is compiled unasked.
  public static let never: UInt32 = .max
  /// The number of interpreted calls that makes a procedure hot.
  nonisolated(unsafe) public static var threshold: UInt32 = never
  /// The number of resumptions that makes what follows a call hot; 0: never.
  nonisolated(unsafe) public static var resumptionThreshold: UInt16 = 0
  /// The number of iterations that makes a loop hot while it runs.
  nonisolated(unsafe) public static var loopThreshold: UInt32 = never
}
