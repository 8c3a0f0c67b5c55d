// The REPL: reads an expression, evaluates it, writes its value, again and again. On a terminal it has prompts and line editing. On a pipe it is silent,
// and errors make the exit code 1.

import SchemeHost

struct REPL {
  private let state: REPLState
  private let settings: SessionSettings
  private let isInteractive: Bool
  private let lines = PipeLines()

  /// Text of an expression that is not complete yet.
  private struct Pending {
    var text = ""
    private var openForms = OpenForms()

    mutating func add(_ line: String) {
      text += text.isEmpty ? line : "\n" + line
      openForms.scan(line)
    }

    var isOpen: Bool { openForms.isOpen }
  }

  init(_ settings: SessionSettings) throws {
    self.settings = settings
    isInteractive = System.isTerminal(System.standardInput)
    let input = isInteractive ? InputSource.standard : lines.input
    state = try REPLState(timeLimit: settings.timeLimit) {
      let session = try settings.makeSession(input: input)
      try session.setArguments(["latch"])
      return session
    }
  }

  func run() throws {
    defer { if settings.stats { Terminal.complain(StatisticsReport.text(of: state.session)) } }
    if isInteractive { try runOnTerminal() } else { try runOnPipe() }
  }

  private func runOnTerminal() throws {
    Interrupts.install()
    let state = state
    let editor = LineEditor { word in
      word.hasPrefix(":") ? REPLCommand.names(with: word) : (try? state.session.completions(of: word)) ?? []
    }
    try Terminal.write("\(Latch.configuration.version). :help lists the commands, Ctrl-D leaves.\n")
    var pending = Pending()
    while true {
      switch editor.readLine(prompt: pending.text.isEmpty ? "latch> " : "  ...> ") {
      case .end:
        try Terminal.write("\n")
        return
      case .interrupted:
        pending = Pending()
      case .line(let line):
        if pending.text.isEmpty && line.hasPrefix(":") {
          editor.remember(line)
          if try perform(line) == .quit { return }
          continue
        }
        pending.add(line)
        if pending.isOpen { continue }
        let outcome = try Interrupts.whileRunning { try evaluate(pending.text) }
        if outcome != .incomplete {
          editor.remember(pending.text)
          pending = Pending()
        }
      }
    }
  }

  private func runOnPipe() throws {
    var pending = Pending()
    var failed = false
    while case .line(let line) = try lines.next() {
      if pending.text.isEmpty && line.hasPrefix(":") {
        switch try perform(line) {
        case .quit: return try finish(failed)
        case .failed: failed = true
        case .done: break
        }
        continue
      }
      pending.add(line)
      if pending.isOpen { continue }
      switch try evaluate(pending.text) {
      case .incomplete: continue
      case .failed: failed = true
      case .done: break
      }
      pending = Pending()
    }
    if !pending.text.isEmpty {
      // The end of input: now an incomplete expression is an error.
      try failed = evaluate(pending.text, .showResult) != .done || failed
    }
    try finish(failed)
  }

  private func finish(_ failed: Bool) throws {
    if failed { throw SchemeFailure() }
  }

  private enum Outcome { case done, failed, incomplete }

  private func evaluate(_ text: String, _ options: EvaluationOptions = .interactive) throws -> Outcome {
    try complaining {
      let evaluation = try Interrupts.within(settings.timeLimit) {
        try state.session.evaluate(
          text, name: isInteractive ? "repl" : "stdin", isInteractive ? options.union(.nameResults) : options)
      }
      if evaluation == .incomplete { return .incomplete }
      return try Results.show(evaluation, of: state.session, named: isInteractive) ? .done : .failed
    } ?? .failed
  }

  private func perform(_ line: String) throws -> REPLCommand.Outcome {
    try complaining {
      let outcome = try Interrupts.whileRunning { try REPLCommand.perform(line, state) }
      try state.session.flush()
      return outcome
    } ?? .failed
  }

  /// Says why a program was ended; nil if it was. A session that is lost by that is replaced by a new one.
  private func complaining<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let limit as TimeLimitExceeded {
      try state.session.flush()
      Terminal.complain("\(limit)\n")
    } catch let loss as SessionLost {
      Terminal.complain("\(loss); the session starts anew, and what was defined is gone\n")
      try state.startAnew()
    }
    return nil
  }
}
