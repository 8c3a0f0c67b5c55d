// A reader for JSON (RFC 8259), as much as test vectors need: whole files, no numbers but integers. Foundation has one, but would make the
// command ten times as large.

/// A JSON value.
enum JSON {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var number: Int? { if case .number(let number) = self { number } else { nil } }
  var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
  var strings: [String]? { array?.compactMap(\.string) }

  /// Reads one value that takes all the bytes.
  static func parse(_ bytes: [UInt8]) throws(VectorFileError) -> JSON {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.position != bytes.count { throw parser.error("something after the end") }
    return value
  }
}

/// A file is not what it should be.
public struct VectorFileError: Error, CustomStringConvertible {
  public let description: String
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0

  func error(_ message: String) -> VectorFileError { VectorFileError(description: "malformed JSON at byte \(position): \(message)") }

  mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) { position += 1 }
  }

  /// The next byte that is no space.
  mutating func next() throws(VectorFileError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw error("unexpected end") }
    position += 1
    return bytes[position - 1]
  }

  mutating func expect(_ byte: UInt8) throws(VectorFileError) {
    if try next() != byte { throw error("expected \(Unicode.Scalar(byte))") }
  }

  mutating func value(depth: Int) throws(VectorFileError) -> JSON {
    if depth > 64 { throw error("too deep") }
    switch try next() {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "t"): return try word("rue", .bool(true))
    case UInt8(ascii: "f"): return try word("alse", .bool(false))
    case UInt8(ascii: "n"): return try word("ull", .null)
    default: return try number()
    }
  }

  private mutating func object(_ depth: Int) throws(VectorFileError) -> JSON {
    var members: [String: JSON] = [:]
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      try expect(UInt8(ascii: "\""))
      let key = try text()
      try expect(UInt8(ascii: ":"))
      members[key] = try value(depth: depth + 1)
      let separator = try next()
      if separator == UInt8(ascii: "}") { return .object(members) }
      if separator != UInt8(ascii: ",") { throw error("expected , or }") }
    }
  }

  private mutating func array(_ depth: Int) throws(VectorFileError) -> JSON {
    var items: [JSON] = []
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      position += 1
      return .array(items)
    }
    while true {
      items.append(try value(depth: depth + 1))
      let separator = try next()
      if separator == UInt8(ascii: "]") { return .array(items) }
      if separator != UInt8(ascii: ",") { throw error("expected , or ]") }
    }
  }

  private mutating func word(_ rest: StaticString, _ value: JSON) throws(VectorFileError) -> JSON {
    for offset in 0..<rest.utf8CodeUnitCount {
      guard position < bytes.count, bytes[position] == rest.utf8Start[offset] else { throw error("unknown word") }
      position += 1
    }
    return value
  }

  private mutating func number() throws(VectorFileError) -> JSON {
    position -= 1
    let start = position
    while position < bytes.count, bytes[position] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else { throw error("not an integer") }
    return .number(number)
  }

  /// A string whose opening quote has been read.
  private mutating func text() throws(VectorFileError) -> String {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") { position += 1 }
    guard position < bytes.count else { throw error("unexpected end") }
    var text = String(decoding: bytes[start..<position], as: UTF8.self)
    var units: [UInt16] = []
    while true {
      guard position < bytes.count else { throw error("unexpected end") }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\") {
        units.append(try escape())
        continue
      }
      // Code units of escapes are collected first: two may make one character.
      if !units.isEmpty {
        text += String(decoding: units, as: UTF16.self)
        units.removeAll()
      }
      if byte == UInt8(ascii: "\"") { return text }
      var end = position
      while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") { end += 1 }
      text += String(decoding: bytes[(position - 1)..<end], as: UTF8.self)
      position = end
    }
  }

  private mutating func escape() throws(VectorFileError) -> UInt16 {
    guard position < bytes.count else { throw error("unexpected end") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "u"):
      guard position + 4 <= bytes.count,
        let unit = UInt16(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
      else { throw error("malformed escape") }
      position += 4
      return unit
    case let other: return UInt16(other)
    }
  }
}

/// The bytes of a text in base64 (RFC 4648).
func decodeBase64(_ text: String) throws(VectorFileError) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.utf8.count / 4 * 3)
  var bits: UInt32 = 0
  var count = 0
  for byte in text.utf8 where byte != UInt8(ascii: "=") {
    let digit: UInt8
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): digit = 62
    case UInt8(ascii: "/"): digit = 63
    default: throw VectorFileError(description: "malformed base64")
    }
    bits = bits << 6 | UInt32(digit)
    count += 6
    if count >= 8 {
      count -= 8
      result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return result
}
