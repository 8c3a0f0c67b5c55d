// A Scheme session: one guest instance with its heap and its global definitions. Source text goes in, results and error messages come
// out; what the program writes goes to the session's `OutputSink`.
//
// A session belongs to one thread at a time. The exception is its `interrupter`, which may be used from anywhere.

import GuestABI
import WasmEngine

/// How a session is set up.
///
/// ```swift
/// var options = SchemeOptions()
/// options.heapLimit = 64                                  // MiB
/// options.capabilities.files.allow(directory: folder, writing: false)
/// options.output = OutputSink { stream, bytes in print(stream, String(decoding: bytes, as: UTF8.self)) }
/// let session = try SchemeSession(options)
/// ```
public struct SchemeOptions {
  /// When closures are compiled.
  public var jit = JITPolicy.auto
  /// How WebAssembly is compiled and run, that of the guest and of the modules that it generates.
  public var engine = EngineConfiguration()
  /// The most memory that the program may take, in MiB: all data, code, names and what the runtime needs to collect; 0 for no limit but the address space
  /// of the guest (4 GiB). Where there is a limit, generated code may take another `codeLimit` bytes of the process: when it does, procedures are interpreted until
  /// others are gone.
  public var heapLimit = 0
  /// See `heapLimit`.
  static let codeLimit = 32 << 20
  /// How many bytes of values the active procedures may hold; deeper recursion goes on in the heap.
  public var stackBytes = 8 << 20
  /// How much of its own stack the runtime may use where it recurs over a source text; nil: as much as the usual engine has.
  public var nativeBytes: Int?
  /// Where the program's output goes.
  public var output = OutputSink.standard
  /// Where the program's input comes from.
  public var input = InputSource.standard
  /// What the program may reach of the world outside: nothing unless it is given.
  public var capabilities = Capabilities.none
  /// Collect at every poll: slow, for tests.
  public var stressesCollector = false
  /// Another build of the guest, as wasm; nil for the built-in one.
  public var guest: [UInt8]?

  /// What `latch` does without options, but without files and environment.
  public init() {}
}

extension SchemeOptions {
  /// What active procedures may hold in a program that is to run on other engines: the smallest of their default stacks has room for as many procedures.
  public static var portableStackBytes: Int { 16 << 10 }
  /// The same for the runtime's own recursion.
  public static var portableNativeBytes: Int { 128 << 10 }
}

/// When closures are compiled to machine code.
///
/// ```swift
/// try session.setJITPolicy(.eager)
/// ```
public enum JITPolicy: String, CaseIterable, Sendable {
  /// Only on request.
  case off
  /// When they are hot.
  case auto
  /// When they are made.
  case eager

  var mode: Int32 {
    switch self {
    case .off: JITMode.off
    case .auto: JITMode.auto
    case .eager: JITMode.eager
    }
  }
}

/// How the evaluation of a text ended.
///
/// ```swift
/// switch try session.evaluate("(vector-ref (vector 1 2) 5)", name: "example", .showResult) {
/// case .value(let text): print(text)
/// case .error(let message): print(message)      // with the place, the source line and a caret
/// case .incomplete, .interrupted, .stopped: break
/// }
/// ```
public enum Evaluation: Equatable, Sendable {
  /// The last result as `write` shows it, a line for each of its values, if it was asked for and is worth showing.
  case value(String)
  /// A Scheme error: the whole message, with place, source line and caret.
  case error(String)
  /// The text ends inside a datum (interactive evaluation only); nothing was evaluated.
  case incomplete
  /// An interruption or a time limit ended it; the session can go on.
  case interrupted
  /// The program has come to a break point (with `setDebugging`): which, with what arguments, and its place.
  case stopped(String)
}

/// What an evaluation is for.
///
/// ```swift
/// print(try session.evaluate("(values 1 2)", name: "example", [.showResult, .nameResults]))   // value("$1 1\n$2 2")
/// ```
public struct EvaluationOptions: OptionSet, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Give the last result.
  public static let showResult = EvaluationOptions(rawValue: EvaluationOption.showResult)
  /// A REPL's input: give the last result, and say when the text is incomplete.
  public static let interactive = EvaluationOptions(rawValue: EvaluationOption.interactive)
  /// Bind each value that is shown to the next of the names `$1`, `$2` ...; its line of the result starts with its name and a space.
  public static let nameResults = EvaluationOptions(rawValue: EvaluationOption.nameResults)
  /// Evaluate in the selected frame of the newest debug level, if there is one.
  public static let inFrame = EvaluationOptions(rawValue: EvaluationOption.inFrame)
}

