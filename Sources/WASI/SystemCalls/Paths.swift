// path_*: files by their paths beneath an open directory. All paths go through `PathRoot`.

extension SystemCall {
  private func root(_ number: GuestDescriptor, _ needed: Rights) throws(Errno) -> PathRoot {
    let directory = try descriptor(number, needed)
    guard directory.type == .directory else { throw .notDirectory }
    var root = PathRoot(directory.host)
    root.usesHost = process.resolvesByHost
    return root
  }

  /// Whether links at the end of a path are followed. (There is one such flag.)
  private func follows(_ lookupFlags: UInt32) throws(Errno) -> Bool {
    guard lookupFlags & ~1 == 0 else { throw .invalid }
    return lookupFlags == 1
  }

  // MARK: Opening

  func pathOpen(
    _ number: GuestDescriptor, _ lookupFlags: UInt32, _ path: GuestPointer, _ pathCount: UInt32, _ openFlags: UInt32,
    _ rights: UInt64, _ inheriting: UInt64, _ descriptorFlags: UInt32, _ result: GuestPointer
  ) throws(Errno) {
    let openFlags = try Errno.check(UInt16(truncatingIfNeeded: openFlags), in: OpenFlags.all)
    let descriptorFlags = try Errno.check(UInt16(truncatingIfNeeded: descriptorFlags), in: DescriptorFlags.all)
    let rights = Rights(rawValue: rights).intersection(.all)
    let inheriting = Rights(rawValue: inheriting).intersection(.all)
    let following = try follows(lookupFlags)
    var needed: Rights = .pathOpen
    if openFlags.contains(.create) { needed.insert(.pathCreateFile) }
    if openFlags.contains(.truncate) { needed.insert(.pathFilestatSetSize) }
    let root = try root(number, needed)
    let directory = try descriptor(number)
    guard directory.inheriting.isSuperset(of: rights) else { throw .notCapable }
    let host = try root.open(
      try memory.string(at: path, count: pathCount), SystemCall.hostFlags(openFlags, descriptorFlags, rights), mode: 0o666,
      following: following)
    var information = stat()
    fstat(host, &information)
    let type = FileType(information, of: host)
    let file = Descriptor(
      host: host, type: type, rights: rights.intersection(.applicable(to: type)),
      inheriting: type == .directory ? inheriting.intersection(directory.inheriting) : [])
    // Last, so that a bad address leaves nothing open.
    _ = try memory.bytes(at: result, count: 4)
    try memory.store(process.descriptors.add(file), at: result)
  }

  /// How the host opens what is to have some rights.
  private static func hostFlags(_ openFlags: OpenFlags, _ descriptorFlags: DescriptorFlags, _ rights: Rights) -> Int32 {
    var writes = !rights.isDisjoint(with: .writing) || openFlags.contains(.truncate)
    // Directories are never written to, whatever rights are asked for.
    if openFlags.contains(.directory) { writes = false }
    let reads = !rights.isDisjoint(with: .reading)
    var flags = writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY
    if openFlags.contains(.create) { flags |= O_CREAT }
    if openFlags.contains(.directory) { flags |= O_DIRECTORY }
    if openFlags.contains(.exclusive) { flags |= O_EXCL }
    if openFlags.contains(.truncate) { flags |= O_TRUNC }
    if descriptorFlags.contains(.append) { flags |= O_APPEND }
    if descriptorFlags.contains(.dataSync) { flags |= HostSystem.dataSync }
    if descriptorFlags.contains(.nonblocking) { flags |= O_NONBLOCK }
    if descriptorFlags.contains(.readSync) { flags |= HostSystem.readSync }
    if descriptorFlags.contains(.sync) { flags |= O_SYNC }
    return flags
  }

  // MARK: Asking

  func pathFilestatGet(
    _ number: GuestDescriptor, _ lookupFlags: UInt32, _ path: GuestPointer, _ count: UInt32, _ result: GuestPointer
  ) throws(Errno) {
    let location = try locate(number, .pathFilestatGet, path, count, followsLast: try follows(lookupFlags))
    let information = try location.information()
    try write(information, FileType(information), at: result)
  }

  func pathReadlink(
    _ number: GuestDescriptor, _ path: GuestPointer, _ count: UInt32, _ buffer: GuestPointer, _ size: UInt32,
    _ result: GuestPointer
  ) throws(Errno) {
    let location = try locate(number, .pathReadlink, path, count)
    let target = try memory.bytes(at: buffer, count: size)
    guard let text = location.link() else {
      // It is missing or no link.
      _ = try location.information()
      throw .invalid
    }
    let shown = text.prefix(target.count)
    target.copyBytes(from: shown)
    try memory.store(UInt32(shown.count), at: result)
  }

