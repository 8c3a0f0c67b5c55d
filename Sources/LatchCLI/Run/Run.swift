// `latch run`: WebAssembly programs that nobody wrote for Latch, with WASI as their system.

import ArgumentParser
import WASI
import WasmEngine

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch run",
    abstract: "Run a WebAssembly program (WASI preview 1).",
    usage: "latch run [OPTIONS] PROGRAM.wasm [ARGUMENT ...]",
    discussion: """
      The program gets the arguments that follow it, the three standard streams, the directories of --dir and the variables \
      of --env; there is nothing else that it can reach. A command (a module that exports _start) runs to its end; of another \
      module, _initialize is called if it is there, then what --invoke names. With "-" as PROGRAM, the module is read from the \
      standard input, which the program finds at its end.

      Exit codes: the program's; 134 for a trap; 124 when the time limit or the end of the fuel ended the program; 1 for a program that cannot be read, \
      is not valid or wants imports that do not exist; 2 for wrong usage.
      """)

  @Option(
    repeated: "host[::guest]",
    "A directory that the program may use, and the path by which it knows it (the same if there is none); may be repeated.")
  var dir: [String] = []

  @Option(
    repeated: "name[=value]",
    "An environment variable; without a value, as it is in the environment of latch. May be repeated.")
  var env: [String] = []

  @Option(
    help: ArgumentHelp(
      "Link modules that the program generates to it while it runs: when it calls the imports of latch_jit (no value, or push), or when the export has one between calls of what --invoke names (pull:EXPORT).",
      valueName: "push|pull:export"))
  var lateLink: LateLinkMode?

  @Option(
    repeated: "module.name=what", name: "import",
    "What a function is that the program imports of a host of its own: another import (latch_jit.link), a number that it returns, print (its arguments, on the standard error) or trap. May be repeated."
  )
  var hostImports: [HostImport] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Call this exported function with the arguments as numbers (as in WebAssembly text: 5, -0x10, 0x1.8p3, inf, nan:0x200000), and write what it returns, a line for each result.",
      valueName: "name"))
  var invoke: String?

  @Option(help: "How accesses outside the memory are found: guarded (by the hardware) or checked (by comparisons).")
  var memory = MemoryStrategy.guarded

  @OptionGroup var tiers: TierArguments

  @Flag(
    help: "The program is a file that latch compile --output has made: its machine code is run as it is. Only for files that you trust like programs."
  )
  var precompiled = false

  @Flag(
    help: "Neither use machine code that earlier runs have left in the cache directory, nor leave any. (XDG_CACHE_HOME/latch, or ~/.cache/latch)")
  var noCache = false

  @Flag(help: "Say on the standard error what was compiled.")
  var stats = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most memory that the program may have in all memories, tables and exceptions together; 0 for no limit.", valueName: "MiB")
  )
  var maxMemory = 0

  @Option(parsing: .unconditional, help: ArgumentHelp("The longest time that the program may take; 0 for no limit.", valueName: "seconds"))
  var timeLimit = 0.0

  @Option(
    help: ArgumentHelp(
      "The most calls of functions and iterations of loops that the program may execute: a limit that does not depend on the machine's speed. With --stats, what it took is said.",
      valueName: "count"))
  var fuel: UInt64?

  @Argument(help: "The program's file and its arguments.")
  var program: [String] = []

  /// Options whose value is the next argument.
  private static let optionsWithValues = TierArguments.optionsWithValues.union([
    "--dir", "--env", "--import", "--invoke", "--memory", "--max-memory", "--time-limit", "--fuel",
  ])

  /// The command of some arguments. The first one that is no option ends the options: what follows belongs to the program.
  static func command(_ arguments: [String]) throws -> ParsableCommand {
    var arguments = arguments
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-"), arguments[index] != "--", arguments[index] != "-" {
      // Without a value it is not to take the next argument.
      if arguments[index] == "--late-link" { arguments[index] = "--late-link=push" }
      index += optionsWithValues.contains(arguments[index]) ? 2 : 1
    }
    guard index < arguments.count, arguments[index] != "--" else { return try Run.parseAsRoot(arguments) }
    return try Run.parseAsRoot(Array(arguments[..<index]) + ["--"] + Array(arguments[index...]))
  }

  func validate() throws {
    if program.isEmpty { throw ValidationError("the program's file is missing") }
    if !(timeLimit >= 0 && timeLimit <= 1e9) { throw ValidationError("--time-limit must be between 0 and 1e9") }
    if case .pull? = lateLink, invoke == nil { throw ValidationError("--late-link=pull:EXPORT needs --invoke: modules are linked between calls") }
    if maxMemory < 0 || maxMemory > 1 << 20 { throw ValidationError("--max-memory must be between 0 and \(1 << 20)") }
    for directory in dir where directory.isEmpty || directory.hasPrefix("::") { throw ValidationError("--dir needs a path before ::") }
    for variable in env where variable.isEmpty || variable.hasPrefix("=") { throw ValidationError("--env needs a name") }
  }

  func run() throws {
    var settings = ProgramSettings(file: program[0], arguments: Array(program.dropFirst()))
    settings.directories = dir.map(Run.directory)
    settings.environment = env.compactMap { variable in
      if variable.contains("=") { return variable }
      return System.environment(variable).map { "\(variable)=\($0)" }
    }
    settings.isPrecompiled = precompiled
    settings.usesCache = !noCache
    settings.invoke = invoke
    settings.lateLink = lateLink
    settings.imports = hostImports
    tiers.apply(to: &settings.engine)
    settings.stats = stats
    settings.engine.debug.timesPhases = stats
    settings.engine.memoryStrategy = memory
    settings.maximumMemory = maxMemory
    settings.timeLimit = timeLimit
    settings.fuel = fuel
    try ProgramRun(settings).perform()
  }

  /// HOST::GUEST, or one path for both.
  private static func directory(_ text: String) -> PreopenedDirectory {
    let bytes = Array(text.utf8)
    for index in bytes.indices.dropLast() where bytes[index] == 0x3A && bytes[index + 1] == 0x3A {
      return PreopenedDirectory(
        host: String(decoding: bytes[..<index], as: UTF8.self), guest: String(decoding: bytes[(index + 2)...], as: UTF8.self))
    }
    return PreopenedDirectory(host: text, guest: text)
  }
}

extension MemoryStrategy: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "guarded": self = .guarded
    case "checked": self = .checked
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["guarded", "checked"] }
  public var defaultValueDescription: String { self == .guarded ? "guarded" : "checked" }
}
