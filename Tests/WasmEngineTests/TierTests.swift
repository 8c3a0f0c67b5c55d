// From tier to tier: who gets optimized, when, and that the program never notices but by its speed.

import Foundation
import RandomModules
import SampleBodies
import Testing
import WasmEngine

extension Engine {
  static func with(tier: Tier, _ strategy: MemoryStrategy = .guarded, hotCount: Int32? = nil, waits: Bool = false) -> Engine {
    var configuration = EngineConfiguration.verifying(tier, strategy)
    configuration.debug.hotCount = hotCount
    configuration.debug.waitsForOptimizer = waits
    return Engine(configuration)
  }
}

extension EngineConfiguration {
  /// The optimizing compiler's work is verified.
  static func verifying(_ tier: Tier, _ strategy: MemoryStrategy, stackSize: Int = 4 << 20) -> EngineConfiguration {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = stackSize
    configuration.debug.verifiesOptimizer = true
    return configuration
  }
}

@Suite(.serialized) struct TierTests {
  /// `add(a, b)`, and `sum(n)`, which adds the numbers below n by calling it; `squares(n)` without a call.
  static func arithmetic() -> ModuleBuilder {
    var builder = ModuleBuilder()
    let add = builder.function("add", [.i64, .i64], [.i64]) { body in
      body.localGet(0)
      body.localGet(1)
      body.emit(.i64Add)
    }
    builder.function("sum", [.i64], [.i64]) { body in
      let result = body.addLocal(.i64)
      body.block()
      body.loop()
      body.localGet(0)
      body.emit(.i64Eqz)
      body.brIf(1)
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.localTee(0)
      body.localGet(result)
      body.call(add)
      body.localSet(result)
      body.br(0)
      body.end()
      body.end()
      body.localGet(result)
    }
    builder.function("squares", [.i64], [.i64]) { body in
      let result = body.addLocal(.i64)
      body.i64Const(7)
      body.block()
      body.loop()
      body.localGet(0)
      body.emit(.i64Eqz)
      body.brIf(1)
      body.localGet(result)
      body.localGet(0)
      body.localGet(0)
      body.emit(.i64Mul)
      body.emit(.i64Add)
      body.localSet(result)
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.localSet(0)
      body.br(0)
      body.end()
      body.end()
      body.localGet(result)
      body.emit(.i64Add)
    }
    return builder
  }

