// A directory for programs that is nowhere in the host's file system: what the embedder makes, fills and reads. See `InMemoryDirectory`.

import Synchronization

/// A directory in memory, with everything in it, for programs to use as any other.
///
/// The host fills it before a program runs and reads it afterwards, or while it runs: files by their paths, as bytes.
///
/// ```swift
/// let files = InMemoryDirectory(limits: InMemoryDirectory.Limits(bytes: 1 << 20, entries: 100))
/// try files.write("one two\n", to: "texts/first")
/// let process = try WASIProcess(
///   arguments: ["copy"], directories: [PreopenedDirectory(memory: files, guest: "/data")])
/// let store = Store(engine)
/// var imports = Imports()
/// process.define(in: &imports, for: store)
/// _ = try process.start(Instance(module, imports: imports, in: store))
/// for name in try files.names(in: "texts") { print(name, try files.read("texts/\(name)").count) }
/// ```
///
/// Paths are relative to the directory, with "/" between names, and may not lead out of it; symbolic links are followed as they are for programs.
/// What fails throws `Failure`. The error numbers that programs get are those of docs/wasi-errors.md. A name is a string, so that there are none that
/// are not UTF-8; nothing has an owner or permissions: what a program may do is said where it is given the directory (`PreopenedDirectory`).
///
/// It is thread-safe: several processes, in stores that run on several threads, may have the same directory, and the host may use it at the same time. Each
/// call of a program and each method here is one step that no other sees half done: a write with all its buffers, an append where the end is
/// at that time, a rename with what it replaces. Only reading a directory goes entry by entry: a name that stays is seen once, whatever comes and goes
/// meanwhile. There are no file locks, in WASI as here: programs that need more than single steps have to agree otherwise.
public final class InMemoryDirectory: Sendable {
  /// How much there may be in a directory, or is. More is `nospc`, the error of a full disk; a write writes what there is room for.
  public struct Limits: Sendable, Equatable {
    /// The most bytes of files and texts of symbolic links, those included that programs still have open after they were removed. Holes, which were skipped
    /// by seeking or setting a size, do not count; apart from the first 16 KiB of a file, a part of 16 KiB in which there is anything counts for 64
    /// bytes at least. Some memory is needed besides: up to as much again for small files that grow.
    public var bytes: Int
    /// The most names of files, directories and links, and files without a name that are still open.
    public var entries: Int

    /// 256 MiB in 65,536 files, unless something else is said.
    public init(bytes: Int = 256 << 20, entries: Int = 65536) {
      self.bytes = bytes
      self.entries = entries
    }
  }

  let files: Mutex<FileTree>
  let device = FileNumbers.next()

  /// An empty directory.
  public init(limits: Limits = Limits()) { files = Mutex(FileTree(limits: limits)) }

