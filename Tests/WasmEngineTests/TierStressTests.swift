// Everything at once: threads with stores of their own run a shared module, late-link auxiliary modules into it, call them directly, through the
// table and from inside host functions, clear the table, unlink, and drop whole stores, while the optimizing compiler works in the background on
// whatever is hot, including what is just going away. Nobody waits for it. Every result is compared with the same computation in Swift.

import Foundation
import SampleBodies
import Testing

@testable import WasmEngine

@Suite(.serialized) struct TierStressTests {
  @Test func threadsLinkAndUnlinkWhileEverythingTiersUp() throws {
    for (hotCount, strategy) in [(0, MemoryStrategy.guarded), (40, .checked), (400, .guarded)] {
      let statistics = try Self.run(hotCount: Int32(hotCount), strategy, threads: 6, rounds: 16)
      #expect(statistics.optimized.functions > 0)
    }
  }

  /// When all is gone, so is the code: that of modules whose functions waited for the compiler, or were in its hands, too.
  @Test func codeGoesWithItsModule() async {
    await #expect(processExitsWith: .success) {
      try Self.run(hotCount: 20, .guarded, threads: 4, rounds: 12)
      EngineRuntime.shared.queue.waitUntilIdle()
      #expect(EngineRuntime.shared.allocatedCodeSize == 0)
    }
  }

  // MARK: Threads

  @discardableResult
  private static func run(hotCount: Int32, _ strategy: MemoryStrategy, threads: Int, rounds: Int) throws -> TierStatistics {
    var configuration = EngineConfiguration()
    configuration.tier = .auto
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 1 << 20
    configuration.debug.hotCount = hotCount
    configuration.debug.verifiesOptimizer = true
    let engine = Engine(configuration)
    let guest = try guestModule(engine)
    let auxiliaries = (0..<8).map { auxiliaryModule(Int64($0)) }
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      var random = RandomNumbers(state: UInt64(thread) &* 7919 &+ UInt64(hotCount))
      do {
        for _ in 0..<rounds {
          let worker = try Worker(guest, engine, auxiliaries)
          for _ in 0..<(8 + random.below(24)) { try worker.step(&random, failures) }
          // The store goes with everything that is still linked; its functions may be waiting for the compiler.
        }
      } catch {
        failures.add("\(error)")
      }
    }
    #expect(failures.all.isEmpty)
    #expect(engine.tierStatistics.refused == 0)
    return engine.tierStatistics
  }

  /// A thread's store: the guest, and what has been linked to it.
  private final class Worker {
    private struct Linked {
      var number: Int
      /// Of `mix`; `steps` comes after it.
      var slot: Int32
      var instance: Instance
    }

    private let store: Store
    private let guest: Instance
    private let linker: LateLinker
    private let table: Table
    private let auxiliaries: [[UInt8]]
    private var linked: [Linked] = []

    init(_ module: Module, _ engine: Engine, _ auxiliaries: [[UInt8]]) throws {
      store = Store(engine)
      self.auxiliaries = auxiliaries
      guest = try Instance(module, imports: .lateLinking(store), in: store)
      linker = try LateLinker(guest)
      table = guest.table("__indirect_function_table")!
    }

    func step(_ random: inout RandomNumbers, _ failures: Failures) throws {
      let n = Int64(random.below(60))
      switch random.below(8) {
      case 0, 1: try link()
      case 2: try linkFromInside(n, random.below(auxiliaries.count), failures)
      case 3: try unlink(random)
      case 4:
        let found = try guest.function("work")!(n, as: Int64.self)
        if found != Model.work(n) { failures.add("work \(n): \(found)") }
      case 5:
        let found = TierStressTests.trapReason { try self.guest.function("divide")!(Int32(0), as: Int32.self) }
        if found != .integerDivideByZero { failures.add("no trap") }
      default: try callAll(n, failures)
      }
    }

    private func link() throws {
      let number = linked.count % auxiliaries.count
      try guest.memory("memory")!.write(auxiliaries[number], at: 1024)
      let instance = try linker.link(moduleAt: 1024, length: auxiliaries[number].count)
      linked.append(Linked(number: number, slot: Int32(table.count - 2), instance: instance))
    }

    /// The module arrives in a host function that the guest calls; nobody holds on to it but the table.
    private func linkFromInside(_ n: Int64, _ number: Int, _ failures: Failures) throws {
      try guest.memory("memory")!.write(auxiliaries[number], at: 1024)
      let found = try guest.function("linkAndCall")!(Int32(1024), Int32(auxiliaries[number].count), n, as: Int64.self)
      if found != Model.mix(Int64(number), n) { failures.add("linked \(number) in a call, \(n): \(found)") }
    }

    private func callAll(_ n: Int64, _ failures: Failures) throws {
      for module in linked {
        for round in 0..<4 {
          let n = n + Int64(round)
          let mixed = try guest.function("call")!(module.slot, n, as: Int64.self)
          let stepped = try guest.function("call")!(module.slot + 1, n, as: Int64.self)
          if mixed != Model.mix(Int64(module.number), n) { failures.add("mix \(module.number), \(n): \(mixed)") }
          if stepped != Model.steps(Int64(module.number), n) { failures.add("steps \(module.number), \(n): \(stepped)") }
        }
      }
    }

    private func unlink(_ random: RandomNumbers) throws {
      guard !linked.isEmpty else { return }
      let module = linked.remove(at: Int(random.state % UInt64(linked.count)))
      try table.set(Int(module.slot), .funcref(nil))
      try table.set(Int(module.slot) + 1, .funcref(nil))
      try linker.unlink(module.instance)
    }
  }

  private static func trapReason(_ body: () throws -> Int32) -> TrapReason? { trap { _ = try body() }?.reason }

  // MARK: Modules

  /// What the modules below compute.
  private enum Model {
    static func work(_ n: Int64) -> Int64 { (0..<n).reduce(3) { ($0 &* 31) ^ half($1 &+ 1) } }
    static func half(_ x: Int64) -> Int64 { (x &* 5) >> 1 }
    static func steps(_ number: Int64, _ n: Int64) -> Int64 { (0..<n).reduce(number) { $0 &* 7 &+ half(n &- $1) } }
    static func mix(_ number: Int64, _ n: Int64) -> Int64 { steps(number, n) &+ steps(number, n &+ number) }
  }

  /// half(x); work(n), a loop that calls it; call(slot, x) through the table; divide; linkAndCall, which has a module linked and calls what is
  /// before the end of the table. Element 0 of the table is half.
  private static func guestModule(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    let link = builder.beLateLinkingGuest()
    let half = builder.function("half", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i64Const(5)
      body.emit(.i64Mul)
      body.i64Const(1)
      body.emit(.i64ShrS)
    }
    _ = builder.writer.addActiveElements(table: 0, offset: .i32(0), functions: [half])
    builder.function("work", [.i64], [.i64]) { body in
      let (result, index) = (body.addLocal(.i64), body.addLocal(.i64))
      body.i64Const(3)
      body.localSet(result)
      Self.loop(&body, index, below: 0) { body in
        body.localGet(result)
        body.i64Const(31)
        body.emit(.i64Mul)
        body.localGet(index)
        body.i64Const(1)
        body.emit(.i64Add)
        body.call(half)
        body.emit(.i64Xor)
        body.localSet(result)
      }
      body.localGet(result)
    }
    builder.addTableCall(.i64, type: unary)
    builder.function("divide", [.i32], [.i32]) { body in
      body.i32Const(7)
      body.localGet(0)
      body.emit(.i32DivS)
    }
    builder.function("linkAndCall", [.i32, .i32, .i64], [.i64]) { body in
      body.localGet(0)
      body.localGet(1)
      body.call(link)
      body.emit(.drop)
      body.localGet(2)
      body.tableSize()
      body.i32Const(2)
      body.emit(.i32Sub)
      body.callIndirect(type: unary)
    }
    return try builder.module(engine)
  }

  /// steps(n), a loop that calls element 0 of the table; mix(n), which calls that twice. The start function appends mix and steps to the table.
  private static func auxiliaryModule(_ number: Int64) -> [UInt8] {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(0)))
    let steps = builder.function(nil, [.i64], [.i64]) { body in
      let (result, index) = (body.addLocal(.i64), body.addLocal(.i64))
      body.i64Const(number)
      body.localSet(result)
      Self.loop(&body, index, below: 0) { body in
        body.localGet(result)
        body.i64Const(7)
        body.emit(.i64Mul)
        body.localGet(0)
        body.localGet(index)
        body.emit(.i64Sub)
        body.i32Const(0)
        body.callIndirect(type: unary)
        body.emit(.i64Add)
        body.localSet(result)
      }
      body.localGet(result)
    }
    let mix = builder.function(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.call(steps)
      body.localGet(0)
      body.i64Const(number)
      body.emit(.i64Add)
      body.call(steps)
      body.emit(.i64Add)
    }
    let elements = builder.writer.addPassiveElements(functions: [mix, steps])
    builder.writer.setStart(
      builder.function { body in
        body.refNull(.funcref)
        body.i32Const(2)
        body.tableGrow()
        body.i32Const(0)
        body.i32Const(2)
        body.tableInit(element: elements)
      })
    return builder.writer.finish().bytes
  }

  /// `index` runs from 0 to what is below local `below`.
  private static func loop(_ body: inout FunctionBodyWriter, _ index: UInt32, below bound: UInt32, _ step: (inout FunctionBodyWriter) -> Void) {
    body.block()
    body.loop()
    body.localGet(index)
    body.localGet(bound)
    body.emit(.i64GeS)
    body.brIf(1)
    step(&body)
    body.localGet(index)
    body.i64Const(1)
    body.emit(.i64Add)
    body.localSet(index)
    body.br(0)
    body.end()
    body.end()
  }
}
