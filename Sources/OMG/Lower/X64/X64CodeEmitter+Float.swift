// Float instructions and conversions of more than a few lines.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  static func signMask(_ width: FloatWidth) -> UInt64 { width == .f32 ? 0x8000_0000_8000_0000 : 1 << 63 }
  static func magnitudeMask(_ width: FloatWidth) -> UInt64 { ~signMask(width) }

  mutating func floatConstant(_ register: XMM) {
    let bits = UInt64(bitPattern: current.pointee.payload)
    if bits == 0 { return asm.floatLogic(.xor, register, register) }
    let width = variant.float
    asm.loadFloat(width, register, .relative(to: poolLabel(bits, isWide: false)))
  }

  private mutating func bits(_ value: Double, _ width: FloatWidth) -> Address {
    .relative(to: poolLabel(width == .f32 ? UInt64(Float(value).bitPattern) : value.bitPattern, isWide: false))
  }

  /// Minimum, maximum: the wasm rules for NaN and zeros of different sign.
  mutating func floatExtreme(_ variant: X64Variant) {
    let (left, right) = (xmm(0), xmm(2))
    let width = variant.float
    asm.compareFloat(width, left, right)
    let done = asm.makeLabel()
    let isNaN = asm.makeLabel()
    asm.jump(.parity, isNaN)
    let differ = asm.skip(.notEqual)
    // Equal, or zeros: the sign decides.
    asm.floatLogic(variant.floatOperation == .minimum ? .or : .and, left, right)
    asm.jump(done)
    asm.bind(isNaN)
    asm.float(.add, width, left, right)
    asm.jump(done)
    asm.endSkip(differ)
    asm.float(variant.floatOperation, width, left, right)
    asm.bind(done)
  }

  mutating func copySign(_ width: FloatWidth) {
    asm.loadFloatVector(XMM(15), .relative(to: poolLabel(Self.signMask(width), isWide: true)))
    asm.floatLogic(.and, XMM(15), xmm(2))
    asm.floatLogic(.and, xmm(0), .relative(to: poolLabel(Self.magnitudeMask(width), isWide: true)))
    asm.floatLogic(.or, xmm(0), XMM(15))
  }

  // MARK: Conversions

  mutating func integerToFloat(_ variant: X64Variant) {
    // The instruction keeps the register's upper part: without this it would wait for the register's last value.
    asm.floatLogic(.xor, xmm(0), xmm(0))
    if let memory = memory(1) {
      asm.convertToFloat(variant.float, xmm(0), from: variant.width, memory)
    } else {
      asm.convertToFloat(variant.float, xmm(0), from: variant.width, gpr(1))
    }
  }

  /// Of 64 bits.
  mutating func unsignedToFloat(_ variant: X64Variant) {
    let source = gpr(1)
    let big = asm.makeLabel()
    let done = asm.makeLabel()
    asm.floatLogic(.xor, xmm(0), xmm(0))
    asm.test(.w64, source, source)
    asm.jump(.sign, big)
    asm.convertToFloat(variant.float, xmm(0), from: .w64, source)
    asm.jump(done)
    // At or above 2^63: halve, keeping the lowest bit for rounding, convert, double.
    asm.bind(big)
    asm.move(.w64, .r11, source)
    asm.shift(.shr, .w64, .r11, by: 1)
    let even = asm.skip(.aboveOrEqual)
    asm.arithmetic(.or, .w64, .r11, constant: 1)
    asm.endSkip(even)
    asm.convertToFloat(variant.float, xmm(0), from: .w64, .r11)
    asm.float(.add, variant.float, xmm(0), xmm(0))
    asm.bind(done)
  }

  mutating func floatToInteger(_ variant: X64Variant) {
    let kind = X64Truncation(rawValue: variant.operation)
    if kind.contains(.saturating) {
      truncateSaturating(variant.width, variant.float, signed: kind.contains(.signed))
    } else if kind.contains(.signed) {
      truncateSigned(variant.width, variant.float)
    } else {
      truncateUnsigned(variant.width, variant.float)
    }
  }

  private mutating func truncateSigned(_ integer: Width, _ width: FloatWidth) {
    let (register, source) = (gpr(0), xmm(1))
    let done = asm.makeLabel()
    let overflow = trapLabel(.integerOverflow)
    asm.truncateToInteger(integer, register, from: width, source)
    asm.arithmetic(.cmp, integer, register, constant: 1)
    asm.jump(.noOverflow, done)
    // The most negative integer: the true result, or the sign of failure.
    asm.compareFloat(width, source, source)
    asm.jump(.parity, trapLabel(.invalidConversionToInteger))
    let isExclusive = integer == .w32 && width == .f64
    let low = integer == .w32 ? (isExclusive ? -2147483649.0 : -2147483648.0) : -9223372036854775808.0
    asm.compareFloat(width, source, bits(low, width))
    asm.jump(isExclusive ? .belowOrEqual : .below, overflow)
    asm.compareFloat(width, source, bits(integer == .w32 ? 2147483648.0 : 9223372036854775808.0, width))
    asm.jump(.aboveOrEqual, overflow)
    asm.bind(done)
  }

  private mutating func truncateUnsigned(_ integer: Width, _ width: FloatWidth) {
    let (register, source) = (gpr(0), xmm(1))
    let done = asm.makeLabel()
    let invalid = trapLabel(.invalidConversionToInteger)
    let overflow = trapLabel(.integerOverflow)
    if integer == .w32 {
      asm.truncateToUnsigned32(register, from: width, source, done: done, invalid: invalid, overflow: overflow)
    } else {
      asm.compareFloat(width, source, bits(9223372036854775808.0, width))
      asm.jump(.parity, invalid)
      asm.truncateBelowLimit(register, from: width, source, done: done, negative: overflow)
      truncateUpperHalf(register, source, width)
      asm.jump(.sign, overflow)
      asm.arithmetic(.xor, .w64, register, .r11)
    }
    asm.bind(done)
  }

  /// source − 2^63 as an integer, the flags of it, and 2^63 in r11.
  private mutating func truncateUpperHalf(_ register: GPR, _ source: XMM, _ width: FloatWidth) {
    asm.moveFloat(XMM(15), source)
    asm.float(.subtract, width, XMM(15), bits(9223372036854775808.0, width))
    asm.truncateToInteger(.w64, register, from: width, XMM(15))
    asm.move(.r11, constant: .min)
    asm.test(.w64, register, register)
  }

  private mutating func truncateSaturating(_ integer: Width, _ width: FloatWidth, signed: Bool) {
    let (register, source) = (gpr(0), xmm(1))
    let done = asm.makeLabel()
    let zero = asm.makeLabel()
    if signed {
      asm.truncateToInteger(integer, register, from: width, source)
      asm.arithmetic(.cmp, integer, register, constant: 1)
      asm.jump(.noOverflow, done)
      asm.floatLogic(.xor, XMM(15), XMM(15))
      asm.saturateSigned(integer, register, from: width, source, zero: XMM(15), done: done, nan: zero)
    } else {
      asm.floatLogic(.xor, XMM(15), XMM(15))
      asm.compareFloat(width, source, XMM(15))
      // Unordered counts as below.
      asm.jump(.belowOrEqual, zero)
      asm.compareFloat(width, source, bits(integer == .w32 ? 4294967296.0 : 9223372036854775808.0, width))
      asm.truncateBelowLimit(register, from: width, source, done: done)
      if integer == .w32 {
        asm.move(register, constant: 0xFFFF_FFFF)
      } else {
        truncateUpperHalf(register, source, width)
        let tooBig = asm.skip(.sign)
        asm.arithmetic(.xor, .w64, register, .r11)
        asm.jump(done)
        asm.endSkip(tooBig)
        asm.move(register, constant: -1)
      }
      asm.jump(done)
    }
    asm.bind(zero)
    asm.arithmetic(.xor, .w32, register, register)
    asm.bind(done)
  }
}
