// No shape of function makes a compiler take much more than time in proportion to its size. Counted is work, in the compilers' own units: the result is
// the same on every machine and in every run.

import GrowthShapes
import Testing
import WasmEngine

@Suite struct GrowthTests {
  /// Without verification, whose own time grows faster than the function.
  private static func engine(_ tier: Tier) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    return Engine(configuration)
  }

  private static func measurement(_ engine: Engine, _ shape: GrowthShape, _ size: Int) throws -> (bytes: Int, work: Int) {
    let module = try Module(engine, shape.module(ofSize: size))
    var work = 0
    var observer = OptimizerObserver()
    observer.work = { work += $1 }
    _ = try module.code(ofFunction: 0, tier: engine.configuration.tier, observer: observer)
    return (module.declarations.bodies[0].count, work)
  }

  /// `floor`: so many units are of no concern, as they take a few milliseconds; below that, shapes that have 200 of something have not yet all of them.
  private static func exponent(_ engine: Engine, _ shape: GrowthShape, _ size: Int, floor: Int) throws -> Double {
    let (first, last) = try (measurement(engine, shape, size), measurement(engine, shape, 4 * size))
    return log2(Double(max(last.work, floor)) / Double(max(first.work, floor))) / log2(Double(last.bytes) / Double(first.bytes))
  }

  private static func log2(_ number: Double) -> Double {
    // Without Foundation: enough digits for a comparison.
    var (number, result, digit) = (number, 0.0, 1.0)
    while number >= 2 { (number, result) = (number / 2, result + 1) }
    while number < 1 { (number, result) = (number * 2, result - 1) }
    for _ in 0..<20 {
      (number, digit) = (number * number, digit / 2)
      if number >= 2 { (number, result) = (number / 2, result + digit) }
    }
    return result
  }

  @Test("The optimizing compiler's work grows about as a function does, or the function is refused", arguments: GrowthShape.all)
  func optimizer(_ shape: GrowthShape) throws {
    #expect(try Self.exponent(Self.engine(.omg), shape, 4_000, floor: 200_000) < 1.3)
  }

  @Test("The baseline compiler's work grows as a function does", arguments: GrowthShape.all)
  func baseline(_ shape: GrowthShape) throws {
    #expect(try Self.exponent(Self.engine(.bbq), shape, 8_000, floor: 1) < 1.1)
  }

  /// 64 bytes for each of the body, and a constant; here a quarter of that, which some shapes reach. The limit is seen when an array has grown.
  @Test("The optimizing compiler's memory is bounded by the size of a function, or the function is refused", arguments: GrowthShape.all)
  func memory(_ shape: GrowthShape) throws {
    var configuration = EngineConfiguration()
    configuration.tier = .omg
    configuration.debug.optimizerLimitDivisor = 4
    let engine = Engine(configuration)
    let module = try Module(engine, shape.module(ofSize: 40_000))
    var (peak, refusals) = (0, [String]())
    var observer = OptimizerObserver()
    observer.memory = { peak = $0 }
    observer.refusal = { refusals.append($0) }
    let code = try module.code(ofFunction: 0, tier: .omg, observer: observer)
    let bound = ((64 << 20) + 64 * module.declarations.bodies[0].count) / 4
    #expect(peak < 2 * bound)
    #expect(peak <= bound || refusals == ["it takes more memory than its size allows"])
    #expect((code == nil) == (refusals.count == 1))
  }

  @Test func aLargeFunctionThatTakesMuchMemoryForItsSizeStaysInTheBaselineTier() throws {
    let shape = try #require(GrowthShape.all.first { $0.name == "a table to two blocks by turns" })
    let engine = Self.engine(.omg)
    let module = try Module(engine, shape.module(ofSize: 200_000))
    var refusals: [String] = []
    var observer = OptimizerObserver()
    observer.refusal = { refusals.append($0) }
    #expect(try module.code(ofFunction: 0, tier: .omg, observer: observer) == nil)
    #expect(refusals == ["it takes more memory than its size allows"])
    try module.compileAll()
    #expect(engine.tierStatistics.overBudget == 1 && engine.tierStatistics.refused == 1)
    // What it took has been given back, and others are compiled.
    let small = try Module(engine, GrowthShape.all[0].module(ofSize: 1_000))
    #expect(try small.code(ofFunction: 0, tier: .omg) != nil)
  }

  @Test("Wherever a limit on work or memory is met, the function stays in the baseline tier", arguments: GrowthShape.all)
  func limits(_ shape: GrowthShape) throws {
    for divisor in [1, 20, 100, 400, 2_000, 10_000, 100_000] {
      var configuration = EngineConfiguration()
      configuration.tier = .omg
      configuration.debug.optimizerLimitDivisor = divisor
      configuration.debug.verifiesOptimizer = true
      let engine = Engine(configuration)
      let module = try Module(engine, shape.module(ofSize: 1_500))
      var refusals: [String] = []
      var observer = OptimizerObserver()
      observer.refusal = { refusals.append($0) }
      let code = try module.code(ofFunction: 0, tier: .omg, observer: observer)
      #expect((code == nil) == (refusals.count == 1))
      try module.compileAll()
      let statistics = engine.tierStatistics
      #expect(statistics.optimized.functions + statistics.refused == module.definedFunctions.count)
      #expect(statistics.overBudget == statistics.refused)
      if divisor == 100_000 { #expect(statistics.refused > 0) }
    }
  }
}
