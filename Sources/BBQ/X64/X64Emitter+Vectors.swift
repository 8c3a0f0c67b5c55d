// Operators on vectors: forms with three operands where the processor has them, otherwise the result takes the left operand's register. MachineCode knows which
// instructions an operator takes.

import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Assembler {
  static func vector(
    _ emitter: inout Emitter<Self>, _ operation: VectorOperation, _ shape: LaneShape, lanes: V128, _ a: inout Operand, _ b: inout Operand,
    _ c: inout Operand
  ) {
    emitter.emitVector(operation, shape, lanes, &a, &b, &c)
  }

  mutating func load(_ to: Register, vector value: V128) {
    if value == .zero { return vector(.pxor, to.xmm, to.xmm, to.xmm) }
    if value.low & value.high == .max { return vector(.pcmpeqd, to.xmm, to.xmm, to.xmm) }
    vector(.movaps, to.xmm, constant(low: value.low, high: value.high))
  }

  mutating func loadLane(width: Int, _ lane: UInt8, _ register: Register, _ from: Address) {
    replace(LaneShape.integers(width), lane: lane, register.xmm, register.xmm, from)
  }

  mutating func storeLane(width: Int, _ lane: UInt8, _ to: Address, _ from: Register) { storeLane(width, lane: lane, to, from.xmm) }
}

extension VectorShift {
  fileprivate init(_ operation: VectorOperation) {
    self = operation == .shiftLeft ? .left : operation == .shiftRightSigned ? .rightSigned : .rightUnsigned
  }
}

extension Emitter where Assembler == X64Assembler {
  fileprivate mutating func emitVector(
    _ operation: VectorOperation, _ shape: LaneShape, _ lanes: V128, _ a: inout Operand, _ b: inout Operand, _ c: inout Operand
  ) {
    let lane = UInt8(truncatingIfNeeded: lanes.low)
    switch operation {
    case .splat: splat(shape, &a)
    case .extract, .extractSigned: extract(shape, lane, isSigned: operation == .extractSigned, &a)
    case .replace: replace(shape, lane, &a, &b)
    case .shuffle: shuffle(lanes, &a, &b)
    case .shiftLeft, .shiftRightSigned, .shiftRightUnsigned: shift(shape, VectorShift(operation), &a, &b)
    case .anyTrue:
      asm.testAny(use(&a).xmm)
      release(a)
      pushCondition(.notEqual)
    case .allTrue:
      asm.testAll(shape, use(&a).xmm)
      release(a)
      pushCondition(.equal)
    case .bitmask:
      let source = use(&a).xmm
      let register = allocateGPR()
      asm.bitmask(shape, register, source)
      release(a)
      push(.register(register.register, type: .i32))
    default:
      let (form, isSwapped) = VectorForm.of(operation, shape, module.processor)
      if isSwapped { swap(&a, &b) }
      emit(form, operation, shape, &a, &b, &c)
    }
  }

  private mutating func emit(
    _ form: VectorForm, _ operation: VectorOperation, _ shape: LaneShape, _ a: inout Operand, _ b: inout Operand, _ c: inout Operand
  ) {
    switch form {
    case .binary(let instruction): binary(instruction, nil, &a, &b)
    case .compare(let instruction, let predicate): binary(instruction, predicate.rawValue, &a, &b)
    case .unary(let instruction): unary(instruction, nil, &a)
    case .round(let instruction, let mode): unary(instruction, mode.rawValue, &a)
    case .multiplyAdd(let instruction, let width):
      let (left, right) = (use(&a), use(&b))
      let register = own(&c)
      asm.multiplyAdd(instruction, width, register.xmm, left.xmm, right.xmm)
      release(a)
      release(b)
      push(c)
    case .sequence(let needsTemporary):
      let count = operation.operandCount
      let right = count >= 2 ? use(&b) : .none
      let third = count == 3 ? use(&c) : .none
      let register = own(&a)
      let temporary = needsTemporary ? allocate(.float) : .none
      asm.vectorSequence(operation, shape, register.xmm, register.xmm, right.xmm, third.xmm, temporary: temporary.xmm)
      if needsTemporary { release(temporary) }
      if count >= 2 { release(b) }
      if count == 3 { release(c) }
      push(a)
    }
  }

  private mutating func binary(_ instruction: VectorInstruction, _ immediate: UInt8?, _ a: inout Operand, _ b: inout Operand) {
    var target = hint(.float)
    let register: Register
    var place: Place?
    let (left, right): (Register, Register)
    if asm.hasAVX {
      place = memoryOnly(b)
      right = place == nil ? use(&b) : .none
      left = use(&a)
      release(a)
      release(b)
      register = destination(target, .float)
    } else {
      right = use(&b)
      register = overwritten(&a, keeping: right, &target)
      left = register
      release(b)
    }
    if let place {
      asm.vector(instruction, register.xmm, left.xmm, Address(place))
    } else {
      asm.vector(instruction, register.xmm, left.xmm, right.xmm)
    }
    if let immediate { asm.code.byte(immediate) }
    pushResult(register, target, type: .v128)
  }

  private mutating func unary(_ instruction: VectorInstruction, _ immediate: UInt8?, _ a: inout Operand) {
    let target = hint(.float)
    let source = use(&a)
    release(a)
    let register = destination(target, .float)
    asm.vector(instruction, register.xmm, source.xmm)
    if let immediate { asm.code.byte(immediate) }
    pushResult(register, target, type: .v128)
  }

  // MARK: Lanes

  private mutating func splat(_ shape: LaneShape, _ a: inout Operand) {
    let source = use(&a)
    let register = allocate(.float)
    if shape.isFloat { asm.splat(shape, register.xmm, source.xmm) } else { asm.splat(shape, register.xmm, source.gpr) }
    release(a)
    push(.register(register, type: .v128))
  }

  private mutating func extract(_ shape: LaneShape, _ lane: UInt8, isSigned: Bool, _ a: inout Operand) {
    let type = shape.laneType
    let source = use(&a)
    let target = hint(type.registerClass)
    let register = destination(target, type.registerClass)
    if shape.isFloat {
      asm.extract(shape, lane: lane, register.xmm, source.xmm)
    } else {
      asm.extract(shape, lane: lane, isSigned: isSigned, register.gpr, source.xmm)
    }
    release(a)
    pushResult(register, target, type: type)
  }

  private mutating func replace(_ shape: LaneShape, _ lane: UInt8, _ a: inout Operand, _ b: inout Operand) {
    let value = use(&b)
    let register = own(&a)
    if shape.isFloat {
      asm.replace(shape, lane: lane, register.xmm, register.xmm, value.xmm)
    } else {
      asm.replace(shape, lane: lane, register.xmm, register.xmm, value.gpr)
    }
    release(b)
    push(a)
  }

  private mutating func shuffle(_ lanes: V128, _ a: inout Operand, _ b: inout Operand) {
    let right = use(&b)
    let register = own(&a)
    asm.shuffle(ShuffleLanes(lanes), register.xmm, register.xmm, right.xmm)
    release(b)
    push(a)
  }

  private mutating func shift(_ shape: LaneShape, _ kind: VectorShift, _ a: inout Operand, _ b: inout Operand) {
    if b.isConstant {
      let register = own(&a)
      asm.shift(shape, kind, register.xmm, register.xmm, by: UInt8(b.bits & Int64(shape.width - 1)))
      return push(a)
    }
    let count = use(&b)
    let register = own(&a)
    let temporary = allocate(.float)
    asm.shift(shape, kind, register.xmm, register.xmm, by: count.gpr, temporary: temporary.xmm)
    release(temporary)
    release(b)
    push(a)
  }
}
