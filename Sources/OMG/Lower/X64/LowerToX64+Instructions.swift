// x86-64's own in the making of machine instructions: opcodes, addresses, operands in memory, constants.

import MachineCode

extension LowerToX64 {
  /// A constant in a register of its own.
  mutating func constant(_ bits: Int64, _ type: ValueKind, isRepeatable: Bool = true) -> VirtualRegister {
    let register = makeRegister(for: type)
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

  /// A float that has a register for all the loops after it.
  mutating func keepConstant(_ value: Value) {
    let instruction = at(value)
    if instruction.pointee.type == .v128 { return constant(instruction.pointee.vector, into: definition(value)) }
    begin()
    define(definition(value))
    end(.floatConstant, X64Variant(float: instruction.pointee.type == .f32 ? .f32 : .f64).raw, payload: instruction.pointee.immediate)
  }

  @inline(__always)
  mutating func constant(_ bits: Int64) -> VirtualRegister { constant(bits, .i64) }

  /// The register of an integer of which only the low `width` bits matter.
  @inline(__always)
  mutating func register(_ value: Value, _ width: Width) -> VirtualRegister { width == .w32 ? low32(value) : register(value) }

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
    isTerminator: Bool = false
  ) {
    end(opcode: opcode.rawValue, variant: variant, payload: payload, auxiliary: auxiliary, clobbers: clobbers, isTerminator: isTerminator)
  }

  /// Ends an instruction that has an address, whose registers have been listed last.
  @inline(__always)
  mutating func end(_ opcode: X64Opcode, _ variant: UInt16, immediate: Int32 = 0, _ address: X64Address) {
    let payload =
      address.base == .pool || address.base == .vectorPool ? address.bits : Int64(UInt32(bitPattern: immediate)) | Int64(address.displacement) << 32
    end(opcode, variant, payload: payload, auxiliary: address.packed)
    if address.reason >= 0 {
      frame.mayTrap = true
      reversed[reversed.count - 1].wasmOffset = address.wasmOffset
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
}

/// An operand that may be in memory.
struct X64Source {
  var register = VirtualRegister.none
  var address = X64Address(.none)
  @inline(__always) var isMemory: Bool { address.base != .none }

  @inline(__always) init(_ register: VirtualRegister) { self.register = register }
  @inline(__always) init(_ address: X64Address) { self.address = address }
}
