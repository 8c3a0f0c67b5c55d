// Fuel: what takes it, that all tiers take the same, and what happens without any.

import RandomModules
import Testing
import WasmEngine

@Suite struct FuelTests {
  static let modes: [(Tier, MemoryStrategy)] = [
    (.bbq, .guarded), (.bbq, .checked), (.omg, .guarded), (.omg, .checked), (.auto, .guarded), (.auto, .checked),
  ]

  private static func engine(_ tier: Tier, _ strategy: MemoryStrategy = .guarded, countsFuel: Bool = true) -> Engine {
    var configuration = EngineConfiguration()
    configuration.countsFuel = countsFuel
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 64 << 20
    configuration.debug.verifiesOptimizer = true
    if tier == .auto {
      configuration.debug.hotCount = 3
      configuration.debug.waitsForOptimizer = true
    }
    return Engine(configuration)
  }

  @Test("A call takes a unit, and so does each iteration of a loop", arguments: modes)
  func callsAndIterationsTakeFuel(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let store = Store(Self.engine(tier, strategy))
    let instance = try TierTests.arithmetic().instance(store)
    for count in [0, 1, 7, 1000] as [Int64] {
      store.fuel = 1_000_000
      _ = try instance.function("add")!(count, count, as: Int64.self)
      #expect(store.fuel == 999_999)
      // Itself, the iteration that finds the end, and for each number an iteration and a call.
      store.fuel = 1_000_000
      _ = try instance.function("sum")!(count, as: Int64.self)
      #expect(store.fuel == 1_000_000 - UInt64(2 + 2 * count))
      store.fuel = 1_000_000
      _ = try instance.function("squares")!(count, as: Int64.self)
      #expect(store.fuel == 1_000_000 - UInt64(2 + count))
      // As much as it needs, and one less.
      store.fuel = UInt64(2 + count)
      _ = try instance.function("squares")!(count, as: Int64.self)
      #expect(store.fuel == 0)
      store.fuel = UInt64(1 + count)
      #expect(trap { _ = try instance.function("squares")!(count, as: Int64.self) }?.reason == .outOfFuel)
      #expect(store.fuel == 0)
    }
  }

  @Test("Calls of itself in tail position take fuel", arguments: modes)
  func tailCallsTakeFuel(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    var builder = ModuleBuilder()
    builder.function("down", [.i64], [.i64]) { body in
      body.localGet(0)
      body.emit(.i64Eqz)
      body.if(.value(.i64))
      body.i64Const(5)
      body.else()
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.returnCall(0)
      body.end()
    }
    let store = Store(Self.engine(tier, strategy))
    let down = try builder.instance(store).function("down")!
    for count in [0, 1, 100] as [Int64] {
      store.fuel = 1000
      #expect(try down(count, as: Int64.self) == 5)
      #expect(store.fuel == 999 - UInt64(count))
    }
    store.fuel = 100
    #expect(trap { _ = try down(Int64(100), as: Int64.self) }?.reason == .outOfFuel)
  }

  /// What each export does with so much fuel, what is left, and what is in the memory then.
  private static func outcomes(_ bytes: [UInt8], _ engine: Engine, fuel: UInt64) throws -> [String] {
    let store = Store(engine)
    var imports = Imports()
    imports.define("env", "tag", Tag(store, [.i32]))
    let instance = try Instance(Module(engine, bytes), imports: imports, in: store)
    var found: [String] = []
    for export in instance.module.exports {
      store.fuel = fuel
      found += RandomModules.outcomes(of: instance, [export])
      found.append("\(store.fuel)")
    }
    return found
  }