  /// A directory with some files, by their paths.
  public convenience init(_ files: [String: [UInt8]], limits: Limits = Limits()) throws(Failure) {
    self.init(limits: limits)
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) { try write(bytes, to: path) }
  }

  // MARK: Files

  /// All bytes of a file.
  public func read(_ path: String) throws(Failure) -> [UInt8] {
    try perform("read", path) { (files, path) throws(Errno) in
      let node = try files.find(path, from: FileNodes.root, following: true)
      guard files.nodes[node].type == .regularFile else { throw .isDirectory }
      let content = files.nodes[node].content
      // Its holes may be larger than memory.
      guard content.size <= files.nodes.limits.bytes else { throw .fileTooBig }
      return [UInt8](unsafeUninitializedCapacity: content.size) { buffer, count in
        count = content.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// Makes a file of some bytes, with the directories before it, or replaces what was in it. If there is no room, the file has as much as there was.
  public func write(_ bytes: [UInt8], to path: String) throws(Failure) { try write(bytes, path, truncating: true) }

  /// Makes a file of a text, as UTF-8.
  public func write(_ text: String, to path: String) throws(Failure) { try write(Array(text.utf8), to: path) }

  /// Adds bytes to the end of a file, which is made if there is none.
  public func append(_ bytes: [UInt8], to path: String) throws(Failure) { try write(bytes, path, truncating: false) }

  private func write(_ bytes: [UInt8], _ path: String, truncating: Bool) throws(Failure) {
    try perform("write", path) { (files, path) throws(Errno) in
      try files.createParents(of: path)
      let mode = OpenMode(open: truncating ? [.create, .truncate] : .create, descriptor: [], reads: false, writes: true)
      let node = try files.open(path, from: FileNodes.root, mode, following: true)
      defer { files.nodes.close(node) }
      let start = files.nodes[node].content.size
      let count = try bytes.withUnsafeBytes { bytes in Result { () throws(Errno) in try files.nodes.write(bytes, to: node, at: start) } }.get()
      if count < bytes.count { throw .noSpace }
    }
  }

  // MARK: Directories, links, names

  /// Makes a directory, with those before it; does nothing if it is there.
  public func createDirectory(_ path: String) throws(Failure) {
    try perform("make the directory", path) { (files, path) throws(Errno) in try files.createDirectories(path) }
  }

  /// Makes a symbolic link, with the directories before it. The text is a path relative to where the link is. Anything can be made, but not followed: absolute
  /// paths and those that lead out of the directory are `perm`.
  public func createSymbolicLink(_ path: String, to text: String) throws(Failure) {
    try perform("make the link", path) { (files, path) throws(Errno) in
      if text.utf8.contains(0) { throw .illegalSequence }
      try files.createParents(of: path)
      try files.createLink(path, from: FileNodes.root, to: Array(text.utf8))
    }
  }

  /// The text of a symbolic link.
  public func symbolicLink(_ path: String) throws(Failure) -> String {
    try perform("read the link", path) { (files, path) throws(Errno) in
      let node = files.nodes[try files.find(path, from: FileNodes.root, following: false)]
      guard node.type == .symbolicLink else { throw .invalid }
      return String(decoding: node.text, as: UTF8.self)
    }
  }

  /// Gives a file or directory another path; what has that path is replaced as programs would replace it.
  public func rename(_ path: String, to newPath: String) throws(Failure) {
    try perform("rename", path) { (files, path) throws(Errno) in
      try files.rename(path, from: FileNodes.root, to: FileTree.checked(newPath), from: FileNodes.root)
    }
  }

  /// Removes a file, a link, or a directory with all that is in it.
  public func remove(_ path: String) throws(Failure) {
    try perform("remove", path) { (files, path) throws(Errno) in try files.removeAll(path) }
  }

  /// The names in a directory, of all kinds, in the order in which they were made; "." is the directory itself.
  public func names(in path: String = ".") throws(Failure) -> [String] {
    try perform("list", path) { (files, path) throws(Errno) in
      let node = try files.find(path, from: FileNodes.root, following: true)
      guard files.isDirectory(node) else { throw .notDirectory }
      return files.nodes[node].entries.all.map { String(decoding: $0.name, as: UTF8.self) }
    }
  }

  /// The paths of everything below the directory but the directories, sorted; links are not followed. Left out is what is so deep that its path, with 4,096
  /// bytes or more, is too long to be used.
  public var paths: [String] { files.withLock { $0.allPaths }.sorted() }

  /// What is known of the file, directory or link that has a path; nil if nothing has. Links at the end are not followed.
  public func information(_ path: String) -> Information? {
    try? perform("look at", path) { (files, path) throws(Errno) in
      Information(files.nodes[try files.find(path, from: FileNodes.root, following: false)])
    }
  }

  /// What there is now, as the limits count it.
  public var usage: Limits { files.withLock { Limits(bytes: $0.nodes.usedBytes, entries: $0.nodes.usedEntries) } }

  private func perform<Result: Sendable>(
    _ what: String, _ path: String, _ body: (inout FileTree, [UInt8]) throws(Errno) -> Result
  ) throws(Failure) -> Result {
    do throws(Errno) {
      return try files.withLock { (files) throws(Errno) in try body(&files, FileTree.checked(path)) }
    } catch {
      throw Failure(action: what, path: path, reason: error)
    }
  }
}

extension InMemoryDirectory {
  /// What the host knows of a file.
  ///
  /// ```swift
  /// let files = try InMemoryDirectory(["a": [1, 2, 3]])
  /// if let known = files.information("a"), known.kind == .file { print(known.size, known.modificationTime) }
  /// ```
  public struct Information: Sendable, Equatable {
    /// What it can be.
    public enum Kind: Sendable {
      /// A file with bytes.
      case file
      /// A directory.
      case directory
      /// A symbolic link.
      case symbolicLink
    }

    /// What it is.
    public let kind: Kind
    /// Bytes of a file, or of a link's text; names in a directory.
    public let size: Int
    /// The number by which programs know that two names are the same file; no other file of the directory ever has it.
    public let inode: UInt64
    /// How many names it has. Of a directory two, and one for each directory in it.
    public let links: Int
    /// When it was last read, changed, and changed or renamed, in nanoseconds since 1970.
    public let accessTime, modificationTime, changeTime: UInt64

    init(_ node: FileNode) {
      kind = node.type == .directory ? .directory : node.type == .symbolicLink ? .symbolicLink : .file
      size = node.size
      inode = node.inode
      links = Int(node.links)
      accessTime = node.accessTime
      modificationTime = node.modificationTime
      changeTime = node.changeTime
    }
  }

  /// The host cannot do something with a file.
  ///
  /// ```swift
  /// do {
  ///   print(try files.read("none").count)
  /// } catch {
  ///   print(error, error.reason == .noEntry)
  /// }
  /// ```
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What could not be done.
    public let action: String
    /// To which file.
    public let path: String
    /// Why, as a program would hear it.
    public let reason: Errno

    public var description: String { "cannot \(action) \(path): \(reason.explanation)" }
  }
}

extension Errno {
  /// In words, for the numbers that in-memory directories give.
  fileprivate var explanation: String {
    switch self {
    case .exists: "it exists"
    case .fileTooBig: "it is larger than everything in the directory may be: it has holes"
    case .illegalSequence: "there is a zero byte in the path"
    case .invalid: "it is not of the right kind, or would be moved into itself"
    case .busy: "it is where the path begins"
    case .isDirectory: "it is a directory"
    case .nameTooLong: "the name or path is too long"
    case .noEntry: "there is nothing"
    case .noSpace: "there is no room: the limits of the directory (InMemoryDirectory.Limits) are reached"
    case .notDirectory: "it is not a directory, or something on the way to it is not"
    case .notEmpty: "the directory is not empty"
    case .notPermitted: "the path leads out of the directory; it has to be relative to it"
    case .tooManyLinks: "there are too many symbolic links"
    default: "\(self)"
    }
  }
}
