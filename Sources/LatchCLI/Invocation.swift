// What the command was asked to do, in plain values; and a reading of the common command lines that needs no ArgumentParser, whose
// reflection costs more time (2 ms) than many programs run.

import SchemeHost
import WasmEngine

/// The options of everything that runs Scheme.
struct SessionSettings {
  var jit = JITPolicy.auto
  var stats = false
  /// In MiB; 0 for none.
  var heapLimit = SessionSettings.usualHeapLimit
  /// The most seconds that a program, or one evaluation of the REPL, may run; 0 for no limit.
  var timeLimit = 0.0
  /// Collect at every poll, for tests.
  var stressesCollector = false
  /// The file of another build of the guest.
  var guest: String?
  /// Directories that the program may reach besides the current one.
  var directories: [String] = []
  /// Folders in which libraries are looked for after the program's own.
  var libraryPath: [String] = []
  /// The program may reach neither the current directory nor the environment.
  var sandbox = false
  var engine = EngineConfiguration()
  var stackBytes = SchemeOptions().stackBytes

  /// A thirty-second of the machine's memory, but 256 to 512 MiB. What runs away reaches it in about a second.
  static var usualHeapLimit: Int { max(256, min(System.memoryMiB / 32, 512)) }
  static let leastHeapLimit = 16

  /// - Parameters: program: the program's file, beside which it may read others; input: what it reads as its standard input.
  func makeSession(program: String? = nil, input: InputSource = .standard) throws -> SchemeSession {
    let session = try SchemeSession(schemeOptions(program: program, input: input))
    let folders = searchedFolders
    if !folders.isEmpty { try session.setLibraryPath(folders) }
    return session
  }

  /// The options of such a session.
  func schemeOptions(program: String? = nil, input: InputSource = .standard) throws -> SchemeOptions {
    var options = SchemeOptions()
    options.input = input
    options.capabilities = capabilities(program)
    options.jit = jit
    options.engine = engine
    options.heapLimit = heapLimit
    options.stackBytes = stackBytes
    options.stressesCollector = stressesCollector
    options.guest = try guest.map(System.readFile)
    return options
  }

  /// Those of the options, then those of the environment variable.
  private var searchedFolders: [String] {
    let variable = sandbox ? "" : System.environment("LATCH_LIBRARY_PATH") ?? ""
    return libraryPath + variable.split(separator: ":").map(String.init)
  }

  private func capabilities(_ program: String?) -> Capabilities {
    var files = FileAccess()
    for directory in directories { files.allow(directory: directory) }
    for folder in searchedFolders { files.allow(directory: folder, writing: false) }
    if sandbox { return Capabilities(files: files, environment: false) }
    files.allow(directory: ".")
    if let program, let slash = program.lastIndex(of: "/") {
      files.allow(directory: String(program[...slash]), writing: false)
    }
    return Capabilities(files: files, environment: true)
  }
}

struct Invocation {
  var settings = SessionSettings()
  /// From `-e`, in order.
  var expressions: [String] = []
  /// The program's file and its arguments.
  var program: [String] = []

  init() {}

  /// Reads a command line if it has nothing but well-formed options in their plainest spelling. Everything else, errors among it, is left to
  /// `Latch`.
  init?(simple arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
      rest.removeFirst()
      switch argument {
      case "--stats":
        settings.stats = true
      case "-e":
        guard let expression = rest.popFirst() else { return nil }
        expressions.append(expression)
      case "--jit":
        guard let policy = rest.popFirst().flatMap(JITPolicy.init) else { return nil }
        settings.jit = policy
      case "--tier":
        guard let tier = rest.popFirst().flatMap(Tier.init) else { return nil }
        settings.engine.tier = tier
      case "--gc-stress":
        settings.stressesCollector = true
      case "--sandbox":
        settings.sandbox = true
      case "--dir":
        guard let directory = rest.popFirst() else { return nil }
        settings.directories.append(directory)
      case "--library-path":
        guard let folder = rest.popFirst() else { return nil }
        settings.libraryPath.append(folder)
      case "--guest-image":
        guard let file = rest.popFirst() else { return nil }
        settings.guest = file
      default:
        return nil
      }
    }
    guard !["demo", "run", "test", "profile", "freeze", "guest", "compile", "inspect", "wast"].contains(rest.first) else { return nil }
    program = Array(rest)
  }

  func perform() throws {
    if !expressions.isEmpty {
      try Batch(settings).evaluate(expressions, arguments: program)
    } else if let file = program.first {
      try Batch(settings).run(file, arguments: program)
    } else {
      try REPL(settings).run()
    }
  }
}
