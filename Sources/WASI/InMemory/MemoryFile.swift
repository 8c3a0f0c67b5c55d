// Files and directories of an in-memory directory that a program has open. Each call takes the directory's lock once.

/// What is common to both: the file as such.
class MemoryFile: FileObject {
  fileprivate let tree: InMemoryDirectory
  fileprivate let node: FileNodes.ID
  let type: FileType
  private(set) var flags: DescriptorFlags
  private var position = 0

  /// Takes over an opening of the file.
  fileprivate init(_ tree: InMemoryDirectory, _ node: FileNodes.ID, _ type: FileType, _ flags: DescriptorFlags) {
    self.tree = tree
    self.node = node
    self.type = type
    var flags = flags
    // As on Linux: whoever waits for all waits for the data, too.
    if !flags.isDisjoint(with: [.sync, .readSync]) { flags.formUnion([.sync, .readSync, .dataSync]) }
    self.flags = flags
  }

  deinit { tree.files.withLock { $0.nodes.close(node) } }

  var directory: (any DirectoryObject)? { nil }
  var isTerminal: Bool { false }

  // MARK: Flags, identity, times

  func setFlags(_ flags: DescriptorFlags) throws(Errno) {
    guard self.flags.symmetricDifference(flags).isSubset(of: [.append, .nonblocking]) else { throw .notSupported }
    self.flags = flags
  }

  var status: FileStatus { tree.files.withLock { FileStatus($0.nodes[node], in: tree) } }

  func setTimes(_ times: FileTimes) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in try files.setTimes(of: node, times) }
  }

  /// What is written is where it stays.
  func sync(dataOnly: Bool) {}

  // MARK: Content

  func read(_ buffers: [iovec]) -> Int {
    let count = read(buffers, from: position)
    position += count
    return count
  }

  func read(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int {
    if try !end(of: buffers, from: offset) { return 0 }
    return read(buffers, from: offset)
  }

  private func read(_ buffers: [iovec], from start: Int) -> Int {
    tree.files.withLock { files in
      var done = 0
      for buffer in buffers.lazy.map(\.bytes) {
        let (place, isTooFar) = start.addingReportingOverflow(done)
        if isTooFar { break }
        let count = files.nodes[node].content.read(at: place, into: buffer)
        done += count
        if count < buffer.count { break }
      }
      files.nodes.noteRead(node)
      return done
    }
  }

  func write(_ buffers: [iovec]) throws(Errno) -> Int {
    let (count, end) = try write(buffers, from: position)
    if count > 0 { position = end }
    return count
  }

  func write(_ buffers: [iovec], at offset: Int) throws(Errno) -> Int { try write(buffers, from: offset).count }

  /// Returns how many bytes were written, and the position after them. Whatever the position is, a file that is appended to is written at its end.
  private func write(_ buffers: [iovec], from start: Int) throws(Errno) -> (count: Int, end: Int) {
    let appends = flags.contains(.append)
    return try tree.files.withLock { (files) throws(Errno) in
      let start = appends ? files.nodes[node].content.size : start
      _ = try end(of: buffers, from: start)
      var done = 0
      for buffer in buffers.lazy.map(\.bytes) {
        do throws(Errno) {
          let count = try files.nodes.write(UnsafeRawBufferPointer(buffer), to: node, at: start + done)
          done += count
          if count < buffer.count { break }
        } catch {
          // What went before is written; the next write fails.
          if done == 0 { throw error }
          break
        }
      }
      return (done, start + done)
    }
  }

  /// Whether there is anything to transfer. Throws where no file can end.
  private func end(of buffers: [iovec], from start: Int) throws(Errno) -> Bool {
    let count = buffers.reduce(0) { $0 + $1.bytes.count }
    if start.addingReportingOverflow(count).overflow { throw .invalid }
    return count > 0
  }

  func seek(_ offset: Int64, _ whence: Whence) throws(Errno) -> UInt64 {
    let origin =
      switch whence {
      case .start: 0
      case .current: position
      case .end: tree.files.withLock { $0.nodes[node].size }
      }
    let (target, overflows) = origin.addingReportingOverflow(Int(offset))
    guard !overflows, target >= 0 else { throw .invalid }
    position = target
    return UInt64(target)
  }

  func advise(_ offset: Int, _ count: Int, _ advice: Advice) {}

  func allocate(_ offset: Int, _ count: Int) throws(Errno) {
    if count == 0 { throw .invalid }
    let (end, overflows) = offset.addingReportingOverflow(count)
    if overflows { throw .fileTooBig }
    try tree.files.withLock { (files) throws(Errno) in try files.nodes.allocate(offset..<end, of: node) }
  }

  func setSize(_ size: Int) { tree.files.withLock { $0.nodes.setSize(of: node, size) } }

  var readiness: Readiness { .always(available: UInt64(max(0, tree.files.withLock { $0.nodes[node].size } - position))) }
}

