// Running without the REPL: a file, the standard input as a program, or expressions from the command line. The time limit is that of the whole, reading
// the file and writing the result included.

import SchemeHost

struct Batch {
  let settings: SessionSettings

  init(_ settings: SessionSettings) { self.settings = settings }

  /// Runs the program in a file, "-" being the standard input.
  func run(_ file: String, arguments: [String]) throws {
    try Interrupts.limitingProcess(to: settings.timeLimit) {
      let source = try ProgramFile.scheme(file, for: settings)
      try ProgramFile.refuseWebAssembly(source, file)
      try settings.withSession(arguments, program: file) { session in
        let evaluation = try Interrupts.notingTheEnd(of: settings.timeLimit) {
          try source.withUnsafeBytes { try session.evaluate($0, name: file == "-" ? "stdin" : file) }
        }
        try finish(evaluation, session)
      }
    }
  }

  /// Evaluates expressions one after the other and writes the value of each that has one worth showing.
  func evaluate(_ expressions: [String], arguments: [String]) throws {
    try Interrupts.limitingProcess(to: settings.timeLimit) {
      try settings.withSession(["latch"] + arguments) { session in
        for expression in expressions {
          let evaluation = try Interrupts.notingTheEnd(of: settings.timeLimit) {
            try session.evaluate(expression, name: "-e", .showResult) { try Terminal.write($0 + "\n") }
          }
          try finish(evaluation, session)
        }
      }
    }
  }

  private func finish(_ evaluation: Evaluation, _ session: SchemeSession) throws {
    let text = try Self.value(evaluation, session)
    if !text.isEmpty { try Terminal.write(text + "\n") }
  }

  /// What is to be shown of the value. Throws unless there is one, and says why.
  static func value(_ evaluation: Evaluation, _ session: SchemeSession) throws -> String {
    try session.flush()
    switch evaluation {
    case .value(let text): return text
    case .error(let message): ErrorReport.show(message)
    case .interrupted, .stopped: Terminal.complain("interrupted\n")
    case .incomplete: break
    }
    throw SchemeFailure()
  }
}
