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
  fileprivate(set) var exports = NameTable()
  fileprivate var imports: [Library] = []
  /// Cells with the procedures that run its body.
  fileprivate var initializers: [Address] = []
  fileprivate var isInitialized = false
  fileprivate var isComplete = false
  /// What it says it exports and does not have.
  fileprivate var missing: [Word] = []

  fileprivate init(name: [UInt8]) {
    self.name = name
    environment = Environment(.table)
  }
}

enum Libraries {
  nonisolated(unsafe) private static var all: [Library] = []
  /// The folder, with a slash at its end, in which files of libraries are looked for.
  nonisolated(unsafe) static var folder: [UInt8] = []

  static func find(_ name: [UInt8]) -> Library? {
    for library in all where library.name == name { return library }
    return nil
  }

  fileprivate static func add(_ library: Library) {
    all.removeAll { $0.name == library.name }
    all.append(library)
  }
  fileprivate static func remove(_ library: Library) { all.removeAll { $0 === library } }

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

  fileprivate static var latch: [UInt8] { [UInt8]("(latch)".utf8) }

  /// Whether a library could be imported.
  static func exists(_ name: Word) -> Bool {
    let text = writtenText(name, limit: 1000)
    if text == latch || find(text) != nil || StandardLibrary.text(ofLibrary: text) != nil { return true }
    return paths(name).contains { Sources.fileExists($0) }
  }

  /// The files that a library may be in.
  fileprivate static func paths(_ name: Word) -> [[UInt8]] {
    var path = folder
    var rest = name
    while rest.isPair {
      let part = writtenText(car(rest), limit: 1000)
      if part.contains(UInt8(ascii: "/")) || part.first == UInt8(ascii: ".") || part.first == UInt8(ascii: "|") { return [] }
      if rest != name { path.append(UInt8(ascii: "/")) }
      path.append(contentsOf: part)
      rest = cdr(rest)
    }
    return [path + [UInt8](".sld".utf8), path + [UInt8](".scm".utf8)]
  }

  /// The initialisers that have to run before a library can be used, the first one first.
  fileprivate static func takeInitializers(_ library: Library, _ result: inout [Word]) {
    if library.isInitialized { return }
    library.isInitialized = true
    for each in library.imports { takeInitializers(each, &result) }
    for cell in library.initializers { result.append(load64(cell)) }
    library.initializers = []
  }
}

// MARK: import

/// What an import set gives.
struct ImportedNames {
  fileprivate(set) var library: Library?
  /// All of `(latch)`: too many to list.
  fileprivate var isEverything = false
  fileprivate var names: [(name: Word, meaning: Meaning)] = []
}

extension Expander {
  /// `(import set ...)` at top level: binds the names; running it runs what the libraries' bodies do.
  mutating func expandImport(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let sets = try properList(cdr(form), of: form)
    let calls = try importSets(sets, form, into: scope.environment).map { Expression.call(.constant($0), [], .none) }
    return .sequence(calls + [.constant(Constant.unspecified)])
  }

  /// Binds what import sets give in an environment; answers the initialisers to run.
  mutating func importSets(_ sets: Word, _ form: Word, into environment: Environment) throws(SyntaxError) -> [Word] {
    var initializers: [Word] = []
    for library in try bindImports(sets, form, into: environment) { Libraries.takeInitializers(library, &initializers) }
    return initializers
  }

  private mutating func bindImports(
    _ sets: Word, _ form: Word, into environment: Environment
  ) throws(SyntaxError) -> [Library] {
    var libraries: [Library] = []
    var rest = sets
    while rest.isPair {
      let imported = try importSet(strip(car(rest)), form)
      rest = cdr(rest)
      if let library = imported.library { libraries.append(library) }
      if imported.isEverything {
        environment.includesStandard = true
        continue
      }
      for (name, meaning) in imported.names {
        if environment.kind == .table, environment.isImported(name), !isSame(environment.lookup(name), meaning) {
          throw SyntaxError(
            text: [UInt8]("two libraries export different things with the name ".utf8) + SymbolTable.utf8(name), form, position(form))
        }
        environment.bind(name, meaning)
      }
    }
    return libraries
  }

