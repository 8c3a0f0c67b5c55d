// `latch freeze FILE.scm`: a program as one WebAssembly module that any engine with WASI preview 1 runs.

import ArgumentParser
import SchemeHost

struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch freeze",
    abstract: "Write a Scheme program, compiled, as one WebAssembly module.",
    discussion: """
      The module imports functions of WASI preview 1 and nothing else; its `_start` runs the program. While freezing, the program's imports are \
      evaluated, and definitions of procedures and constants; nothing else of it runs, unless it calls `(freeze)`, where the module goes on, or --main \
      or --export says what to start with.

      Exit codes: 0; 1 for an error in the program or a file that cannot be read or written; 2 for wrong usage; 124 when the time limit ended it.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The module's file. (default: FILE with .wasm in place of its extension)", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Run the whole program now; the module calls this procedure with the command line. An integer that it returns is the exit code.",
      valueName: "name"))
  var main: String?

  @Option(
    name: .customLong("export"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Run the whole program now; the module exports this procedure as a function. With types: \"NAME(i64,f64,text)->i64=PROCEDURE\"; may be repeated.",
      valueName: "name=procedure"),
    transform: { text in
      do { return try ExportedProcedure(text) } catch { throw ValidationError("--export: \(error)") }
    })
  var exports: [ExportedProcedure] = []

  @Option(
    repeated: "form", name: "run",
    "Evaluate this before freezing, after the definitions, or after the program with --main or --export; may be repeated.")
  var forms: [String] = []

  @Option(
    repeated: "form", name: "profile",
    "Evaluate this in a copy of the program, for the types that operations meet; code is made for them. Nothing else of the copy is kept; may be repeated."
  )
  var profiles: [String] = []

  @Option(
    name: .customLong("guest"),
    help: ArgumentHelp("Freeze this WebAssembly program instead, with all modules that were late-linked to it, after the calls.", valueName: "file"))
  var program: String?

  @Option(
    repeated: "export", name: "call",
    "With --guest: call this export first, with arguments after \"=\" and commas between them; may be repeated.")
  var calls: [String] = []

  @Option(
    repeated: "import", name: "import",
    "With --guest: what stands in for an import, as for `latch run`; the module imports it, too.")
  var imports: [HostImport] = []

  @Flag(help: "The bindings that there are can be neither defined nor assigned any more: an error. Calls of procedures become direct.")
  var seal = false

  @Flag(help: "Import late linking: a host that has it compiles what the program defines when it runs.")
  var keepJIT = false

  @Flag(help: "Leave out the names of functions.")
  var strip = false

  @OptionGroup var options: SessionArguments

  @Argument(help: "The program's file; \"-\" is the standard input.")
  var file: String?

  func validate() throws {
    if let program, let file { throw ValidationError("--guest \(program) is the program that is frozen; leave out \(file)") }
    if program == nil && file == nil { throw ValidationError("freeze needs a program's file, or --guest") }
    if program == nil && !(calls.isEmpty && imports.isEmpty) { throw ValidationError("--call and --import need --guest") }
    if program != nil && (main != nil || !forms.isEmpty || !exports.isEmpty || !profiles.isEmpty || seal || keepJIT) {
      throw ValidationError("--main, --export, --run, --profile, --seal and --keep-jit are for Scheme programs, not for --guest")
    }
    if main != nil && !exports.isEmpty {
      throw ValidationError("--main and --export exclude each other: a module is started, or its functions are called")
    }
    for (index, export) in exports.enumerated() where exports[..<index].contains(where: { $0.name == export.name }) {
      throw ValidationError("--export gives the name \(export.name) twice")
    }
    if keepJIT && options.jit == .off { throw ValidationError("--keep-jit and --jit off exclude each other") }
    if program != nil && output == nil { throw ValidationError("--guest needs --output") }
    if file == "-" && output == nil { throw ValidationError("a program from the standard input needs --output") }
    if let main, main.isEmpty || main.contains(where: { $0.isWhitespace || "()|\"';`,#".contains($0) }) {
      throw ValidationError("--main needs the name of a procedure")
    }
  }

  func run() throws {
    if let program { return try freeze(guest: program) }
    guard let file else { return }
    var settings = options.settings
    settings.jit = .off
    settings.stackBytes = SchemeOptions.portableStackBytes
    // The same wherever it is frozen.
    settings.heapLimit = options.heapLimit ?? 512
    try Interrupts.limitingProcess(to: settings.timeLimit) {
      let source = try ProgramFile.text(file, for: settings)
      try ProgramFile.refuseWebAssembly(source, file)
      let session = try settings.makeSession(program: file)
      Interrupts.setTarget(session.interrupter)
      defer { Interrupts.setTarget(nil) }
      let progress = Progress(count: 3)
      try withExtendedLifetime(session) {
        try reachFreezePoint(session, source, name: file == "-" ? "stdin" : file)
        try profile(session, settings, program: file)
        progress.show(1, "evaluated; compiling and linking")
        var freezing = FreezeOptions()
        freezing.compiles = options.jit != .off
        freezing.seals = seal
        freezing.keepsCompiler = keepJIT
        freezing.keepsNames = !strip
        freezing.exports = exports
        let frozen = try session.freeze(freezing)
        progress.clear()
        try System.writeFile(output ?? Self.moduleName(file), frozen.bytes)
        if settings.stats { Terminal.complain(StatisticsReport.text(of: session)) }
      }
    }
  }

  private func freeze(guest: String) throws {
    Interrupts.endProcess(after: options.timeLimit)
    let freezing = GuestFreezing(file: guest, calls: calls, imports: imports, keepsNames: !strip, engine: options.settings.engine)
    try System.writeFile(output!, freezing.module())
  }

  /// Brings the session to where the frozen program begins.
  private func reachFreezePoint(_ session: SchemeSession, _ source: [UInt8], name: String) throws {
    let runsNow = main != nil || !exports.isEmpty
    try check(session) {
      try source.withUnsafeBytes { try runsNow ? session.evaluate($0, name: name) : session.prepare($0, name: name) }
    }
    if try !runsNow && session.mentionsFreeze() {
      var hasEnded = false
      try check(session) {
        let evaluation = try session.runToFreeze()
        hasEnded = evaluation == .incomplete
        return hasEnded ? .value("") : evaluation
      }
      if hasEnded { throw ProgramError(description: "\(name): the program has ended without calling (freeze)") }
    }
    for form in forms { try check(session) { try session.evaluate(form, name: "--run") } }
    guard let main else { return }
    guard case .value("#t") = try session.evaluate("(procedure? \(main))", name: "--main", .showResult) else {
      throw ProgramError(description: "--main: there is no procedure \(main)")
    }
    var call = "(let ((status (\(main) (command-line)))) (if (exact-integer? status) (exit status)))"
    try check(session) { try call.withUTF8 { try session.prepare(UnsafeRawBufferPointer($0), name: "--main") } }
  }

  /// Warms up a copy.
  private func profile(_ session: SchemeSession, _ settings: SessionSettings, program: String) throws {
    if profiles.isEmpty { return }
    try session.profile(settings.schemeOptions(program: program)) { copy in
      Interrupts.setTarget(copy.interrupter)
      defer { Interrupts.setTarget(session.interrupter) }
      for form in profiles { try check(copy) { try copy.evaluate(form, name: "--profile") } }
    }
  }

  /// Throws, and says why, unless an evaluation ends well.
  private func check(_ session: SchemeSession, _ evaluate: () throws -> Evaluation) throws {
    do {
      _ = try Batch.value(Interrupts.notingTheEnd(of: options.timeLimit, evaluate), session)
    } catch let exit as ProgramExit {
      throw ProgramError(description: "the program ended with code \(exit.code) while it was frozen")
    }
  }

  /// The file's name with another extension.
  private static func moduleName(_ file: String) -> String {
    let folder = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
    let base = file[folder...].lastIndex(of: ".").map { $0 == folder ? file.endIndex : $0 } ?? file.endIndex
    return file[..<base] + ".wasm"
  }
}