/// A running Scheme.
///
/// ```swift
/// let session = try SchemeSession()
/// _ = try session.evaluate("(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))", name: "fact.scm")
/// print(try session.evaluate("(fact 20)", name: "example", .showResult))       // value("2432902008176640000")
/// let result = try session.withTimeLimit(.seconds(1)) { try session.evaluate("(let loop () (loop))", name: "example") }
/// print(result)                                                                // interrupted
/// ```
public final class SchemeSession {
  let store: Store
  let instance: Instance
  let memory: Memory
  let guest: GuestFunctions
  let services: HostServices
  /// The guest's stack of compiled code.
  private let stackPointer: Global
  let runtimeState: Int
  private var isLost = false
  /// The guest is not the one that was built in.
  private(set) var isOtherGuest = false
  /// Stops a running program.
  public let interrupter: Interrupter

  /// Starts a guest. Throws what the engine throws when there is no memory for it.
  public convenience init(_ options: SchemeOptions = SchemeOptions()) throws {
    try self.init(options, module: options.guest.map { try Guest.load($0, options.engine) } ?? Guest.module(options.engine))
    isOtherGuest = options.guest != nil
    if let bytes = options.nativeBytes { try guest.setNativeStack(Int32(clamping: bytes)) }
    let status: Int32 = try guest.initialize(Int32(clamping: options.stackBytes), Int32(clamping: options.heapLimit))
    guard status == EvaluationStatus.ok else {
      let pointer: UInt32 = try guest.outputPointer()
      let length: UInt32 = try guest.outputLength()
      throw GuestError(length == 0 ? "the heap limit is too small" : try memory.readString(at: Int(pointer), count: Int(length)))
    }
    try begin(options)
  }

  /// A copy of another session, which has started its guest.
  convenience init(_ template: SchemeTemplate, _ options: SchemeOptions) throws {
    try self.init(options, module: template.module, template)
    try guest.setHeapLimit(Int32(clamping: options.heapLimit))
    try begin(options)
  }

  /// A guest that has not been called yet.
  private init(_ options: SchemeOptions, module: Module, _ template: SchemeTemplate? = nil) throws {
    store = Store(module.engine)
    services = HostServices(options, lastHandle: template?.lastHandle ?? 0)
    let imports = services.imports(store)
    if let externs = template?.externs(imports) ?? ImportOrder(module, imports).externs(imports) {
      instance = try Instance(module, externs: externs, in: store)
    } else {
      var named = Imports()
      for item in imports { named.define(WasmName(item.module), WasmName(item.name), item.function) }
      instance = try Instance(module, imports: named, in: store)
    }
    guard let memory = instance.memory(WasmName(GuestExport.memory)) else { throw GuestError("the guest has no memory") }
    self.memory = memory
    services.memory = memory
    services.table = instance.table(WasmName(GuestExport.table))
    try services.linker?.attach(instance)
    guest = try GuestFunctions(instance, template?.functions.withLock { $0 })
    let indices = guest.indices
    template?.functions.withLock { if $0 == nil { $0 = indices } }
    guard let stackPointer = instance.global(WasmName(GuestExport.stackPointer)) else { throw GuestError("the guest has no stack pointer") }
    self.stackPointer = stackPointer
    self.runtimeState = try template?.runtimeState ?? Int(guest.runtimeState(as: UInt32.self))
    interrupter = try Interrupter(stateOffset: self.runtimeState, memory, store.interruptHandle)
    services.interrupter = interrupter
    services.collections = CollectionTrace(store.engine, memory, state: runtimeState)
  }

  private func begin(_ options: SchemeOptions) throws {
    try setJITPolicy(options.jit)
    if options.stressesCollector { try guest.setCollectorStress(Int32(1)) }
  }

