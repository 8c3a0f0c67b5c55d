// Strings, and the characters and escapes inside strings and symbols.
import GuestABI

extension Reader {
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

  mutating func readStringEscape(_ buffer: inout TextBuffer) throws(ReadError) {
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

  // MARK: Characters of the text

  /// Reads one character inside a string or symbol; a line ending is one newline however it is written.
  mutating func readScalar() throws(ReadError) -> UInt32 {
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
  mutating func readHexEscape() throws(ReadError) -> UInt32 {
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

  func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 48...57: UInt32(byte) - 48
    case 97...102: UInt32(byte) - 87
    case 65...70: UInt32(byte) - 55
    default: nil
    }
  }
}
