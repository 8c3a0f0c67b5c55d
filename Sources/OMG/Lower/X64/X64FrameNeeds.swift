// What lowering finds out about a function's frame, for the emitter.
//
// Frame, from rbp down: [rbp − 8] the instance context, if a call may return with another one; [rbp − 16] the address for further results, if the
// function has several, which is what r13 held at its start; the words of other preserved registers that the function uses; the allocator's slots; the outgoing area, where callees store further results. With an entry in a
// running frame of the baseline tier, everything but the two fixed words lies below that frame.

struct X64FrameNeeds {
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
  /// Bytes below rbp that belong to the baseline tier's frame; 0 for an entry at the start.
  var outerSize = 0
}
