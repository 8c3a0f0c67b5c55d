// The reader's lexical level: white space and comments, strings, characters, symbols, numbers.
import GuestABI

/// Whether a byte starts a line ending.
@inline(__always)
func endsLine(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

/// Whether a byte ends a token; 0 is the end of the text.
@inline(__always)
func isDelimiter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0...32, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""),
    UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "|"):
    true
  default: false
  }
}

extension Reader {
  // MARK: Atmosphere

  /// Goes to the next line; `current` starts a line ending: a newline, a return, or both (R7RS 7.1.1).
  private mutating func passLineEnding() {
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
  private func isWhitespace(_ index: Int) -> Bool {
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
  private func matches(_ word: StaticString, _ start: Int, _ end: Int) -> Bool {
    if end - start != word.utf8CodeUnitCount { return false }
    for index in 0..<word.utf8CodeUnitCount {
      let byte = text[start + index]
      if (byte >= 65 && byte <= 90 ? byte + 32 : byte) != word.utf8Start[index] { return false }
    }
    return true
  }

  // MARK: Characters of the text

  /// Reads one character inside a string or symbol; a line ending is one newline however it is written.
  private mutating func readScalar() throws(ReadError) -> UInt32 {
    let byte = text[at]
    if endsLine(byte) {
      passLineEnding()
      return 10
    }
    if byte < 0x80 {
      at += 1
      return UInt32(byte)
    }
    let available = text.count - at
    let start = at
    let decoded = decodeUTF8(text.baseAddress.unsafelyUnwrapped + start, available: available)
    if !decoded.isValid { throw fail("the text is not valid UTF-8 here") }
    at += decoded.length
    lineStart += decoded.length - 1
    return decoded.scalar
  }

  /// Reads `12ab;` of an escape `\x12ab;`.
  private mutating func readHexEscape() throws(ReadError) -> UInt32 {
    var scalar: UInt32 = 0
    var digits = 0
    while let digit = hexDigit(current), digits < 8 {
      scalar = scalar << 4 | digit
      digits += 1
      at += 1
    }
    if digits == 0 || digits > 7 || !isScalar(scalar) { throw fail("a bad character number") }
    if at >= text.count { throw ReadError(isIncomplete: true, message: "the text ends inside an escape", line: line, column: column) }
    if current != UInt8(ascii: ";") { throw fail("a hexadecimal escape must end in a semicolon") }
    at += 1
    return scalar
  }

  private func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte) - 48
    case 97...102: UInt32(byte) - 87
    case 65...70: UInt32(byte) - 55
    default: nil
    }
  }

  // MARK: Strings

  mutating func readString() throws(ReadError) -> Word {
    let (startLine, startColumn) = (line, column)
    at += 1
    var buffer = TextBuffer()
    while at < text.count && !LongWork.step() {
      let byte = text[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        let string = buffer.makeString()
        buffer.free()
        return string
      }
      do throws(ReadError) {
        if byte == UInt8(ascii: "\\") {
          try readStringEscape(&buffer)
        } else {
          buffer.append(scalar: try readScalar())
        }
      } catch {
        buffer.free()
        throw error
      }
    }
    buffer.free()
    throw ReadError(isIncomplete: true, message: "this string is not closed", line: startLine, column: startColumn)
  }

  private mutating func readStringEscape(_ buffer: inout TextBuffer) throws(ReadError) {
    let letter = peek(1)
    switch letter {
    case UInt8(ascii: "n"): buffer.append(10)
    case UInt8(ascii: "t"): buffer.append(9)
    case UInt8(ascii: "r"): buffer.append(13)
    case UInt8(ascii: "a"): buffer.append(7)
    case UInt8(ascii: "b"): buffer.append(8)
    case UInt8(ascii: "0"): buffer.append(0)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "|"): buffer.append(letter)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      at += 2
      return buffer.append(scalar: try readHexEscape())
    case 10, 13, 32, 9: return try skipLineContinuation()
    default:
      if at + 1 >= text.count {
        at += 1
        return
      }
      throw fail("unknown escape in a string")
    }
    at += 2
  }

  /// A backslash, spaces, a line ending, spaces: nothing.
  private mutating func skipLineContinuation() throws(ReadError) {
    at += 1
    while current == 32 || current == 9 { at += 1 }
    if at >= text.count { return }
    if !endsLine(current) { throw fail("unknown escape in a string") }
    passLineEnding()
    while current == 32 || current == 9 { at += 1 }
  }

  // MARK: What starts with a hash sign

  mutating func readHash() throws(ReadError) -> Word {
    let next = peek(1)
    if next == UInt8(ascii: "\\") { return try readCharacter() }
    if at + 1 >= text.count {
      throw ReadError(isIncomplete: true, message: "the text ends after #", line: line, column: column)
    }
    var end = at + 1
    while end < text.count && !isDelimiter(text[end]) { end += 1 }
    let start = at
    switch next | 32 {
    case UInt8(ascii: "t") where matches("t", at + 1, end) || matches("true", at + 1, end):
      at = end
      return Constant.true
    case UInt8(ascii: "f") where matches("f", at + 1, end) || matches("false", at + 1, end):
      at = end
      return Constant.false
    case UInt8(ascii: "x"), UInt8(ascii: "b"), UInt8(ascii: "o"), UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: "i"):
      let number = NumberParser.parse(UnsafeBufferPointer(rebasing: text[start..<end]))
      if number == Constant.undefined { throw fail("the number is too long") }
      if number == Constant.false { throw fail("this is not a number") }
      at = end
      return number
    default: throw fail("unknown syntax after #")
    }
  }

  private mutating func readCharacter() throws(ReadError) -> Word {
    if at + 2 >= text.count {
      throw ReadError(isIncomplete: true, message: "the text ends inside a character", line: line, column: column)
    }
    let mark = self
    at += 2
    let nameStart = at
    let first = try readScalar()
    if first >= 0x80 || isDelimiter(current) || at >= text.count || isDelimiter(UInt8(first)) { return .character(first) }
    while at < text.count && !isDelimiter(text[at]) && text[at] < 0x80 { at += 1 }
    if first == UInt32(UInt8(ascii: "x")) {
      var scalar: UInt32 = 0
      var index = nameStart + 1
      while index < at, index - nameStart <= 7, let digit = hexDigit(text[index]) {
        scalar = scalar << 4 | digit
        index += 1
      }
      if index == at && isScalar(scalar) { return .character(scalar) }
    }
    for index in 0..<CharacterName.count where matches(CharacterName.name(index), nameStart, at) {
      return .character(CharacterName.scalar(index))
    }
    self = mark
    throw fail("unknown character name")
  }

  // MARK: Symbols and numbers

  /// Reads a number or a symbol.
  mutating func readToken() throws(ReadError) -> Word {
    let start = at
    let first = text[at]
    if first < 32 || first == 127 { throw fail("a control character where a datum should start") }
    // Numbers start with a digit, a sign or a point, and are ASCII.
    if first < 0x80 {
      var end = at
      while end < text.count && !isDelimiter(text[end]) && text[end] < 0x80 { end += 1 }
      if Self.mayStartNumber(first) && (end == text.count || text[end] < 0x80 || isWhitespace(end)) {
        let number = NumberParser.parse(UnsafeBufferPointer(rebasing: text[start..<end]))
        if number == Constant.undefined { throw fail("the number is too long") }
        if number != Constant.false {
          at = end
          return number
        }
      }
    }
    return try readSymbol()
  }

  private static func mayStartNumber(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// Reads a symbol; parts of it may be between bars.
  private mutating func readSymbol() throws(ReadError) -> Word {
    var buffer = TextBuffer()
    let failure: ReadError
    do throws(ReadError) {
      try readSymbolName(&buffer)
      let symbol = SymbolTable.intern(buffer.makeString())
      buffer.free()
      return symbol
    } catch {
      failure = error
    }
    buffer.free()
    throw failure
  }

  private mutating func readSymbolName(_ buffer: inout TextBuffer) throws(ReadError) {
    while at < text.count && !LongWork.step() {
      let byte = text[at]
      if byte == UInt8(ascii: "|") {
        try readBars(&buffer)
      } else if isDelimiter(byte) {
        return
      } else {
        if byte >= 0x80 && isWhitespace(at) { return }
        let scalar = try readScalar()
        if scalar < 32 || scalar == 127 { throw fail("a control character in a symbol") }
        if !foldsCase {
          buffer.append(scalar: scalar)
          continue
        }
        let folded = UnicodeCase.fullFold(scalar)
        buffer.append(scalar: folded.0)
        if folded.1 != 0 { buffer.append(scalar: folded.1) }
        if folded.2 != 0 { buffer.append(scalar: folded.2) }
      }
    }
  }

  private mutating func readBars(_ buffer: inout TextBuffer) throws(ReadError) {
    let (startLine, startColumn) = (line, column)
    at += 1
    while at < text.count && !LongWork.step() {
      let byte = text[at]
      if byte == UInt8(ascii: "|") {
        at += 1
        return
      }
      if byte == UInt8(ascii: "\\") {
        try readStringEscape(&buffer)
      } else {
        buffer.append(scalar: try readScalar())
      }
    }
    throw ReadError(isIncomplete: true, message: "this symbol is not closed", line: startLine, column: startColumn)
  }
}
