// What a program's three standard descriptors are: descriptors of the host, bytes, closures, or nothing.

/// What a program reads from its descriptor 0.
///
/// ```swift
/// var text = Array("first\nsecond\n".utf8)[...]
/// let input = StandardInput.reading { buffer in
///   let part = text.prefix(buffer.count)
///   buffer.copyBytes(from: part)
///   text = text.dropFirst(part.count)
///   return part.count
/// }
/// let process = try WASIProcess(arguments: ["copy"], standardInput: input)
/// let store = Store(engine)
/// var imports = Imports()
/// process.define(in: &imports, for: store)
/// let code = try process.start(Instance(module, imports: imports, in: store))
/// ```
public struct StandardInput {
  enum Source {
    case closed
    case descriptor(Int32)
    case bytes([UInt8])
    case closure(isTerminal: Bool, (UnsafeMutableRawBufferPointer) throws -> Int)
  }

  let source: Source

  /// The descriptor is not open: calls give `badf`.
  public static var closed: StandardInput { StandardInput(source: .closed) }

  /// A descriptor of the host, used as it is, which stays open. Not open for the program, either, if it is not open.
  public static func descriptor(_ number: Int32) -> StandardInput { StandardInput(source: .descriptor(number)) }

  /// Some bytes, and then the end.
  public static func bytes(_ bytes: [UInt8]) -> StandardInput { StandardInput(source: .bytes(bytes)) }

  /// A text as UTF-8, and then the end.
  public static func text(_ text: String) -> StandardInput { .bytes(Array(text.utf8)) }

  /// Asks a closure for each read of at least one byte. It fills the buffer it is given from the beginning, and returns how many bytes it has written
  /// there, 0 at the end; it is asked again if the program reads again. The buffer may be the program's memory: it is valid during the call only.
  ///
  /// An `Errno` that the closure throws is what the program gets, such as `tryAgain` where there is nothing to read now. Any other error ends the program
  /// and comes out of the call that runs it as it is; a count that is too large does so as `StreamError`. `Engine.interrupt()` does not end a closure
  /// that waits.
  ///
  /// - Parameters:
  ///   - asTerminal: whether programs are to take it for a terminal.
  ///   - read: fills the buffer.
  public static func reading(asTerminal: Bool = false, _ read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) -> StandardInput {
    StandardInput(source: .closure(isTerminal: asTerminal, read))
  }
}

/// Where what a program writes to its descriptor 1 or 2 goes.
///
/// ```swift
/// var parts: [String] = []
/// let output = StandardOutput.writing { bytes in parts.append(String(decoding: bytes, as: UTF8.self)) }
/// let process = try WASIProcess(
///   arguments: ["copy"], standardInput: .text("one two"), standardOutput: output, standardError: .discarded)
/// let store = Store(engine)
/// var imports = Imports()
/// process.define(in: &imports, for: store)
/// let code = try process.start(Instance(module, imports: imports, in: store))
/// ```
public struct StandardOutput {
  enum Target {
    case closed
    case descriptor(Int32)
    case discarded
    case collected(CollectedOutput)
    case closure(isTerminal: Bool, (UnsafeRawBufferPointer) throws -> Void)
  }

  let target: Target

  /// The descriptor is not open: calls give `badf`.
  public static var closed: StandardOutput { StandardOutput(target: .closed) }

  /// What is written is gone.
  public static var discarded: StandardOutput { StandardOutput(target: .discarded) }

  /// A descriptor of the host, used as it is, which stays open. Not open for the program, either, if it is not open.
  public static func descriptor(_ number: Int32) -> StandardOutput { StandardOutput(target: .descriptor(number)) }

  /// Keeps what is written. Both outputs may go to the same place.
  public static func collected(_ output: CollectedOutput) -> StandardOutput { StandardOutput(target: .collected(output)) }

  /// Gives what is written to a closure: the bytes of one write together if they are at most 64 KiB, else buffer by buffer. They may be the program's
  /// memory, and are valid during the call only.
  ///
  /// An `Errno` that the closure throws is what the program gets, such as `brokenPipe` where nobody reads any more; of a write of several buffers, some of
  /// which went through, the program gets how much that was. Any other error ends the program and comes out of the call that runs it as it is.
  /// `Engine.interrupt()` does not end a closure that waits.
  ///
  /// - Parameters:
  ///   - asTerminal: whether programs are to take it for a terminal; C programs then write each line when it is complete.
  ///   - write: takes the bytes.
  public static func writing(asTerminal: Bool = false, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) -> StandardOutput {
    StandardOutput(target: .closure(isTerminal: asTerminal, write))
  }
}

/// What a program has written.
///
/// ```swift
/// let output = CollectedOutput(limit: 1 << 20)
/// let process = try WASIProcess(arguments: ["copy"], standardInput: .text("hello"), standardOutput: .collected(output))
/// let store = Store(engine)
/// var imports = Imports()
/// process.define(in: &imports, for: store)
/// let code = try process.start(Instance(module, imports: imports, in: store))
/// print(code, output.text)
/// ```
///
/// Used by one thread at a time, like the process.
public final class CollectedOutput {
  /// Everything that was written and not taken yet.
  public private(set) var bytes: [UInt8] = []
  /// The most bytes that are kept. Further ones are `nospc` for the program, as on a full disk.
  public let limit: Int

  /// Keeps up to so many bytes: 64 MiB unless something else is said.
  public init(limit: Int = 64 << 20) { self.limit = limit }

  /// The bytes as UTF-8; what is not, is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Returns what was written, and forgets it.
  public func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Appends what there is room for; returns how much that was.
  func append(_ more: UnsafeRawBufferPointer) throws(Errno) -> Int {
    let count = min(more.count, max(0, limit - bytes.count))
    if count == 0 && more.count > 0 { throw .noSpace }
    bytes.append(contentsOf: more.prefix(count))
    return count
  }
}

/// A closure for standard input says that it has done what cannot be.
///
/// ```swift
/// let input = StandardInput.reading { buffer in buffer.count + 1 }       // more than there is room for
/// let process = try WASIProcess(arguments: ["cat"], standardInput: input)
/// do {
///   _ = try process.start(instance)
/// } catch let error as StreamError {
///   print(error)
/// }
/// ```
public struct StreamError: Error, Sendable, CustomStringConvertible {
  /// What it has done.
  public let description: String
}
