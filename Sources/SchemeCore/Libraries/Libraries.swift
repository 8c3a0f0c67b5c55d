// The libraries of `define-library` and `import` (R7RS 5.2, 5.6): found among those defined so far, among those embedded in the guest
// (SchemeLibrary/scheme, SchemeLibrary/srfi, ...), or as a file beside the program: `(my stack)` in my/stack.sld or my/stack.scm.
//
// `(latch)` holds every standard name.
//
// A library is expanded when it is first imported, which runs nothing: procedures without free variables are made at once, and all else that its body does becomes
// initialisers, procedures without parameters that the import which needed the library calls.
import GuestABI

final class Library {
  /// The name as it is written.
  let name: [UInt8]
  let environment: Environment
  var exports = NameTable()
  var imports: [Library] = []
  /// Cells with the procedures that run its body.
  var initializers: [Address] = []
  var isInitialized = false
  var isComplete = false
  /// It cannot be defined anew (Sealing.swift).
  var isSealed = false
  /// What it says it exports and does not have.
  var missing: [Word] = []

  init(name: [UInt8]) {
    self.name = name
    environment = Environment(.table)
  }
}

enum Libraries {
  nonisolated(unsafe) private static var all: [Library] = []
  /// The folder, with a slash at its end, in which files of libraries are looked for.
  nonisolated(unsafe) static var folder: [UInt8] = []
  /// Folders, likewise, in which they are looked for after that.
  nonisolated(unsafe) private static var searchPath: [[UInt8]] = []

  /// Sets the folders in which files of libraries are looked for after the program's own.
  public static func setSearchPath(_ folders: [[UInt8]]) {
    searchPath = []
    for folder in folders {
      let needsSlash = !folder.isEmpty && folder[folder.count - 1] != UInt8(ascii: "/")
      searchPath.append(needsSlash ? folder + [UInt8(ascii: "/")] : folder)
    }
  }

  static func find(_ name: [UInt8]) -> Library? {
    for library in all where library.name == name { return library }
    return nil
  }

  static func add(_ library: Library) {
    all.removeAll { $0.name == library.name }
    all.append(library)
  }
  /// Libraries that are known cannot be defined anew any more.
  static func seal() {
    for library in all { library.isSealed = true }
  }
  static func remove(_ library: Library) { all.removeAll { $0 === library } }

  /// The exports of the embedded libraries that name nothing: none, as a test makes sure.
  static func missingExports() -> [[UInt8]] {
    var missing: [[UInt8]] = []
    StandardLibrary.forEachLibrary { name in
      var expander = Expander(place: .none)
      var reader = Reader(name)
      guard let set = try? reader.next() else { return }
      if (try? expander.importSets(list(set), set, into: Environment(.table))) == nil { missing.append(name) }
      for each in find(name)?.missing ?? [] { missing.append(name + [32] + SymbolTable.utf8(each)) }
    }
    return missing
  }

  /// Forgets the libraries that came from files, so that the next import reads them again.
  static func forgetFiles() { all.removeAll { StandardLibrary.text(ofLibrary: $0.name) == nil } }

  static var latch: [UInt8] { [UInt8]("(latch)".utf8) }

  /// Whether a library could be imported.
  static func exists(_ name: Word) -> Bool {
    let text = LibraryNames.canonical(name)
    if text == latch || find(text) != nil || StandardLibrary.text(ofLibrary: text) != nil { return true }
    return paths(name).contains { Sources.fileExists($0) }
  }

  /// The files that a library may be in, in the order in which they are looked for.
  static func paths(_ name: Word) -> [[UInt8]] {
    guard let file = relativePath(name) else { return [] }
    var paths: [[UInt8]] = []
    for each in [folder] + searchPath {
      paths.append(each + file + [UInt8](".sld".utf8))
      paths.append(each + file + [UInt8](".scm".utf8))
    }
    return paths
  }

  private static func relativePath(_ name: Word) -> [UInt8]? {
    var path: [UInt8] = []
    var rest = name
    while rest.isPair {
      let part = writtenText(car(rest), limit: 1000)
      if part.contains(UInt8(ascii: "/")) || part.first == UInt8(ascii: ".") || part.first == UInt8(ascii: "|") { return nil }
      if rest != name { path.append(UInt8(ascii: "/")) }
      path.append(contentsOf: part)
      rest = cdr(rest)
    }
    return path
  }

  /// The initialisers that have to run before a library can be used, the first one first.
  static func takeInitializers(_ library: Library, _ result: inout [Word]) {
    if library.isInitialized { return }
    library.isInitialized = true
    for each in library.imports { takeInitializers(each, &result) }
    for cell in library.initializers { result.append(load64(cell)) }
    library.initializers = []
  }
}