  private mutating func importSet(_ set: Word, _ form: Word) throws(SyntaxError) -> ImportedNames {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Expander.maximumNesting { throw fail("the import set is nested too deeply", form) }
    guard set.isPair, listLength(set) >= 1 else { throw fail("an import set must be a list", form) }
    guard cdr(set).isPair, cadr(set).isPair, car(set).isSymbol else { return try wholeLibrary(set, form) }
    let arguments = cddr(set)
    switch car(set) {
    case SymbolTable.intern("only"):
      let inner = try importSet(cadr(set), form)
      var result = ImportedNames(library: inner.library)
      var rest = arguments
      while rest.isPair {
        result.names.append((car(rest), try meaning(of: car(rest), in: inner, set)))
        rest = cdr(rest)
      }
      return result
    case SymbolTable.intern("except"):
      var result = try listed(importSet(cadr(set), form))
      var rest = arguments
      while rest.isPair {
        _ = try meaning(of: car(rest), in: result, set)
        let name = car(rest)
        result.names.removeAll { $0.name == name }
        rest = cdr(rest)
      }
      return result
    case SymbolTable.intern("prefix"):
      guard listLength(set) == 3, caddr(set).isSymbol else { throw fail("prefix takes an import set and a name", set) }
      var result = try listed(importSet(cadr(set), form))
      let prefix = SymbolTable.utf8(caddr(set))
      for index in result.names.indices {
        result.names[index].name = SymbolTable.intern(utf8: prefix + SymbolTable.utf8(result.names[index].name))
      }
      return result
    case SymbolTable.intern("rename"):
      var result = try listed(importSet(cadr(set), form))
      var renamed: [(from: Word, to: Word)] = []
      var rest = arguments
      while rest.isPair {
        guard listLength(car(rest)) == 2, car(car(rest)).isSymbol, cadr(car(rest)).isSymbol else {
          throw fail("rename takes pairs of names", set)
        }
        _ = try meaning(of: car(car(rest)), in: result, set)
        renamed.append((car(car(rest)), cadr(car(rest))))
        rest = cdr(rest)
      }
      for index in result.names.indices {
        for (from, to) in renamed where result.names[index].name == from {
          result.names[index].name = to
          break
        }
      }
      return result
    default: return try wholeLibrary(set, form)
    }
  }

