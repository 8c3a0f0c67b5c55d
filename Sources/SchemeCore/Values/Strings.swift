// Whole strings: copies and UTF-8.
import GuestABI

enum Strings {
  /// A copy of a string.
  static func copy(_ string: Word) -> Word {
    let count = stringCount(string)
    let result = makeUninitializedString(count: count)
    copyMemory(to: stringCharacters(result), from: stringCharacters(string), bytes: count * 4)
    return result
  }

  /// The characters of a range as a bytevector of UTF-8; `unwind` after raising an error in the name of `procedure`.
  static func utf8(_ procedure: StaticString, _ string: Word, _ start: Int, _ end: Int) -> Word {
    var length = 0
    for index in start..<end {
      let scalar = stringElement(string, index)
      length += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
    }
    if !hasRoom(procedure, count: Int64(length), elementBytes: 1) { return Constant.unwind }
    let result = makeBytevector(count: length, fill: 0)
    var at = bytevectorBytes(result)
    func put(_ byte: UInt32) {
      store8(at, UInt8(truncatingIfNeeded: byte))
      at &+= 1
    }
    for index in start..<end {
      let scalar = stringElement(string, index)
      if scalar < 0x80 {
        put(scalar)
        continue
      }
      if scalar < 0x800 {
        put(0xC0 | scalar >> 6)
      } else {
        if scalar < 0x10000 {
          put(0xE0 | scalar >> 12)
        } else {
          put(0xF0 | scalar >> 18)
          put(0x80 | scalar >> 12 & 63)
        }
        put(0x80 | scalar >> 6 & 63)
      }
      put(0x80 | scalar & 63)
    }
    return result
  }
}
