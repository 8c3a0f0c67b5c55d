// Virtual registers of values.

extension Lowering {
  @inline(__always)
  mutating func at(_ value: Value) -> UnsafeMutablePointer<Instruction> { graph.pointee.at(value) }

  @inline(__always)
  mutating func classOf(_ value: Value) -> RegisterClass { at(value).pointee.type.isInFloatRegisters ? .float : .integer }

  @inline(__always)
  mutating func makeInteger() -> VirtualRegister { function.pointee.makeRegister(.integer, .w64) }

  @inline(__always)
  mutating func makeRegister(for type: ValueKind) -> VirtualRegister {
    switch type {
    case .f32: function.pointee.makeRegister(.float, .w32)
    case .f64: function.pointee.makeRegister(.float, .w64)
    case .v128: function.pointee.makeRegister(.float, .w128)
    default: makeInteger()
    }
  }

  /// Looks through other names of the same register: identities, zero-extensions, phis of blocks with one predecessor.
  @inline(__always)
  mutating func strip(_ value: Value) -> Value {
    var value = value
    while let next = namesake(value) { value = next }
    return value
  }

  /// The value that another name of the same register stands for; nil: it is no such name.
  @inline(__always)
  private func namesake(_ value: Value) -> Value? {
    let instruction = graph.pointee.at(value)
    switch instruction.pointee.operation {
    case .identity, .extendUnsigned: return instruction.pointee.a
    case .phi where instruction.pointee.b.index == 1: return graph.pointee.arguments(value)[0]
    default: return nil
    }
  }

  /// Whether a chain of names leads to a value that has no other use.
  @inline(__always)
  mutating func isOnlyUse(_ value: Value) -> Bool {
    var value = value
    while let next = namesake(value) {
      if at(value).pointee.operation != .identity && useCounts[value.number] != 1 { return false }
      value = next
    }
    // (A comparison that is made several times may have asked for its operand's register before.)
    return useCounts[value.number] == 1 && registers[value.number] == .max
  }

  /// The register of a value that is being used; a constant is made for the purpose, but for a vector from outside of the loop, which has a register.
  mutating func register(_ value: Value) -> VirtualRegister {
    let value = strip(value)
    let instruction = at(value)
    if instruction.pointee.operation == .constant, instruction.pointee.type == .v128 {
      return isFromOutside(value) ? definition(value) : Target.constant(instruction.pointee.vector, &self)
    }
    if instruction.pointee.operation == .constant { return Target.constant(instruction.pointee.immediate, instruction.pointee.type, &self) }
    return definition(value)
  }

  /// Whether a value is from outside of the loop of the instruction at hand.
  mutating func isFromOutside(_ value: Value) -> Bool { depth(of: at(value).pointee.block) < depth(of: at(current).pointee.block) }

  mutating func depth(of block: Block) -> UInt16 { graph.pointee.at(block).pointee.loopDepth }

  /// The register that a value's definition writes.
  @inline(__always)
  mutating func definition(_ value: Value) -> VirtualRegister {
    let known = registers[value.number]
    if known != .max { return VirtualRegister(known) }
    let register = makeRegister(for: at(value).pointee.type)
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
}
