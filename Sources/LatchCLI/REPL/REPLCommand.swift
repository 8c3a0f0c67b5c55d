// The REPL's commands: lines that start with a colon. One row each, read by `:help`, by completion and by whoever performs them.

import SchemeHost

/// What the commands work on.
final class REPLState {
  private(set) var session: SchemeSession
  private let makeSession: () throws -> SchemeSession
  let settings: SessionSettings
  /// Seconds that an evaluation may take; 0 is for ever.
  var timeLimit: Double { settings.timeLimit }
  /// The file that `:load` loaded last.
  var loadedFile: String?
  /// The procedures that `:trace` shows, and those with break points.
  var traced: [String] = []
  var breakPoints: [String] = []
  /// What interpreted inputs took.
  var speedUps = SpeedUps()
  /// There is a terminal, and so there are debug levels.
  let isInteractive: Bool
  /// The selected frames of the debug levels.
  private var selectedFrames: [Int] = []
  var debugLevel: Int { selectedFrames.count }
  /// That of the newest level.
  var selectedFrame: Int {
    get { selectedFrames.last ?? 0 }
    set { if !selectedFrames.isEmpty { selectedFrames[selectedFrames.count - 1] = newValue } }
  }

  init(_ settings: SessionSettings, isInteractive: Bool, _ makeSession: @escaping () throws -> SchemeSession) throws {
    self.makeSession = makeSession
    self.settings = settings
    self.isInteractive = isInteractive
    session = try makeSession()
    Interrupts.setTarget(session.interrupter)
  }

  /// Replaces a session that is lost.
  func startAnew() throws {
    Interrupts.setTarget(nil)
    session = try makeSession()
    traced = []
    breakPoints = []
    speedUps = SpeedUps()
    Interrupts.setTarget(session.interrupter)
  }

  /// After anything that may have left the newest debug level, or made one.
  func noteDebugLevel() throws {
    let level = try session.debugLevels
    if level > debugLevel { Terminal.complain("; debug level \(level) (:bt, :frame N, :continue [VALUE], :abort)\n") }
    while debugLevel > level { selectedFrames.removeLast() }
    while debugLevel < level { selectedFrames.append(0) }
  }

  /// The newest level has been left, whether or not there is another one in its place.
  func noteLeftLevel() { _ = selectedFrames.popLast() }
}

struct REPLCommand {
  enum Outcome {
    case done, failed, quit
    /// More has to be typed; nothing was done.
    case incomplete
  }

  let name: String
  let argument: String
  /// What is said when the argument is missing; nil where none is needed.
  let demand: String?
  let help: String
  let action: (_ argument: String, _ state: REPLState) throws -> Outcome

  init(
    _ name: String, _ argument: String = "", demand: String? = nil, _ help: String,
    _ action: @escaping (_ argument: String, _ state: REPLState) throws -> Outcome
  ) {
    self.name = name
    self.argument = argument
    self.demand = demand
    self.help = help
    self.action = action
  }

