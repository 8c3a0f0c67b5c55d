// What machine instructions carry beside their opcode and operands: widths, operations, conditions, addresses, packed into the fields that
// MachineInstruction leaves to the instruction set.

import MachineCode
import RuntimeLayout
import WasmFormat

/// `variant` of most instructions, from the lowest bit: width (1), float width (1), condition (5), operation (8).
struct X64Variant {
  var raw: UInt16

  @inline(__always) init(raw: UInt16) { self.raw = raw }
  @inline(__always)
  init(_ width: Width = .w32, float: FloatWidth = .f32, _ condition: X64Condition = .overflow, operation: UInt8 = 0) {
    raw = UInt16(width.rawValue) | UInt16(float.rawValue) << 1 | UInt16(condition.rawValue) << 2 | UInt16(operation) << 7
  }

  @inline(__always) var width: Width { raw & 1 == 0 ? .w32 : .w64 }
  @inline(__always) var float: FloatWidth { raw & 2 == 0 ? .f32 : .f64 }
  @inline(__always) var condition: X64Condition { X64Condition(rawValue: UInt8(truncatingIfNeeded: raw >> 2) & 31).unsafelyUnwrapped }
  @inline(__always) var operation: UInt8 { UInt8(truncatingIfNeeded: raw >> 7) }
  @inline(__always) var arithmetic: ArithmeticOp { ArithmeticOp(rawValue: operation).unsafelyUnwrapped }
  @inline(__always) var shift: ShiftOp { ShiftOp(rawValue: operation).unsafelyUnwrapped }
  @inline(__always) var floatOperation: FloatOp { FloatOp(rawValue: operation).unsafelyUnwrapped }
  @inline(__always) var rounding: RoundingMode { RoundingMode(rawValue: operation).unsafelyUnwrapped }
}

/// The conditions of the flags, and two that floats need. Raw values of the former are Condition's.
enum X64Condition: UInt8 {
  case overflow = 0, noOverflow, below, aboveOrEqual, equal, notEqual, belowOrEqual, above
  case sign, noSign, parity, noParity, less, greaterOrEqual, lessOrEqual, greater
  /// Of ucomis: equal and not unordered; the opposite.
  case floatEqual, floatNotEqual

  @inline(__always) var negated: X64Condition { X64Condition(rawValue: rawValue ^ 1).unsafelyUnwrapped }
  @inline(__always) var isOfFlags: Bool { rawValue < 16 }
  /// On the flags themselves.
  @inline(__always) var simple: Condition { Condition(rawValue: rawValue).unsafelyUnwrapped }

  /// Of a comparison of integers.
  @inline(__always) var isOrder: Bool { (rawValue >= 2 && rawValue <= 7) || (rawValue >= 12 && rawValue <= 15) }

  /// Of a comparison of integers that are bytes, where the bytes are compared.
  var ofBytes: X64Condition? {
    switch self {
    case .equal, .notEqual, .below, .aboveOrEqual, .belowOrEqual, .above: self
    case .less: .below
    case .greaterOrEqual: .aboveOrEqual
    case .lessOrEqual: .belowOrEqual
    case .greater: .above
    default: nil
    }
  }

  /// The condition on exchanged operands of a comparison of integers.
  var mirrored: X64Condition { isOfFlags ? X64Condition(rawValue: UInt8(simple.mirrored.rawValue)).unsafelyUnwrapped : self }
}

/// `variant` of loads, stores and extensions.
enum X64Access: UInt16 {
  case word32, word64, zero8, zero16, sign8To32, sign16To32, sign8To64, sign16To64, sign32To64, f32, f64
  /// All 16 bytes; a lane in all lanes; eight bytes extended. (Of f32 and f64 the rest of the register becomes 0.)
  case v128, splat8, splat16, splat32, splat64
  case extend8Signed, extend8Unsigned, extend16Signed, extend16Unsigned, extend32Signed, extend32Unsigned

  @inline(__always) var isInFloatRegisters: Bool { rawValue >= X64Access.f32.rawValue }
  @inline(__always) var byteCount: Int {
    switch self {
    case .word32, .sign32To64, .f32: 4
    case .word64, .f64: 8
    case .zero8, .sign8To32, .sign8To64: 1
    case .zero16, .sign16To32, .sign16To64, .splat16: 2
    case .splat8: 1
    case .splat32: 4
    case .splat64, .extend8Signed, .extend8Unsigned, .extend16Signed, .extend16Unsigned, .extend32Signed, .extend32Unsigned: 8
    case .v128: 16
    }
  }
}

/// `variant` of most instructions on vectors: the operation and the lanes' shape.
struct X64VectorVariant {
  var raw: UInt16

  @inline(__always) init(raw: UInt16) { self.raw = raw }
  @inline(__always)
  init(_ operation: VectorOperation, _ shape: LaneShape) { raw = UInt16(operation.rawValue) | UInt16(shape.rawValue) << 8 }

