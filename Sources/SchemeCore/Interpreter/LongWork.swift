// Stopping long computations. Primitives do not poll, since words in their locals would move; but some take seconds: arithmetic on millions of digits,
// reading, printing, comparing, searching, a walk along a circular list. Their loops ask `step`, or now and then `shouldStop`, whether the host wants the
// program to stop, or whether memory for what they do has run out. If so they give up, leaving any value as their result, and so does all that is computed
// from it: whoever gives the result to the program asks `finish`, which unwinds instead.
//
// A loop need not ask if it takes time in proportion to the memory that its operands have, a few nanoseconds a byte: copying, filling, counting. Who
// forgets is stopped by the host at any instruction (SchemeSession), at the price of the session if it is `busy` then.
import GuestABI

public enum LongWork {
  private enum Reason { case none, interrupt, memory }
  nonisolated(unsafe) private static var reason = Reason.none
  /// How many steps there are until it is time to look; none once something has given up.
  nonisolated(unsafe) private static var stepsLeft = interval
  private static var interval: Int { 4096 }
  /// More than 0 while something is done that must be done whole.
  nonisolated(unsafe) private static var uninterrupted = 0

  /// Something has given up; the values at hand mean nothing.
  @inline(__always)
  static var isAbandoned: Bool { reason != .none }
  static var isOutOfMemory: Bool { reason == .memory }

  /// To be asked in every iteration of a loop: whether to give up. An iteration takes 100 ns or less, as a rule.
  @inline(__always)
  static func step() -> Bool {
    stepsLeft &-= 1
    return stepsLeft < 0 && shouldStop()
  }

  /// To be asked before or after something that takes as long as so many steps.
  @inline(__always)
  static func step(_ count: Int) -> Bool {
    stepsLeft &-= count
    return stepsLeft < 0 && shouldStop()
  }

  /// Whether to give up. To be asked once in some thousand steps.
  @inline(never)
  static func shouldStop() -> Bool {
    if uninterrupted > 0 {
      stepsLeft = interval
      return false
    }
    if currentInterrupt() == InterruptReason.stop { reason = .interrupt }
    stepsLeft = isAbandoned ? 0 : interval
    return isAbandoned
  }

  /// There is no memory for what is being done: it gives up.
  @inline(never)
  static func runOutOfMemory() {
    if reason == .none { reason = .memory }
    stepsLeft = 0
    // In case nobody asks: the next poll raises the error.
    runtimeState.requestPoll(PollReason.collection)
  }

  // What compiling a form takes (the expressions, Swift's arrays, the code) cannot be refused to it: it looks now and then how much is left.

  nonisolated(unsafe) private static var compiledParts = 0
  /// A form is about to be compiled.
  static func beginForm() { compiledParts = 0 }

  /// To be asked for every expression in every phase: whether to give up.
  static func stepOfForm(_ steps: Int = 1) -> Bool {
    compiledParts &+= 1
    if compiledParts & 0x3FF == 0 && mayGiveUp && !Heap.hasRoomToGoOn { runOutOfMemory() }
    return step(steps)
  }

  /// Does something short that cannot be left half done, such as loading a piece of the library, although something may have given up.
  static func uninterrupted<Result>(_ body: () -> Result) -> Result {
    let outer = reason
    reason = .none
    uninterrupted += 1
    defer {
      uninterrupted -= 1
      if outer != .none { reason = outer }
    }
    return body()
  }

  /// Whether memory may be refused to what is being done.
  static var mayGiveUp: Bool { uninterrupted == 0 }

  /// The result of an operation, or `unwind` if it has given up.
  @inline(__always)
  static func finish(_ result: Word) -> Word { isAbandoned ? unwind() : result }

  /// Unwinds for what made something give up.
  @inline(never)
  static func unwind() -> Word {
    if reason == .memory && runtimeState.interrupt != InterruptReason.stop {
      forget()
      return raiseOutOfMemory()
    }
    forget()
    runtimeState.interrupt = 0
    clearPoll(PollReason.interrupt)
    Debugging.pendingAction = nil
    return Trampoline.request(.interrupt, Constant.unspecified, Constant.unspecified)
  }

  /// What has given up is done with.
  static func forget() {
    reason = .none
    uninterrupted = 0
    stepsLeft = interval
  }
}
