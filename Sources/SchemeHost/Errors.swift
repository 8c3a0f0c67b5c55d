// What can end an evaluation besides the program itself. Scheme errors are not among them: they are an `Evaluation`.

import GuestABI

/// The program called `exit`.
///
/// ```swift
/// do {
///   _ = try session.evaluate("(exit 3)", name: "example")
/// } catch let exit as ProgramExit {
///   print("exit code", exit.code)
/// }
/// ```
public struct ProgramExit: Error, Sendable {
  /// The exit code.
  public let code: Int32

  /// An exit with this code.
  public init(code: Int32) { self.code = code }
}

/// The program's output could not be written.
///
/// ```swift
/// do {
///   try session.flush()
/// } catch let error as OutputError where !error.isBrokenPipe {
///   print(error)
/// }
/// ```
public struct OutputError: Error, Sendable, CustomStringConvertible {
  /// The system's error number.
  public let number: Int32

  /// The system's error of this number.
  public init(number: Int32) { self.number = number }

  /// Whether the reader of a pipe went away, which is no reason to complain.
  public var isBrokenPipe: Bool { number == EPIPE }
  public var description: String { "cannot write output: \(systemErrorMessage(number))" }
}

/// The program was ended by force while the session could not be left as it was (see `Interrupter.isBusy`), or memory was short where nothing could be
/// done without: the session cannot be used any more.
///
/// ```swift
/// do {
///   _ = try session.withTimeLimit(.seconds(1)) { try session.evaluate("(work)", name: "example") }
/// } catch let lost as SessionLost {
///   print(lost)       // make a new session
/// }
/// ```
public struct SessionLost: Error, Sendable, CustomStringConvertible {
  /// Whether the program was ended from outside.
  public let wasInterrupted: Bool
  public let description: String
}

/// The guest cannot go on, or is not what this host expects.
///
/// ```swift
/// do {
///   _ = try SchemeSession()
/// } catch let error as GuestError {
///   print(error.message)
/// }
/// ```
public struct GuestError: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}
