// `write` and `display`. The printer keeps its own stack, so long and deep data cost memory only; cycles get datum labels
// (`#0=(1 . #0#)`) in `write`, all shared structure in `write-shared`. Printing may give up (LongWork.swift).
import GuestABI

/// How a value is written.
public enum PrintStyle { case write, display, writeShared, writeSimple }

/// Appends a value's text.
/// - Parameters: limit: after about so many bytes the text ends in `...`; spill: takes away what there is of a long text, and says whether to go on.
public func printValue(
  _ value: Word, _ style: PrintStyle, to text: inout TextBuffer, limit: Int = .max, spill: ((inout TextBuffer) -> Bool)? = nil
) {
  if !value.isPair && !value.isVector && !value.isRecord {
    return text.append(atom: value, isDisplay: style == .display)
  }
  var printer = Printer(isDisplay: style == .display)
  if style != .writeSimple { printer.labels.find(in: value, all: style == .writeShared) }
  printer.print(value, to: &text, limit: limit == .max ? .max : text.count + limit, spill)
  printer.labels.free()
}

/// A value as `write` shows it.
public func writtenText(_ value: Word, limit: Int) -> [UInt8] {
  var text = TextBuffer()
  printValue(value, .write, to: &text, limit: limit)
  let bytes = text.bytes()
  text.free()
  return bytes
}

/// What was raised, as an error message shows it: a condition's message and irritants, or the object.
public func raisedText(_ object: Word) -> [UInt8] {
  var text = TextBuffer()
  appendRaised(object, to: &text)
  let bytes = text.bytes()
  text.free()
  return bytes
}

func appendRaised(_ object: Word, to text: inout TextBuffer) {
  if !object.isKind(.condition) {
    text.append("uncaught exception: ")
    return printValue(object, .write, to: &text, limit: 2000)
  }
  printValue(object.field(ConditionField.message), .display, to: &text, limit: 2000)
  var rest = object.field(ConditionField.irritants)
  while rest.isPair {
    text.append(UInt8(ascii: " "))
    printValue(car(rest), .write, to: &text, limit: 2000)
    rest = cdr(rest)
  }
}

private struct Printer: ~Copyable {
  /// What is left to do, as pairs of an operation and its operand; see `Step`.
  var stack = ScratchStack()
  var labels = SharedLabels()
  let isDisplay: Bool

  init(isDisplay: Bool) { self.isDisplay = isDisplay }

  private enum Step {
    static let value: Word = 0
    /// The rest of a list, after an element.
    static let tail: Word = 1
    /// One byte.
    static let byte: Word = 2
    /// The elements of a vector, or the fields of a record, from the index in the high bits on.
    static let elements: Word = 3
  }

  private mutating func push(_ step: Word, _ operand: Word) {
    stack.push(operand)
    stack.push(step)
  }

  mutating func print(_ value: Word, to text: inout TextBuffer, limit: Int, _ spill: ((inout TextBuffer) -> Bool)?) {
    push(Step.value, value)
    while stack.count > 0 && !LongWork.step() {
      let step = stack.pop()
      let operand = stack.pop()
      if text.count > limit { return text.append("...") }
      if text.count > 1 << 15, let spill, !spill(&text) { return }
      switch step & 7 {
      case Step.value: printDatum(operand, &text)
      case Step.tail: printTail(operand, &text)
      case Step.byte: text.append(UInt8(operand))
      default: printElements(operand, from: Int(step >> 3), &text)
      }
    }
  }

  private mutating func printDatum(_ value: Word, _ text: inout TextBuffer) {
    if labels.isNeeded(value), labels.appendLabel(value, to: &text) { return }
    if value.isPair {
      if let prefix = Self.prefix(value), !labels.isNeeded(cdr(value)) {
        text.append(prefix)
        return push(Step.value, cadr(value))
      }
      text.append(UInt8(ascii: "("))
      push(Step.tail, cdr(value))
      push(Step.value, car(value))
    } else if value.isVector {
      text.append("#(")
      printElements(value, from: 0, &text)
    } else if value.isRecord {
      text.append("#<")
      text.append(typeName: value.field(0))
      printElements(value, from: 1, &text)
    } else {
      text.append(atom: value, isDisplay: isDisplay)
    }
  }

  private mutating func printTail(_ rest: Word, _ text: inout TextBuffer) {
    if rest.isNull { return text.append(UInt8(ascii: ")")) }
    text.append(UInt8(ascii: " "))
    if rest.isPair && !labels.isNeeded(rest) {
      push(Step.tail, cdr(rest))
      return push(Step.value, car(rest))
    }
    text.append(". ")
    push(Step.byte, Word(UInt8(ascii: ")")))
    push(Step.value, rest)
  }

  private mutating func printElements(_ object: Word, from index: Int, _ text: inout TextBuffer) {
    if index >= object.payloadWords { return text.append(UInt8(ascii: object.isVector ? ")" : ">")) }
    if index > 0 { text.append(UInt8(ascii: " ")) }
    push(Step.elements | Word(index + 1) << 3, object)
    push(Step.value, object.field(index))
  }

  /// The abbreviation of `(quote datum)` and its like.
  private static func prefix(_ list: Word) -> StaticString? {
    let rest = cdr(list)
    if !car(list).isSymbol || !rest.isPair || !cdr(rest).isNull { return nil }
    let head = car(list)
    if head == SymbolTable.intern("quote") { return "'" }
    if head == SymbolTable.intern("quasiquote") { return "`" }
    if head == SymbolTable.intern("unquote") { return "," }
    if head == SymbolTable.intern("unquote-splicing") { return ",@" }
    return nil
  }
}
