// Compiling ahead: what a program needs next is compiled by another thread while it runs.

import Testing
import WasmEngine

@Suite struct AheadTests {
  private static func call(_ instance: Instance, _ name: WasmName, _ argument: Int64) throws -> Int64 {
    let function = try #require(instance.function(name))
    return try function(argument, as: Int64.self)
  }

  @Test(arguments: [Tier.auto, .bbq]) func compilesExportsAndWhatTheyCallOnce(_ tier: Tier) throws {
    let engine = Engine.with(tier: tier)
    let module = try TierTests.arithmetic().module(engine)
    module.compileAheadAndWait(["sum", "missing"])
    #expect(engine.tierStatistics.baseline.functions == 2)
    module.compileAheadAndWait(["add", "sum"])
    #expect(engine.tierStatistics.baseline.functions == 2)
    let instance = try Instance(module, in: Store(engine))
    #expect(try Self.call(instance, "sum", 100) == 4950)
    #expect(engine.tierStatistics.baseline.functions == 2)
    #expect(try Self.call(instance, "squares", 4) == 37)
    #expect(engine.tierStatistics.baseline.functions == 3)
  }

  @Test func compilesNothingWhereEverythingIsOptimizedAtOnce() throws {
    let engine = Engine.with(tier: .omg)
    let module = try TierTests.arithmetic().module(engine)
    module.compileAhead(["sum"])
    #expect(try Self.call(Instance(module, in: Store(engine)), "sum", 100) == 4950)
    #expect(engine.tierStatistics.baseline.functions == 0)
  }

  /// The thread installs code while the program calls the same functions for the first time, and while they are optimized.
  @Test func aProgramCallsWhatIsBeingCompiledAhead() throws {
    let engine = Engine.with(tier: .auto, hotCount: 8)
    for _ in 0..<300 {
      let module = try TierTests.arithmetic().module(engine)
      module.compileAhead(["squares", "sum"])
      let instance = try Instance(module, in: Store(engine))
      #expect(try Self.call(instance, "sum", 100) == 4950)
      #expect(try Self.call(instance, "squares", 4) == 37)
    }
  }

  @Test func aModuleGoesWhileItIsCompiledAhead() throws {
    let engine = Engine.with(tier: .auto)
    for _ in 0..<300 { try TierTests.arithmetic().module(engine).compileAhead(["sum", "squares", "add"]) }
  }
}
