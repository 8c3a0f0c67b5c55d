// Names in a module are sequences of UTF-8 bytes and are compared as such: `String` compares by canonical equivalence, under which two
// different exports can be equal.

/// A name of an import, an export or a section.
public struct WasmName: Equatable, Hashable, Sendable, ExpressibleByStringLiteral {
  public var utf8: [UInt8]

  public init(utf8: [UInt8]) { self.utf8 = utf8 }
  public init(_ string: String) { utf8 = [UInt8](string.utf8) }
  public init(stringLiteral value: String) { utf8 = [UInt8](value.utf8) }

  // All bytes at once: the hasher is slow byte by byte.
  public func hash(into hasher: inout Hasher) { utf8.withUnsafeBytes { hasher.combine(bytes: $0) } }

  /// Some order of all names: by their bytes.
  public func precedes(_ other: WasmName) -> Bool {
    let count = min(utf8.count, other.utf8.count)
    for index in 0..<count where utf8[index] != other.utf8[index] { return utf8[index] < other.utf8[index] }
    return utf8.count < other.utf8.count
  }

  public var string: String { String(decoding: utf8, as: UTF8.self) }
}

extension WasmName: CustomStringConvertible {
  /// The name as messages show it: nothing in it can control a terminal, end a line, or make other text seem to be the message's own. Controls, and what
  /// changes the direction of text or is invisible, are written as `\u{…}`; a long name is cut.
  public var description: String { WasmName.shown(string) }

  /// A name, or other text of a module's author, as messages show it.
  public static func shown(_ text: String) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > longestShown { return result + "…" }
      if isShown(scalar) { result.unicodeScalars.append(scalar) } else { result += "\\u{" + String(scalar.value, radix: 16) + "}" }
    }
    return result
  }

  private static var longestShown: Int { 200 }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Controls of ASCII and of Latin-1; separators of lines and paragraphs.
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: false
    // Marks, embeddings and isolates of direction; characters without width.
    case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: false
    // Tags, and what is not assigned to characters.
    case 0xE0000...0xE007F, 0xFFF9...0xFFFF: false
    default: true
    }
  }
}
