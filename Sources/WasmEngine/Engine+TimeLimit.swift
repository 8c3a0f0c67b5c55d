// Time limits: interruption by the clock.

import FaultHandler

extension Engine {
  /// Calls `body`, and stops the wasm code of this engine that it runs on this thread when `limit` has passed: such code traps with
  /// `TrapReason.timeLimitExceeded`, at once where compiled code is running, else when the host function that it has called returns. Calls that
  /// `body` makes afterwards are stopped too, within some milliseconds. When `body` has returned, nothing of the limit is left.
  ///
  /// ```swift
  /// do {
  ///   let result: Int32 = try engine.withTimeLimit(.milliseconds(200)) { try instance.function("run")!(Int32(7)) }
  /// } catch let trap as Trap where trap.reason == .timeLimitExceeded {
  ///   print("took too long")
  /// }
  /// ```
  ///
  /// Limits nest: each counts from its own beginning, and none can be extended by an inner one. Within a host function a limit concerns what the
  /// function calls, not its callers. The stopped instance can be used again, but what it was doing is half done. Costs two system
  /// calls, and no thread: the system's timer signals the calling one (`SIGURG`). Throws `ResourceError` when there is no timer to be had.
  public func withTimeLimit<Result>(_ limit: Duration, _ body: () throws -> Result) throws -> Result {
    var record = latch_time_limit()
    return try withUnsafeMutablePointer(to: &record) { record in
      guard latch_begin_time_limit(record, number, limit.nanoseconds) else { throw ResourceError("no timer for a time limit") }
      defer { latch_end_time_limit(record) }
      return try body()
    }
  }
}

extension Duration {
  /// As far as they can be counted.
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflowsToo) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflows || overflowsToo { return seconds < 0 ? 0 : .max }
    return max(sum, 0)
  }
}
