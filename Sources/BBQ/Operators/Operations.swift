// What families of operators do, in no instruction set's terms.

import MachineCode
import WasmFormat

enum IntegerOperation: UInt8 {
  case add, subtract, and, or, xor
}

enum ShiftOperation: UInt8 {
  case left, rightSigned, rightUnsigned, rotateLeft, rotateRight
}

enum IntegerComparison: UInt8 {
  case equal, notEqual, lessSigned, greaterSigned, lessOrEqualSigned, greaterOrEqualSigned, lessUnsigned, greaterUnsigned, lessOrEqualUnsigned,
    greaterOrEqualUnsigned

  /// The comparison of exchanged operands.
  var mirrored: IntegerComparison {
    switch self {
    case .equal, .notEqual: self
    case .lessSigned: .greaterSigned
    case .greaterSigned: .lessSigned
    case .lessOrEqualSigned: .greaterOrEqualSigned
    case .greaterOrEqualSigned: .lessOrEqualSigned
    case .lessUnsigned: .greaterUnsigned
    case .greaterUnsigned: .lessUnsigned
    case .lessOrEqualUnsigned: .greaterOrEqualUnsigned
    case .greaterOrEqualUnsigned: .lessOrEqualUnsigned
    }
  }

  /// Whether a comparison with zero is a matter of the left operand's sign, or of its being zero.
  @inline(__always)
  var hasZeroTest: Bool { self == .equal || self == .notEqual || self == .lessSigned || self == .greaterOrEqualSigned }
}

enum FloatOperation: UInt8 {
  case add, subtract, multiply, divide
}

enum FloatExtreme: UInt8 {
  case minimum, maximum
}

enum FloatComparison: UInt8 {
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
}

enum FloatRounding: UInt8 {
  case ceil, floor, truncate, nearest
}

extension Width {
  /// The type of integers of this width.
  @inline(__always) var type: MachineType { self == .w32 ? .i32 : .i64 }

  /// A constant as a signed number.
  @inline(__always) func signed(_ bits: Int64) -> Int64 { self == .w32 ? Int64(Int32(truncatingIfNeeded: bits)) : bits }
}

extension FloatWidth {
  @inline(__always) var type: MachineType { self == .f32 ? .f32 : .f64 }
}
