// The types of values. References are i64: the addresses of records, 0 for null.

import WasmFormat

enum ValueKind: UInt8 {
  case none, i32, i64, f32, f64, v128

  @inline(__always) var isFloat: Bool { self == .f32 || self == .f64 }
  @inline(__always) var isInteger: Bool { rawValue == 1 || rawValue == 2 }
  /// Whether float registers hold such values.
  @inline(__always) var isInFloatRegisters: Bool { rawValue >= 3 }
  @inline(__always) var bits: Int { self == .i32 || self == .f32 ? 32 : self == .v128 ? 128 : 64 }
  /// Words in frames, areas of arguments and results, and exceptions.
  @inline(__always) var words: Int { self == .v128 ? 2 : 1 }

  /// Of the values of a type.
  @inline(__always)
  init(_ type: ValueType) { self.init(type.machineType) }

  @inline(__always)
  init(_ type: MachineType) {
    switch type {
    case .unknown: self = .none
    case .i32: self = .i32
    case .f32: self = .f32
    case .f64: self = .f64
    case .i64, .reference: self = .i64
    case .v128: self = .v128
    }
  }

  /// Of the registers that hold such values.
  var machineType: MachineType {
    switch self {
    case .none: .unknown
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    }
  }

  var name: String {
    switch self {
    case .none: "none"
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    }
  }
}

/// What a load or store moves between memory and a value of the instruction's (a store's: its value's) type.
enum MemoryAccess: UInt8 {
  case whole
  case signed8, unsigned8, signed16, unsigned16
  /// 32 bits of an i64.
  case signed32, unsigned32
  /// Of vectors: a lane of so many bits in all lanes; 32 or 64 bits and zeros; eight bytes in lanes of so many bits, each extended to twice as many.
  case splat8, splat16, splat32, splat64
  case zero32, zero64
  case extend8Signed, extend8Unsigned, extend16Signed, extend16Unsigned, extend32Signed, extend32Unsigned

  /// Bytes in memory, for a value of this kind.
  @inline(__always)
  func byteCount(_ kind: ValueKind) -> Int {
    switch self {
    case .whole: kind.bits / 8
    case .signed8, .unsigned8, .splat8: 1
    case .signed16, .unsigned16, .splat16: 2
    case .signed32, .unsigned32, .splat32, .zero32: 4
    case .splat64, .zero64, .extend8Signed, .extend8Unsigned, .extend16Signed, .extend16Unsigned, .extend32Signed, .extend32Unsigned: 8
    }
  }
}
