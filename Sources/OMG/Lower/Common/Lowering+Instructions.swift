// The making of machine instructions: `begin`, the operands, definitions first, and `end`.

extension Lowering {
  @inline(__always)
  mutating func begin() { firstOperand = function.pointee.operands.count }

  @inline(__always)
  mutating func add(_ operand: Operand) { function.pointee.operands.append(operand) }

  @inline(__always)
  mutating func define(_ register: VirtualRegister) { add(Operand(.definition, register)) }

  @inline(__always)
  mutating func define(_ register: VirtualRegister, _ fixed: PhysicalRegister) { add(Operand(.definition, register, .fixed, fixed.number)) }

  /// A definition in the same place as operand 1.
  @inline(__always)
  mutating func redefine(_ register: VirtualRegister) { add(Operand(.definition, register, .reuse, 1)) }

  @inline(__always)
  mutating func use(_ register: VirtualRegister) { add(Operand(.use, register)) }

  @inline(__always)
  mutating func use(_ register: VirtualRegister, _ fixed: PhysicalRegister) { add(Operand(.use, register, .fixed, fixed.number)) }

  @inline(__always)
  mutating func useAnywhere(_ register: VirtualRegister) { add(Operand(.use, register, .any)) }

  @inline(__always)
  mutating func useLate(_ register: VirtualRegister) { add(Operand(.use, register, .register, phase: .late)) }

  /// Ends an instruction whose operands have been listed since `begin`.
  @inline(__always)
  mutating func end(
    opcode: UInt16, variant: UInt16, payload: Int64 = 0, auxiliary: UInt32 = 0, clobbers: RegisterSet = 0, isTerminator: Bool = false
  ) {
    var instruction = MachineInstruction(opcode: opcode, firstOperand: UInt32(truncatingIfNeeded: firstOperand))
    instruction.variant = variant
    let operandCount = function.pointee.operands.count - firstOperand
    if operandCount > Int(UInt16.max) { function.pointee.isRepresentable = false }
    instruction.operandCount = UInt16(truncatingIfNeeded: operandCount)
    instruction.payload = payload
    instruction.auxiliary = auxiliary
    instruction.clobbers = clobbers
    instruction.isTerminator = isTerminator
    instruction.wasmOffset = wasmOffset
    reversed.append(instruction)
  }
}
