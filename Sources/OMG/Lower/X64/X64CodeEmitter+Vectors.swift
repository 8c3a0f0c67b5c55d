// Instructions on vectors; sequences are MachineCode's.

import MachineCode
import WasmFormat

extension X64CodeEmitter {
  var vectorInstruction: VectorInstruction { VectorInstruction(rawValue: current.pointee.variant).unsafelyUnwrapped }
  var vectorVariant: X64VectorVariant { X64VectorVariant(raw: current.pointee.variant) }

  var vectorShift: VectorShift {
    switch vectorVariant.operation {
    case .shiftLeft: .left
    case .shiftRightSigned: .rightSigned
    default: .rightUnsigned
    }
  }

  /// A constant after the code.
  mutating func constant(_ vector: V128) -> Address { asm.constant(low: vector.low, high: vector.high) }

  mutating func vectorConstant(_ register: XMM) {
    let vector = vectors[Int(current.pointee.auxiliary)]
    if vector == .zero { return asm.vector(.pxor, register, register, register) }
    if vector.low & vector.high == .max { return asm.vector(.pcmpeqd, register, register, register) }
    asm.vector(.movaps, register, constant(vector))
  }

  mutating func loadVector(_ access: X64Access, _ to: XMM, _ from: Address) {
    switch access {
    case .splat8: asm.loadSplat(8, to, from)
    case .splat16: asm.loadSplat(16, to, from)
    case .splat32: asm.loadSplat(32, to, from)
    case .splat64: asm.loadSplat(64, to, from)
    case .extend8Signed: asm.loadExtended(8, isSigned: true, to, from)
    case .extend8Unsigned: asm.loadExtended(8, isSigned: false, to, from)
    case .extend16Signed: asm.loadExtended(16, isSigned: true, to, from)
    case .extend16Unsigned: asm.loadExtended(16, isSigned: false, to, from)
    case .extend32Signed: asm.loadExtended(32, isSigned: true, to, from)
    case .extend32Unsigned: asm.loadExtended(32, isSigned: false, to, from)
    default: asm.loadVector(to, from)
    }
  }

  mutating func vector() {
    if let memory = memory(2) {
      asm.vector(vectorInstruction, xmm(0), xmm(1), memory)
    } else {
      asm.vector(vectorInstruction, xmm(0), xmm(1), xmm(2))
    }
    if current.pointee.opcode == X64Opcode.vectorImmediate.rawValue { asm.code.byte(UInt8(truncatingIfNeeded: immediate)) }
  }

  mutating func vectorUnary() {
    if let memory = memory(1) {
      asm.vector(vectorInstruction, xmm(0), memory)
    } else {
      asm.vector(vectorInstruction, xmm(0), xmm(1))
    }
    if current.pointee.opcode == X64Opcode.vectorUnaryImmediate.rawValue { asm.code.byte(UInt8(truncatingIfNeeded: immediate)) }
  }

  mutating func vectorSequence() {
    let variant = vectorVariant
    let count = variant.operation.operandCount
    let temporary = current.pointee.auxiliary != 0 ? xmm(count + 1) : XMM(15)
    asm.vectorSequence(
      variant.operation, variant.shape, xmm(0), xmm(1), count >= 2 ? xmm(2) : XMM(15), count == 3 ? xmm(3) : XMM(15), temporary: temporary)
  }

  mutating func vectorShuffle() {
    let lanes = ShuffleLanes(vectors[Int(current.pointee.auxiliary)])
    asm.shuffle(lanes, xmm(0), xmm(1), current.pointee.operandCount == 3 ? xmm(2) : xmm(1))
  }

  mutating func vectorTest() {
    if vectorVariant.operation == .anyTrue { asm.testAny(xmm(0)) } else { asm.testAll(vectorVariant.shape, xmm(0)) }
  }

  mutating func vectorTestOnes() { asm.vector(.ptest, xmm(0), constant(V128(low: .max, high: .max))) }

  mutating func vectorSplat() {
    let shape = vectorVariant.shape
    if shape.isFloat { asm.splat(shape, xmm(0), xmm(1)) } else { asm.splat(shape, xmm(0), gpr(1)) }
  }

  mutating func vectorExtract() {
    let (shape, lane) = (vectorVariant.shape, UInt8(truncatingIfNeeded: immediate))
    if shape.isFloat {
      asm.extract(shape, lane: lane, xmm(0), xmm(1))
    } else {
      asm.extract(shape, lane: lane, isSigned: vectorVariant.operation == .extractSigned, gpr(0), xmm(1))
    }
  }

  mutating func vectorReplace() {
    let (shape, lane) = (vectorVariant.shape, UInt8(truncatingIfNeeded: immediate))
    if current.pointee.auxiliary != 0 {
      asm.replace(shape, lane: lane, xmm(0), xmm(1), address())
    } else if shape.isFloat {
      asm.replace(shape, lane: lane, xmm(0), xmm(1), xmm(2))
    } else {
      asm.replace(shape, lane: lane, xmm(0), xmm(1), gpr(2))
    }
  }
}
