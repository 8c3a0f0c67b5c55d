// Random modules of our own do the same in every tier and memory mode. (`scripts/fuzz tiers` does this for longer.)

import RandomModules
import Testing
import WasmEngine

@Suite struct RandomTierTests {
  private func engine(_ tier: Tier, _ strategy: MemoryStrategy, limitDivisor: Int = 1, baselineProcessor: Bool = false) -> Engine {
    var configuration = EngineConfiguration.verifying(tier, strategy, stackSize: 64 << 20)
    configuration.debug.optimizerLimitDivisor = limitDivisor
    if baselineProcessor { configuration.debug.disabledProcessorFeatures = ProcessorFeatures(named: "all")! }
    if tier == .auto {
      configuration.debug.hotCount = 3
      configuration.debug.waitsForOptimizer = true
    }
    return Engine(configuration)
  }

  /// What calling all functions does, and what is in globals and memory then. NaNs are all alike.
  private func outcomes(_ bytes: [UInt8], _ engine: Engine) throws -> [String] {
    let store = Store(engine)
    var imports = Imports()
    imports.define("env", "tag", Tag(store, [.i32]))
    let instance = try Instance(Module(engine, bytes), imports: imports, in: store)
    return RandomModules.outcomes(of: instance, instance.module.exports)
  }

  @Test("Random modules do the same in all tiers, memory modes, and without features of the processor")
  func allModesAgree() throws { _ = try compare(RandomModule.bytes) }

  @Test("Random modules about exceptions do the same in all tiers and memory modes")
  func allModesAgreeAboutExceptions() throws {
    let ends = try compare(ExceptionModule.bytes)
    // They are about what they are meant to be about.
    #expect(ends["exception", default: 0] > 50)
    #expect(ends["nullReference", default: 0] > 0)
  }

  @Test("A function that reaches a limit of the optimizing compiler, at whatever operator, stays in the baseline tier and does the same")
  func functionsThatReachALimitDoTheSame() throws {
    let reference = engine(.bbq, .guarded)
    for divisor in [1_000, 5_000, 20_000, 100_000, 500_000] {
      let limited = engine(.omg, .guarded, limitDivisor: divisor)
      for seed in 0..<60 as Range<UInt64> {
        for bytes in [RandomModule.bytes(seed: seed), ExceptionModule.bytes(seed: seed)] {
          let expected = try outcomes(bytes, reference)
          #expect(try outcomes(bytes, limited) == expected, "seed \(seed), limits divided by \(divisor)")
        }
      }
      #expect(divisor < 20_000 || limited.tierStatistics.refused > 0)
    }
  }

  /// Returns how often which outcome was seen.
  private func compare(_ make: (UInt64) -> [UInt8]) throws -> [String: Int] {
    let reference = engine(.bbq, .guarded)
    let others = [
      engine(.bbq, .checked), engine(.omg, .guarded), engine(.omg, .checked), engine(.auto, .guarded),
      engine(.omg, .guarded, baselineProcessor: true),
    ]
    var ends: [String: Int] = [:]
    for seed in 0..<300 as Range<UInt64> {
      let bytes = make(seed)
      let expected = try outcomes(bytes, reference)
      for other in others { #expect(try outcomes(bytes, other) == expected, "seed \(seed), \(other.configuration.tier)") }
      for outcome in expected { ends[outcome, default: 0] += 1 }
    }
    for other in others { #expect(other.tierStatistics.refused == 0) }
    return ends
  }
}