  /// Evaluates all forms of a source text. `name` is what error messages call it.
  ///
  /// Throws `ProgramExit`, `OutputError`, `SessionLost`, or a `Trap` (a bug of the guest or of the code generator, after which the session is unusable).
  public func evaluate(
    _ source: UnsafeRawBufferPointer, name: String, _ options: EvaluationOptions = []
  ) throws -> Evaluation {
    let status = try beginEvaluation(source, name: name, options.rawValue)
    return try evaluation(status)
  }

  /// Evaluates the forms of a source text, and gives `show` the result of each, after what the form wrote and before the next one is evaluated. The evaluation
  /// ends with the first form that has no value; the value of the whole is empty.
  ///
  /// `linesBefore` is the number of lines that come before the text where it comes from: error messages count from there. Throws what `evaluate` and `show` throw.
  public func evaluate(
    _ source: String, name: String, linesBefore: Int = 0, _ options: EvaluationOptions, show: (String) throws -> Void
  ) throws -> Evaluation {
    var source = source
    let bits = options.rawValue | EvaluationOption.eachForm | Int32(clamping: linesBefore & 0x7F_FFFF) << EvaluationOption.linesBeforeShift
    return try finishEvaluation(source.withUTF8 { try beginEvaluation(UnsafeRawBufferPointer($0), name: name, bits) }, show: show)
  }

  /// Evaluates what is left of a text after a form with a status.
  func finishEvaluation(_ first: Int32?, show: (String) throws -> Void) throws -> Evaluation {
    var status = first
    while status == EvaluationStatus.more {
      let text = try outputText()
      if !text.isEmpty { try show(text) }
      status = try running { try guest.evaluateNext(as: Int32.self) }
    }
    return try evaluation(status)
  }

  /// Calls `body`, and ends what it evaluates in this session when `limit` has passed: that is `.interrupted` then, or throws `SessionLost` if the session could not be
  /// left as it was. Other sessions go on. Throws `ResourceError` when there is no timer to be had.
  public func withTimeLimit<Value>(_ limit: Duration, _ body: () throws -> Value) throws -> Value { try store.withTimeLimit(limit, body) }

  /// The status; nil if the guest was ended from outside.
  private func beginEvaluation(_ source: UnsafeRawBufferPointer, name: String, _ options: Int32) throws -> Int32? {
    var name = name
    let nameLength = try name.withUTF8 { try putInput(UnsafeRawBufferPointer($0), source) }
    return try running { try guest.evaluate(Int32(nameLength), Int32(source.count), options, as: Int32.self) }
  }

  func evaluation(_ status: Int32?) throws -> Evaluation {
    // What the program wrote before it was ended has not been written out.
    if status == nil { try flush() }
    switch status ?? EvaluationStatus.interrupted {
    case EvaluationStatus.ok: return .value(try outputText())
    case EvaluationStatus.incomplete: return .incomplete
    case EvaluationStatus.interrupted: return .interrupted
    case EvaluationStatus.stopped: return .stopped(try outputText())
    default: return .error(try outputText())
    }
  }

  /// As above, for text at hand.
  public func evaluate(_ source: String, name: String, _ options: EvaluationOptions = []) throws -> Evaluation {
    var source = source
    return try source.withUTF8 { try evaluate(UnsafeRawBufferPointer($0), name: name, options) }
  }

  /// The name of the program and its arguments, for `command-line`.
  public func setArguments(_ arguments: [String]) throws { try guest.setArguments(putInput(endedByNUL: arguments)) }

  /// The folders in which files of libraries are looked for after the program's own. What the program may not reach is not found there either.
  public func setLibraryPath(_ folders: [String]) throws { try guest.setLibraryPath(putInput(endedByNUL: folders)) }

  /// Writes what the guest has buffered of the program's output.
  public func flush() throws { _ = try running { try guest.flush() } }

  /// Bound names and keywords that start with a prefix, sorted.
  public func completions(of prefix: String) throws -> [String] {
    var prefix = prefix
    let length = try prefix.withUTF8 {
      try putInput(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(start: nil, count: 0))
    }
    if try running({ try guest.completions(Int32(length), as: Int32.self) }) == nil { return [] }
    return try outputText().split(separator: "\n").map(String.init)
  }