  /// All names of `(latch)` as a list.
  private func listed(_ imported: ImportedNames) throws(SyntaxError) -> ImportedNames {
    if !imported.isEverything { return imported }
    var result = ImportedNames()
    StandardLibrary.forEachName { name in _ = SymbolTable.intern(utf8: name) }
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      if isUninterned(symbol) || stringElementOrZero(symbolName(symbol)) == UInt32(UInt8(ascii: "%")) { return }
      switch Environment.standard.lookup(symbol) {
      case .unbound: break
      case let meaning: result.names.append((symbol, meaning))
      }
    }
    return result
  }

  private func stringElementOrZero(_ string: Word) -> UInt32 { stringCount(string) == 0 ? 0 : stringElement(string, 0) }

  private func meaning(of name: Word, in imported: ImportedNames, _ set: Word) throws(SyntaxError) -> Meaning {
    guard name.isSymbol else { throw fail("an import set names names", set) }
    if imported.isEverything {
      if case .unbound = Environment.standard.lookup(name) {} else { return Environment.standard.lookup(name) }
    }
    for each in imported.names where each.name == name { return each.meaning }
    throw SyntaxError(text: [UInt8]("the library does not export ".utf8) + writtenText(name, limit: 100), set, position(set))
  }

  private mutating func wholeLibrary(_ name: Word, _ form: Word) throws(SyntaxError) -> ImportedNames {
    if writtenText(name, limit: 20) == Libraries.latch { return ImportedNames(isEverything: true) }
    let library = try library(named: name, form)
    var result = ImportedNames(library: library)
    for index in library.exports.names.indices {
      result.names.append((library.exports.names[index], library.exports.meanings[index]))
    }
    return result
  }

  // MARK: Finding libraries

  /// The library of a name, found and expanded if need be.
  private mutating func library(named name: Word, _ form: Word) throws(SyntaxError) -> Library {
    let key = writtenText(name, limit: 1000)
    if let library = Libraries.find(key) {
      if !library.isComplete { throw fail("the libraries import each other: ", key, form) }
      return library
    }
    if let text = StandardLibrary.text(ofLibrary: key) {
      let source = Sources.add(name: key, text: text, isStandard: true)
      var reader = Sources.reader(source)
      guard let datum = try? Sources.next(&reader, source) else { abortRuntime("an embedded library cannot be read") }
      try defineLibrary(datum, Scope(Environment.interaction, lambda: Environment.interaction.scope.lambda))
    } else {
      for path in Libraries.paths(name) where Sources.fileExists(path) {
        for datum in try readFile(path, foldsCase: false, form) {
          if datum.isPair && car(datum) == SymbolTable.intern("define-library") {
            try defineLibrary(datum, Scope(Environment.interaction, lambda: Environment.interaction.scope.lambda))
          }
        }
        if Libraries.find(key) == nil {
          throw SyntaxError(
            text: [UInt8]("the file ".utf8) + path + [UInt8](" does not define the library ".utf8) + key, Constant.undefined, position(form))
        }
        break
      }
    }
    guard let library = Libraries.find(key) else { throw fail("there is no library ", key, form) }
    return library
  }

  private func fail(_ message: StaticString, _ name: [UInt8], _ form: Word) -> SyntaxError {
    SyntaxError(text: message.withUTF8Buffer { [UInt8]($0) } + name, Constant.undefined, position(form))
  }

  // MARK: define-library

  /// The declarations of a library, sorted.
  private struct Declarations {
    var exports: [Word] = []
    var imports: [Word] = []
    var forms: [Word] = []
  }

  mutating func expandDefineLibrary(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    try defineLibrary(strip(form), scope)
    return .constant(Constant.unspecified)
  }

  private mutating func defineLibrary(_ form: Word, _ scope: Scope) throws(SyntaxError) {
    let outer = (place, nesting)
    place = position(form)
    let outerCode = CodeStore.beginPermanent()
    defer {
      (place, nesting) = outer
      CodeStore.end(outerCode)
    }
    guard listLength(form) >= 2, listLength(cadr(form)) >= 1 else { throw fail("define-library needs the library's name, a list", form) }
    let library = Library(name: writtenText(cadr(form), limit: 1000))
    if let other = Libraries.find(library.name), !other.isComplete { throw fail("the library defines itself within itself", form) }
    var declarations = Declarations()
    try sort(cddr(form), &declarations, form, scope)
    Libraries.add(library)
    do {
      for imports in declarations.imports {
        library.imports += try bindImports(cdr(imports), imports, into: library.environment)
      }
      try expandLibraryBody(declarations.forms, library)
      for exports in declarations.exports { try export(cdr(exports), exports, library) }
    } catch {
      Libraries.remove(library)
      throw error
    }
    library.isComplete = true
  }

  private mutating func sort(
    _ list: Word, _ result: inout Declarations, _ form: Word, _ scope: Scope
  ) throws(SyntaxError) {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Expander.maximumNesting { throw fail("the declarations are nested too deeply", form) }
    if listLength(list) < 0 { throw fail("the form must be a proper list", form) }
    var rest = list
    while rest.isPair {
      let declaration = car(rest)
      rest = cdr(rest)
      guard declaration.isPair, car(declaration).isSymbol, listLength(declaration) >= 1 else {
        throw fail("a declaration of a library must be a list that starts with its kind", declaration.isPair ? declaration : form)
      }
      switch car(declaration) {
      case SymbolTable.intern("export"): result.exports.append(declaration)
      case SymbolTable.intern("import"): result.imports.append(declaration)
      case SymbolTable.intern("begin"):
        var forms = cdr(declaration)
        while forms.isPair {
          result.forms.append(car(forms))
          forms = cdr(forms)
        }
      case SymbolTable.intern("include"), SymbolTable.intern("include-ci"):
        var forms = try includedForms(declaration, scope)
        while forms.isPair {
          result.forms.append(car(forms))
          forms = cdr(forms)
        }
      case SymbolTable.intern("include-library-declarations"):
        try sort(try includedForms(declaration, scope), &result, declaration, scope)
      case SymbolTable.intern("cond-expand"): try sort(try condExpandForms(declaration, scope), &result, declaration, scope)
      default: throw fail("not a declaration of a library", declaration)
      }
    }
  }

  private mutating func expandLibraryBody(_ forms: [Word], _ library: Library) throws(SyntaxError) {
    let top = Scope(library.environment, lambda: library.environment.scope.lambda)
    var defined = NameTable()
    for form in forms { try declare(form, top, &defined) }
    for form in forms {
      let lambda = try expandTopLevel(form, in: library.environment)
      if case .define(let cell, .lambda(let value)) = lambda.body, let procedure = StandardLibrary.closedProcedure(value) {
        setGlobal(cell.address, procedure)
      } else if case .constant = lambda.body {
      } else if let procedure = StandardLibrary.closedProcedure(lambda) {
        library.initializers.append(CodeStore.addConstant(procedure))
      }
    }
  }

  /// Enters the names that a form of a library's body obviously defines, so that they are known to the forms before it.
  private mutating func declare(_ form: Word, _ scope: Scope, _ defined: inout NameTable) throws(SyntaxError) {
    guard form.isPair, listLength(form) >= 2 else { return }
    var names: [Word] = []
    switch scope.keyword(car(form)) {
    case .begin:
      nesting += 1
      defer { nesting -= 1 }
      if nesting > Expander.maximumNesting { throw fail("the body is nested too deeply", form) }
      var rest = cdr(form)
      while rest.isPair {
        try declare(car(rest), scope, &defined)
        rest = cdr(rest)
      }
    case .define: names = [try definition(form).0]
    case .defineValues: names = try valuesDefinition(form).names
    case .defineRecordType: names = try recordDefinitions(form, scope).map { $0.name }
    default: break
    }
    for name in names where name.isSymbol {
      if defined.find(name) != nil {
        throw SyntaxError(text: [UInt8]("the library defines a name twice: ".utf8) + SymbolTable.utf8(name), Constant.undefined, position(form))
      }
      let cell = try define(name, form, scope)
      defined.set(name, .global(cell))
    }
  }

  private func export(_ list: Word, _ form: Word, _ library: Library) throws(SyntaxError) {
    var rest = list
    while rest.isPair {
      let specification = car(rest)
      rest = cdr(rest)
      var (inner, outer) = (specification, specification)
      if specification.isPair {
        guard listLength(specification) == 3, car(specification) == SymbolTable.intern("rename") else {
          throw fail("an export must be a name or (rename name name)", form)
        }
        (inner, outer) = (cadr(specification), caddr(specification))
      }
      guard inner.isSymbol, outer.isSymbol else { throw fail("an export must be a name or (rename name name)", form) }
      if library.exports.find(outer) != nil {
        throw SyntaxError(text: [UInt8]("the library exports a name twice: ".utf8) + SymbolTable.utf8(outer), Constant.undefined, position(form))
      }
      switch library.environment.lookup(inner) {
      case .unbound where StandardLibrary.text(ofLibrary: library.name) != nil: library.missing.append(inner)
      case .unbound:
        throw SyntaxError(
          text: [UInt8]("the library exports a name that it does not define: ".utf8) + SymbolTable.utf8(inner), Constant.undefined,
          position(form))
      case .global(let cell): library.exports.set(outer, .imported(cell))
      case let meaning: library.exports.set(outer, meaning)
      }
    }
  }
}
