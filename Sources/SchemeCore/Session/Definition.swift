// A definition of a procedure or macro as it stands in its source: its text, how it names its parameters, and what it says of itself. Documentation is a string that is the first
// expression of the body, or else the comments between the parameters and the body, or else those right above the definition.
import GuestABI

struct Definition {
  /// Where the form is.
  let position: SourcePosition
  /// The whole text that has the definition.
  private let text: [UInt8]
  /// The form that made the procedure: a definition, or a lambda expression somewhere in one.
  private let form: Word
  private let formStart: Int
  /// The definition's bytes.
  private let range: Range<Int>

  /// Finds the form at a function's place; nil if it is no program's.
  init?(_ function: Func) {
    guard Sources.isUserCode(function.position), let (start, _) = Sources.offset(of: function.position) else { return nil }
    position = function.position
    text = Sources.text(position.source)
    formStart = start
    guard let (form, end) = Self.form(at: function.position, in: text) else { return nil }
    self.form = form
    if form.isPair, car(form) != SymbolTable.intern("define"), let outer = Self.topLevelForm(around: formStart, in: text),
      Self.defines(outer.form, function.name)
    {
      range = outer.range
    } else {
      range = formStart..<end
    }
  }

  /// Finds the `define-syntax` form of a macro; nil if it is no program's, or another macro's expansion has defined it.
  init?(_ macro: Macro) {
    guard Sources.isUserCode(macro.position), let (start, _) = Sources.offset(of: macro.position) else { return nil }
    position = macro.position
    text = Sources.text(position.source)
    formStart = start
    guard let (form, end) = Self.form(at: position, in: text) else { return nil }
    guard form.isPair, car(form) == SymbolTable.intern("define-syntax"), cdr(form).isPair, cadr(form) == macro.name else { return nil }
    self.form = form
    range = start..<end
  }

  var sourceText: [UInt8] { [UInt8](text[range]) }

  private static func form(at position: SourcePosition, in text: [UInt8]) -> (Word, end: Int)? {
    guard let (offset, _) = Sources.offset(of: position) else { return nil }
    var reader = Reader(text)
    reader.at = offset
    reader.lineStart = offset - (position.column - 1)
    reader.line = position.line
    let outer = SourcePositions.source
    SourcePositions.source = position.source
    defer { SourcePositions.source = outer }
    guard let form = try? reader.next() else { return nil }
    return (form, reader.at)
  }

  private static func topLevelForm(around offset: Int, in text: [UInt8]) -> (form: Word, range: Range<Int>)? {
    var reader = Reader(text)
    while let form = try? reader.next() {
      guard reader.at > offset else { continue }
      let position = SourcePosition(source: 0, line: reader.datumLine, column: reader.datumColumn)
      return Sources.offset(of: position, in: text).map { (form, $0.offset..<reader.at) }
    }
    return nil
  }

  private static func defines(_ form: Word, _ name: Word) -> Bool {
    form.isPair && car(form) == SymbolTable.intern("define") && cdr(form).isPair && cadr(form) == name
  }

  // MARK: Parameters

  /// The parameters of each clause, as they are written, each with a blank before it; empty if the form does not say.
  func parameters(of function: Func) -> [[UInt8]] {
    guard form.isPair, cdr(form).isPair else { return [] }
    let head = car(form)
    if head == SymbolTable.intern("lambda") { return Self.parameters(cadr(form), function) }
    if head == SymbolTable.intern("define") || head == SymbolTable.intern("named-lambda") {
      return cadr(form).isPair ? Self.parameters(cdr(cadr(form)), function) : []
    }
    guard head == SymbolTable.intern("case-lambda") else { return [] }
    var clauses: [[UInt8]] = []
    var rest = cdr(form)
    while rest.isPair {
      if car(rest).isPair { clauses.append(Self.written(car(car(rest)))) }
      rest = cdr(rest)
    }
    return clauses
  }

  /// What a macro made may stand at the place of its use: the numbers have to agree.
  private static func parameters(_ list: Word, _ function: Func) -> [[UInt8]] {
    var count = 0
    var rest = list
    while rest.isPair {
      count += 1
      rest = cdr(rest)
    }
    return count == function.parameters && rest.isSymbol == function.hasRest ? [written(list)] : []
  }

  private static func written(_ list: Word) -> [UInt8] {
    var text: [UInt8] = []
    var rest = list
    while rest.isPair {
      text.append(32)
      text.append(contentsOf: writtenText(car(rest), limit: 200))
      rest = cdr(rest)
    }
    if rest != Constant.null {
      text.append(contentsOf: " . ".utf8)
      text.append(contentsOf: writtenText(rest, limit: 200))
    }
    return text
  }

  // MARK: Documentation

  /// What the definition says of itself, in lines; empty if it says nothing.
  var documentation: [UInt8] {
    if let string = documentationString { return string }
    let inside = commentsBeforeBody
    return inside.isEmpty ? commentsAbove : inside
  }

  /// The first pair of the body's expressions.
  private var body: Word? {
    guard form.isPair, cdr(form).isPair, cdr(cdr(form)).isPair else { return nil }
    for head in [SymbolTable.intern("lambda"), SymbolTable.intern("define"), SymbolTable.intern("named-lambda")] where car(form) == head {
      return cdr(cdr(form))
    }
    return nil
  }

  private var documentationString: [UInt8]? {
    guard let body, cdr(body).isPair, car(body).isString else { return nil }
    var text = TextBuffer()
    printValue(car(body), .display, to: &text, limit: 1 << 16)
    defer { text.free() }
    return text.bytes()
  }

  private var commentsBeforeBody: [UInt8] {
    guard let body, let position = SourcePositions.lookupElement(of: body) ?? SourcePositions.lookup(car(body)) else { return [] }
    guard let (end, _) = Sources.offset(of: position), formStart < end else { return [] }
    var comments: [UInt8] = []
    for line in text[formStart..<end].split(separator: 10) {
      if let start = line.firstIndex(of: UInt8(ascii: ";")) { Self.append(comment: line[start...], to: &comments) }
    }
    return comments
  }

  private var commentsAbove: [UInt8] {
    var lineStart = range.lowerBound
    while lineStart > 0 && text[lineStart - 1] == 32 { lineStart -= 1 }
    var lines: [ArraySlice<UInt8>] = []
    while lineStart > 0 && text[lineStart - 1] == 10 {
      let end = lineStart - 1
      var start = end
      while start > 0 && text[start - 1] != 10 { start -= 1 }
      let line = text[start..<end].drop { $0 == 32 || $0 == 9 }
      guard line.first == UInt8(ascii: ";") else { break }
      lines.append(line)
      lineStart = start
    }
    var comments: [UInt8] = []
    for line in lines.reversed() { Self.append(comment: line, to: &comments) }
    return comments
  }

  /// Adds a comment's text, without the semicolons, as a line.
  private static func append(comment: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var words = comment.drop { $0 == UInt8(ascii: ";") }
    if words.first == 32 { words.removeFirst() }
    while let last = words.last, last <= 32 { words.removeLast() }
    if !text.isEmpty { text.append(10) }
    text.append(contentsOf: words)
  }
}