  @Test func eachTierCompilesItsShareOfTheFunctions() throws {
    for tier in Tier.allCases {
      let engine = Engine.with(tier: tier, hotCount: 0, waits: true)
      let instance = try Self.arithmetic().instance(Store(engine))
      let sum = try #require(instance.function("sum"))
      for _ in 0..<3 { #expect(try sum(Int64(10), as: Int64.self) == 45) }
      let statistics = engine.tierStatistics
      #expect(statistics.baseline.functions == (tier == .omg ? 0 : 2), "\(tier)")
      // What has become part of its caller need not be compiled for itself.
      #expect(tier == .bbq ? statistics.optimized.functions == 0 : 1...2 ~= statistics.optimized.functions, "\(tier)")
      #expect(statistics.refused == 0)
      #expect(statistics.baseline.codeBytes > 0 || tier == .omg)
      #expect(statistics.optimized.wasmBytes > 0 || tier == .bbq)
    }
  }

  /// `choose(a, b)`: a call if `a` is not 0, or else `b`; and a hint for its branch.
  private func hinted(_ hint: Bool?) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let work = builder.function("work", [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(3)
      body.emit(.i32RemU)
      body.i32Const(40)
      body.emit(.i32Add)
    }
    builder.function("choose", [.i32, .i32], [.i32]) { body in
      body.localGet(0)
      if let hint { body.hint(isLikely: hint) }
      body.if()
      body.localGet(0)
      body.call(work)
      body.localSet(1)
      body.end()
      body.localGet(1)
    }
    return builder
  }

  @Test func hintsChangeTheOrderOfCodeAndNothingElse() throws {
    var codes: [[UInt8]] = []
    for hint in [nil, true, false] {
      let engine = Engine.with(tier: .omg)
      let module = try hinted(hint).module(engine)
      codes.append(try #require(try module.code(ofFunction: 1, tier: .omg)).bytes)
      let choose = try #require(Instance(module, in: Store(engine)).function("choose"))
      #expect(try choose(Int32(5), Int32(7), as: Int32.self) == 42)
      #expect(try choose(Int32(0), Int32(7), as: Int32.self) == 7)
    }
    #expect(codes[0] != codes[2])
    #expect(codes[1] != codes[2])
  }

  /// Whatever bytes the section has.
  @Test(arguments: 0..<200)
  func hintsThatMakeNoSenseDoNoHarm(_ seed: UInt64) throws {
    var random = RandomNumbers(seed: seed)
    var content = [UInt8]("metadata.code.branch_hint".utf8)
    content.insert(UInt8(content.count), at: 0)
    let start: [UInt8] = seed % 2 == 0 ? [1, 1, 2] : []
    content += start + (0..<(seed % 23)).map { _ in UInt8.random(in: 0...(seed % 3 == 0 ? 255 : 9), using: &random) }
    var bytes = hinted(nil).writer.finish().bytes
    bytes.insert(contentsOf: [0, UInt8(content.count)] + content, at: 8)
    let engine = Engine.with(tier: .omg)
    let choose = try #require(Instance(Module(engine, bytes), in: Store(engine)).function("choose"))
    #expect(try choose(Int32(5), Int32(7), as: Int32.self) == 42)
    #expect(try choose(Int32(0), Int32(7), as: Int32.self) == 7)
  }

  @Test func hotFunctionsAreOptimizedInTheBackground() throws {
    let engine = Engine.with(tier: .auto)
    let instance = try Self.arithmetic().instance(Store(engine))
    let sum = try #require(instance.function("sum"))
    #expect(try sum(Int64(100), as: Int64.self) == 4950)
    #expect(engine.tierStatistics.optimized.functions == 0)
    let deadline = ContinuousClock.now + .seconds(300)
    while engine.tierStatistics.optimized.functions < 2, .now < deadline {
      #expect(try sum(Int64(1000), as: Int64.self) == 499_500)
    }
    #expect(engine.tierStatistics.optimized.functions == 2)
    #expect(engine.tierStatistics.queueWait > 0)
    // The function that nobody called is not among them, and nothing is left to do.
    for _ in 0..<100 { #expect(try sum(Int64(1000), as: Int64.self) == 499_500) }
    #expect(engine.tierStatistics.optimized.functions == 2)
  }

  @Test func onlyWantedFunctionsAreOptimized() throws {
    for tier in [Tier.omg, .auto] {
      var configuration = EngineConfiguration()
      configuration.tier = tier
      configuration.debug.hotCount = 0
      configuration.debug.waitsForOptimizer = true
      configuration.debug.optimizedOrdinals = 1..<2
      let engine = Engine(configuration)
      let instance = try Self.arithmetic().instance(Store(engine))
      for _ in 0..<3 { #expect(try instance.function("sum")!(Int64(10), as: Int64.self) == 45) }
      #expect(engine.tierStatistics.optimized.functions == 1)
      #expect(engine.tierStatistics.refused == 1)
    }
  }

  /// Tables, exports and other instances' imports follow.
  @Test func everybodyWhoCallsGetsTheNewCode() throws {
    let engine = Engine.with(tier: .auto, hotCount: 0, waits: true)
    let store = Store(engine)
    let first = try Self.arithmetic().instance(store)
    var builder = ModuleBuilder()
    let binary = builder.writer.addType(FuncType([.i64, .i64], [.i64]))
    let add = builder.writer.importFunction("m", "add", type: binary)
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    _ = builder.writer.addActiveElements(table: 0, offset: .i32(0), functions: [add])
    builder.function("direct", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i64Const(1)
      body.call(add)
    }
    builder.function("indirect", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i64Const(2)
      body.i32Const(0)
      body.callIndirect(type: binary)
    }
    var imports = Imports()
    imports.define("m", first)
    let second = try builder.instance(store, imports)
    for round in 0..<4 {
      #expect(try second.function("direct")!(Int64(round), as: Int64.self) == Int64(round) + 1)
      #expect(try second.function("indirect")!(Int64(round), as: Int64.self) == Int64(round) + 2)
      #expect(try first.function("add")!(Int64(round), Int64(3), as: Int64.self) == Int64(round) + 3)
    }
    #expect(engine.tierStatistics.optimized.functions == 3)
    #expect(engine.tierStatistics.baseline.functions == 3)
  }

  /// Being hot must not be a reason to trap: a function whose count is spent near the end of the stack gets as far as without counting.
  @Test func countingNeedsNoStack() throws {
    let wanted = try reachedDepth(Engine.with(tier: .bbq))
    let engine = Engine.with(tier: .auto, hotCount: Int32(wanted - 1000) * 8, waits: true)
    // The call itself takes two words.
    #expect(try wanted - reachedDepth(engine) <= 1)
    #expect(engine.tierStatistics.optimized.functions == 0)
  }

  /// Modules that are dropped while their functions wait, are compiled, or run.
  @Test func modulesCanBeDroppedWhileTheirFunctionsWaitAreCompiledOrRun() throws {
    let engine = Engine.with(tier: .auto, hotCount: 0)
    for round in 0..<300 {
      let instance = try Self.arithmetic().instance(Store(engine))
      #expect(try instance.function("sum")!(Int64(round), as: Int64.self) == Int64(round * (round - 1) / 2))
    }
  }

  /// One module on many threads, each with instances of its own, while everything is compiled and re-pointed.
  @Test func threadsShareAModuleWhileItTiersUp() throws {
    for _ in 0..<20 {
      let engine = Engine.with(tier: .auto, hotCount: 50)
      let module = try Self.arithmetic().module(engine)
      let failures = Failures()
      DispatchQueue.concurrentPerform(iterations: 6) { thread in
        do {
          for round in 0..<20 {
            let instance = try Instance(module, in: Store(engine))
            let n = Int64(thread * 31 + round)
            for _ in 0..<5 {
              let sum = try instance.function("sum")!(n, as: Int64.self)
              let squares = try instance.function("squares")!(n, as: Int64.self)
              if sum != n * (n - 1) / 2 || squares != 7 + n * (n + 1) * (2 * n + 1) / 6 { failures.add("\(n): \(sum), \(squares)") }
            }
          }
        } catch {
          failures.add("\(error)")
        }
      }
      #expect(failures.all.isEmpty)
    }
  }

  /// Forty functions that call each other, on several threads, while one after the other is compiled and all calls are re-pointed.
  @Test func manyFunctionsArePatchedWhileTheyRun() throws {
    let count = 40
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([.i32, .i64], [.i64]))
    _ = builder.writer.addTable(TableType(.funcref, Limits(UInt64(count))))
    _ = builder.writer.addActiveElements(table: 0, offset: .i32(0), functions: (0..<count).map(UInt32.init))
    // f_k(depth, x) = depth = 0: x; else a mixture of what two others give, one of them called through the table.
    func callees(_ k: Int) -> (Int, Int) { ((k * 7 + 3) % count, (k * 11 + 5) % count) }
    for k in 0..<count {
      builder.function(WasmName("f\(k)"), [.i32, .i64], [.i64]) { body in
        let (direct, indirect) = callees(k)
        body.localGet(0)
        body.emit(.i32Eqz)
        body.if(.value(.i64))
        body.localGet(1)
        body.else()
        body.localGet(0)
        body.i32Const(1)
        body.emit(.i32Sub)
        body.localGet(1)
        body.i64Const(Int64(k) + 1)
        body.emit(.i64Xor)
        body.call(UInt32(direct))
        body.localGet(0)
        body.i32Const(1)
        body.emit(.i32Sub)
        body.localGet(1)
        body.i32Const(Int32(indirect))
        body.callIndirect(type: type)
        body.i64Const(31)
        body.emit(.i64Mul)
        body.emit(.i64Add)
        body.end()
      }
    }
    func model(_ k: Int, _ depth: Int, _ x: Int64) -> Int64 {
      if depth == 0 { return x }
      let (direct, indirect) = callees(k)
      return model(direct, depth - 1, x ^ Int64(k + 1)) &+ model(indirect, depth - 1, x) &* 31
    }
    let bytes = builder.writer.finish().bytes
    let expected = (0..<count).map { model($0, 9, Int64($0)) }
    for round in 0..<10 {
      let engine = Engine.with(tier: .auto, hotCount: Int32(round * 100))
      let module = try Module(engine, bytes)
      let failures = Failures()
      let deadline = ContinuousClock.now + .seconds(60)
      DispatchQueue.concurrentPerform(iterations: 6) { thread in
        do {
          let instance = try Instance(module, in: Store(engine))
          // Until some functions have been patched, and not for ever.
          var step = 0
          while step < 2 * count || (engine.tierStatistics.optimized.functions < 5 && .now < deadline) {
            step += 1
            let k = (step * 13 + thread * 5) % count
            let found = try instance.function(WasmName("f\(k)"))!(Int32(9), Int64(k), as: Int64.self)
            if found != expected[k] { failures.add("f\(k): \(found)") }
          }
        } catch {
          failures.add("\(error)")
        }
      }
      #expect(failures.all.isEmpty)
      #expect(engine.tierStatistics.optimized.functions >= 5)
      // How long is not said: the thread may lose its processor in the middle.
      #expect(engine.tierStatistics.longestInstallPause > 0)
    }
  }
}

/// What went wrong on several threads.
final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var texts: [String] = []

  func add(_ text: String) { lock.withLock { texts.append(text) } }

  var all: [String] { lock.withLock { texts } }

  @Test("A function that takes long to compile does not keep others waiting")
  func largeFunctionsLetOthersPass() throws {
    let engine = Engine.with(tier: .auto, hotCount: 0)
    var builder = ModuleBuilder()
    builder.function("large", [.i32], [.i32]) { body in
      for number in 0..<40_000 as Range<Int32> {
        body.localGet(0)
        body.i32Const(number)
        body.emit(.i32Mul)
        body.i32Const(7)
        body.emit(.i32Xor)
        body.localSet(0)
      }
      body.localGet(0)
    }
    let names: [WasmName] = ["a", "b", "c", "d", "e", "f", "g", "h"]
    for (number, name) in names.enumerated() {
      builder.function(name, [.i32], [.i32]) { body in
        body.localGet(0)
        body.i32Const(Int32(number))
        body.emit(.i32Add)
      }
    }
    let instance = try builder.instance(Store(engine))
    let large = try #require(instance.function("large"))
    for _ in 0..<2 { _ = try large(Int32(1), as: Int32.self) }
    let small = try names.map { try #require(instance.function($0)) }
    // The large one was asked for first, and takes a large part of a second at least.
    let deadline = Date() + 60
    var isLargeDone = false
    while engine.tierStatistics.optimized.functions < 8, !isLargeDone, Date() < deadline {
      for (number, function) in small.enumerated() { #expect(try function(Int32(3), as: Int32.self) == Int32(3 + number)) }
      isLargeDone = engine.tierStatistics.optimized.wasmBytes > 100_000
    }
    #expect(!isLargeDone)
    #expect(engine.tierStatistics.optimized.functions >= 8)
  }
}
