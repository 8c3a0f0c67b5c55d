// SSE2 and SSE4.1 scalar float instructions. `FloatWidth` selects the single or double form.

public enum FloatWidth: UInt8, Sendable {
  case f32 = 0
  case f64 = 1

  /// F3 for ss forms, F2 for sd forms.
  @inline(__always) var scalarPrefix: UInt8 { self == .f32 ? 0xF3 : 0xF2 }
  /// None for ps forms, 66 for pd forms.
  @inline(__always) var packedPrefix: UInt8 { self == .f32 ? 0 : 0x66 }
}

/// Scalar arithmetic; raw values are the opcode byte.
public enum FloatOp: UInt8, Sendable {
  case sqrt = 0x51, add = 0x58, multiply = 0x59, subtract = 0x5C, minimum = 0x5D, divide = 0x5E, maximum = 0x5F
}

/// Bitwise operations on whole registers; raw values are the opcode byte.
public enum FloatLogic: UInt8, Sendable {
  case and = 0x54, andNot = 0x55, or = 0x56, xor = 0x57
}

/// Rounding modes of roundss and roundsd.
public enum RoundingMode: UInt8, Sendable {
  case nearest = 8, floor = 9, ceil = 10, truncate = 11
}

extension X64Assembler {
  @inline(__always)
  public mutating func moveFloat(_ to: XMM, _ from: XMM) { encode(.w32, .map0F, 0x28, reg: to.code, rm: from.code) }

  @inline(__always)
  public mutating func loadFloat(_ width: FloatWidth, _ to: XMM, _ from: Address) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, 0x10, reg: to.code, from)
  }

  @inline(__always)
  public mutating func storeFloat(_ width: FloatWidth, _ to: Address, _ from: XMM) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, 0x11, reg: from.code, to)
  }

  /// Bits of a general-purpose register into an SSE register.
  @inline(__always)
  public mutating func moveBits(_ width: Width, _ to: XMM, _ from: GPR) {
    encode(prefix: 0x66, width, .map0F, 0x6E, reg: to.code, rm: from.code)
  }

  /// Bits of an SSE register into a general-purpose register.
  @inline(__always)
  public mutating func moveBits(_ width: Width, _ to: GPR, _ from: XMM) {
    encode(prefix: 0x66, width, .map0F, 0x7E, reg: from.code, rm: to.code)
  }

  @inline(__always)
  public mutating func float(_ op: FloatOp, _ width: FloatWidth, _ to: XMM, _ from: XMM) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, op.rawValue, reg: to.code, rm: from.code)
  }

  @inline(__always)
  public mutating func float(_ op: FloatOp, _ width: FloatWidth, _ to: XMM, _ from: Address) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, op.rawValue, reg: to.code, from)
  }

  @inline(__always)
  public mutating func floatLogic(_ op: FloatLogic, _ to: XMM, _ from: XMM) {
    encode(.w32, .map0F, op.rawValue, reg: to.code, rm: from.code)
  }

  @inline(__always)
  public mutating func compareFloat(_ width: FloatWidth, _ a: XMM, _ b: XMM) {
    encode(prefix: width.packedPrefix, .w32, .map0F, 0x2E, reg: a.code, rm: b.code)
  }

  @inline(__always)
  public mutating func round(_ width: FloatWidth, _ to: XMM, _ from: XMM, _ mode: RoundingMode) {
    encode(prefix: 0x66, .w32, .map0F3A, width == .f32 ? 0x0A : 0x0B, reg: to.code, rm: from.code)
    code.byte(mode.rawValue)
  }

  /// Signed integer to float.
  @inline(__always)
  public mutating func convertToFloat(_ width: FloatWidth, _ to: XMM, from integer: Width, _ source: GPR) {
    encode(prefix: width.scalarPrefix, integer, .map0F, 0x2A, reg: to.code, rm: source.code)
  }

  /// Float to signed integer, truncating; out of range gives the most negative integer.
  @inline(__always)
  public mutating func truncateToInteger(_ integer: Width, _ to: GPR, from width: FloatWidth, _ source: XMM) {
    encode(prefix: width.scalarPrefix, integer, .map0F, 0x2C, reg: to.code, rm: source.code)
  }

  /// cvtss2sd or cvtsd2ss: converts *from* `width` to the other one.
  @inline(__always)
  public mutating func convertFloat(from width: FloatWidth, _ to: XMM, _ source: XMM) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, 0x5A, reg: to.code, rm: source.code)
  }
}
