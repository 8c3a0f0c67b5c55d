// Step 5, second part: operands get their places, and moves are written down where a virtual register changes its place: at the start of a home, on
// edges, before instructions that want it in a certain register, and into its slot.
//
// All moves before one instruction happen at the same time; so a value that an instruction wants moved is taken from where it was
// before them (`source(of:before:)`).

import RawCollections

extension RegisterAllocator {
  private static var atStart: UInt32 { 0 }
  private static var atInstruction: UInt32 { 1 }
  private static var atEnd: UInt32 { 2 }

  mutating func placeOperands(_ function: borrowing MachineFunction, _ allocations: inout Allocations) {
    allocations.operands.setCount(function.operands.count)
    pending.removeAll()
    for register in 0..<registers.count where registers[register].definitionKind != .none {
      if function.work.isSpent { break }
      placeDefinition(function, register, &allocations)
      placeUses(function, register, &allocations)
      if registers[register].isSettled {
        if registers[register].definitionKind == .fixed { enterHomes(function, register) }
        continue
      }
      enterHomes(function, register)
      moveOnEdges(function, register)
      if registers[register].slot != .nothing { store(function, register) }
    }
    moveArguments(function)
  }

  // MARK: Operands

  private mutating func placeDefinition(_ function: borrowing MachineFunction, _ register: Int, _ allocations: inout Allocations) {
    let record = registers[register]
    switch record.definitionKind {
    case .none, .parameter: break
    case .fixed: allocations.operands[Int(record.definitionOperand)] = Allocation(PhysicalRegister(record.definitionDetail))
    case .register, .early, .any: allocations.operands[Int(record.definitionOperand)] = place(of: register, at: record.definition)
    }
  }

  private mutating func placeUses(_ function: borrowing MachineFunction, _ register: Int, _ allocations: inout Allocations) {
    for index in Int(registers[register].firstUse)..<Int(registers[register].endUse) {
      let use = uses[index]
      switch use.kind {
      case .register, .lateRegister, .any, .lateAny:
        allocations.operands[Int(use.operand)] = place(of: register, at: use.point)
        if allocations.operands[Int(use.operand)] == .none { isComplete = false }
      case .fixed:
        let target = Allocation(PhysicalRegister(use.detail))
        allocations.operands[Int(use.operand)] = target
        moveForUse(function, register, use, target)
      case .reused:
        let number = self.instruction(at: use.point, function)
        let definition = function.operands[Int(function.instructions[number].firstOperand) + Int(use.detail)]
        let target = place(of: definition.register.number, at: use.point)
        allocations.operands[Int(use.operand)] = target
        if target.isRegister { moveForUse(function, register, use, target) } else { isComplete = false }
      case .argument: break
      }
    }
  }

  private mutating func moveForUse(_ function: borrowing MachineFunction, _ register: Int, _ use: RegisterUse, _ target: Allocation) {
    let number = instruction(at: use.point, function)
    add(UInt32(number) << 2 | Self.atInstruction, register, from: source(of: register, before: use.point), to: target)
  }

  /// Where a virtual register is before the moves that come before an instruction. none: to be rematerialized.
  private mutating func source(of register: Int, before point: Point) -> Allocation {
    let record = registers[register]
    if record.definitionKind == .fixed && record.definition == point { return Allocation(PhysicalRegister(record.definitionDetail)) }
    return place(of: register, at: point - 1)
  }

  @inline(__always)
  private mutating func add(_ key: UInt32, _ register: Int, from source: Allocation, to target: Allocation) {
    if source == target { return }
    if source == .none && registers[register].rematerialization == .nothing {
      isComplete = false
      return
    }
    pending.append(
      PendingMove(
        key: key, registerClass: registers[register].registerClass, width: registers[register].width, source: source, target: target,
        rematerialization: registers[register].rematerialization))
  }

  // MARK: Changes of place

