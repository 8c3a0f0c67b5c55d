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
  private let recordsPositions: Bool
  private let depthLimit: Int

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

  // MARK: Open data

  private func push(
    _ kind: OpenDatum.Kind, _ line: Int, _ column: Int, _ stack: inout OpenDataStack
  ) throws(ReadError) {
    if stack.count >= depthLimit { throw fail("nested too deeply") }
    // The stack doubles; and what is read must have room.
    if stack.count & 0xFFF == 0xFFF && !Heap.hasRoom(bytes: Int64(stack.count) * Int64(MemoryLayout<OpenDatum>.stride) * 3) {
      LongWork.runOutOfMemory()
    }
    stack.push(OpenDatum(kind: kind, line: line, column: column))
  }

  /// Gives a finished datum to the innermost open one; returns it if there is none.
  private func add(
    _ finished: Word, _ startLine: Int, _ startColumn: Int, _ stack: inout OpenDataStack, _ labels: inout DatumLabels
  ) throws(ReadError) -> Word? {
    var value = finished
    var (line, column) = (startLine, startColumn)
    while true {
      if stack.isEmpty { return value }
      var open = stack.top
      switch open.kind {
      case .comment:
        _ = stack.pop()
        return nil
      case .label:
        _ = stack.pop()
        if !labels.close(open.label, value) {
          throw ReadError(
            isIncomplete: false, message: "the label stands for nothing but itself", line: open.line, column: open.column)
        }
        (line, column) = (open.line, open.column)
      case .quote, .quasiquote, .unquote, .unquoteSplicing:
        _ = stack.pop()
        let quoted = list(SymbolTable.intern(open.kind.symbol), value)
        if recordsPositions {
          SourcePositions.setElement(of: cdr(quoted), UInt32(line), UInt32(column))
          SourcePositions.set(quoted, UInt32(open.line), UInt32(open.column))
        }
        (line, column) = (open.line, open.column)
        value = quoted
      case .list, .bracketList, .vector, .bytevector:
        if open.kind == .bytevector && !value.isIndex(below: 256) {
          throw ReadError(
            isIncomplete: false, message: "a bytevector holds bytes, exact integers from 0 to 255", line: line, column: column)
        }
        switch open.dotState {
        case .before:
          let pair = cons(value, Constant.null)
          if open.length & 0xFFFF == 0xFFFF && !Heap.hasRoom(forObjectsOf: 1 << 20) { LongWork.runOutOfMemory() }
          if recordsPositions { SourcePositions.setElement(of: pair, UInt32(line), UInt32(column)) }
          if open.last.isNull { open.first = pair } else { setCdr(open.last, pair) }
          open.last = pair
          open.length += 1
        case .after:
          setCdr(open.last, value)
          open.dotState = .done
        case .done:
          throw ReadError(
            isIncomplete: false, message: "only one datum may follow the dot", line: line, column: column)
        }
        stack.top = open
        return nil
      }
    }
  }

  /// Reads a closing parenthesis: the value of the innermost open list or vector, which stays on the stack.
  private mutating func close(_ byte: UInt8, _ stack: inout OpenDataStack) throws(ReadError) -> Word {
    if stack.isEmpty { throw fail("unexpected closing parenthesis") }
    let open = stack.top
    if !open.kind.isSequence { throw fail("a datum is missing before the closing parenthesis") }
    if (byte == UInt8(ascii: "]")) != (open.kind == .bracketList) { throw fail("the closing parenthesis does not match") }
    if open.dotState == .after { throw fail("a datum is missing after the dot") }
    at += 1
    switch open.kind {
    case .vector:
      if !Heap.hasRoom(bytes: Int64(open.length) * 8) {
        LongWork.runOutOfMemory()
        return Constant.null
      }
      let vector = makeVector(count: open.length, fill: 0)
      var rest = open.first
      for index in 0..<open.length {
        setVectorElement(vector, index, car(rest))
        rest = cdr(rest)
      }
      return vector
    case .bytevector:
      let bytevector = makeBytevector(count: open.length, fill: 0)
      var rest = open.first
      for index in 0..<open.length {
        store8(bytevectorBytes(bytevector) &+ UInt32(index), UInt8(car(rest).index))
        rest = cdr(rest)
      }
      return bytevector
    default: return open.first
    }
  }

  /// Reads `#12=`, which waits for its datum, or `#12#`, whose value is returned.
  private mutating func readLabel(_ stack: inout OpenDataStack, _ labels: inout DatumLabels) throws(ReadError) -> Word? {
    var end = at + 1
    var number = 0
    while end < text.count && text[end] >= UInt8(ascii: "0") && text[end] <= UInt8(ascii: "9") {
      if number > 100_000_000 { throw fail("the number of the label is too large") }
      number = number * 10 + Int(text[end]) - 48
      end += 1
    }
    if end == text.count {
      throw ReadError(isIncomplete: true, message: "the text ends inside a label", line: line, column: column)
    }
    if text[end] == UInt8(ascii: "#") {
      guard let value = labels.reference(number) else { throw fail("there is no label of that number before this place") }
      at = end + 1
      return value
    }
    if text[end] != UInt8(ascii: "=") { throw fail("unknown syntax after #") }
    let (startLine, startColumn) = (line, column)
    let label = labels.open(number, line: line, column: column)
    at = end + 1
    try push(.label, startLine, startColumn, &stack)
    stack.top.label = label
    return nil
  }

  private mutating func readDot(_ stack: inout OpenDataStack) throws(ReadError) {
    if stack.isEmpty { throw fail("a dot must be in a list") }
    var open = stack.top
    if open.kind != .list && open.kind != .bracketList { throw fail("a dot must be in a list") }
    if open.last.isNull { throw fail("a datum is missing before the dot") }
    if open.dotState != .before { throw fail("a list has one dot at most") }
    open.dotState = .after
    stack.top = open
    at += 1
  }

  private static func unclosed(_ open: OpenDatum) -> ReadError {
    let message: StaticString =
      switch open.kind {
      case .list, .bracketList: "this list is not closed"
      case .vector, .bytevector: "this vector is not closed"
      case .comment: "a datum is missing after #;"
      case .label: "a datum is missing after the label"
      default: "a datum is missing after the quotation mark"
      }
    return ReadError(isIncomplete: true, message: message, line: open.line, column: open.column)
  }

  // MARK: Errors

  func fail(_ message: StaticString) -> ReadError {
    ReadError(isIncomplete: false, message: message, line: line, column: column)
  }
}
