// The text of x86-64 machine instructions.

import MachineCode

enum X64Printer: MachinePrinter {
  private static let integerNames = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
  ]

  static func name(_ register: PhysicalRegister) -> String {
    register.number < 16 ? integerNames[Int(register.number)] : "xmm\(register.number - 32)"
  }

  static func name(_ instruction: MachineInstruction) -> String {
    guard let opcode = X64Opcode(rawValue: instruction.opcode) else { return "?" }
    var name = "\(opcode.row.name)"
    let variant = X64Variant(raw: instruction.variant)
    switch opcode {
    case .load, .store, .storeConstant:
      if let access = X64Access(rawValue: instruction.variant) { name += ".\(access)" }
    case .arithmetic, .arithmeticConstant, .arithmeticWithCarry, .arithmeticToMemory, .arithmeticConstantToMemory:
      name = name.replacing("alu", with: "\(variant.arithmetic)") + ".\(variant.width)"
    case .shiftConstant, .shiftByCL, .shiftBMI: name += ".\(variant.shift).\(variant.width)"
    case .floatArithmetic, .floatExtreme: name += ".\(variant.floatOperation).\(variant.float)"
    case .floatRound: name += ".\(variant.rounding).\(variant.float)"
    case .floatConstant, .floatSquareRoot, .floatConvert, .floatCompare, .floatAbsolute, .floatNegate, .copySign: name += ".\(variant.float)"
    case .integerToFloat, .unsignedToFloat: name += ".\(variant.width).\(variant.float)"
    case .floatToInteger:
      let kind = X64Truncation(rawValue: variant.operation)
      name += ".\(variant.width).\(variant.float)" + (kind.contains(.signed) ? ".s" : ".u") + (kind.contains(.saturating) ? ".sat" : "")
    case .divide:
      let kind = X64Division(rawValue: instruction.variant)
      name += kind.contains(.is64) ? ".w64" : ".w32"
      name += (kind.contains(.signed) ? ".s" : ".u") + (kind.contains(.remainder) ? ".rem" : "")
    case .vector, .vectorImmediate, .vectorUnary, .vectorUnaryImmediate, .vectorMultiplyAdd:
      if let vector = VectorInstruction(rawValue: instruction.variant) { name = "\(vector)" }
    case .vectorSequence, .vectorShiftConstant, .vectorShift, .vectorTest, .vectorMask, .vectorSplat, .vectorExtract, .vectorReplace,
      .vectorStoreLane:
      let vector = X64VectorVariant(raw: instruction.variant)
      name += ".\(vector.operation).\(vector.shape)"
    case .atomicStore, .exchange, .exchangeAdd, .compareExchange: name += ".\(X64AtomicVariant(raw: instruction.variant).size)"
    case .locked, .lockedConstant, .atomicUpdate:
      let atomic = X64AtomicVariant(raw: instruction.variant)
      name += "_\(atomic.operation).\(atomic.size)"
    case .multiplyHigh: name += variant.operation == 1 ? ".s" : ".u"
    case .set, .branch, .trapIf: name += ".\(variant.condition)"
    case .conditionalMove, .conditionalMoveFloat: name += ".\(variant.condition).\(variant.width)"
    case .loadAddress, .add, .addConstant, .compare, .compareConstant, .compareMemory, .test, .testConstant, .bitTest, .bitTestConstant, .rotateBMI,
      .scale, .multiply, .multiplyConstant, .negate, .complement, .countLeadingZeros, .countTrailingZeros, .populationCount, .floatBits,
      .integerBits:
      name += ".\(variant.width)"
    default: break
    }
    return name
  }

  static func details(_ instruction: MachineInstruction) -> String {
    guard let opcode = X64Opcode(rawValue: instruction.opcode) else { return "" }
    var parts: [String] = []
    if opcode.row.hasAddress, instruction.auxiliary != 0 { parts.append(address(instruction)) }
    switch opcode {
    case .constant: parts.append("\(instruction.payload)")
    case .floatConstant:
      let bits = UInt64(bitPattern: instruction.payload)
      parts.append(
        X64Variant(raw: instruction.variant).float == .f32
          ? "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))" : "\(Double(bitPattern: bits))")
    case .vectorConstant, .vectorShuffle: parts.append("#\(instruction.auxiliary)")
    case .call, .callImport, .callReference, .tailCall, .tailCallImport, .tailCallReference, .throwTag: parts.append("#\(instruction.auxiliary)")
    case .callIndirect, .tailCallIndirect: parts.append("#\(instruction.auxiliary) table \(instruction.payload)")
    case .callHelper: parts.append("#\(instruction.auxiliary & 0xFFFF)")
    case .trap, .trapIf: parts.append("\(instruction.auxiliary)")
    default: if opcode.row.hasImmediate { parts.append("\(Int32(truncatingIfNeeded: instruction.payload))") }
    }
    return parts.joined(separator: " ")
  }

  /// The last operands are the address's registers.
  private static func address(_ instruction: MachineInstruction) -> String {
    let packed = X64PackedAddress(raw: instruction.auxiliary)
    if packed.base == .vectorPool { return "[vector #\(instruction.payload)]" }
    if packed.base == .pool { return "[const \(instruction.payload)]" }
    var text = "[\(packed.base)"
    if packed.hasIndex { text += "+index" + (packed.scale > 0 ? "·\(1 << Int(packed.scale))" : "") }
    let displacement = instruction.payload >> 32
    if displacement != 0 { text += displacement > 0 ? "+\(displacement)" : "\(displacement)" }
    return text + "]"
  }
}
