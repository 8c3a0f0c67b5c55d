// Exports (GuestABI's `GuestExport` describes each): debug levels and break points.
import GuestABI
import SchemeCore

@_expose(wasm, "latch_set_debugging") @_cdecl("latch_set_debugging")
public func exportedSetDebugging(_ isOn: Int32) { Debugging.isOn = isOn != 0 }

@_expose(wasm, "latch_debug_levels") @_cdecl("latch_debug_levels")
public func exportedDebugLevels() -> Int32 { Int32(DebugLevels.count) }

@_expose(wasm, "latch_debug_frames") @_cdecl("latch_debug_frames")
public func exportedDebugFrames(_ first: Int32, _ count: Int32) -> Int32 {
  let (text, total) = DebugLevels.describeFrames(from: Int(first), count: Int(count))
  Text.set(text)
  return Int32(clamping: total)
}

@_expose(wasm, "latch_select_frame") @_cdecl("latch_select_frame")
public func exportedSelectFrame(_ index: Int32) -> Int32 { DebugLevels.select(Int(index)) ? 1 : 0 }

@_expose(wasm, "latch_continue_program") @_cdecl("latch_continue_program")
public func exportedContinueProgram(_ length: Int32) -> Int32 {
  let text = Text.bytes(0, Int(length))
  Evaluation.rest = nil
  Evaluation.options = 0
  var value: Word?
  if !text.isEmpty {
    let result: EvaluationResult
    switch SourceEvaluation.begin(name: [UInt8](":continue".utf8), text: text, linesBefore: 0, isInteractive: true) {
    case .failure(let failure): result = failure
    case .success(var evaluation):
      evaluation.isInFrame = true
      result = evaluation.finish()
    }
    guard case .value(let word) = result else { return shown(result, hasMore: false) }
    value = word
  }
  let (result, rest, options) = DebugLevels.goOn(with: value)
  Evaluation.options = options
  guard case .value(let word) = result else {
    DebugLevels.keep(rest: rest, options: options)
    return shown(result, hasMore: false)
  }
  runtimeState.roots[.result] = word
  Session.pollAfterForm()
  if options & EvaluationOption.eachForm != 0 {
    Evaluation.rest = rest
    return shown(.value(runtimeState.roots[.result]), hasMore: rest != nil)
  }
  guard let rest else { return shown(.value(runtimeState.roots[.result]), hasMore: false) }
  Evaluation.rest = rest
  return evaluateRest()
}

@_expose(wasm, "latch_abort_level") @_cdecl("latch_abort_level")
public func exportedAbortLevel() -> Int32 {
  Evaluation.rest = nil
  Evaluation.options = 0
  return shown(DebugLevels.abort(), hasMore: false)
}

@_expose(wasm, "latch_set_break_point") @_cdecl("latch_set_break_point")
public func exportedSetBreakPoint(_ length: Int32, _ isOn: Int32) -> Int32 {
  guard let reason = BreakPoints.set(Text.bytes(0, Int(length)), isOn: isOn != 0) else { return 1 }
  Text.set(reason.withUTF8Buffer { [UInt8]($0) })
  return 0
}
