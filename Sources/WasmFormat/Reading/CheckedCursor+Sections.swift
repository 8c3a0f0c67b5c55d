// What sections are made of besides numbers and types: counts, names, vectors of bytes.

extension CheckedCursor {
  /// A cursor over a part of the same bytes, given by offsets in the module.
  func part(_ range: Range<Int>) -> CheckedCursor {
    var part = self
    part.pc = origin + range.lowerBound
    part.end = origin + range.upperBound
    return part
  }

  /// The length of a vector whose items take at least a byte each.
  mutating func vectorCount() throws(ModuleError) -> Int {
    let start = position
    let count = Int(try u32())
    if count > remaining { throw malformed("unexpected end: length out of bounds", at: start) }
    return count
  }

  /// A vector of bytes, as its place in the module.
  mutating func byteVector() throws(ModuleError) -> Range<Int> {
    let count = try vectorCount()
    pc += count
    return position - count..<position
  }

  mutating func name() throws(ModuleError) -> WasmName {
    let range = try byteVector()
    let bytes = UnsafeBufferPointer(start: origin + range.lowerBound, count: range.count)
    if !Self.isUTF8(bytes) { throw malformed("malformed UTF-8 encoding", at: range.lowerBound) }
    return WasmName(utf8: [UInt8](bytes))
  }

  /// Whether bytes are well-formed UTF-8 (Unicode 3.9, table 3-7).
  private static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    while position < bytes.count {
      let lead = bytes[position]
      position += 1
      if lead < 0x80 { continue }
      let length: Int
      var low: UInt8 = 0x80
      var high: UInt8 = 0xBF
      switch lead {
      case 0xC2...0xDF: length = 1
      case 0xE0:
        length = 2
        low = 0xA0
      case 0xED:
        length = 2
        high = 0x9F
      case 0xE1...0xEF: length = 2
      case 0xF0:
        length = 3
        low = 0x90
      case 0xF1...0xF3: length = 3
      case 0xF4:
        length = 3
        high = 0x8F
      default: return false
      }
      if bytes.count - position < length { return false }
      for index in 0..<length {
        let byte = bytes[position + index]
        if byte < low || byte > high { return false }
        low = 0x80
        high = 0xBF
      }
      position += length
    }
    return true
  }
}
