// `latch freeze FILE.scm`: a program as one WebAssembly module that any engine with WASI preview 1 runs.

import ArgumentParser
import SchemeHost

struct Freeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch freeze",
    abstract: "Write a Scheme program, compiled, as one WebAssembly module.",
    discussion: """
      The module imports functions of WASI preview 1 and nothing else; its `_start` runs the program. While freezing, the program's imports are \
      evaluated and its procedures are compiled; nothing else of it runs.

      Exit codes: 0; 1 for an error in the program or a file that cannot be read or written; 2 for wrong usage; 124 when the time limit ended it.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The module's file. (default: FILE with .wasm in place of its extension)", valueName: "file"))
  var output: String?

  @Flag(help: "Leave out the names of functions.")
  var strip = false

  @OptionGroup var options: SessionArguments

  @Argument(help: "The program's file; \"-\" is the standard input.")
  var file: String

  func validate() throws {
    if file == "-" && output == nil { throw ValidationError("a program from the standard input needs --output") }
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
        let preparation = try Interrupts.notingTheEnd(of: settings.timeLimit) {
          try source.withUnsafeBytes { try session.prepare($0, name: file == "-" ? "stdin" : file) }
        }
        try check(preparation)
        let frozen = try session.freeze(compiling: options.jit != .off, names: !strip)
        try System.writeFile(output ?? Self.moduleName(file), frozen.bytes)
        if settings.stats { Terminal.complain(StatisticsReport.text(of: session)) }
      }
    }
  }

  private func check(_ preparation: Evaluation) throws {
    switch preparation {
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
