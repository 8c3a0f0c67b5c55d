// Float arithmetic. f32 constants and f64 constants are kept as bits until they are needed in a register.

import MachineCode
import WasmFormat

extension X64Emitter {
  @inline(__always)
  static func floatType(_ width: FloatWidth) -> MachineType { width == .f32 ? .f32 : .f64 }

  mutating func floatBinary(_ op: FloatOp, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let positionA = values.count
    let positionB = values.count + 1
    let target = floatHint()
    var register: XMM
    let address = inMemoryOnly(b, position: positionB)
    let right = address == nil ? useFloat(&b, position: positionB) : XMM(15)
    if target >= 0, address != nil || XMM(locals[target].home - 16) != right {
      register = XMM(locals[target].home - 16)
      load(register, a, position: positionA)
      release(a)
      emitFloat(op, width, register, right, address)
      release(b)
      return pushResult(register, target, type: Self.floatType(width))
    }
    register = ownFloat(&a, position: positionA)
    emitFloat(op, width, register, right, address)
    release(b)
    push(.fpr(register.code, type: Self.floatType(width)))
  }

  @inline(__always)
  private mutating func emitFloat(_ op: FloatOp, _ width: FloatWidth, _ to: XMM, _ from: XMM, _ address: Address?) {
    if let address { asm.float(op, width, to, address) } else { asm.float(op, width, to, from) }
  }

  /// min, max: the wasm rules for NaN and zeros of different sign.
  mutating func floatExtreme(_ op: FloatOp, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let right = useFloat(&b, position: values.count + 1)
    let left = ownFloat(&a, position: values.count)
    asm.compareFloat(width, left, right)
    let isNaN = asm.makeLabel()
    let differ = asm.makeLabel()
    let done = asm.makeLabel()
    asm.jump(.parity, isNaN)
    asm.jump(.notEqual, differ)
    // Equal, or zeros: the sign decides.
    asm.floatLogic(op == .minimum ? .or : .and, left, right)
    asm.jump(done)
    asm.bind(isNaN)
    asm.float(.add, width, left, right)
    asm.jump(done)
    asm.bind(differ)
    asm.float(op, width, left, right)
    asm.bind(done)
    release(b)
    push(a)
  }

  private mutating func signMask(_ width: FloatWidth) {
    asm.move(.r11, constant: width == .f32 ? 0x8000_0000 : Int64.min)
    asm.moveBits(.w64, XMM(15), .r11)
  }

  mutating func floatCopySign(_ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let sign = ownFloat(&b, position: values.count + 1)
    let magnitude = ownFloat(&a, position: values.count)
    signMask(width)
    asm.floatLogic(.and, sign, XMM(15))
    asm.floatLogic(.andNot, XMM(15), magnitude)
    asm.floatLogic(.or, sign, XMM(15))
    release(a)
    push(b)
  }

  mutating func floatAbsolute(_ width: FloatWidth) {
    var a = pop()
    let register = ownFloat(&a, position: values.count)
    asm.move(.r11, constant: width == .f32 ? 0x7FFF_FFFF : Int64.max)
    asm.moveBits(.w64, XMM(15), .r11)
    asm.floatLogic(.and, register, XMM(15))
    push(a)
  }

  mutating func floatNegate(_ width: FloatWidth) {
    var a = pop()
    let register = ownFloat(&a, position: values.count)
    signMask(width)
    asm.floatLogic(.xor, register, XMM(15))
    push(a)
  }

  mutating func floatSquareRoot(_ width: FloatWidth) {
    var a = pop()
    let source = useFloat(&a, position: values.count)
    let register = a.kind == .fpr ? source : allocateXMM()
    asm.float(.sqrt, width, register, source)
    push(.fpr(register.code, type: Self.floatType(width)))
  }

  mutating func floatRound(_ mode: RoundingMode, _ width: FloatWidth) {
    var a = pop()
    let source = useFloat(&a, position: values.count)
    let register = a.kind == .fpr ? source : allocateXMM()
    asm.round(width, register, source, mode)
    push(.fpr(register.code, type: Self.floatType(width)))
  }

  // MARK: Conversions between floats, and of bits

  /// f64.promote_f32 and f32.demote_f64: from `width` to the other.
  mutating func floatConvert(from width: FloatWidth) {
    var a = pop()
    let source = useFloat(&a, position: values.count)
    let register = a.kind == .fpr ? source : allocateXMM()
    asm.convertFloat(from: width, register, source)
    push(.fpr(register.code, type: width == .f32 ? .f64 : .f32))
  }

  mutating func reinterpretToInteger(_ width: Width) {
    var a = pop()
    if a.isConstant { return push(.constant(a.bits, type: Self.integerType(width))) }
    let source = useFloat(&a, position: values.count)
    let target = hint()
    let register = destination(target)
    asm.moveBits(width, register, source)
    release(a)
    pushResult(register, target, type: Self.integerType(width))
  }

  mutating func reinterpretToFloat(_ width: Width) {
    var a = pop()
    let type: MachineType = width == .w32 ? .f32 : .f64
    if a.isConstant { return push(.constant(a.bits, type: type)) }
    let source = use(&a, position: values.count)
    let target = floatHint()
    let register = floatDestination(target)
    asm.moveBits(width, register, source)
    release(a)
    pushResult(register, target, type: type)
  }
}
