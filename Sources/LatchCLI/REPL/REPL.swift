// The REPL: reads an expression, evaluates it, writes its value, again and again. On a terminal it has prompts and line editing. On a pipe it is silent,
// and errors make the exit code 1.

import SchemeHost

/// What errors call the input that is evaluated: inputs are numbered on a terminal; a pipe has lines.
private struct InputPlace {
  var name: String
  var linesBefore = 0
}

struct REPL {
  private let state: REPLState
  private let settings: SessionSettings
  private let isInteractive: Bool
  private let lines: PipeLines

  init(_ settings: SessionSettings) throws {
    self.settings = settings
    isInteractive = System.isTerminal(System.standardInput)
    lines = PipeLines(longest: settings.largestText)
    let input = isInteractive ? InputSource.standard : lines.input
    let isInteractive = isInteractive
    state = try REPLState(settings, isInteractive: isInteractive) {
      let session = try settings.makeSession(input: input)
      if isInteractive { try session.setDebugging(true) }
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
    let editor = LineEditor { Completion.of($1, after: $0, in: state.session) }
    try Terminal.write("\(Latch.configuration.version). :help lists the commands, Ctrl-D leaves.\n")
    var entry = Entry()
    var number = 1
    while true {
      let prompt = state.debugLevel == 0 ? "latch> " : "[\(state.debugLevel)] latch> "
      switch editor.readLine(prompt: entry.isEmpty ? prompt : "  ...> ") {
      case .closed: return
      case .end:
        if entry.isEmpty {
          if state.debugLevel == 0 { return }
          _ = try perform(Entry(":abort"), InputPlace(name: "repl"))
          continue
        }
        try Terminal.write("; not complete yet: Ctrl-C gives it up\n")
      case .interrupted:
        entry = Entry()
      case .line(let line):
        var rest: String? = line
        while let lines = rest {
          rest = entry.add(lines)
          if entry.isOpen { continue }
          let place = InputPlace(name: "repl-\(number)")
          let outcome = try Interrupts.whileRunning { try perform(entry, place) }
          if outcome == .quit { return editor.remember(entry.text) }
          if outcome == .incomplete { continue }
          editor.remember(entry.text)
          if !entry.isCommand { number += 1 }
          entry = Entry()
        }
      }
    }
  }

  private func runOnPipe() throws {
    var entry = Entry()
    var place = InputPlace(name: "stdin")
    var failed = false
    while case .line(let line) = try lines.next() {
      if entry.isEmpty { place.linesBefore = lines.count - 1 }
      _ = entry.add(line)
      if entry.text.utf8.count > settings.largestText { throw PipeLines.tooLong(settings.largestText) }
      if entry.isOpen { continue }
      switch try perform(entry, place) {
      case .quit: return try finish(failed)
      case .incomplete: continue
      case .failed: failed = true
      case .done: break
      }
      entry = Entry()
    }
    if !entry.isEmpty {
      // The end of input: now an incomplete expression is an error.
      try failed = (entry.isCommand ? perform(entry, place) : evaluate(entry.text, place, .showResult)) != .done || failed
    }
    try finish(failed)
  }

  private func finish(_ failed: Bool) throws {
    if failed { throw SchemeFailure() }
  }

  private func perform(_ entry: Entry, _ place: InputPlace) throws -> REPLCommand.Outcome {
    let outcome = try performAnyhow(entry, place)
    if isInteractive { try state.noteDebugLevel() }
    return outcome
  }

  private func performAnyhow(_ entry: Entry, _ place: InputPlace) throws -> REPLCommand.Outcome {
    guard entry.isCommand else { return try evaluate(entry.text, place, .interactive) }
    return try complaining {
      let outcome = try Interrupts.whileRunning { try REPLCommand.perform(entry.text, state) }
      try state.session.flush()
      return outcome
    } ?? .failed
  }

  private func evaluate(_ text: String, _ place: InputPlace, _ options: EvaluationOptions) throws -> REPLCommand.Outcome {
    try complaining {
      let closures = isInteractive ? try state.session.recordedClosures() : []
      let start = monotonicNanoseconds()
      let evaluation = try Interrupts.within(settings.timeLimit) {
        try state.session.evaluate(
          text, name: place.name, linesBefore: place.linesBefore, isInteractive ? options.union([.nameResults, .inFrame]) : options
        ) { try Results.write($0, named: isInteractive) }
      }
      let nanoseconds = monotonicNanoseconds() - start
      if evaluation == .incomplete { return .incomplete }
      guard try Results.show(evaluation, of: state.session) else { return .failed }
      if isInteractive, let note = state.speedUps.note(text, nanoseconds, before: closures, after: try state.session.recordedClosures()) {
        Terminal.complain(note + "\n")
      }
      return .done
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
