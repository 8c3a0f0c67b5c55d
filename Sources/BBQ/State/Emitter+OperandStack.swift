// The operand stack: pushing and popping, slots, spilling.

import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  @inline(__always)
  mutating func push(_ operand: Operand) {
    var operand = operand
    operand.slot = nextSlot
    nextSlot &+= Int32(truncatingIfNeeded: operand.type.slotCount)
    values.append(operand)
  }

  @inline(__always)
  mutating func pop() -> Operand {
    let operand = values.removeLast()
    nextSlot = operand.slot
    if settled > values.count { settled = values.count }
    if operand.kind == .local { locals[operand.local].references -= 1 }
    return operand
  }

  /// The memory of a slot's word.
  @inline(__always)
  mutating func memory(ofWord word: Int) -> Place {
    if word >= slotCount { slotCount = word + 1 }
    return Place(Assembler.frame, BaselineFrame.operand(after: word, localWords: localWords))
  }

  /// The memory of a slot, given by its first word. A vector starts at its second one.
  @inline(__always)
  mutating func memory(ofSlot slot: Int, _ type: MachineType) -> Place { memory(ofWord: slot &+ type.slotCount &- 1) }

  @inline(__always)
  mutating func memory(ofSlot operand: Operand) -> Place { memory(ofSlot: Int(operand.slot), operand.type) }

  /// The memory that holds a popped operand, if it is in memory and has no home.
  @inline(__always)
  mutating func memoryOnly(_ operand: Operand) -> Place? {
    if operand.kind == .slot { return memory(ofSlot: operand) }
    if operand.kind == .local, locals[operand.local].home == .none { return memory(ofLocal: operand.local) }
    return nil
  }

  // MARK: Spilling

  /// Moves the operand at a position to its slot. Leaves the flags alone.
  mutating func spill(_ position: Int) {
    let operand = values[position]
    switch operand.kind {
    case .constant, .slot: return
    case .local: locals[operand.local].references -= 1
    default: break
    }
    store(operand, to: memory(ofSlot: operand))
    release(operand)
    becomeSlot(position)
  }

  /// The operand at a position has been stored to its slot.
  @inline(__always)
  mutating func becomeSlot(_ position: Int) { values[position].kind = .slot }

  /// Spills all operands below `count` that are not constants.
  @inline(__always)
  mutating func settle(_ count: Int) {
    var position = settled
    work.spend(count - position)
    while position < count {
      spill(position)
      position += 1
    }
    if settled < count { settled = count }
  }

  /// Keeps searches of the operand stack short: once many operands below `count` have been passed over, they are settled, so that the next
  /// search starts above them.
  @inline(__always)
  mutating func settleDeep(_ count: Int) { if count - settled > Self.longSearch { settle(count) } }

  static var longSearch: Int { 64 }

  /// Spills operands in registers below `count`; those that stand for locals stay.
  mutating func spillRegisters(below count: Int) {
    var position = settled
    work.spend(count - position)
    while position < count {
      if values[position].kind == .register { spill(position) }
      position += 1
    }
    settleDeep(count)
  }

  /// Puts the operand at a position into its slot, constants included.
  mutating func materialize(_ position: Int) {
    let operand = values[position]
    if operand.isConstant {
      store(operand, to: memory(ofSlot: operand))
      becomeSlot(position)
    } else {
      spill(position)
    }
  }

  // MARK: Copying operands. None of these changes the flags

  /// All bytes of an operand to memory; changes no general register.
  mutating func store(_ operand: Operand, to place: Place) {
    switch operand.kind {
    case .constant: asm.storeSlot(place, constant: operand.bits)
    case .register: asm.storeSlot(place, operand.register, operand.type)
    case .local:
      let local = locals[operand.local]
      if local.home != .none, inRegister & local.home.bit != 0 {
        asm.storeSlot(place, local.home, local.type)
      } else {
        asm.copySlot(place, Place(Assembler.frame, Int(local.offset)), local.type)
      }
    case .slot: asm.copySlot(place, memory(ofSlot: operand), operand.type)
    case .home: preconditionFailure("a result for a local's home is consumed by the next operator")
    case .flags: preconditionFailure("conditions are consumed by the next operator")
    }
  }

  /// The value of a popped operand into a register of the caller's choice.
  mutating func load(_ register: Register, _ operand: Operand) {
    switch operand.kind {
    case .constant: asm.load(register, constant: operand.bits)
    case .register: if operand.register != register { asm.move(register, operand.register) }
    case .local:
      let local = locals[operand.local]
      if local.home != .none, inRegister & local.home.bit != 0 {
        if local.home != register { asm.move(register, local.home) }
      } else {
        asm.loadSlot(register, Place(Assembler.frame, Int(local.offset)), local.type)
      }
    case .slot: asm.loadSlot(register, memory(ofSlot: operand), operand.type)
    case .home, .flags: preconditionFailure("results for homes and conditions are consumed by the next operator")
    }
  }
}