  @inline(__always) var operation: VectorOperation { VectorOperation(rawValue: UInt8(truncatingIfNeeded: raw)).unsafelyUnwrapped }
  @inline(__always) var shape: LaneShape { LaneShape(rawValue: UInt8(truncatingIfNeeded: raw >> 8)).unsafelyUnwrapped }
}

/// `variant` of atomic instructions: the size of what is in memory, and the operation of those that have one.
struct X64AtomicVariant {
  var raw: UInt16

  @inline(__always) init(raw: UInt16) { self.raw = raw }
  @inline(__always)
  init(size: Int, _ operation: ArithmeticOp) { raw = UInt16(size) | UInt16(operation.rawValue) << 4 }

  /// In bytes.
  @inline(__always) var size: Int { Int(raw & 15) }
  @inline(__always) var operation: ArithmeticOp { ArithmeticOp(rawValue: UInt8(truncatingIfNeeded: raw >> 4)).unsafelyUnwrapped }
}

/// `variant` of divisions.
struct X64Division: OptionSet {
  let rawValue: UInt16
  static let is64 = X64Division(rawValue: 1)
  static let signed = X64Division(rawValue: 2)
  static let remainder = X64Division(rawValue: 4)
  /// The divisor may be 0, or −1.
  static let mayBeZero = X64Division(rawValue: 8)
  static let mayBeMinusOne = X64Division(rawValue: 16)
}

/// `variant` of floatToInteger: from X64Variant, the widths; its operation:
struct X64Truncation: OptionSet {
  let rawValue: UInt8
  static let signed = X64Truncation(rawValue: 1)
  static let saturating = X64Truncation(rawValue: 2)
}

/// What an instruction's address starts from.
enum X64Base: UInt8 {
  /// There is no address.
  case none
  /// The last operand but one (or the last, without index).
  case register
  /// Nothing: index and displacement only.
  case zero
  /// The base of memory 0, the instance context, the frame pointer, the stack pointer.
  case memory, context, frame, stack
  /// A constant after the code: the payload, 8 bytes.
  case pool
  /// A vector constant after the code, by its number in the payload.
  case vectorPool
  /// The outgoing area of the frame, counted from its end downwards.
  case outgoing
}

/// An address over virtual registers: base + index · 2^scale + displacement.
struct X64Address {
  var base: X64Base
  var register = VirtualRegister.none
  var index = VirtualRegister.none
  var scale: UInt8 = 0
  var displacement: Int32 = 0
  /// The bits of a constant in the pool.
  var bits: Int64 = 0
  /// The TrapReason of a fault, or −1.
  var reason: Int16 = -1
  var wasmOffset: UInt32 = 0

  @inline(__always)
  init(_ base: X64Base, _ displacement: Int32 = 0) {
    self.base = base
    self.displacement = displacement
  }

  /// The packing in `auxiliary` of instructions that have an address.
  @inline(__always) var packed: UInt32 {
    precondition(scale < 4 && reason >= -1 && reason < 255)
    return UInt32(base.rawValue) | (index.exists ? 16 : 0) | UInt32(scale) << 5 | UInt32(truncatingIfNeeded: Int(reason) + 1) << 8
  }
}

/// `auxiliary` read back.
struct X64PackedAddress {
  var raw: UInt32
  @inline(__always) var base: X64Base { X64Base(rawValue: UInt8(truncatingIfNeeded: raw & 15)).unsafelyUnwrapped }
  @inline(__always) var hasIndex: Bool { raw & 16 != 0 }
  @inline(__always) var scale: UInt8 { UInt8(truncatingIfNeeded: raw >> 5) & 3 }
  /// A TrapReason's raw value plus one; 0 for none.
  @inline(__always) var reason: UInt32 { raw >> 8 & 0xFF }
}

/// `auxiliary` of calls of a helper: its number, and the trap that a result other than 0 means, if it means one.
struct X64HelperCall {
  let helper: UInt16
  let trap: TrapReason?

  /// `reason`: a TrapReason's raw value, or −1. Ends the process if there is no such helper or reason.
  init(helper: UInt32, reason: Int64) {
    guard RuntimeHelper(rawValue: Int(helper)) != nil else { preconditionFailure("no helper has the number \(helper)") }
    self.helper = UInt16(helper)
    trap = reason == -1 ? nil : TrapReason(rawValue: UInt8(reason))
    precondition((trap == nil) == (reason == -1))
  }

  @inline(__always)
  init(packed: UInt32) {
    helper = UInt16(truncatingIfNeeded: packed)
    let reason = UInt8(truncatingIfNeeded: packed >> 16)
    trap = reason == 0 ? nil : TrapReason(rawValue: reason - 1)
  }

  @inline(__always) var packed: UInt32 { UInt32(helper) | (trap.map { UInt32($0.rawValue) + 1 } ?? 0) << 16 }
}