  static var all: [REPLCommand] {
    [
      REPLCommand(":jit", "[off|auto|eager]", "compile and link everything recorded so far; or say when to compile", jit),
      REPLCommand(":closures", "", "list the recorded closures", closures),
      REPLCommand(":wat", "NAME", demand: "name a procedure", "show the WebAssembly generated for a procedure", wat),
      REPLCommand(":disassemble", "NAME", demand: "name a procedure", "show the machine code generated for a procedure", disassemble),
      REPLCommand(":time", "EXPR", demand: "give an expression", "evaluate and say how long it took", time),
      REPLCommand(":profile", "EXPR", demand: "give an expression", "evaluate and say in which procedures the time was spent", profile),
      REPLCommand(":expand", "EXPR", demand: "give an expression", "show what an expression means in core forms", expand),
      REPLCommand(":apropos", "TEXT", demand: "give a part of a name", "list the names that contain a text", apropos),
      REPLCommand(":doc", "NAME", demand: "give a name", "show what a name stands for: usage, place, library, documentation", describe),
      REPLCommand(":source", "NAME", demand: "give a name", "show the definition of a procedure or macro", source),
      REPLCommand(":trace", "[NAME ...]", "show each call of these procedures, and what it returns; or list those that are traced", trace),
      REPLCommand(":untrace", "[NAME ...]", "no longer trace these procedures; or all", untrace),
      REPLCommand(":bt", "[all]", "show the calls that led to where the program stands, with their variables", backtrace),
      REPLCommand(":frame", "[N]", "show a call of :bt, and evaluate expressions there from now on", frame),
      REPLCommand(":continue", "[VALUE]", "go on: the expression that failed has this value; without one after an interruption or a break", goOn),
      REPLCommand(":abort", "[all]", "give the program up; all: those of all debug levels", abort),
      REPLCommand(":break", "[NAME ...]", "stop at each call of these procedures; or list those that stop", breakAt),
      REPLCommand(":unbreak", "[NAME ...]", "no longer stop at these procedures; or at any", unbreak),
      REPLCommand(":load", "FILE", demand: "name a file", "evaluate the program in a file", load),
      REPLCommand(":reload", "", "load the file that was loaded last again", reload),
      REPLCommand(":stats", "", "what was compiled, linked and collected", stats),
      REPLCommand(":help", "", "this list", help),
      REPLCommand(":quit", "", "leave") { _, _ in .quit },
    ]
  }

  /// A command by the word that a line starts with: `:name` or `,name`.
  static func named(_ word: some StringProtocol) -> REPLCommand? {
    let name = ":" + word.dropFirst()
    return all.first { $0.name == name }
  }

  /// The names of commands that complete a word: all of `:na`, or what follows the comma.
  static func names(with prefix: String, after before: String) -> [String] {
    if before == "," { return all.map { String($0.name.dropFirst()) }.filter { $0.hasPrefix(prefix) }.sorted() }
    return all.map(\.name).filter { $0.hasPrefix(prefix) }.sorted()
  }

  var takesExpression: Bool { argument == "EXPR" || argument == "[VALUE]" }

