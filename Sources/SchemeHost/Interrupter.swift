// Stopping a running program from outside, or asking what it does: from another thread, or from a signal handler.

import GuestABI
import WasmEngine

/// Asks a session's program to stop at its next poll. Valid as long as the session.
public struct Interrupter: @unchecked Sendable {
  // Cells of the guest's memory, which never moves. They are written here with single aligned stores and polled by the guest's code.
  private let interrupt: UnsafeMutablePointer<Int32>
  private let stackLimit: UnsafeMutablePointer<Int32>

  init(stateOffset: Int, _ memory: Memory) throws {
    func cell(_ offset: Int) throws -> UnsafeMutablePointer<Int32> {
      try memory.address(of: stateOffset + offset, count: 4).assumingMemoryBound(to: Int32.self)
    }
    interrupt = try cell(RuntimeStateLayout.interrupt)
    stackLimit = try cell(RuntimeStateLayout.stackLimit)
  }

  /// Stops the program. Async-signal-safe.
  public func callAsFunction() {
    interrupt.pointee = Int32(InterruptReason.stop)
    stackLimit.pointee = 0
  }

  /// Takes back what the program was asked and has not seen: nothing runs any more.
  public func forget() { interrupt.pointee = 0 }

  /// Has the program note what it is doing, for the session's profile. Async-signal-safe.
  public func sample() {
    if interrupt.pointee != 0 { return }
    interrupt.pointee = Int32(InterruptReason.sample)
    stackLimit.pointee = 0
  }
}
