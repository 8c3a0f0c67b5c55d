// Reading a directory entry by entry, from any entry that was shown before.

/// A position in a directory. Has a host descriptor of its own.
final class DirectoryStream {
  struct Entry {
    /// Where the next entry is.
    let next: UInt64
    let inode: UInt64
    let type: FileType
    let name: [UInt8]
  }

  private let stream: HostSystem.DirectoryStreamPointer
  /// The cookie of the entry that will be read next.
  private var position: UInt64 = 0

  /// Opens the directory a second time, since a descriptor has only one position.
  init(_ directory: Int32) throws(Errno) {
    let descriptor = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .ofLastCall }
    guard let stream = fdopendir(descriptor) else {
      let failure = Errno.ofLastCall
      close(descriptor)
      throw failure
    }
    self.stream = stream
  }

  deinit { closedir(stream) }

  /// The entry at a cookie: 0 for the first one, otherwise some entry's `next`. Nil at the end.
  func entry(at cookie: UInt64) throws(Errno) -> Entry? {
    if cookie == 0 {
      rewinddir(stream)
    } else if cookie != position {
      guard let place = Int(exactly: cookie) else { throw .invalid }
      seekdir(stream, place)
    }
    position = cookie
    errno = 0
    guard let found = readdir(stream) else {
      if errno != 0 { throw .ofLastCall }
      return nil
    }
    position = UInt64(bitPattern: Int64(telldir(stream)))
    let name = withUnsafeBytes(of: &found.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
    return Entry(next: position, inode: UInt64(found.pointee.d_ino), type: FileType(found.pointee.d_type), name: name)
  }

  /// What is known of an entry without opening it, when the directory itself does not say what type it is.
  func type(of name: [UInt8]) -> FileType {
    var information = stat()
    let result = name.withPath { fstatat(dirfd(stream), $0, &information, AT_SYMLINK_NOFOLLOW) }
    return result == 0 ? FileType(information) : .unknown
  }
}

extension FileType {
  fileprivate init(_ entryType: UInt8) {
    switch Int32(entryType) {
    case Int32(DT_REG): self = .regularFile
    case Int32(DT_DIR): self = .directory
    case Int32(DT_LNK): self = .symbolicLink
    case Int32(DT_CHR): self = .characterDevice
    case Int32(DT_BLK): self = .blockDevice
    case Int32(DT_SOCK): self = .streamSocket
    default: self = .unknown
    }
  }
}

extension Collection<UInt8> {
  /// Calls with the bytes as a C string.
  func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
      for (index, byte) in enumerated() { buffer[index] = CChar(bitPattern: byte) }
      buffer[count] = 0
      return body(UnsafePointer(buffer.baseAddress!))
    }
  }
}
