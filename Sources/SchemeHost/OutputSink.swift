// Where a program's output goes. The guest buffers; what comes here is written at once.

/// A receiver of output bytes.
///
/// ```swift
/// var text = ""
/// var options = SchemeOptions()
/// options.output = OutputSink { _, bytes in text += String(decoding: bytes, as: UTF8.self) }
/// _ = try SchemeSession(options).evaluate("(display 'hello)", name: "example")
/// print(text)
/// ```
public struct OutputSink {
  /// Stream 1 is output, 2 is for errors.
  public typealias Write = (_ stream: Int32, _ bytes: UnsafeRawBufferPointer) throws(OutputError) -> Void

  /// Takes some bytes of a stream.
  public let write: Write
  /// Whether it is the descriptors 1 and 2.
  let isStandard: Bool

  /// A sink that gives everything to a closure.
  public init(_ write: @escaping Write) { self.init(write, isStandard: false) }

  private init(_ write: @escaping Write, isStandard: Bool) {
    self.write = write
    self.isStandard = isStandard
  }

  /// The file descriptors 1 and 2. All bytes are written, whatever pieces the system takes them in.
  public static var standard: OutputSink {
    OutputSink({ stream, bytes throws(OutputError) in try writeAll(bytes, to: stream) }, isStandard: true)
  }

  /// Writes all bytes to a file descriptor. Whenever a signal comes while nobody takes them, `isStopping` says whether to leave the rest; the result is
  /// false then.
  @discardableResult
  public static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, until isStopping: () -> Bool = { false }
  ) throws(OutputError) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(descriptor, rest.baseAddress!, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if poll(&wanted, 1, -1) < 0 && isStopping() { return false }
      } else if errno != EINTR {
        throw OutputError(number: errno)
      } else if isStopping() {
        return false
      }
    }
    return true
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
