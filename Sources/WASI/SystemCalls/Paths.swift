// path_*: files by their paths beneath an open directory.

extension SystemCall {
  // MARK: Opening

  func pathOpen(
    _ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ openFlags: OpenFlags, _ rights: Rights, _ inheriting: Rights,
    _ descriptorFlags: DescriptorFlags, _ result: Output<UInt32>
  ) throws(Errno) {
    let (rights, inheriting) = (rights.intersection(.all), inheriting.intersection(.all))
    var needed: Rights = .pathOpen
    if openFlags.contains(.create) { needed.insert(.pathCreateFile) }
    if openFlags.contains(.truncate) { needed.insert(.pathFilestatSetSize) }
    try directory.file.require(needed)
    guard directory.file.inheriting.isSuperset(of: rights.union(descriptorFlags.rights)) else { throw .notCapable }
    // Hosts disagree about what this means, and some create a file. A directory is never created here.
    if openFlags.isSuperset(of: [.create, .directory]) { throw .invalid }
    // Of the rights that need a file that is open for writing, only `fdWrite` makes it one: C libraries ask for the others whenever they can, also where
    // nothing may be written.
    let mode = OpenMode(
      open: openFlags, descriptor: descriptorFlags, reads: !rights.isDisjoint(with: .reading),
      writes: rights.contains(.fdWrite) || openFlags.contains(.truncate))
    try process.descriptors.requireRoom()
    let object = try directory.object.open(path.bytes, mode, following: lookup.contains(.followsLinks))
    let file = Descriptor(
      object, rights: rights.contains(.fdWrite) ? rights : rights.subtracting(.writing),
      inheriting: object.type == .directory ? inheriting.intersection(directory.file.inheriting) : [])
    result.store(process.descriptors.add(file))
  }

  // MARK: Asking

  func pathFilestatGet(_ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ result: FileStatusOutput) throws(Errno) {
    try directory.file.require(.pathFilestatGet)
    result.store(try directory.object.status(of: path.bytes, following: lookup.contains(.followsLinks)))
  }

  /// The text is cut off where the buffer ends.
  func pathReadlink(_ directory: OpenDirectory, _ path: GuestPath, _ buffer: GuestBuffer, _ result: Output<UInt32>) throws(Errno) {
    try directory.file.require(.pathReadlink)
    let text = try directory.object.link(at: path.bytes)
    guard text.isUTF8 else { throw .illegalSequence }
    let shown = text.prefix(buffer.bytes.count)
    buffer.bytes.copyBytes(from: shown)
    result.store(UInt32(shown.count))
  }

  // MARK: Changing

  func pathFilestatSetTimes(
    _ directory: OpenDirectory, _ lookup: LookupFlags, _ path: GuestPath, _ access: UInt64, _ modification: UInt64, _ flags: TimeFlags
  ) throws(Errno) {
    let times = try flags.times(access, modification)
    try directory.file.require(.pathFilestatSetTimes)
    try directory.object.setTimes(of: path.bytes, times, following: lookup.contains(.followsLinks))
  }

  func pathCreateDirectory(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    try directory.file.require(.pathCreateDirectory)
    try directory.object.createDirectory(path.bytes)
  }

  func pathRemoveDirectory(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    try directory.file.require(.pathRemoveDirectory)
    try directory.object.removeDirectory(path.bytes)
  }

  func pathUnlinkFile(_ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    try directory.file.require(.pathUnlinkFile)
    try directory.object.removeFile(path.bytes)
  }

  func pathRename(
    _ oldDirectory: OpenDirectory, _ oldPath: GuestPath, _ newDirectory: OpenDirectory, _ newPath: GuestPath
  ) throws(Errno) {
    try oldDirectory.file.require(.pathRenameSource)
    try newDirectory.file.require(.pathRenameTarget)
    try oldDirectory.object.rename(oldPath.bytes, to: newDirectory.object, newPath.bytes)
  }

  func pathLink(
    _ oldDirectory: OpenDirectory, _ lookup: LookupFlags, _ oldPath: GuestPath, _ newDirectory: OpenDirectory, _ newPath: GuestPath
  ) throws(Errno) {
    try oldDirectory.file.require(.pathLinkSource)
    try newDirectory.file.require(.pathLinkTarget)
    try oldDirectory.object.link(oldPath.bytes, to: newDirectory.object, newPath.bytes, following: lookup.contains(.followsLinks))
  }

  func pathSymlink(_ text: GuestPath, _ directory: OpenDirectory, _ path: GuestPath) throws(Errno) {
    // A path of the program means nothing to others, and one of the host is nothing the program could know.
    if text.bytes.first == UInt8(ascii: "/") { throw .notPermitted }
    try directory.file.require(.pathSymlink)
    try directory.object.createLink(path.bytes, to: text.bytes)
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
