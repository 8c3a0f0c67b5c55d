// Verifies an allocation, independently of how it was made. Wherever an instruction reads a virtual register from a place (a register of the
// machine or a slot), that place must hold it, on every path. This is traced backwards: the read is a *demand* on the place, which goes from
// instruction to instruction towards the function's start until what wrote the place is met:
//
//   definition      of the demanded virtual register: met. Of another one, or anything else that changes the place: wrong
//   edit            a move passes the demand on to its source; a rematerialization meets it or is wrong
//   block's start   the demand is one on all predecessors; what is a parameter is there the edge's argument
//   landing         the demand is one on the call that throws to it: after what the call changes, before what it defines
//   definition of the register elsewhere, the function's start: wrong; the place holds the value of an earlier iteration, or nothing
//
// In a function with so many blocks and slots that following each value through every block would take too long, a demand on a slot goes straight to the
// block that defines the virtual register, if nothing on the way can change the slot (SlotHomes).
//
// Callee-saved registers change nowhere but in the region in which they are saved, which is entered through its head alone.
//
// Each demand stands for itself, so a block that is reached again (by a loop) follows only what is new. All operands are looked at once: they
// must be where their constraints want them, and not in each other's way. Places by number, as in Allocation.raw: 0–63 registers, then slots.
//
// It takes about 5 % of the time of compilation, so it runs for every function; what it finds wrong stays with the baseline tier.

import RawCollections

struct AllocationChecker: ~Copyable {
  /// What is wrong, if something is.
  var message: String?

  // The point that has been reached.
  /// By place: the virtual register that is demanded of it, or `nothing`.
  var demanded = UncheckedArray<UInt32>(capacity: 256)
  /// By virtual register: of how many places it is demanded.
  var counts = UncheckedArray<UInt32>(capacity: 1024)
  /// The registers and slots in `demanded`. Slots may be there twice, or no more.
  var demandedRegisters: RegisterSet = 0
  var demandedSlots = UncheckedArray<UInt32>(capacity: 64)
  /// What landings demand of the block's last call.
  var thrown = UncheckedArray<Demand>(capacity: 16)

  // By block.
  /// The latest of the demands at the block's start, or −1.
  var latest = UncheckedArray<Int32>(capacity: 128)
  var demands = UncheckedArray<Demand>(capacity: 1024)
  /// The same by block and place: in a table of all, or, if that would be out of proportion to the function, in a hash table of those that are made.
  var table = UncheckedArray<UInt32>(capacity: 4096)
  var placeCount = 0
  var hashed = DemandTable()
  var isLarge = false
  /// For tests: takes every function for a large one.
  var takesAllForLarge = false
  var slotHomes = SlotHomes()
  /// The block's last edit is before this one.
  var editEnds = UncheckedArray<UInt32>(capacity: 128)
  var writes = UncheckedArray<BlockWrites>(capacity: 128)
  var progress = UncheckedArray<Progress>(capacity: 128)

  /// By edge (its number is the successor's place in `blockNumbers`): the latest demand that the predecessor has looked at.
  var seen = UncheckedArray<Int32>(capacity: 256)
  /// By virtual register.
  var origins = UncheckedArray<Origin>(capacity: 1024)

  /// A place has to hold a virtual register.
  struct Demand {
    var place: UInt32
    var register: UInt32
    /// The one before at the same block, or −1.
    var previous: Int32
  }

  /// What a block changes: registers, and slots by their numbers modulo 64.
  struct BlockWrites {
    var registers: RegisterSet = 0
    var slots: UInt64 = 0
  }

  enum Progress: UInt8 {
    case new, done
    /// There are new demands on it.
    case again
  }

  /// Where a virtual register is defined: the block, and if it is a parameter, which one.
  struct Origin {
    var block = AllocationChecker.nothing
    var parameter = AllocationChecker.nothing
  }

  static var nothing: UInt32 { .max }
  /// Cells of `table` for each instruction.
  private static var cellsPerInstruction: Int { 32 }

  /// What is wrong with the allocation, nil if nothing is.
  static func check(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) -> String? {
    var checker = AllocationChecker()
    return checker.check(function, allocations)
  }

  /// The same, with working memory that is kept from function to function.
  mutating func check(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) -> String? {
    message = nil
    begin(function, allocations)
    checkShape(function, allocations)
    if isLarge, message == nil { slotHomes.find(function, allocations) }
    var isComplete = message != nil
    while !isComplete {
      isComplete = true
      function.work.spend(function.blocks.count)
      if function.work.isSpent { fail("the budget is used up") }
      var block = function.blocks.count - 1
      while block >= 0, message == nil {
        if progress[block] != .done {
          isComplete = false
          visit(function, allocations, block)
        }
        block -= 1
      }
      if message != nil { break }
    }
    checkSaves(function, allocations)
    return message
  }

