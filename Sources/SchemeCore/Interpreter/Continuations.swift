// Captured continuations: a chain of frame records and the dynamic state that belongs to it, in the free variables of a procedure. Entering it gives both back.
// Frame records never change, so it can be entered any number of times.
//
// A *borrowed* continuation has no records yet, since the frames are still those of active calls: generated code makes one where it has shown that nobody can call it
// after the call that it was made for (SchemeJIT's EscapeAnalysis). Calling it is an escape to that call. When the stack is unwound for another reason meanwhile, it
// gets the records, as it would have had from the start: the frame of the call tells it (`keepFrames`), or, where the call is a tail call, whose frame needs no record,
// the next frame that leaves one (`keepNextFrames`).
import GuestABI

/// The fields of a captured continuation.
public enum ContinuationField {
  static let frames = 1
  static let handlers = 2
  static let parameters = 3
  static let winds = 4
  public static let count = 4
}

/// The Func of all captured continuations.
nonisolated(unsafe) public private(set) var continuationFunction = Func(0)

public enum Continuation {
  /// In place of the records of a borrowed continuation.
  public static var borrowed: Word { Constant.undefined }

  /// The names of `call/cc`. (A continuation can be called after its extent, which an escape alone would not have to offer.)
  static var captureNames: [StaticString] { ["call-with-current-continuation", "call/cc", "call-with-escape-continuation", "call/ec"] }

  static func start() {
    let function = Func.make(kind: .continuation, name: SymbolTable.intern("continuation"), parameters: 0, hasRest: true)
    let entry: @convention(c) (Word, Address, Word) -> Word = { continuation, sp, value in Continuation.give(value, to: continuation, sp) }
    function.enterDirectly(with: entry)
    continuationFunction = function
  }

  /// Lets calls of `call/cc` from generated code make their request without the interpreter.
  static func enterDirectly(_ code: Func) {
    let entry: @convention(c) (Word, Address, Word) -> Word = { _, _, receiver in
      Trampoline.request(.captureContinuation, receiver, Constant.null)
    }
    code.enterDirectly(with: entry)
  }

  /// The procedure of the continuation that the trampoline holds.
  static func capture() -> Word {
    let continuation = makeProcedure(function: continuationFunction.address, freeVariables: ContinuationField.count)
    continuation.initializeField(ContinuationField.frames, runtimeState.roots[.continuation])
    continuation.initializeField(ContinuationField.handlers, runtimeState.roots[.handlers])
    continuation.initializeField(ContinuationField.parameters, runtimeState.roots[.parameters])
    continuation.initializeField(ContinuationField.winds, runtimeState.roots[.winds])
    return continuation
  }

  /// Makes a captured continuation the trampoline's.
  static func reinstate(_ continuation: Word) {
    runtimeState.roots[.continuation] = continuation.field(ContinuationField.frames)
    reinstateDynamicState(continuation)
  }

  @inline(__always)
  private static func reinstateDynamicState(_ continuation: Word) {
    runtimeState.roots[.handlers] = continuation.field(ContinuationField.handlers)
    runtimeState.roots[.parameters] = continuation.field(ContinuationField.parameters)
    runtimeState.roots[.winds] = continuation.field(ContinuationField.winds)
  }

  /// Calls a captured continuation with a list of arguments; `sp` is free.
  static func enter(_ continuation: Word, _ sp: Address, arguments: Word) -> Word {
    if continuation.field(ContinuationField.winds) == runtimeState.roots[.winds] { return throwTo(continuation, arguments) }
    // The thunks of the `dynamic-wind`s in between are called first, by Scheme code.
    store64(sp, continuation)
    store64(sp &+ 8, arguments)
    return Pending.set(LibraryProcedure.throwThroughWinds.value, sp, 2)
  }

  /// Unwinds for a list of values to a continuation, without regard to winds.
  static func throwTo(_ continuation: Word, _ arguments: Word) -> Word {
    let value = valuesObject(arguments)
    return value == Constant.unwind ? value : throwTo(continuation, value: value)
  }

  @inline(__always)
  private static func throwTo(_ continuation: Word, value: Word) -> Word {
    if continuation.field(ContinuationField.frames) == borrowed { return DynamicState.escape(to: continuation, with: value) }
    return Trampoline.request(.throwToContinuation, continuation, value)
  }

  /// What calls of a continuation with one argument reach.
  static func give(_ value: Word, to continuation: Word, _ sp: Address) -> Word {
    if continuation.field(ContinuationField.winds) == runtimeState.roots[.winds] { return throwTo(continuation, value: value) }
    let result = enter(continuation, sp, arguments: cons(value, Constant.null))
    return result == Constant.tailCall ? callPending() : result
  }

  // MARK: Borrowed continuations

  /// An escape has arrived at the call that a borrowed continuation was made for; what the call returns.
  public static func arrive(_ continuation: Word) -> Word {
    reinstateDynamicState(continuation)
    runtimeState.roots[.escapeTarget] = Constant.false
    runtimeState.action = UnwindAction.raise.rawValue
    let value = runtimeState.roots[.raised]
    runtimeState.roots[.raised] = Constant.false
    return value
  }

  /// Whether the unwinding that is going on leaves records.
  private static var isRecorded: Bool {
    runtimeState.action != UnwindAction.escape.rawValue && runtimeState.action != UnwindAction.throwToContinuation.rawValue
  }

  /// The call's frame has just left its record, if the unwinding leaves any; returns `unwind`.
  public static func keepFrames(_ continuation: Word) -> Word {
    if isRecorded { continuation.setField(ContinuationField.frames, runtimeState.roots[.unwindTail]) }
    return Constant.unwind
  }

  /// The call is a tail call: the next record is that of its caller. Returns `unwind`.
  public static func keepNextFrames(_ continuation: Word) -> Word {
    if isRecorded {
      let others = runtimeState.roots[.waitingContinuations]
      runtimeState.roots[.waitingContinuations] = cons(continuation, others.isPair ? others : Constant.null)
    }
    return Constant.unwind
  }

  /// Gives those that wait for it the next record.
  @inline(never)
  static func takeFrames(_ record: Word) {
    var rest = runtimeState.roots[.waitingContinuations]
    while rest.isPair {
      car(rest).setField(ContinuationField.frames, record)
      rest = cdr(rest)
    }
    runtimeState.roots[.waitingContinuations] = Constant.null
  }

  /// What was assumed when a continuation was borrowed is no longer so, and its call is about to return a value: unwinds so that the continuation gets its records, and
  /// goes on with the value.
  public static func outlive(_ value: Word) -> Word {
    Trampoline.request(.apply, LibraryProcedure.values.value, cons(value, Constant.null))
  }
}
