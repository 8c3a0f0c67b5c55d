// Virtual registers of values, and the making of machine instructions.

import MachineCode

extension LowerToX64 {
  @inline(__always)
  mutating func at(_ value: Value) -> UnsafeMutablePointer<Instruction> { graph.pointee.at(value) }

  @inline(__always)
  mutating func classOf(_ value: Value) -> RegisterClass { at(value).pointee.type.isFloat ? .float : .integer }

  @inline(__always)
  mutating func makeInteger() -> VirtualRegister { function.pointee.makeRegister(.integer) }

  /// Looks through other names of the same register: identities, zero-extensions, phis of blocks with one predecessor.
  @inline(__always)
  mutating func strip(_ value: Value) -> Value {
    var value = value
    while true {
      let instruction = at(value)
      switch instruction.pointee.operation {
      case .identity, .extendUnsigned: value = instruction.pointee.a
      case .phi where instruction.pointee.b.index == 1: value = graph.pointee.arguments(value)[0]
      default: return value
      }
    }
  }

  /// Whether a chain of names leads to a value that has no other use.
  @inline(__always)
  mutating func isOnlyUse(_ value: Value) -> Bool {
    var value = value
    while true {
      let instruction = at(value)
      switch instruction.pointee.operation {
      case .identity: value = instruction.pointee.a
      case .extendUnsigned:
        if useCounts[value.number] != 1 { return false }
        value = instruction.pointee.a
      case .phi where instruction.pointee.b.index == 1:
        if useCounts[value.number] != 1 { return false }
        value = graph.pointee.arguments(value)[0]
      // (A comparison that is made several times may have asked for its operand's register before.)
      default: return useCounts[value.number] == 1 && registers[value.number] == .max
      }
    }
  }

  /// The register of a value that is being used; a constant is made for the purpose.
  mutating func register(_ value: Value) -> VirtualRegister {
    let value = strip(value)
    let instruction = at(value)
    if instruction.pointee.operation == .constant { return constant(instruction.pointee.immediate, instruction.pointee.type) }
    return definition(value)
  }

  /// The register that a value's definition writes.
  @inline(__always)
  mutating func definition(_ value: Value) -> VirtualRegister {
    let known = registers[value.number]
    if known != .max { return VirtualRegister(known) }
    let register = function.pointee.makeRegister(classOf(value))
    registers[value.number] = register.index
    return register
  }

  /// The register of a value of which only the low 32 bits matter.
  mutating func low32(_ value: Value) -> VirtualRegister {
    let stripped = strip(value)
    let instruction = at(stripped)
    if instruction.pointee.operation == .wrap, useCounts[stripped.number] == 1, registers[stripped.number] == .max {
      return register(instruction.pointee.a)
    }
    return register(stripped)
  }

  /// The register of an integer of which only the low `width` bits matter.
  @inline(__always)
  mutating func register(_ value: Value, _ width: Width) -> VirtualRegister { width == .w32 ? low32(value) : register(value) }

  /// A constant in a register of its own.
  mutating func constant(_ bits: Int64, _ type: ValueKind, isRepeatable: Bool = true) -> VirtualRegister {
    let register = function.pointee.makeRegister(type.isFloat ? .float : .integer)
    begin()
    define(register)
    let payload = type == .i32 ? Int64(UInt32(truncatingIfNeeded: bits)) : bits
    if type.isFloat {
      end(.floatConstant, X64Variant(float: type == .f32 ? .f32 : .f64).raw, payload: payload)
    } else {
      end(.constant, isRepeatable ? 0 : 1, payload: payload)
    }
    return register
  }

  /// A float that has a register for all the loops behind it.
  mutating func keepConstant(_ value: Value) {
    let instruction = at(value)
    begin()
    define(definition(value))
    end(.floatConstant, X64Variant(float: instruction.pointee.type == .f32 ? .f32 : .f64).raw, payload: instruction.pointee.immediate)
  }

  @inline(__always)
  mutating func constant(_ bits: Int64) -> VirtualRegister { constant(bits, .i64) }

  // MARK: Making instructions