  /// A path that ends in a slash names what a link there leads to, for calls that look rather than change.
  private func locate(
    _ number: GuestDescriptor, _ needed: Rights, _ path: GuestPointer, _ count: UInt32, followsLast: Bool
  ) throws(Errno) -> Location {
    let root = try root(number, needed)
    let path = try memory.string(at: path, count: count)
    return try root.locate(path, followsLast: followsLast || path.last == UInt8(ascii: "/"))
  }

  /// The place that a call changes, links at the end not followed.
  private func locate(_ number: GuestDescriptor, _ needed: Rights, _ path: GuestPointer, _ count: UInt32) throws(Errno) -> Location {
    let root = try root(number, needed)
    return try root.locate(try memory.string(at: path, count: count))
  }

  // MARK: Changing

  func pathFilestatSetTimes(
    _ number: GuestDescriptor, _ lookupFlags: UInt32, _ path: GuestPointer, _ count: UInt32, _ access: UInt64,
    _ modification: UInt64, _ flags: UInt32
  ) throws(Errno) {
    let times = try SystemCall.times(access, modification, flags)
    let location = try locate(number, .pathFilestatSetTimes, path, count, followsLast: try follows(lookupFlags))
    if location.mustBeDirectory { _ = try location.information() }
    try location.call { utimensat($0, $1, times, AT_SYMLINK_NOFOLLOW) }
  }

  func pathCreateDirectory(_ number: GuestDescriptor, _ path: GuestPointer, _ count: UInt32) throws(Errno) {
    try locate(number, .pathCreateDirectory, path, count).call { mkdirat($0, $1, 0o777) }
  }

  func pathRemoveDirectory(_ number: GuestDescriptor, _ path: GuestPointer, _ count: UInt32) throws(Errno) {
    try locate(number, .pathRemoveDirectory, path, count).call { unlinkat($0, $1, AT_REMOVEDIR) }
  }

  func pathUnlinkFile(_ number: GuestDescriptor, _ path: GuestPointer, _ count: UInt32) throws(Errno) {
    let location = try locate(number, .pathUnlinkFile, path, count)
    // Some hosts would unlink a directory for a privileged user, and some say EPERM.
    if FileType(try location.information()) == .directory { throw .isDirectory }
    try location.call { unlinkat($0, $1, 0) }
  }

  func pathRename(
    _ oldNumber: GuestDescriptor, _ oldPath: GuestPointer, _ oldCount: UInt32, _ newNumber: GuestDescriptor,
    _ newPath: GuestPointer, _ newCount: UInt32
  ) throws(Errno) {
    let old = try locate(oldNumber, .pathRenameSource, oldPath, oldCount)
    let new = try locate(newNumber, .pathRenameTarget, newPath, newCount)
    if old.mustBeDirectory || new.mustBeDirectory {
      guard FileType(try old.information()) == .directory else { throw .notDirectory }
    }
    try old.call { oldDirectory, oldName in
      new.name.withPath { renameat(oldDirectory, oldName, new.directory, $0) }
    }
  }

  func pathLink(
    _ oldNumber: GuestDescriptor, _ lookupFlags: UInt32, _ oldPath: GuestPointer, _ oldCount: UInt32,
    _ newNumber: GuestDescriptor, _ newPath: GuestPointer, _ newCount: UInt32
  ) throws(Errno) {
    let old = try locate(oldNumber, .pathLinkSource, oldPath, oldCount, followsLast: try follows(lookupFlags))
    let new = try locate(newNumber, .pathLinkTarget, newPath, newCount)
    if old.mustBeDirectory { _ = try old.information() }
    try refuseSlash(new)
    try old.call { oldDirectory, oldName in
      new.name.withPath { linkat(oldDirectory, oldName, new.directory, $0, 0) }
    }
  }

  func pathSymlink(
    _ text: GuestPointer, _ textCount: UInt32, _ number: GuestDescriptor, _ path: GuestPointer, _ count: UInt32
  ) throws(Errno) {
    let text = try memory.string(at: text, count: textCount)
    // A path of the program means nothing to others, and one of the host is nothing the program could know.
    if text.first == UInt8(ascii: "/") { throw .notPermitted }
    let location = try locate(number, .pathSymlink, path, count)
    try refuseSlash(location)
    try location.call { directory, name in text.withPath { symlinkat($0, directory, name) } }
  }

  /// For new files that are no directories.
  private func refuseSlash(_ location: borrowing Location) throws(Errno) {
    guard location.mustBeDirectory else { return }
    do throws(Errno) {
      _ = try location.information()
    } catch .notDirectory {}
    throw .exists
  }
}
