// What only the host does with the files of an in-memory directory: making all directories of a path, removing and listing everything below one.

extension FileTree {
  /// A path of the host's as programs could give it.
  static func checked(_ path: String) throws(Errno) -> [UInt8] {
    let path = Array(path.utf8)
    if path.contains(0) { throw .illegalSequence }
    return path
  }

  /// Makes the directories that a path goes through.
  mutating func createParents(of path: [UInt8]) throws(Errno) {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return }
    try createDirectories(Array(path[..<slash]))
  }

  /// Makes a directory, with those that its path goes through, as far as they are not there.
  mutating func createDirectories(_ path: [UInt8]) throws(Errno) {
    var end = 0
    repeat {
      end = path[end...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
      let part = Array(path[..<end])
      end += 1
      if part.isEmpty && end <= path.count { continue }
      if let node = try node(at: locate(part, from: FileNodes.root, following: true)) {
        guard isDirectory(node) else { throw .notDirectory }
      } else {
        try createDirectory(part, from: FileNodes.root)
      }
    } while end < path.count
  }

  /// Removes what a path names, with everything in it.
  mutating func removeAll(_ path: [UInt8]) throws(Errno) {
    let place = try locate(path, from: FileNodes.root)
    let node = try existing(at: place)
    guard let name = place.name else { throw .busy }
    // Directories whose entries are being removed, each in the one before it; a recursion could be too deep.
    var parents: [(directory: FileNodes.ID, name: [UInt8])] = [(place.directory, name)]
    var current = node
    while let (directory, name) = parents.last {
      if isDirectory(current), let entry = nodes[current].entries.first(from: 0) {
        parents.append((current, entry.name))
        current = entry.node
      } else {
        nodes.remove(name, from: directory)
        parents.removeLast()
        current = directory
      }
    }
  }

  /// The paths of all files and links, as far as they are not too long: directories that programs have made inside each other may be very deep.
  var allPaths: [String] {
    var paths: [String] = []
    var directories: [(path: String, node: FileNodes.ID)] = [("", FileNodes.root)]
    while let (path, node) = directories.popLast() {
      for entry in nodes[node].entries.all {
        let name = path + String(decoding: entry.name, as: UTF8.self)
        if name.utf8.count >= FileTree.longestPath { continue }
        if isDirectory(entry.node) { directories.append((name + "/", entry.node)) } else { paths.append(name) }
      }
    }
    return paths
  }
}
