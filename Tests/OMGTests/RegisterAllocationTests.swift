// The register allocator on random functions: its results are checked by the checker, and by execution against execution with virtual registers.

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
    for seed in (group * 200)..<(group * 200 + 200) {
      let function = RandomFunction.make(seed: seed, size: 10 + seed % 60)
      let isComplete = allocator.allocate(function, into: &allocations)
      #expect(isComplete, "seed \(seed)")
      if let message = AllocationChecker.check(function, allocations) {
        Issue.record("seed \(seed): \(message)\n\(function.text(TestPrinter.self, allocations))")
      }
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
        #expect(checker.check(function, allocations) != nil, "seed \(seed)")
        found += 1
      }
    }
    #expect(found > 300)
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
