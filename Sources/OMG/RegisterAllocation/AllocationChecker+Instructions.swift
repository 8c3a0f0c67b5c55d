// The checker within a block: from the last instruction to the first, and before each its edits, from the last to the first.

import RawCollections

extension AllocationChecker {
  /// Follows demands through a block for the first time, looks at every operand and edit, and takes down what the block changes.
  mutating func follow(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ block: Int) {
    let record = function.blocks.at(block)
    let scratch = function.integerScratch.bit | function.floatScratch.bit
    let firstEdit = block == 0 ? 0 : Int(editEnds[block - 1])
    var edit = Int(editEnds[block])
    var index = Int(record.pointee.endInstruction) - 1
    while index >= Int(record.pointee.firstInstruction) {
      let instruction = function.instructions.at(index)
      if demandedRegisters & scratch != 0 { return fail("instruction \(index): a scratch register would have to keep a value") }
      checkOperands(function, allocations, instruction, index)
      if message != nil { return }
      noteWrites(function, allocations, instruction, block, index)
      passInstruction(function, allocations, instruction, index)
      let first = Int(instruction.pointee.firstOperand)
      for number in first..<(first + Int(instruction.pointee.operandCount)) where function.operands[number].role == .use {
        demand(allocations.operands[number].raw, function.operands[number].register.index)
      }
      while edit > firstEdit, allocations.edits[edit - 1].before >= UInt32(index) {
        edit -= 1
        // A landing comes after them.
        if instruction.pointee.isLanding { continue }
        checkEdit(function, allocations, allocations.edits.at(edit), index)
        if message != nil { return }
        noteWrite(block, allocations.edits[edit].target.raw)
        passEdit(function, allocations.edits.at(edit))
      }
      index -= 1
    }
  }

  /// Follows other demands through a block that has been looked at.
  mutating func followAgain(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ block: Int) {
    let record = function.blocks.at(block)
    let firstEdit = block == 0 ? 0 : Int(editEnds[block - 1])
    var edit = Int(editEnds[block])
    var index = Int(record.pointee.endInstruction) - 1
    function.work.spend(index - Int(record.pointee.firstInstruction))
    while index >= Int(record.pointee.firstInstruction), message == nil {
      passInstruction(function, allocations, function.instructions.at(index), index)
      while edit > firstEdit, allocations.edits[edit - 1].before >= UInt32(index) {
        edit -= 1
        if function.instructions[index].isLanding { continue }
        passEdit(function, allocations.edits.at(edit))
      }
      index -= 1
    }
  }

  // MARK: Demands

  /// From after an instruction to before it, without its own.
  @inline(__always)
  private mutating func passInstruction(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: UnsafeMutablePointer<MachineInstruction>,
    _ index: Int
  ) {
    var number = Int(instruction.pointee.firstOperand)
    let end = number + Int(instruction.pointee.operandCount)
    // Definitions come first.
    while number < end, function.operands[number].role == .definition {
      let register = function.operands[number].register.index
      let place = allocations.operands[number]
      number += 1
      if place != .none {
        let wanted = demanded[Int(place.raw)]
        if wanted == register {
          release(place.raw)
        } else if wanted != Self.nothing {
          failLost(index, wanted, place.raw)
        }
      }
      if counts[Int(register)] != 0 { failElsewhere(index, register) }
    }
    if instruction.pointee.clobbers == 0 { return }
    if thrown.count > 0 { demandThrown(function, instruction, index) }
    let lost = demandedRegisters & instruction.pointee.clobbers
    if lost != 0 {
      let place = UInt32(lost.trailingZeroBitCount)
      failLost(index, demanded[Int(place)], place)
    }
  }

  /// Of a call that throws to landings: demands of theirs. Its results are not there on that path.
  private mutating func demandThrown(
    _ function: borrowing MachineFunction, _ instruction: UnsafeMutablePointer<MachineInstruction>, _ index: Int
  ) {
    for number in 0..<thrown.count { demand(thrown[number].place, thrown[number].register) }
    thrown.removeAll()
    let first = Int(instruction.pointee.firstOperand)
    for number in first..<(first + Int(instruction.pointee.operandCount)) where function.operands[number].role == .definition {
      let register = function.operands[number].register.index
      if counts[Int(register)] != 0 { failElsewhere(index, register) }
    }
  }

