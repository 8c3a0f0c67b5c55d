// A file that diagnostics are appended to, from any thread, each piece as a whole: what has been written is there even after a crash.

import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

final class DiagnosticFile: Sendable {
  /// Negative when nothing more can be written.
  private let descriptor: Mutex<Int32>
  private let canSeek: Bool

  /// Begins the file anew; nil if that is not possible.
  init?(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return nil }
    canSeek = lseek(descriptor, 0, SEEK_CUR) >= 0
    self.descriptor = Mutex(descriptor)
  }

  deinit { descriptor.withLock { if $0 >= 0 { close($0) } } }

  /// Nobody can be told when that fails.
  func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends a text and what comes at the file's end; the next text that is appended so takes the place of that end, which therefore is always the same. Where
  /// nothing can be written again the end is left out.
  func append(_ text: String, end: String) {
    guard canSeek else { return append(text) }
    descriptor.withLock { descriptor in
      if descriptor >= 0, lseek(descriptor, 0, SEEK_CUR) > 0 { lseek(descriptor, -off_t(end.utf8.count), SEEK_CUR) }
    }
    append(text + end)
  }

  /// After a piece that could not be written as a whole, nothing more is.
  func append(_ bytes: UnsafeRawBufferPointer) {
    descriptor.withLock { descriptor in
      var rest = bytes
      while descriptor >= 0 && !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else {
          close(descriptor)
          descriptor = -1
        }
      }
    }
  }

  /// Maps the file's first page as if it were to be executed, until the process ends: `perf record` notes such mappings with the names of the files.
  func mapExecutable() {
    descriptor.withLock { _ = mmap(nil, Int(sysconf(Int32(_SC_PAGESIZE))), PROT_READ | PROT_EXEC, MAP_PRIVATE, $0, 0) }
  }

  static var processNumber: Int32 { getpid() }
}