/// An open directory.
final class MemoryDirectory: MemoryFile, DirectoryObject {
  override var directory: (any DirectoryObject)? { self }

  /// The whole tree.
  init(_ tree: InMemoryDirectory) {
    tree.files.withLock { $0.nodes.open(FileNodes.root) }
    super.init(tree, FileNodes.root, .directory, [])
  }

  private init(_ tree: InMemoryDirectory, _ node: FileNodes.ID, _ flags: DescriptorFlags) { super.init(tree, node, .directory, flags) }

  func entry(at cookie: UInt64) throws(Errno) -> DirectoryEntry? {
    tree.files.withLock { files in
      let nodes = files.nodes
      if nodes.isRemoved(node) { return nil }
      func entry(_ name: [UInt8], _ node: FileNodes.ID, next: Int) -> DirectoryEntry {
        DirectoryEntry(next: UInt64(next), inode: nodes[node].inode, type: nodes[node].type, name: name)
      }
      if cookie == 0 { return entry(Array(".".utf8), node, next: 1) }
      if cookie == 1 { return entry(Array("..".utf8), nodes[node].parent, next: DirectoryEntries.firstPlace) }
      return nodes[node].entries.first(from: Int(clamping: cookie)).map { entry($0.name, $0.node, next: $0.place + 1) }
    }
  }

  func open(_ path: [UInt8], _ mode: OpenMode, following: Bool) throws(Errno) -> any FileObject {
    let (opened, type) = try tree.files.withLock { (files) throws(Errno) in
      let opened = try files.open(path, from: node, mode, following: following)
      return (opened, files.nodes[opened].type)
    }
    return type == .directory ? MemoryDirectory(tree, opened, mode.descriptor) : MemoryFile(tree, opened, type, mode.descriptor)
  }

  // MARK: Asking

  func check(_ path: [UInt8], following: Bool) throws(Errno) {
    _ = try tree.files.withLock { (files) throws(Errno) in try files.locate(path, from: node, following: following) }
  }

  func status(of path: [UInt8], following: Bool) throws(Errno) -> FileStatus {
    try tree.files.withLock { (files) throws(Errno) in
      FileStatus(files.nodes[try files.find(path, from: node, following: following)], in: tree)
    }
  }

  func link(at path: [UInt8]) throws(Errno) -> [UInt8] {
    try tree.files.withLock { (files) throws(Errno) in
      let found = files.nodes[try files.find(path, from: node, following: false)]
      guard found.type == .symbolicLink else { throw .invalid }
      return found.text
    }
  }

  // MARK: Changing

  func setTimes(of path: [UInt8], _ times: FileTimes, following: Bool) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in
      try files.setTimes(of: try files.find(path, from: node, following: following), times)
    }
  }

  func createDirectory(_ path: [UInt8]) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in try files.createDirectory(path, from: node) }
  }

  func removeDirectory(_ path: [UInt8]) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in try files.removeDirectory(path, from: node) }
  }

  func removeFile(_ path: [UInt8]) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in try files.removeFile(path, from: node) }
  }

  func createLink(_ path: [UInt8], to text: [UInt8]) throws(Errno) {
    try tree.files.withLock { (files) throws(Errno) in try files.createLink(path, from: node, to: text) }
  }

  func rename(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8]) throws(Errno) {
    guard let directory = directory as? MemoryDirectory, directory.tree === tree else { try refuseCrossing(path, to: directory, newPath) }
    try tree.files.withLock { (files) throws(Errno) in try files.rename(path, from: node, to: newPath, from: directory.node) }
  }

  func link(_ path: [UInt8], to directory: any DirectoryObject, _ newPath: [UInt8], following: Bool) throws(Errno) {
    guard let directory = directory as? MemoryDirectory, directory.tree === tree else {
      try refuseCrossing(path, to: directory, newPath, following: following)
    }
    try tree.files.withLock { (files) throws(Errno) in
      try files.link(path, from: node, to: newPath, from: directory.node, following: following)
    }
  }
}

extension FileStatus {
  init(_ node: FileNode, in tree: InMemoryDirectory) {
    self.init(
      device: tree.device, inode: node.inode, type: node.type, links: node.links, size: UInt64(node.size), accessTime: node.accessTime,
      modificationTime: node.modificationTime, changeTime: node.changeTime)
  }
}