  /// Fills registers at the starts of homes that are neither the definition nor a block's start.
  private mutating func enterHomes(_ function: borrowing MachineFunction, _ register: Int) {
    let record = registers[register]
    for index in Int(record.firstHome)..<Int(record.endHome) {
      let home = homes[index]
      if home.from == record.definition {
        if record.definitionKind != .fixed { continue }
      } else if home.from == blockStart[Int(blockOfSlot[Int(home.from >> 1)])] {
        continue
      }
      add(
        UInt32(instruction(at: home.from, function)) << 2 | Self.atInstruction, register, from: source(of: register, before: home.from),
        to: Allocation(PhysicalRegister(home.place)))
    }
  }

  private mutating func moveOnEdges(_ function: borrowing MachineFunction, _ register: Int) {
    let record = registers[register]
    for index in Int(record.firstLifetime)..<Int(record.endLifetime) {
      let lifetime = lifetimes[index]
      var block = Int(blockOfSlot[Int(lifetime.from >> 1)])
      if blockStart[block] != lifetime.from { block += 1 }
      while block < function.blocks.count && blockStart[block] < lifetime.to {
        function.work.spend(1)
        let target = place(of: register, at: blockStart[block])
        if target.isRegister && blockStart[block] != record.definition {
          let blockRecord = function.blocks[block]
          function.work.spend(Int(blockRecord.predecessorCount))
          for edge in 0..<Int(blockRecord.predecessorCount) {
            let predecessor = Int(function.blockNumbers[Int(blockRecord.firstPredecessor) + edge])
            let source = place(of: register, at: blockStart[predecessor + 1] - 1)
            if source != target { add(key(function, from: predecessor, to: block), register, from: source, to: target) }
          }
        }
        block += 1
      }
    }
  }

  /// Where moves on an edge go: to the end of the block that has no other successor, or to the start of the one that has no other predecessor.
  @inline(__always)
  private mutating func key(_ function: borrowing MachineFunction, from: Int, to: Int) -> UInt32 {
    function.blocks[from].successorCount == 1
      ? (function.blocks[from].endInstruction - 1) << 2 | Self.atEnd : function.blocks[to].firstInstruction << 2 | Self.atStart
  }

  private mutating func moveArguments(_ function: borrowing MachineFunction) {
    for block in 0..<function.blocks.count where function.blocks[block].argumentCount > 0 {
      let record = function.blocks[block]
      let next = Int(function.blockNumbers[Int(record.firstSuccessor)])
      let successor = function.blocks[next]
      let key = key(function, from: block, to: next)
      for argument in 0..<Int(record.argumentCount) {
        let target = function.registerNumbers[Int(successor.firstParameter) + argument].number
        if registers[target].firstUse == registers[target].endUse { continue }
        let source = function.registerNumbers[Int(record.firstArgument) + argument].number
        let to = place(of: target, at: blockStart[next])
        // A slot that both share holds the value already.
        if to.isSlot && registers[source].slot == registers[target].slot && registers[source].slotIsWrittenFirst { continue }
        let from = place(of: source, at: blockStart[block + 1] - 1)
        add(key, source, from: from, to: to)
      }
    }
  }

  // MARK: Stores

  /// Writes the slot: after the definition, or wherever the register that the definition is in is given up, if that is colder.
  private mutating func store(_ function: borrowing MachineFunction, _ register: Int) {
    let record = registers[register]
    let slot = Allocation(slot: Int(record.slot))
    registers[register].slotIsWrittenFirst = true
    var source = place(of: register, at: record.definition)
    if record.definitionKind == .fixed {
      source = Allocation(PhysicalRegister(record.definitionDetail))
    } else if source.isSlot {
      return
    }
    if !record.isInMemory, let home = home(of: register, at: record.definition), findDrops(function, register, home.piece) {
      registers[register].slotIsWrittenFirst = false
      for index in 0..<drops.count { pending.append(drops[index]) }
      return
    }
    let boundary = (record.definition + (record.definitionKind == .parameter || record.definitionKind == .early ? 2 : 1)) & ~1
    add(UInt32(instruction(at: boundary, function)) << 2 | Self.atInstruction, register, from: source, to: slot)
  }

