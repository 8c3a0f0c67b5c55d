// The types of values. References are i64: the addresses of records, 0 for null.

import WasmFormat

enum ValueKind: UInt8 {
  case none, i32, i64, f32, f64

  @inline(__always) var isFloat: Bool { rawValue >= 3 }
  @inline(__always) var isInteger: Bool { rawValue == 1 || rawValue == 2 }
  /// Of an integer or float.
  @inline(__always) var bits: Int { self == .i32 || self == .f32 ? 32 : 64 }

  /// Of the values of a type.
  @inline(__always)
  init(_ type: ValueType) {
    switch type.machineType {
    case .unknown: self = .none
    case .i32: self = .i32
    case .f32: self = .f32
    case .f64: self = .f64
    case .i64, .reference: self = .i64
    case .v128: preconditionFailure("no module with v128 passes validation")
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
    }
  }

  var name: String {
    switch self {
    case .none: "none"
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    }
  }
}

/// What a load or store moves between memory and a value of the instruction's (a store's: its value's) type.
enum MemoryAccess: UInt8 {
  case whole
  case signed8, unsigned8, signed16, unsigned16
  /// 32 bits of an i64.
  case signed32, unsigned32

  /// Bytes in memory, for a value of this kind.
  @inline(__always)
  func byteCount(_ kind: ValueKind) -> Int {
    switch self {
    case .whole: kind.bits / 8
    case .signed8, .unsigned8: 1
    case .signed16, .unsigned16: 2
    case .signed32, .unsigned32: 4
    }
  }
}
