// Paths in an in-memory directory: what a path names, links followed, and never anything above the directory where it starts.

/// A name in a directory.
struct TreePlace {
  let directory: FileNodes.ID
  /// Nil for the directory itself, where the path ended in "." or "..".
  let name: [UInt8]?
  /// Whether the path ended in a slash, which only directories may.
  let mustBeDirectory: Bool
}

/// What is done to the files of an in-memory directory, by path. Each call is made with the directory's lock held.
struct FileTree: Sendable {
  static let longestName = 255
  static let longestPath = Int(PATH_MAX)
  private static let maximumLinks = 40

  var nodes: FileNodes

  init(limits: InMemoryDirectory.Limits) { nodes = FileNodes(limits: limits) }

  /// Finds the directory that has, or could have, a file. With `following`, links at the end are followed, too. With `creating`, a name with a slash
  /// after it is `isDirectory`, whether it is there or not.
  func locate(_ path: [UInt8], from start: FileNodes.ID, following: Bool = false, creating: Bool = false) throws(Errno) -> TreePlace {
    if path.isEmpty { throw .noEntry }
    if path.count >= FileTree.longestPath { throw .nameTooLong }
    if path[0] == UInt8(ascii: "/") { throw .notPermitted }
    var mustBeDirectory = path.last == UInt8(ascii: "/")
    var directory = start
    // How far below the start it is.
    var depth = 0
    var links = 0
    // Those that are still to be walked, last one first.
    var components = FileTree.components(path)
    while let name = components.popLast() {
      if name == Array(".".utf8) { continue }
      if name == Array("..".utf8) {
        guard depth > 0 else { throw .notPermitted }
        directory = nodes[directory].parent
        depth -= 1
        continue
      }
      if name.count > FileTree.longestName { throw .nameTooLong }
      let isLast = components.isEmpty
      if isLast && creating && mustBeDirectory { throw .isDirectory }
      let child = nodes.child(directory, name)
      if isLast && (!following || child.map { nodes[$0].type } != .symbolicLink) {
        return TreePlace(directory: directory, name: name, mustBeDirectory: mustBeDirectory)
      }
      guard let child else { throw .noEntry }
      switch nodes[child].type {
      case .directory:
        directory = child
        depth += 1
      case .symbolicLink:
        links += 1
        if links > FileTree.maximumLinks { throw .tooManyLinks }
        let text = nodes[child].text
        if text.first == UInt8(ascii: "/") { throw .notPermitted }
        if isLast && text.last == UInt8(ascii: "/") { mustBeDirectory = true }
        components += FileTree.components(text)
      default: throw .notDirectory
      }
    }
    return TreePlace(directory: directory, name: nil, mustBeDirectory: mustBeDirectory)
  }

  private static func components(_ path: [UInt8]) -> [[UInt8]] { path.split(separator: UInt8(ascii: "/")).reversed().map(Array.init) }

  /// What is at a place, if anything.
  func node(at place: TreePlace) -> FileNodes.ID? {
    guard let name = place.name else { return place.directory }
    return nodes.child(place.directory, name)
  }

  /// What is at a place, links not followed.
  func existing(at place: TreePlace) throws(Errno) -> FileNodes.ID {
    guard let node = node(at: place) else { throw .noEntry }
    if place.mustBeDirectory && nodes[node].type != .directory { throw .notDirectory }
    return node
  }

  /// What a path names. A path that ends in a slash names what a link there leads to.
  func find(_ path: [UInt8], from start: FileNodes.ID, following: Bool) throws(Errno) -> FileNodes.ID {
    try existing(at: locate(path, from: start, following: following || path.last == UInt8(ascii: "/")))
  }

  func isDirectory(_ node: FileNodes.ID) -> Bool { nodes[node].type == .directory }
}
