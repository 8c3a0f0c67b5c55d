// The packed text of the standard library (scripts/pack-library.sh) and the index that finds a name in it: sorted lines
// `name offset length`. Nothing is read at start-up; a look-up is a binary search over the lines.
import GuestABI

/// The library as it is embedded in the guest: two blocks of bytes that stay where they are.
public struct PackedLibrary {
  public let text: UnsafeRawBufferPointer
  public let index: UnsafeRawBufferPointer

  public init(text: UnsafeRawBufferPointer, index: UnsafeRawBufferPointer) {
    self.text = text
    self.index = index
  }
}

struct LibraryIndex {
  private let library: PackedLibrary

  init(_ library: PackedLibrary) { self.library = library }

  private static var space: UInt8 { 32 }
  private static var newline: UInt8 { 10 }

  /// The text of what a name stands for, or nil. The name's characters come from `character`.
  func text(count: Int, _ character: (Int) -> UInt32) -> Range<Int>? {
    guard let line = find(count, character) else { return nil }
    var at = line + count + 1
    let offset = number(&at)
    at += 1
    let length = number(&at)
    return offset..<(offset + length)
  }

  /// Makes all bytes of the library zero, in the guest. (Natively they cannot be written.)
  func clear() {
    for bytes in [library.text, library.index] { clearEmbedded(bytes) }
  }

  func contains(count: Int, _ character: (Int) -> UInt32) -> Bool { find(count, character) != nil }

  func bytes(_ range: Range<Int>) -> [UInt8] { [UInt8](UnsafeRawBufferPointer(rebasing: library.text[range])) }

  /// Calls `visit` with each name, in bytewise order; names of whole libraries are in parentheses.
  func forEachName(_ visit: ([UInt8]) -> Void) {
    var at = 0
    while at < library.index.count {
      let end = lineEnd(at)
      var space = end
      for _ in 0..<2 {
        repeat { space -= 1 } while library.index[space] != Self.space
      }
      visit([UInt8](UnsafeRawBufferPointer(rebasing: library.index[at..<space])))
      at = end + 1
    }
  }

  /// The start of the line of a name.
  private func find(_ count: Int, _ character: (Int) -> UInt32) -> Int? {
    var low = 0
    var high = library.index.count
    while low < high {
      let line = lineStart((low + high) / 2)
      let order = compare(line, count, character)
      if order == 0 { return line }
      if order < 0 { high = line } else { low = lineEnd(line) + 1 }
    }
    return nil
  }

  /// The sign of the name less that of a line.
  private func compare(_ line: Int, _ count: Int, _ character: (Int) -> UInt32) -> Int {
    for index in 0..<count {
      let own = character(index)
      let other = line + index < library.index.count ? UInt32(library.index[line + index]) : 0
      if own != other { return own < other ? -1 : 1 }
    }
    let end = line + count < library.index.count ? library.index[line + count] : 0
    return end == Self.space ? 0 : Self.space < end ? -1 : 1
  }

  private func lineStart(_ position: Int) -> Int {
    var at = position
    while at > 0 && library.index[at - 1] != Self.newline { at -= 1 }
    return at
  }

  private func lineEnd(_ position: Int) -> Int {
    var at = position
    while at < library.index.count && library.index[at] != Self.newline { at += 1 }
    return at
  }

  private func number(_ at: inout Int) -> Int {
    var result = 0
    while at < library.index.count, case let digit = library.index[at] &- 48, digit < 10 {
      result = result * 10 + Int(digit)
      at += 1
    }
    return result
  }
}
