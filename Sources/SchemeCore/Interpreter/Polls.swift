// Polls: the only places where a collection happens, where a deep stack is unwound into the heap, and where an interrupt is noticed; and
// where hot code is handed to the code generator.
import GuestABI

/// A poll at a procedure's entry; its arguments are at `sp`. Returns the procedure, which may have moved, or `unwind` when it cannot go on now.
@inline(never)
public func pollEntry(_ called: Word, _ sp: Address, _ count: Int) -> Word {
  var procedure = called
  let function = Func(procedureFunction(procedure))
  if function.kind == .lambda && function.calls >= Hotness.threshold && function.state == .interpreted {
    JITHooks.compile(function)
  }
  if sp < runtimeState.stackLimit { return procedure }
  let top = sp &+ UInt32(count) &* 8
  runtimeState.roots[.pendingProcedure] = procedure
  if runtimeState.pollReasons & PollReason.memory != 0 { Heap.collect(sp: top) }
  procedure = runtimeState.roots[.pendingProcedure]
  if checkInterrupt(in: function) {
    if Debugging.resumes { Debugging.keepCall(procedure, function, sp, count) }
    return Constant.unwind
  }
  if checkExhausted() { return Constant.unwind }
  clearPoll(PollReason.collection)
  if sp >= runtimeState.realStackLimit && !Heap.deepenStack(sp) {
    return Trampoline.request(.apply, procedure, pendingArguments(function, sp, count))
  }
  return procedure
}

/// The arguments at a procedure's entry as a list.
func pendingArguments(_ function: Func, _ sp: Address, _ count: Int) -> Word {
  listOfArguments(sp, from: 0, to: function.hasRest ? spreadRest(function, sp) : count)
}

/// A poll at a loop's back edge; all slots below the label's body are values. Returns the procedure, or `unwind` when it cannot go on.
@inline(never)
func pollLoop(_ label: Node, _ jump: Node, _ frame: Address, _ procedure: Word) -> Word {
  runtimeState.roots[.pendingProcedure] = procedure
  let function = Func(procedureFunction(procedure))
  if runtimeState.pollReasons & PollReason.memory != 0 { Heap.collect(sp: frame &+ label.slotOffset &+ UInt32(label.count) &* 8) }
  let moved = runtimeState.roots[.pendingProcedure]
  if checkInterrupt(in: function) { return Debugging.resumes ? recordLoop(label, frame, moved) : Constant.unwind }
  if checkExhausted() { return recordPlace(jump, moved) }
  clearPoll(PollReason.collection)
  return moved
}

/// A poll at a back edge in generated code of a function, whose live values are below `sp`. Returns `unwind` or something else.
public func pollGenerated(_ sp: Address, _ function: Func) -> Word {
  if runtimeState.pollReasons & PollReason.memory != 0 { Heap.collect(sp: sp) }
  if checkInterrupt(in: function) || checkExhausted() { return Constant.unwind }
  clearPoll(PollReason.collection)
  return Constant.unspecified
}

/// Whether the host wants the program to stop; then the action is set. If it only wants to know what runs, the function is noted.
func checkInterrupt(in function: Func) -> Bool {
  let reason = runtimeState.interrupt
  if reason == 0 { return false }
  runtimeState.interrupt = 0
  if reason == InterruptReason.sample && StackProfile.isOn {
    clearPoll(PollReason.interrupt)
    StackProfile.leaf = function
    Debugging.pendingAction = nil
    _ = Trampoline.request(.sample, Constant.unspecified, Constant.unspecified)
    return true
  }
  if reason == InterruptReason.sample {
    runtimeState.busy &+= 1
    Profile.note(function)
    runtimeState.busy &-= 1
    return false
  }
  LongWork.forget()
  clearPoll(PollReason.interrupt)
  Debugging.pendingAction = nil
  _ = Trampoline.request(.interrupt, Constant.unspecified, Constant.unspecified)
  return true
}

/// Whether memory is short even after a collection, or was for something that has given up; then an error is raised. When the program has used up
/// the reserve too, no handler gets the error.
private func checkExhausted() -> Bool {
  if !Heap.isExhausted && !LongWork.isOutOfMemory { return false }
  LongWork.forget()
  clearPoll(PollReason.collection)
  if Heap.isExhausted && !Heap.openReserve() { runtimeState.roots[.handlers] = Constant.null }
  _ = raiseOutOfMemory()
  return true
}
