// Which machine instruction becomes which code. Those that take more than a few lines are in the files named after their kind.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  mutating func emitInstruction(_ block: Int) {
    // What the allocator repeats where it is needed, and nowhere keeps.
    if current.pointee.operandCount > 0, places[0] == .none, operands.at(Int(current.pointee.firstOperand)).pointee.role == .definition { return }
    var variant = variant
    if isMirrored, X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped.row.readsFlags {
      variant = X64Variant(variant.width, float: variant.float, variant.condition.mirrored, operation: variant.operation)
      isMirrored = false
    }
    switch X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped {
    case .parameters: break
    case .constant: constant(gpr(0), current.pointee.payload, keepsFlags: nextReadsFlags)
    case .floatConstant: floatConstant(xmm(0))
    case .load: load(places[0])
    case .store: store()
    case .storeConstant: storeConstant()
    case .loadAddress: asm.loadAddress(variant.width, gpr(0), address())

    case .add: add(variant.width)
    case .addConstant: addConstant(variant.width)
    case .arithmetic:
      if let memory = memory(2) {
        asm.arithmetic(variant.arithmetic, variant.width, gpr(0), memory)
      } else {
        asm.arithmetic(variant.arithmetic, variant.width, gpr(0), gpr(2))
      }
    case .arithmeticConstant, .arithmeticWithCarry: asm.arithmetic(variant.arithmetic, variant.width, gpr(0), constant: immediate)
    case .arithmeticToMemory: asm.arithmetic(variant.arithmetic, variant.width, address(), gpr(0))
    case .arithmeticConstantToMemory: asm.arithmetic(variant.arithmetic, variant.width, address(), constant: immediate)
    case .compare:
      if let memory = memory(1) {
        asm.arithmetic(.cmp, variant.width, gpr(0), memory)
      } else {
        asm.arithmetic(.cmp, variant.width, gpr(0), gpr(1))
      }
    case .compareConstant:
      if let memory = memory(0) {
        asm.arithmetic(.cmp, variant.width, memory, constant: immediate)
      } else if immediate == 0 {
        asm.test(variant.width, gpr(0), gpr(0))
      } else {
        asm.arithmetic(.cmp, variant.width, gpr(0), constant: immediate)
      }
    case .compareMemory: asm.arithmetic(.cmp, variant.width, address(), gpr(0))
    case .test:
      if let memory = memory(1) {
        asm.test(variant.width, memory, gpr(0))
      } else {
        asm.test(variant.width, gpr(0), gpr(1))
      }
    case .testConstant:
      if let memory = memory(0) {
        asm.test(variant.width, memory, constant: immediate)
      } else {
        asm.test(variant.width, gpr(0), constant: immediate)
      }
    case .compareByteConstant: asm.compare8(address(), constant: UInt8(truncatingIfNeeded: immediate))
    case .compareByte: asm.compare8(address(), gpr(0))
    case .testByteConstant: asm.test8(address(), constant: UInt8(truncatingIfNeeded: immediate))
    case .bitTest: asm.bitTest(variant.width, gpr(0), gpr(1))
    case .bitTestConstant: asm.bitTest(variant.width, gpr(0), constant: UInt8(truncatingIfNeeded: immediate))
    case .set: set(variant.condition)
    case .conditionalMove: conditionalMove(variant)
    case .conditionalMoveFloat: conditionalMoveFloat(variant.condition)
    case .shiftConstant:
      if immediate != 0 {
        asm.shift(variant.shift, variant.width, gpr(0), by: UInt8(truncatingIfNeeded: immediate))
      } else if variant.width == .w32 {
        asm.move(.w32, gpr(0), gpr(0))
      }
    case .shiftByCL: asm.shiftByCL(variant.shift, variant.width, gpr(0))
    case .shiftBMI: shiftBMI(variant)
    case .rotateBMI:
      if let memory = memory(1) {
        asm.rotateRight(variant.width, gpr(0), memory, by: UInt8(truncatingIfNeeded: immediate))
      } else {
        asm.rotateRight(variant.width, gpr(0), gpr(1), by: UInt8(truncatingIfNeeded: immediate))
      }
    case .scale: scale(variant.width)
    case .multiply:
      if let memory = memory(2) {
        asm.multiply(variant.width, gpr(0), memory)
      } else {
        asm.multiply(variant.width, gpr(0), gpr(2))
      }
    case .multiplyConstant:
      if let memory = memory(1) {
        asm.multiply(variant.width, gpr(0), memory, constant: immediate)
      } else {
        asm.multiply(variant.width, gpr(0), gpr(1), constant: immediate)
      }
    case .multiplyHigh: multiplyHigh(signed: variant.operation == 1)
    case .divide: divide(X64Division(rawValue: current.pointee.variant))
    case .negate: asm.negate(variant.width, gpr(0))
    case .complement: asm.complement(variant.width, gpr(0))
    case .countLeadingZeros: countLeadingZeros(variant.width)
    case .countTrailingZeros: countTrailingZeros(variant.width)
    case .populationCount: count(.ones, variant.width)

    case .floatArithmetic:
      if let memory = memory(2) {
        asm.float(variant.floatOperation, variant.float, xmm(0), memory)
      } else {
        asm.float(variant.floatOperation, variant.float, xmm(0), xmm(2))
      }
    case .floatSquareRoot:
      if let memory = memory(1) {
        asm.float(.sqrt, variant.float, xmm(0), memory)
      } else {
        asm.float(.sqrt, variant.float, xmm(0), xmm(1))
      }
    case .floatRound:
      if let memory = memory(1) {
        asm.round(variant.float, xmm(0), memory, variant.rounding)
      } else {
        asm.round(variant.float, xmm(0), xmm(1), variant.rounding)
      }
    case .floatConvert:
      if let memory = memory(1) {
        asm.convertFloat(from: variant.float, xmm(0), memory)
      } else {
        asm.convertFloat(from: variant.float, xmm(0), xmm(1))
      }
    case .floatCompare:
      if let memory = memory(1) {
        asm.compareFloat(variant.float, xmm(0), memory)
      } else {
        asm.compareFloat(variant.float, xmm(0), xmm(1))
      }
    case .floatExtreme: floatExtreme(variant)
    case .floatAbsolute: asm.floatLogic(.and, xmm(0), .relative(to: poolLabel(Self.magnitudeMask(variant.float), isWide: true)))
    case .floatNegate: asm.floatLogic(.xor, xmm(0), .relative(to: poolLabel(Self.signMask(variant.float), isWide: true)))
    case .copySign: copySign(variant.float)
    case .integerToFloat: integerToFloat(variant)
    case .unsignedToFloat: unsignedToFloat(variant)
    case .floatToInteger: floatToInteger(variant)
    case .floatBits: asm.moveBits(variant.width, gpr(0), xmm(1))
    case .integerBits: asm.moveBits(variant.width, xmm(0), gpr(1))

    case .vectorConstant: vectorConstant(xmm(0))
    case .vector, .vectorImmediate: vector()
    case .vectorUnary, .vectorUnaryImmediate: vectorUnary()
    case .vectorSequence: vectorSequence()
    case .vectorMultiplyAdd: asm.multiplyAdd(vectorInstruction, immediate != 0 ? .f64 : .f32, xmm(0), xmm(2), xmm(3))
    case .vectorShuffle: vectorShuffle()
    case .vectorShiftConstant: asm.shift(vectorVariant.shape, vectorShift, xmm(0), xmm(1), by: UInt8(truncatingIfNeeded: immediate))
    case .vectorShift: asm.shift(vectorVariant.shape, vectorShift, xmm(0), xmm(1), by: gpr(2), temporary: xmm(3))
    case .vectorTest: vectorTest()
    case .vectorTestOnes: vectorTestOnes()
    case .vectorMask: asm.bitmask(vectorVariant.shape, gpr(0), xmm(1))
    case .vectorSplat: vectorSplat()
    case .vectorExtract: vectorExtract()
    case .vectorReplace: vectorReplace()
    case .vectorStoreLane: asm.storeLane(vectorVariant.shape.width, lane: UInt8(truncatingIfNeeded: immediate), address(), xmm(0))

    case .atomicStore: atomicStore()
    case .exchange, .exchangeAdd: atomicExchange()
    case .locked: asm.lockedArithmetic(atomic.operation, size: atomic.size, address(), gpr(0))
    case .lockedConstant: asm.lockedArithmetic(atomic.operation, size: atomic.size, address(), constant: immediate)
    case .atomicUpdate: atomicUpdate()
    case .compareExchange: compareExchange()
    case .fence: asm.fence()

    case .jump: jump(from: block, to: successor(block, 0))
    case .branch: branch(variant.condition, successor(block, 0), successor(block, 1))
    case .switchChain: switchChain(block)
    case .scratch: break
    case .switchTable: switchTable(block)
    case .trapIf: asm.jump(variant.condition.simple, trapLabel(reason(current.pointee.auxiliary)))
    case .trap:
      site(reason(current.pointee.auxiliary))
      asm.trap()
    case .returnValues: epilogue()
    case .growStack: asm.arithmetic(.sub, .w64, .rsp, constant: immediate)
    case .call: call(Int(current.pointee.auxiliary))
    case .callImport: callImport(Int(current.pointee.auxiliary))
    case .callIndirect: callIndirect()
    case .callHelper: callHelper()
    case .tailCall, .tailCallImport: tailCall(Int(current.pointee.auxiliary))
    case .tailCallIndirect: tailCallIndirect()
    case .callReference: callReference(isTail: false)
    case .tailCallReference: callReference(isTail: true)
    case .throwTag: throwTag()
    case .throwReference: throwReference()
    case .unwindBranch: unwindBranch(block)
    case .unreachable: break
    case .landing: landing(block)
    }
  }

  private mutating func reason(_ raw: UInt32) -> TrapReason { TrapReason(rawValue: UInt8(truncatingIfNeeded: raw)) ?? .unreachable }

  /// Whether the instruction after the present one runs on flags, so that this one must not change them.
  private var nextReadsFlags: Bool {
    X64Opcode(rawValue: (current + 1).pointee.opcode).unsafelyUnwrapped.row.readsFlags
  }
}
