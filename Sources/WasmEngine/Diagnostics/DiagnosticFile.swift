// A file that diagnostics are appended to, from any thread, each piece by one call of the system: what has been written is there even after a crash.

import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

final class DiagnosticFile: Sendable {
  private let descriptor: Mutex<Int32>

  /// Begins the file anew; nil if that is not possible.
  init?(_ path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    self.descriptor = Mutex(descriptor)
  }

  deinit { descriptor.withLock { _ = close($0) } }

  /// Nobody can be told when that fails.
  func append(_ text: String) {
    var text = text
    descriptor.withLock { descriptor in text.withUTF8 { bytes in _ = write(descriptor, bytes.baseAddress, bytes.count) } }
  }

  static var processNumber: Int32 { getpid() }
}
