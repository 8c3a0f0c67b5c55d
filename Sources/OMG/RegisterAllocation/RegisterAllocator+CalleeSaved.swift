// Step 2, first part: which virtual registers stay in a register across clobber points.
//
// A call leaves callee-saved registers alone, and those that its callee is known not to change. Of the virtual registers that are live across calls, those
// that are used most, in relation to the number of clobber points, get registers that all their clobber points leave alone, as long as there are any.
// Using a callee-saved register costs saving and restoring it, once for all that share it: where loads and stores (as +SpillPlacement would place
// them) would cost less, it is given up. Registers are kept from the head of the region on that all clobber points are in (SaveRegion), where
// they would be saved.
//
// What is chosen is a hint with precedence, no promise: joined with others a virtual register may not find its register free, and is
// split like every other then.

import RawCollections

/// A virtual register that is live across clobber points.
struct CalleeSavedCandidate {
  var register: UInt32
  /// At most what loads and stores would cost if it were in its slot across the clobber points, per clobber point.
  var density: Float
}

extension RegisterAllocator {
  private static var loadCost: Float { 1 }
  private static var storeCost: Float { 0.8 }
  /// A load that becomes part of the only instruction that uses the value.
  private static var operandCost: Float { 0.6 }
  /// Of saving a register at the function's start and restoring it at its end.
  private static var savingCost: Float { 2 }

  /// The region that all clobber points for integers are in.
  private mutating func findRegion(_ function: borrowing MachineFunction) {
    blocksWithClobbers.setCount(function.blocks.count)
    for block in 0..<function.blocks.count {
      let first = integerClobbersBefore[Int(blockStart[block] >> 1)]
      let end = integerClobbersBefore[Int(blockStart[block + 1] >> 1)]
      blocksWithClobbers[block] = first < end ? 1 : 0
    }
    saveRegion.find(function, blocksWithClobbers)
  }

  mutating func assignCalleeSaved(_ function: borrowing MachineFunction) {
    saveRegion.clear()
    findCandidates()
    if candidates.count == 0 { return }
    findRegion(function)
    let savingCost = Self.savingCost * frequencies[saveRegion.head] * entries(function)
    var hasCalleeSaved = false
    var sorted = candidates.slice(0, count: candidates.count)
    sorted.sort { $0.density > $1.density }
    occupied.reset(count: reserved.count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 64) { gains in
      gains.initialize(repeating: 0)
      for index in 0..<candidates.count {
        let register = Int(candidates[index].register)
        guard let chosen = cheapest(function, of: survivors(function, register), gains) else { continue }
        makeBlockRanges(register)
        gains[Int(chosen)] += slotCost(function, register)
        registers[register].calleeSaved = chosen
        occupy(register, chosen)
      }
      for index in 0..<candidates.count {
        let record = registers.at(Int(candidates[index].register))
        if record.pointee.calleeSaved == Self.noPlace { continue }
        let isSaved = function.preserved >> RegisterSet(record.pointee.calleeSaved) & 1 != 0
        if isSaved && gains[Int(record.pointee.calleeSaved)] <= savingCost { record.pointee.calleeSaved = Self.noPlace }
        hasCalleeSaved = hasCalleeSaved || record.pointee.calleeSaved != Self.noPlace
      }
    }
    if !hasCalleeSaved { saveRegion.clear() }
  }

  /// How often the function is entered in the time that frequencies are about, which is once from outside. If it calls itself more than once by them,
  /// they are too high (no recursion would end), and costs in the body count the less.
  private mutating func entries(_ function: borrowing MachineFunction) -> Float {
    var calls: Float = 0
    for index in 0..<integerClobbers.count {
      let slot = Int(integerClobbers[index])
      let block = Int(blockOfSlot[slot])
      if function.instructions[slot - block - 1].isRecursion { calls += frequencies[block] }
    }
    return max(calls, 1)
  }

  /// A register that need not be saved, or is saved already, or the first.
  private mutating func cheapest(
    _ function: borrowing MachineFunction, of free: RegisterSet, _ gains: UnsafeMutableBufferPointer<Float>
  ) -> UInt8? {
    if free == 0 { return nil }
    var first: UInt8?
    for index in 0..<function.order.count where free & function.order[index].bit != 0 {
      let register = function.order[index]
      if function.preserved & register.bit == 0 || gains[Int(register.number)] > 0 { return register.number }
      if first == nil { first = register.number }
    }
    return first
  }

