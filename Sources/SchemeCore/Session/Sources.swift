// The source texts of a session, kept for error messages, and the messages' layout:
//
//     error: car: argument 1 must be a pair, but is 5
//       at prog.scm:3:7
//         (+ 1 (car x))
//              ^
import GuestABI

enum Sources {
  private struct Source {
    let name: [UInt8]
    let text: [UInt8]
    /// The lines that come before the text where it comes from.
    var linesBefore = 0
    /// Errors are never said to be there.
    var isStandard = false
    /// The source that asked for this file, or 0.
    var includedFrom = 0
  }

  nonisolated(unsafe) private static var sources: [Source] = []

  /// Starts with one source that is none: number 0 stands for no place.
  static func start() { sources = [Source(name: [], text: [], isStandard: true)] }

  /// Adds a text; returns its number. A text that has come just before is the same source: hosts evaluate one over and over.
  static func add(name: [UInt8], text: [UInt8], linesBefore: Int = 0, isStandard: Bool = false, includedFrom: Int = 0) -> Int {
    if let last = sources.last, !isStandard, !last.isStandard, last.includedFrom == includedFrom, last.linesBefore == linesBefore,
      last.text == text, last.name == name
    {
      return sources.count - 1
    }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    sources.append(Source(name: name, text: text, linesBefore: linesBefore, isStandard: isStandard, includedFrom: includedFrom))
    return sources.count - 1
  }

  static func text(_ source: Int) -> [UInt8] { sources[source].text }
  static func reader(_ source: Int) -> Reader { Reader(sources[source].text) }

  /// The next datum of a source, with the places of its parts.
  static func next(_ reader: inout Reader, _ source: Int) throws(ReadError) -> Word? {
    let outer = SourcePositions.source
    SourcePositions.source = source
    defer { SourcePositions.source = outer }
    return try reader.next()
  }

  static func isUserCode(_ position: SourcePosition) -> Bool {
    position != .none && position.source < sources.count && !sources[position.source].isStandard
  }

  // MARK: Files

  /// A file's text, or nil. (Why it cannot be read is in `Root.raised` then.)
  static func readFile(_ path: [UInt8]) -> [UInt8]? { HostFiles.read("include", path: path) }

  static func fileExists(_ path: [UInt8]) -> Bool { HostFiles.exists(string(path)) }

  /// Whether the host does not let the program read a file, be there one or not.
  static func isOutOfReach(_ path: [UInt8]) -> Bool { HostFiles.isOutOfReach(string(path)) }

  private static func string(_ path: [UInt8]) -> Word {
    var text = TextBuffer()
    for byte in path { text.append(byte) }
    defer { text.free() }
    return text.makeString()
  }

  /// A path that is meant to start from the folder of a source.
  static func path(_ path: [UInt8], besides source: Int) -> [UInt8] {
    path.first == UInt8(ascii: "/") ? path : folder(of: source < sources.count ? sources[source].name : []) + path
  }

