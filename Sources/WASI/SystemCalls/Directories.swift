// fd_readdir and fd_prestat_*: what is in a directory, and which directories there are from the start.

extension SystemCall {
  /// Fills the buffer with entries from a cookie on. The last one may be cut off; a buffer that is not full says that there are no more. A name
  /// that is not UTF-8 is an error, since leaving it out would be one that nobody sees.
  func fdReaddir(_ directory: OpenDirectory, _ buffer: GuestBuffer, _ cookie: UInt64, _ result: Output<UInt32>) throws(Errno) {
    let buffer = buffer.bytes
    try directory.file.require(.fdReaddir)
    var used = 0
    var cookie = cookie
    while used < buffer.count, let entry = try directory.object.entry(at: cookie) {
      guard entry.name.isUTF8 else { throw .illegalSequence }
      let record = try record(entry, in: directory.file).prefix(buffer.count - used)
      UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyBytes(from: record)
      used += record.count
      cookie = entry.next
    }
    result.store(UInt32(used))
  }

  /// A `dirent`, with the name after it.
  private func record(_ entry: DirectoryEntry, in directory: Descriptor) throws(Errno) -> [UInt8] {
    var inode = entry.inode
    // What is above the directories that the program was given is none of its business.
    if directory.preopenedAs != nil && entry.name == Array("..".utf8) { inode = try directory.object.status.inode }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24 + entry.name.count)
    withUnsafeBytes(of: entry.next.littleEndian) { bytes += $0 }
    withUnsafeBytes(of: inode.littleEndian) { bytes += $0 }
    withUnsafeBytes(of: UInt32(entry.name.count).littleEndian) { bytes += $0 }
    bytes += [entry.type.rawValue, 0, 0, 0]
    return bytes + entry.name
  }

  func fdPrestatGet(_ descriptor: OpenFile, _ result: PreopenedOutput) throws(Errno) {
    result.store(nameCount: try preopenedName(descriptor).count)
  }

  func fdPrestatDirName(_ descriptor: OpenFile, _ buffer: GuestBuffer) throws(Errno) {
    let name = try preopenedName(descriptor)
    guard name.count <= buffer.bytes.count else { throw .nameTooLong }
    buffer.bytes.copyBytes(from: name)
  }

  private func preopenedName(_ descriptor: OpenFile) throws(Errno) -> [UInt8] {
    guard let name = descriptor.file.preopenedAs else { throw .badDescriptor }
    return name
  }
}
