// What a program consists of besides its own text: include, and the choice by features.
import GuestABI

extension Expander {
  /// The forms of the clause of a `cond-expand` that applies; none if there is none.
  mutating func condExpandForms(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Word {
    if listLength(form) < 0 { throw fail("the form must be a proper list", form) }
    var rest = cdr(form)
    while rest.isPair {
      let clause = car(rest)
      guard listLength(clause) >= 1 else { throw fail("a clause of cond-expand must be a list that starts with a requirement", form) }
      if try isMet(car(clause), clause) { return cdr(clause) }
      rest = cdr(rest)
    }
    scope.environment.noteUnmetCondition(position(form))
    return Constant.null
  }

  private mutating func isMet(_ requirement: Word, _ clause: Word) throws(SyntaxError) -> Bool {
    nesting += 1
    defer { nesting -= 1 }
    if isTooDeep { throw fail("the requirement is nested too deeply", clause) }
    if requirement.isIdentifier {
      let name = Alias.symbol(requirement)
      return name == SymbolTable.intern("else") || SchemeFeatures.contains(name)
    }
    guard requirement.isPair, car(requirement).isIdentifier, listLength(requirement) >= 1 else {
      throw fail("a requirement of cond-expand must be a feature, and, or, not or library", clause)
    }
    let operatorName = Alias.symbol(car(requirement))
    var rest = cdr(requirement)
    switch operatorName {
    case SymbolTable.intern("and"):
      while rest.isPair {
        if try !isMet(car(rest), clause) { return false }
        rest = cdr(rest)
      }
      return true
    case SymbolTable.intern("or"):
      while rest.isPair {
        if try isMet(car(rest), clause) { return true }
        rest = cdr(rest)
      }
      return false
    case SymbolTable.intern("not") where listLength(requirement) == 2: return try !isMet(car(rest), clause)
    case SymbolTable.intern("library") where listLength(requirement) == 2: return Libraries.exists(strip(car(rest)))
    default: throw fail("a requirement of cond-expand must be a feature, and, or, not or library", clause)
    }
  }

  /// The forms of the files that `(include file ...)` or `(include-ci file ...)` names.
  mutating func includedForms(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Word {
    guard listLength(form) >= 2 else { throw fail("include needs the names of files", form) }
    let foldsCase = Alias.symbol(car(form)) == SymbolTable.intern("include-ci")
    var forms = ListBuilder()
    var rest = cdr(form)
    while rest.isPair {
      guard car(rest).isString else { throw fail("include takes strings, the names of files", form) }
      let path = Sources.path(utf8(car(rest)), besides: position(form).source)
      for datum in try readFile(path, foldsCase: foldsCase, form) { forms.append(datum) }
      rest = cdr(rest)
    }
    return forms.list
  }

  /// Reads all data of a file.
  mutating func readFile(
    _ path: [UInt8], foldsCase: Bool, _ form: Word
  ) throws(SyntaxError) -> [Word] {
    if Sources.isNestedTooDeeply(position(form).source) { throw fail("the files include each other without end", form) }
    guard let text = Sources.readFile(path) else {
      try checkStop()
      throw SyntaxError(text: raisedText(runtimeState.roots[.raised]), Constant.undefined, position(form))
    }
    let source = Sources.add(name: path, text: text, includedFrom: position(form).source)
    var reader = Sources.reader(source)
    reader.foldsCase = foldsCase
    var data: [Word] = []
    while true {
      do throws(ReadError) {
        guard let datum = try Sources.next(&reader, source) else { return data }
        data.append(datum)
      } catch {
        try checkStop()
        throw SyntaxError(text: message(of: error), Constant.undefined, SourcePosition(source: source, line: error.line, column: error.column))
      }
    }
  }

  private func message(of error: ReadError) -> [UInt8] { error.message.withUTF8Buffer { [UInt8]($0) } }

  /// The characters of a string as UTF-8.
  func utf8(_ string: Word) -> [UInt8] {
    var text = TextBuffer()
    text.append(string: string)
    let bytes = text.bytes()
    text.free()
    return bytes
  }
}
