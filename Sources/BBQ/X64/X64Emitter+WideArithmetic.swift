// 128-bit arithmetic on pairs of i64: the low half lies below the high half on the operand stack.

import MachineCode
import WasmFormat

extension X64Assembler {
  static func wide(_ emitter: inout Emitter<Self>, _ opcode: Opcode) {
    switch opcode {
    case .i64Add128: emitter.emitWide(.add, .adc)
    case .i64Sub128: emitter.emitWide(.sub, .sbb)
    case .i64MulWideS: emitter.emitWideMultiplication(signed: true)
    default: emitter.emitWideMultiplication(signed: false)
    }
  }
}

extension Emitter where Assembler == X64Assembler {
  fileprivate mutating func emitWide(_ low: ArithmeticOp, _ high: ArithmeticOp) {
    // With few temporaries the second number waits in memory.
    if (temporaries & .all(.general)).nonzeroBitCount < 5 {
      for position in (values.count - 2)..<values.count where values[position].kind == .register { spill(position) }
    }
    let highB = pop()
    let lowB = pop()
    var highA = pop()
    var lowA = pop()
    let resultLow = own(&lowA)
    let resultHigh = own(&highA)
    load(GPR.r11.register, lowB)
    asm.arithmetic(low, .w64, resultLow.gpr, .r11)
    load(GPR.r11.register, highB)
    asm.arithmetic(high, .w64, resultHigh.gpr, .r11)
    release(lowB)
    release(highB)
    push(.register(resultLow, type: .i64))
    push(.register(resultHigh, type: .i64))
  }

  fileprivate mutating func emitWideMultiplication(signed: Bool) {
    let (rax, rdx) = (GPR.rax.register, GPR.rdx.register)
    let b = pop()
    let isHome = loadOperandsOfWide(pop(), b)
    if signed { asm.multiplyWideSigned(.w64, .r11) } else { asm.multiplyWideUnsigned(.w64, .r11) }
    push(.register(rax, type: .i64))
    if isHome {
      let register = allocate(.general)
      asm.move(register, rdx)
      push(.register(register, type: .i64))
    } else {
      claim(rdx)
      push(.register(rdx, type: .i64))
    }
  }
}
