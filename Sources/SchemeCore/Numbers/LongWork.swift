// Stopping long computations. An operation on numbers of millions of digits takes seconds; so that a program can be interrupted meanwhile, the loops
// at the top of such operations look whether the host wants it to stop. If so they give up, leaving any number as their result, and so does all that
// is computed from it: whoever gives the result to the program asks `finish`, which unwinds instead.
import GuestABI

enum LongWork {
  /// Something has given up; the numbers at hand mean nothing.
  nonisolated(unsafe) private(set) static var isAbandoned = false

  /// Whether to give up. To be asked once in some thousand steps.
  @inline(never)
  static func shouldStop() -> Bool {
    if runtimeState.interrupt == InterruptReason.stop { isAbandoned = true }
    return isAbandoned
  }

  /// The result of an operation, or `unwind` if it has given up.
  @inline(__always)
  static func finish(_ result: Word) -> Word { isAbandoned ? interrupt() : result }

  @inline(never)
  private static func interrupt() -> Word {
    noteInterrupt()
    runtimeState.interrupt = 0
    runtimeState.clearPoll(PollReason.interrupt)
    return Trampoline.request(.interrupt, Constant.unspecified, Constant.unspecified)
  }

  /// The program is being stopped.
  static func noteInterrupt() { isAbandoned = false }
}
