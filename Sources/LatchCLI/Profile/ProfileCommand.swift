// `latch profile FILE.scm`: runs a program and says where it spent its time, or what allocated memory.

import ArgumentParser
import SchemeHost

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch profile",
    abstract: "Run a Scheme program and show where it spends its time.",
    usage: "latch profile [OPTIONS] FILE.scm [ARGUMENT ...]",
    discussion: """
      While the program runs, the calls that are active are noted every few milliseconds, or, with --allocation, whenever some memory has been given out. Afterwards a table on the standard error has for each procedure the share of samples \
      that met it (self), that met it or what it called (total), and the calls that the interpreter has counted. Library procedures have no place. A primitive, a collection \
      and a procedure that was compiled into another one belong to the procedure around them; tail calls leave no caller.

      Exit codes: the program's.
      """)

  @Option(help: ArgumentHelp("Draw the calls as a flame graph in this file, as SVG.", valueName: "file.svg"))
  var flame: String?

  @Flag(help: "Count the bytes that were allocated, not the time.")
  var allocation = false

  @OptionGroup var options: SessionArguments

  @Argument(help: "The program's file and its arguments.")
  var program: [String]

  /// Options whose value is the next argument.
  static let optionsWithValues: Set<String> = ["--flame"]

  /// The command for the arguments after its name; what follows the program's file belongs to the program.
  static func command(_ arguments: [String], optionsWithValues: Set<String>) throws -> ParsableCommand {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" { break }
      if argument == "-" || !argument.hasPrefix("-") {
        return try parseAsRoot(Array(arguments[..<index]) + ["--"] + Array(arguments[index...]))
      }
      index += optionsWithValues.union(Self.optionsWithValues).contains(argument) ? 2 : 1
    }
    return try parseAsRoot(arguments)
  }

  func validate() throws {
    if program.isEmpty { throw ValidationError("profile needs a program's file") }
  }

  func run() throws {
    let settings = options.settings
    let file = program[0]
    let source = try Interrupts.limitingProcess(to: settings.timeLimit) { try ProgramFile.scheme(file, for: settings) }
    try ProgramFile.refuseWebAssembly(source, file)
    // Ctrl-C ends the program, not the report.
    Interrupts.install()
    try settings.withSession(program, program: file) { session in
      try session.startStackProfile(ofAllocation: allocation)
      let start = monotonicNanoseconds()
      let result = Result {
        let run = { try source.withUnsafeBytes { try session.evaluate($0, name: file == "-" ? "stdin" : file) } }
        let limit = settings.timeLimit
        let evaluation = try allocation ? Interrupts.within(limit, run) : Interrupts.sampling(within: limit, every: Self.interval, run)
        if evaluation == .interrupted { throw ProgramExit(code: Self.interruptedCode) }
        _ = try Batch.value(evaluation, session)
      }
      try report(session, nanoseconds: monotonicNanoseconds() - start, file)
      try result.get()
    }
  }

  /// What shells say of a command that Ctrl-C has ended.
  private static let interruptedCode: Int32 = 130
  /// Seconds between samples.
  private static let interval = 0.004
  private static let shownProcedures = 40

  private func report(_ session: SchemeSession, nanoseconds: UInt64, _ file: String) throws {
    try? session.flush()
    let rows = try session.takeStackProfile()
    let tree = CallTree(rows, byBytes: allocation)
    let samples = rows.reduce(0) { $0 + $1.samples }
    guard tree.total > 0 else {
      let graph = flame.map { "; \($0) is not written" } ?? ""
      Terminal.complain((allocation ? "; nothing was seen to be allocated" : "; too short to say") + graph + "\n")
      return
    }
    var text = table(tree)
    let collected = try session.statistics()[.collectionNanoseconds]
    text +=
      "; \(Format.plural(samples, "sample")) in \(Format.duration(nanoseconds: nanoseconds)), of which collections took \(Format.duration(nanoseconds: collected))\n"
    Terminal.complain(text)
    guard let flame else { return }
    let name = file == "-" ? "the standard input" : file
    let graph = FlameGraph(
      tree, title: allocation ? "\(name): \(Format.bytes(tree.total)) allocated" : "\(name): \(Format.plural(samples, "sample"))",
      unit: allocation ? "bytes" : "samples")
    try System.writeFile(flame, Array(graph.svg.utf8))
  }

  private func state(_ row: CallTreeRow) -> String {
    row.place.isEmpty ? "" : "  \(row.isCompiled ? "compiled" : "interpreted")\(row.name == "(lambda)" ? "" : ", \(row.place)")"
  }

  private func table(_ tree: CallTree) -> String {
    let all = tree.procedures
    let shown = all.prefix(Self.shownProcedures)
    let longest = max(9, shown.map(\.name.count).max() ?? 0)
    let states = shown.map { state($0.row) }
    // On a terminal a row takes one line: names are cut, as far as that helps. What goes to a file is whole.
    let others = allocation ? 44 : 32
    let room = System.width(of: System.standardError).map { max(12, $0 - others - (states.map(\.count).max() ?? 0)) }
    let nameWidth = min(room ?? 40, longest)
    let total = Double(tree.total)
    func share(_ weight: UInt64) -> String { Format.right(Format.fixed(100 * Double(weight) / total, 1), 5) + " %" }
    var text = "   self    total  \(allocation ? "     bytes  " : "")     calls  procedure\n"
    for (procedure, state) in zip(shown, states) {
      let row = procedure.row
      let calls = row.isCompiled || row.calls == 0 ? "" : "\(row.calls)"
      let bytes = allocation ? Format.right(Format.bytes(procedure.own), 12) : ""
      let name = Format.left(room == nil ? procedure.name : Format.cut(procedure.name, to: nameWidth), nameWidth)
      text +=
        "\(share(procedure.own))  \(share(procedure.total))\(bytes)  \(Format.right(calls, 10))  \(name)\(state)\n"
    }
    if all.count > shown.count { text += "; and \(Format.plural(all.count - shown.count, "more procedure"))\n" }
    return text
  }
}
