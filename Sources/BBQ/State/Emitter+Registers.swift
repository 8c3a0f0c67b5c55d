// Temporaries: allocation, eviction, and getting operands into registers.

import MachineCode
import RuntimeLayout

extension X64Emitter {
  static var gprMask: UInt32 { 0xFFFF }
  static var xmmMask: UInt32 { 0xFFFF_0000 }

  /// A free temporary GPR; an operand deep in the stack gives way if there is none.
  mutating func allocateGPR() -> GPR {
    var candidates = free & Self.gprMask
    if candidates == 0 {
      evictOldest(.gpr)
      candidates = free & Self.gprMask
    }
    // rcx and rdx last: shifts and divisions want them.
    let better = candidates & ~0b110
    let chosen = UInt8(truncatingIfNeeded: (better != 0 ? better : candidates).trailingZeroBitCount)
    free &= ~(1 << UInt32(chosen))
    return GPR(chosen)
  }

  mutating func allocateXMM() -> XMM {
    var candidates = free & Self.xmmMask
    if candidates == 0 {
      evictOldest(.fpr)
      candidates = free & Self.xmmMask
    }
    let chosen = UInt8(truncatingIfNeeded: candidates.trailingZeroBitCount)
    free &= ~(1 << UInt32(chosen))
    return XMM(chosen - 16)
  }

  @inline(never)
  private mutating func evictOldest(_ kind: ValueKind) {
    for position in settled..<values.count where values[position].kind == kind {
      spill(position)
      settleDeep(position + 1)
      return
    }
    preconditionFailure("an operator needs more registers than there are temporaries")
  }

  /// Keeps searches of the operand stack short: once many operands below `count` have been passed over, they are settled, so that the next
  /// search starts above them.
  @inline(__always)
  private mutating func settleDeep(_ count: Int) { if count - settled > 64 { settle(count) } }

  @inline(__always) mutating func releaseGPR(_ code: UInt8) { free |= 1 << UInt32(code) }
  @inline(__always) mutating func releaseXMM(_ code: UInt8) { free |= 0x1_0000 << UInt32(code) }

  /// Gives back what a popped operand owns.
  @inline(__always)
  mutating func release(_ value: Value) {
    if value.kind == .gpr { releaseGPR(value.reg) } else if value.kind == .fpr { releaseXMM(value.reg) }
  }

  /// Makes a temporary GPR free, moving the operand on the stack that owns it. Popped operands must not own it.
  mutating func vacate(_ register: GPR) {
    guard temporaries & register.bit != 0, free & register.bit == 0 else { return }
    for position in settled..<values.count where values[position].kind == .gpr && values[position].reg == register.code {
      spill(position)
      return
    }
  }

  mutating func vacate(_ register: XMM) {
    guard free & (register.bit << 16) == 0 else { return }
    for position in settled..<values.count where values[position].kind == .fpr && values[position].reg == register.code {
      spill(position)
      return
    }
  }

  // MARK: Slots

  /// Moves the operand at a position to its slot. Leaves the flags alone.
  mutating func spill(_ position: Int) {
    let value = values[position]
    switch value.kind {
    case .constant, .slot: return
    case .local: locals.base[Int(value.local)].references -= 1
    default: break
    }
    store(value, to: slot(position))
    release(value)
    values[position] = .slot(type: value.type)
  }

  /// Spills all operands below `count` that are not constants.
  mutating func settle(_ count: Int) {
    var position = settled
    while position < count {
      spill(position)
      position += 1
    }
    if settled < count { settled = count }
  }

  /// Spills operands in registers below `count`; those that stand for locals stay.
  mutating func spillRegisters(below count: Int) {
    var position = settled
    while position < count {
      let kind = values[position].kind
      if kind == .gpr || kind == .fpr { spill(position) }
      position += 1
    }
    settleDeep(count)
  }

  // MARK: Getting at operands. None of these changes the flags.

  /// All 8 bytes of an operand to memory; uses no GPR. For slot operands, `position` is where they are.
  mutating func store(_ value: Value, to address: Address, position: Int = -1) {
    switch value.kind {
    case .constant:
      if Int64(Int32(truncatingIfNeeded: value.bits)) == value.bits {
        asm.store(.w64, address, constant: Int32(truncatingIfNeeded: value.bits))
      } else {
        var high = address
        high.displacement += 4
        asm.store(.w32, address, constant: Int32(truncatingIfNeeded: value.bits))
        asm.store(.w32, high, constant: Int32(truncatingIfNeeded: value.bits >> 32))
      }
    case .gpr: asm.store(.w64, address, GPR(value.reg))
    case .home: preconditionFailure("a result for a local's home is consumed by the next operator")
    case .fpr: asm.storeFloat(.f64, address, XMM(value.reg))
    case .local:
      let local = locals[Int(value.local)]
      if local.home != 0xFF, inRegister & (1 << UInt32(local.home)) != 0 {
        if local.home < 16 {
          asm.store(.w64, address, GPR(local.home))
        } else {
          asm.storeFloat(.f64, address, XMM(local.home - 16))
        }
      } else {
        asm.loadFloat(.f64, XMM(15), memory(ofLocal: Int(value.local)))
        asm.storeFloat(.f64, address, XMM(15))
      }
    case .slot:
      asm.loadFloat(.f64, XMM(15), slot(position))
      asm.storeFloat(.f64, address, XMM(15))
    case .flags: preconditionFailure("conditions are consumed by the next operator")
    }
  }

