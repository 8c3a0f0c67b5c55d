// The register allocator: random functions, checked by the checker and by execution; small cases whose best allocation is known.

import Testing

@testable import OMG

@Suite struct RegisterAllocationTests {
  @Test(arguments: 0..<10)
  func randomFunctions(group: Int) {
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    for seed in (group * 200)..<(group * 200 + 200) {
      let function = RandomFunction.make(seed: seed, size: 10 + seed % 60)
      let isComplete = allocator.allocate(function, into: &allocations)
      #expect(isComplete, "seed \(seed)")
      if let message = AllocationChecker.check(function, allocations) {
        Issue.record("seed \(seed): \(message)\n\(allocations.text(function) { "\(TestOpcode(rawValue: $0.opcode)!)" })")
      }
      for argument: UInt64 in 0..<3 {
        let wanted = TestInterpreter.run(function, argument: argument)
        #expect(TestInterpreter.run(function, allocations, argument: argument) == wanted, "seed \(seed)")
      }
    }
  }
}
