// The cursor for bytes that come from outside: every read is checked against the end, which sections narrow, and what is wrong is thrown with its place.

/// A checked place in a module's bytes, which must outlive it.
public struct CheckedCursor: BinaryCursor {
  public typealias Failure = ModuleError

  public var pc: UnsafePointer<UInt8>
  /// The first byte that may not be read.
  public var end: UnsafePointer<UInt8>
  /// Where the module's byte 0 is, or would be; never read.
  @usableFromInline let origin: UnsafePointer<UInt8>
  @usableFromInline let features: Features

  /// - Parameters:
  ///   - bytes: a module, or a part of it.
  ///   - offset: where the part is in the module.
  public init(_ bytes: UnsafeRawBufferPointer, offset: Int = 0, features: Features) {
    // An empty buffer may have no address; it is never read then.
    pc = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(bitPattern: 1)!
    end = pc + bytes.count
    origin = pc - offset
    self.features = features
  }

  /// The offset of the next byte in the module.
  @inlinable public var position: Int {
    @inline(__always) get { pc - origin }
    set { pc = origin + newValue }
  }

  @inlinable public var isAtEnd: Bool { @inline(__always) get { pc == end } }
  @inlinable public var remaining: Int { @inline(__always) get { end - pc } }

  /// A place's offset in the module.
  @inlinable @inline(__always)
  public func position(of place: UnsafePointer<UInt8>) -> Int { place - origin }

  @inlinable public static var checks: Bool { @inline(__always) get { true } }

  @inlinable @inline(__always)
  public func has(_ count: Int) -> Bool { end - pc >= count }

  @inlinable @inline(__always)
  public func allows(_ features: Features) -> Bool { self.features.isSuperset(of: features) }

  public func malformed(_ message: String, at position: Int) -> ModuleError { .malformed(DecodingError(message, offset: position)) }

  @inline(never)
  public func failure(_ fault: BinaryFault, at place: UnsafePointer<UInt8>) -> ModuleError {
    let position = place - origin
    switch fault {
    case .unexpectedEnd: return malformed("unexpected end", at: position)
    case .numberTooLong: return malformed("integer representation too long", at: position)
    case .numberTooLarge: return malformed("integer too large", at: position)
    case .malformedValueType: return unknownType(place, "malformed value type")
    case .malformedReferenceType: return unknownType(place, "malformed reference type")
    case .malformedHeapType: return unknownType(place, "malformed heap type")
    case .typeIndexTooLarge:
      return .invalid(ValidationError("implementation limit: references to types from \(ValueType.referableTypes) on", offset: position))
    case .malformedBlockType: return malformed("malformed block type", at: position)
    case .malformedMemoryArgument: return malformed("malformed memop flags", at: position)
    case .malformedCatchClause: return malformed("malformed catch clause", at: position)
    case .zeroByteExpected: return malformed("zero byte expected", at: position)
    case .unsupportedType(let type): return unsupported("values of type \(type.name)", type.features, at: position)
    case .unsupportedOpcode(let row): return unsupported("\(row.name)", row.needs, at: position)
    case .illegalOpcode(let prefix, let number):
      let code = (prefix == 0 ? "" : "0x" + String(prefix, radix: 16) + " ") + "0x" + String(number, radix: 16)
      guard let proposal = Features.ofUnimplementedOpcode(prefix: prefix, number: number) else {
        return malformed("illegal opcode \(code)", at: position)
      }
      return unsupported("opcode \(code)", proposal, at: position)
    }
  }

  /// What is wrong with a code that is no type's.
  func unknownType(_ place: UnsafePointer<UInt8>, _ message: String) -> ModuleError {
    guard let proposal = Features.ofUnimplementedType(place.pointee) else { return malformed(message, at: position(of: place)) }
    return unsupported("type 0x" + String(place.pointee, radix: 16), proposal, at: position(of: place))
  }

  /// - Parameter features: what `what` needs.
  func unsupported(_ what: String, _ features: Features, at position: Int) -> ModuleError {
    let missing = features.subtracting(self.features)
    let isOfProcessor = self.features.contains(.lacksVectorProcessor) && missing.isSubset(of: [.simd, .relaxedSIMD])
    let reason = isOfProcessor ? "\(missing.names), for which this processor would need SSE4.1" : missing.names
    return .invalid(ValidationError("feature not supported: \(what) (\(reason))", offset: position))
  }
}
