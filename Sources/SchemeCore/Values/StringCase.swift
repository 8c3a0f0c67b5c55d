// The case of whole strings: characters may become several, and a sigma at the end of a word has a form of its own.
import GuestABI

enum StringCase {
  /// The string of what each character becomes: one to three scalars. `unwind` after raising an error in the name of `procedure`. Of ASCII, 26 letters from
  /// `changed` on get the other case.
  static func map(
    _ procedure: StaticString, _ string: Word, changed: UInt32, _ function: (Int, UInt32) -> (UInt32, UInt32, UInt32)
  ) -> Word {
    let count = stringCount(string)
    if isASCII(string) {
      if !hasRoom(procedure, count: Int64(count), elementBytes: 4) { return Constant.unwind }
      let result = makeUninitializedString(count: count)
      for index in 0..<count {
        let scalar = stringElement(string, index)
        setStringElement(result, index, scalar &- changed < 26 ? scalar ^ 0x20 : scalar)
      }
      return result
    }
    var length = 0
    for index in 0..<count {
      let mapped = function(index, stringElement(string, index))
      length += mapped.1 == 0 ? 1 : mapped.2 == 0 ? 2 : 3
    }
    if !hasRoom(procedure, count: Int64(length), elementBytes: 4) { return Constant.unwind }
    let result = makeUninitializedString(count: length)
    var at = 0
    for index in 0..<count {
      let mapped = function(index, stringElement(string, index))
      setStringElement(result, at, mapped.0)
      at += 1
      if mapped.1 == 0 { continue }
      setStringElement(result, at, mapped.1)
      at += 1
      if mapped.2 == 0 { continue }
      setStringElement(result, at, mapped.2)
      at += 1
    }
    return result
  }

  private static func isASCII(_ string: Word) -> Bool {
    var all: UInt32 = 0
    for index in 0..<stringCount(string) { all |= stringElement(string, index) }
    return all < 0x80
  }

  /// The lowercase of a string's character.
  static func lower(_ string: Word, _ index: Int, _ scalar: UInt32) -> (UInt32, UInt32, UInt32) {
    if scalar == 0x3A3 { return (isFinal(string, index) ? 0x3C2 : 0x3C3, 0, 0) }
    return scalar == 0x130 ? (0x69, 0x307, 0) : (UnicodeCase.lower(scalar), 0, 0)
  }

  /// Whether a letter is before this place, and none after it; characters like apostrophes and accents do not count.
  private static func isFinal(_ string: Word, _ index: Int) -> Bool {
    var before = index - 1
    while before >= 0 && UnicodeCase.isCaseIgnorable(stringElement(string, before)) { before -= 1 }
    if before < 0 || !UnicodeCase.isCased(stringElement(string, before)) { return false }
    var after = index + 1
    while after < stringCount(string) && UnicodeCase.isCaseIgnorable(stringElement(string, after)) { after += 1 }
    return after == stringCount(string) || !UnicodeCase.isCased(stringElement(string, after))
  }

  /// The folded scalars of a string, one by one.
  struct Folded {
    private let string: Word
    private var index = 0
    private var pending: (UInt32, UInt32) = (0, 0)

    init(_ string: Word) { self.string = string }

    /// The next scalar, or nil at the end.
    @inline(__always)
    mutating func next() -> UInt32? {
      if pending.0 != 0 {
        let result = pending.0
        pending = (pending.1, 0)
        return result
      }
      if index == stringCount(string) { return nil }
      let scalar = stringElement(string, index)
      index += 1
      if scalar < 0x80 { return UnicodeCase.fold(scalar) }
      let folded = UnicodeCase.fullFold(scalar)
      pending = (folded.1, folded.2)
      return folded.0
    }
  }

  /// -1, 0 or 1: the order of the folded strings.
  static func compare(_ a: Word, _ b: Word) -> Int {
    var (x, y) = (Folded(a), Folded(b))
    while true {
      if LongWork.step() { return 0 }
      let (left, right) = (x.next(), y.next())
      guard let left else { return right == nil ? 0 : -1 }
      guard let right else { return 1 }
      if left != right { return left < right ? -1 : 1 }
    }
  }
}
