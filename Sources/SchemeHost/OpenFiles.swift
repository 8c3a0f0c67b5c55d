// The files that a session's program has open, by the numbers that the guest knows.

import GuestABI

final class OpenFiles {
  private let access: FileAccess
  /// The descriptor of each number from `firstStream` on; -1 where a file has been closed.
  private var descriptors: [Int32] = []
  private static let firstStream: Int32 = 3

  init(_ access: FileAccess) { self.access = access }

  deinit {
    for descriptor in descriptors where descriptor >= 0 { _ = closeDescriptor(descriptor) }
  }

  /// Opens a file; its number, or a negative `HostError`.
  func open(_ path: String, mode: Int32) -> Int32 {
    let writes = mode != OpenMode.read
    let flags =
      O_CLOEXEC | O_NOFOLLOW
      | (mode == OpenMode.read ? O_RDONLY : O_WRONLY | O_CREAT | (mode == OpenMode.append ? O_APPEND : O_TRUNC))
    return resultOrError { () throws(FileRefusal) -> Int32 in
      try reach(path, writing: writes) { (directory, name) throws(FileRefusal) -> Int32 in
        let descriptor = openat(directory, name, flags, 0o666)
        if descriptor < 0 { throw FileRefusal(number: errno) }
        var information = stat()
        if fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR {
          _ = closeDescriptor(descriptor)
          throw FileRefusal(.isDirectory)
        }
        return add(descriptor)
      }
    }
  }

  private func add(_ descriptor: Int32) -> Int32 {
    if let free = descriptors.firstIndex(of: -1) {
      descriptors[free] = descriptor
      return Int32(free) + Self.firstStream
    }
    descriptors.append(descriptor)
    return Int32(descriptors.count - 1) + Self.firstStream
  }

  /// How many are open.
  var count: Int { descriptors.count { $0 >= 0 } }

  /// The descriptor of an open file, or nil.
  func descriptor(_ stream: Int32) -> Int32? {
    let index = Int(stream) - Int(Self.firstStream)
    guard index >= 0 && index < descriptors.count && descriptors[index] >= 0 else { return nil }
    return descriptors[index]
  }

  /// 0, or a `HostError`.
  func close(_ stream: Int32) -> Int32 {
    guard let descriptor = descriptor(stream) else { return HostError.other.rawValue }
    descriptors[Int(stream - Self.firstStream)] = -1
    return closeDescriptor(descriptor) == 0 ? 0 : FileRefusal(number: errno).reason.rawValue
  }

  func exists(_ path: String) -> Bool {
    let result = resultOrError { () throws(FileRefusal) -> Int32 in
      try reach(path, writing: false) { (directory, name) throws(FileRefusal) -> Int32 in
        faccessat(directory, name, F_OK, 0) == 0 ? 1 : 0
      }
    }
    return result == 1
  }

  /// 0, or a `HostError`. Of a symbolic link the link itself is deleted.
  func delete(_ path: String) -> Int32 {
    -resultOrError { () throws(FileRefusal) -> Int32 in
      try reach(path, writing: true, followsLast: false) { (directory, name) throws(FileRefusal) -> Int32 in
        if unlinkat(directory, name, 0) != 0 { throw FileRefusal(number: errno) }
        return 0
      }
    }
  }

  private func resultOrError(_ body: () throws(FileRefusal) -> Int32) -> Int32 {
    do throws(FileRefusal) {
      return try body()
    } catch {
      return -error.reason.rawValue
    }
  }

  /// Reaches a path in the first of the permitted directories that leads to it.
  private func reach(
    _ path: String, writing: Bool, followsLast: Bool = true, _ body: (Int32, String) throws(FileRefusal) -> Int32
  ) throws(FileRefusal) -> Int32 {
    if path.isEmpty || path.utf8.contains(0) { throw FileRefusal(.badName) }
    var refusal = FileRefusal(.notPermitted)
    for (directory, rest) in access.directories(containing: path, writing: writing) {
      do throws(FileRefusal) {
        return try BeneathDirectory.reach(rest, in: directory, followsLast: followsLast, body)
      } catch {
        refusal = error
        if error.reason != .notPermitted { break }
      }
    }
    throw refusal
  }
}
