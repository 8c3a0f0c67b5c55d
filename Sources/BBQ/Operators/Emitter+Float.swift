// Float operators and conversions. Constants are kept as bits until they are needed in a register.

import MachineCode
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func floatArithmetic(_ operation: FloatOperation, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    Assembler.floatArithmetic(&self, operation, width, &a, &b)
  }

  /// min, max: the wasm rules for NaN and zeros of different sign.
  mutating func floatExtreme(_ extreme: FloatExtreme, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let right = use(&b)
    let left = own(&a)
    asm.floatExtreme(extreme, width, left, right)
    release(b)
    push(a)
  }

  mutating func floatCopySign(_ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let sign = own(&b)
    let magnitude = own(&a)
    asm.copySign(width, magnitude: magnitude, toSign: sign)
    release(a)
    push(b)
  }

  mutating func floatAbsolute(_ width: FloatWidth) {
    var a = pop()
    let register = own(&a)
    asm.absolute(width, register)
    push(a)
  }

  mutating func floatNegate(_ width: FloatWidth) {
    var a = pop()
    let register = own(&a)
    asm.negate(width, register)
    push(a)
  }

  mutating func floatSquareRoot(_ width: FloatWidth) {
    var a = pop()
    let source = use(&a)
    let register = a.kind == .register ? source : allocate(.float)
    asm.squareRoot(width, register, source)
    push(.register(register, type: width.type))
  }

  mutating func floatRound(_ rounding: FloatRounding, _ width: FloatWidth) {
    var a = pop()
    let source = use(&a)
    let register = a.kind == .register ? source : allocate(.float)
    asm.round(width, register, source, rounding)
    push(.register(register, type: width.type))
  }

  // MARK: Conversions

  /// f64.promote_f32 and f32.demote_f64: from `width` to the other.
  mutating func floatConvert(from width: FloatWidth) {
    var a = pop()
    let source = use(&a)
    let register = a.kind == .register ? source : allocate(.float)
    asm.convertFloat(from: width, register, source)
    push(.register(register, type: width == .f32 ? .f64 : .f32))
  }

  /// Bits of a float to an integer of the same width, and back.
  mutating func reinterpret(_ width: Width, to type: MachineType) {
    var a = pop()
    let source = use(&a)
    let target = hint(type.registerClass)
    let register = destination(target, type.registerClass)
    asm.reinterpret(width, register, source)
    release(a)
    pushResult(register, target, type: type)
  }

  mutating func convertToFloat(_ width: FloatWidth, from integer: Width, signed: Bool) {
    var a = pop()
    Assembler.convertToFloat(&self, width, from: integer, isSigned: signed, &a)
  }

  /// Trapping truncation.
  mutating func truncate(_ integer: Width, from width: FloatWidth, signed: Bool) {
    var a = pop()
    Assembler.truncate(&self, integer, from: width, isSigned: signed, &a)
  }

  /// Saturating truncation.
  mutating func truncateSaturating(_ integer: Width, from width: FloatWidth, signed: Bool) {
    var a = pop()
    Assembler.truncateSaturating(&self, integer, from: width, isSigned: signed, &a)
  }
}
