// Verifies an allocation, independently of how it was made: follows, over all paths, which virtual registers each place (register or slot) holds,
// and sees that each operand finds its value where the allocation says, that constraints are kept, and that only instructions which may be left
// out have nowhere to write.
//
// The state of a point is, for each place, the set of virtual registers whose value it surely holds: a forward analysis over blocks, where ways
// that come together leave what both have. Rounds are repeated until nothing changes, then a last one reports what is wrong. Slow, but linear in practice.

import MachineCode

struct AllocationChecker {
  private typealias State = [UInt32: Set<UInt32>]

  private let instructionCount: Int
  private var entries: [State?]
  /// Edits in front of each instruction.
  private var firstEdit: [Int]
  private var message: String?

  /// What is wrong with the allocation, nil if nothing is.
  static func check(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) -> String? {
    var checker = AllocationChecker(function, allocations)
    checker.run(function, allocations)
    return checker.message
  }

  private init(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    instructionCount = function.instructions.count
    entries = Array(repeating: nil, count: function.blocks.count)
    firstEdit = Array(repeating: 0, count: instructionCount + 1)
    for index in 0..<allocations.edits.count {
      let edit = allocations.edits[index]
      if Int(edit.before) >= instructionCount {
        message = "edit \(index) is behind the end"
        return
      }
      if index > 0 && allocations.edits[index - 1].before > edit.before { message = "edit \(index) is out of order" }
      firstEdit[Int(edit.before) + 1] += 1
    }
    for index in 0..<instructionCount { firstEdit[index + 1] += firstEdit[index] }
    if allocations.operands.count != function.operands.count { message = "not every operand has a place" }
    for block in 0..<function.blocks.count where function.blocks[block].successorCount > 1 {
      let record = function.blocks[block]
      for edge in 0..<Int(record.successorCount) {
        let successor = Int(function.blockNumbers[Int(record.firstSuccessor) + edge])
        if function.blocks[successor].predecessorCount != 1 { message = "the edge from block \(block) to block \(successor) is critical" }
      }
    }
  }

  private mutating func run(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    if message != nil || function.blocks.count == 0 { return }
    entries[0] = [:]
    var work = [0]
    while let block = work.popLast() {
      var state = entries[block]!
      let thrown = follow(function, allocations, block, &state, reports: false)
      let record = function.blocks[block]
      for edge in 0..<Int(record.successorCount) {
        let successor = Int(function.blockNumbers[Int(record.firstSuccessor) + edge])
        var next = function.instructions[Int(function.blocks[successor].firstInstruction)].isLanding ? thrown : state
        passArguments(function, record, to: successor, &next)
        if let old = entries[successor] {
          let merged = Self.meet(old, next)
          if merged == old { continue }
          entries[successor] = merged
        } else {
          entries[successor] = next
        }
        work.append(successor)
      }
    }
    for block in 0..<function.blocks.count where message == nil {
      guard var state = entries[block] else { continue }
      _ = follow(function, allocations, block, &state, reports: true)
    }
  }

  private static func meet(_ a: State, _ b: State) -> State {
    var result: State = [:]
    for (place, held) in a {
      guard let other = b[place] else { continue }
      let both = held.intersection(other)
      if !both.isEmpty { result[place] = both }
    }
    return result
  }

  /// Parameters hold what arguments hold; a parameter of an earlier round is over.
  private func passArguments(_ function: borrowing MachineFunction, _ record: MachineBlock, to successor: Int, _ state: inout State) {
    let target = function.blocks[successor]
    var names: [UInt32: [UInt32]] = [:]
    var over: Set<UInt32> = []
    for index in 0..<Int(target.parameterCount) {
      let parameter = function.registerNumbers[Int(target.firstParameter) + index].index
      over.insert(parameter)
      if index < Int(record.argumentCount) {
        names[function.registerNumbers[Int(record.firstArgument) + index].index, default: []].append(parameter)
      }
    }
    if over.isEmpty { return }
    for (place, held) in state {
      var new = held.subtracting(over)
      for register in held { if let parameters = names[register] { new.formUnion(parameters) } }
      state[place] = new.isEmpty ? nil : new
    }
  }

  private mutating func fail(_ instruction: Int, _ text: String) {
    if message == nil { message = "instruction \(instruction): \(text)" }
  }

