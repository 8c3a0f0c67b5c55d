// The guest's exports, by the names of GuestABI's `GuestExport`, where each is described.
import GuestABI
import SchemeCore
import SchemeJIT
import WasmFormat

/// The texts that cross the boundary to the host.
private enum Text {
  nonisolated(unsafe) static var input = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
  nonisolated(unsafe) static var capacity = 16
  nonisolated(unsafe) static var output: [UInt8] = []
  nonisolated(unsafe) static var module = ByteWriter(capacity: 16)
  /// The output is `module`, not `output`.
  nonisolated(unsafe) static var isModule = false

  static func set(_ bytes: [UInt8]) {
    output = bytes
    isModule = false
  }

  static func bytes(_ start: Int, _ length: Int) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: input + start, count: length))
  }
}

@_expose(wasm, "latch_initialize") @_cdecl("latch_initialize")
public func exportedInitialize(_ stackBytes: Int32, _ heapLimitMiB: Int32) -> Int32 {
  hostWrite = { pointer, length, stream in importedWrite(pointer, length, stream) }
  hostClock = { importedClock() }
  hostWallClock = { importedWallClock() }
  hostExit = { code in importedExit(code) }
  hostOpen = { path, length, mode in importedOpen(path, length, mode) }
  hostRead = { stream, pointer, capacity in importedRead(stream, pointer, capacity) }
  hostReady = { stream in importedReady(stream) }
  hostClose = { stream in importedClose(stream) }
  hostExists = { path, length in importedExists(path, length) }
  hostDelete = { path, length in importedDelete(path, length) }
  hostEnvironment = { name, length, pointer, capacity in importedEnvironment(name, length, pointer, capacity) }
  Func.stubIndex = { entryStubIndex($0) }
  installRuntimeRoutines()
  var host = ModuleHost()
  host.link = { pointer, length in importedLink(pointer, length, 0) }
  host.unlink = { handle in _ = importedUnlink(handle) }
  host.tableSize = { tableSize() }
  host.clearTable = { first, count in clearTable(first, count) }
  CompilationPolicy.start(host)
  let library = PackedLibrary(
    text: UnsafeRawBufferPointer(start: libraryText(), count: libraryTextLength()),
    index: UnsafeRawBufferPointer(start: libraryIndex(), count: libraryIndexLength()))
  guard stackBytes >= Heap.smallestStackBytes else {
    return status(.error([UInt8]("the stack is too small: it must have 4096 bytes or more".utf8)), shows: false)
  }
  return status(Session.start(stackBytes: Int(stackBytes), heapLimit: heapLimitBytes(heapLimitMiB), library: library), shows: false)
}

/// 0 stands for all that a memory can have.
private func heapLimitBytes(_ megabytes: Int32) -> Int64 { (megabytes <= 0 || megabytes > 4096 ? 4096 : Int64(megabytes)) << 20 }

@_expose(wasm, "latch_set_heap_limit") @_cdecl("latch_set_heap_limit")
public func exportedSetHeapLimit(_ megabytes: Int32) { Heap.limit = heapLimitBytes(megabytes) }

@_expose(wasm, "latch_set_native_stack") @_cdecl("latch_set_native_stack")
public func exportedSetNativeStack(_ bytes: Int32) { NativeStack.setBound(Int(bytes)) }

@_expose(wasm, "latch_recover") @_cdecl("latch_recover")
public func exportedRecover() { Session.recover() }

@_expose(wasm, "latch_input_buffer") @_cdecl("latch_input_buffer")
public func exportedInputBuffer(_ length: Int32) -> UInt32 {
  if Int(length) > Text.capacity || Text.capacity > 1 << 20 {
    // The text is copied twice.
    if !Heap.hasRoom(bytes: Int64(length) * 3) { return 0 }
    Text.input.deallocate()
    Text.capacity = max(4096, Int(length))
    Text.input = UnsafeMutableRawPointer.allocate(byteCount: Text.capacity, alignment: 16)
  }
  return UInt32(UInt(bitPattern: Text.input))
}

