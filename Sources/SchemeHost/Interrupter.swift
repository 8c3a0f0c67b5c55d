// Stopping a running program from outside, or asking what it does: from another thread, or from a signal handler.

import GuestABI
import WasmEngine

/// Asks a session's program to stop at its next poll, or ends it at whatever instruction it is. Valid as long as the session.
///
/// ```swift
/// let interrupter = session.interrupter
/// Thread.detachNewThread {
///   sleep(1)
///   interrupter()
/// }
/// print(try session.evaluate("(let loop () (loop))", name: "example"))       // interrupted
/// ```
public struct Interrupter: @unchecked Sendable {
  // Cells of the guest's memory, which never moves. They are written here with single aligned stores and polled by the guest's code.
  private let interrupt: UnsafeMutablePointer<Int32>
  private let stackLimit: UnsafeMutablePointer<Int32>
  private let busy: UnsafeMutablePointer<Int32>
  private let handle: InterruptHandle

  init(stateOffset: Int, _ memory: Memory, _ handle: InterruptHandle) throws {
    func cell(_ offset: Int) throws -> UnsafeMutablePointer<Int32> {
      try memory.address(of: stateOffset + offset, count: 4).assumingMemoryBound(to: Int32.self)
    }
    interrupt = try cell(RuntimeStateLayout.interrupt)
    stackLimit = try cell(RuntimeStateLayout.stackLimit)
    busy = try cell(RuntimeStateLayout.busy)
    self.handle = handle
    InterruptHandle.prepareForSignalHandlers()
  }

  /// Stops the program. Async-signal-safe.
  public func callAsFunction() {
    request(InterruptReason.stop)
  }

  /// Whether the program has been told to stop and has not seen it yet.
  var isStopWanted: Bool { interrupt.pointee == Int32(InterruptReason.stop) }

  /// Whether the session would be lost if its program were ended now. Async-signal-safe.
  public var isBusy: Bool { busy.pointee != 0 }

  /// Ends the program wherever it is, for one that does not stop when it is asked: its evaluation ends as one that was stopped, or with `SessionLost`. To be
  /// called in a signal handler on the session's thread. False when no program runs.
  public func endFromSignalHandler() -> Bool { handle.interruptFromSignalHandler() }

  /// The same from another thread.
  public func end() { handle.interrupt() }

  /// Takes back what the program was asked and has not seen: nothing runs any more.
  public func forget() { interrupt.pointee = 0 }

  /// Has the program note what it is doing, for the session's profile. Async-signal-safe.
  public func sample() {
    if interrupt.pointee != 0 { return }
    request(InterruptReason.sample)
  }

  /// In this order, with the fence that the guest has not: see SchemeCore's `clearPoll`.
  private func request(_ reason: UInt32) {
    interrupt.pointee = Int32(reason)
    InterruptHandle.fenceAllThreads()
    stackLimit.pointee = 0
  }
}
