// WebAssembly values as the slow path sees them, and the Swift types that stand for them on the fast one.

/// A WebAssembly value.
///
/// ```swift
/// let arguments: [Value] = [.i32(1), .f64(0.5), .externref(7), .funcref(nil)]
/// ```
public enum Value {
  /// A 32-bit integer.
  case i32(Int32)
  /// A 64-bit integer.
  case i64(Int64)
  /// A 32-bit float.
  case f32(Float)
  /// A 64-bit float.
  case f64(Double)
  /// 128 bits, of which operators make lanes.
  case v128(V128)
  /// A function, or null.
  case funcref(Function?)
  /// A host's own number, or null. The engine never looks at it. Numbers go up to `UInt.max - 1`; those from 2⁶² on may be objects'.
  case externref(UInt?)
  /// A reference to a Swift object, of type externref.
  case object(HostObject)
  /// An exception, or null.
  case exnref(Exception?)

  /// The type of the value.
  public var type: ValueType {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    case .funcref: .funcref
    case .externref, .object: .externref
    case .exnref: .exnref
    }
  }

  /// The zero or null of a type; nil for references that are not null.
  public static func zero(_ type: ValueType) -> Value? { type == .unknown || !type.isDefaultable ? nil : Value(word: 0, type, nil) }

  /// Whether it may stand where a value of a type is wanted.
  func matches(_ expected: ValueType) -> Bool {
    switch self {
    case .funcref(let function?): function.signature.reference.matches(expected)
    case .externref(_?), .object, .exnref(_?): type.nonNull.matches(expected)
    case .funcref(nil), .externref(nil), .exnref(nil): expected.isNullable && expected.referenceKind == type.referenceKind
    default: type == expected
    }
  }

  /// As compiled code holds it: i32 and f32 zero-extended, references as records' addresses or numbers plus one; of a vector the lower half.
  var word: UInt64 {
    switch self {
    case .i32(let value): UInt64(UInt32(bitPattern: value))
    case .i64(let value): UInt64(bitPattern: value)
    case .f32(let value): UInt64(value.bitPattern)
    case .f64(let value): value.bitPattern
    case .v128(let value): value.low
    case .funcref(let function): function.map { UInt64(UInt(bitPattern: $0.record)) } ?? 0
    case .externref(let number): number.map { UInt64($0 &+ 1) } ?? 0
    case .object(let reference): UInt64(reference.number + 1)
    case .exnref(let exception): exception.map { UInt64($0.record.address) } ?? 0
    }
  }

  /// The upper half of a vector.
  var highWord: UInt64 { if case .v128(let value) = self { value.high } else { 0 } }

  /// - Parameter high: of a vector.
  init(word: UInt64, high: UInt64 = 0, _ type: ValueType, _ store: Store?) {
    switch type.machineType {
    case .i32: self = .i32(Int32(truncatingIfNeeded: word))
    case .i64: self = .i64(Int64(bitPattern: word))
    case .f32: self = .f32(Float(bitPattern: UInt32(truncatingIfNeeded: word)))
    case .f64: self = .f64(Double(bitPattern: word))
    case .v128: self = .v128(V128(low: word, high: high))
    case .reference, .unknown: self.init(reference: word, type.referenceKind, store)
    }
  }

  private init(reference word: UInt64, _ kind: ReferenceKind?, _ store: Store?) {
    switch kind {
    case .function: self = .funcref(store.flatMap { Function(word: UInt(word), store: $0) })
    case .extern:
      let number = UInt(word) &- 1
      if word == 0 {
        self = .externref(nil)
      } else if number >= HostObject.firstNumber, let object = store?.objects.handle(number) {
        self = .object(object)
      } else {
        self = .externref(number)
      }
    case .exception:
      self = .exnref(word == 0 ? nil : store.map { Exception(ExceptionReference(address: UInt(word)), in: $0) })
    case nil: preconditionFailure("no value is of such a type")
    }
  }
}

extension Value: CustomStringConvertible {
  /// The number; for a reference what it refers to, or `null`.
  public var description: String {
    switch self {
    case .i32(let value): "\(value)"
    case .i64(let value): "\(value)"
    case .f32(let value): "\(value)"
    case .f64(let value): "\(value)"
    case .v128(let value): "\(value)"
    case .funcref(let function): function?.label ?? "null"
    case .externref(let number): number.map { "externref \($0)" } ?? "null"
    case .object(let reference): "object of \(Swift.type(of: reference.object))"
    case .exnref(let exception): exception.map { "exception with \($0.tag)" } ?? "null"
    }
  }
}

