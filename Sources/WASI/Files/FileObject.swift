// What a descriptor leads to: a file of the host, a stream of the embedder, a file in an in-memory directory. Arguments and rights have been checked
// before (SystemCalls, Descriptor); what remains is done here, and gives the error numbers of docs/wasi-errors.md whatever the file is.

/// Something that is open. Closed when the last reference goes.
protocol FileObject: AnyObject {
  var type: FileType { get }
  /// Itself, if paths can begin there.
  var directory: (any DirectoryObject)? { get }
  /// Whether somebody sits before it, so that programs write line by line.
  var isTerminal: Bool { get }

  var flags: DescriptorFlags { get throws(Errno) }
  /// Sets what can be set while a file is open.
  func setFlags(_ flags: DescriptorFlags) throws(Errno)
  var status: FileStatus { get throws(Errno) }
  func setTimes(_ times: FileTimes) throws(Errno)
  /// Returns when what was written is where it stays: all of it, or all but times and the like.
  func sync(dataOnly: Bool) throws(Errno)

  // The following are not called for directories. What is not an `Errno` is an error of the embedder's, which ends the program.

  /// Returns how many bytes were read, 0 at the end.
  func read(_ buffers: [iovec]) throws -> Int
  func write(_ buffers: [iovec]) throws -> Int
  func read(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int
  func write(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int
  /// Returns the new position.
  func seek(_ offset: Int64, _ whence: Whence) throws(Errno) -> UInt64
  func advise(_ offset: Int, _ count: Int, _ advice: Advice) throws(Errno)
  func allocate(_ offset: Int, _ count: Int) throws(Errno)
  func setSize(_ size: Int) throws(Errno)
  /// How `poll_oneoff` learns whether it is ready.
  var readiness: Readiness { get }
}

/// How one can know whether reading or writing would wait.
enum Readiness {
  /// It is a file of the host, which knows.
  case askHost(Int32)
  /// It never waits. So many bytes can be read.
  case always(available: UInt64)
}

/// An open directory. Paths are relative to it, never empty and stay beneath it (`notPermitted`).
///
/// `following` means links at the end of the path; a slash there means the same. Nothing follows links at the end of the paths of changes.
protocol DirectoryObject: FileObject {
  /// The entry at a cookie: 0 for the first one, otherwise some entry's `next`. Nil at the end.
  func entry(at cookie: UInt64) throws(Errno) -> DirectoryEntry?

  func open(_ path: [UInt8], _ mode: OpenMode, following: Bool) throws(Errno) -> any FileObject
  func status(of path: [UInt8], following: Bool) throws(Errno) -> FileStatus
  /// The text of a symbolic link.
  func link(at path: [UInt8]) throws(Errno) -> [UInt8]
  func setTimes(of path: [UInt8], _ times: FileTimes, following: Bool) throws(Errno)
  func createDirectory(_ path: [UInt8]) throws(Errno)
  func removeDirectory(_ path: [UInt8]) throws(Errno)
  func removeFile(_ path: [UInt8]) throws(Errno)
  func createLink(_ path: [UInt8], to text: [UInt8]) throws(Errno)
  func rename(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8]) throws(Errno)
  func link(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8], following: Bool) throws(Errno)
  /// Throws what is wrong with a path up to its last name.
  func check(_ path: [UInt8], following: Bool) throws(Errno)
}

extension DirectoryObject {
  /// For two directories that have nothing in common: what is wrong with either path is said first.
  func refuseCrossing(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8], following: Bool = false) throws(Errno) -> Never {
    try check(path, following: following)
    try directory.check(newPath, following: false)
    throw .crossDevice
  }
}

/// How `path_open` opens.
struct OpenMode {
  let open: OpenFlags
  let descriptor: DescriptorFlags
  let reads, writes: Bool
}

/// One entry of a directory.
struct DirectoryEntry {
  /// The cookie of the next entry.
  let next: UInt64
  let inode: UInt64
  let type: FileType
  let name: [UInt8]
}

/// Identity, size and times of a file; times in nanoseconds since the epoch, 0 for those before it, which WASI does not have.
struct FileStatus: Equatable {
  var device: UInt64
  var inode: UInt64
  var type: FileType
  var links: UInt64
  var size: UInt64
  var accessTime, modificationTime, changeTime: UInt64
}

/// What becomes of the two times of a file that can be set.
struct FileTimes {
  enum Change {
    case keep, setToNow
    case set(nanoseconds: UInt64)
  }

  let access, modification: Change

  var changeNothing: Bool {
    if case (.keep, .keep) = (access, modification) { true } else { false }
  }
}

extension TimeFlags {
  func times(_ access: UInt64, _ modification: UInt64) throws(Errno) -> FileTimes {
    FileTimes(access: try change(access, .access, .accessNow), modification: try change(modification, .modification, .modificationNow))
  }

  private func change(_ value: UInt64, _ set: TimeFlags, _ setNow: TimeFlags) throws(Errno) -> FileTimes.Change {
    switch (contains(set), contains(setNow)) {
    case (true, true): throw .invalid
    case (true, false): .set(nanoseconds: value)
    case (false, true): .setToNow
    case (false, false): .keep
    }
  }
}
