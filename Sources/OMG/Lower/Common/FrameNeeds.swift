// What lowering finds out about a function's frame, for the emitter (Emit/FrameLayout.swift).

struct FrameNeeds {
  /// Some call may return with another instance's context.
  var savesContext = false
  var hasCalls = false
  var hasTailCalls = false
  /// Some call has arguments on the stack.
  var passesOnStack = false
  /// Something in the code may trap, so the frame has to be there for a backtrace.
  var mayTrap = false
  /// Words of the outgoing area.
  var outgoingWords = 0
  /// Of the function itself.
  var resultCount = 0
  /// Bytes of stack arguments that the function pops; whether it reads any.
  var incomingArea = 0
  var readsIncoming = false
  /// Bytes below the frame pointer that belong to the baseline tier's frame; 0 for an entry at the start.
  var outerSize = 0
}
