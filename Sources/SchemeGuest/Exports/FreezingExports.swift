// Exports (GuestABI's `GuestExport` describes each): preparing programs for a snapshot, starting them, what the freezer has to know.
import GuestABI
import SchemeCore
import WasmFormat

@_expose(wasm, "latch_prepare") @_cdecl("latch_prepare")
public func exportedPrepare(_ nameLength: Int32, _ sourceLength: Int32) -> Int32 {
  let name = Text.bytes(0, Int(nameLength))
  let source = Text.bytes(Int(nameLength), Int(sourceLength))
  return status(FrozenProgram.prepare(name: name, text: source), shows: false)
}

@_expose(wasm, "latch_start") @_cdecl("latch_start")
public func exportedStart() -> Int32 {
  var result = FrozenProgram.start()
  if let failure = PortOutput.flush(), case .value = result { result = .error(failure) }
  return status(result, shows: false)
}

@_expose(wasm, "latch_tidy") @_cdecl("latch_tidy")
public func exportedTidy() {
  Text.set([])
  Text.module = ByteWriter(capacity: 16)
  FrozenProgram.tidy()
}

@_expose(wasm, "latch_mentions_freeze") @_cdecl("latch_mentions_freeze")
public func exportedMentionsFreeze() -> Int32 { FrozenProgram.mentionsFreeze ? 1 : 0 }

@_expose(wasm, "latch_run_to_freeze") @_cdecl("latch_run_to_freeze")
public func exportedRunToFreeze() -> Int32 {
  let result = FrozenProgram.runToFreeze()
  let failure = PortOutput.flush()
  guard var result else {
    guard let failure else {
      Text.set([])
      return EvaluationStatus.more
    }
    return status(.error(failure), shows: false)
  }
  if let failure, case .value = result { result = .error(failure) }
  return status(result, shows: false)
}

@_expose(wasm, "latch_feedback") @_cdecl("latch_feedback")
public func exportedFeedback() -> Int32 {
  Text.set(RecordedFeedback.write())
  return Int32(Text.output.count)
}

@_expose(wasm, "latch_add_feedback") @_cdecl("latch_add_feedback")
public func exportedAddFeedback(_ length: Int32) { RecordedFeedback.add(Text.bytes(0, Int(length))) }

@_expose(wasm, "latch_seal") @_cdecl("latch_seal")
public func exportedSeal() { Sealing.seal() }

@_expose(wasm, "latch_held_functions") @_cdecl("latch_held_functions")
public func exportedHeldFunctions() -> Int32 {
  let functions = HeldFunctions.find()
  var text: [UInt8] = []
  for function in functions {
    for shift in 0..<4 as Range<UInt32> { text.append(UInt8(truncatingIfNeeded: function >> (8 * shift))) }
  }
  Text.set(text)
  return Int32(functions.count)
}

@_expose(wasm, "latch_forget_modules") @_cdecl("latch_forget_modules")
public func exportedForgetModules() { LinkedCode.forgetModules() }
