// UTF-8 to scalars, with complete checking: overlong forms, surrogates and what is above U+10FFFF are errors.
import GuestABI

/// One decoded scalar, and how many bytes it took.
public struct DecodedScalar {
  public let scalar: UInt32
  public let length: Int
  /// For malformed input `scalar` is U+FFFD and `length` 1.
  public let isValid: Bool
  @inline(__always)
  init(_ scalar: UInt32, _ length: Int, isValid: Bool = true) {
    self.scalar = scalar
    self.length = length
    self.isValid = isValid
  }
}

/// Decodes the scalar at a pointer, of at most `available` (more than 0) bytes.
@inline(__always)
public func decodeUTF8(_ at: UnsafePointer<UInt8>, available: Int) -> DecodedScalar {
  let first = at[0]
  if first < 0x80 { return DecodedScalar(UInt32(first), 1) }
  return decodeMultibyte(at, first, available)
}

/// The same at an address.
@inline(__always)
public func decodeUTF8(_ at: Address, available: Int) -> DecodedScalar {
  decodeUTF8(UnsafePointer(pointer(at).assumingMemoryBound(to: UInt8.self)), available: available)
}

@inline(never)
private func decodeMultibyte(_ at: UnsafePointer<UInt8>, _ first: UInt8, _ available: Int) -> DecodedScalar {
  let malformed = DecodedScalar(0xFFFD, 1, isValid: false)
  let length: Int
  var scalar: UInt32
  let smallest: UInt32
  if first & 0xE0 == 0xC0 {
    (length, scalar, smallest) = (2, UInt32(first & 0x1F), 0x80)
  } else if first & 0xF0 == 0xE0 {
    (length, scalar, smallest) = (3, UInt32(first & 0x0F), 0x800)
  } else if first & 0xF8 == 0xF0 {
    (length, scalar, smallest) = (4, UInt32(first & 0x07), 0x10000)
  } else {
    return malformed
  }
  if length > available { return malformed }
  for index in 1..<length {
    let byte = at[index]
    if byte & 0xC0 != 0x80 { return malformed }
    scalar = scalar << 6 | UInt32(byte & 0x3F)
  }
  if scalar < smallest || !isScalar(scalar) { return malformed }
  return DecodedScalar(scalar, length)
}

/// Whether a number is a Unicode scalar.
@inline(__always)
public func isScalar(_ number: UInt32) -> Bool { number < 0xD800 || (number > 0xDFFF && number < 0x110000) }

/// A string of UTF-8 bytes; malformed ones become U+FFFD.
public func makeStringFromUTF8(_ bytes: Address, count: Int) -> Word {
  let start = UnsafePointer(pointer(bytes).assumingMemoryBound(to: UInt8.self))
  var characters = 0
  var at = 0
  while at < count {
    at += start[at] < 0x80 ? 1 : decodeUTF8(start + at, available: count - at).length
    characters += 1
  }
  let string = makeUninitializedString(count: characters)
  let target = pointer(stringCharacters(string)).assumingMemoryBound(to: UInt32.self)
  at = 0
  for index in 0..<characters {
    let byte = start[at]
    if byte < 0x80 {
      target[index] = UInt32(byte)
      at += 1
    } else {
      let decoded = decodeUTF8(start + at, available: count - at)
      target[index] = decoded.scalar
      at += decoded.length
    }
  }
  return string
}

/// A string of ASCII text.
public func makeString(_ text: StaticString) -> Word {
  let count = text.utf8CodeUnitCount
  let string = makeUninitializedString(count: count)
  for index in 0..<count { setStringElement(string, index, UInt32(text.utf8Start[index])) }
  return string
}
