// Shortcuts for the checker of allocations. A slot has a home if it is written only in one block, or in blocks that lead nowhere but there. On a path from
// its home to anywhere else nothing changes it then. A virtual register is defined in a block that dominates all its uses; if that is the slot's home,
// the slot holds it wherever it is read if it holds it at the home's end.

import RawCollections

struct SlotHomes: ~Copyable {
  /// By slot: its home, `unwritten`, or `none`.
  private var homes = UncheckedArray<UInt32>(capacity: 64)
  /// By virtual register: the block that defines it.
  private var definitions = UncheckedArray<UInt32>(capacity: 1024)
  /// By slot: the virtual register that it was demanded to hold at its home's end, or `unwritten`.
  private var forwarded = UncheckedArray<UInt32>(capacity: 64)
  /// By block: the latest of the demands on its end that have not been looked at, or −1.
  private var latest = UncheckedArray<Int32>(capacity: 128)
  private var demands = UncheckedArray<AllocationChecker.Demand>(capacity: 64)

  private static var unwritten: UInt32 { .max }
  private static var none: UInt32 { .max - 1 }

  init() {}

  mutating func find(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    homes.fill(Self.unwritten, count: allocations.slotCount)
    forwarded.fill(Self.unwritten, count: allocations.slotCount)
    definitions.fill(.max, count: function.registers.count)
    latest.fill(-1, count: function.blocks.count)
    demands.removeAll()
    noteDefinitions(function)
    // A block that writes a slot is its home, or leads to it. Blocks that lead on to one block may count as either, so that the others come first.
    for isLeading in [false, true] {
      var edit = 0
      for block in 0..<function.blocks.count {
        let record = function.blocks.at(block)
        if (record.pointee.successorCount == 1) == isLeading { noteWrites(function, allocations, block) }
        while edit < allocations.edits.count, allocations.edits[edit].before < record.pointee.endInstruction {
          if (record.pointee.successorCount == 1) == isLeading { note(allocations.edits[edit].target, block, function) }
          edit += 1
        }
      }
    }
  }

  private mutating func noteDefinitions(_ function: borrowing MachineFunction) {
    for block in 0..<function.blocks.count {
      let record = function.blocks.at(block)
      for index in 0..<Int(record.pointee.parameterCount) {
        definitions[function.registerNumbers[Int(record.pointee.firstParameter) + index].number] = UInt32(block)
      }
      for index in Int(record.pointee.firstInstruction)..<Int(record.pointee.endInstruction) {
        let instruction = function.instructions.at(index)
        let first = Int(instruction.pointee.firstOperand)
        for number in first..<(first + Int(instruction.pointee.operandCount)) where function.operands[number].role == .definition {
          definitions[function.operands[number].register.number] = UInt32(block)
        }
      }
    }
  }

  private mutating func noteWrites(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ block: Int) {
    let record = function.blocks.at(block)
    for index in Int(record.pointee.firstInstruction)..<Int(record.pointee.endInstruction) {
      let instruction = function.instructions.at(index)
      let first = Int(instruction.pointee.firstOperand)
      for number in first..<(first + Int(instruction.pointee.operandCount)) where function.operands[number].role == .definition {
        note(allocations.operands[number], block, function)
      }
    }
  }

  private mutating func note(_ place: Allocation, _ block: Int, _ function: borrowing MachineFunction) {
    guard place.isSlot, place.slot < homes.count else { return }
    let home = homes[place.slot]
    if home == Self.none || home == UInt32(block) { return }
    let record = function.blocks.at(block)
    let next = record.pointee.successorCount == 1 ? function.blockNumbers[Int(record.pointee.firstSuccessor)] : .max
    if home == Self.unwritten {
      homes[place.slot] = UInt32(block)
    } else if next != home {
      homes[place.slot] = isLeading(Int(home), to: next, function) ? next : Self.none
    }
  }

  /// Whether a block that was taken for a slot's home leads nowhere but to this one, so that that may be the home.
  private func isLeading(_ block: Int, to next: UInt32, _ function: borrowing MachineFunction) -> Bool {
    let record = function.blocks.at(block)
    return next != .max && record.pointee.successorCount == 1 && function.blockNumbers[Int(record.pointee.firstSuccessor)] == next
  }

  /// Turns a demand at a block's start into one at the end of the slot's home, which is returned; nil: it has to be followed from block to block.
  mutating func forward(_ place: UInt32, _ register: UInt32, from block: Int) -> Int? {
    guard place >= 64, Int(place) - 64 < homes.count else { return nil }
    let slot = Int(place) - 64
    let home = homes[slot]
    guard home < Self.none, home != UInt32(block), definitions[Int(register)] == home else { return nil }
    if forwarded[slot] != register {
      guard forwarded[slot] == Self.unwritten else { return nil }
      forwarded[slot] = register
      demands.append(AllocationChecker.Demand(place: place, register: register, previous: latest[Int(home)]))
      latest[Int(home)] = Int32(demands.count - 1)
    }
    return Int(home)
  }

  /// The next of the demands on a block's end.
  mutating func next(_ block: Int) -> AllocationChecker.Demand? {
    if latest[block] < 0 { return nil }
    let demand = demands[Int(latest[block])]
    latest[block] = demand.previous
    return demand
  }
}
