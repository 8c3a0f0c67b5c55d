// Directories of the host. All paths go through `PathRoot`.

/// An open directory of the host.
final class HostDirectory: HostFile, DirectoryObject {
  /// Whether the host may resolve whole paths at once; off in tests of the walk that stands in for it.
  var resolvesByHost = true
  /// The position of reading it.
  private var stream: DirectoryStream?

  override var directory: (any DirectoryObject)? { self }

  private var root: PathRoot {
    var root = PathRoot(host)
    root.usesHost = resolvesByHost
    return root
  }

  init(owning host: Int32) { super.init(owning: host, type: .directory) }

  override init?(inherited host: Int32) { super.init(inherited: host) }

  func entry(at cookie: UInt64) throws(Errno) -> DirectoryEntry? {
    if let stream { return try stream.entry(at: cookie) }
    let stream = try DirectoryStream(host)
    self.stream = stream
    return try stream.entry(at: cookie)
  }

  // MARK: Opening

  func open(_ path: [UInt8], _ mode: OpenMode, following: Bool) throws(Errno) -> any FileObject {
    let host = try root.open(path, mode.ofHost, mode: 0o666, following: following)
    var information = stat()
    fstat(host, &information)
    let type = FileType(information, of: host)
    guard type == .directory else { return HostFile(owning: host, type: type) }
    let directory = HostDirectory(owning: host)
    directory.resolvesByHost = resolvesByHost
    return directory
  }

  // MARK: Asking

  func check(_ path: [UInt8], following: Bool) throws(Errno) { _ = try locate(path, following: following) }

  func status(of path: [UInt8], following: Bool) throws(Errno) -> FileStatus {
    FileStatus(try locate(path, following: following).information())
  }

  func link(at path: [UInt8]) throws(Errno) -> [UInt8] {
    let location = try root.locate(path)
    // With a slash after it, the path names what the link leads to.
    if !location.mustBeDirectory, let text = location.link() { return text }
    _ = try status(of: path, following: false)
    throw .invalid
  }

  /// The place that a call looks at. A path that ends in a slash names what a link there leads to.
  private func locate(_ path: [UInt8], following: Bool) throws(Errno) -> Location {
    try root.locate(path, followsLast: following || path.last == UInt8(ascii: "/"))
  }

  // MARK: Changing

  func setTimes(of path: [UInt8], _ times: FileTimes, following: Bool) throws(Errno) {
    let location = try locate(path, following: following)
    // Where nothing is to be set the host does not even look.
    if location.mustBeDirectory || times.changeNothing { _ = try location.information() }
    try location.call { utimensat($0, $1, times.ofHost, AT_SYMLINK_NOFOLLOW) }
  }

  func createDirectory(_ path: [UInt8]) throws(Errno) { try root.locate(path).call { mkdirat($0, $1, 0o777) } }

  func removeDirectory(_ path: [UInt8]) throws(Errno) { try root.locate(path).call { unlinkat($0, $1, AT_REMOVEDIR) } }

  func removeFile(_ path: [UInt8]) throws(Errno) {
    let location = try root.locate(path)
    // Some hosts would unlink a directory for a privileged user, and some say EPERM.
    if FileType(try location.information()) == .directory { throw .isDirectory }
    try location.call { unlinkat($0, $1, 0) }
  }

  func rename(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8]) throws(Errno) {
    guard let directory = directory as? HostDirectory else { try refuseCrossing(path, to: directory, newPath) }
    let old = try root.locate(path)
    let new = try directory.root.locate(newPath)
    if old.mustBeDirectory || new.mustBeDirectory {
      guard FileType(try old.information()) == .directory else { throw .notDirectory }
    }
    try old.call { oldDirectory, oldName in
      new.name.withPath { renameat(oldDirectory, oldName, new.directory, $0) }
    }
  }

  func link(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8], following: Bool) throws(Errno) {
    guard let directory = directory as? HostDirectory else { try refuseCrossing(path, to: directory, newPath, following: following) }
    let old = try locate(path, following: following)
    let new = try directory.root.locate(newPath)
    if old.mustBeDirectory || new.mustBeDirectory { _ = try old.information() }
    try HostDirectory.refuseSlash(new)
    try old.call { oldDirectory, oldName in
      new.name.withPath { linkat(oldDirectory, oldName, new.directory, $0, 0) }
    }
  }

  func createLink(_ path: [UInt8], to text: [UInt8]) throws(Errno) {
    let location = try root.locate(path)
    try HostDirectory.refuseSlash(location)
    try location.call { directory, name in text.withPath { symlinkat($0, directory, name) } }
  }

  /// For new files that are no directories.
  private static func refuseSlash(_ location: borrowing Location) throws(Errno) {
    guard location.mustBeDirectory else { return }
    do throws(Errno) {
      _ = try location.information()
    } catch .notDirectory {}
    throw .exists
  }
}

extension OpenMode {
  fileprivate var ofHost: Int32 {
    var flags = writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY
    if open.contains(.create) { flags |= O_CREAT }
    if open.contains(.directory) { flags |= O_DIRECTORY }
    if open.contains(.exclusive) { flags |= O_EXCL }
    if open.contains(.truncate) { flags |= O_TRUNC }
    if descriptor.contains(.append) { flags |= O_APPEND }
    if descriptor.contains(.dataSync) { flags |= HostSystem.dataSync }
    if descriptor.contains(.nonblocking) { flags |= O_NONBLOCK }
    if descriptor.contains(.readSync) { flags |= HostSystem.readSync }
    if descriptor.contains(.sync) { flags |= O_SYNC }
    return flags
  }
}
