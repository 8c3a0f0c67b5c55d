// The bottom of the Scheme stack. It owns the continuation as a chain of frame records, gives each returned value to the newest record, and when
// the stack unwinds it links the new records before the chain and does what the unwinding was for. Between any two steps it polls: a program may
// consist of throws to continuations, or of frames that return, and nothing else.
import GuestABI

/// Why the stack unwinds.
public enum UnwindAction: UInt32 {
  /// An error or other object was raised (`Root.raised`).
  case raise = 0
  /// Call `Root.pendingProcedure` with the list `Root.pendingArguments` where the stack is shallow again.
  case apply
  /// Call the procedure with the continuation.
  case captureContinuation
  /// Give the value (of several, their object) that `Root.pendingArguments` is to the continuation `Root.pendingProcedure`.
  case throwToContinuation
  /// The host wants the program to stop.
  case interrupt
  /// Return to the frame of `Root.escapeTarget`; frames above it are not kept.
  case escape
  /// The program has come to a break point.
  case stop
  /// The host wants to know what runs; then the program goes on.
  case sample
}

enum Outcome {
  case value(Word)
  /// `Root.raised` holds what was raised, `Root.continuation` the frames it was raised under.
  case raised
  case interrupted
  /// At a break point; `Root.continuation` holds the frames.
  case stopped
}

enum Trampoline {
  /// Sets what the unwinding is for; returns `unwind`.
  @inline(never)
  static func request(_ action: UnwindAction, _ procedure: Word, _ arguments: Word) -> Word {
    runtimeState.action = action.rawValue
    runtimeState.roots[.pendingProcedure] = procedure
    runtimeState.roots[.pendingArguments] = arguments
    return Constant.unwind
  }

  /// Calls a procedure with no arguments and runs to the end.
  static func run(_ procedure: Word) -> Outcome {
    begin()
    return run(from: callAny(procedure, runtimeState.stackBase, 0))
  }

  /// The same with a list of arguments.
  static func run(_ procedure: Word, arguments: Word) -> Outcome {
    begin()
    runtimeState.roots[.pendingProcedure] = procedure
    runtimeState.roots[.pendingArguments] = arguments
    return run(from: applyPending())
  }

  /// Goes on with a captured continuation, without regard to winds.
  static func reenter(_ continuation: Word) -> Outcome {
    begin()
    Continuation.reinstate(continuation)
    return run(from: Constant.unspecified)
  }

  private static func begin() {
    runtimeState.roots[.continuation] = Constant.false
    runtimeState.roots[.unwindHead] = Constant.false
    runtimeState.roots[.unwindTail] = Constant.false
    runtimeState.roots[.waitingContinuations] = Constant.null
    runtimeState.action = UnwindAction.raise.rawValue
    DebugLevels.isOpen ? DebugLevels.enterDynamicState() : DynamicState.reset()
    LongWork.forget()
  }

  /// Goes on to the end after a step that has had a result.
  static func run(from start: Word) -> Outcome {
    var value = start
    while true {
      if value == Constant.tailCall { value = callPending() }
      if value == Constant.unwind {
        linkRecords()
        if runtimeState.action == UnwindAction.throwToContinuation.rawValue {
          Continuation.reinstate(runtimeState.roots[.pendingProcedure])
        }
        if runtimeState.stackLimit == 0 && !Debugging.isInterruption { poll() }
        let action = UnwindAction(rawValue: runtimeState.action).unsafelyUnwrapped
        // Whoever unwinds without saying why has raised something.
        runtimeState.action = UnwindAction.raise.rawValue
        switch action {
        case .raise:
          if !runtimeState.roots[.handlers].isPair { return .raised }
          value = raiseToHandlers()
        case .interrupt: return .interrupted
        case .stop: return .stopped
        case .sample: value = StackProfile.takeSample()
        case .apply:
          if LinkedCode.isSweepDue { LinkedCode.sweep() }
          value = applyPending()
        case .captureContinuation: value = giveContinuation()
        case .throwToContinuation: value = runtimeState.roots[.pendingArguments]
        case .escape: value = escapeToRecord()
        }
        continue
      }
      if runtimeState.roots[.continuation] == Constant.false { return .value(value) }
      if runtimeState.stackLimit == 0 {
        runtimeState.roots[.result] = value
        if pollGenerated(runtimeState.stackBase, Func(0)) == Constant.unwind {
          if Debugging.resumes { Debugging.keepValue() }
          value = Constant.unwind
          continue
        }
        value = runtimeState.roots[.result]
        runtimeState.roots[.result] = Constant.false
      }
      let record = runtimeState.roots[.continuation]
      runtimeState.roots[.continuation] = record.field(FrameField.next)
      value = resume(record, value)
    }
  }

