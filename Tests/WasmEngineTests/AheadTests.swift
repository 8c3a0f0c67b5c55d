// Compiling ahead: what a program needs next is compiled by another thread while it runs.

import Testing
import WasmEngine

@Suite struct AheadTests {
  @Test(arguments: [Tier.auto, .bbq]) func compilesExportsAndWhatTheyCallOnce(_ tier: Tier) throws {
    let engine = Engine.with(tier: tier)
    let module = try TierTests.arithmetic().module(engine)
    module.compileAheadAndWait(["sum", "missing"])
    #expect(engine.statistics.baseline.functions == 2)
    module.compileAheadAndWait(["add", "sum"])
    #expect(engine.statistics.baseline.functions == 2)
    let instance = try Instance(module, in: Store(engine))
    #expect(try instance.function("sum")!(.i64(100)) == [.i64(4950)])
    #expect(engine.statistics.baseline.functions == 2)
    #expect(try instance.function("squares")!(.i64(4)) == [.i64(37)])
    #expect(engine.statistics.baseline.functions == 3)
  }

  @Test func compilesNothingWhereEverythingIsOptimizedAtOnce() throws {
    let engine = Engine.with(tier: .omg)
    let module = try TierTests.arithmetic().module(engine)
    module.compileAhead(["sum"])
    #expect(try Instance(module, in: Store(engine)).function("sum")!(.i64(100)) == [.i64(4950)])
    #expect(engine.statistics.baseline.functions == 0)
  }

  /// The thread installs code while the program calls the same functions for the first time, and while they are optimized.
  @Test func aProgramCallsWhatIsBeingCompiledAhead() throws {
    let engine = Engine.with(tier: .auto, hotCount: 8)
    for _ in 0..<300 {
      let module = try TierTests.arithmetic().module(engine)
      module.compileAhead(["squares", "sum"])
      let instance = try Instance(module, in: Store(engine))
      #expect(try instance.function("sum")!(.i64(100)) == [.i64(4950)])
      #expect(try instance.function("squares")!(.i64(4)) == [.i64(37)])
    }
  }

  @Test func aModuleGoesWhileItIsCompiledAhead() throws {
    let engine = Engine.with(tier: .auto)
    for _ in 0..<300 { try TierTests.arithmetic().module(engine).compileAhead(["sum", "squares", "add"]) }
  }
}
