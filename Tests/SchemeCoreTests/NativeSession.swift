// The one Scheme session of the test process: the runtime is a set of globals, so whoever uses it takes a lock.
import Foundation

@testable import SchemeCore

enum NativeSession {
  nonisolated(unsafe) private static var isStarted = false
  private static let lock = NSLock()

  /// Evaluates a text; the written result, or the error's text.
  static func evaluate(_ text: String) -> String { exclusively { run(text) } }

  /// The same as a part of the standard library sees it, whose internal names a program cannot use.
  static func evaluateInside(_ text: String) -> String { exclusively { run(text, inside: true) } }

  nonisolated(unsafe) private static let insideEnvironment = {
    let environment = Environment(.table)
    environment.includesStandard = true
    return environment
  }()

  /// Runs something alone, with a started session, on a thread with a stack that is large enough for the interpreter compiled without optimisation.
  static func exclusively<Result>(_ body: @escaping () -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    nonisolated(unsafe) let body = body
    nonisolated(unsafe) var result: Result?
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      start()
      result = body()
      done.signal()
    }
    thread.stackSize = 512 << 20
    thread.start()
    done.wait()
    return result!
  }

  private static func start() {
    if isStarted { return }
    isStarted = true
    let result = Session.start(stackBytes: 1 << 19, heapLimit: 1 << 30, library: packLibrary())
    if case .error(let text) = result { fatalError(String(decoding: text, as: UTF8.self)) }
  }

  /// The library, packed as for the guest.
  private static func packLibrary() -> PackedLibrary {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().appending(path: "../../..").standardized
    let folder = FileManager.default.temporaryDirectory.appending(path: "latch-library-\(UUID().uuidString)")
    try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let packing = Process()
    packing.executableURL = URL(filePath: "/bin/sh")
    packing.arguments = [root.appending(path: "scripts/pack-library.sh").path, root.path, folder.path]
    try! packing.run()
    packing.waitUntilExit()
    func bytes(_ name: String) -> UnsafeRawBufferPointer {
      let data = try! Data(contentsOf: folder.appending(path: name))
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 8)
      data.copyBytes(to: copy)
      return UnsafeRawBufferPointer(copy)
    }
    return PackedLibrary(text: bytes("library.scm"), index: bytes("library.index"))
  }

  /// To be called exclusively.
  static func run(_ text: String, inside: Bool = false) -> String {
    let environment = inside ? insideEnvironment : Environment.interaction
    let result: EvaluationResult =
      switch SourceEvaluation.begin(name: [UInt8]("test".utf8), text: [UInt8](text.utf8), isInteractive: false, in: environment) {
      case .success(var evaluation): evaluation.finish()
      case .failure(let result): result
      }
    switch result {
    case .value(let value): return String(decoding: writtenText(value, limit: 1 << 20), as: UTF8.self)
    case .error(let text): return String(decoding: text, as: UTF8.self)
    case .incomplete: return "incomplete"
    case .interrupted: return "interrupted"
    case .stopped(let text): return String(decoding: text, as: UTF8.self)
    }
  }
}
