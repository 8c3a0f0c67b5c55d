// The names by which host and guest know each other, and what each function does. A guest needs nothing else of its host, so any
// wasm engine can be one.
//
// Pointers and lengths are i32 and count bytes; text is UTF-8. Text goes in through a buffer of the guest's
// (`inputBuffer`); text comes out at (`outputPointer`, `outputLength`), valid until the next call of an export.

/// The module name of the guest's function imports.
public let guestImportModule = "latch"

/// What the guest imports from its host (module `latch`). For generated modules it imports `link` and `unlink` of `latch_jit` (WasmFormat's LateLinkInterface) too;
/// a host that can only pull returns 0 from `link` and uses the `jit…` exports.
public enum GuestImport {
  /// `(pointer, length, stream) -> i32`: write all bytes to stream 1 (output), 2 (errors), or to an opened file; 0, or a `HostError`.
  public static let write = "write"
  /// `() -> f64`: seconds since some fixed moment, monotonic.
  public static let clock = "clock"
  /// `() -> f64`: seconds since 1970.
  public static let wallClock = "wall_clock"
  /// `(code: i32)`: the program called `exit`; output is flushed already; does not return.
  public static let exit = "exit"

  // What a program reaches of the world outside. A host decides by itself what it permits; one that has no files or environment returns
  // `-HostError.notPermitted` everywhere, and 0 to `read` and `ready`.

  /// `(pathPointer, pathLength, mode: OpenMode) -> i32`: open a file; its stream number, 3 or more, or a negative `HostError`.
  public static let open = "open"
  /// `(stream, pointer, capacity) -> i32`: read some bytes of stream 0 (input) or of an opened file, waiting for the first; how many, 0 at the end, or a
  /// negative `HostError`.
  public static let read = "read"
  /// `(stream) -> i32`: whether `read` would return without waiting: 1 or 0.
  public static let ready = "ready"
  /// `(stream) -> i32`: close an opened file; 0, or a `HostError`.
  public static let close = "close"
  /// `(pathPointer, pathLength) -> i32`: 1 if there is such a file, 0 if not (or if it is out of reach).
  public static let exists = "exists"
  /// `(pathPointer, pathLength) -> i32`: delete a file; 0, or a `HostError`.
  public static let delete = "delete"
  /// `(namePointer, nameLength, pointer, capacity) -> i32`: the length of an environment variable's value, or -1 if there is none. It is stored if it fits.
  /// With an empty name: all variables, each as `NAME=VALUE` and a NUL byte.
  public static let environment = "environment"
}

/// How a file is opened.
public enum OpenMode {
  public static let read: Int32 = 0
  /// Made if it is not there, emptied if it is.
  public static let write: Int32 = 1
  /// Made if it is not there; writing goes to the end.
  public static let append: Int32 = 2
}

/// Why the host could not do what it was asked for. (Its own error numbers mean nothing to the guest.)
public enum HostError: Int32, Sendable {
  case noSuchFile = 1
  /// The system does not allow it.
  case permissionDenied
  /// The host does not let this program do it: the path leads out of what the program was given.
  case notPermitted
  case isDirectory, notDirectory, tooManyOpenFiles, noSpace, brokenPipe, badName
  /// A signal came while the host waited: perhaps the program is to be stopped, else it waits again.
  case interrupted
  case other
}

/// What the guest exports.
public enum GuestExport {
  public static let memory = "memory"
  public static let table = "__indirect_function_table"

  /// `(stackBytes: i32, heapLimitMiB: i32) -> i32`: start the runtime; call it once, first. 0, or `EvaluationStatus.error`, with the reason as output text.
  /// `stackBytes` is what recursion may store on the shadow stack before it goes on in the heap. A frame of generated code takes 8 bytes or more of it, one of the interpreter
  /// 32 or more; so it bounds how much of the host's own stack recursion takes, and a host with a small stack gives a small number.
  /// A heap limit of 0 means none but the memory's own.
  public static let initialize = "latch_initialize"
  /// `(bytes: i32)`: how much the runtime's own recursion (the expander's, above all) may take, counted on its own stack (`stackPointer`); what nests deeper is an error. For
  /// hosts with a small stack: the frames of engines take about twice as much at most. Without a call there is no bound but a number of levels.
  public static let setNativeStack = "latch_set_native_stack"
  /// `(MiB: i32)`: another heap limit than `initialize` was given; 0 means none but the memory's own. What there is above it stays.
  public static let setHeapLimit = "latch_set_heap_limit"
  /// `(length) -> pointer`: a buffer of at least that many bytes for the next call's text.
  public static let inputBuffer = "latch_input_buffer"
  public static let outputPointer = "latch_output_pointer"
  public static let outputLength = "latch_output_length"

