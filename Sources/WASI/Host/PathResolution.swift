// Finding files by path beneath a directory, and never elsewhere: not by "..", not by an absolute path, not by a symbolic link that leads
// out, and not by a directory that another process swaps for such a link between a look and a step.
//
// Nothing here asks the host to walk a path. The walk opens one component after the other, each relative to the handle of the one before and
// without following links, reads the links it meets and walks their text itself; ".." goes back to a handle that it came by. What it
// returns is the handle of a directory and one name in it, for calls that act on the name without following it. Where the host has
// a call that does the same at once (openat2 on Linux), it is asked first.

import OpenBeneath

/// A name in a directory that is open.
struct Location: ~Copyable {
  /// The directory.
  let directory: Int32
  /// One component: never empty, "..", or with a slash; "." is the directory itself.
  let name: [UInt8]
  /// Whether the path ended in a slash, which only directories may.
  let mustBeDirectory: Bool
  private let isOwned: Bool

  init(_ directory: Int32, _ name: [UInt8], mustBeDirectory: Bool, isOwned: Bool) {
    self.directory = directory
    self.name = name
    self.mustBeDirectory = mustBeDirectory
    self.isOwned = isOwned
  }

  deinit { if isOwned { close(directory) } }

  /// Calls a function of the host with the directory and the name; throws what it says when it returns a negative number.
  @discardableResult
  func call(_ function: (Int32, UnsafePointer<CChar>) -> Int32) throws(Errno) -> Int32 {
    let result = name.withPath { function(directory, $0) }
    guard result >= 0 else { throw .ofLastCall }
    return result
  }

  /// What is there, links not followed.
  func information() throws(Errno) -> stat {
    var information = stat()
    try call { fstatat($0, $1, &information, AT_SYMLINK_NOFOLLOW) }
    if mustBeDirectory && FileType(information) != .directory { throw .notDirectory }
    return information
  }

  /// The text of the symbolic link that is there; nil if there is something else or nothing.
  func link() -> [UInt8]? { Location.link(directory, name) }

  static func link(_ directory: Int32, _ name: [UInt8]) -> [UInt8]? {
    let capacity = Int(PATH_MAX)
    let text = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = name.withPath { path in
        max(0, buffer.withMemoryRebound(to: CChar.self) { readlinkat(directory, path, $0.baseAddress!, capacity) })
      }
    }
    return text.isEmpty ? nil : text
  }
}

/// A directory as the place where paths start and beneath which they stay.
struct PathRoot {
  let directory: Int32
  /// Whether to ask the host to resolve whole paths, where it can.
  var usesHost = true

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")
  private static let maximumLinks = 40

  init(_ directory: Int32) { self.directory = directory }

  /// Opens a file.
  func open(_ path: [UInt8], _ flags: Int32, mode: mode_t = 0, following: Bool) throws(Errno) -> Int32 {
    try check(path)
    let flags = flags | O_CLOEXEC | O_NOCTTY
    if usesHost, let file = try openByHost(path, following ? flags : flags | O_NOFOLLOW, mode) { return file }
    let followsLast = following && flags & (O_CREAT | O_EXCL) != (O_CREAT | O_EXCL)
    for _ in 0..<PathRoot.maximumLinks {
      let location = try walk(path, followsLast: followsLast)
      if location.mustBeDirectory && flags & O_CREAT != 0 { throw .isDirectory }
      let flags = flags | O_NOFOLLOW | (location.mustBeDirectory ? O_DIRECTORY : 0)
      do throws(Errno) {
        return try location.call { openat($0, $1, flags, mode) }
      } catch .tooManyLinks where followsLast {
        // It became a link since the walk looked at it.
        continue
      }
    }
    throw .tooManyLinks
  }

  /// Finds the directory that has, or could have, a file. With `followsLast`, links at the end are followed too.
  func locate(_ path: [UInt8], followsLast: Bool = false) throws(Errno) -> Location {
    try check(path)
    if usesHost, let (directory, name, mustBeDirectory) = PathRoot.split(path) {
      if directory.isEmpty {
        let location = Location(self.directory, name, mustBeDirectory: mustBeDirectory, isOwned: false)
        if !followsLast || location.link() == nil { return location }
      } else if let handle = try openByHost(directory, HostSystem.openDirectoryHandle & ~O_NOFOLLOW, 0) {
        let location = Location(handle, name, mustBeDirectory: mustBeDirectory, isOwned: true)
        if !followsLast || location.link() == nil { return location }
      }
    }
    return try walk(path, followsLast: followsLast)
  }

