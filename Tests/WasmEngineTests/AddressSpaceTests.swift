// A process with little address space left gets an error for each thing that does not fit, and goes on; from a few megabytes to more than a guarded memory
// takes. In processes of their own.

import Foundation
import Testing
import WasmEngine

@Suite(.serialized) struct AddressSpaceTests {
  /// Everything that an embedder does, one after the other. Returns how much of it succeeded; errors other than the engine's own are thrown on.
  private static func useEverything(_ strategy: MemoryStrategy, stackSize: Int) throws -> Int {
    var successes = 0
    func attempt(_ body: () throws -> Void) throws {
      do {
        try body()
        successes += 1
      } catch is ResourceError {}
    }
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy
    configuration.debug.hotCount = 0
    configuration.limits.stackSize = stackSize
    let engine = Engine(configuration, runtime: EngineRuntime())
    let store = Store(engine)
    var builder = ModuleBuilder()
    _ = builder.beLateLinkingGuest()
    builder.function("inc", [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    builder.addGrowing(memory: "grow", table: "growTable")
    builder.function("fail") { $0.unreachable() }
    var module: Module?
    try attempt { module = try builder.module(engine) }
    var instance: Instance?
    if let module { try attempt { instance = try Instance(module, imports: .lateLinking(store), in: store) } }
    if let instance {
      for _ in 0..<3 { try attempt { if try instance.function("inc")!(Int32(4), as: Int32.self) != 5 { exit(11) } } }
      try attempt { _ = try instance.function("grow")!(Int32(100), as: Int32.self) }
      try attempt { _ = try instance.function("growTable")!(Int32(100_000), as: Int32.self) }
      try attempt {
        do {
          try instance.function("fail")!()
          exit(12)
        } catch let trap as Trap where trap.reason == .unreachable {}
      }
      var auxiliary = ModuleBuilder()
      _ = auxiliary.writer.importMemory("env", "memory", MemoryType(Limits(1)))
      auxiliary.function("g") { _ in }
      let bytes = auxiliary.writer.finish().bytes
      try attempt {
        try instance.memory("memory")!.write(bytes, at: 64)
        try LateLinker(instance).link(moduleAt: 64, length: bytes.count)
      }
      try attempt { try engine.withTimeLimit(.seconds(100)) { _ = try instance.function("inc")!(Int32(4), as: Int32.self) } }
    }
    for _ in 0..<40 { try attempt { _ = try Memory(store, MemoryType(Limits(1))) } }
    for _ in 0..<40 { try attempt { _ = try Table(store, TableType(.funcref, Limits(100_000))) } }
    let (shared, done) = (module, DispatchGroup())
    for _ in 0..<3 {
      done.enter()
      Thread.detachNewThread {
        defer { done.leave() }
        guard let module = shared else { return }
        let store = Store(engine)
        if let instance = try? Instance(module, imports: .lateLinking(store), in: store) {
          _ = try? instance.function("inc")!(Int32(4), as: Int32.self)
        }
      }
    }
    // A thread that the system refuses never says that it is done.
    _ = done.wait(timeout: .now() + 5)
    return successes
  }

  private static func limitAddressSpace(toPresentAnd extra: Int) {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    guard let pages = text.split(separator: " ").first.flatMap({ Int($0) }) else { exit(91) }
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    limit.rlim_cur = rlim_t(pages * 4096 + extra)
    guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(92) }
  }

  /// Has malloc keep some memory for the small objects of Swift, which ends the process when there is none for one, also on other threads: the engine cannot
  /// be asked to survive what no program in Swift does.
  private static func keepMemoryForSmallObjects() {
    // Swift does not see glibc's malloc.h: M_ARENA_MAX, so that all threads have the same memory, and M_TRIM_THRESHOLD, so that it is kept.
    if let symbol = dlsym(nil, "mallopt") {
      let mallopt = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
      _ = (mallopt(-8, 1), mallopt(-1, .max))
    }
    let blocks = (0..<8192).map { _ in malloc(1024) }
    for block in blocks { free(block) }
  }

  /// What must succeed. With a code region, a stack and one guarded memory of 8 GiB there are the module, its instance and the eight things that are done
  /// with it. How much succeeds with checked memories follows from no such sum: what does not fit is tried with half of it again and again, by code region
  /// and memories alike, so that each takes what the next would have had.
  private static func leastSuccesses(_ strategy: MemoryStrategy, _ megabytes: Int) -> Int {
    if strategy == .checked { return megabytes < 30000 ? 0 : 1 }
    return megabytes < 12000 ? 0 : megabytes < 30000 ? 10 : 10 + 2
  }

  /// The exit code of a failure is the number of the step.
  private static func run(_ strategy: MemoryStrategy) {
    let steps = [4, 40, 70, 150, 290, 500, 800, 1100, 2000, 2900, 3500, 5000, 8000, 11000, 11500, 12000, 20000, 30000]
    for (number, megabytes) in steps.enumerated() {
      keepMemoryForSmallObjects()
      limitAddressSpace(toPresentAnd: megabytes << 20)
      // A stack of another size is mapped anew.
      guard let successes = try? useEverything(strategy, stackSize: (200 << 20) + number << 16) else { exit(Int32(number + 1)) }
      if successes < leastSuccesses(strategy, megabytes) { exit(93) }
    }
  }

  @Test func whatDoesNotFitIsAnErrorWithGuardedMemory() async {
    await #expect(processExitsWith: .success) { Self.run(.guarded) }
  }

  @Test func whatDoesNotFitIsAnErrorWithCheckedMemory() async {
    await #expect(processExitsWith: .success) { Self.run(.checked) }
  }
}
