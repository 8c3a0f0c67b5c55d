// Where the REPL's lines come from: an editor on a terminal, or bytes from a pipe or a file.

import GuestABI
import SchemeHost

/// What reading a line came to.
enum LineInput {
  case line(String)
  /// Ctrl-C while editing.
  case interrupted
  /// The end of a file or a pipe; Ctrl-D on an empty line.
  case end
  /// The terminal is gone.
  case closed
}

/// The lines of a pipe or a file, read without prompts or echo. A program reads the lines after its own.
final class PipeLines {
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  /// How many lines have been read, by the REPL and by the program.
  private(set) var count = 0
  /// The most bytes that a line may have.
  private let longest: Int

  init(longest: Int) { self.longest = longest }

  static func tooLong(_ longest: Int) -> FileError {
    FileError(path: "an expression from the standard input", number: 0, largest: longest, remedy: SessionSettings.textRemedy)
  }

  func next() throws(FileError) -> LineInput {
    var searched = position
    while true {
      if let newline = buffer[searched...].firstIndex(of: 0x0A) {
        defer { position = newline + 1 }
        count += 1
        return .line(String(decoding: buffer[position..<newline], as: UTF8.self))
      }
      searched = buffer.count
      if isAtEnd {
        guard position < buffer.count else { return .end }
        defer { position = buffer.count }
        count += 1
        return .line(String(decoding: buffer[position...], as: UTF8.self))
      }
      buffer.removeFirst(position)
      searched -= position
      position = 0
      if buffer.count > longest { throw Self.tooLong(longest) }
      try fill()
    }
  }

  /// Whether a line can be had without waiting.
  var hasLine: Bool { buffer[position...].contains(0x0A) }

  /// There may be more after the end: on a terminal.
  func forgetEnd() { isAtEnd = false }

  /// Throws an interruption only while a program runs, for which it reads.
  private func fill() throws(FileError) {
    let capacity = 65536
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { target, initialized in
      count = System.retryingRead(System.standardInput, target.baseAddress!, capacity)
      initialized = max(count, 0)
    }
    if count < 0 { throw FileError(path: "the standard input", number: System.lastError) }
    if count == 0 { isAtEnd = true }
    buffer += chunk
  }

  /// What the program reads: at most to the end of a line, so that the REPL goes on after what the program wanted.
  var input: InputSource {
    InputSource(
      read: { [self] target in
        if position == buffer.count && !isAtEnd {
          do throws(FileError) { try fill() } catch { return error.isInterruption ? -HostError.interrupted.rawValue : 0 }
        }
        let unread = buffer[position...].prefix(target.count)
        let newline = unread.firstIndex(of: 0x0A)
        if newline != nil { count += 1 }
        let length = newline.map { $0 + 1 - position } ?? unread.count
        target.copyBytes(from: unread.prefix(length))
        position += length
        return Int32(length)
      },
      isReady: { [self] in position < buffer.count || isAtEnd || InputSource.standard.isReady() })
  }
}