  /// Returns the state within the block's last call, from where a landing may be reached.
  private mutating func follow(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ block: Int, _ state: inout State, reports: Bool
  ) -> State {
    let record = function.blocks[block]
    var thrown: State = [:]
    for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
      for edit in firstEdit[index]..<firstEdit[index + 1] where !function.instructions[index].isLanding {
        apply(function, allocations.edits[edit], index, allocations.slotCount, &state, reports)
      }
      let instruction = function.instructions[index]
      if reports { check(function, allocations, instruction, index, state) }
      execute(function, allocations, instruction, &state)
      if instruction.clobbers != 0 { thrown = state }
    }
    return thrown
  }

  private mutating func apply(
    _ function: borrowing MachineFunction, _ edit: Edit, _ index: Int, _ slotCount: Int, _ state: inout State, _ reports: Bool
  ) {
    let usable = function.allocatable | function.integerScratch.bit | function.floatScratch.bit
    for place in [edit.source, edit.target] where reports && place != .none {
      if place.isRegister && place.register.registerClass != edit.registerClass { fail(index, "edit of the wrong class") }
      if place.isSlot && place.slot >= slotCount { fail(index, "edit of a slot beyond the frame") }
    }
    if reports && edit.target.isRegister && usable & edit.target.register.bit == 0 && !isFixed(function, index, edit.target.register) {
      fail(index, "edit writes a register that is not allocatable")
    }
    switch edit.kind {
    case .move:
      if reports && (edit.source == .none || edit.target == .none || edit.source.isSlot && edit.target.isSlot) {
        fail(index, "a move from slot to slot, or from nowhere")
      }
      state[edit.target.raw] = state[edit.source.raw]
    case .rematerialize:
      let made = function.instructions[Int(edit.instruction)]
      let register = function.operands[Int(made.firstOperand)].register
      if reports && (made.operandCount != 1 || function.registers[register.number].rematerialization != edit.instruction) {
        fail(index, "rematerializes what cannot be")
      }
      if reports && !edit.target.isRegister { fail(index, "rematerializes into a slot") }
      state[edit.target.raw] = [register.index]
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

  /// Operands of one instruction.
  private mutating func check(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: MachineInstruction, _ index: Int,
    _ state: State
  ) {
    let first = Int(instruction.firstOperand)
    let count = Int(instruction.operandCount)
    for number in 0..<count {
      let operand = function.operands[first + number]
      let place = allocations.operands[first + number]
      let name = "operand \(number) (v\(operand.register.index))"
      if place == .none {
        if operand.role == .use || function.registers[operand.register.number].rematerialization != UInt32(index) {
          fail(index, "\(name) has no place")
        }
        continue
      }
      if place.isRegister && place.register.registerClass != function.registers[operand.register.number].registerClass {
        fail(index, "\(name) is in a register of the wrong class")
      }
      if place.isSlot && place.slot >= allocations.slotCount { fail(index, "\(name) is in a slot beyond the frame") }
      switch operand.constraint {
      case .any: break
      case .register: if !place.isRegister { fail(index, "\(name) is not in a register") }
      case .fixed: if place != Allocation(PhysicalRegister(operand.detail)) { fail(index, "\(name) is not in its fixed register") }
      case .reuse:
        if place != allocations.operands[first + Int(operand.detail)] || !place.isRegister {
          fail(index, "\(name) is not where the operand is that it reuses")
        }
      }
      if place.isRegister && operand.constraint != .fixed && operand.constraint != .reuse && function.allocatable & place.register.bit == 0 {
        fail(index, "\(name) is in a register that is not allocatable")
      }
      if operand.role == .use, state[place.raw]?.contains(operand.register.index) != true {
        fail(index, "\(name) is not in \(Self.name(place))")
      }
    }
    checkConflicts(function, allocations, instruction, index)
  }

  /// Definitions don't share a place with each other, with late uses, or, if they are early, with any use but a reused one.
  private mutating func checkConflicts(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: MachineInstruction, _ index: Int
  ) {
    let first = Int(instruction.firstOperand)
    let count = Int(instruction.operandCount)
    for number in 0..<count {
      let operand = function.operands[first + number]
      let place = allocations.operands[first + number]
      if operand.role == .use {
        if operand.phase == .late && place.isRegister && instruction.clobbers & place.register.bit != 0 {
          fail(index, "late operand \(number) is in a register that is lost")
        }
        continue
      }
      if place == .none { continue }
      for other in 0..<count where other != number && allocations.operands[first + other] == place {
        let second = function.operands[first + other]
        if second.role == .definition || second.phase == .late || operand.phase == .early {
          fail(index, "operands \(number) and \(other) share \(Self.name(place))")
        }
      }
    }
  }

  private func execute(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ instruction: MachineInstruction, _ state: inout State
  ) {
    var lost = instruction.clobbers
    while lost != 0 {
      state[UInt32(lost.trailingZeroBitCount)] = nil
      lost &= lost - 1
    }
    let first = Int(instruction.firstOperand)
    for number in 0..<Int(instruction.operandCount) {
      let operand = function.operands[first + number]
      if operand.role == .use { continue }
      // A value of an earlier round is over.
      for (place, held) in state where held.contains(operand.register.index) {
        let rest = held.subtracting([operand.register.index])
        state[place] = rest.isEmpty ? nil : rest
      }
    }
    for number in 0..<Int(instruction.operandCount) {
      let operand = function.operands[first + number]
      let place = allocations.operands[first + number]
      if operand.role == .definition && place != .none { state[place.raw] = [operand.register.index] }
    }
  }

  private static func name(_ place: Allocation) -> String {
    place == .none ? "nowhere" : place.isSlot ? "slot \(place.slot)" : "register \(place.register.number)"
  }
}