  /// `(nameLength, sourceLength, options) -> EvaluationStatus`: evaluate all forms of a source text. The input buffer holds the
  /// source's name (a path, or "-e", "repl"), then its text. `options`: `EvaluationOption` bits. The output text is the written result
  /// (empty when there is none to show), or the whole error message with place, source line and caret.
  public static let evaluate = "latch_evaluate"
  /// `() -> EvaluationStatus`: goes on with a text of which `evaluate` or this said `more`.
  public static let evaluateNext = "latch_evaluate_next"
  /// `(nameLength, sourceLength) -> EvaluationStatus`: expand a program, given as to `evaluate`, and evaluate its imports and those of its definitions that it makes no
  /// difference to evaluate before it runs.
  public static let prepare = "latch_prepare"
  /// `() -> EvaluationStatus`: run the prepared program.
  public static let start = "latch_start"
  /// `()`: collect all garbage, and make the content of memory that is free zero: before memory is written to a file.
  public static let tidy = "latch_tidy"
  /// `() -> i32`: 1 if the prepared program mentions `freeze`.
  public static let mentionsFreeze = "latch_mentions_freeze"
  /// `() -> EvaluationStatus`: run the prepared program to its first call of `(freeze)`: `more`, and `start` goes on there. With any other status it has ended before.
  public static let runToFreeze = "latch_run_to_freeze"
  /// `() -> length`: what the interpreter has recorded of operand types, as output text, for `addFeedback`.
  public static let feedback = "latch_feedback"
  /// `(length)`: adds what was recorded, in the input buffer, by a copy of this guest.
  public static let addFeedback = "latch_add_feedback"

  // Procedures that other WebAssembly and hosts call (`latch freeze --export`).

  /// `(nameLength, count) -> i32`: make the global procedure of a name, in the input buffer, the next of the procedures that can be called, from 0 on, with so many
  /// arguments; -1: as many as it requires. The number of arguments; or -1, and the output text says what is wrong.
  public static let addProcedure = "latch_add_procedure"
  /// `(i64)`, `(f64)`, `(pointer, length)`: the next argument. A text is copied.
  public static let passInteger = "latch_pass_integer"
  public static let passDouble = "latch_pass_double"
  public static let passText = "latch_pass_text"
  /// `(procedure, ResultKind) -> EvaluationStatus`: call a procedure with the arguments that were passed. A text that it returns is the output text, as is the message of an error.
  public static let callProcedure = "latch_call_procedure"
  /// `() -> i64`: the bits of the number that the last call returned.
  public static let resultBits = "latch_result_bits"
  /// `(length) -> pointer`: room for a text that is to be passed, until the next call; 0 if there is none.
  public static let textRoom = "latch_text_room"

  /// `()`: from now on no binding that exists can be defined or assigned any more; code that is generated afterwards relies on it.
  public static let seal = "latch_seal"
  /// `() -> count`: collect all garbage, and put out of reach what the program cannot use any more, the code generator above all. The output text is the indices in the table, four bytes each, of the
  /// functions whose pointers are in memory, besides those in the guest's data. After `compileAll`.
  public static let heldFunctions = "latch_held_functions"
  /// `()`: the modules that are linked stay for ever; the host may use their handles for others.
  public static let forgetModules = "latch_forget_modules"
  /// `(length)`: the program's name and arguments, each ended by a NUL byte, for `(command-line)`.
  public static let setArguments = "latch_set_arguments"
  /// `(length)`: the folders in which files of libraries are looked for after the program's, each ended by a NUL byte, in the input buffer.
  public static let setLibraryPath = "latch_set_library_path"
  /// `()`: write out what is buffered of the program's output.
  public static let flush = "latch_flush"
  /// `(isOn: i32)`: write the program's output at once, not when there is much of it; before the first evaluation. For hosts that cannot ask for it while the guest runs.
  public static let setUnbuffered = "latch_set_unbuffered"
  /// `(prefixLength) -> count`: names of bound variables and keywords with the prefix in the input buffer, newline-separated, sorted, as output text.
  public static let completions = "latch_completions"

