// The reader: UTF-8 text to data, with source positions (R7RS 7.1.1 and 7.1.2). It keeps its own stack, so nesting costs memory only
// and is limited by `maximumDepth`; nothing in a text can crash it. It may give up (LongWork.swift): then it throws, whatever it has read.
//
// The data it makes are held by nothing but the caller, until the next poll.
import GuestABI

public struct Reader {
  /// Deeper nesting is an error. (The expander has a lower limit of its own.)
  public static var maximumDepth: Int { 1 << 20 }

  let text: UnsafeBufferPointer<UInt8>
  /// What keeps the bytes of `text` where they are, if that is the reader's part.
  private let owner: [UInt8]
  var at = 0
  var line = 1
  /// Where the current line starts, less the continuation bytes seen in it: `at - lineStart + 1` is the column.
  var lineStart = 0
  var foldsCase = false

  /// Whether the places of the data are kept in `SourcePositions`.
  let recordsPositions: Bool
  let depthLimit: Int

  /// Reads a source text from its start.
  public init(_ text: [UInt8]) {
    owner = text
    // An array's elements stay where they are while somebody holds the array and nobody changes it.
    self.text = text.withUnsafeBufferPointer { $0 }
    recordsPositions = true
    depthLimit = Self.maximumDepth
    if text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF {
      at = 3
      lineStart = 3
    }
    if text.count >= 2 && text[0] == UInt8(ascii: "#") && text[1] == UInt8(ascii: "!") && isScriptLine { skipLine() }
  }

  /// Reads data from bytes that stay where they are meanwhile.
  init(data: UnsafeBufferPointer<UInt8>) {
    owner = []
    text = data
    recordsPositions = false
    depthLimit = 1 << 24
  }

  private var isScriptLine: Bool { text.count > 2 && (text[2] == UInt8(ascii: "/") || text[2] == UInt8(ascii: " ")) }

  /// Where the last datum started.
  public private(set) var datumLine = 1
  public private(set) var datumColumn = 1

  var column: Int { at - lineStart + 1 }
  /// The next byte; 0 at the end.
  @inline(__always) var current: UInt8 { at < text.count ? text[at] : 0 }
  @inline(__always) func peek(_ offset: Int) -> UInt8 { at + offset < text.count ? text[at + offset] : 0 }

  /// Reads the next datum; nil at the end of the text.
  public mutating func next() throws(ReadError) -> Word? {
    let datum = try readDatum()
    if LongWork.isAbandoned { throw fail("interrupted") }
    return datum
  }

  private mutating func readDatum() throws(ReadError) -> Word? {
    var stack = OpenDataStack()
    var labels = DatumLabels()
    while true {
      if LongWork.step() { throw fail("interrupted") }
      try skipAtmosphere()
      let (startLine, startColumn) = (line, column)
      if stack.isEmpty { (datumLine, datumColumn) = (line, column) }
      if at >= text.count {
        if stack.isEmpty { return nil }
        throw Self.unclosed(stack.top)
      }
      let byte = text[at]
      var value: Word
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["):
        at += 1
        try push(byte == UInt8(ascii: "(") ? .list : .bracketList, startLine, startColumn, &stack)
        continue
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        value = try close(byte, &stack)
        let opened = stack.pop()
        if recordsPositions && (value.isPair || value.isVector) { SourcePositions.set(value, UInt32(opened.line), UInt32(opened.column)) }
        if let whole = try add(value, opened.line, opened.column, &stack, &labels) { return try labels.resolve(whole) }
        continue
      case UInt8(ascii: "'"):
        at += 1
        try push(.quote, startLine, startColumn, &stack)
        continue
      case UInt8(ascii: "`"):
        at += 1
        try push(.quasiquote, startLine, startColumn, &stack)
        continue
      case UInt8(ascii: ","):
        at += peek(1) == UInt8(ascii: "@") ? 2 : 1
        try push(text[at - 1] == UInt8(ascii: "@") ? .unquoteSplicing : .unquote, startLine, startColumn, &stack)
        continue
      case UInt8(ascii: "#"):
        if peek(1) == UInt8(ascii: "(") {
          at += 2
          try push(.vector, startLine, startColumn, &stack)
          continue
        }
        if peek(1) == UInt8(ascii: ";") {
          at += 2
          try push(.comment, startLine, startColumn, &stack)
          continue
        }
        if peek(1) | 32 == UInt8(ascii: "u") && peek(2) == UInt8(ascii: "8") && peek(3) == UInt8(ascii: "(") {
          at += 4
          try push(.bytevector, startLine, startColumn, &stack)
          continue
        }
        if peek(1) >= UInt8(ascii: "0") && peek(1) <= UInt8(ascii: "9") {
          guard let reference = try readLabel(&stack, &labels) else { continue }
          value = reference
        } else {
          value = try readHash()
        }
      case UInt8(ascii: "\""): value = try readString()
      case UInt8(ascii: "."):
        if isDelimiter(peek(1)) {
          try readDot(&stack)
          continue
        }
        value = try readToken()
      default: value = try readToken()
      }
      if let whole = try add(value, startLine, startColumn, &stack, &labels) { return try labels.resolve(whole) }
    }
  }

  // MARK: Errors

  func fail(_ message: StaticString) -> ReadError {
    ReadError(isIncomplete: false, message: message, line: line, column: column)
  }
}
