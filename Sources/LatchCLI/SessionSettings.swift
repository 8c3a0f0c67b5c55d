// The options of everything that runs Scheme, in plain values, and the sessions that they make.

import SchemeHost
import WasmEngine

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

  /// The most bytes of a text to evaluate: a session has it twice, and what it is read into.
  var largestText: Int { (heapLimit == 0 ? 4096 : heapLimit) << 20 / 3 }
  /// What to do about a larger one.
  static let textRemedy = ", a third of the heap limit (--heap-limit)"

  /// - Parameters: program: the program's file, beside which it may read others; input: what it reads as its standard input.
  func makeSession(program: String? = nil, input: InputSource = .standard) throws -> SchemeSession {
    let session = try SchemeSession(schemeOptions(program: program, input: input))
    let folders = searchedFolders
    if !folders.isEmpty { try session.setLibraryPath(folders) }
    return session
  }

  /// Runs a session that Ctrl-C stops; its statistics, if they are wanted, are reported however the body ends.
  /// - Parameters: arguments: the program's command line; program: its file, as for `makeSession`.
  func withSession(_ arguments: [String], program: String? = nil, _ body: (SchemeSession) throws -> Void) throws {
    let session = try makeSession(program: program)
    try session.setArguments(arguments)
    Interrupts.setTarget(session.interrupter)
    defer {
      Interrupts.setTarget(nil)
      if stats { Terminal.complain(StatisticsReport.text(of: session)) }
    }
    // Never freed: the process is about to end, and the system takes back everything at once.
    try Unmanaged.passRetained(session)._withUnsafeGuaranteedRef { try body($0) }
  }

  /// The options of such a session.
  func schemeOptions(program: String? = nil, input: InputSource = .standard) throws -> SchemeOptions {
    for directory in directories { try System.checkDirectory(directory) }
    var options = SchemeOptions()
    options.input = input
    options.capabilities = capabilities(program)
    options.jit = jit
    options.engine = engine
    options.heapLimit = heapLimit
    options.stackBytes = stackBytes
    options.stressesCollector = stressesCollector
    options.guest = try guest.map { try System.readFile($0) }
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
