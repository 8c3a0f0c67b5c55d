// Float arithmetic: instructions overwrite their left operand, and the right one may be in memory.

import MachineCode
import WasmFormat

extension X64Assembler {
  static func floatArithmetic(
    _ emitter: inout Emitter<Self>, _ operation: FloatOperation, _ width: FloatWidth, _ a: inout Operand, _ b: inout Operand
  ) {
    let op: FloatOp =
      switch operation {
      case .add: .add
      case .subtract: .subtract
      case .multiply: .multiply
      case .divide: .divide
      }
    emitter.emitFloatArithmetic(op, width, &a, &b)
  }
}

extension Emitter where Assembler == X64Assembler {
  @inline(__always)
  fileprivate mutating func emitFloatArithmetic(_ op: FloatOp, _ width: FloatWidth, _ a: inout Operand, _ b: inout Operand) {
    var target = hint(.float)
    let place = memoryOnly(b)
    let right = place == nil ? use(&b) : .none
    let register = overwritten(&a, keeping: right, &target)
    if let place {
      asm.float(op, width, register.xmm, Address(place))
    } else {
      asm.float(op, width, register.xmm, right.xmm)
    }
    release(b)
    pushResult(register, target, type: width.type)
  }

  /// The left operand in a register that the instruction may overwrite: the home of the local that gets the result, or one of the operand's own. The right
  /// operand must not be overwritten: if it is that home, there is no target any more.
  @inline(__always)
  mutating func overwritten(_ a: inout Operand, keeping right: Register, _ target: inout Int) -> Register {
    if target >= 0, locals[target].home == right { target = -1 }
    if target < 0 { return own(&a) }
    let register = locals[target].home
    load(register, a)
    release(a)
    return register
  }
}
