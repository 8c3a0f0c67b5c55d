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
    let source = pointer(stringCharacters(string)).assumingMemoryBound(to: UInt32.self)
    let first = stringCharacters(string) &+ UInt32(truncatingIfNeeded: start) &* 4
    let ascii = ASCIIRuns.length(first, count: end - start)
    var length = ascii
    for index in start + ascii..<end {
      let scalar = source[index]
      length += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
    }
    if !hasRoom(procedure, count: Int64(length), elementBytes: 1) { return Constant.unwind }
    let result = makeBytevector(count: length, fill: 0)
    let ahead = ASCIIRuns.copy(first, count: ascii, to: bytevectorBytes(result))
    var target = pointer(bytevectorBytes(result) &+ UInt32(truncatingIfNeeded: ahead)).assumingMemoryBound(to: UInt8.self)
    for index in start + ahead..<end {
      let scalar = source[index]
      if scalar < 0x80 {
        target[0] = UInt8(truncatingIfNeeded: scalar)
        target += 1
      } else if scalar < 0x800 {
        target[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
        target[1] = UInt8(truncatingIfNeeded: 0x80 | scalar & 63)
        target += 2
      } else if scalar < 0x10000 {
        target[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
        target[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 63)
        target[2] = UInt8(truncatingIfNeeded: 0x80 | scalar & 63)
        target += 3
      } else {
        target[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
        target[1] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 63)
        target[2] = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 63)
        target[3] = UInt8(truncatingIfNeeded: 0x80 | scalar & 63)
        target += 4
      }
    }
    return result
  }
}
