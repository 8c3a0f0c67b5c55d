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

  public var string: String { String(decoding: utf8, as: UTF8.self) }
}

extension WasmName: CustomStringConvertible {
  public var description: String { string }
}