  /// Collects stores at the ends of the piece. False: one after the definition is better.
  private mutating func findDrops(_ function: borrowing MachineFunction, _ register: Int, _ piece: UInt32) -> Bool {
    let record = registers[register]
    let limit = frequencies[Int(record.definitionBlock)] * 0.99
    var cost: Float = 0
    drops.removeAll()
    var lifetime = Int(record.firstLifetime)
    for index in Int(record.firstHome)..<Int(record.endHome) {
      let home = homes[index]
      if home.piece != piece { continue }
      var block = Int(blockOfSlot[Int(home.from >> 1)])
      let slot = Allocation(slot: Int(record.slot))
      let place = Allocation(PhysicalRegister(home.place))
      while lifetimes[lifetime].to < home.to { lifetime += 1 }
      // Ends of blocks.
      while block < function.blocks.count && blockStart[block + 1] <= home.to {
        function.work.spend(1)
        let blockRecord = function.blocks[block]
        for edge in 0..<Int(blockRecord.successorCount) {
          let successor = Int(function.blockNumbers[Int(blockRecord.firstSuccessor) + edge])
          if !isLive(register, at: blockStart[successor]) || blockStart[successor] == record.definition { continue }
          if let next = self.home(of: register, at: blockStart[successor]) {
            if next.piece != piece { return false }
          } else {
            cost += frequencies.edge(function, from: block, to: successor)
            drops.append(
              PendingMove(
                key: key(function, from: block, to: successor), registerClass: record.registerClass, width: record.width, source: place,
                target: slot))
          }
        }
        block += 1
      }
      // Within a block.
      if block < function.blocks.count && blockStart[block] < home.to && home.to < lifetimes[lifetime].to {
        if index + 1 < Int(record.endHome) && homes[index + 1].from == home.to { return false }
        let boundary = home.to & ~1
        // What was loaded here has its slot written already.
        if home.from == boundary && home.from != record.definition { continue }
        cost += frequencies[block]
        let from = home.from == boundary ? source(of: register, before: boundary) : place
        drops.append(
          PendingMove(
            key: UInt32(instruction(at: boundary, function)) << 2 | Self.atInstruction, registerClass: record.registerClass, width: record.width,
            source: from, target: slot))
      }
      if cost >= limit { return false }
    }
    return cost < limit
  }

  private mutating func isLive(_ register: Int, at point: Point) -> Bool {
    let lifetime = firstLifetime(of: register, endingAfter: point)
    return lifetime < Int(registers[register].endLifetime) && lifetimes[lifetime].from <= point
  }

  /// The first part of a live range that reaches beyond a point; the end of the parts if none does.
  mutating func firstLifetime(of register: Int, endingAfter point: Point) -> Int {
    var low = Int(registers[register].firstLifetime)
    var high = Int(registers[register].endLifetime)
    while low < high {
      let middle = (low + high) >> 1
      if lifetimes[middle].to <= point { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Order

  /// Sorts the moves by where they are, and orders those of one place.
  mutating func orderEdits(_ function: borrowing MachineFunction, _ allocations: inout Allocations) {
    allocations.edits.removeAll()
    if pending.count == 0 { return }
    let keyCount = function.instructions.count * 4
    moveCounts.setCount(keyCount + 1)
    for key in 0...keyCount { moveCounts[key] = 0 }
    for index in 0..<pending.count { moveCounts[Int(pending[index].key)] += 1 }
    var total: UInt32 = 0
    for key in 0...keyCount {
      let count = moveCounts[key]
      moveCounts[key] = total
      total += count
    }
    sortedMoves.setCount(pending.count)
    for index in 0..<pending.count {
      let position = moveCounts.at(Int(pending[index].key))
      sortedMoves[Int(position.pointee)] = pending[index]
      position.pointee += 1
    }
    parallelMoves.prepare(slotCount: allocations.slotCount)
    var first = 0
    while first < sortedMoves.count {
      var end = first + 1
      while end < sortedMoves.count, sortedMoves[end].key == sortedMoves[first].key { end += 1 }
      parallelMoves.resolve(
        UnsafeBufferPointer(sortedMoves.slice(first, count: end - first)), function, into: &allocations.edits)
      first = end
    }
    if parallelMoves.usesSpareSlot { allocations.slotWidths.append(.w128) }
  }
}
