// The bottom of the Scheme stack. It owns the continuation as a chain of frame records, gives each returned value to the newest record, and when
// the stack unwinds it links the new records in front of the chain and does what the unwinding was for.
import GuestABI

/// Why the stack unwinds.
public enum UnwindAction: UInt32 {
  /// An error or other object was raised (`Root.raised`).
  case raise = 0
  /// Call `Root.pendingProcedure` with the list `Root.pendingArguments` where the stack is shallow again.
  case apply
  /// Call the procedure with the continuation.
  case captureContinuation
  /// Give the arguments to the continuation `Root.pendingProcedure`.
  case throwToContinuation
  /// The host wants the program to stop.
  case interrupt
  /// Return to the frame of `Root.escapeTarget`; frames on the way are not kept.
  case escape
}

enum Outcome {
  case value(Word)
  /// `Root.raised` holds what was raised, `Root.continuation` the frames it was raised under.
  case raised
  case interrupted
}

enum Trampoline {
  /// Sets what the unwinding is for; answers `unwind`.
  @inline(never)
  static func request(_ action: UnwindAction, _ procedure: Word, _ arguments: Word) -> Word {
    runtimeState.action = action.rawValue
    runtimeState.roots[.pendingProcedure] = procedure
    runtimeState.roots[.pendingArguments] = arguments
    return Constant.unwind
  }

  /// Calls a procedure with no arguments and runs to the end.
  static func run(_ procedure: Word) -> Outcome {
    runtimeState.roots[.continuation] = Constant.false
    runtimeState.roots[.unwindHead] = Constant.false
    runtimeState.roots[.unwindTail] = Constant.false
    runtimeState.action = UnwindAction.raise.rawValue
    DynamicState.reset()
    LongWork.noteInterrupt()
    var value = callAny(procedure, runtimeState.stackBase, 0)
    while true {
      if value == Constant.tailCall { value = callPending() }
      if value == Constant.unwind {
        linkRecords()
        let action = UnwindAction(rawValue: runtimeState.action).unsafelyUnwrapped
        // Whoever unwinds without saying why has raised something.
        runtimeState.action = UnwindAction.raise.rawValue
        switch action {
        case .raise:
          if !runtimeState.roots[.handlers].isPair { return .raised }
          value = raiseToHandlers()
        case .interrupt: return .interrupted
        case .apply:
          if LinkedCode.isSweepDue { LinkedCode.sweep() }
          value = applyPending()
        case .captureContinuation: value = capture()
        case .throwToContinuation:
          reinstate(runtimeState.roots[.pendingProcedure].field(1))
          value = valueOfArguments(runtimeState.roots[.pendingArguments])
        case .escape: value = escapeToRecord()
        }
        continue
      }
      let record = runtimeState.roots[.continuation]
      if record == Constant.false { return .value(value) }
      runtimeState.roots[.continuation] = record.field(FrameField.next)
      value = resume(record, value)
    }
  }

  /// Puts the records of the unwinding in front of the continuation.
  private static func linkRecords() {
    if runtimeState.roots[.unwindHead] == Constant.false { return }
    runtimeState.roots[.unwindTail].setField(FrameField.next, runtimeState.roots[.continuation])
    runtimeState.roots[.continuation] = runtimeState.roots[.unwindHead]
    runtimeState.roots[.unwindHead] = Constant.false
    runtimeState.roots[.unwindTail] = Constant.false
  }

  private static func applyPending() -> Word {
    let arguments = runtimeState.roots[.pendingArguments]
    let count = listLength(arguments)
    let procedure = runtimeState.roots[.pendingProcedure]
    if count > LongCall.stackWords { return LongCall.make(procedure, arguments, count) }
    let base = runtimeState.stackBase
    var rest = arguments
    for index in 0..<count {
      store64(base &+ UInt32(index) &* 8, car(rest))
      rest = cdr(rest)
    }
    return callAny(procedure, base, count)
  }

  /// Makes the continuation a procedure and gives it to the receiver.
  private static func capture() -> Word {
    let continuation = allocateObject(.continuation, words: ContinuationField.count)
    continuation.setField(ContinuationField.frames, runtimeState.roots[.continuation])
    continuation.setField(ContinuationField.handlers, runtimeState.roots[.handlers])
    continuation.setField(ContinuationField.parameters, runtimeState.roots[.parameters])
    continuation.setField(ContinuationField.winds, runtimeState.roots[.winds])
    let procedure = makeProcedure(function: continuationFunction.address, freeVariables: 1)
    procedure.setField(1, continuation)
    store64(runtimeState.stackBase, procedure)
    return callAny(runtimeState.roots[.pendingProcedure], runtimeState.stackBase, 1)
  }

  private static func reinstate(_ continuation: Word) {
    runtimeState.roots[.continuation] = continuation.field(ContinuationField.frames)
    runtimeState.roots[.handlers] = continuation.field(ContinuationField.handlers)
    runtimeState.roots[.parameters] = continuation.field(ContinuationField.parameters)
    runtimeState.roots[.winds] = continuation.field(ContinuationField.winds)
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

  /// One value as itself, other numbers of values as one object.
  private static func valueOfArguments(_ arguments: Word) -> Word {
    arguments.isPair && cdr(arguments).isNull ? car(arguments) : makeMultipleValues(arguments)
  }
}

/// The Func of all captured continuations.
nonisolated(unsafe) var continuationFunction = Func(0)

/// Calls a captured continuation.
func throwTo(_ procedure: Word, _ sp: Address, arguments: Word) -> Word {
  if procedure.field(1).field(ContinuationField.winds) == runtimeState.roots[.winds] {
    return Trampoline.request(.throwToContinuation, procedure, arguments)
  }
  // The thunks of the `dynamic-wind`s in between are called first, by Scheme code.
  store64(sp, procedure)
  store64(sp &+ 8, arguments)
  return Pending.set(LibraryProcedure.throwThroughWinds.value, sp, 2)
}

/// Procedures of the library that the runtime itself calls.
enum LibraryProcedure: Int, CaseIterable {
  case raise, throwThroughWinds

  private var name: StaticString {
    switch self {
    case .raise: "%raise"
    case .throwThroughWinds: "%throw-through-winds"
    }
  }

  var value: Word {
    let symbol = SymbolTable.intern(name)
    return symbolValue(StandardLibrary.cell(symbol))
  }
}

/// The object for other than one value.
func makeMultipleValues(_ values: Word) -> Word {
  let count = listLength(values)
  let object = allocateObject(.multipleValues, words: max(count, 1))
  var rest = values
  if count == 0 { object.setField(0, Constant.unspecified) }
  for index in 0..<count {
    object.setField(index, car(rest))
    rest = cdr(rest)
  }
  return object
}
