// Where a program's output goes. The guest buffers; what comes here is written at once.

/// A receiver of output bytes.
public struct OutputSink {
  /// Stream 1 is output, 2 is for errors.
  public typealias Write = (_ stream: Int32, _ bytes: UnsafeRawBufferPointer) throws(OutputError) -> Void

  public let write: Write

  public init(_ write: @escaping Write) { self.write = write }

  /// The file descriptors 1 and 2. All bytes are written, whatever pieces the system takes them in.
  public static var standard: OutputSink {
    OutputSink { stream, bytes throws(OutputError) in try writeAll(bytes, to: stream) }
  }

  /// Writes all bytes to a file descriptor.
  public static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(OutputError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(descriptor, rest.baseAddress!, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, -1)
      } else if errno != EINTR {
        throw OutputError(number: errno)
      }
    }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
