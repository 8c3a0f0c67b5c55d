// fd_readdir and fd_prestat_*: what is in a directory, and which directories there are from the start.

extension SystemCall {
  /// Fills the buffer with entries from a cookie on. The last one may be cut off; a buffer that is not full says that there are no more.
  func fdReaddir(
    _ number: GuestDescriptor, _ buffer: GuestPointer, _ count: UInt32, _ cookie: UInt64, _ result: GuestPointer
  ) throws(Errno) {
    let directory = try descriptor(number, .fdReaddir)
    let buffer = try memory.bytes(at: buffer, count: count)
    let stream: DirectoryStream
    if let existing = directory.stream {
      stream = existing
    } else {
      stream = try DirectoryStream(directory.host)
      directory.stream = stream
    }
    var used = 0
    var cookie = cookie
    while used < buffer.count, let entry = try stream.entry(at: cookie) {
      for byte in try record(entry, in: directory, stream).prefix(buffer.count - used) {
        buffer[used] = byte
        used += 1
      }
      cookie = entry.next
    }
    try memory.store(UInt32(used), at: result)
  }

  /// A `dirent`, with the name after it.
  private func record(_ entry: DirectoryStream.Entry, in directory: Descriptor, _ stream: DirectoryStream) throws(Errno) -> [UInt8] {
    var inode = entry.inode
    // What is above the directories that the program was given is none of its business.
    if directory.preopenedAs != nil && entry.name == Array("..".utf8) { inode = UInt64(try directory.information.st_ino) }
    let type = entry.type == .unknown ? stream.type(of: entry.name) : entry.type
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 + entry.name.count)
    withUnsafeBytes(of: entry.next.littleEndian) { bytes += $0 }
    withUnsafeBytes(of: inode.littleEndian) { bytes += $0 }
    withUnsafeBytes(of: UInt32(entry.name.count).littleEndian) { bytes += $0 }
    bytes += [type.rawValue, 0, 0, 0]
    return bytes + entry.name
  }

  func fdPrestatGet(_ number: GuestDescriptor, _ result: GuestPointer) throws(Errno) {
    let name = try preopenedName(number)
    // The tag of directories, the only kind there is.
    try memory.store(UInt32(0), at: result)
    try memory.store(UInt32(name.count), at: Int(result) + 4)
  }

  func fdPrestatDirName(_ number: GuestDescriptor, _ buffer: GuestPointer, _ count: UInt32) throws(Errno) {
    let name = try preopenedName(number)
    guard name.count <= count else { throw .nameTooLong }
    try memory.bytes(at: buffer, count: UInt32(name.count)).copyBytes(from: name)
  }

  private func preopenedName(_ number: GuestDescriptor) throws(Errno) -> [UInt8] {
    guard let name = try descriptor(number).preopenedAs else { throw .badDescriptor }
    return name
  }
}
