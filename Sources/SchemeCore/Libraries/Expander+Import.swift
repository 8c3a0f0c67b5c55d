// `import` and import sets (R7RS 5.2): which names of which libraries an environment gets, and what has to run before they can be used.
import GuestABI

/// What an import set gives.
struct ImportedNames {
  var library: Library?
  /// All of `(latch)`: too many to list.
  var isEverything = false
  var names: [(name: Word, meaning: Meaning)] = []
}

extension Expander {
  /// `(import set ...)` at top level: binds the names; running it runs what the libraries' bodies do.
  mutating func expandImport(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let sets = try properList(cdr(form), of: form)
    let calls = try importSets(sets, form, into: scope.environment).map { Expression.call(.constant($0), [], .none) }
    return .sequence(calls + [.constant(Constant.unspecified)])
  }

  /// Binds what import sets give in an environment; returns the initialisers to run.
  mutating func importSets(_ sets: Word, _ form: Word, into environment: Environment) throws(SyntaxError) -> [Word] {
    var initializers: [Word] = []
    for library in try bindImports(sets, form, into: environment) { Libraries.takeInitializers(library, &initializers) }
    return initializers
  }

  mutating func bindImports(
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
        if !isSame(environment.lookup(name), meaning) && !environment.isStandard(name, meaning) { try requireUnsealed(name, form, in: environment) }
        environment.bind(name, meaning)
      }
    }
    return libraries
  }

  private mutating func importSet(_ set: Word, _ form: Word) throws(SyntaxError) -> ImportedNames {
    nesting += 1
    defer { nesting -= 1 }
    if isTooDeep { throw fail("the import set is nested too deeply", form) }
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
}
