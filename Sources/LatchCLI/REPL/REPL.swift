// The REPL: reads an expression, evaluates it, writes its value, again and again. On a terminal it has prompts and line editing. On a pipe it is silent,
// and errors make the exit code 1.

import SchemeHost

struct REPL {
  private let session: SchemeSession
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
    session = try settings.makeSession(input: isInteractive ? .standard : lines.input)
    state = REPLState(session, timeLimit: settings.timeLimit)
    try session.setArguments(["latch"])
    if settings.timeLimit > 0 { Interrupts.installTimer(session.interrupter) }
  }

  func run() throws {
    defer { if settings.stats { Terminal.complain(StatisticsReport.text(of: session)) } }
    if isInteractive { try runOnTerminal() } else { try runOnPipe() }
  }

  private func runOnTerminal() throws {
    Interrupts.install(session.interrupter)
    let session = session
    let editor = LineEditor { word in
      word.hasPrefix(":") ? REPLCommand.names(with: word) : (try? session.completions(of: word)) ?? []
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
    do {
      let evaluation = try Interrupts.within(settings.timeLimit) {
        try session.evaluate(
          text, name: isInteractive ? "repl" : "stdin", isInteractive ? options.union(.nameResults) : options)
      }
      if evaluation == .incomplete { return .incomplete }
      return try Results.show(evaluation, of: session, named: isInteractive) ? .done : .failed
    } catch let limit as TimeLimitExceeded {
      try complain(limit)
      return .failed
    }
  }

  private func perform(_ line: String) throws -> REPLCommand.Outcome {
    do {
      let outcome = try Interrupts.whileRunning { try REPLCommand.perform(line, state) }
      try session.flush()
      return outcome
    } catch let limit as TimeLimitExceeded {
      try complain(limit)
      return .failed
    }
  }

  private func complain(_ limit: TimeLimitExceeded) throws {
    try session.flush()
    Terminal.complain("\(limit)\n")
  }
}
