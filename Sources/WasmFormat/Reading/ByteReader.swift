// Reads the primitive encodings of the binary format from raw bytes: LEB128 numbers, names, fixed-width words. Every read is bounds-checked
// against the current end, which sections narrow.

/// A cursor over a module's bytes. The bytes must outlive it.
struct ByteReader {
  let base: UnsafePointer<UInt8>
  /// The offset of the next byte.
  var position: Int
  /// The offset after the last byte that may be read.
  var end: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    // An empty buffer may have no address; it is never read then.
    base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(bitPattern: 1)!
    position = 0
    end = bytes.count
  }

  var isAtEnd: Bool { position == end }
  var remaining: Int { end - position }

  func malformed(_ message: String, at offset: Int) -> ModuleError {
    .malformed(DecodingError(message, offset: offset))
  }

  mutating func byte() throws(ModuleError) -> UInt8 {
    if position >= end { throw malformed("unexpected end", at: position) }
    let byte = base[position]
    position += 1
    return byte
  }

  mutating func u32() throws(ModuleError) -> UInt32 {
    let start = position
    var result: UInt32 = 0
    var shift: UInt32 = 0
    while true {
      let byte = try byte()
      if shift == 28 {
        if byte & 0x80 != 0 { throw malformed("integer representation too long", at: start) }
        if byte & 0x70 != 0 { throw malformed("integer too large", at: start) }
      }
      result |= UInt32(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
  }

  mutating func u64() throws(ModuleError) -> UInt64 {
    let start = position
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      if shift == 63 {
        if byte & 0x80 != 0 { throw malformed("integer representation too long", at: start) }
        if byte > 1 { throw malformed("integer too large", at: start) }
      }
      result |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
  }

  /// A signed number of `bits` bits: 32, 33 or 64.
  mutating func signed(bits: Int) throws(ModuleError) -> Int64 {
    let start = position
    var result: Int64 = 0
    var shift = 0
    while true {
      let byte = try byte()
      let left = bits - shift
      if left < 7 {
        // The last byte: the bits beyond the number must repeat its sign.
        if byte & 0x80 != 0 { throw malformed("integer representation too long", at: start) }
        let signAndUnused = Int8(truncatingIfNeeded: byte << 1) >> Int8(left)
        if signAndUnused != 0 && signAndUnused != -1 { throw malformed("integer too large", at: start) }
      }
      result |= Int64(byte & 0x7F) << Int64(shift)
      shift += 7
      if byte & 0x80 == 0 {
        if shift < 64 && byte & 0x40 != 0 { result |= -1 << Int64(shift) }
        return result
      }
    }
  }

  mutating func fixed32() throws(ModuleError) -> UInt32 {
    if remaining < 4 { throw malformed("unexpected end", at: position) }
    var result: UInt32 = 0
    for index in 0..<4 { result |= UInt32(base[position + index]) << UInt32(8 * index) }
    position += 4
    return result
  }

  mutating func fixed64() throws(ModuleError) -> UInt64 {
    let low = try fixed32()
    return UInt64(low) | UInt64(try fixed32()) << 32
  }

  /// The length of a vector whose items take at least a byte each.
  mutating func vectorCount() throws(ModuleError) -> Int {
    let start = position
    let count = Int(try u32())
    if count > remaining { throw malformed("unexpected end: length out of bounds", at: start) }
    return count
  }

  /// A vector of bytes, as its place.
  mutating func byteVector() throws(ModuleError) -> Range<Int> {
    let count = try vectorCount()
    position += count
    return position - count..<position
  }

  mutating func name() throws(ModuleError) -> WasmName {
    let range = try byteVector()
    if !isUTF8(range) { throw malformed("malformed UTF-8 encoding", at: range.lowerBound) }
    return WasmName(utf8: [UInt8](UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)))
  }

  mutating func valueType(_ features: Features) throws(ModuleError) -> ValueType {
    let start = position
    guard let type = ValueType(code: try byte()) else { throw malformed("malformed value type", at: start) }
    if !type.isSupported(features) {
      throw .invalid(ValidationError("feature not supported: values of type \(type.name)", offset: start))
    }
    return type
  }

  mutating func referenceType(_ features: Features) throws(ModuleError) -> ValueType {
    let start = position
    guard let type = ValueType(code: try byte()), type.isReference else {
      throw malformed("malformed reference type", at: start)
    }
    if type == .exnref && !features.contains(.exceptions) {
      throw .invalid(ValidationError("feature not supported: exnref", offset: start))
    }
    return type
  }

  /// Whether the bytes are well-formed UTF-8 (Unicode 3.9, table 3-7).
  func isUTF8(_ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    let end = range.upperBound
    while position < end {
      let lead = base[position]
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
      if end - position < length { return false }
      for index in 0..<length {
        let byte = base[position + index]
        if byte < low || byte > high { return false }
        low = 0x80
        high = 0xBF
      }
      position += length
    }
    return true
  }
}
