// Which parts of a datum need labels: those that contain themselves, or all that occur more than once.
//
// Most data are trees, so the first attempt just counts: a walk that ends within a number of steps has met no cycle. Only larger data, and cycles, pay for a
// table.
import GuestABI

struct SharedLabels {
  private var table = WordTable()
  private var isEmpty = true
  private var nextNumber = 0

  private enum Mark {
    static let open: Word = 1
    static let done: Word = 2
    static let labelled: Word = 4
    /// From this bit on: the label's number plus one.
    static let numberShift: Word = 8
  }

  mutating func free() { table.free() }

  /// Whether a value is printed with a label.
  @inline(__always)
  func isNeeded(_ value: Word) -> Bool { !isEmpty && isLabelled(value) }

  private func isLabelled(_ value: Word) -> Bool {
    guard value.isPointer, let mark = table.value(value) else { return false }
    return mark & Mark.labelled != 0
  }

  /// Appends `#0=` for the first occurrence, or `#0#` for others, and then returns that the value is printed.
  mutating func appendLabel(_ value: Word, to text: inout TextBuffer) -> Bool {
    let mark = table.value(value) ?? 0
    text.append(UInt8(ascii: "#"))
    if mark >> Mark.numberShift != 0 {
      text.append(decimal: Int(mark >> Mark.numberShift) - 1)
      text.append(UInt8(ascii: "#"))
      return true
    }
    text.append(decimal: nextNumber)
    text.append(UInt8(ascii: "="))
    nextNumber += 1
    table.set(value, mark | Word(nextNumber) << Mark.numberShift)
    return false
  }

  @inline(__always)
  private static func hasParts(_ value: Word) -> Bool { value.isPair || value.isVector || value.isRecord }

  /// Finds what needs a label in a datum: cycles, or, if `all`, everything that is shared.
  mutating func find(in datum: Word, all: Bool) {
    if !all && Self.isTree(datum) { return }
    var stack = ScratchStack()
    stack.push(datum)
    while stack.count > 0 && !LongWork.step() {
      let word = stack.pop()
      if word & Tag.mask == Tag.header {
        // The parts of the object below are done.
        let object = stack.pop()
        table.set(object, (table.value(object) ?? 0) & ~Mark.open | Mark.done)
        continue
      }
      if !Self.hasParts(word) { continue }
      if let mark = table.value(word) {
        if mark & Mark.open != 0 || all {
          table.set(word, mark | Mark.labelled)
          isEmpty = false
        }
        continue
      }
      table.set(word, Mark.open)
      stack.push(word)
      stack.push(Tag.header)
      Self.pushParts(of: word, to: &stack)
    }
  }

  private static func pushParts(of word: Word, to stack: inout ScratchStack) {
    if word.isPair {
      stack.push(cdr(word))
      stack.push(car(word))
    } else {
      var index = word.payloadWords
      while index > 0 {
        index -= 1
        if hasParts(word.field(index)) { stack.push(word.field(index)) }
        if LongWork.step() { return }
      }
    }
  }

  private static func isTree(_ datum: Word) -> Bool {
    // About a third of a millisecond, which what has a cycle takes more.
    var budget = 200_000
    var stack = ScratchStack()
    var word = datum
    while true {
      if hasParts(word) {
        budget -= word.isPair ? 1 : 1 + word.payloadWords
        if budget < 0 { return false }
        if word.isPair {
          if hasParts(car(word)) { stack.push(car(word)) }
          word = cdr(word)
          continue
        }
        pushParts(of: word, to: &stack)
      }
      if stack.count == 0 { return true }
      word = stack.pop()
    }
  }
}
