// Running the built `latch` as a user does: arguments and standard input in; exit code and both outputs out.

import Foundation
import Testing

/// Where things are.
enum Place {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let examples = root.appendingPathComponent("scheme-examples")
  static let errors = root.appendingPathComponent("Tests/Errors")

  /// The command, built beside the tests.
  static let latch: String = {
    let folders = [Bundle.main.executableURL, Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
    for folder in folders.compactMap({ $0?.deletingLastPathComponent() }) {
      let path = folder.appendingPathComponent("latch").path
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return root.appendingPathComponent(".build/release/latch").path
  }()

  static func files(in folder: URL, withExtension suffix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix("." + suffix) }.map { String($0.dropLast(suffix.count + 1)) }.sorted()
  }

  /// A new empty folder.
  static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-tests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// A null-ended array of C strings, to be freed.
func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] { texts.map { strdup($0) } + [nil] }

/// Attributes for a process with default signal handling. (The threads that run tests block signals, which children would inherit.)
func freshSignals(flags: Int16 = 0) -> posix_spawnattr_t {
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  sigaddset(&signals, SIGINT)
  sigaddset(&signals, SIGPIPE)
  posix_spawnattr_setsigdefault(&attributes, &signals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | flags)
  return attributes
}

/// What a command did.
struct Outcome {
  let code: Int32
  let output: String
  let errors: String

  /// Expects all of it.
  func isExpected(output: String, errors: String = "", code: Int32 = 0, _ location: SourceLocation = #_sourceLocation) {
    #expect(self.output == output, sourceLocation: location)
    #expect(self.errors == errors, sourceLocation: location)
    #expect(self.code == code, sourceLocation: location)
  }
}

/// Runs a shell command with `latch` standing for the built command; in the repository's root. A command that takes longer than
/// `seconds` is ended with code 124.
func shell(_ command: String, input: Data = Data(), seconds: Int = 60) throws -> Outcome {
  let folder = try Place.temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  let inputFile = folder.appendingPathComponent("in").path
  let outputFile = folder.appendingPathComponent("out").path
  let errorFile = folder.appendingPathComponent("err").path
  try input.write(to: URL(fileURLWithPath: inputFile))
  let script = """
    # What one test leaves must not be there for another.
    export XDG_CACHE_HOME=/dev/null
    latch() { '\(Place.latch)' "$@"; }
    cd '\(Place.root.path)'
    \(command)
    """
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  var arguments: [UnsafeMutablePointer<CChar>?] = strings(["timeout", "\(seconds)", "bash", "-c", script])
  defer { for argument in arguments { free(argument) } }
  var attributes = freshSignals()
  defer { posix_spawnattr_destroy(&attributes) }
  var process = pid_t()
  let failure = posix_spawnp(&process, "timeout", &actions, &attributes, &arguments, environ)
  guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }
  let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  return Outcome(code: code, output: try text(outputFile), errors: try text(errorFile))
}

func shell(_ command: String, input: String, seconds: Int = 60) throws -> Outcome {
  try shell(command, input: Data(input.utf8), seconds: seconds)
}