  /// What the forms of a text expand to, a line each.
  public func expansion(of text: String) throws -> Result<String, GuestError> {
    let length = try putInput(text)
    guard let status = try running({ try guest.expand(length, as: Int32.self) }) else { return .failure(GuestError("interrupted")) }
    let output = try outputText()
    return status == EvaluationStatus.ok ? .success(output) : .failure(GuestError(output))
  }

  /// What a name stands for: a line, and after it what its definition says of it, if anything; nil for a name that is nothing.
  public func description(of name: String) throws -> String? {
    let count = try putInput(name)
    let length = try running { try guest.describe(count, as: Int32.self) } ?? 0
    return length == 0 ? nil : try outputText()
  }

  /// The definition of a name, as it was written; nil where there is none to show.
  public func sourceText(of name: String) throws -> String? {
    let count = try putInput(name)
    let length = try running { try guest.sourceText(count, as: Int32.self) } ?? 0
    return length == 0 ? nil : try outputText()
  }

  /// Calls the guest. When the call was ended from outside (`Interrupter.end`) and the guest can go on: nil. Throws `SessionLost` when it cannot.
  func running<Result>(_ body: () throws -> Result) throws -> Result? {
    if isLost { throw GuestError("the session was lost") }
    defer { services.collections?.update() }
    let stack = stackPointer.value
    do {
      return try body()
    } catch let trap as Trap {
      guard trap.reason == .interrupted || trap.reason == .timeLimitExceeded else {
        guard let words = try lastWords() else { throw trap }
        isLost = true
        throw SessionLost(wasInterrupted: false, description: words)
      }
      guard !interrupter.isBusy else {
        isLost = true
        throw SessionLost(wasInterrupted: true, description: "the program was ended where the session cannot go on")
      }
      try stackPointer.set(stack)
      do {
        try guest.recover()
      } catch {
        isLost = true
        throw SessionLost(wasInterrupted: true, description: "the program was ended again before the session could go on")
      }
      return nil
    } catch {
      try stackPointer.set(stack)
      throw error
    }
  }

  /// Why the guest trapped by itself, if it knows.
  private func lastWords() throws -> String? {
    let pointer = try memory.load(at: runtimeState + RuntimeStateLayout.lastWords, as: UInt32.self)
    let count = try memory.load(at: runtimeState + RuntimeStateLayout.lastWordsCount, as: UInt32.self)
    return pointer == 0 ? nil : try memory.readString(at: Int(pointer), count: Int(count))
  }

  /// Libraries that came from files are read again when they are next imported.
  public func forgetLibraries() throws { try guest.forgetLibraries() }

  private func putInput(endedByNUL texts: [String]) throws -> Int32 {
    var bytes: [UInt8] = []
    for text in texts { bytes += Array(text.utf8) + [0] }
    return Int32(try bytes.withUnsafeBytes { try putInput($0, UnsafeRawBufferPointer(start: nil, count: 0)) })
  }

  func putInput(_ text: String) throws -> Int32 {
    var text = text
    let length = try text.withUTF8 {
      try putInput(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return Int32(length)
  }

  /// Copies two pieces of text into the guest's input buffer, one after the other. Returns the length of the first.
  func putInput(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) throws -> Int {
    let count = first.count + second.count
    guard count < Int(Int32.max) else { throw GuestError("the text is too long") }
    let pointer: UInt32 = try guest.inputBuffer(Int32(count))
    guard count == 0 || pointer != 0 else { throw GuestError("out of memory: no room for a text of \(count) bytes") }
    let target = try memory.address(of: Int(pointer), count: count)
    if let start = first.baseAddress { target.copyMemory(from: start, byteCount: first.count) }
    if let start = second.baseAddress { (target + first.count).copyMemory(from: start, byteCount: second.count) }
    return first.count
  }

  /// Where the output of the last call lies in the guest's memory.
  func outputRange() throws -> (pointer: Int, length: Int) {
    let pointer: UInt32 = try guest.outputPointer()
    let length: UInt32 = try guest.outputLength()
    return (Int(pointer), Int(length))
  }

  func outputText() throws -> String {
    let (pointer, length) = try outputRange()
    return try memory.readString(at: pointer, count: length)
  }
}
