// Where a program's standard input comes from.

import GuestABI

/// A source of input bytes.
///
/// ```swift
/// var text = Array("(1 2 3)".utf8)[...]
/// var options = SchemeOptions()
/// options.input = InputSource(read: { buffer in
///   let part = text.prefix(buffer.count)
///   buffer.copyBytes(from: part)
///   text = text.dropFirst(part.count)
///   return Int32(part.count)
/// })
/// let session = try SchemeSession(options)
/// print(try session.evaluate("(apply + (read))", name: "example", .showResult))   // value("6")
/// ```
public struct InputSource {
  /// Stores some bytes, having waited for the first: how many, 0 at the end, or a negative `HostError` (`interrupted`, if a signal came
  /// meanwhile).
  public let read: (UnsafeMutableRawBufferPointer) -> Int32
  /// Whether `read` would return without waiting.
  public let isReady: () -> Bool

  /// A source that reads by these closures, which are called on the thread of the program.
  public init(
    read: @escaping (UnsafeMutableRawBufferPointer) -> Int32, isReady: @escaping () -> Bool = { true }
  ) {
    self.read = read
    self.isReady = isReady
  }

  /// Nothing: always at its end.
  public static var empty: InputSource { InputSource(read: { _ in 0 }) }

  /// The file descriptor 0.
  public static var standard: InputSource {
    InputSource(
      read: { read($0, from: 0) },
      isReady: {
        var wanted = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        let count = poll(&wanted, 1, 0)
        // A signal came in between: nothing is known to be there.
        if count < 0 && errno == EINTR { return false }
        return count != 0
      })
  }

  /// Reads from a file descriptor.
  public static func read(_ target: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int32 {
    while true {
      let count = systemRead(descriptor, target.baseAddress, target.count)
      if count >= 0 { return Int32(count) }
      if errno != EAGAIN { return -FileRefusal(number: errno).reason.rawValue }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&wanted, 1, -1) < 0 && errno == EINTR { return -HostError.interrupted.rawValue }
    }
  }
}

private func systemRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, target, count)
}
