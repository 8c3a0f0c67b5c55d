// Integer operators: a constant stands on the right where that is possible.

import MachineCode
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func arithmetic(_ operation: IntegerOperation, _ width: Width) {
    var b = pop()
    var a = pop()
    if a.isConstant, operation != .subtract { swap(&a, &b) }
    if operation == .and, nextTestsZero(width) {
      Assembler.test(&self, width, &a, &b)
      release(a)
      release(b)
      return push(.flags(Assembler.Condition(withZero: .notEqual).code, type: width.type))
    }
    Assembler.arithmetic(&self, operation, width, &a, &b)
  }

  mutating func multiply(_ width: Width) {
    var b = pop()
    var a = pop()
    if a.isConstant { swap(&a, &b) }
    Assembler.multiply(&self, width, &a, &b)
  }

  mutating func shift(_ operation: ShiftOperation, _ width: Width) {
    var b = pop()
    var a = pop()
    Assembler.shift(&self, operation, width, &a, &b)
  }

  mutating func divide(_ width: Width, signed: Bool, remainder: Bool) {
    var b = pop()
    var a = pop()
    let divisor: Int64? = b.isConstant ? (signed ? width.signed(b.bits) : b.bits) : nil
    if let divisor, divisor > 0, divisor & (divisor - 1) == 0, !signed {
      let register = own(&a)
      if remainder {
        asm.and(width, register, constant: divisor - 1)
      } else if divisor > 1 {
        asm.shiftRight(width, register, by: divisor.trailingZeroBitCount)
      }
      return push(.register(register, type: width.type))
    }
    Assembler.divide(&self, width, isSigned: signed, givesRemainder: remainder, &a, &b, divisor: divisor)
  }

  // MARK: Unary operators

  /// A popped operand's register and one for the result, which may be the same.
  @inline(__always)
  private mutating func unaryRegisters(_ operand: inout Operand, _ registerClass: RegisterClass) -> (from: Register, to: Register) {
    let source = use(&operand)
    return (source, operand.kind == .register ? source : allocate(registerClass))
  }

  mutating func countLeadingZeros(_ width: Width) {
    var a = pop()
    let (source, register) = unaryRegisters(&a, .general)
    asm.countLeadingZeros(width, register, source)
    push(.register(register, type: width.type))
  }

  mutating func countTrailingZeros(_ width: Width) {
    var a = pop()
    let (source, register) = unaryRegisters(&a, .general)
    asm.countTrailingZeros(width, register, source)
    push(.register(register, type: width.type))
  }

  mutating func populationCount(_ width: Width) {
    var a = pop()
    let (source, register) = unaryRegisters(&a, .general)
    asm.populationCount(width, register, source)
    push(.register(register, type: width.type))
  }

  /// i32.wrap_i64.
  mutating func wrap() {
    var a = pop()
    let target = hint(.general)
    if let place = memoryOnly(a) {
      let register = destination(target, .general)
      asm.loadValue(register, place, .i32)
      return pushResult(register, target, type: .i32)
    }
    let source = use(&a)
    let register = destination(target, reusing: a)
    asm.wrap(register, source)
    releaseUnless(register, a)
    pushResult(register, target, type: .i32)
  }

  /// i64.extend_i32_u: i32 values are kept zero-extended, so only the type changes.
  mutating func extendUnsigned() { values[values.count - 1].type = .i64 }

  /// Sign extensions, from `bits` to `width`.
  mutating func extendSigned(_ width: Width, from bits: Int) {
    var a = pop()
    let target = hint(.general)
    let source = use(&a)
    let register = destination(target, reusing: a)
    asm.extendSigned(width, from: bits, register, source)
    releaseUnless(register, a)
    pushResult(register, target, type: width.type)
  }

  /// Gives back what a popped operand owns, unless the result is there.
  @inline(__always)
  mutating func releaseUnless(_ result: Register, _ operand: Operand) {
    if operand.kind == .register && operand.register != result { release(operand.register) }
  }

  /// 128-bit arithmetic on pairs of i64.
  mutating func wide(_ opcode: Opcode) { Assembler.wide(&self, opcode) }
}