  private mutating func occupy(_ register: Int, _ place: UInt8) {
    let record = registers[register]
    for index in Int(record.firstLifetime)..<Int(record.endLifetime) {
      occupied.add(1 << RegisterSet(place), Int(lifetimes[index].from), Int(lifetimes[index].to))
    }
  }

  // MARK: Who could

  private mutating func findCandidates() {
    candidates.removeAll()
    if integerClobbers.count == 0 && floatClobbers.count == 0 { return }
    for register in 0..<registers.count {
      let record = registers[register]
      if record.firstLifetime == record.endLifetime || record.isInMemory || record.rematerialization != .nothing { continue }
      let clobbersBefore = record.registerClass == .float ? floatClobbersBefore.view : integerClobbersBefore.view
      var clobberCount: UInt32 = 0
      for index in Int(record.firstLifetime)..<Int(record.endLifetime) {
        clobberCount += clobbersBefore[Int(lifetimes[index].to >> 1)] - clobbersBefore[Int(lifetimes[index].from >> 1)]
      }
      if clobberCount == 0 { continue }
      var cost = frequencies[Int(record.definitionBlock)] * Self.storeCost
      for use in Int(record.firstUse)..<Int(record.endUse) { cost += frequencies[Int(blockOfSlot[Int(uses[use].point >> 1)])] * Self.loadCost }
      candidates.append(CalleeSavedCandidate(register: UInt32(register), density: cost / Float(clobberCount)))
    }
  }

  /// The registers that are left alone, and that nothing else has been assigned to, all through a live range.
  private mutating func survivors(_ function: borrowing MachineFunction, _ register: Int) -> RegisterSet {
    let record = registers[register]
    var set = function.allocatable & (record.registerClass == .float ? ~0xFFFF_FFFF : 0xFFFF_FFFF)
    for index in Int(record.firstLifetime)..<Int(record.endLifetime) {
      let (from, to) = (Int(lifetimes[index].from), Int(lifetimes[index].to))
      set &= ~(reserved.union(from, to) | occupied.union(from, to))
      if set == 0 { return 0 }
    }
    return set
  }

  // MARK: What the slot would cost

  /// Of the virtual register whose block ranges have been made: a store after the definition, a load before the first use after a clobber point, and on
  /// edges to blocks that want it in a register from blocks that end without.
  private mutating func slotCost(_ function: borrowing MachineFunction, _ register: Int) -> Float {
    link(function, register)
    let isFloat = registers[register].registerClass == .float
    let clobbers = isFloat ? floatClobbers.view : integerClobbers.view
    let clobbersBefore = isFloat ? floatClobbersBefore.view : integerClobbersBefore.view
    var cost = frequencies[Int(registers[register].definitionBlock)] * Self.storeCost
    for index in 0..<blockRanges.count {
      let blockRange = blockRanges[index]
      if blockRange.isHeldAtStart { cost += edgeLoads(function, blockRange) }
      var isLoaded = blockRange.isHeldAtStart || blockRange.isDefinition
      var clobber = Int(clobbersBefore[Int(blockRange.from >> 1)])
      let endClobber = Int(clobbersBefore[Int(blockRange.to >> 1)])
      var use = Int(blockRange.firstUse)
      while use < Int(blockRange.endUse) {
        function.work.spend(1)
        // Between clobber points where nothing uses it, nothing is loaded.
        let next = Int(clobbersBefore[Int(uses[use].point >> 1)])
        if next > clobber {
          isLoaded = false
          clobber = next
        }
        let to = clobber == endClobber ? blockRange.to : 2 * clobbers[clobber] + 1
        let first = use
        while use < Int(blockRange.endUse), uses[use].point <= to { use += 1 }
        if !isLoaded {
          let isOperand = use == first + 1 && (uses[first].kind == .any || uses[first].kind == .lateAny)
          cost += blockRange.frequency * (isOperand ? Self.operandCost : Self.loadCost)
        }
        isLoaded = true
      }
    }
    if blockRanges.count > 1 { for index in 0..<blockRanges.count { rangeOfBlock[Int(blockRanges[index].block)] = .nothing } }
    return cost
  }

  private mutating func edgeLoads(_ function: borrowing MachineFunction, _ blockRange: BlockRange) -> Float {
    let block = function.blocks[Int(blockRange.block)]
    var loads: Float = 0
    for edge in 0..<Int(block.predecessorCount) {
      let predecessor = Int(function.blockNumbers[Int(block.firstPredecessor) + edge])
      let from = rangeOfBlock[predecessor]
      if from == .nothing || !endsHeld(Int(from)) { loads += frequencies.edge(function, from: predecessor, to: Int(blockRange.block)) }
    }
    return loads
  }
}
