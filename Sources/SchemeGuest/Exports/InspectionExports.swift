// Exports (GuestABI's `GuestExport` describes each): what a host can ask about a session.
import GuestABI
import SchemeCore
import SchemeJIT

@_expose(wasm, "latch_completions") @_cdecl("latch_completions")
public func exportedCompletions(_ length: Int32) -> Int32 {
  let names = Session.names(withPrefix: Text.bytes(0, Int(length)))
  var text: [UInt8] = []
  for name in names {
    text.append(contentsOf: name)
    text.append(10)
  }
  Text.set(text)
  return Int32(names.count)
}

@_expose(wasm, "latch_expand") @_cdecl("latch_expand")
public func exportedExpand(_ length: Int32) -> Int32 {
  let (text, isError) = Session.expansion(of: Text.bytes(0, Int(length)))
  Text.set(text)
  return isError ? EvaluationStatus.error : EvaluationStatus.ok
}

@_expose(wasm, "latch_describe") @_cdecl("latch_describe")
public func exportedDescribe(_ length: Int32) -> Int32 {
  let text = Session.description(of: Text.bytes(0, Int(length)))
  Text.set(text)
  return Int32(text.count)
}

@_expose(wasm, "latch_source") @_cdecl("latch_source")
public func exportedSourceText(_ length: Int32) -> Int32 {
  let text = Session.sourceText(of: Text.bytes(0, Int(length)))
  Text.set(text)
  return Int32(text.count)
}

@_expose(wasm, "latch_closures") @_cdecl("latch_closures")
public func exportedClosures() -> Int32 {
  let (text, count) = Reports.recordedProcedures()
  Text.set(text)
  return Int32(count)
}

@_expose(wasm, "latch_profile") @_cdecl("latch_profile")
public func exportedProfile() -> Int32 {
  let (text, count) = Reports.takeProfile()
  Text.set(text)
  return Int32(count)
}

private enum Counters {
  nonisolated(unsafe) static let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
}

@_expose(wasm, "latch_statistics") @_cdecl("latch_statistics")
public func exportedStatistics() -> UInt32 {
  let words = Counters.words
  Reports.store(to: words)
  return UInt32(UInt(bitPattern: words))
}

@_expose(wasm, "latch_runtime_state") @_cdecl("latch_runtime_state")
public func exportedRuntimeState() -> UInt32 { RuntimeState.address }

@_expose(wasm, "latch_start_stack_profile") @_cdecl("latch_start_stack_profile")
public func exportedStartStackProfile(_ ofAllocation: Int32) { StackProfile.start(ofAllocation: ofAllocation != 0) }

@_expose(wasm, "latch_stack_profile") @_cdecl("latch_stack_profile")
public func exportedStackProfile() -> Int32 {
  let text = Reports.stackProfile()
  Text.set(text)
  return Int32(text.count)
}