  /// `(textLength) -> status`: the expansion of the forms in the input buffer as output text, or an error's.
  public static let expand = "latch_expand"
  /// `(nameLength) -> length`: what the name in the input buffer stands for as output text, a line and documentation; 0: nothing.
  public static let describe = "latch_describe"
  /// `(nameLength) -> length`: the definition of the name in the input buffer as output text; 0: there is none to show.
  public static let sourceText = "latch_source"
  /// `()`: libraries that came from files are read again when they are next imported.
  public static let forgetLibraries = "latch_forget_libraries"

  /// `(mode: i32)`: a `JITMode`.
  public static let setJITMode = "latch_jit_set_mode"
  /// `()`: generate auxiliary modules for all procedures that are not compiled, and have them linked (push).
  public static let compileAll = "latch_jit_compile_all"
  /// `() -> closures`: generate one auxiliary module for every recorded closure that has been called and is not compiled (pull). The output is the
  /// module's bytes; 0 when there is nothing to compile. Instantiating it is the host's part.
  public static let jitModule = "latch_jit_module"
  /// `(nameLength) -> closures`: generate the module of the named global procedure alone, for looking at (do not instantiate it). 0: no such procedure,
  /// or one that is not compiled; then the output says why.
  public static let jitModuleOf = "latch_jit_module_of"
  /// `() -> count`: recorded closures as output text: a line each, `name TAB calls TAB interpreted|compiled|<reason why not>`.
  public static let closures = "latch_closures"
  /// `(isOn: i32)`: collect at every poll, for tests.
  public static let setCollectorStress = "latch_set_collector_stress"
  /// `() -> pointer` to the `Statistic` counters, 64-bit each.
  public static let statistics = "latch_statistics"
  /// `() -> pointer` to the runtime state (`RuntimeStateLayout`). To interrupt a running program, from any thread or a signal handler:
  /// store an `InterruptReason` (i32) at `interrupt`, then 0 at `stackLimit`.
  public static let runtimeState = "latch_runtime_state"
  /// `()`: go on after a call of an export was ended from outside, at whatever instruction, provided that `RuntimeStateLayout.busy` is 0; if it is not, the
  /// guest cannot be used any more. The host has put back `stackPointer` first.
  public static let recover = "latch_recover"
  /// A global variable, i32: the stack of the compiled Swift code. A call that returns leaves it as it was.
  public static let stackPointer = "__stack_pointer"
  /// `() -> count`: the profile as output text: a line for each procedure that a sample (`InterruptReason.sample`) met, the most often met first:
  /// `name TAB samples TAB interpreted|compiled`. Begins a new profile.
  public static let profile = "latch_profile"

  /// `(ofAllocation: i32)`: from now on samples note the calls that led to what is running, too. With 1 the guest takes samples itself, whenever it has given out some memory.
  /// Before the first evaluation: generated code that was linked before cannot be left in its loops.
  public static let startStackProfile = "latch_start_stack_profile"
  /// `() -> length`: ends that; the tree of calls as output text: a line for each procedure under what called it, callers before callees:
  /// `depth TAB name TAB place TAB samples TAB bytes TAB calls TAB interpreted|compiled`. Samples and bytes are the procedure's own; calls those of the interpreter.
  public static let stackProfile = "latch_stack_profile"

  // Debugging. An evaluation that ends with an error, an interruption or at a break point leaves a *debug level*: the program as it stands, with its frames. Frames are
  // numbered from 0, the innermost; those of the library do not count.

