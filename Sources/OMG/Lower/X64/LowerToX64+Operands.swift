// What an instruction's operands may be instead of registers: immediates, loads folded into their only user, addresses.

import CompilerInterface
import MachineCode
import RuntimeLayout

extension LowerToX64 {
  /// An integer constant that fits an immediate: sign-extended from 32 bits, in instructions of 32 bits any.
  @inline(__always)
  mutating func immediate(_ value: Value, _ width: Width) -> Int32? {
    let instruction = at(strip(value))
    guard instruction.pointee.operation == .constant, instruction.pointee.type.isInteger else { return nil }
    var bits = instruction.pointee.immediate
    if instruction.pointee.type == .i32 {
      // Stripped of a zero-extension, it is an i64 here.
      if width == .w64 { bits = Int64(UInt32(truncatingIfNeeded: bits)) }
    }
    let short = Int32(truncatingIfNeeded: bits)
    return width == .w32 || Int64(short) == bits ? short : nil
  }

  /// A second operand of `width` bits: a register, memory, or a constant after the code.
  mutating func source(_ value: Value, _ width: Width) -> X64Source {
    let stripped = strip(value)
    let instruction = at(stripped)
    if instruction.pointee.operation == .constant, width == .w64, instruction.pointee.type == .i64,
      Int64(Int32(truncatingIfNeeded: instruction.pointee.immediate)) != instruction.pointee.immediate
    {
      return pool(instruction.pointee.immediate)
    }
    if let address = foldedLoad(value, width == .w32 ? .word32 : .word64) { return X64Source(address) }
    return X64Source(register(value, width))
  }

  mutating func source(_ value: Value, float width: FloatWidth) -> X64Source {
    let stripped = strip(value)
    let instruction = at(stripped)
    if instruction.pointee.operation == .constant {
      if instruction.pointee.immediate == 0 { return X64Source(register(stripped)) }
      // One from outside of the loop has a register: loads of floats are what most processors do fewest of at a time.
      return isFromOutside(stripped) ? X64Source(definition(stripped)) : pool(instruction.pointee.immediate)
    }
    if let address = foldedLoad(value, width == .f32 ? .f32 : .f64) { return X64Source(address) }
    return X64Source(register(stripped))
  }

  /// A second operand of an instruction with an immediate, after which no constant can be.
  mutating func placedSource(_ value: Value, _ width: Width) -> X64Source {
    if let address = foldedLoad(value, width == .w32 ? .word32 : .word64) { return X64Source(address) }
    return X64Source(register(value, width))
  }

  private mutating func pool(_ bits: Int64) -> X64Source {
    var address = X64Address(.pool)
    address.bits = bits
    return X64Source(address)
  }

  /// Whether the instruction at hand may perform a load in place of its operand: it is the only user, and nothing between them could change
  /// what is loaded, or be seen to happen before a trap.
  @inline(__always)
  private mutating func mayFold(_ load: Value) -> Bool {
    useCounts[load.number] == 1 && registers[load.number] == .max && effectNumbers[load.number] == currentEffect
      && isDone[load.number] == 0
  }

  /// The address of a load (of exactly this kind) that the instruction at hand performs itself.
  mutating func foldedLoad(_ value: Value, _ access: X64Access) -> X64Address? {
    guard isOnlyUse(value) else { return nil }
    let load = strip(value)
    let instruction = at(load)
    switch instruction.pointee.operation {
    case .load:
      guard Self.access(instruction.pointee) == access, mayFold(load) else { return nil }
      isDone[load.number] = 1
      return address(ofAccess: load)
    case .globalGet:
      guard Self.wholeAccess(instruction.pointee.type) == access, mayFold(load) else { return nil }
      isDone[load.number] = 1
      return global(Int(instruction.pointee.index))
    default: return nil
    }
  }

  // MARK: Kinds of accesses

  @inline(__always)
  static func wholeAccess(_ type: ValueKind) -> X64Access {
    switch type {
    case .i32: .word32
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    default: .word64
    }
  }

