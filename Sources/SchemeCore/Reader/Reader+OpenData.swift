// Data that have begun and not ended: lists and vectors, and what stands before a datum (quotation marks, labels, datum comments). A datum that is complete
// is added to the innermost one, which may complete that one.
import GuestABI

extension Reader {
  func push(
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
  func add(
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
  mutating func close(_ byte: UInt8, _ stack: inout OpenDataStack) throws(ReadError) -> Word {
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
  mutating func readLabel(_ stack: inout OpenDataStack, _ labels: inout DatumLabels) throws(ReadError) -> Word? {
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

  mutating func readDot(_ stack: inout OpenDataStack) throws(ReadError) {
    if stack.isEmpty { throw fail("a dot must be in a list") }
    var open = stack.top
    if open.kind != .list && open.kind != .bracketList { throw fail("a dot must be in a list") }
    if open.last.isNull { throw fail("a datum is missing before the dot") }
    if open.dotState != .before { throw fail("a list has one dot at most") }
    open.dotState = .after
    stack.top = open
    at += 1
  }

  static func unclosed(_ open: OpenDatum) -> ReadError {
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
}
