// Whether a text read line by line may be complete: counts parentheses outside strings, comments and characters. Each character is looked at once,
// so that a long expression is not read from its start again for each of its lines; when nothing is open any more, the reader proper decides.

struct OpenForms {
  private enum Context { case code, string, bars, blockComment, lineComment }

  private var context = Context.code
  private var depth = 0
  private var commentDepth = 0

  /// Whether something is surely open.
  var isOpen: Bool { depth > 0 || context != .code }

  /// Whether the end of what was scanned is inside a string.
  var isInString: Bool { context == .string }

  /// Goes over lines, the last one without its end.
  mutating func scan(_ lines: String) {
    defer { if context == .lineComment { context = .code } }
    var bytes = Array(lines.utf8)[...]
    while let byte = bytes.popFirst() {
      switch context {
      case .string, .bars:
        if byte == UInt8(ascii: "\\") {
          _ = bytes.popFirst()
        } else if byte == (context == .string ? UInt8(ascii: "\"") : UInt8(ascii: "|")) {
          context = .code
        }
      case .blockComment:
        if byte == UInt8(ascii: "|"), bytes.first == UInt8(ascii: "#") {
          bytes.removeFirst()
          commentDepth -= 1
          if commentDepth == 0 { context = .code }
        } else {
          enterBlockComment(byte, &bytes)
        }
      case .lineComment:
        if byte == UInt8(ascii: "\n") { context = .code }
      case .code:
        switch byte {
        case UInt8(ascii: "("): depth += 1
        case UInt8(ascii: ")"): depth -= 1
        case UInt8(ascii: "\""): context = .string
        case UInt8(ascii: "|"): context = .bars
        case UInt8(ascii: ";"): context = .lineComment
        case UInt8(ascii: "#"):
          if bytes.first == UInt8(ascii: "\\") {
            // A character, whatever it is.
            bytes = bytes.dropFirst(2)
          } else if bytes.first == UInt8(ascii: ";") {
            // A comment of a datum, which may follow on the next line: the reader knows.
            bytes.removeFirst()
          } else {
            enterBlockComment(byte, &bytes)
          }
        default: break
        }
      }
    }
  }

  private mutating func enterBlockComment(_ byte: UInt8, _ bytes: inout ArraySlice<UInt8>) {
    guard byte == UInt8(ascii: "#"), bytes.first == UInt8(ascii: "|") else { return }
    bytes.removeFirst()
    commentDepth += 1
    context = .blockComment
  }
}
