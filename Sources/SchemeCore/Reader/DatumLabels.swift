// Datum labels (R7RS 2.4): `#0=(a . #0#)`. A reference inside the labelled datum stands for something that is not there yet: a placeholder, a box that no
// text can give otherwise, is put in its place, and replaced when the whole datum has been read.
import GuestABI

struct DatumLabels {
  private struct Label {
    let number: Int
    let placeholder: Word
    /// `undefined` while the datum is being read.
    var value = Constant.undefined
  }
  private var labels: [Label] = []
  private var hasPlaceholders = false

  /// The first label whose number another one has already. It is reported when the datum is complete: a parenthesis that is never closed makes
  /// labels of different data meet, and is the error then.
  private(set) var duplicate: ReadError?

  /// Starts a label that is at a place; its index.
  mutating func open(_ number: Int, line: Int, column: Int) -> Int {
    _ = LongWork.step(labels.count / 16)
    if duplicate == nil && labels.contains(where: { $0.number == number }) {
      duplicate = ReadError(isIncomplete: false, message: "there is another label of that number", line: line, column: column)
    }
    labels.append(Label(number: number, placeholder: makeBox(Constant.undefined)))
    return labels.count - 1
  }

  /// Gives a label its datum; false when that is only a reference to the label.
  mutating func close(_ index: Int, _ value: Word) -> Bool {
    labels[index].value = value
    return value != labels[index].placeholder
  }

  /// What stands for a reference, or nil if there is no such label.
  mutating func reference(_ number: Int) -> Word? {
    _ = LongWork.step(labels.count / 16)
    guard let label = labels.last(where: { $0.number == number }) else { return nil }
    if label.value != Constant.undefined { return label.value }
    hasPlaceholders = true
    return label.placeholder
  }

  /// Replaces the placeholders in a whole datum.
  mutating func resolve(_ datum: Word) throws(ReadError) -> Word {
    if let duplicate { throw duplicate }
    if !hasPlaceholders { return datum }
    for label in labels { label.placeholder.setField(0, label.value) }
    var stack = ScratchStack()
    var seen = WordTable()
    stack.push(datum)
    while stack.count > 0 && !LongWork.step() {
      let word = stack.pop()
      if seen.value(word) != nil { continue }
      seen.set(word, 1)
      if word.isPair {
        setCar(word, Self.resolved(car(word), &stack))
        setCdr(word, Self.resolved(cdr(word), &stack))
      } else {
        for index in 0..<vectorCount(word) where !LongWork.step() {
          setVectorElement(word, index, Self.resolved(vectorElement(word, index), &stack))
        }
      }
    }
    seen.free()
    return datum
  }

  /// A part without its placeholder; what has parts itself goes to the stack.
  private static func resolved(_ part: Word, _ stack: inout ScratchStack) -> Word {
    var value = part
    while value.isKind(.box) && !LongWork.step() { value = value.field(0) }
    if value.isPair || value.isVector { stack.push(value) }
    return value
  }
}