  /// The value of an operand popped from position `values.count` into a register of the caller's choice.
  mutating func load(_ register: GPR, _ value: Value, position: Int) {
    switch value.kind {
    case .constant: asm.move(register, constant: value.bits)
    case .gpr: if value.reg != register.code { asm.move(.w64, register, GPR(value.reg)) }
    case .local:
      let local = locals[Int(value.local)]
      if local.home != 0xFF, inRegister & (1 << UInt32(local.home)) != 0 {
        if local.home != register.code { asm.move(.w64, register, GPR(local.home)) }
      } else {
        asm.load(.w64, register, memory(ofLocal: Int(value.local)))
      }
    case .slot: asm.load(.w64, register, slot(position))
    default: preconditionFailure("not an integer operand")
    }
  }

  mutating func load(_ register: XMM, _ value: Value, position: Int) {
    switch value.kind {
    case .constant:
      if value.bits == 0 {
        asm.floatLogic(.xor, register, register)
      } else {
        asm.move(.r11, constant: value.bits)
        asm.moveBits(.w64, register, .r11)
      }
    case .fpr: if value.reg != register.code { asm.moveFloat(register, XMM(value.reg)) }
    case .local:
      let local = locals[Int(value.local)]
      if local.home != 0xFF, inRegister & (1 << UInt32(local.home)) != 0 {
        if local.home - 16 != register.code { asm.moveFloat(register, XMM(local.home - 16)) }
      } else {
        asm.loadFloat(.f64, register, memory(ofLocal: Int(value.local)))
      }
    case .slot: asm.loadFloat(.f64, register, slot(position))
    default: preconditionFailure("not a float operand")
    }
  }

  /// Makes a local with a home valid in its register.
  @inline(__always)
  mutating func ensureInRegister(_ local: LocalSlot) {
    let bit: UInt32 = 1 << UInt32(local.home)
    guard inRegister & bit == 0 else { return }
    if local.home < 16 {
      asm.load(.w64, GPR(local.home), Address(.rbp, local.offset))
    } else {
      asm.loadFloat(.f64, XMM(local.home - 16), Address(.rbp, local.offset))
    }
    inRegister |= bit
  }

  /// A register to read the popped operand from. If that needs a temporary, the operand becomes its owner.
  @inline(__always)
  mutating func use(_ value: inout Value, position: Int) -> GPR {
    switch value.kind {
    case .gpr: return GPR(value.reg)
    case .local:
      let local = locals[Int(value.local)]
      if local.home != 0xFF {
        ensureInRegister(local)
        return GPR(local.home)
      }
    default: break
    }
    return own(&value, position: position)
  }

  /// A temporary with the operand's value that the caller may overwrite.
  mutating func own(_ value: inout Value, position: Int) -> GPR {
    if value.kind == .gpr { return GPR(value.reg) }
    let register = allocateGPR()
    load(register, value, position: position)
    value = .gpr(register.code, type: value.type)
    return register
  }

  @inline(__always)
  mutating func useFloat(_ value: inout Value, position: Int) -> XMM {
    switch value.kind {
    case .fpr: return XMM(value.reg)
    case .local:
      let local = locals[Int(value.local)]
      if local.home != 0xFF {
        ensureInRegister(local)
        return XMM(local.home - 16)
      }
    default: break
    }
    return ownFloat(&value, position: position)
  }

  mutating func ownFloat(_ value: inout Value, position: Int) -> XMM {
    if value.kind == .fpr { return XMM(value.reg) }
    let register = allocateXMM()
    load(register, value, position: position)
    value = .fpr(register.code, type: value.type)
    return register
  }

  /// The memory that holds a popped operand, if it is in memory and has no home.
  @inline(__always)
  mutating func inMemoryOnly(_ value: Value, position: Int) -> Address? {
    if value.kind == .slot { return slot(position) }
    if value.kind == .local, locals[Int(value.local)].home == 0xFF { return memory(ofLocal: Int(value.local)) }
    return nil
  }
}
