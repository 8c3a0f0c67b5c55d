// Tokens but strings: what starts with a hash sign, symbols, numbers.
import GuestABI

extension Reader {
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