  /// Performs a line that is a command.
  static func perform(_ line: String, _ state: REPLState) throws -> Outcome {
    let name = line.prefix { !$0.isWhitespace }
    let argument = trimmed(line.dropFirst(name.count))
    guard let command = named(name) else {
      Terminal.complain("unknown command \(name); :help lists the commands\n")
      return .failed
    }
    if argument.isEmpty, let demand = command.demand {
      Terminal.complain("\(command.name) needs an argument: \(demand)\n")
      return .failed
    }
    return try command.action(argument, state)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  private static func jit(_ argument: String, _ state: REPLState) throws -> Outcome {
    if !argument.isEmpty {
      guard let policy = JITPolicy(rawValue: argument) else {
        Terminal.complain(":jit takes off, auto or eager, or nothing\n")
        return .failed
      }
      try state.session.setJITPolicy(policy)
      return .done
    }
    let start = monotonicNanoseconds()
    guard let module = try state.session.generateModule() else {
      try Terminal.write(nothingToCompile(state.session))
      return .done
    }
    let generation = monotonicNanoseconds() - start
    let bytes = try state.session.bytes(of: module)
    let linking = try state.session.link(module)
    try Terminal.write(
      "\(Format.plural(module.closures, "closure")), \(module.byteCount) bytes; generated in \(generation / 1000) µs, "
        + "compiled and linked in \(linking / 1000) µs\n")
    let sizes = try state.session.codeSizes(ofModule: bytes)
    // Those without a name are one row together: nobody could tell them apart.
    let anonymous = sizes.filter { $0.name == CodeSize.anonymous }
    var rows = sizes.filter { $0.name != CodeSize.anonymous }.map { ($0.name, $0.wasmBytes, $0.machineCodeBytes) }
    if !anonymous.isEmpty {
      let bytes = anonymous.map(\.wasmBytes).reduce(0, +)
      rows.append(("(\(anonymous.count) anonymous)", bytes, anonymous.map(\.machineCodeBytes).reduce(0, +)))
    }
    let nameWidth = rows.map(\.0.count).max() ?? 0
    for (name, wasmBytes, machineCodeBytes) in rows {
      try Terminal.write("  \(Format.left(name, nameWidth))  \(wasmBytes) bytes of wasm, \(machineCodeBytes) of machine code\n")
    }
    return .done
  }

  /// Why there is nothing: it may all be compiled already.
  private static func nothingToCompile(_ session: SchemeSession) throws -> String {
    let compiled = try session.recordedClosures().filter { $0.state == "compiled" }.map(\.name)
    if compiled.isEmpty { return "nothing to compile: nothing has been called\n" }
    let rest = compiled.count > 8 ? " and \(compiled.count - 8) more" : ""
    return "nothing to compile; compiled already: \(compiled.prefix(8).joined(separator: ", "))\(rest)\n"
  }

  private static func closures(_ argument: String, _ state: REPLState) throws -> Outcome {
    let closures = try state.session.recordedClosures()
    let nameWidth = closures.map(\.name.count).max() ?? 0
    let callsWidth = closures.map { "\($0.calls)".count }.max() ?? 0
    for closure in closures {
      try Terminal.write(
        "\(Format.left(closure.name, nameWidth))  \(Format.right("\(closure.calls)", callsWidth)) "
          + "\(closure.calls == 1 ? "call " : "calls")  \(closure.state)\n")
    }
    return .done
  }

  private static func wat(_ argument: String, _ state: REPLState) throws -> Outcome {
    switch try state.session.generateModule(of: argument) {
    case .success(let bytes):
      try Terminal.write(state.session.text(ofModule: bytes))
      return .done
    case .failure(let reason):
      Terminal.complain("\(reason)\n")
      return .failed
    }
  }

  private static func disassemble(_ argument: String, _ state: REPLState) throws -> Outcome {
    switch try state.session.generateModule(of: argument) {
    case .success(let bytes):
      for listing in try state.session.machineCode(ofModule: bytes) {
        let name = listing.text.prefix { $0 != "\n" }.drop { $0 == " " }
        try Terminal.write("\(name)\n\(Disassembler.text(of: listing.bytes, at: listing.address))")
      }
      return .done
    case .failure(let reason):
      Terminal.complain("\(reason)\n")
      return .failed
    }
  }

  private static func time(_ argument: String, _ state: REPLState) throws -> Outcome {
    let before = try state.session.statistics()
    let start = monotonicNanoseconds()
    let evaluation = try Interrupts.within(state.timeLimit) { try state.session.evaluate(argument, name: ":time", [.showResult, .inFrame]) }
    let nanoseconds = monotonicNanoseconds() - start
    let after = try state.session.statistics()
    guard try Results.show(evaluation, of: state.session) else { return .failed }
    let allocated = after[.bytesAllocated] &- before[.bytesAllocated]
    let collections = after[.collections] &- before[.collections]
    let linked = after.links.modules - before.links.modules
    try Terminal.write(
      "; \(Format.duration(nanoseconds: nanoseconds)), \(Format.bytes(allocated)) allocated, "
        + "\(Format.plural(Int(collections), "collection")), \(Format.plural(linked, "module")) linked\n")
    return .done
  }

  private static func profile(_ argument: String, _ state: REPLState) throws -> Outcome {
    let session = state.session
    _ = try session.takeProfile()
    let evaluation = try Interrupts.sampling(within: state.timeLimit) {
      try session.evaluate(argument, name: ":profile", [.showResult, .inFrame])
    }
    let rows = try session.takeProfile()
    let outcome = try Results.show(evaluation, of: session) ? Outcome.done : .failed
    let total = rows.map(\.samples).reduce(0, +)
    guard total > 0 else {
      try Terminal.write("; too short to say\n")
      return outcome
    }
    let nameWidth = rows.map(\.name.count).max() ?? 0
    for row in rows {
      let share = Format.fixed(100 * Double(row.samples) / Double(total), 1)
      try Terminal.write(
        "\(Format.right(share, 5)) %  \(Format.left(row.name, nameWidth))  \(row.isCompiled ? "compiled" : "interpreted")\n")
    }
    try Terminal.write("; \(Format.plural(total, "sample")), one each millisecond\n")
    return outcome
  }

  private static func expand(_ argument: String, _ state: REPLState) throws -> Outcome {
    switch try state.session.expansion(of: argument) {
    case .success(let text):
      try Results.write(text, named: false)
      return .done
    case .failure(let error):
      ErrorReport.show("\(error)")
      return .failed
    }
  }

  private static func apropos(_ argument: String, _ state: REPLState) throws -> Outcome {
    let names = try state.session.completions(of: "").filter { $0.contains(argument) }
    guard !names.isEmpty else {
      Terminal.complain("no name contains \(argument)\n")
      return .failed
    }
    for name in names {
      let description = try NameDescription(of: name, in: state.session)
      try Terminal.write((description?.head ?? name) + "\n")
    }
    return .done
  }

  private static func describe(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard let description = try NameDescription(of: argument, in: state.session) else {
      Terminal.complain("nothing has the name \(argument)\n")
      return .failed
    }
    try Terminal.write(([description.head] + description.lines).map { $0 + "\n" }.joined())
    return .done
  }

  private static func source(_ argument: String, _ state: REPLState) throws -> Outcome {
    if let text = try state.session.sourceText(of: argument) {
      try Terminal.write(text + "\n")
      return .done
    }
    let isKnown = try state.session.description(of: argument) != nil
    Terminal.complain(
      isKnown ? "\(argument) has no source text: it is built in, or neither a procedure nor a macro\n" : "nothing has the name \(argument)\n")
    return .failed
  }

  private static func trace(_ argument: String, _ state: REPLState) throws -> Outcome {
    let names = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    if names.isEmpty { try Terminal.write(state.traced.isEmpty ? "nothing is traced\n" : state.traced.joined(separator: " ") + "\n") }
    var outcome = Outcome.done
    for name in names {
      guard try state.session.description(of: name)?.prefix(while: { $0 != "\n" }).contains(": procedure") == true else {
        Terminal.complain("\(name) is not the name of a procedure\n")
        outcome = .failed
        continue
      }
      guard try replace(name, by: "(%traced '\(name) \(name))", state) else { return .failed }
      if !state.traced.contains(name) { state.traced.append(name) }
    }
    return outcome
  }

  private static func untrace(_ argument: String, _ state: REPLState) throws -> Outcome {
    let names = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    for name in names where !state.traced.contains(name) {
      Terminal.complain("\(name) is not traced\n")
      return .failed
    }
    for name in names.isEmpty ? state.traced : names {
      guard try replace(name, by: "(%untraced \(name))", state) else { return .failed }
      state.traced.removeAll { $0 == name }
    }
    return .done
  }

  /// Gives a name another value, with the procedures of the library of tracing. They have names that completion does not offer.
  private static func replace(_ name: String, by expression: String, _ state: REPLState) throws -> Bool {
    let text = "(import (prefix (latch tracing) %)) (set! \(name) \(expression))"
    let evaluation = try Interrupts.within(state.timeLimit) { try state.session.evaluate(text, name: ":trace", .interactive) }
    return try Results.show(evaluation, of: state.session)
  }

  private static func load(_ argument: String, _ state: REPLState) throws -> Outcome {
    let session = state.session
    do {
      let evaluation = try Interrupts.within(state.timeLimit) {
        let source = try ProgramFile.text(argument, for: state.settings)
        state.loadedFile = argument
        return try source.withUnsafeBytes { try session.evaluate($0, name: argument) }
      }
      return try Results.show(evaluation, of: session) ? .done : .failed
    } catch let error as FileError {
      Terminal.complain(error.isInterruption ? "interrupted\n" : "\(error)\n")
      return .failed
    }
  }

  private static func reload(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard let file = state.loadedFile else {
      Terminal.complain("nothing was loaded yet\n")
      return .failed
    }
    // What it imports from files is read again, too.
    try state.session.forgetLibraries()
    return try load(file, state)
  }

  private static func stats(_ argument: String, _ state: REPLState) throws -> Outcome {
    try Terminal.write(StatisticsReport.text(of: state.session))
    return .done
  }

  private static func help(_ argument: String, _ state: REPLState) throws -> Outcome {
    for command in all {
      let usage = command.argument.isEmpty ? command.name : "\(command.name) \(command.argument)"
      try Terminal.write("\(Format.left(usage, 24)) \(command.help)\n")
    }
    return .done
  }
}