  @inline(__always)
  private mutating func passEdit(_ function: borrowing MachineFunction, _ edit: UnsafeMutablePointer<Edit>) {
    let target = edit.pointee.target.raw
    let register = demanded[Int(target)]
    if register == Self.nothing { return }
    release(target)
    if edit.pointee.kind == .move {
      if edit.pointee.width.rawValue < function.registers[Int(register)].width.rawValue { failNarrow(Int(edit.pointee.before), register) }
      return demand(edit.pointee.source.raw, register)
    }
    let made = function.instructions.at(Int(edit.pointee.instruction))
    if function.operands[Int(made.pointee.firstOperand)].register.index != register { failLost(Int(edit.pointee.before), register, target) }
  }

  @inline(never)
  private mutating func failLost(_ index: Int, _ register: UInt32, _ place: UInt32) {
    fail("instruction \(index): \(name(register)) is lost, \(name(place: place)) gets something else")
  }

  @inline(never)
  private mutating func failNarrow(_ index: Int, _ register: UInt32) {
    fail("instruction \(index): a move is too narrow for \(name(register))")
  }

  @inline(never)
  private mutating func failElsewhere(_ index: Int, _ register: UInt32) {
    fail("instruction \(index): \(name(register)) is used in a place where it was not put")
  }

  // MARK: What a block changes

  @inline(__always)
  private mutating func noteWrite(_ block: Int, _ place: UInt32) {
    if place < 64 {
      writes[block].registers |= 1 << UInt64(place)
    } else {
      writes[block].slots |= 1 << UInt64(place & 63)
    }
  }

  @inline(__always)
  private mutating func noteWrites(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: UnsafeMutablePointer<MachineInstruction>,
    _ block: Int, _ index: Int
  ) {
    writes[block].registers |= instruction.pointee.clobbers
    var number = Int(instruction.pointee.firstOperand)
    let end = number + Int(instruction.pointee.operandCount)
    while number < end, function.operands[number].role == .definition {
      let register = function.operands[number].register.number
      if origins[register].block != Self.nothing { return fail("instruction \(index): v\(register) is defined for the second time") }
      origins[register].block = UInt32(block)
      let place = allocations.operands[number]
      if place != .none { noteWrite(block, place.raw) }
      number += 1
    }
  }

  // MARK: Operands and edits by themselves

  /// Whether an instruction's operands are where they may be, and not in each other's way: definitions don't share a place with each other, with
  /// late uses, or, if they are early, with any use.
  private mutating func checkOperands(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: UnsafeMutablePointer<MachineInstruction>,
    _ index: Int
  ) {
    let first = Int(instruction.pointee.firstOperand)
    let count = Int(instruction.pointee.operandCount)
    var (definitions, earlyDefinitions, uses, lateUses): (RegisterSet, RegisterSet, RegisterSet, RegisterSet) = (0, 0, 0, 0)
    var isDefinition = true
    for number in 0..<count {
      let operand = function.operands[first + number]
      let place = allocations.operands[first + number]
      if operand.role == .definition, !isDefinition { return fail(index, number, "is a definition after a use") }
      isDefinition = operand.role == .definition
      if place == .none {
        if !isDefinition || function.registers[operand.register.number].rematerialization != UInt32(index) {
          return fail(index, number, "has no place")
        }
        continue
      }
      guard place.isRegister else {
        if place.slot >= allocations.slotCount { return fail(index, number, "is in a slot beyond the frame") }
        if allocations.slotWidths[place.slot].rawValue < function.registers[operand.register.number].width.rawValue {
          return fail(index, number, "is in a slot that is too small")
        }
        if operand.constraint != .any { return fail(index, number, "is not in a register") }
        if isDefinition, sharesSlot(function, allocations, instruction, number) { return fail(index, number, "shares its slot") }
        continue
      }
      let bit = place.register.bit
      if place.register.registerClass != function.registers[operand.register.number].registerClass {
        return fail(index, number, "is in a register of the wrong class")
      }
      switch operand.constraint {
      case .any, .register:
        if function.allocatable & bit == 0 { return fail(index, number, "is in a register that is not allocatable") }
      case .fixed: if place.register.number != operand.detail { return fail(index, number, "is not in its fixed register") }
      case .reuse:
        if Int(operand.detail) >= count || place != allocations.operands[first + Int(operand.detail)] {
          return fail(index, number, "is not where the operand is that it reuses")
        }
      }
      if isDefinition {
        if definitions & bit != 0 { return fail(index, number, "shares its register with another definition") }
        definitions |= bit
        if operand.phase == .early { earlyDefinitions |= bit }
      } else {
        uses |= bit
        if operand.phase == .late { lateUses |= bit }
      }
    }
    if lateUses & (definitions | instruction.pointee.clobbers) != 0 { return fail("instruction \(index): a late use is in a register that is lost") }
    if earlyDefinitions & uses != 0 { return fail("instruction \(index): a use is in a register that an early definition changes") }
  }