  @Test("Random modules take the same in all tiers and memory modes, and end at the same place when there is no more")
  func allModesTakeTheSame() throws {
    let reference = Self.engine(.bbq)
    let others = Self.modes.dropFirst().map { Self.engine($0.0, $0.1) }
    var stopped = 0
    for seed in 0..<40 as Range<UInt64> {
      for bytes in [RandomModule.bytes(seed: seed), ExceptionModule.bytes(seed: seed)] {
        for fuel in [1 << 40, 0, 1, 5, 20, 100] as [UInt64] {
          let expected = try Self.outcomes(bytes, reference, fuel: fuel)
          if expected.contains(where: { $0.contains("outOfFuel") || $0.contains("out of fuel") }) { stopped += 1 }
          for other in others {
            #expect(
              try Self.outcomes(bytes, other, fuel: fuel) == expected,
              "seed \(seed), \(fuel) units, \(other.configuration.tier), \(other.configuration.memoryStrategy)")
          }
        }
      }
    }
    #expect(stopped > 150)
  }

  @Test("An endless loop ends, and the store can be used again", arguments: modes)
  func anEndlessLoopEnds(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    var builder = ModuleBuilder()
    builder.function("loop", [], []) { body in
      body.loop()
      body.br(0)
      body.end()
    }
    builder.function("fail", [], []) { $0.unreachable() }
    builder.function("nothing", [], []) { _ in }
    let store = Store(Self.engine(tier, strategy))
    let instance = try builder.instance(store)
    #expect(trap { try instance.function("nothing")!() }?.reason == .outOfFuel, "a store has no fuel at first")
    store.fuel = 10_000_000
    #expect(trap { try instance.function("loop")!() }?.reason == .outOfFuel)
    #expect(store.fuel == 0)
    store.fuel = 5
    try instance.function("nothing")!()
    #expect(store.fuel == 4)
    #expect(trap { try instance.function("fail")!() }?.reason == .unreachable)
    #expect(store.fuel == 0, "a trap takes all")
    store.fuel = UInt64.max
    try instance.function("nothing")!()
    #expect(store.fuel == UInt64.max - 1)
  }

  @Test("A host function sees what is left and may change it, also from within a loop", arguments: modes)
  func hostFunctionsSeeFuel(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let store = Store(Self.engine(tier, strategy))
    var builder = ModuleBuilder()
    let fill = builder.writer.importFunction("env", "fill", type: builder.writer.addType(FuncType([], [])))
    builder.function("run", [.i32], []) { body in
      body.countDown { body in body.call(fill) }
    }
    var imports = Imports()
    imports.define("env", "fill", Function(store) { (caller: borrowing Caller) in caller.store.fuel += 3 })
    let instance = try builder.instance(store, imports)
    store.fuel = 2
    try instance.function("run")!(Int32(100))
    #expect(store.fuel >= 200 && store.fuel <= 202)
  }

  @Test("Calls of another instance's functions take fuel of the same store")
  func callsBetweenInstancesTakeFuel() throws {
    let store = Store(Self.engine(.omg))
    let first = try TierTests.arithmetic().instance(store)
    var builder = ModuleBuilder()
    let sum = builder.writer.importFunction("first", "sum", type: builder.writer.addType(FuncType([.i64], [.i64])))
    builder.function("twice", [.i64], [.i64]) { body in
      body.localGet(0)
      body.call(sum)
      body.call(sum)
    }
    var imports = Imports()
    imports.define("first", first)
    let second = try builder.instance(store, imports)
    store.fuel = 1000
    // sum(3) is 3; each takes 8.
    _ = try second.function("twice")!(Int64(3), as: Int64.self)
    #expect(store.fuel == 1000 - 1 - 8 - 8)
  }

  @Test("Without the setting nothing is taken, and saved modules are for one of the two")
  func engineThatDoesNotCountTakesNothing() throws {
    let (counting, other) = (Self.engine(.omg), Self.engine(.omg, countsFuel: false))
    let store = Store(other)
    _ = try TierTests.arithmetic().instance(store).function("sum")!(Int64(9), as: Int64.self)
    #expect(store.fuel == 0)
    let saved = try TierTests.arithmetic().module(counting).serialized()
    #expect(throws: SerializationError.self) { try Module(other, serialized: saved) }
    let fueled = Store(counting)
    fueled.fuel = 100
    let instance = try Instance(Module(counting, serialized: saved), in: fueled)
    _ = try instance.function("squares")!(Int64(9), as: Int64.self)
    #expect(fueled.fuel == 100 - 11)
  }
}