  private func check(_ path: [UInt8]) throws(Errno) {
    if path.isEmpty { throw .noEntry }
    if path.count >= Int(PATH_MAX) { throw .nameTooLong }
    if path[0] == PathRoot.slash { throw .notPermitted }
  }

  /// Nil if the host has no such call, or if too much changed while it worked.
  private func openByHost(_ path: [UInt8], _ flags: Int32, _ mode: mode_t) throws(Errno) -> Int32? {
    for _ in 0..<4 {
      let file = path.withPath { latch_open_beneath(directory, $0, flags, UInt32(mode)) }
      if file >= 0 { return file }
      switch errno {
      case EAGAIN: continue
      // A filter of system calls may say the last.
      case ENOSYS, EPERM: return nil
      case EXDEV: throw .notPermitted
      case let number: throw Errno(host: number)
      }
    }
    return nil
  }

  /// A path's last component and what comes before it; nil where the last one is not a name.
  private static func split(_ path: [UInt8]) -> (directory: [UInt8], name: [UInt8], mustBeDirectory: Bool)? {
    var end = path.count
    while end > 0 && path[end - 1] == slash { end -= 1 }
    let start = path[..<end].lastIndex(of: slash).map { $0 + 1 } ?? 0
    let name = Array(path[start..<end])
    if name.isEmpty || name == [dot] || name == [dot, dot] { return nil }
    return (Array(path[..<start]), name, end < path.count)
  }

  private func walk(_ path: [UInt8], followsLast: Bool) throws(Errno) -> Location {
    var walk = PathWalk(directory)
    return try walk.run(path, followsLast: followsLast, maximumLinks: PathRoot.maximumLinks)
  }
}

/// One walk along a path.
private struct PathWalk: ~Copyable {
  private let root: Int32
  /// Handles of the directories below the root that lead to where the walk is.
  private var handles: [Int32] = []
  /// The components that are still to be walked, last one first.
  private var components: [ArraySlice<UInt8>] = []

  init(_ root: Int32) { self.root = root }

  deinit { for handle in handles { close(handle) } }

  private var current: Int32 { handles.last ?? root }

  mutating func run(_ path: [UInt8], followsLast: Bool, maximumLinks: Int) throws(Errno) -> Location {
    var links = 0
    var mustBeDirectory = path.last == UInt8(ascii: "/")
    push(path)
    while let component = components.popLast() {
      let name = Array(component)
      if name == Array(".".utf8) { continue }
      if name == Array("..".utf8) {
        guard let handle = handles.popLast() else { throw .notPermitted }
        close(handle)
        continue
      }
      let isLast = components.isEmpty
      if isLast && !followsLast { return leave(name, mustBeDirectory) }
      if !isLast {
        let handle = name.withPath { openat(current, $0, HostSystem.openDirectoryHandle) }
        if handle >= 0 {
          handles.append(handle)
          continue
        }
      }
      let failure = errno
      guard let text = Location.link(current, name) else {
        if isLast { return leave(name, mustBeDirectory) }
        throw Errno(host: failure == ELOOP ? ENOTDIR : failure)
      }
      links += 1
      if links > maximumLinks { throw .tooManyLinks }
      if text[0] == UInt8(ascii: "/") { throw .notPermitted }
      if isLast && text.last == UInt8(ascii: "/") { mustBeDirectory = true }
      push(text)
    }
    return leave(Array(".".utf8), mustBeDirectory)
  }

  private mutating func push(_ path: [UInt8]) {
    components.append(contentsOf: path.split(separator: UInt8(ascii: "/")).reversed())
  }

  /// The result: the handle of where the walk is now goes to it.
  private mutating func leave(_ name: [UInt8], _ mustBeDirectory: Bool) -> Location {
    let handle = handles.popLast()
    return Location(handle ?? root, name, mustBeDirectory: mustBeDirectory, isOwned: handle != nil)
  }
}
