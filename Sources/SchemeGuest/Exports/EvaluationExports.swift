// Exports (GuestABI's `GuestExport` describes each): evaluating a text, whole or form by form.
import GuestABI
import SchemeCore

/// What is being evaluated where the host gets each form's value.
enum Evaluation {
  nonisolated(unsafe) static var rest: SourceEvaluation?
  nonisolated(unsafe) static var options: Int32 = 0
}

@_expose(wasm, "latch_evaluate") @_cdecl("latch_evaluate")
public func exportedEvaluate(_ nameLength: Int32, _ sourceLength: Int32, _ options: Int32) -> Int32 {
  let name = Text.bytes(0, Int(nameLength))
  let source = Text.bytes(Int(nameLength), Int(sourceLength))
  let isInteractive = options & EvaluationOption.interactive != 0
  let linesBefore = Int(options >> EvaluationOption.linesBeforeShift)
  Evaluation.options = options
  switch SourceEvaluation.begin(name: name, text: source, linesBefore: linesBefore, isInteractive: isInteractive) {
  case .failure(let result):
    Evaluation.rest = nil
    return shown(result, hasMore: false)
  case .success(var evaluation):
    evaluation.isInFrame = options & EvaluationOption.inFrame != 0
    Evaluation.rest = evaluation
  }
  return evaluateRest()
}

@_expose(wasm, "latch_evaluate_next") @_cdecl("latch_evaluate_next")
public func exportedEvaluateNext() -> Int32 { evaluateRest() }

/// Evaluates the next form, or all that are left.
func evaluateRest() -> Int32 {
  guard var evaluation = Evaluation.rest.take() else { return shown(.value(Constant.unspecified), hasMore: false) }
  guard Evaluation.options & EvaluationOption.eachForm != 0 else {
    let result = evaluation.finish()
    if case .value = result {} else { DebugLevels.keep(rest: evaluation, options: Evaluation.options) }
    return shown(result, hasMore: false)
  }
  guard let result = evaluation.next() else { return shown(.value(Constant.unspecified), hasMore: false) }
  guard case .value = result else {
    DebugLevels.keep(rest: evaluation, options: Evaluation.options)
    return shown(result, hasMore: false)
  }
  Evaluation.rest = evaluation
  return shown(result, hasMore: true)
}

func shown(_ result: EvaluationResult, hasMore: Bool) -> Int32 {
  var result = result
  if let failure = PortOutput.flush(), case .value = result { result = .error(failure) }
  let options = Evaluation.options
  let shows = options & (EvaluationOption.interactive | EvaluationOption.showResult) != 0
  let outcome = status(result, shows: shows, names: options & EvaluationOption.nameResults != 0)
  // Writing the result or the message may have taken too long.
  if let abandonment = Session.abandonment() { return status(abandonment, shows: false) }
  return outcome == EvaluationStatus.ok && hasMore ? EvaluationStatus.more : outcome
}
