// The types of values (core specification, "Value Types").
//
// A type is one word: its machine type in the lowest byte, and for a reference whether it may be null and what it refers to (ReferenceType.swift). So types
// are compared as words, and what code generators ask of a type is one byte of it.

/// How a value is held by machine code: the kind of register and the width. What code generators need to know of a `ValueType`.
public enum MachineType: UInt8, Equatable, Sendable {
  /// Of operands in unreachable code, which may have any type.
  case unknown = 0
  case i32 = 1
  case i64 = 2
  case f32 = 3
  case f64 = 4
  case v128 = 5
  case reference = 6

  /// The registers that hold values of this type.
  @inline(__always)
  public var registerClass: RegisterClass { rawValue &- MachineType.f32.rawValue <= 2 ? .float : .general }

  /// Whether it is `f32` or `f64`.
  @inline(__always)
  public var isFloat: Bool { self == .f32 || self == .f64 }

  /// How many 8-byte slots of a frame or an argument area a value takes.
  @inline(__always)
  public var slotCount: Int { self == .v128 ? 2 : 1 }
}

/// The kinds of registers that machines have.
public enum RegisterClass: UInt8, Equatable, Sendable {
  /// Integers and references.
  case general
  /// Floats and vectors.
  case float
}

/// The type of a value on the operand stack, in a local or in a global.
public struct ValueType: Equatable, Hashable, Sendable {
  /// Bits 0 to 7: the machine type. Bit 8: a reference may be null. From bit 9 on: what it refers to, as ReferenceType.swift numbers it.
  public let bits: UInt32

  @inline(__always)
  init(_ machine: MachineType) { bits = UInt32(machine.rawValue) }

  @inline(__always)
  init(bits: UInt32) { self.bits = bits }

  public static var i32: ValueType { @inline(__always) get { ValueType(.i32) } }
  public static var i64: ValueType { @inline(__always) get { ValueType(.i64) } }
  public static var f32: ValueType { @inline(__always) get { ValueType(.f32) } }
  public static var f64: ValueType { @inline(__always) get { ValueType(.f64) } }
  public static var v128: ValueType { @inline(__always) get { ValueType(.v128) } }
  public static var funcref: ValueType { @inline(__always) get { ValueType(nullable: HeapNumber.function) } }
  public static var externref: ValueType { @inline(__always) get { ValueType(nullable: HeapNumber.extern) } }
  public static var exnref: ValueType { @inline(__always) get { ValueType(nullable: HeapNumber.exception) } }
  /// Any type, of operands in unreachable code: a subtype of every type.
  public static var unknown: ValueType { @inline(__always) get { ValueType(.unknown) } }

  /// How values of this type are held.
  @inline(__always)
  public var machineType: MachineType { MachineType(rawValue: UInt8(truncatingIfNeeded: bits)).unsafelyUnwrapped }

  /// Whether values of this type are references.
  @inline(__always)
  public var isReference: Bool { machineType == .reference }

  /// Whether values of this type are `f32` or `f64`.
  @inline(__always)
  public var isFloat: Bool { machineType.isFloat }

  @inline(__always)
  public var registerClass: RegisterClass { machineType.registerClass }

  /// How many 8-byte slots of a frame or an argument area a value takes.
  @inline(__always)
  public var slotCount: Int { machineType.slotCount }

  /// The proposal that brought the type; empty for 1.0.
  public var features: Features {
    switch self {
    case .v128: .simd
    case .funcref, .externref: .referenceTypes
    case .exnref: .exceptions
    default: isReference ? .functionReferences : .mvp
    }
  }

  /// The name in the text format.
  public var name: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .exnref: "exnref"
    default: referenceName ?? "any type"
    }
  }
}

// MARK: The binary format

extension ValueType {
  /// The type with this code; nil if there is none.
  public init?(code: UInt8) {
    switch code {
    case 0x7F: self = .i32
    case 0x7E: self = .i64
    case 0x7D: self = .f32
    case 0x7C: self = .f64
    case 0x7B: self = .v128
    case 0x70: self = .funcref
    case 0x6F: self = .externref
    case 0x69: self = .exnref
    default: return nil
    }
  }

  /// The codes before what a reference refers to.
  static var nullableCode: UInt8 { 0x63 }
  static var nonNullCode: UInt8 { 0x64 }

  /// Whether references may be null for which such a code stands; nil for other codes.
  @usableFromInline
  static func isNullable(_ code: UInt8) -> Bool? { code == nullableCode ? true : code == nonNullCode ? false : nil }

  /// The code in the binary format; 0 for types that need more than a code (`ByteWriter.type` writes all).
  public var code: UInt8 {
    switch machineType {
    case .i32: 0x7F
    case .i64: 0x7E
    case .f32: 0x7D
    case .f64: 0x7C
    case .v128: 0x7B
    case .reference: isNullable && !isConcrete ? UInt8(truncatingIfNeeded: bits >> 9) : 0
    case .unknown: 0
    }
  }
}
