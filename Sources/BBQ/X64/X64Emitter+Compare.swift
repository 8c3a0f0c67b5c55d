// Comparisons: one operand may be in memory, the right one an immediate. Arithmetic leaves flags that say what a comparison with zero would.

import MachineCode
import WasmFormat

extension X64Assembler {
  static func compareWithZero(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand) { emitter.emitCompareWithZero(width, &a) }

  static func test(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand) { emitter.emitTest(width, &a, &b) }

  static func compare(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    emitter.emitCompare(width, &a, &b)
  }

  static func compareFloat(_ emitter: inout Emitter<Self>, _ comparison: FloatComparison, _ width: FloatWidth, _ a: Register, _ b: Register) {
    emitter.emitCompareFloat(comparison, width, a.xmm, b.xmm)
  }
}

extension Emitter where Assembler == X64Assembler {
  fileprivate mutating func emitCompareWithZero(_ width: Width, _ a: inout Operand) {
    if let place = memoryOnly(a) { return asm.arithmetic(.cmp, width, Address(place), constant: 0) }
    let register = use(&a)
    if flagsOffset == asm.offset, flagsRegister == register, flagsWidth == width { return }
    asm.test(width, register.gpr, register.gpr)
  }

  @inline(__always)
  fileprivate mutating func emitTest(_ width: Width, _ a: inout Operand, _ b: inout Operand) {
    let left = use(&a).gpr
    if let constant = immediate(b, width) {
      asm.test(width, left, constant: constant)
    } else {
      let right = use(&b).gpr
      asm.test(width, left, right)
    }
  }

  @inline(__always)
  fileprivate mutating func emitCompare(_ width: Width, _ a: inout Operand, _ b: inout Operand) {
    if let constant = immediate(b, width) {
      if let place = memoryOnly(a) {
        asm.arithmetic(.cmp, width, Address(place), constant: constant)
      } else {
        let left = use(&a).gpr
        asm.arithmetic(.cmp, width, left, constant: constant)
      }
    } else if let place = memoryOnly(b) {
      let left = use(&a).gpr
      asm.arithmetic(.cmp, width, left, Address(place))
    } else {
      let right = use(&b).gpr
      if let place = memoryOnly(a) {
        asm.arithmetic(.cmp, width, Address(place), right)
      } else {
        let left = use(&a).gpr
        asm.arithmetic(.cmp, width, left, right)
      }
    }
  }

  fileprivate mutating func emitCompareFloat(_ comparison: FloatComparison, _ width: FloatWidth, _ left: XMM, _ right: XMM) {
    switch comparison {
    case .equal, .notEqual:
      // Equal: ZF and not PF.
      asm.compareFloat(width, left, right)
      let register = allocateGPR()
      let isEqual = comparison == .equal
      asm.set(isEqual ? .noParity : .parity, .r11)
      asm.set(isEqual ? .equal : .notEqual, register)
      asm.arithmetic(isEqual ? .and : .or, .w32, register, .r11)
      asm.moveZero8(register, register)
      push(.register(register.register, type: .i32))
    case .less, .lessOrEqual:
      // a < b as b > a: "above" is false for unordered operands.
      asm.compareFloat(width, right, left)
      pushCondition(comparison == .less ? .above : .aboveOrEqual)
    case .greater, .greaterOrEqual:
      asm.compareFloat(width, left, right)
      pushCondition(comparison == .greater ? .above : .aboveOrEqual)
    }
  }
}
