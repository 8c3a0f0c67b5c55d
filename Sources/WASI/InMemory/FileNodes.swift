// The files of an in-memory directory, whatever their names: what each is, how many names and open descriptors it has, and what all of them together may
// take. A file lives while it has either. Nothing here knows paths (FileTree+Paths.swift).

/// A file, directory or symbolic link.
struct FileNode: Sendable {
  let inode: UInt64
  let type: FileType
  /// Names of files and links. Of directories: 1 while it is in the tree.
  var names = 0
  /// Descriptors that are open.
  var openings = 0
  var accessTime, modificationTime, changeTime: UInt64
  /// Of files.
  var content = FileContent()
  /// Of symbolic links.
  var text: [UInt8] = []
  /// Of directories.
  var entries = DirectoryEntries()
  /// Of directories: how many of its entries are directories.
  var subdirectories = 0
  /// Of directories: the one that it is in; its own number for the root.
  var parent = FileNodes.root

  var links: UInt64 { UInt64(type == .directory ? (names == 0 ? 0 : 2 + subdirectories) : names) }
  var size: Int { type == .directory ? entries.count : type == .symbolicLink ? text.count : content.size }
}

struct FileNodes: Sendable {
  /// Where a file is among them. Used again when it is gone, unlike its inode number.
  typealias ID = Int
  static let root: ID = 0

  let limits: InMemoryDirectory.Limits
  private var nodes: [FileNode?] = []
  private var free: [ID] = []
  private var lastInode: UInt64 = 1
  /// Bytes that count: contents of files and texts of links.
  private(set) var usedBytes = 0
  /// Entries that count: names, and files that are open without one.
  private(set) var usedEntries = 0

  init(limits: InMemoryDirectory.Limits) {
    self.limits = limits
    let now = FileNodes.now
    nodes.append(FileNode(inode: 1, type: .directory, names: 1, accessTime: now, modificationTime: now, changeTime: now))
  }

  /// In nanoseconds since the epoch.
  static var now: UInt64 { (try? Clock.realtime.now) ?? 0 }

  subscript(_ id: ID) -> FileNode {
    get { nodes[id]! }
    _modify { yield &nodes[id]! }
  }

  // MARK: Names

  /// What a directory has under a name.
  func child(_ directory: ID, _ name: [UInt8]) -> ID? { self[directory].entries[name] }

  /// Whether a directory is not in the tree any more: nothing can be made in it.
  func isRemoved(_ directory: ID) -> Bool { self[directory].names == 0 }

  /// Makes a file without a name, for which a name has to follow.
  mutating func create(_ type: FileType, text: [UInt8] = []) throws(Errno) -> ID {
    guard usedEntries < limits.entries, text.count <= limits.bytes - usedBytes else { throw .noSpace }
    usedBytes += text.count
    lastInode += 1
    let now = FileNodes.now
    let node = FileNode(inode: lastInode, type: type, accessTime: now, modificationTime: now, changeTime: now, text: text)
    if let id = free.popLast() {
      nodes[id] = node
      return id
    }
    nodes.append(node)
    return nodes.count - 1
  }

  /// Gives a file a name that its directory does not have yet.
  mutating func add(_ name: [UInt8], to directory: ID, _ node: ID) throws(Errno) {
    guard usedEntries < limits.entries else { throw .noSpace }
    attach(name, to: directory, node)
    self[node].names += 1
    self[node].changeTime = FileNodes.now
    usedEntries += 1
  }

  /// Takes a name away, and the file with it if that was all that it had.
  mutating func remove(_ name: [UInt8], from directory: ID) {
    guard let node = detach(name, from: directory) else { return }
    self[node].names -= 1
    self[node].changeTime = FileNodes.now
    // The directory that it was in may be gone before it is.
    if self[node].type == .directory { self[node].parent = node }
    if self[node].names > 0 || self[node].openings == 0 { usedEntries -= 1 }
    deleteIfUnused(node)
  }

  /// Gives a file another name, which must be free.
  mutating func move(_ name: [UInt8], from directory: ID, to newDirectory: ID, _ newName: [UInt8]) {
    guard let node = detach(name, from: directory) else { return }
    attach(newName, to: newDirectory, node)
    self[node].changeTime = FileNodes.now
  }

  private mutating func attach(_ name: [UInt8], to directory: ID, _ node: ID) {
    self[directory].entries.add(name, node)
    touch(directory)
    guard self[node].type == .directory else { return }
    self[node].parent = directory
    self[directory].subdirectories += 1
  }

  private mutating func detach(_ name: [UInt8], from directory: ID) -> ID? {
    guard let node = child(directory, name) else { return nil }
    self[directory].entries.remove(name)
    touch(directory)
    if self[node].type == .directory { self[directory].subdirectories -= 1 }
    return node
  }

  /// What is in it has changed.
  mutating func touch(_ node: ID) {
    let now = FileNodes.now
    self[node].modificationTime = now
    self[node].changeTime = now
  }

  // MARK: Descriptors

  mutating func open(_ node: ID) { self[node].openings += 1 }

  mutating func close(_ node: ID) {
    self[node].openings -= 1
    if self[node].openings == 0 && self[node].names == 0 { usedEntries -= 1 }
    deleteIfUnused(node)
  }

  private mutating func deleteIfUnused(_ node: ID) {
    guard self[node].names == 0, self[node].openings == 0 else { return }
    usedBytes -= self[node].content.charge + self[node].text.count
    nodes[node] = nil
    free.append(node)
  }

  // MARK: Contents

  /// Writes as much as there is room for.
  mutating func write(_ bytes: UnsafeRawBufferPointer, to node: ID, at position: Int) throws(Errno) -> Int {
    if bytes.isEmpty { return 0 }
    let count = changeContent(of: node) { $0.write(bytes, at: position, upTo: $1) }
    if count == 0 { throw .noSpace }
    touch(node)
    return count
  }

  mutating func allocate(_ range: Range<Int>, of node: ID) throws(Errno) {
    guard changeContent(of: node, { $0.allocate(range, upTo: $1) }) else { throw .noSpace }
    touch(node)
  }

  mutating func setSize(of node: ID, _ size: Int) {
    changeContent(of: node) { content, _ in content.setSize(size) }
    touch(node)
  }

  /// The change is told what the file may count for afterwards.
  private mutating func changeContent<Result>(of node: ID, _ change: (inout FileContent, Int) -> Result) -> Result {
    let before = self[node].content.charge
    defer { usedBytes += self[node].content.charge - before }
    return change(&self[node].content, max(before, before + limits.bytes - usedBytes))
  }

  mutating func noteRead(_ node: ID) { self[node].accessTime = FileNodes.now }
}
