// The specification's test vectors, in both memory modes. Skipped when they are not there.

import Testing
import WasmEngine

@Suite(.serialized)
struct SpecTests {
  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func coreVectorsPass(_ strategy: MemoryStrategy) throws { try run("core", strategy) }

  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func tailCallVectorsPass(_ strategy: MemoryStrategy) throws { try run("tail-call", strategy) }

  private func run(_ group: String, _ strategy: MemoryStrategy) throws {
    guard SpecFile.folder != nil else {
      print("spec \(group): skipped, no test vectors beside the package")
      return
    }
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 16 << 20
    let engine = Engine(configuration)
    var passed = 0
    var skipped = 0
    var failures: [String] = []
    for file in try SpecFile.load(group: group) {
      let tally = try SpecRunner.run(file, engine)
      passed += tally.passed
      skipped += tally.skipped
      failures += tally.failures
    }
    print("spec \(group), \(strategy) memory: \(passed) passed, \(skipped) skipped, \(failures.count) failed")
    for failure in failures.prefix(40) { print("  \(failure)") }
    #expect(failures.isEmpty)
  }
}
