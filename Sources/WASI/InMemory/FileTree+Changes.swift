// Making, moving and removing files of an in-memory directory. What is refused, and by which error number, is what Linux does on its own file systems.

extension FileTree {
  /// Opens what a path names, after making it if that is wanted.
  mutating func open(_ path: [UInt8], from start: FileNodes.ID, _ mode: OpenMode, following: Bool) throws(Errno) -> FileNodes.ID {
    let creates = mode.open.contains(.create)
    let mustBeNew = creates && mode.open.contains(.exclusive)
    let follows = !mustBeNew && (following || path.last == UInt8(ascii: "/"))
    let place = try locate(path, from: start, following: follows, creating: creates)
    guard let node = node(at: place) else {
      guard creates, let name = place.name else { throw .noEntry }
      let node = try make(.regularFile, name, in: place.directory)
      nodes.open(node)
      return node
    }
    if mustBeNew { throw .exists }
    if creates && isDirectory(node) { throw .isDirectory }
    if (mode.open.contains(.directory) || place.mustBeDirectory) && !isDirectory(node) { throw .notDirectory }
    if nodes[node].type == .symbolicLink { throw .tooManyLinks }
    if isDirectory(node) && mode.writes { throw .isDirectory }
    if mode.open.contains(.truncate) { nodes.setSize(of: node, 0) }
    nodes.open(node)
    return node
  }

  /// Makes a file under a name that must be free.
  private mutating func make(_ type: FileType, _ name: [UInt8], in directory: FileNodes.ID, text: [UInt8] = []) throws(Errno) -> FileNodes.ID {
    if nodes.isRemoved(directory) { throw .noEntry }
    let node = try nodes.create(type, text: text)
    // There is room: creating has looked.
    try nodes.add(name, to: directory, node)
    return node
  }

  mutating func createDirectory(_ path: [UInt8], from start: FileNodes.ID) throws(Errno) {
    let place = try locate(path, from: start)
    guard node(at: place) == nil, let name = place.name else { throw .exists }
    _ = try make(.directory, name, in: place.directory)
  }

  mutating func createLink(_ path: [UInt8], from start: FileNodes.ID, to text: [UInt8]) throws(Errno) {
    if text.isEmpty { throw .noEntry }
    if text.count >= FileTree.longestPath { throw .nameTooLong }
    let place = try locate(path, from: start)
    let name = try newName(at: place)
    _ = try make(.symbolicLink, name, in: place.directory, text: text)
  }

  /// The name for a new file that is no directory.
  private func newName(at place: TreePlace) throws(Errno) -> [UInt8] {
    guard node(at: place) == nil, let name = place.name else { throw .exists }
    if place.mustBeDirectory { throw .noEntry }
    return name
  }

  mutating func removeDirectory(_ path: [UInt8], from start: FileNodes.ID) throws(Errno) {
    let place = try locate(path, from: start)
    guard let name = place.name else { throw .invalid }
    guard let node = node(at: place) else { throw .noEntry }
    guard isDirectory(node) else { throw .notDirectory }
    guard nodes[node].entries.isEmpty else { throw .notEmpty }
    nodes.remove(name, from: place.directory)
  }

  mutating func removeFile(_ path: [UInt8], from start: FileNodes.ID) throws(Errno) {
    let place = try locate(path, from: start)
    let node = try existing(at: place)
    guard !isDirectory(node), let name = place.name else { throw .isDirectory }
    nodes.remove(name, from: place.directory)
  }

  mutating func link(
    _ path: [UInt8], from start: FileNodes.ID, to newPath: [UInt8], from newStart: FileNodes.ID, following: Bool
  ) throws(Errno) {
    let old = try locate(path, from: start, following: following || path.last == UInt8(ascii: "/"))
    let new = try locate(newPath, from: newStart)
    let node = try existing(at: old)
    let name = try newName(at: new)
    if isDirectory(node) { throw .notPermitted }
    if nodes.isRemoved(new.directory) { throw .noEntry }
    try nodes.add(name, to: new.directory, node)
  }

  mutating func rename(_ path: [UInt8], from start: FileNodes.ID, to newPath: [UInt8], from newStart: FileNodes.ID) throws(Errno) {
    let old = try locate(path, from: start)
    let new = try locate(newPath, from: newStart)
    if old.mustBeDirectory || new.mustBeDirectory {
      guard isDirectory(try existing(at: old)) else { throw .notDirectory }
    }
    guard let oldName = old.name, let newName = new.name else { throw .busy }
    guard let node = node(at: old), !nodes.isRemoved(new.directory) else { throw .noEntry }
    if isDirectory(node) && isBeneath(new.directory, node) { throw .invalid }
    let replaced = self.node(at: new)
    if let replaced {
      if isDirectory(replaced) && isBeneath(old.directory, replaced) { throw .notEmpty }
      if replaced == node { return }
      if isDirectory(node) && !isDirectory(replaced) { throw .notDirectory }
      if !isDirectory(node) && isDirectory(replaced) { throw .isDirectory }
      guard nodes[replaced].entries.isEmpty else { throw .notEmpty }
    }
    if replaced != nil { nodes.remove(newName, from: new.directory) }
    nodes.move(oldName, from: old.directory, to: new.directory, newName)
  }

  /// Whether a directory is another one, or somewhere in it.
  private func isBeneath(_ directory: FileNodes.ID, _ other: FileNodes.ID) -> Bool {
    var directory = directory
    while directory != other {
      let parent = nodes[directory].parent
      if parent == directory { return false }
      directory = parent
    }
    return true
  }

  mutating func setTimes(of node: FileNodes.ID, _ times: FileTimes) throws(Errno) {
    nodes[node].accessTime = try times.access.applied(to: nodes[node].accessTime)
    nodes[node].modificationTime = try times.modification.applied(to: nodes[node].modificationTime)
    nodes[node].changeTime = FileNodes.now
  }
}