  /// The part of a path before the file's own name, with the slash.
  static func folder(of path: [UInt8]) -> [UInt8] {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return [] }
    return [UInt8](path[...slash])
  }

  /// Whether a source was included from so many others that there must be a cycle.
  static func isNestedTooDeeply(_ source: Int) -> Bool {
    var depth = 0
    var current = source
    while current != 0 && depth <= 100 {
      current = sources[current].includedFrom
      depth += 1
    }
    return depth > 100
  }

  /// Appends the lines that show a place.
  static func appendPlace(_ position: SourcePosition, to text: inout [UInt8]) {
    if !isUserCode(position) { return }
    text.append(contentsOf: "\n  at ".utf8)
    appendName(position, to: &text)
    appendExcerpt(sources[position.source].text, position, to: &text)
  }

  /// Appends `file:line:column`.
  static func appendName(_ position: SourcePosition, to text: inout [UInt8]) {
    text.append(contentsOf: sources[position.source].name)
    text.append(UInt8(ascii: ":"))
    appendNumber(sources[position.source].linesBefore + position.line, to: &text)
    text.append(UInt8(ascii: ":"))
    appendNumber(position.column, to: &text)
  }

  /// Where a place is in its text: in bytes, and where its line starts; nil for a line that is not there.
  static func offset(of position: SourcePosition) -> (offset: Int, lineStart: Int)? {
    offset(of: position, in: sources[position.source].text)
  }

  static func offset(of position: SourcePosition, in source: [UInt8]) -> (offset: Int, lineStart: Int)? {
    var start = 0
    var line = 1
    while line < position.line {
      guard let end = source[start...].firstIndex(where: endsLine) else { return nil }
      start = end + (source[end] == 13 && end + 1 < source.count && source[end + 1] == 10 ? 2 : 1)
      line += 1
    }
    // Columns count characters; continuation bytes do not start one.
    var column = 1
    var at = start
    while at < source.count && !endsLine(source[at]) && column < position.column {
      at += 1
      while at < source.count && source[at] & 0xC0 == 0x80 { at += 1 }
      column += 1
    }
    return (at, start)
  }

  /// The name of a place's source, and the line's number there.
  static func name(of position: SourcePosition) -> [UInt8] { sources[position.source].name }
  static func line(in position: SourcePosition) -> Int { sources[position.source].linesBefore + position.line }

  /// The source line of a place, with a blank for each control character.
  static func line(of position: SourcePosition) -> [UInt8] {
    guard isUserCode(position), let (_, start) = offset(of: position) else { return [] }
    return sources[position.source].text[start...].prefix { !endsLine($0) }.map { $0 < 32 ? 32 : $0 }
  }

  /// The source line and a caret under the column; a long line is cut around it.
  private static func appendExcerpt(_ source: [UInt8], _ position: SourcePosition, to text: inout [UInt8]) {
    guard let (at, start) = offset(of: position, in: source) else { return }
    var end = start
    while end < source.count && !endsLine(source[end]) { end += 1 }
    var first = start
    if at - start > 70 {
      first = at - 60
      while source[first] & 0xC0 == 0x80 { first += 1 }
    }
    var last = min(end, first + 100)
    while last < end && last > first && source[last] & 0xC0 == 0x80 { last -= 1 }
    text.append(contentsOf: "\n    ".utf8)
    for byte in source[first..<last] { text.append(byte == 9 || byte >= 32 ? byte : UInt8(ascii: "?")) }
    text.append(contentsOf: "\n    ".utf8)
    for byte in source[first..<min(at, last)] where byte & 0xC0 != 0x80 {
      text.append(byte == 9 ? 9 : UInt8(ascii: " "))
    }
    text.append(UInt8(ascii: "^"))
  }

  static func appendNumber(_ number: Int, to text: inout [UInt8]) {
    text.append(contentsOf: String(number).utf8)
  }
}

/// The text of a read error.
func describe(_ error: ReadError, _ source: Int) -> [UInt8] {
  var text = [UInt8]("error: ".utf8)
  error.message.withUTF8Buffer { text.append(contentsOf: $0) }
  Sources.appendPlace(SourcePosition(source: source, line: error.line, column: error.column), to: &text)
  return text
}

/// The text of a syntax error.
func describe(_ error: SyntaxError) -> [UInt8] {
  var text = [UInt8]("error: ".utf8)
  text.append(contentsOf: error.message)
  if error.form != Constant.undefined {
    text.append(contentsOf: ": ".utf8)
    text.append(contentsOf: writtenText(error.form, limit: 200))
  }
  Sources.appendPlace(error.position, to: &text)
  return text
}

extension Func {
  /// Whether this is a procedure of the standard library, by its name.
  public func isLibraryProcedure(_ name: StaticString) -> Bool {
    self.name == SymbolTable.intern(name) && !Sources.isUserCode(position)
  }
}
