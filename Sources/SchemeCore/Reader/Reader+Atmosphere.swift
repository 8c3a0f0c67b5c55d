// What stands between tokens (R7RS 7.1.1): white space, comments, directives; and which bytes end lines and tokens.
import GuestABI

/// Whether a byte starts a line ending.
@inline(__always)
func endsLine(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

/// Whether a byte ends a token; 0 is the end of the text. (R7RS lets no identifier go on with a quote, a backquote or a comma, but does not call them delimiters: most
/// Schemes end a token there.)
@inline(__always)
func isDelimiter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0...32, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""),
    UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: "|"):
    true
  default: false
  }
}

extension Reader {
  /// Goes to the next line; `current` starts a line ending: a newline, a return, or both (R7RS 7.1.1).
  mutating func passLineEnding() {
    at += text[at] == 13 && peek(1) == 10 ? 2 : 1
    line += 1
    lineStart = at
  }

  mutating func skipLine() {
    while at < text.count && !endsLine(text[at]) && !LongWork.step() { passCharacter() }
  }

  /// Passes any character but a line ending; continuation bytes do not count as columns.
  @inline(__always)
  private mutating func passCharacter() {
    if text[at] & 0xC0 == 0x80 { lineStart += 1 }
    at += 1
  }

  mutating func skipAtmosphere() throws(ReadError) {
    while at < text.count && !LongWork.step() {
      switch text[at] {
      case 10, 13: passLineEnding()
      case 32, 9, 12: at += 1
      case UInt8(ascii: ";"): skipLine()
      case UInt8(ascii: "#"):
        if peek(1) == UInt8(ascii: "|") {
          try skipBlockComment()
        } else if peek(1) == UInt8(ascii: "!") {
          try readDirective()
        } else {
          return
        }
      case 0xC2...0xE3:
        if !isWhitespace(at) { return }
        _ = try readScalar()
      default: return
      }
    }
  }

  /// Whether the character of several bytes at an index is white space.
  func isWhitespace(_ index: Int) -> Bool {
    let decoded = decodeUTF8(text.baseAddress.unsafelyUnwrapped + index, available: text.count - index)
    return decoded.isValid && UnicodeCase.isWhitespace(decoded.scalar)
  }

  private mutating func skipBlockComment() throws(ReadError) {
    let (startLine, startColumn) = (line, column)
    var depth = 0
    while at < text.count && !LongWork.step() {
      if text[at] == UInt8(ascii: "#") && peek(1) == UInt8(ascii: "|") {
        depth += 1
        at += 2
      } else if text[at] == UInt8(ascii: "|") && peek(1) == UInt8(ascii: "#") {
        depth -= 1
        at += 2
        if depth == 0 { return }
      } else if endsLine(text[at]) {
        passLineEnding()
      } else {
        passCharacter()
      }
    }
    throw ReadError(isIncomplete: true, message: "this comment is not closed", line: startLine, column: startColumn)
  }

  /// `#!fold-case`, `#!no-fold-case`; others are errors.
  private mutating func readDirective() throws(ReadError) {
    var end = at + 2
    while end < text.count && !isDelimiter(text[end]) { end += 1 }
    if matches("fold-case", at + 2, end) {
      foldsCase = true
    } else if matches("no-fold-case", at + 2, end) {
      foldsCase = false
    } else {
      throw fail("unknown directive")
    }
    at = end
  }

  /// Whether the bytes from one index to another are a word; ASCII letters in either case.
  func matches(_ word: StaticString, _ start: Int, _ end: Int) -> Bool {
    if end - start != word.utf8CodeUnitCount { return false }
    for index in 0..<word.utf8CodeUnitCount {
      let byte = text[start + index]
      if (byte >= 65 && byte <= 90 ? byte + 32 : byte) != word.utf8Start[index] { return false }
    }
    return true
  }
}
