// The command `latch`: what it takes and what it does with it. Main.swift runs it and turns errors into exit codes.

import ArgumentParser
import SchemeHost

struct Latch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch",
    abstract: "A Scheme that compiles itself to machine code from inside WebAssembly.",
    usage: """
      latch [OPTIONS] FILE [ARGUMENT ...]
      latch [OPTIONS] -e EXPRESSION [ARGUMENT ...]
      latch [OPTIONS]
      latch run [OPTIONS] PROGRAM.wasm [ARGUMENT ...]
      latch demo fib|links ...
      latch test [OPTIONS] FILE.scm ...
      latch profile [OPTIONS] FILE.scm [ARGUMENT ...]
      latch freeze [OPTIONS] FILE.scm
      latch guest -o FILE.wasm
      latch compile [OPTIONS] FILE.wasm
      latch inspect FILE.wasm
      latch wast FILE.json ...
      """,
    discussion: """
      With a FILE, runs the program in it; "-" is the standard input. With -e, evaluates the expression and writes its \
      value. With neither, reads expressions from the standard input: on a terminal with line editing, history and \
      completion (:help lists its commands), otherwise silently. `latch run` runs WebAssembly programs, `latch test` test suites, `latch profile` shows where a program spends its time, `latch freeze` \
      writes Scheme programs as such, `latch guest` writes the Scheme itself, `latch compile` shows what becomes of them, `latch inspect` what they need, `latch wast` runs test vectors of the WebAssembly specification; their --help, and that of \
      `latch demo`, say more.

      Exit codes: 0; 1 for an error in the program, a file that cannot be read or output that cannot be written; \
      2 for wrong usage; 124 when the time limit ended the program; or what the program gives to `exit`.
      """,
    version: "latch 0.1.0")

  @OptionGroup var options: SessionArguments

  @Option(
    name: .customShort("e"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Evaluate this and write its value; may be repeated.", valueName: "expression"))
  var expressions: [String] = []

  @Argument(help: "The program's file and its arguments.")
  var program: [String] = []

  /// Options whose value is the next argument.
  fileprivate static let optionsWithValues = TierArguments.optionsWithValues.union([
    "-e", "--jit", "--heap-limit", "--time-limit", "--guest-image", "--dir", "--library-path",
  ])

  static func isCommand(_ name: String) -> Bool { NamedCommand(rawValue: name) != nil }

  /// The command that the arguments ask for. The first argument that is no option ends the options: what follows belongs to the program,
  /// whatever it looks like; or it is the name of a command, which nothing may precede: no two commands have the same options. (After `-e`, it is an argument.)
  static func command(_ arguments: [String]) throws -> ParsableCommand {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" { break }
      if argument == "-" || !argument.hasPrefix("-") {
        guard let command = NamedCommand(rawValue: argument), !arguments[..<index].contains("-e") else {
          return try Latch.parseAsRoot(Array(arguments[..<index]) + ["--"] + Array(arguments[index...]))
        }
        if index > 0 { throw misplaced(arguments[..<index], before: argument) }
        return try command.read(arguments[(index + 1)...])
      }
      if ["-h", "--help", "--version"].contains(argument) { break }
      index += optionsWithValues.contains(argument) ? 2 : 1
    }
    return try Latch.parseAsRoot(arguments)
  }

  /// What is said of options that precede the name of a command.
  private static func misplaced(_ options: ArraySlice<String>, before command: String) -> UsageError {
    let text = options.joined(separator: " ")
    return UsageError(
      description: "Error: the options of latch \(command) follow its name: latch \(command) \(text) ... (A program of that name is ./\(command).)\n"
        + "  See 'latch \(command) --help' for more information.")
  }

  /// Reads the arguments of a command. What is missing is said with that command's usage; a mistake in what is there is said so anyway.
  fileprivate static func parse<Command: ParsableCommand>(
    _ command: Command.Type, _ arguments: ArraySlice<String>, _ read: ([String]) throws -> ParsableCommand = { try Command.parseAsRoot($0) }
  ) throws -> ParsableCommand {
    do {
      return try read(Array(arguments))
    } catch {
      guard command.exitCode(for: error) == .validationFailure, arguments.isEmpty else { throw error }
      let name = command.configuration.commandName ?? ""
      throw UsageError(
        description: "Error: \(command.message(for: error))\nUsage: \(command.usageString())\n  See '\(name) --help' for more information.")
    }
  }

  func run() throws {
    var invocation = Invocation()
    invocation.settings = options.settings
    invocation.expressions = expressions
    invocation.program = program
    try invocation.perform()
  }
}

