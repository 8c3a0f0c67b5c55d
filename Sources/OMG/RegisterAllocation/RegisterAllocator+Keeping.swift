// Step 2, first part: which virtual registers keep a register across walls.
//
// A call leaves the preserved registers alone, and what is known not to be changed by its callee. Of the virtual registers that live across calls, those
// that are used most, in relation to the number of walls, get registers that all their walls leave alone, as long as there are any.
// Using a preserved register costs saving and restoring it, once for all that share it: where loads and stores (as +Residence would place
// them) would cost less, it is given up. Registers are kept from the head of the region on that all walls are in (SaveRegion), where
// they would be saved.
//
// What is chosen is a hint with precedence, no promise: joined with others a virtual register may not find its register free, and is
// split like every other then.

import RawCollections

/// A virtual register that lives across walls.
struct Keeper {
  var register: UInt32
  /// At most what loads and stores would cost if it were in its slot across the walls, by wall.
  var density: Float
}

extension RegisterAllocator {
  private static var loadCost: Float { 1 }
  private static var storeCost: Float { 0.8 }
  /// A load that becomes part of the only instruction that uses the value.
  private static var operandCost: Float { 0.6 }
  /// Of saving a register at the function's start and restoring it at its end.
  private static var savingCost: Float { 2 }

  /// The region that all walls for integers are in.
  private mutating func findRegion(_ function: borrowing MachineFunction) {
    blocksWithWalls.setCount(function.blocks.count)
    for block in 0..<function.blocks.count {
      let first = integerWallsBefore[Int(blockStart[block] >> 1)]
      let end = integerWallsBefore[Int(blockStart[block + 1] >> 1)]
      blocksWithWalls[block] = first < end ? 1 : 0
    }
    keepRegion.find(function, blocksWithWalls)
  }

  mutating func chooseKept(_ function: borrowing MachineFunction) {
    keepRegion.clear()
    findKeepers()
    if keepers.count == 0 { return }
    findRegion(function)
    let savingCost = Self.savingCost * frequencies[keepRegion.head] * entries(function)
    var keepsSome = false
    var sorted = UnsafeMutableBufferPointer(start: keepers.base, count: keepers.count)
    sorted.sort { $0.density > $1.density }
    occupied.reset(count: reserved.count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 64) { gains in
      gains.initialize(repeating: 0)
      for index in 0..<keepers.count {
        let register = Int(keepers[index].register)
        guard let chosen = cheapest(function, of: survivors(function, register), gains) else { continue }
        makeSpans(register)
        gains[Int(chosen)] += slotCost(function, register)
        registers.base[register].kept = chosen
        occupy(register, chosen)
      }
      for index in 0..<keepers.count {
        let record = registers.base + Int(keepers[index].register)
        if record.pointee.kept == Self.noPlace { continue }
        let isSaved = function.preserved >> RegisterSet(record.pointee.kept) & 1 != 0
        if isSaved && gains[Int(record.pointee.kept)] <= savingCost { record.pointee.kept = Self.noPlace }
        keepsSome = keepsSome || record.pointee.kept != Self.noPlace
      }
    }
    if !keepsSome { keepRegion.clear() }
  }

  /// How often the function is entered in the time that frequencies are about, which is once from outside. If it calls itself more than once by them,
  /// they are too high (no recursion would end), and costs in the body count the less.
  private mutating func entries(_ function: borrowing MachineFunction) -> Float {
    var calls: Float = 0
    for index in 0..<integerWalls.count {
      let slot = Int(integerWalls[index])
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

  private mutating func findKeepers() {
    keepers.removeAll()
    if integerWalls.count == 0 && floatWalls.count == 0 { return }
    for register in 0..<registers.count {
      let record = registers[register]
      if record.firstLifetime == record.endLifetime || record.isInMemory || record.rematerialization != .nothing { continue }
      let wallsBefore = record.registerClass == .float ? floatWallsBefore.base : integerWallsBefore.base
      var wallCount: UInt32 = 0
      for index in Int(record.firstLifetime)..<Int(record.endLifetime) {
        wallCount += wallsBefore[Int(lifetimes[index].to >> 1)] - wallsBefore[Int(lifetimes[index].from >> 1)]
      }
      if wallCount == 0 { continue }
      var cost = frequencies[Int(record.definitionBlock)] * Self.storeCost
      for use in Int(record.firstUse)..<Int(record.endUse) { cost += frequencies[Int(blockOfSlot[Int(uses[use].point >> 1)])] * Self.loadCost }
      keepers.append(Keeper(register: UInt32(register), density: cost / Float(wallCount)))
    }
  }

  /// The registers that are left alone, and that nothing else keeps, all through a life.
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

  /// Of the virtual register whose spans have been made: a store behind the definition, a load in front of the first use behind a wall, and on
  /// edges to blocks that want it in a register from blocks that end without.
  private mutating func slotCost(_ function: borrowing MachineFunction, _ register: Int) -> Float {
    link(function, register)
    let isFloat = registers[register].registerClass == .float
    let walls = isFloat ? floatWalls.base : integerWalls.base
    let wallsBefore = isFloat ? floatWallsBefore.base : integerWallsBefore.base
    var cost = frequencies[Int(registers[register].definitionBlock)] * Self.storeCost
    for index in 0..<spans.count {
      let span = spans[index]
      if span.isHeldAtStart { cost += edgeLoads(function, span) }
      var isLoaded = span.isHeldAtStart || span.isDefinition
      var wall = Int(wallsBefore[Int(span.from >> 1)])
      let endWall = Int(wallsBefore[Int(span.to >> 1)])
      var use = Int(span.firstUse)
      while use < Int(span.endUse) {
        function.work.spend(1)
        // Between walls where nothing uses it, nothing is loaded.
        let next = Int(wallsBefore[Int(uses[use].point >> 1)])
        if next > wall {
          isLoaded = false
          wall = next
        }
        let to = wall == endWall ? span.to : 2 * walls[wall] + 1
        let first = use
        while use < Int(span.endUse), uses[use].point <= to { use += 1 }
        if !isLoaded {
          let isOperand = use == first + 1 && (uses[first].kind == .any || uses[first].kind == .lateAny)
          cost += span.frequency * (isOperand ? Self.operandCost : Self.loadCost)
        }
        isLoaded = true
      }
    }
    if spans.count > 1 { for index in 0..<spans.count { spanOfBlock[Int(spans[index].block)] = .nothing } }
    return cost
  }

  private mutating func edgeLoads(_ function: borrowing MachineFunction, _ span: Span) -> Float {
    let block = function.blocks[Int(span.block)]
    var loads: Float = 0
    for edge in 0..<Int(block.predecessorCount) {
      let predecessor = Int(function.blockNumbers[Int(block.firstPredecessor) + edge])
      let from = spanOfBlock[predecessor]
      if from == .nothing || !endsHeld(Int(from)) { loads += frequencies.edge(function, from: predecessor, to: Int(span.block)) }
    }
    return loads
  }
}
