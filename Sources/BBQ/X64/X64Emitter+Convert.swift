// Conversions between integers and floats, trapping and saturating.

import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Assembler {
  static func convertToFloat(_ emitter: inout Emitter<Self>, _ width: FloatWidth, from integer: Width, isSigned: Bool, _ a: inout Operand) {
    emitter.emitConversion(width, from: integer, isSigned: isSigned, &a)
  }

  static func truncate(_ emitter: inout Emitter<Self>, _ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand) {
    emitter.emitTruncation(integer, from: width, isSigned: isSigned, &a)
  }

  static func truncateSaturating(_ emitter: inout Emitter<Self>, _ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand) {
    emitter.emitSaturatingTruncation(integer, from: width, isSigned: isSigned, &a)
  }
}

extension Emitter where Assembler == X64Assembler {
  /// iNN to fNN.
  fileprivate mutating func emitConversion(_ width: FloatWidth, from integer: Width, isSigned: Bool, _ a: inout Operand) {
    let source = use(&a).gpr
    let result = allocate(.float)
    let register = result.xmm
    asm.floatLogic(.xor, register, register)
    if isSigned {
      asm.convertToFloat(width, register, from: integer, source)
    } else if integer == .w32 {
      asm.convertToFloat(width, register, from: .w64, source)
    } else {
      // At or above 2^63: halve, keeping the lowest bit for rounding, convert, double.
      // Whatever has to be spilled is spilled before the paths part.
      let half = allocateGPR()
      let big = asm.makeLabel()
      let done = asm.makeLabel()
      asm.test(.w64, source, source)
      asm.jump(.sign, big)
      asm.convertToFloat(width, register, from: .w64, source)
      asm.jump(done)
      asm.bind(big)
      asm.move(.w64, .r11, source)
      asm.shift(.shr, .w64, .r11, by: 1)
      asm.move(.w32, half, source)
      asm.arithmetic(.and, .w32, half, constant: 1)
      asm.arithmetic(.or, .w64, .r11, half)
      release(half.register)
      asm.convertToFloat(width, register, from: .w64, .r11)
      asm.float(.add, width, register, register)
      asm.bind(done)
    }
    release(a)
    push(.register(result, type: width.type))
  }

  /// A float constant into xmm15.
  private mutating func constant(_ value: Double, _ width: FloatWidth) {
    asm.move(.r11, constant: width == .f32 ? Int64(Float(value).bitPattern) : Int64(bitPattern: value.bitPattern))
    asm.moveBits(.w64, XMM(15), .r11)
  }

  /// Trapping truncation.
  fileprivate mutating func emitTruncation(_ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand) {
    let source = use(&a).xmm
    let register = allocateGPR()
    let done = asm.makeLabel()
    let invalid = trapLabel(.invalidConversionToInteger)
    let overflow = trapLabel(.integerOverflow)
    if isSigned {
      asm.truncateToInteger(integer, register, from: width, source)
      asm.arithmetic(.cmp, integer, register, constant: 1)
      asm.jump(.noOverflow, done)
      // The most negative integer: the true result, or the sign of failure.
      asm.compareFloat(width, source, source)
      asm.jump(.parity, invalid)
      let isExclusive = integer == .w32 && width == .f64
      constant(integer == .w32 ? (isExclusive ? -2147483649.0 : -2147483648.0) : -9223372036854775808.0, width)
      asm.compareFloat(width, source, XMM(15))
      asm.jump(isExclusive ? .belowOrEqual : .below, overflow)
      constant(integer == .w32 ? 2147483648.0 : 9223372036854775808.0, width)
      asm.compareFloat(width, source, XMM(15))
      asm.jump(.aboveOrEqual, overflow)
    } else if integer == .w32 {
      asm.truncateToUnsigned32(register, from: width, source, done: done, invalid: invalid, overflow: overflow)
    } else {
      let reduced = allocate(.float).xmm
      constant(9223372036854775808.0, width)
      asm.compareFloat(width, source, XMM(15))
      asm.jump(.parity, invalid)
      asm.truncateBelowLimit(register, from: width, source, done: done, negative: overflow)
      asm.moveFloat(reduced, source)
      asm.float(.subtract, width, reduced, XMM(15))
      asm.truncateToInteger(.w64, register, from: width, reduced)
      release(reduced.register)
      asm.test(.w64, register, register)
      asm.jump(.sign, overflow)
      asm.move(.r11, constant: Int64.min)
      asm.arithmetic(.xor, .w64, register, .r11)
    }
    asm.bind(done)
    flagsOffset = -1
    release(a)
    push(.register(register.register, type: integer.type))
  }

  /// Saturating truncation.
  fileprivate mutating func emitSaturatingTruncation(_ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand) {
    let source = use(&a).xmm
    let register = allocateGPR()
    let done = asm.makeLabel()
    let zero = asm.makeLabel()
    let reduced = allocate(.float).xmm
    release(reduced.register)
    asm.floatLogic(.xor, XMM(15), XMM(15))
    if isSigned {
      asm.truncateToInteger(integer, register, from: width, source)
      asm.arithmetic(.cmp, integer, register, constant: 1)
      asm.jump(.noOverflow, done)
      asm.saturateSigned(integer, register, from: width, source, zero: XMM(15), done: done, nan: zero)
    } else {
      // Unordered counts as below.
      asm.compareFloat(width, source, XMM(15))
      asm.jump(.belowOrEqual, zero)
      constant(integer == .w32 ? 4294967296.0 : 9223372036854775808.0, width)
      asm.compareFloat(width, source, XMM(15))
      asm.truncateBelowLimit(register, from: width, source, done: done)
      if integer == .w32 {
        asm.move(register, constant: 0xFFFF_FFFF)
      } else {
        asm.moveFloat(reduced, source)
        asm.float(.subtract, width, reduced, XMM(15))
        asm.truncateToInteger(.w64, register, from: width, reduced)
        asm.move(.r11, constant: Int64.min)
        asm.arithmetic(.xor, .w64, register, .r11)
        // 2^64 or more: the truncation failed, and flipping gave a positive number.
        asm.jump(.sign, done)
        asm.move(register, constant: -1)
      }
      asm.jump(done)
    }
    asm.bind(zero)
    asm.arithmetic(.xor, .w32, register, register)
    asm.bind(done)
    flagsOffset = -1
    release(a)
    push(.register(register.register, type: integer.type))
  }
}