  /// `(isOn: i32)`: from now on there are debug levels, and code that is made keeps the names of its variables.
  public static let setDebugging = "latch_set_debugging"
  /// `() -> count` of the debug levels.
  public static let debugLevels = "latch_debug_levels"
  /// `(first, count) -> frames`: how many frames the newest level has; those asked for as output text: for each a line
  /// `F TAB number TAB procedure's name TAB place TAB source line TAB column of the place in it`, then for each of its variables `V TAB name TAB value`, with an
  /// empty value where it is not kept.
  public static let debugFrames = "latch_debug_frames"
  /// `(frame) -> 1 or 0`: from now on expressions are evaluated in this frame of the newest level (`EvaluationOption.inFrame`); 0: there is none.
  public static let selectFrame = "latch_select_frame"
  /// `(length) -> EvaluationStatus`: leave the newest level and let its program go on, the expression that failed having the value of the text in the input buffer,
  /// which is evaluated in the selected frame. Without a text: after a break point or an interruption. The rest is as with `evaluate`, whose options count.
  public static let continueProgram = "latch_continue_program"
  /// `() -> EvaluationStatus`: leave the newest level; its program is given up, with the `after` procedures of each `dynamic-wind`.
  public static let abortLevel = "latch_abort_level"
  /// `(nameLength, isOn: i32) -> i32`: have calls of the named procedure stop before anything else is done in them, or no longer; 1, or 0 with the reason why not as
  /// output text.
  public static let setBreakPoint = "latch_set_break_point"
}

/// The result of `evaluate`.
public enum EvaluationStatus {
  public static let ok: Int32 = 0
  /// A Scheme error.
  public static let error: Int32 = 1
  /// With `EvaluationOption.interactive`: the text ends inside a datum; nothing was evaluated.
  public static let incomplete: Int32 = 2
  /// The program was interrupted.
  public static let interrupted: Int32 = 3
  /// With `EvaluationOption.eachForm`: a form has been evaluated, as with `ok`, and more follow (`evaluateNext`).
  public static let more: Int32 = 4
  /// With `setDebugging`: the program has come to a break point. The output text says to which.
  public static let stopped: Int32 = 5
}

/// What an exported procedure gives.
public enum ResultKind: Int32, Sendable {
  case none = 0
  case integer, double, text
}

/// Bits of `evaluate`'s options.
public enum EvaluationOption {
  /// A REPL's line: say `incomplete` instead of an error when more text could complete it; give the last result as output text.
  public static let interactive: Int32 = 1
  /// Give the last result as output text, a line for each of its values.
  public static let showResult: Int32 = 2
  /// With one of the above: bind each value that is shown to the next of the names `$1`, `$2` ...; the value's line starts with its name and a space.
  public static let nameResults: Int32 = 4
  /// Return after each form, so that its value is shown before the next one is evaluated.
  public static let eachForm: Int32 = 8
  /// Evaluate in the selected frame of the newest debug level, if there is one.
  public static let inFrame: Int32 = 16
  /// The bits above are the number of lines that come before the text where it comes from: lines are counted on from there.
  public static let linesBeforeShift: Int32 = 8
}

/// When closures are compiled.
public enum JITMode {
  /// Only on request (pull).
  public static let off: Int32 = 0
  /// When they are hot (push).
  public static let auto: Int32 = 1
  /// When they are made (push).
  public static let eager: Int32 = 2
}

/// Indices of the counters at `GuestExport.statistics`.
public enum Statistic: Int, CaseIterable {
  case collections, bytesAllocated, bytesLive, closuresRecorded, closuresCompiled, modulesGenerated, bytesGenerated
  /// Nanoseconds in the code generator.
  case generationNanoseconds
  /// Nanoseconds the program stood still for collections.
  case collectionNanoseconds
  /// Collections of everything, not of the nursery alone; `collections` counts both.
  case fullCollections
  case longestPauseNanoseconds
}

/// What an auxiliary module imports and exports.
///
/// It imports the guest's memory and table and nothing else, and exports nothing. Its start function is `patch`: it grows the table, copies
/// its functions in with `table.init` and stores their indices in the entry slots of the `Func`s that they implement. A custom section,
/// `metadata.code.compilation_priority`, says which of them are to be optimized at once, another one, `metadata.code.branch_hint`, which edges are
/// rarely taken.
public enum AuxiliaryModule {
  public static let importModule = "env"
  public static let memory = "memory"
  public static let table = "table"
}
