// The compile-time picture of the operand stack: where each operand is at this point of the code.

import WasmFormat

/// Where an operand is.
enum ValueKind: UInt8 {
  /// Nowhere yet: `bits`.
  case constant
  /// In the general-purpose register `reg`, which it alone owns.
  case gpr
  /// In the floating-point register `reg`, which it alone owns.
  case fpr
  /// The present value of local `local`. Turned into something else before the local is written.
  case local
  /// In its stack slot.
  case slot
  /// Not materialised: a condition on the flags, `reg` is its code. Only between a comparison and the branch or select after it.
  case flags
  /// Computed straight into the register `reg` that is the home of local `local`; the local.set or local.tee that makes this true is next.
  case home
}

struct Value {
  /// Constants: i32 zero-extended, floats as their bits.
  var bits: Int64 = 0
  var local: Int32 = 0
  var kind: ValueKind
  var type: MachineType
  var reg: UInt8 = 0
  /// Makes the size 16, so that copies are two moves.
  private var padding: UInt8 = 0

  @inline(__always)
  init(bits: Int64 = 0, local: Int32 = 0, kind: ValueKind, type: MachineType, reg: UInt8 = 0) {
    self.bits = bits
    self.local = local
    self.kind = kind
    self.type = type
    self.reg = reg
  }

  @inline(__always) var isFloat: Bool { type.registerClass == .float }
  @inline(__always) var isConstant: Bool { kind == .constant }

  @inline(__always)
  static func constant(_ bits: Int64, type: MachineType) -> Value { Value(bits: bits, kind: .constant, type: type) }
  @inline(__always)
  static func gpr(_ code: UInt8, type: MachineType) -> Value { Value(kind: .gpr, type: type, reg: code) }
  @inline(__always)
  static func fpr(_ code: UInt8, type: MachineType) -> Value { Value(kind: .fpr, type: type, reg: code) }
  @inline(__always)
  static func slot(type: MachineType) -> Value { Value(kind: .slot, type: type) }
}