  private mutating func checkSaves(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    var written: RegisterSet = 0
    for block in 0..<function.blocks.count {
      written |= writes[block].registers
      let changed = writes[block].registers & function.preserved
      if changed == 0 || allocations.saves.head == 0 { continue }
      if !allocations.saves.contains(block) { return fail("block \(block) changes preserved registers outside of the region that saves them") }
    }
    if written & ~allocations.written & function.preserved != 0 { return fail("preserved registers change that are not said to") }
    if written & function.preserved == 0 || allocations.saves.head == 0 { return }
    for block in 0..<function.blocks.count {
      let record = function.blocks[block]
      for index in 0..<Int(record.predecessorCount) {
        let comesFromInside = allocations.saves.contains(Int(function.blockNumbers[Int(record.firstPredecessor) + index]))
        let isInside = allocations.saves.contains(block) && block != allocations.saves.head
        if comesFromInside != isInside { return fail("block \(block) is entered from where registers are saved otherwise") }
      }
    }
  }

  private mutating func begin(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    let blockCount = function.blocks.count
    let registerCount = function.registers.count
    placeCount = 64 + allocations.slotCount
    demandedRegisters = 0
    demandedSlots.removeAll()
    thrown.removeAll()
    demands.removeAll()
    Self.fill(&demanded, placeCount, Self.nothing)
    Self.fill(&counts, registerCount, 0)
    Self.fill(&latest, blockCount, -1)
    Self.fill(&progress, blockCount, .new)
    Self.fill(&writes, blockCount, BlockWrites())
    Self.fill(&seen, function.blockNumbers.count, -1)
    Self.fill(&origins, registerCount, Origin())
    function.work.spend(function.instructions.count + function.operands.count)
    isLarge = takesAllForLarge || blockCount * placeCount > Self.cellsPerInstruction * (function.instructions.count + 4096)
    if isLarge { hashed.reset() } else { Self.fill(&table, blockCount * placeCount, Self.nothing) }
  }

  private static func fill<Element>(_ array: inout UncheckedArray<Element>, _ count: Int, _ element: Element) {
    array.fill(element, count: count)
  }

  /// What the rest relies on: lists fit together, edits are in order, no edge is critical.
  private mutating func checkShape(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    if allocations.operands.count != function.operands.count { return fail("not every operand has a place") }
    editEnds.setCount(function.blocks.count)
    var edit = 0
    var end: UInt32 = 0
    for block in 0..<function.blocks.count {
      let record = function.blocks[block]
      if record.firstInstruction != end { return fail("block \(block) does not follow the one before") }
      end = record.endInstruction
      while edit < allocations.edits.count, allocations.edits[edit].before < end {
        if edit > 0, allocations.edits[edit - 1].before > allocations.edits[edit].before { return fail("edit \(edit) is out of order") }
        edit += 1
      }
      editEnds[block] = UInt32(edit)
      for index in 0..<Int(record.parameterCount) {
        let parameter = function.registerNumbers[Int(record.firstParameter) + index]
        origins[parameter.number] = Origin(block: UInt32(block), parameter: UInt32(index))
      }
      for index in 0..<Int(record.successorCount) {
        checkEdge(function, record, block, Int(function.blockNumbers[Int(record.firstSuccessor) + index]))
      }
      for index in 0..<Int(record.predecessorCount) {
        let predecessor = Int(function.blockNumbers[Int(record.firstPredecessor) + index])
        if function.blocks[predecessor].successorCount == 1 { isListed(predecessor, by: block, function) }
      }
    }
    for block in 0..<function.blocks.count where function.blocks[block].successorCount == 1 && latest[block] != Self.listed {
      fail("the successor of block \(block) does not know it")
    }
    for block in 0..<function.blocks.count { latest[block] = -1 }
    if edit < allocations.edits.count { fail("edit \(edit) is after the end or out of order") }
  }

  private mutating func checkEdge(_ function: borrowing MachineFunction, _ record: MachineBlock, _ block: Int, _ successor: Int) {
    let target = function.blocks[successor]
    if record.successorCount > 1, target.predecessorCount != 1 || target.parameterCount != 0 {
      return fail("the edge from block \(block) to block \(successor) is critical")
    }
    if record.successorCount > 1, function.blockNumbers[Int(target.firstPredecessor)] != UInt32(block) {
      return fail("block \(successor) does not know its predecessor \(block)")
    }
    if record.successorCount == 1, target.parameterCount != record.argumentCount {
      fail("block \(block) has another number of arguments than block \(successor) has parameters")
    }
  }

  /// Of blocks with one successor it is noted, in `latest`, that this one knows them. (The edges of others are no critical ones.)
  private mutating func isListed(_ predecessor: Int, by block: Int, _ function: borrowing MachineFunction) {
    if function.blockNumbers[Int(function.blocks[predecessor].firstSuccessor)] == UInt32(block) { latest[predecessor] = Self.listed }
  }

  private static var listed: Int32 { -2 }

  // MARK: Blocks

