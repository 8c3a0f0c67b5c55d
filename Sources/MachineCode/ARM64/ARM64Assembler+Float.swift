// Scalar float instructions.

/// Scalar arithmetic; raw values are the opcode field (bits 15 to 12).
public enum ARM64FloatOp: UInt8, Sendable {
  case multiply = 0, divide = 1, add = 2, subtract = 3, maximum = 4, minimum = 5
}

extension ARM64Assembler {
  @inline(__always)
  private func typeBit(_ width: FloatWidth) -> UInt32 { width == .f64 ? 0x0040_0000 : 0 }

  public mutating func float(_ op: ARM64FloatOp, _ width: FloatWidth, _ to: VRegister, _ a: VRegister, _ b: VRegister) {
    word(
      0x1E20_0800 | typeBit(width) | (UInt32(op.rawValue) << 12) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  public mutating func moveFloat(_ width: FloatWidth, _ to: VRegister, _ from: VRegister) {
    word(0x1E20_4000 | typeBit(width) | (UInt32(from.code) << 5) | UInt32(to.code))
  }

  public mutating func squareRoot(_ width: FloatWidth, _ to: VRegister, _ from: VRegister) {
    word(0x1E21_C000 | typeBit(width) | (UInt32(from.code) << 5) | UInt32(to.code))
  }

  public mutating func compareFloat(_ width: FloatWidth, _ a: VRegister, _ b: VRegister) {
    word(0x1E20_2000 | typeBit(width) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5))
  }
}
