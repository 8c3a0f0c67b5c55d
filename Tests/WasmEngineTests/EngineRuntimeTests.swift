// Engines with runtimes of their own: their hot functions do not wait for those of others, their code lies in a region of its own, where traps and
// exceptions find it, and all of it goes with them.

import Foundation
import Testing

@testable import WasmEngine

@Suite struct EngineRuntimeTests {
  private static func makeEngine(_ runtime: EngineRuntime, waits: Bool = false) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = .auto
    configuration.limits.stackSize = 1 << 20
    configuration.debug.hotCount = 0
    configuration.debug.waitsForOptimizer = waits
    return Engine(configuration, runtime: runtime)
  }

  /// inc(n); fail(), which traps; and catch(), whose result is 3 by way of an exception.
  private static func makeModule(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i32])))
    builder.function("inc", [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    builder.function("fail") { $0.unreachable() }
    builder.function("catch", [], [.i32]) { body in
      body.block(.value(.i32))
      body.tryTable(.empty, [.tag(tag, label: 0)])
      body.i32Const(3)
      body.throw(tag)
      body.end()
      body.i32Const(4)
      body.end()
    }
    return try builder.module(engine)
  }

  /// All that a region must be right for.
  private static func check(_ engine: Engine) throws {
    let instance = try Instance(makeModule(engine), in: Store(engine))
    for number in Int32(0)..<4 { #expect(try instance.function("inc")!(number, as: Int32.self) == number + 1) }
    #expect(try instance.function("catch")!(as: Int32.self) == 3)
    let end = trap { try instance.function("fail")!() }
    #expect(end?.reason == .unreachable)
    #expect(end?.backtrace.map(\.functionName) == ["fail"])
  }

  @Test func hotFunctionsDoNotWaitForThoseOfOtherRuntimes() throws {
    let busy = EngineRuntime(codeBytes: 1 << 20)
    let stuck = try Self.makeModule(Self.makeEngine(busy))
    let behind = try Self.makeModule(Self.makeEngine(busy))
    let place = CompilePlace(function: 0)
    try stuck.code.withLock { _ in
      // The only thread cannot install what it has compiled; what comes after it in the queue waits.
      #expect(busy.queue.request(place, of: stuck))
      #expect(busy.queue.request(place, of: behind))
      let engine = Self.makeEngine(EngineRuntime(codeBytes: 1 << 20), waits: true)
      try Self.check(engine)
      #expect(engine.tierStatistics.optimized.functions > 0)
      #expect(behind.tierUp?.stage(place) == .waiting)
    }
    busy.queue.waitUntilIdle()
    #expect(stuck.tierUp?.stage(place) == .optimized)
    #expect(behind.tierUp?.stage(place) == .optimized)
  }

  @Test func codeLiesInItsRuntimeAndGoesWithItsModules() throws {
    let runtime = EngineRuntime(codeBytes: 1 << 20)
    #expect(runtime.allocatedCodeSize == 0)
    do {
      let engine = Self.makeEngine(runtime)
      let module = try Self.makeModule(engine)
      #expect(runtime.allocatedCodeSize > 0)
      try Self.check(engine)
      _ = module
    }
    runtime.queue.waitUntilIdle()
    #expect(runtime.allocatedCodeSize == 0)
  }

  @Test func aFullRegionIsAnErrorThere() throws {
    let runtime = EngineRuntime(codeBytes: 4096)
    var builder = ModuleBuilder()
    for _ in 0..<1000 { builder.function { _ in } }
    let engine = Self.makeEngine(runtime)
    #expect(throws: ResourceError.self) { try builder.module(engine) }
    try Self.check(engine)
    try Self.check(Self.makeEngine(.shared))
  }

  @Test func runtimesComeAndGo() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<600 { try Self.check(Self.makeEngine(EngineRuntime(codeBytes: 1 << 16))) }
    }
  }

  @Test func moreRuntimesThanThereMayBeAreErrors() async {
    await #expect(processExitsWith: .success) {
      var modules: [Module] = []
      var refused = 0
      for _ in 0..<300 {
        do { modules.append(try Self.makeModule(Self.makeEngine(EngineRuntime(codeBytes: 1 << 16)))) } catch is ResourceError { refused += 1 }
      }
      guard modules.count > 200, refused > 0 else { exit(1) }
      for module in modules {
        let instance = try Instance(module, in: Store(module.engine))
        guard try instance.function("catch")!(as: Int32.self) == 3 else { exit(2) }
        guard trap({ try instance.function("fail")!() })?.reason == .unreachable else { exit(3) }
      }
      modules.removeAll()
      try Self.check(Self.makeEngine(EngineRuntime(codeBytes: 1 << 16)))
    }
  }

  @Test func threadsMakeAndDropRuntimesWhileOthersTrapAndThrow() {
    DispatchQueue.concurrentPerform(iterations: 6) { number in
      do {
        for _ in 0..<60 { try Self.check(Self.makeEngine(number % 2 == 0 ? EngineRuntime(codeBytes: 1 << 16) : .shared)) }
      } catch {
        Issue.record(error)
      }
    }
  }
}
