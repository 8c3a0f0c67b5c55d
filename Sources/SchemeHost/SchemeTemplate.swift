// A session as the start of many others: its heap, definitions and generated code become a module (Freezer) with machine code of all functions; a new session is
// an instance of it, whose memory is mapped copy-on-write. Sessions share machine code and what nobody has written, and nothing else.

import Freezer
import GuestABI
import Synchronization
import WasmEngine

/// A program that has been loaded, to start sessions from: in microseconds, on any threads.
///
/// ```swift
/// let template = try SchemeTemplate(program: "(define (handle path) (string-append \"hello \" path))", name: "handler.scm")
/// // For each request, on any thread:
/// var options = SchemeOptions()
/// options.heapLimit = 64
/// let session = try template.makeSession(options)
/// _ = try session.evaluate("(handle \"/\")", name: "request", .showResult)
/// ```
///
/// What a session changes, others do not see. Each has its own output, input, files, limits, interruption and arguments. What the template's own session
/// had read of a file or of the time, and the state of sources of random numbers, is in it as it was.
public final class SchemeTemplate: Sendable {
  /// What sessions are instances of.
  let module: Module
  let runtimeState: Int
  /// The indices of the guest's functions (GuestFunctions), which the first session finds.
  let functions = Mutex<[Int]?>(nil)
  private let importOrder = Mutex<ImportOrder?>(nil)
  /// The handles of linked modules that the guest knows from before.
  let lastHandle: Int32

  /// From a session, with everything that it has defined and compiled. The session can go on; what it does then is not in the template.
  ///
  /// With `compiled`, all functions get machine code now, which takes half a second or more; without, when they are called and hot, in whatever session.
  ///
  /// Throws `GuestError` while files are open, `FreezeError` when something else cannot be copied, which another guest than the built-in one may hold;
  /// `ResourceError` when there is no memory.
  public init(_ session: SchemeSession, compiled: Bool = true) throws {
    let open = session.services.files.count
    guard open == 0 else {
      throw GuestError("the session has \(open) open \(open == 1 ? "file" : "files"), which others cannot have: close them first")
    }
    try session.flush()
    try session.guest.tidy()
    module = try Freezer(session.instance).module(compiled: compiled)
    runtimeState = session.runtimeState
    lastHandle = session.services.linker?.lastHandle ?? 0
  }

  /// From a program, which is run. Throws `GuestError` if it does not end well, and what `SchemeSession.evaluate` and the other initializer throw.
  ///
  /// - Parameters:
  ///   - program: the source text.
  ///   - name: what error messages call it.
  ///   - options: of the session in which it is run; sessions from the template have its engine and its `stackBytes`.
  ///   - compiled: see `init(_:compiled:)`.
  public convenience init(program: String, name: String, _ options: SchemeOptions = SchemeOptions(), compiled: Bool = true) throws {
    let session = try SchemeSession(options)
    switch try session.evaluate(program, name: name) {
    case .value: break
    case .error(let message): throw GuestError(message)
    case .incomplete: throw GuestError("\(name) ends inside a datum")
    case .interrupted, .stopped: throw GuestError("\(name) was interrupted")
    }
    try session.flush()
    try self.init(session, compiled: compiled)
  }

  /// What the services of a session give the guest, in the order in which it imports it; nil for a guest that imports something else.
  func externs(_ imports: [HostServices.Import]) -> [Extern]? {
    let order = importOrder.withLock { order in
      let known = order ?? ImportOrder(module, imports)
      order = known
      return known
    }
    return order.externs(imports)
  }

  /// A new session that begins where the template's ended. Of the options, `engine`, `stackBytes`, `nativeBytes` and `guest` are the template's.
  public func makeSession(_ options: SchemeOptions = SchemeOptions()) throws -> SchemeSession { try SchemeSession(self, options) }
}
