// The register allocator on random functions: its results are checked by the checker, and by execution against execution with virtual registers.

import RawCollections
import Testing

@testable import OMG

/// Names for dumps of test functions.
enum TestPrinter: MachinePrinter {
  static func name(_ instruction: MachineInstruction) -> String { "\(TestOpcode(rawValue: instruction.opcode)!)" }
  static func details(_ instruction: MachineInstruction) -> String { "" }
  static func name(_ register: PhysicalRegister) -> String { "p\(register.number)" }
}

@Suite struct RegisterAllocationTests {
  @Test(arguments: 0..<10)
  func allocatedRandomFunctionsComputeTheSame(group: Int) {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    var checker = AllocationChecker()
    checker.takesAllForLarge = true
    for seed in (group * 200)..<(group * 200 + 200) {
      let function = RandomFunction.make(seed: seed, size: 10 + seed % 60)
      let isComplete = allocator.allocate(function, into: &allocations)
      #expect(isComplete, "seed \(seed)")
      if let message = AllocationChecker.check(function, allocations) {
        Issue.record("seed \(seed): \(message)\n\(function.text(TestPrinter.self, allocations))")
      }
      if let message = checker.check(function, allocations) { Issue.record("seed \(seed), as a large function: \(message)") }
      for argument: UInt64 in 0..<3 {
        let wanted = TestInterpreter.run(function, argument: argument)
        #expect(TestInterpreter.run(function, allocations, argument: argument) == wanted, "seed \(seed)")
      }
    }
  }

  /// Where an allocation that was tampered with does something else, the checker says so.
  @Test func theCheckerFindsEveryFaultThatExecutionShows() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    var found = 0
    var checker = AllocationChecker()
    for seed in 0..<1200 {
      var random = RandomSource(seed: seed)
      let function = RandomFunction.make(seed: seed, size: 20 + seed % 50)
      _ = allocator.allocate(function, into: &allocations)
      let edits = allocations.edits.count
      switch edits > 1 ? random.below(5) : 0 {
      case 0: allocations.operands[random.below(allocations.operands.count)] = Allocation(PhysicalRegister(UInt8(random.below(4))))
      case 1:
        // A move is missing.
        let edit = allocations.edits.base + random.below(edits)
        edit.pointee.source = edit.pointee.target
        edit.pointee.kind = .move
      case 2:
        // Two moves from each other's sources.
        let index = random.below(edits - 1)
        let (first, second) = (allocations.edits[index], allocations.edits[index + 1])
        if first.kind == .move, second.kind == .move {
          allocations.edits[index].source = second.source
          allocations.edits[index + 1].source = first.source
        }
      case 3:
        // One too early or too late.
        let index = random.below(edits)
        let before = allocations.edits[index].before
        if index + 1 < edits { allocations.edits[index].before = allocations.edits[index + 1].before }
        if allocations.edits[index].before == before, index > 0 { allocations.edits[index].before = allocations.edits[index - 1].before }
      default:
        // Something else is overwritten.
        let index = random.below(edits)
        allocations.edits[index].target = allocations.edits[random.below(edits)].target
      }
      let isWrong = (0..<4).contains { argument in
        TestInterpreter.run(function, argument: argument) != TestInterpreter.run(function, allocations, argument: argument)
      }
      if isWrong {
        for isLarge in [false, true] {
          checker.takesAllForLarge = isLarge
          #expect(checker.check(function, allocations) != nil, "seed \(seed)\(isLarge ? ", as a large function" : "")")
        }
        found += 1
      }
    }
    #expect(found > 300)
  }

  /// Values of 128 bits are spilled to slots of their size, at multiples of 16.
  @Test func wideValuesHaveWideSlots() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    var wide = 0
    for seed in 0..<600 {
      let function = RandomFunction.make(seed: seed, size: 30 + seed % 60)
      let isComplete = allocator.allocate(function, into: &allocations)
      #expect(isComplete)
      var layout = FrameLayout()
      layout.layOut(X64RegisterFile.self, FrameNeeds(), slots: allocations.slotWidths, saved: 0)
      for slot in 0..<allocations.slotCount where allocations.slotWidths[slot] == .w128 {
        wide += 1
        let place = layout.slot(slot)
        #expect(place % 16 == 0)
      }
    }
    #expect(wide > 100)
  }

  @Test func aCycleOfWideSlotsGoesThroughTheSpareSlot() {
    let function = TestFunctionBuilder().finish()
    var moves = ParallelMoves()
    moves.prepare(slotCount: 2)
    let places = [Allocation(slot: 0), Allocation(slot: 1), Allocation(PhysicalRegister(32))]
    let cycle = (0..<3).map { PendingMove(key: 0, registerClass: .float, width: .w128, source: places[$0], target: places[($0 + 1) % 3]) }
    var edits = UncheckedArray<Edit>(capacity: 8)
    cycle.withUnsafeBufferPointer { moves.resolve($0, function, into: &edits) }
    let usesSpareSlot = moves.usesSpareSlot
    #expect(usesSpareSlot)
    var held: [UInt32: Int] = [:]
    for (index, place) in places.enumerated() { held[place.raw] = index }
    for index in 0..<edits.count {
      let edit = edits[index]
      #expect(edit.width == .w128 && !(edit.source.isSlot && edit.target.isSlot))
      held[edit.target.raw] = held[edit.source.raw]
    }
    #expect(places.map { held[$0.raw] } == [2, 0, 1])
  }

  @Test func narrowMovesOfWideValuesAreWrong() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    var (found, count) = (0, 0)
    for seed in 0..<400 {
      let function = RandomFunction.make(seed: seed, size: 40)
      _ = allocator.allocate(function, into: &allocations)
      for index in 0..<allocations.edits.count where allocations.edits[index].width == .w128 && allocations.edits[index].kind == .move {
        allocations.edits.base[index].width = .w64
        count += 1
        if AllocationChecker.check(function, allocations) != nil { found += 1 }
        allocations.edits.base[index].width = .w128
      }
    }
    // Not all: some values are moved that nobody reads.
    #expect(found > 100 && found * 2 > count, "\(found) of \(count)")
  }

  /// Long functions take time in proportion, more or less, and are right.
  @Test func aFunctionOfThousandsOfInstructionsIsAllocatedRightly() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    let function = RandomFunction.make(seed: 1, size: 4000)
    #expect(allocator.allocate(function, into: &allocations))
    for argument: UInt64 in 0..<3 {
      #expect(TestInterpreter.run(function, allocations, argument: argument) == TestInterpreter.run(function, argument: argument))
    }
  }
}