/// The commands that have a name. (Subcommands of `Latch` could not be told from a program's file.)
private enum NamedCommand: String {
  case run, test, profile, freeze, guest, compile, inspect, wast, demo

  /// Reads the arguments that follow the name.
  func read(_ arguments: ArraySlice<String>) throws -> ParsableCommand {
    switch self {
    case .run: try Run.command(Array(arguments))
    case .test: try Latch.parse(TestSuites.self, arguments)
    case .profile: try Latch.parse(ProfileCommand.self, arguments) { try ProfileCommand.command($0, optionsWithValues: Latch.optionsWithValues) }
    case .freeze: try Latch.parse(Freeze.self, arguments)
    case .guest: try Latch.parse(WriteGuest.self, arguments)
    case .compile: try Latch.parse(Compile.self, arguments)
    case .inspect: try Latch.parse(Inspect.self, arguments)
    case .wast: try Latch.parse(Wast.self, arguments)
    case .demo: try Latch.parse(Demo.self, arguments)
    }
  }
}

/// The options of everything that runs Scheme.
struct SessionArguments: ParsableArguments {
  @Option(help: "When to compile closures: off, auto (when they are hot) or eager.")
  var jit = JITPolicy.auto

  @OptionGroup var tiers: TierArguments

  @Flag(help: "Say on the standard error what was compiled, linked and collected.")
  var stats = false

  @Option(
    repeated: "path", name: "dir",
    "Let the program reach the files beneath this directory too, besides those beneath the current one; may be repeated.")
  var directories: [String] = []

  @Option(
    repeated: "path", name: "library-path",
    "Look for the files of libraries in this directory too, after the program's own; may be repeated. So does LATCH_LIBRARY_PATH, with colons between directories."
  )
  var libraryPath: [String] = []

  @Flag(help: "Give the program neither the current directory nor the environment variables.")
  var sandbox = false

  // What looks like an option is taken as the value, so that a negative one is said to be out of range.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most memory that the program may take; 0 for no limit but 4096. (default: a thirty-second of the machine's, 256 to 512)",
      valueName: "MiB"))
  var heapLimit: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The longest time that the program, or one evaluation of the REPL, may take; 0 for no limit.", valueName: "seconds"))
  var timeLimit = 0.0

  @Flag(name: .customLong("gc-stress"), help: ArgumentHelp("Collect at every poll.", visibility: .hidden))
  var stressesCollector = false

  @Option(name: .customLong("guest-image"), help: ArgumentHelp("Run another build of the guest.", valueName: "file", visibility: .hidden))
  var guest: String?

  func validate() throws {
    if !(timeLimit >= 0 && timeLimit <= 1e9) { throw ValidationError("--time-limit must be between 0 and 1e9") }
    if let heapLimit, heapLimit != 0 && !(SessionSettings.leastHeapLimit...4096).contains(heapLimit) {
      throw ValidationError("--heap-limit must be 0 or between \(SessionSettings.leastHeapLimit) and 4096")
    }
  }

  var settings: SessionSettings {
    var settings = SessionSettings(
      jit: jit, stats: stats, heapLimit: heapLimit ?? SessionSettings.usualHeapLimit, timeLimit: timeLimit, stressesCollector: stressesCollector,
      guest: guest,
      directories: directories, libraryPath: libraryPath, sandbox: sandbox)
    tiers.apply(to: &settings.engine)
    settings.engine.debug.timesPhases = stats
    return settings
  }
}

extension JITPolicy: ExpressibleByArgument {}