  /// A poll before what the stack was unwound for, all of which is in root words. It may find that something else is to be done instead.
  private static func poll() {
    let action = runtimeState.action
    runtimeState.action = UnwindAction.raise.rawValue
    if Debugging.resumes { Debugging.setAside() }
    if pollGenerated(runtimeState.stackBase, Func(0)) != Constant.unwind {
      runtimeState.action = action
      if Debugging.resumes { Debugging.forgetAside() }
    } else if Debugging.resumes {
      Debugging.keep(action)
    }
  }

  /// Puts the records of the unwinding before the continuation's.
  private static func linkRecords() {
    if runtimeState.roots[.waitingContinuations].isPair { Continuation.takeFrames(runtimeState.roots[.continuation]) }
    if runtimeState.roots[.unwindHead] == Constant.false { return }
    runtimeState.roots[.unwindTail].initializeField(FrameField.next, runtimeState.roots[.continuation])
    runtimeState.roots[.continuation] = runtimeState.roots[.unwindHead]
    runtimeState.roots[.unwindHead] = Constant.false
    runtimeState.roots[.unwindTail] = Constant.false
  }

  private static func applyPending() -> Word {
    let arguments = runtimeState.roots[.pendingArguments]
    let count = listLength(arguments)
    let procedure = runtimeState.roots[.pendingProcedure]
    runtimeState.roots[.pendingArguments] = Constant.null
    if count > LongCall.stackWords { return LongCall.make(procedure, arguments, count) }
    let base = runtimeState.stackBase
    var rest = arguments
    for index in 0..<count {
      store64(base &+ UInt32(index) &* 8, car(rest))
      rest = cdr(rest)
    }
    return callAny(procedure, base, count)
  }

  /// Calls the receiver with the continuation.
  private static func giveContinuation() -> Word {
    let receiver = runtimeState.roots[.pendingProcedure]
    let continuation = Continuation.capture()
    if receiver.isProcedure {
      let function = Func(procedureFunction(receiver))
      if function.state == .compiled { return callCompiled(function, receiver, runtimeState.stackBase, continuation) }
    }
    store64(runtimeState.stackBase, continuation)
    return callAny(receiver, runtimeState.stackBase, 1)
  }

  /// Lets the library find the handler of what was raised. Its procedure never returns.
  private static func raiseToHandlers() -> Word {
    store64(runtimeState.stackBase, runtimeState.roots[.raised])
    return callAny(LibraryProcedure.raise.value, runtimeState.stackBase, 1)
  }

  /// Goes on with the frame record of the escape point that is unwound to.
  private static func escapeToRecord() -> Word {
    let point = runtimeState.roots[.escapeTarget]
    var record = runtimeState.roots[.continuation]
    while record.isTrue {
      if isCatch(record, of: point) {
        runtimeState.roots[.continuation] = record.field(FrameField.next)
        return resume(record, DynamicState.arrive())
      }
      record = record.field(FrameField.next)
    }
    // A guard is among the handlers only while its frame is part of the continuation.
    abortRuntime("an escape without a target")
  }
}
