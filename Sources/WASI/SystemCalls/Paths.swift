// path_*: files by their paths beneath an open directory. All paths go through `PathRoot`.

extension SystemCall {
  private func root(_ directory: OpenDirectory, _ needed: Rights) throws(Errno) -> PathRoot {
    try directory.file.require(needed)
    var root = PathRoot(directory.file.host)
    root.usesHost = process.resolvesByHost
    return root
  }

  // MARK: Opening

  func pathOpen(
    _ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ openFlags: OpenFlags, _ rights: Rights, _ inheriting: Rights,
    _ descriptorFlags: DescriptorFlags, _ result: Output<UInt32>
  ) throws(Errno) {
    let (rights, inheriting) = (rights.intersection(.all), inheriting.intersection(.all))
    var needed: Rights = .pathOpen
    if openFlags.contains(.create) { needed.insert(.pathCreateFile) }
    if openFlags.contains(.truncate) { needed.insert(.pathFilestatSetSize) }
    let root = try root(directory, needed)
    guard directory.file.inheriting.isSuperset(of: rights.union(descriptorFlags.rights)) else { throw .notCapable }
    // Hosts disagree about what this means, and some create a file. A directory is never created here.
    if openFlags.isSuperset(of: [.create, .directory]) { throw .invalid }
    let host = try root.open(
      path.bytes, SystemCall.hostFlags(openFlags, descriptorFlags, rights), mode: 0o666, following: lookup.contains(.followsLinks))
    var information = stat()
    fstat(host, &information)
    let type = FileType(information, of: host)
    let file = Descriptor(
      host: host, type: type, rights: rights.contains(.fdWrite) ? rights : rights.subtracting(.writing),
      inheriting: type == .directory ? inheriting.intersection(directory.file.inheriting) : [])
    result.store(process.descriptors.add(file))
  }

  /// How the host opens what is to have some rights. Of those that need a file that is open for writing, only `fdWrite` makes it one: C libraries ask
  /// for the others whenever they can, also where nothing may be written.
  private static func hostFlags(_ openFlags: OpenFlags, _ descriptorFlags: DescriptorFlags, _ rights: Rights) -> Int32 {
    let writes = rights.contains(.fdWrite) || openFlags.contains(.truncate)
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

  func pathFilestatGet(_ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ result: FileStatusOutput) throws(Errno) {
    let location = try locate(directory, .pathFilestatGet, path, lookup)
    let information = try location.information()
    result.store(information, FileType(information))
  }

  /// The text is cut off where the buffer ends.
  func pathReadlink(_ directory: OpenDirectory, _ path: GuestPath, _ buffer: GuestBuffer, _ result: Output<UInt32>) throws(Errno) {
    let location = try locate(directory, .pathReadlink, path)
    // With a slash after it, the path names what the link leads to.
    guard !location.mustBeDirectory, let text = location.link() else {
      _ = try locate(directory, .pathReadlink, path, []).information()
      throw .invalid
    }
    guard text.isUTF8 else { throw .illegalSequence }
    let shown = text.prefix(buffer.bytes.count)
    buffer.bytes.copyBytes(from: shown)
    result.store(UInt32(shown.count))
  }

  /// The place that a call looks at. A path that ends in a slash names what a link there leads to.
  private func locate(_ directory: OpenDirectory, _ needed: Rights, _ path: GuestPath, _ lookup: LookupFlags) throws(Errno) -> Location {
    let followsLast = lookup.contains(.followsLinks) || path.bytes.last == UInt8(ascii: "/")
    return try root(directory, needed).locate(path.bytes, followsLast: followsLast)
  }

  /// The place that a call changes, links at the end not followed.
  private func locate(_ directory: OpenDirectory, _ needed: Rights, _ path: GuestPath) throws(Errno) -> Location {
    try root(directory, needed).locate(path.bytes)
  }

  // MARK: Changing

  func pathFilestatSetTimes(
    _ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ access: UInt64, _ modification: UInt64, _ flags: TimeFlags
  ) throws(Errno) {
    let times = try flags.times(access, modification)
    let location = try locate(directory, .pathFilestatSetTimes, path, lookup)
    if location.mustBeDirectory { _ = try location.information() }
    try location.call { utimensat($0, $1, times, AT_SYMLINK_NOFOLLOW) }
  }

  func pathCreateDirectory(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    try locate(directory, .pathCreateDirectory, path).call { mkdirat($0, $1, 0o777) }
  }

  func pathRemoveDirectory(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    try locate(directory, .pathRemoveDirectory, path).call { unlinkat($0, $1, AT_REMOVEDIR) }
  }

  func pathUnlinkFile(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    let location = try locate(directory, .pathUnlinkFile, path)
    // Some hosts would unlink a directory for a privileged user, and some say EPERM.
    if FileType(try location.information()) == .directory { throw .isDirectory }
    try location.call { unlinkat($0, $1, 0) }
  }

  func pathRename(
    _ oldDirectory: OpenDirectory, _ oldPath: GuestPath, _ newDirectory: OpenDirectory, _ newPath: GuestPath
  ) throws(Errno) {
    let old = try locate(oldDirectory, .pathRenameSource, oldPath)
    let new = try locate(newDirectory, .pathRenameTarget, newPath)
    if old.mustBeDirectory || new.mustBeDirectory {
      guard FileType(try old.information()) == .directory else { throw .notDirectory }
    }
    try old.call { oldDirectory, oldName in
      new.name.withPath { renameat(oldDirectory, oldName, new.directory, $0) }
    }
  }

  func pathLink(
    _ oldDirectory: OpenDirectory, _ lookup: LookupFlags, _ oldPath: GuestPath, _ newDirectory: OpenDirectory, _ newPath: GuestPath
  ) throws(Errno) {
    let old = try locate(oldDirectory, .pathLinkSource, oldPath, lookup)
    let new = try locate(newDirectory, .pathLinkTarget, newPath)
    if old.mustBeDirectory { _ = try old.information() }
    try refuseSlash(new)
    try old.call { oldDirectory, oldName in
      new.name.withPath { linkat(oldDirectory, oldName, new.directory, $0, 0) }
    }
  }

  func pathSymlink(_ text: GuestPath, _ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    let text = text.bytes
    // A path of the program means nothing to others, and one of the host is nothing the program could know.
    if text.first == UInt8(ascii: "/") { throw .notPermitted }
    let location = try locate(directory, .pathSymlink, path)
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

extension DescriptorFlags {
  /// The rights that a file opened so must inherit: each stands for a call after each write.
  var rights: Rights {
    var rights: Rights = []
    if contains(.dataSync) { rights.insert(.fdDatasync) }
    if !isDisjoint(with: [.readSync, .sync]) { rights.insert(.fdSync) }
    return rights
  }
}