  @inline(__always)
  mutating func begin() { firstOperand = function.pointee.operands.count }

  @inline(__always)
  mutating func define(_ register: VirtualRegister) { function.pointee.operands.append(Operand(.definition, register)) }

  @inline(__always)
  mutating func define(_ register: VirtualRegister, _ fixed: PhysicalRegister) {
    function.pointee.operands.append(Operand(.definition, register, .fixed, fixed.number))
  }

  /// A definition in the same place as operand 1.
  @inline(__always)
  mutating func redefine(_ register: VirtualRegister) { function.pointee.operands.append(Operand(.definition, register, .reuse, 1)) }

  @inline(__always)
  mutating func use(_ register: VirtualRegister) { function.pointee.operands.append(Operand(.use, register)) }

  @inline(__always)
  mutating func use(_ register: VirtualRegister, _ fixed: PhysicalRegister) {
    function.pointee.operands.append(Operand(.use, register, .fixed, fixed.number))
  }

  @inline(__always)
  mutating func useAnywhere(_ register: VirtualRegister) { function.pointee.operands.append(Operand(.use, register, .any)) }

  @inline(__always)
  mutating func useLate(_ register: VirtualRegister) {
    function.pointee.operands.append(Operand(.use, register, .register, phase: .late))
  }

  @inline(__always)
  mutating func use(_ address: X64Address) {
    if address.base == .register { use(address.register) }
    if address.index.exists { use(address.index) }
  }

  @inline(__always)
  mutating func use(_ source: X64Source) { if source.isMemory { use(source.address) } else { useAnywhere(source.register) } }

  /// Ends an instruction whose operands have been listed since `begin`.
  @inline(__always)
  mutating func end(
    _ opcode: X64Opcode, _ variant: UInt16, payload: Int64 = 0, auxiliary: UInt32 = 0, clobbers: RegisterSet = 0,
    isTerminator: Bool = false, isMove: Bool = false
  ) {
    var instruction = MachineInstruction(opcode: opcode.rawValue, firstOperand: UInt32(truncatingIfNeeded: firstOperand))
    instruction.variant = variant
    instruction.operandCount = UInt16(truncatingIfNeeded: function.pointee.operands.count - firstOperand)
    instruction.payload = payload
    instruction.auxiliary = auxiliary
    instruction.clobbers = clobbers
    instruction.isTerminator = isTerminator
    instruction.isMove = isMove
    instruction.wasmOffset = wasmOffset
    reversed.append(instruction)
  }

  /// Ends an instruction that has an address, whose registers have been listed last.
  @inline(__always)
  mutating func end(_ opcode: X64Opcode, _ variant: UInt16, immediate: Int32 = 0, _ address: X64Address) {
    let payload =
      address.base == .pool ? address.bits : Int64(UInt32(bitPattern: immediate)) | Int64(address.displacement) << 32
    end(opcode, variant, payload: payload, auxiliary: address.packed)
    if address.reason >= 0 {
      frame.mayTrap = true
      reversed.base[reversed.count - 1].wasmOffset = address.wasmOffset
    }
  }

  @inline(__always)
  mutating func end(_ opcode: X64Opcode, _ variant: UInt16, immediate: Int32 = 0, _ source: X64Source) {
    if source.isMemory {
      end(opcode, variant, immediate: immediate, source.address)
    } else {
      end(opcode, variant, payload: Int64(UInt32(bitPattern: immediate)))
    }
  }

  @inline(__always)
  mutating func move(_ to: VirtualRegister, _ from: VirtualRegister, _ registerClass: RegisterClass) {
    begin()
    define(to)
    useAnywhere(from)
    end(registerClass == .float ? .moveFloat : .moveInteger, 0, isMove: true)
  }
}

/// An operand that may be in memory.
struct X64Source {
  var register = VirtualRegister.none
  var address = X64Address(.none)
  @inline(__always) var isMemory: Bool { address.base != .none }

  @inline(__always) init(_ register: VirtualRegister) { self.register = register }
  @inline(__always) init(_ address: X64Address) { self.address = address }
}
