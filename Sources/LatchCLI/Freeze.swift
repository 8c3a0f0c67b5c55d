// `latch freeze FILE.scm`: a program as one WebAssembly module that any engine with WASI preview 1 runs.

import ArgumentParser
import SchemeHost

struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch freeze",
    abstract: "Write a Scheme program, compiled, as one WebAssembly module.",
    discussion: """
      The module imports functions of WASI preview 1 and nothing else; its `_start` runs the program. While freezing, the program's imports are \
      evaluated, and definitions of procedures and constants; nothing else of it runs, unless --main says what to start with.

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
    name: .customLong("run"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Evaluate this before freezing, after the definitions, or after the program with --main; may be repeated.", valueName: "form"))
  var forms: [String] = []

  @Flag(help: "Leave out the names of functions.")
  var strip = false

  @OptionGroup var options: SessionArguments

  @Argument(help: "The program's file; \"-\" is the standard input.")
  var file: String

  func validate() throws {
    if file == "-" && output == nil { throw ValidationError("a program from the standard input needs --output") }
    if let main, main.isEmpty || main.contains(where: { $0.isWhitespace || "()|\"';`,#".contains($0) }) {
      throw ValidationError("--main needs the name of a procedure")
    }
  }

  func run() throws {
    var settings = options.settings
    settings.jit = .off
    settings.stackBytes = SchemeOptions.portableStackBytes
    // The same wherever it is frozen.
    settings.heapLimit = options.heapLimit ?? 512
    try Interrupts.limitingProcess(to: settings.timeLimit) {
      let source = try ProgramFile.bytes(file)
      try ProgramFile.refuseWebAssembly(source, file)
      let session = try settings.makeSession(program: file)
      Interrupts.setTarget(session.interrupter)
      defer { Interrupts.setTarget(nil) }
      try withExtendedLifetime(session) {
        try reachFreezePoint(session, source)
        let frozen = try session.freeze(compiling: options.jit != .off, names: !strip)
        try System.writeFile(output ?? Self.moduleName(file), frozen.bytes)
        if settings.stats { Terminal.complain(StatisticsReport.text(of: session)) }
      }
    }
  }

  /// Brings the session to where the frozen program begins.
  private func reachFreezePoint(_ session: SchemeSession, _ source: [UInt8]) throws {
    let name = file == "-" ? "stdin" : file
    try check(session) {
      try source.withUnsafeBytes { try main == nil ? session.prepare($0, name: name) : session.evaluate($0, name: name) }
    }
    for form in forms { try check(session) { try session.evaluate(form, name: "--run") } }
    guard let main else { return }
    let test = "(if (not (procedure? \(main))) (error \"--main: not a procedure:\" \(main)))"
    try check(session) { try session.evaluate(test, name: "--main") }
    var call = "(let ((status (\(main) (command-line)))) (if (exact-integer? status) (exit status)))"
    try check(session) { try call.withUTF8 { try session.prepare(UnsafeRawBufferPointer($0), name: "--main") } }
  }

  /// Throws, and says why, unless an evaluation ends well.
  private func check(_ session: SchemeSession, _ evaluate: () throws -> Evaluation) throws {
    let evaluation = try Interrupts.notingTheEnd(of: options.timeLimit, evaluate)
    try session.flush()
    switch evaluation {
    case .error(let message):
      Terminal.report(message)
      throw SchemeFailure()
    case .interrupted:
      Terminal.complain("interrupted\n")
      throw SchemeFailure()
    case .value, .incomplete: break
    }
  }

  /// The file's name with another extension.
  private static func moduleName(_ file: String) -> String {
    let folder = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
    let base = file[folder...].lastIndex(of: ".").map { $0 == folder ? file.endIndex : $0 } ?? file.endIndex
    return file[..<base] + ".wasm"
  }
}
