// Reading a directory entry by entry, from any entry that was shown before.

/// A position in a directory. Has a host descriptor of its own.
///
/// A cookie, the guest's word for a place in the directory, is the number of entries before it. The host's own words for places are larger than
/// a C program's `long`, which `telldir` puts a cookie in; here they are kept beside the numbers.
final class DirectoryStream {
  private let stream: HostSystem.DirectoryStreamPointer
  /// The cookie of the entry that will be read next.
  private var position = 0
  /// The host's word for each cookie that was reached.
  private var places: [Int]

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
    places = [telldir(stream)]
  }

  deinit { closedir(stream) }

  /// The entry at a cookie: 0 for the first one, otherwise some entry's `next`. Nil at the end.
  func entry(at cookie: UInt64) throws(Errno) -> DirectoryEntry? {
    let wanted = Int(clamping: cookie)
    if wanted == 0 {
      // Also shows what is new.
      rewinddir(stream)
      position = 0
    } else if wanted != position {
      position = min(wanted, places.count - 1)
      seekdir(stream, places[position])
    }
    // A cookie that was not reached yet is from an earlier reading of the directory.
    while position < wanted { guard try next() != nil else { return nil } }
    return try next()
  }

  private func next() throws(Errno) -> DirectoryEntry? {
    errno = 0
    guard let found = readdir(stream) else {
      if errno != 0 { throw .ofLastCall }
      return nil
    }
    position += 1
    if position < places.count { places[position] = telldir(stream) } else { places.append(telldir(stream)) }
    let name = withUnsafeBytes(of: &found.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
    // What is known of an entry without opening it; not every directory says what type it is.
    let type = FileType(found.pointee.d_type)
    return DirectoryEntry(
      next: UInt64(position), inode: UInt64(found.pointee.d_ino), type: type == .unknown ? self.type(of: name) : type, name: name)
  }

  private func type(of name: [UInt8]) -> FileType {
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
