// Whether a debugger is there, and what an interruption leaves for it, so that the program can go on. Without a debugger (`isOn`) nothing is kept that is not needed.
//
// An interruption comes at a poll, where a call, a loop's iteration, a value or a request to the trampoline is at hand. A loop leaves a record (`recordLoop`); the
// rest is put in the form of a request: `pendingAction` with `Root.pendingProcedure` and `Root.pendingArguments`, as `Trampoline.request` has it. A primitive that gave up
// (LongWork.swift) leaves nothing: it is called again.
import GuestABI

public enum Debugging {
  /// There are debug levels, frames are recorded whole, and new code notes its variables.
  nonisolated(unsafe) public static var isOn = false
  /// An interruption leaves all that it takes to go on: there is a debugger, or a profile with stacks is made.
  public static var resumes: Bool { isOn || StackProfile.isOn }
  /// What the stack unwinds for is an interruption that the program may go on from.
  static var isInterruption: Bool {
    runtimeState.action == UnwindAction.interrupt.rawValue || runtimeState.action == UnwindAction.sample.rawValue
  }
  private static var interruption: UnwindAction { UnwindAction(rawValue: runtimeState.action) ?? .interrupt }
  /// The number of the environment whose code is being made.
  nonisolated(unsafe) static var environment = 0
  /// What the trampoline would have done next when it was interrupted.
  nonisolated(unsafe) static var pendingAction: UnwindAction?

  /// Frames that the unwinding going on has recorded whole: of a deep recursion not all are.
  nonisolated(unsafe) private static var wholeFrames = 0
  private static let mostWholeFrames = 200

  /// Whether a frame of the interpreter is to be recorded with all its slots.
  static var keepsWholeFrame: Bool {
    if !isOn { return false }
    let action = runtimeState.action
    if action != UnwindAction.raise.rawValue && action != UnwindAction.interrupt.rawValue && action != UnwindAction.stop.rawValue { return false }
    wholeFrames = runtimeState.roots[.unwindHead] == Constant.false ? 1 : wholeFrames + 1
    return wholeFrames <= mostWholeFrames
  }

  /// An interruption at a procedure's entry.
  static func keepCall(_ procedure: Word, _ function: Func, _ sp: Address, _ count: Int) {
    pendingAction = .apply
    _ = Trampoline.request(interruption, procedure, pendingArguments(function, sp, count))
  }

  /// An interruption while the trampoline had a value for the next frame, in `Root.result`.
  static func keepValue() {
    if !isInterruption { return }
    pendingAction = .apply
    _ = Trampoline.request(interruption, LibraryProcedure.values.value, cons(runtimeState.roots[.result], Constant.null))
  }

  /// Before a poll of the trampoline, which may overwrite the request at hand.
  static func setAside() {
    runtimeState.roots[.setAsideProcedure] = runtimeState.roots[.pendingProcedure]
    runtimeState.roots[.setAsideArguments] = runtimeState.roots[.pendingArguments]
  }

  /// An interruption while a request was at hand.
  static func keep(_ action: UInt32) {
    if isInterruption {
      pendingAction = UnwindAction(rawValue: action)
      runtimeState.roots[.pendingProcedure] = runtimeState.roots[.setAsideProcedure]
      runtimeState.roots[.pendingArguments] = runtimeState.roots[.setAsideArguments]
    }
    forgetAside()
  }

  /// The poll has left the request as it was.
  static func forgetAside() {
    runtimeState.roots[.setAsideProcedure] = Constant.false
    runtimeState.roots[.setAsideArguments] = Constant.false
  }
}
