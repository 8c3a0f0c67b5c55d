// What a program may reach of the world outside. A session gives nothing unless it is told to; the command gives its programs the current directory.

/// What a Scheme program may reach.
///
/// ```swift
/// var options = SchemeOptions()
/// options.capabilities = Capabilities(files: FileAccess(), environment: true)
/// ```
public struct Capabilities: Sendable {
  /// The directories whose files it may open.
  public var files: FileAccess
  /// Whether it may read the environment variables.
  public var environment: Bool

  /// No files, no environment.
  public static let none = Capabilities(files: FileAccess(), environment: false)

  /// What a program may reach: these files, and the environment or not.
  public init(files: FileAccess, environment: Bool) {
    self.files = files
    self.environment = environment
  }
}

/// Directories with all that is beneath them. A path is followed component by component, so neither `..` nor a symbolic link leads out of them, even if
/// somebody changes the files meanwhile.
///
/// ```swift
/// var files = FileAccess()
/// files.allow(directory: folder)                         // reading and writing
/// files.allow(directory: "/usr/share/dict", writing: false)
/// var options = SchemeOptions()
/// options.capabilities = Capabilities(files: files, environment: false)
/// ```
public struct FileAccess: Sendable {
  /// One directory and what may be done beneath it.
  public struct Directory: Sendable {
    /// Absolute and without `.` and `..`.
    let components: [String]
    let path: String
    let isWritable: Bool
  }

  /// The directories that were granted, in the order in which they were.
  public private(set) var directories: [Directory] = []

  /// No files at all.
  public init() {}

  /// Permits the files beneath a directory; a relative path starts from the directory that is current now. Later directories do not hide earlier ones.
  public mutating func allow(directory path: String, writing: Bool = true) {
    let components = Self.components(of: path)
    // (`joined(separator:)` instantiates generic metadata, which takes long when a process starts.)
    let whole = components.isEmpty ? "/" : components.reduce("") { $0 + "/" + $1 }
    directories.append(Directory(components: components, path: whole, isWritable: writing))
  }

  /// A path's components from the root on, `.` and `..` being resolved by their spelling.
  static func components(of path: String) -> [String] {
    var result: [String] = []
    let whole = path.hasPrefix("/") ? path : currentDirectory() + "/" + path
    for component in whole.split(separator: "/") where component != "." {
      if component == ".." { _ = result.popLast() } else { result.append(String(component)) }
    }
    return result
  }

  /// The directories that a path is beneath, the innermost ones first, and the rest of the path after each. A path that ends with a slash leads to a directory
  /// only: "." comes last then.
  func directories(containing path: String, writing: Bool) -> [(directory: Directory, rest: [String])] {
    let components = Self.components(of: path)
    let last = path.hasSuffix("/") || path.hasSuffix("/.") ? ["."] : []
    return
      directories
      .filter { (!writing || $0.isWritable) && components.starts(with: $0.components) }
      .sorted { $0.components.count > $1.components.count }
      .map { ($0, components[$0.components.count...] + last) }
  }
}