  /// Follows what is new from the block's end to its start.
  private mutating func visit(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ block: Int) {
    let record = function.blocks[block]
    let isNew = progress[block] == .new
    let before = latest[block]
    progress[block] = .done
    for index in 0..<Int(record.successorCount) {
      let edge = Int(record.firstSuccessor) + index
      let successor = function.blockNumbers[edge]
      var next = latest[Int(successor)]
      let end = seen[edge]
      seen[edge] = next
      let isLanding = function.instructions[Int(function.blocks[Int(successor)].firstInstruction)].isLanding
      while next != end {
        let demand = demands[Int(next)]
        next = demand.previous
        function.work.spend(1)
        var register = demand.register
        if origins[Int(register)].block == successor, origins[Int(register)].parameter != Self.nothing {
          register = function.registerNumbers[Int(record.firstArgument) + Int(origins[Int(register)].parameter)].index
        }
        if !isNew, !changes(block, demand.place, register) {
          demandAtStart(of: block, demand.place, register)
        } else if isLanding {
          thrown.append(demand)
        } else {
          self.demand(demand.place, register)
        }
      }
    }
    function.work.spend(Int(record.successorCount))
    while isLarge, let demand = slotHomes.next(block) { self.demand(demand.place, demand.register) }
    if isNew {
      follow(function, allocations, block)
    } else if demandedRegisters != 0 || demandedSlots.count > 0 || thrown.count > 0 {
      followAgain(function, allocations, block)
    }
    if thrown.count > 0 { fail("no call throws to the landings after block \(block)") }
    if message != nil { return }
    demandAtStart(of: block)
    if latest[block] == before { return }
    if block == 0 { return fail("\(name(demands[Int(latest[0])].register)) is used before anything defines it") }
    for index in 0..<Int(record.predecessorCount) {
      let predecessor = Int(function.blockNumbers[Int(record.firstPredecessor) + index])
      if progress[predecessor] == .done { progress[predecessor] = .again }
    }
  }

  /// Whether a demand has to be followed through the block. May be true without need.
  @inline(__always)
  private func changes(_ block: Int, _ place: UInt32, _ register: UInt32) -> Bool {
    let origin = origins[Int(register)]
    if origin.block == UInt32(block), origin.parameter == Self.nothing { return true }
    return place < 64 ? writes[block].registers >> UInt64(place) & 1 != 0 : writes[block].slots >> UInt64(place & 63) & 1 != 0
  }

  /// What is still demanded becomes a demand at the block's start.
  private mutating func demandAtStart(of block: Int) {
    while demandedRegisters != 0 {
      let place = UInt32(demandedRegisters.trailingZeroBitCount)
      let register = demanded[Int(place)]
      release(place)
      demandAtStart(of: block, place, register)
    }
    for index in 0..<demandedSlots.count {
      let place = demandedSlots[index]
      let register = demanded[Int(place)]
      if register == Self.nothing { continue }
      release(place)
      demandAtStart(of: block, place, register)
    }
    demandedSlots.removeAll()
  }

  private mutating func demandAtStart(of block: Int, _ place: UInt32, _ register: UInt32) {
    if isLarge, let home = slotHomes.forward(place, register, from: block) {
      if progress[home] == .done { progress[home] = .again }
      return
    }
    let cell = isLarge ? hashed.cell(block, place) : table.at(block * placeCount + Int(place))
    if cell.pointee == register { return }
    if cell.pointee != Self.nothing { return failTwice(place, cell.pointee, register) }
    cell.pointee = register
    demands.append(Demand(place: place, register: register, previous: latest[block]))
    latest[block] = Int32(demands.count - 1)
  }

  // MARK: Demands

  @inline(__always)
  mutating func demand(_ place: UInt32, _ register: UInt32) {
    let cell = demanded.at(Int(place))
    if cell.pointee == register { return }
    if cell.pointee != Self.nothing { return failTwice(place, cell.pointee, register) }
    cell.pointee = register
    counts[Int(register)] += 1
    if place < 64 { demandedRegisters |= 1 << UInt64(place) } else { demandedSlots.append(place) }
  }

  /// Of a place of which something is demanded: nothing is any more.
  @inline(__always)
  mutating func release(_ place: UInt32) {
    counts[Int(demanded[Int(place)])] -= 1
    demanded[Int(place)] = Self.nothing
    if place < 64 { demandedRegisters &= ~(1 << UInt64(place)) }
  }

  // MARK: Errors

  mutating func fail(_ text: String) {
    if message == nil { message = text }
  }

  @inline(never)
  private mutating func failTwice(_ place: UInt32, _ first: UInt32, _ second: UInt32) {
    fail("\(name(place: place)) would have to hold \(name(first)) and \(name(second))")
  }

  func name(_ register: UInt32) -> String { "v\(register)" }

  func name(place: UInt32) -> String { place == Self.nothing ? "nowhere" : place < 64 ? "register \(place)" : "slot \(place - 64)" }
}
