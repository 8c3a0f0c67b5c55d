// Captured continuations: a chain of frame records and the dynamic state that belongs to it. A continuation is a procedure whose free variable is
// an object of these fields; entering it gives both back. Frame records never change, so it can be entered any number of times.
import GuestABI

/// The fields of a captured continuation.
enum ContinuationField {
  static let frames = 0
  static let handlers = 1
  static let parameters = 2
  static let winds = 3
  static let count = 4
}

/// The Func of all captured continuations.
nonisolated(unsafe) var continuationFunction = Func(0)

enum Continuation {
  /// The procedure of the continuation that the trampoline holds.
  static func capture() -> Word {
    let continuation = allocateObject(.continuation, words: ContinuationField.count)
    continuation.setField(ContinuationField.frames, runtimeState.roots[.continuation])
    continuation.setField(ContinuationField.handlers, runtimeState.roots[.handlers])
    continuation.setField(ContinuationField.parameters, runtimeState.roots[.parameters])
    continuation.setField(ContinuationField.winds, runtimeState.roots[.winds])
    let procedure = makeProcedure(function: continuationFunction.address, freeVariables: 1)
    procedure.setField(1, continuation)
    return procedure
  }

  /// Makes a captured continuation the trampoline's.
  static func reinstate(_ procedure: Word) {
    let continuation = procedure.field(1)
    runtimeState.roots[.continuation] = continuation.field(ContinuationField.frames)
    runtimeState.roots[.handlers] = continuation.field(ContinuationField.handlers)
    runtimeState.roots[.parameters] = continuation.field(ContinuationField.parameters)
    runtimeState.roots[.winds] = continuation.field(ContinuationField.winds)
  }

  /// Calls a captured continuation with a list of arguments; `sp` is free.
  static func enter(_ procedure: Word, _ sp: Address, arguments: Word) -> Word {
    if procedure.field(1).field(ContinuationField.winds) == runtimeState.roots[.winds] {
      return Trampoline.request(.throwToContinuation, procedure, arguments)
    }
    // The thunks of the `dynamic-wind`s in between are called first, by Scheme code.
    store64(sp, procedure)
    store64(sp &+ 8, arguments)
    return Pending.set(LibraryProcedure.throwThroughWinds.value, sp, 2)
  }
}
