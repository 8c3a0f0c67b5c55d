// 128-bit arithmetic on pairs of i64: the low half lies below the high half on the operand stack.

import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  mutating func wide(_ opcode: Opcode) {
    switch opcode {
    case .i64Add128: addWide(.add, .adc)
    case .i64Sub128: addWide(.sub, .sbb)
    case .i64MulWideS: multiplyWide(signed: true)
    default: multiplyWide(signed: false)
    }
  }

  private mutating func addWide(_ low: ArithmeticOp, _ high: ArithmeticOp) {
    // With few temporaries the second number waits in memory.
    if (temporaries & Self.gprMask).nonzeroBitCount < 5 {
      for position in (values.count - 2)..<values.count where values[position].kind == .gpr { spill(position) }
    }
    let highB = pop()
    let lowB = pop()
    var highA = pop()
    var lowA = pop()
    let base = values.count
    let resultLow = own(&lowA, position: base)
    let resultHigh = own(&highA, position: base + 1)
    load(.r11, lowB, position: base + 2)
    asm.arithmetic(low, .w64, resultLow, .r11)
    load(.r11, highB, position: base + 3)
    asm.arithmetic(high, .w64, resultHigh, .r11)
    release(lowB)
    release(highB)
    push(.gpr(resultLow.code, type: .i64))
    push(.gpr(resultHigh.code, type: .i64))
  }

  private mutating func multiplyWide(signed: Bool) {
    let b = pop()
    let a = pop()
    let base = values.count
    load(.r11, b, position: base + 1)
    release(b)
    if a.kind != .gpr || a.reg != GPR.rax.code {
      vacate(.rax)
      load(.rax, a, position: base)
      release(a)
    }
    free &= ~GPR.rax.bit
    let isHome = homes & GPR.rdx.bit != 0
    if isHome { dropHome(.rdx) } else { vacate(.rdx) }
    if signed { asm.multiplyWideSigned(.w64, .r11) } else { asm.multiplyWideUnsigned(.w64, .r11) }
    push(.gpr(GPR.rax.code, type: .i64))
    if isHome {
      let register = allocateGPR()
      asm.move(.w64, register, .rdx)
      push(.gpr(register.code, type: .i64))
    } else {
      free &= ~GPR.rdx.bit
      push(.gpr(GPR.rdx.code, type: .i64))
    }
  }
}