@_expose(wasm, "latch_output_pointer") @_cdecl("latch_output_pointer")
public func exportedOutputPointer() -> UInt32 {
  if Text.isModule { return UInt32(UInt(bitPattern: Text.module.address)) }
  return Text.output.withUnsafeBufferPointer { UInt32(UInt(bitPattern: $0.baseAddress)) }
}

@_expose(wasm, "latch_output_length") @_cdecl("latch_output_length")
public func exportedOutputLength() -> Int32 { Int32(Text.isModule ? Text.module.count : Text.output.count) }

/// Makes a result the output text.
private func status(_ result: EvaluationResult, shows: Bool, names: Bool = false) -> Int32 {
  switch result {
  case .value(let value):
    Text.set(shows ? Session.resultLines(value, named: names) : [])
    return EvaluationStatus.ok
  case .error(let text):
    Text.set(text)
    return EvaluationStatus.error
  case .incomplete:
    Text.set([])
    return EvaluationStatus.incomplete
  case .interrupted:
    Text.set([UInt8]("interrupted".utf8))
    return EvaluationStatus.interrupted
  case .stopped(let text):
    Text.set(text)
    return EvaluationStatus.stopped
  }
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

/// What is being evaluated where the host gets each form's value.
private enum Evaluation {
  nonisolated(unsafe) static var rest: SourceEvaluation?
  nonisolated(unsafe) static var options: Int32 = 0
}

/// Evaluates the next form, or all that are left.
private func evaluateRest() -> Int32 {
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

private func shown(_ result: EvaluationResult, hasMore: Bool) -> Int32 {
  var result = result
  if let failure = PortOutput.flush(), case .value = result { result = .error(failure) }
  let options = Evaluation.options
  let shows = options & (EvaluationOption.interactive | EvaluationOption.showResult) != 0
  let outcome = status(result, shows: shows, names: options & EvaluationOption.nameResults != 0)
  // Writing the result or the message may have taken too long.
  if let abandonment = Session.abandonment() { return status(abandonment, shows: false) }
  return outcome == EvaluationStatus.ok && hasMore ? EvaluationStatus.more : outcome
}

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

// MARK: Exported procedures

@_expose(wasm, "latch_add_procedure") @_cdecl("latch_add_procedure")
public func exportedAddProcedure(_ nameLength: Int32, _ count: Int32) -> Int32 {
  switch ExportedProcedures.add(Text.bytes(0, Int(nameLength)), arguments: Int(count)) {
  case .success(let count):
    return Int32(count)
  case .failure(let failure):
    Text.set(failure.text)
    return -1
  }
}

@_expose(wasm, "latch_pass_integer") @_cdecl("latch_pass_integer")
public func exportedPassInteger(_ value: Int64) { ExportedProcedures.pass(integer: value) }

@_expose(wasm, "latch_pass_double") @_cdecl("latch_pass_double")
public func exportedPassDouble(_ value: Double) { ExportedProcedures.pass(double: value) }

@_expose(wasm, "latch_pass_text") @_cdecl("latch_pass_text")
public func exportedPassText(_ pointer: UInt32, _ length: Int32) { ExportedProcedures.pass(text: pointer, count: Int(length)) }

/// Room for texts that the host writes.
private enum TextRooms {
  nonisolated(unsafe) static var rooms: [UnsafeMutableRawPointer] = []
}

@_expose(wasm, "latch_text_room") @_cdecl("latch_text_room")
public func exportedTextRoom(_ length: Int32) -> UInt32 {
  // The text is copied, a word for each character at most.
  if length < 0 || !Heap.hasRoom(bytes: Int64(length) * 5 + 16) { return 0 }
  let room = UnsafeMutableRawPointer.allocate(byteCount: max(8, Int(length)), alignment: 8)
  TextRooms.rooms.append(room)
  return UInt32(UInt(bitPattern: room))
}

@_expose(wasm, "latch_call_procedure") @_cdecl("latch_call_procedure")
public func exportedCallProcedure(_ procedure: Int32, _ kind: Int32) -> Int32 {
  for room in TextRooms.rooms { room.deallocate() }
  TextRooms.rooms.removeAll()
  let result = ExportedProcedures.call(Int(procedure), ResultKind(rawValue: kind) ?? .none)
  let failure = PortOutput.flush()
  switch result {
  case .success(let text):
    if let failure { return status(.error(failure), shows: false) }
    Text.set(text)
    return EvaluationStatus.ok
  case .failure(let failure):
    return status(.error(failure.text), shows: false)
  }
}

@_expose(wasm, "latch_result_bits") @_cdecl("latch_result_bits")
public func exportedResultBits() -> Int64 { ExportedProcedures.bits }

// MARK: Frozen programs

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

@_expose(wasm, "latch_set_arguments") @_cdecl("latch_set_arguments")
public func exportedSetArguments(_ length: Int32) {
  CommandLine.set(endedByNUL(length))
}

@_expose(wasm, "latch_set_library_path") @_cdecl("latch_set_library_path")
public func exportedSetLibraryPath(_ length: Int32) { Libraries.setSearchPath(endedByNUL(length)) }

/// The pieces of the input buffer that NUL bytes end.
private func endedByNUL(_ length: Int32) -> [[UInt8]] {
  var pieces: [[UInt8]] = [[]]
  for byte in Text.bytes(0, Int(length)) {
    if byte == 0 { pieces.append([]) } else { pieces[pieces.count - 1].append(byte) }
  }
  pieces.removeLast()
  return pieces
}

@_expose(wasm, "latch_set_unbuffered") @_cdecl("latch_set_unbuffered")
public func exportedSetUnbuffered(_ isOn: Int32) { PortOutput.isUnbuffered = isOn != 0 }

@_expose(wasm, "latch_flush") @_cdecl("latch_flush")
public func exportedFlush() { _ = PortOutput.flush() }

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

@_expose(wasm, "latch_forget_libraries") @_cdecl("latch_forget_libraries")
public func exportedForgetLibraries() { Session.forgetLibraries() }

@_expose(wasm, "latch_jit_set_mode") @_cdecl("latch_jit_set_mode")
public func exportedSetJITMode(_ mode: Int32) { CompilationPolicy.setMode(mode) }

@_expose(wasm, "latch_jit_compile_all") @_cdecl("latch_jit_compile_all")
public func exportedCompileAll() { Linking.pushAll() }

@_expose(wasm, "latch_jit_module") @_cdecl("latch_jit_module")
public func exportedJITModule() -> Int32 {
  Text.set([])
  let count = Linking.generateForPull(&Text.module)
  Text.isModule = count > 0
  return Int32(count)
}

@_expose(wasm, "latch_jit_module_of") @_cdecl("latch_jit_module_of")
public func exportedJITModuleOf(_ length: Int32) -> Int32 {
  guard let function = Session.function(named: Text.bytes(0, Int(length))) else {
    Text.set([UInt8]("is not the name of a procedure".utf8))
    return 0
  }
  let refusal = Refusal.reason(for: function)
  if refusal != .none {
    var text: [UInt8] = []
    refusal.explanation.withUTF8Buffer { text.append(contentsOf: $0) }
    Text.set(text)
    return 0
  }
  let generator = ModuleGenerator([CompilationUnit(function)])
  Text.module = generator.generate()
  Text.isModule = true
  return 1
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

@_expose(wasm, "latch_set_collector_stress") @_cdecl("latch_set_collector_stress")
public func exportedSetCollectorStress(_ isOn: Int32) { Heap.isStressed = isOn != 0 }

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

// MARK: Debugging

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