  /// What a load does.
  static func access(_ load: Instruction) -> X64Access {
    let is64 = load.type == .i64
    return switch load.access {
    case .whole: wholeAccess(load.type)
    case .unsigned8: .zero8
    case .unsigned16: .zero16
    case .unsigned32: .word32
    case .signed8: is64 ? .sign8To64 : .sign8To32
    case .signed16: is64 ? .sign16To64 : .sign16To32
    case .signed32: is64 ? .sign32To64 : .word32
    case .splat8: .splat8
    case .splat16: .splat16
    case .splat32: .splat32
    case .splat64: .splat64
    case .zero32: .f32
    case .zero64: .f64
    case .extend8Signed: .extend8Signed
    case .extend8Unsigned: .extend8Unsigned
    case .extend16Signed: .extend16Signed
    case .extend16Unsigned: .extend16Unsigned
    case .extend32Signed: .extend32Signed
    case .extend32Unsigned: .extend32Unsigned
    }
  }

  // MARK: Addresses

  /// The cell of a global.
  mutating func global(_ index: Int) -> X64Address {
    let offset = Int32(truncatingIfNeeded: module.layout.global(index))
    if !module.layout.isGlobalElsewhere(index) { return X64Address(.context, offset) }
    var address = X64Address(.register)
    address.register = loadWord(X64Address(.context, offset))
    return address
  }

  /// A word, in a register of its own.
  mutating func loadWord(_ address: X64Address) -> VirtualRegister {
    let register = makeInteger()
    begin()
    define(register)
    use(address)
    end(.load, X64Access.word64.rawValue, address)
    return register
  }

  /// Where a load or store goes, with the trap that it may end in.
  mutating func address(ofAccess value: Value) -> X64Address {
    let instruction = at(value)
    let memory = Int(instruction.pointee.index)
    let shape = module.memories[memory]
    var address: X64Address
    if memory == 0 {
      address = X64Address(.memory)
    } else {
      address = X64Address(.register)
      let record = loadWord(X64Address(.context, Int32(truncatingIfNeeded: module.layout.memory(memory))))
      var field = X64Address(.register, Int32(MemoryRecord.baseOffset))
      field.register = record
      address.register = loadWord(field)
    }
    addIndex(instruction.pointee.a, offset: UInt64(bitPattern: instruction.pointee.immediate), &address)
    if shape.isGuarded {
      address.reason = Int16(TrapReason.memoryOutOfBounds.rawValue)
      address.wasmOffset = instruction.pointee.wasmOffset
    }
    return address
  }

  /// Adds an index operand and an offset to a memory's base.
  private mutating func addIndex(_ value: Value, offset: UInt64, _ address: inout X64Address) {
    let stripped = strip(value)
    let instruction = at(stripped)
    if instruction.pointee.operation == .constant {
      let bits = instruction.pointee.immediate
      let index = instruction.pointee.type == .i32 ? UInt64(UInt32(truncatingIfNeeded: bits)) : UInt64(bitPattern: bits)
      let effective = index &+ offset
      if effective <= 0x7FFF_FFFF {
        address.displacement = Int32(effective)
      } else {
        address.index = constant(Int64(bitPattern: effective))
      }
      return
    }
    guard offset <= 0x7FFF_FFFF else {
      let sum = makeInteger()
      let left = register(stripped)
      let right = constant(Int64(bitPattern: offset))
      begin()
      define(sum)
      use(left)
      use(right)
      end(.add, X64Variant(.w64).raw)
      address.index = sum
      return
    }
    address.displacement = Int32(offset)
    scaleIndex(stripped, &address)
  }

  /// The index, taken apart as far as no addition or shift in it can wrap.
  private mutating func scaleIndex(_ value: Value, _ address: inout X64Address) {
    var value = value
    let instruction = at(value)
    if instruction.pointee.operation == .add, instruction.pointee.type == .i32, registers[value.number] == .max,
      let constant = immediate(instruction.pointee.b, .w32), constant >= 0,
      graph.pointee.maximum(instruction.pointee.a) + UInt64(constant) <= 0xFFFF_FFFF,
      Int64(address.displacement) + Int64(constant) <= 0x7FFF_FFFF
    {
      address.displacement += constant
      value = strip(instruction.pointee.a)
    }
    let inner = at(value)
    if inner.pointee.operation == .shiftLeft, inner.pointee.type == .i32, registers[value.number] == .max,
      let count = immediate(inner.pointee.b, .w32), count >= 1, count <= 3,
      graph.pointee.maximum(inner.pointee.a) << UInt64(count) <= 0xFFFF_FFFF
    {
      address.scale = UInt8(count)
      value = strip(inner.pointee.a)
    }
    address.index = register(value)
  }
}