  /// Whether an operand in a slot that may not share it does so.
  private func sharesSlot(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: UnsafeMutablePointer<MachineInstruction>,
    _ number: Int
  ) -> Bool {
    let first = Int(instruction.pointee.firstOperand)
    let operand = function.operands[first + number]
    for other in 0..<Int(instruction.pointee.operandCount) where other != number {
      let second = function.operands[first + other]
      if allocations.operands[first + other] == allocations.operands[first + number],
        second.role == .definition || second.phase == .late || operand.phase == .early
      {
        return true
      }
    }
    return false
  }

  private mutating func checkEdit(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ edit: UnsafeMutablePointer<Edit>, _ index: Int
  ) {
    let (source, target) = (edit.pointee.source, edit.pointee.target)
    for place in (edit.pointee.kind == .move ? 0 : 1)..<2 {
      let place = place == 0 ? source : target
      if place == .none { return fail("instruction \(index): an edit from or to nowhere") }
      if place.isRegister,
        place.register.registerClass != edit.pointee.registerClass || (edit.pointee.width == .w128 && edit.pointee.registerClass == .integer)
      {
        return fail("instruction \(index): an edit of the wrong class")
      }
      if place.isSlot, place.slot >= allocations.slotCount { return fail("instruction \(index): an edit of a slot beyond the frame") }
      if place.isSlot, allocations.slotWidths[place.slot].rawValue < edit.pointee.width.rawValue {
        return fail("instruction \(index): an edit of a slot that is too small")
      }
    }
    if target.isRegister {
      let usable = function.allocatable | function.integerScratch.bit | function.floatScratch.bit
      if usable & target.register.bit == 0, !isFixed(function, index, target.register) {
        return fail("instruction \(index): an edit writes a register that is not allocatable")
      }
    }
    switch edit.pointee.kind {
    case .move: if source.isSlot, target.isSlot { fail("instruction \(index): a move from slot to slot") }
    case .rematerialize:
      let made = function.instructions.at(Int(edit.pointee.instruction))
      let register = function.operands[Int(made.pointee.firstOperand)].register
      if made.pointee.operandCount != 1 || function.registers[register.number].rematerialization != edit.pointee.instruction {
        return fail("instruction \(index): rematerializes what cannot be")
      }
      if !target.isRegister { fail("instruction \(index): rematerializes into a slot") }
    }
  }

  private func isFixed(_ function: borrowing MachineFunction, _ index: Int, _ register: PhysicalRegister) -> Bool {
    let instruction = function.instructions[index]
    for number in 0..<Int(instruction.operandCount) {
      let operand = function.operands[Int(instruction.firstOperand) + number]
      if operand.constraint == .fixed && operand.detail == register.number { return true }
    }
    return false
  }

  @inline(never)
  private mutating func fail(_ index: Int, _ number: Int, _ text: String) { fail("instruction \(index): operand \(number) \(text)") }
}
