// Reaching files beneath a directory without ever leaving it: each component is opened on its own, from its parent's descriptor, and symbolic links
// are read and followed by us, so that a link put in place at any moment cannot lead elsewhere.

import GuestABI

/// Why a file could not be reached.
struct FileRefusal: Error {
  let reason: HostError

  init(_ reason: HostError) { self.reason = reason }

  /// The reason for the system's error number.
  init(number: Int32) {
    switch number {
    case ENOENT: reason = .noSuchFile
    case EACCES, EPERM, EROFS: reason = .permissionDenied
    case EISDIR: reason = .isDirectory
    case ENOTDIR: reason = .notDirectory
    case EMFILE, ENFILE: reason = .tooManyOpenFiles
    case ENOSPC, EDQUOT, EFBIG: reason = .noSpace
    case EPIPE: reason = .brokenPipe
    case ENAMETOOLONG, EINVAL: reason = .badName
    case EINTR: reason = .interrupted
    default: reason = .other
    }
  }
}

/// A walk from a directory down to a file's parent.
struct BeneathDirectory {
  private let directory: FileAccess.Directory
  /// The open directories from the first one to the current one.
  private var descriptors: [Int32] = []
  private var linksLeft = 40
  private let followsLast: Bool

  private init(_ directory: FileAccess.Directory, _ followsLast: Bool) {
    self.directory = directory
    self.followsLast = followsLast
  }

  /// Calls `body` with the descriptor of the directory that holds the file, and the file's name in it, which is no symbolic link, unless `followsLast` is
  /// false: then it is the name of the path's last component, whatever that is.
  static func reach<Result>(
    _ rest: [String], in directory: FileAccess.Directory, followsLast: Bool, _ body: (Int32, String) throws(FileRefusal) -> Result
  ) throws(FileRefusal) -> Result {
    var walk = BeneathDirectory(directory, followsLast)
    defer { for descriptor in walk.descriptors { close(descriptor) } }
    let first = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if first < 0 { throw FileRefusal(number: errno) }
    walk.descriptors = [first]
    let name = try walk.descend(rest)
    return try body(walk.descriptors[walk.descriptors.count - 1], name)
  }

  /// Opens the directories of a path one after the other. Returns the last component's name.
  private mutating func descend(_ path: [String]) throws(FileRefusal) -> String {
    var rest = Array(path.reversed())
    while let name = rest.popLast() {
      if name == "." { continue }
      if name == ".." {
        if descriptors.count == 1 { throw FileRefusal(.notPermitted) }
        close(descriptors.removeLast())
        continue
      }
      if !rest.isEmpty || followsLast, let target = try link(name) {
        if target.hasPrefix("/") {
          let components = FileAccess.components(of: target)
          if !components.starts(with: directory.components) { throw FileRefusal(.notPermitted) }
          while descriptors.count > 1 { close(descriptors.removeLast()) }
          rest += components[directory.components.count...].reversed()
        } else {
          rest += target.split(separator: "/").reversed().map(String.init)
        }
        continue
      }
      if rest.isEmpty { return name }
      let next = openat(descriptors[descriptors.count - 1], name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if next < 0 { throw FileRefusal(number: errno) }
      descriptors.append(next)
    }
    return "."
  }

  /// What a name links to; nil when it is no symbolic link.
  private mutating func link(_ name: String) throws(FileRefusal) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(descriptors[descriptors.count - 1], name, &buffer, buffer.count)
    if count < 0 { return nil }
    linksLeft -= 1
    if linksLeft == 0 || count == buffer.count { throw FileRefusal(.badName) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
