// `define-library` (R7RS 5.6), and finding the text of a library that an import names.
import GuestABI

extension Expander {
  /// The library of a name, found and expanded if need be.
  mutating func library(named name: Word, _ form: Word) throws(SyntaxError) -> Library {
    let key = LibraryNames.canonical(name)
    if let library = Libraries.find(key) {
      if !library.isComplete { throw fail("the libraries import each other: ", key, form) }
      return library
    }
    if let text = StandardLibrary.text(ofLibrary: key) {
      let source = Sources.add(name: key, text: text, isStandard: true)
      var reader = Sources.reader(source)
      let datum = LongWork.uninterrupted { try? Sources.next(&reader, source) }
      guard let datum = datum ?? nil else { abortRuntime("an embedded library cannot be read") }
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
    guard let library = Libraries.find(key) else {
      let paths = Libraries.paths(name)
      let text =
        [UInt8]("there is no library ".utf8) + key + Self.list(paths.filter { !Sources.isOutOfReach($0) }, after: "; looked for ")
        + Self.list(paths.filter(Sources.isOutOfReach), after: "; the program may not reach ")
      throw SyntaxError(text: text, Constant.undefined, position(form))
    }
    return library
  }

  /// `; looked for a, b and c`, or nothing.
  private static func list(_ paths: [[UInt8]], after words: StaticString) -> [UInt8] {
    var text: [UInt8] = []
    for (index, path) in paths.enumerated() {
      if index == 0 { words.withUTF8Buffer { text += $0 } } else { text += [UInt8]((index == paths.count - 1 ? " and " : ", ").utf8) }
      text += path
    }
    return text
  }

  private func fail(_ message: StaticString, _ name: [UInt8], _ form: Word) -> SyntaxError {
    SyntaxError(text: message.withUTF8Buffer { [UInt8]($0) } + name, Constant.undefined, position(form))
  }

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
    if Libraries.find(library.name)?.isSealed ?? false { throw fail("cannot define a library that --seal has sealed: ", library.name, form) }
    var declarations = Declarations()
    try sort(cddr(form), &declarations, form, Scope(library.environment, lambda: scope.lambda))
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
    if isTooDeep { throw fail("the declarations are nested too deeply", form) }
    if listLength(list) < 0 { throw fail("the form must be a proper list", form) }
    var rest = list
    while rest.isPair {
      let declaration = takeFirst(&rest)
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
    var parts: [TopLevelPart] = []
    for form in forms { try collect(form, top, isAlone: false, &parts) }
    for part in parts {
      let lambda = try expandTopLevel(part, in: library.environment)
      Debugging.environment = library.environment.number
      if case .define(let cell, .lambda(let value)) = lambda.body, let procedure = StandardLibrary.closedProcedure(value, definedAs: cell) {
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
      if isTooDeep { throw fail("the body is nested too deeply", form) }
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
      let meaning = library.environment.lookup(inner)
      if case .unbound = identity(of: meaning) {
        if StandardLibrary.text(ofLibrary: library.name) != nil {
          library.missing.append(inner)
          continue
        }
        throw SyntaxError(
          text: [UInt8]("the library exports a name that it does not define: ".utf8) + SymbolTable.utf8(inner)
            + library.environment.unmetConditions, Constant.undefined, position(form))
      }
      if case .global(let cell) = meaning { library.exports.set(outer, .imported(cell)) } else { library.exports.set(outer, meaning) }
    }
  }
}
