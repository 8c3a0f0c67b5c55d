// The register allocator on random functions: its answers are checked by the checker, and by execution against execution with virtual registers.

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
  func randomFunctionsDoTheSame(group: Int) {
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
  @Test func checkerFindsWhatExecutionFinds() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    var found = 0
    for seed in 0..<400 {
      var random = RandomSource(seed: seed)
      let function = RandomFunction.make(seed: seed, size: 20)
      _ = allocator.allocate(function, into: &allocations)
      if random.chance(50) && allocations.edits.count > 0 {
        let edit = allocations.edits.base + random.below(allocations.edits.count)
        edit.pointee.source = edit.pointee.target
        edit.pointee.kind = .move
      } else {
        allocations.operands[random.below(allocations.operands.count)] = Allocation(PhysicalRegister(UInt8(random.below(4))))
      }
      let isWrong = (0..<4).contains { argument in
        TestInterpreter.run(function, argument: argument) != TestInterpreter.run(function, allocations, argument: argument)
      }
      if isWrong {
        #expect(AllocationChecker.check(function, allocations) != nil, "seed \(seed)")
        found += 1
      }
    }
    #expect(found > 100)
  }

  /// Long functions take time in proportion, more or less, and are right.
  @Test func bigFunction() {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    let function = RandomFunction.make(seed: 1, size: 4000)
    #expect(allocator.allocate(function, into: &allocations))
    for argument: UInt64 in 0..<3 {
      #expect(TestInterpreter.run(function, allocations, argument: argument) == TestInterpreter.run(function, argument: argument))
    }
  }
}