/// A Swift type that stands for a WebAssembly number type.
///
/// `Int32` and `UInt32` stand for i32, `Int64` and `UInt64` for i64, `Float` for f32, `Double` for f64, `V128` for v128.
///
/// ```swift
/// let half: Double = try instance.function("halve")!(Int64(3))
/// ```
public protocol WasmNumber {
  /// The type that it stands for.
  static var wasmType: ValueType { get }
  /// The type as a number from 1 to 5, for comparing whole signatures at once.
  static var wasmKind: UInt64 { get }
  /// As compiled code holds it: 32-bit numbers zero-extended.
  var wasmWord: UInt64 { get }
  /// The number that compiled code holds so; of a 32-bit one the upper half is not looked at.
  init(wasmWord: UInt64)
  /// The upper half of a vector.
  var wasmHighWord: UInt64 { get }
  /// As `init(wasmWord:)`; of a vector this is the lower half.
  init(wasmWord: UInt64, high: UInt64)
}

extension WasmNumber {
  @inlinable public var wasmHighWord: UInt64 { 0 }
  @inlinable public init(wasmWord: UInt64, high: UInt64) { self.init(wasmWord: wasmWord) }
}

extension Int32: WasmNumber {
  public static var wasmType: ValueType { .i32 }
  @inlinable public static var wasmKind: UInt64 { 1 }
  @inlinable public var wasmWord: UInt64 { UInt64(UInt32(bitPattern: self)) }
  @inlinable public init(wasmWord: UInt64) { self.init(truncatingIfNeeded: wasmWord) }
}

extension UInt32: WasmNumber {
  public static var wasmType: ValueType { .i32 }
  @inlinable public static var wasmKind: UInt64 { 1 }
  @inlinable public var wasmWord: UInt64 { UInt64(self) }
  @inlinable public init(wasmWord: UInt64) { self.init(truncatingIfNeeded: wasmWord) }
}

extension Int64: WasmNumber {
  public static var wasmType: ValueType { .i64 }
  @inlinable public static var wasmKind: UInt64 { 2 }
  @inlinable public var wasmWord: UInt64 { UInt64(bitPattern: self) }
  @inlinable public init(wasmWord: UInt64) { self.init(bitPattern: wasmWord) }
}

extension UInt64: WasmNumber {
  public static var wasmType: ValueType { .i64 }
  @inlinable public static var wasmKind: UInt64 { 2 }
  @inlinable public var wasmWord: UInt64 { self }
  @inlinable public init(wasmWord: UInt64) { self = wasmWord }
}

extension Float: WasmNumber {
  public static var wasmType: ValueType { .f32 }
  @inlinable public static var wasmKind: UInt64 { 3 }
  @inlinable public var wasmWord: UInt64 { UInt64(bitPattern) }
  @inlinable public init(wasmWord: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: wasmWord)) }
}

extension Double: WasmNumber {
  public static var wasmType: ValueType { .f64 }
  @inlinable public static var wasmKind: UInt64 { 4 }
  @inlinable public var wasmWord: UInt64 { bitPattern }
  @inlinable public init(wasmWord: UInt64) { self.init(bitPattern: wasmWord) }
}

extension V128: WasmNumber {
  public static var wasmType: ValueType { .v128 }
  @inlinable public static var wasmKind: UInt64 { 5 }
  @inlinable public var wasmWord: UInt64 { low }
  @inlinable public var wasmHighWord: UInt64 { high }
  @inlinable public init(wasmWord: UInt64) { self.init(low: wasmWord, high: 0) }
  @inlinable public init(wasmWord: UInt64, high: UInt64) { self.init(low: wasmWord, high: high) }
}

extension V128 {
  /// Bytes as lanes, the first one in lane 0.
  public init(_ bytes: SIMD16<UInt8>) {
    let words = unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
    self.init(low: UInt64(littleEndian: words[0]), high: UInt64(littleEndian: words[1]))
  }

  /// The bytes as lanes.
  public var bytes: SIMD16<UInt8> { unsafeBitCast(SIMD2(low.littleEndian, high.littleEndian), to: SIMD16<UInt8>.self) }
}

extension V128: CustomStringConvertible {
  /// As four numbers of 32 bits, as in the text format: `i32x4 0x00000001 …`.
  public var description: String {
    let lanes = (0..<4).map { index in
      let digits = String(lane(index, width: 32), radix: 16)
      return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    return "i32x4 " + lanes.joined(separator: " ")
  }
}
