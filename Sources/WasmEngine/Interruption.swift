// Stopping code: from outside, or by the clock; of one store or of all stores of an engine. Code that nobody stops pays nothing for the possibility:
// it works by signals (FaultHandler's Interrupts.c).

import FaultHandler
import RuntimeLayout
import Synchronization

/// What interruption tells engines and stores by.
enum ScopeNumber {
  private static let count = Atomic<UInt64>(0)

  /// A number that no other engine or store of the process has; not 0.
  static func next() -> UInt64 { count.add(1, ordering: .relaxed).newValue }
}

/// Stops the code of a store from any thread: a store belongs to one thread at a time, its handle to everybody.
///
/// ```swift
/// let handle = store.interruptHandle
/// server.onDisconnect { handle.interrupt() }
/// try instance.function("run")!()
/// ```
public struct InterruptHandle: Sendable {
  let number: UInt64

  /// Stops the store's code that is running now: see `Store.interrupt`.
  public func interrupt() { latch_interrupt(number) }

  /// The same, for a signal handler that has interrupted the thread that runs the store: async-signal-safe, which `interrupt` is not. To be prepared by
  /// `prepareForSignalHandlers`. False when the thread does not run the store's code.
  public func interruptFromSignalHandler() -> Bool { latch_interrupt_from_handler(number) }

  /// `poll(2)` for host functions that wait: it ends when the code that has called the host function is to be stopped, and for no other signal. Returns what `poll` does:
  /// how many of the `count` requests have something to tell, 0 when the time is over (negative: there is no limit), -1 with `errno`, which is `EINTR` for code that is to be
  /// stopped. The host function should then return: its result does not matter.
  public static func poll(_ requests: UnsafeMutablePointer<pollfd>?, count: Int, milliseconds: Int32) -> Int32 {
    latch_poll(requests, count, milliseconds)
  }

  /// A fence for all threads of the process, the one that runs the store's code among them, which needs none of its own: what was written before can be seen by code that goes
  /// on afterwards, and what that code had written before can be seen here. Async-signal-safe; to be prepared by `prepareForSignalHandlers`.
  public static func fenceAllThreads() { latch_process_fence() }

  /// Makes the functions for signal handlers work, for all handles.
  public static func prepareForSignalHandlers() { latch_prepare_interruption() }
}

extension Engine {
  /// Stops all wasm code of this engine that is running now, on whatever thread: it traps with `TrapReason.interrupted`, at once where
  /// compiled code is running, else when the host function that it has called returns. May be called from any thread, also from a host
  /// function. Calls that start afterwards are not affected. Code that nobody interrupts pays nothing for the possibility.
  ///
  /// ```swift
  /// Thread.detachNewThread {
  ///   sleep(2)
  ///   engine.interrupt()
  /// }
  /// do {
  ///   try instance.function("run")!.call()
  /// } catch let trap as Trap where trap.reason == .interrupted {
  ///   print("took too long")
  /// }
  /// ```
  public func interrupt() { latch_interrupt(number) }

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
    try withLimit(limit, on: number, body)
  }
}

extension Store {
  /// With which any thread can stop the code of this store.
  public var interruptHandle: InterruptHandle { InterruptHandle(number: scope.pointee.store) }

  /// Stops the wasm code of this store that is running now, and nothing else: otherwise as `Engine.interrupt`. This is for host functions; other
  /// threads have an `interruptHandle`.
  public func interrupt() { interruptHandle.interrupt() }

  /// As `Engine.withTimeLimit`, for the code of this store alone: other stores whose code runs meanwhile on this thread, called by host functions, say,
  /// go on.
  public func withTimeLimit<Result>(_ limit: Duration, _ body: () throws -> Result) throws -> Result {
    try withLimit(limit, on: scope.pointee.store, body)
  }
}

private func withLimit<Result>(_ limit: Duration, on number: UInt64, _ body: () throws -> Result) throws -> Result {
  var record = latch_time_limit()
  return try withUnsafeMutablePointer(to: &record) { record in
    guard latch_begin_time_limit(record, number, limit.nanoseconds) else { throw ResourceError("no timer for a time limit") }
    defer { latch_end_time_limit(record) }
    return try body()
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
