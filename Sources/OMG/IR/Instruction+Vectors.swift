// 128 bits in an instruction: a constant's, or the lanes of a shuffle. They take fields that these have no other use for, which are compared with the others
// when values are numbered: `immediate` holds the lower half; of a constant `a` and `b`, of a shuffle `c` and `index` the upper one.

import WasmFormat

/// What an operation on vectors is: the opcode table's operation, the shape of its lanes, and a lane. Kept in `index`.
struct VectorCode {
  var raw: UInt32

  @inline(__always) init(raw: UInt32) { self.raw = raw }
  @inline(__always)
  init(_ operation: VectorOperation, _ shape: LaneShape, lane: UInt8 = 0) {
    raw = UInt32(operation.rawValue) | UInt32(shape.rawValue) << 8 | UInt32(lane) << 16
  }

  @inline(__always) var operation: VectorOperation { VectorOperation(rawValue: UInt8(truncatingIfNeeded: raw)).unsafelyUnwrapped }
  @inline(__always) var shape: LaneShape { LaneShape(rawValue: UInt8(truncatingIfNeeded: raw >> 8)).unsafelyUnwrapped }
  @inline(__always) var lane: UInt8 { UInt8(truncatingIfNeeded: raw >> 16) }
}

extension Instruction {
  /// A vector constant.
  init(vector value: V128) {
    self.init(.constant, .v128, index: 0)
    vector = value
  }

  /// A shuffle of two vectors.
  init(shuffle lanes: V128, _ a: Value, _ b: Value) {
    self.init(.vectorShuffle, .v128, a, b)
    vector = lanes
  }

  /// An operation on vectors, with as many arguments as it has.
  init(_ operation: VectorOperation, _ shape: LaneShape, lane: UInt8 = 0, _ a: Value, _ b: Value = .none, _ c: Value = .none) {
    let kind: Operation =
      switch operation.operandCount {
      case 1: .vectorUnary
      case 2: operation.commutes ? .vectorCommuting : .vectorBinary
      default: .vectorTernary
      }
    self.init(kind, ValueKind(operation.resultType(shape)), a, b, c)
    index = VectorCode(operation, shape, lane: lane).raw
  }

  /// The bits of a constant of type v128, or the lanes of a shuffle.
  var vector: V128 {
    get {
      let (first, second) = operation == .constant ? (a.index, b.index) : (c.index, index)
      return V128(low: UInt64(bitPattern: immediate), high: UInt64(first) | UInt64(second) << 32)
    }
    set {
      immediate = Int64(bitPattern: newValue.low)
      let (first, second) = (UInt32(truncatingIfNeeded: newValue.high), UInt32(truncatingIfNeeded: newValue.high >> 32))
      if operation == .constant {
        (a, b) = (Value(first), Value(second))
      } else {
        (c, index) = (Value(first), second)
      }
    }
  }

  /// What an operation on vectors is.
  @inline(__always) var vectorCode: VectorCode { VectorCode(raw: index) }

  @inline(__always)
  var isVectorOperation: Bool {
    switch operation {
    case .vectorUnary, .vectorBinary, .vectorCommuting, .vectorTernary: true
    default: false
    }
  }

  /// Whether it is this operation on vectors.
  func isVector(_ other: VectorOperation) -> Bool { isVectorOperation && vectorCode.operation == other }
}

extension Graph {
  /// A vector constant's bits; nil: the value is none.
  func vectorConstant(_ value: Value) -> V128? {
    at(value).pointee.operation == .constant && at(value).pointee.type == .v128 ? at(value).pointee.vector : nil
  }
}
