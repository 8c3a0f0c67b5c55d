// What a process that embeds the engine may do to it, and it to the process.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite(.serialized) struct RobustnessTests {
  private func makeTrapper(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    builder.writer.addExport("memory", .memory, builder.writer.addMemory(MemoryType(Limits(1))))
    builder.function("load", [.i32], [.i32]) { body in
      body.localGet(0)
      body.load(.i32Load)
    }
    return try builder.module(engine)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test func manyThreadsTrapAtOnce() throws {
    let engine = Engine()
    let module = try makeTrapper(engine)
    let traps = Counter()
    let running = DispatchGroup()
    for _ in 0..<16 {
      running.enter()
      Thread.detachNewThread {
        defer { running.leave() }
        if let function = try? Instance(module, in: Store(engine)).function("load") {
          for index in 0..<500 {
            let isRight = (try? function(Int32(index), as: Int32.self)) == 0
            let reason = trap { _ = try function(Int32(-4 - index), as: Int32.self) }?.reason
            if isRight, reason == .memoryOutOfBounds { traps.value.add(1, ordering: .relaxed) }
          }
        }
      }
    }
    #expect(running.wait(timeout: .now() + 300) == .success)
    #expect(traps.value.load(ordering: .relaxed) == 16 * 500)
  }

  @Test func aThousandInstancesLiveAtOnce() throws {
    let engine = Engine()
    let module = try makeTrapper(engine)
    let instances = try (0..<1000).map { _ in try Instance(module, in: Store(engine)) }
    for (index, instance) in instances.enumerated() { try instance.memory("memory")!.store(Int32(index), at: 0) }
    for (index, instance) in instances.enumerated() {
      #expect(try instance.function("load")!(Int32(0), as: Int32.self) == Int32(index))
    }
  }

  @Test(.needsProc) func instancesComeAndGoWithoutGrowth() async throws {
    await #expect(processExitsWith: .success) {
      #if DEBUG
        let count = 20_000
      #else
        let count = 100_000
      #endif
      let engine = Engine()
      let module = try RobustnessTests().makeTrapper(engine)
      var before = 0
      for round in 0..<count {
        if round == count / 10 { before = ProcessMeasurements.residentBytes() }
        let instance = try Instance(module, in: Store(engine))
        if round % 100 == 0 { _ = try instance.function("load")!(Int32(0), as: Int32.self) }
      }
      #expect(ProcessMeasurements.residentBytes() - before < 8 << 20)
    }
  }

  @Test(.needsProc) func nothingIsWritableAndExecutableWhileCompiling() throws {
    let engine = Engine()
    let looks = Counter()
    let finished = Counter()
    Thread.detachNewThread {
      // Twenty modules at least, and until somebody has looked twice meanwhile.
      var modules = 0
      while modules < 20 || looks.value.load(ordering: .relaxed) < 2 {
        modules += 1
        var builder = ModuleBuilder()
        for index in 0..<500 {
          builder.function(nil, [.i32], [.i32]) { body in
            for _ in 0..<20 {
              body.localGet(0)
              body.i32Const(Int32(index))
              body.emit(.i32Add)
              body.localSet(0)
            }
            body.localGet(0)
          }
        }
        let bytes = builder.writer.finish().bytes
        _ = bytes.withUnsafeBytes { try? Module(engine, copying: $0, eagerly: true) }
      }
      finished.value.add(1, ordering: .relaxed)
    }
    repeat {
      looks.value.add(1, ordering: .relaxed)
      #expect(try ProcessMeasurements.writableCode() == [])
    } while finished.value.load(ordering: .relaxed) == 0
  }

  // MARK: Handlers of others

  @Test func handlersFromBeforeGetForeignFaults() async throws {
    await #expect(processExitsWith: .exitCode(42)) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in _exit(42) }
      sigaction(SIGSEGV, &action, nil)
      try faultAfterATrap()
    }
  }

  nonisolated(unsafe) private static var ours = sigaction()

  /// A handler that comes later and passes on what it does not know, as it should.
  @Test func handlersFromAfterwardsCanPassFaultsOn() async throws {
    await #expect(processExitsWith: .exitCode(43)) {
      var builder = ModuleBuilder()
      _ = builder.writer.addMemory(MemoryType(Limits(1)))
      builder.function("f", [], [.i32]) { body in
        body.i32Const(-8)
        body.load(.i32Load)
      }
      let instance = try builder.instance(Store())
      var action = sigaction()
      action.sa_flags = Int32(SA_SIGINFO | SA_ONSTACK)
      action.__sigaction_handler.sa_sigaction = { number, information, context in
        if UInt(bitPattern: information!.pointee._sifields._sigfault.si_addr) == 8 { _exit(43) }
        RobustnessTests.ours.__sigaction_handler.sa_sigaction(number, information, context)
      }
      sigaction(SIGSEGV, &action, &RobustnessTests.ours)
      for _ in 0..<3 {
        guard trap({ _ = try instance.function("f")!(as: Int32.self) })?.reason == .memoryOutOfBounds else { exit(1) }
      }
      UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1
      exit(2)
    }
  }

  // MARK: No memory

  @Test(.needsProc) func missingAddressSpaceIsAnError() async throws {
    await #expect(processExitsWith: .exitCode(0)) {
      func allow(_ more: Int) {
        var limit = rlimit(rlim_cur: rlim_t(ProcessMeasurements.addressSpaceBytes() + more), rlim_max: .max)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      }
      func isRefused(_ body: () throws -> Void) -> Bool {
        do {
          try body()
          return false
        } catch {
          return error is ResourceError
        }
      }
      var configuration = EngineConfiguration()
      configuration.limits.stackSize = 2 << 30
      configuration.limits.tableElements = 1 << 30
      let engine = Engine(configuration)
      var builder = ModuleBuilder()
      _ = builder.writer.addMemory(MemoryType(Limits(1)))
      builder.function("f") { _ in }
      let module = try builder.module(engine)
      let store = Store(engine)
      let instance = try Instance(module, in: store)
      let small = try Table(store, TableType(.funcref, Limits(1)))
      allow(1 << 30)
      guard isRefused({ _ = try Memory(store, MemoryType(Limits(1))) }) else { exit(1) }
      guard isRefused({ _ = try Instance(module, in: store) }) else { exit(2) }
      guard isRefused({ try instance.function("f")!() }) else { exit(3) }
      guard isRefused({ _ = try Table(store, TableType(.funcref, Limits(1 << 29))) }) else { exit(4) }
      guard small.grow(by: 1 << 29) == nil, small.count == 1 else { exit(5) }
      // A checked memory takes what it can get.
      configuration.memoryStrategy = .checked
      let checked = Store(Engine(configuration))
      guard let memory = try? Memory(checked, MemoryType(Limits(1))), memory.grow(by: 100) == 1 else { exit(6) }
      guard memory.grow(by: 60_000) == nil else { exit(7) }
      exit(0)
    }
  }

  // MARK: Large inputs

  /// Time must grow with size, not with its square.
  @Test(arguments: [
    "blocks", "loops", "operands", "results of calls", "branch table", "locals", "functions", "exports", "tries", "shadowed locals", "tables",
  ])
  func largeModulesTakeLinearTime(_ shape: String) async throws {
    await #expect(processExitsWith: .success) { [shape] in
      let engine = Engine()
      func measure(_ size: Int) throws -> Double {
        let bytes = RobustnessTests().makeLarge(shape, size)
        func load() throws {
          let module = try bytes.withUnsafeBytes { try Module(engine, copying: $0, eagerly: true) }
          var imports = Imports()
          imports.define("m", try Instance(module, in: Store(engine)))
        }
        return try (0..<3).map { _ in try ProcessMeasurements.processorTime(load) }.min()!
      }
      #if DEBUG
        let scale = 6000
      #else
        let scale = shape == "locals" ? 12_000 : 25_000
      #endif
      let small = try measure(scale)
      let large = try measure(scale * 4)
      // Four times the size; quadratic would be sixteen. Small times say little.
      #expect(large < small * 10 || large < 0.1, "\(shape): \(small) s, then \(large)")
    }
  }

  @Test(.needsProc) func loadingDoesNotTakeTheMemoryThatTablesAreSaidToHave() async throws {
    await #expect(processExitsWith: .success) {
      var builder = ModuleBuilder()
      for _ in 0..<50_000 { _ = builder.writer.addTable(TableType(.funcref, Limits(16_384))) }
      builder.function("f") { _ in }
      let bytes = builder.writer.finish().bytes
      let before = ProcessMeasurements.residentBytes()
      let module = try Module(Engine(), bytes)
      #expect(ProcessMeasurements.residentBytes() - before < 64 << 20)
      withExtendedLifetime(module) {}
    }
  }

  private func makeLarge(_ shape: String, _ size: Int) -> [UInt8] {
    var builder = ModuleBuilder()
    if shape == "functions" || shape == "exports" {
      for index in 0..<size {
        builder.function(shape == "exports" ? WasmName("f\(index)") : nil, [], [.i32]) { body in
          if index > 0 { body.call(UInt32(index - 1)) } else { body.i32Const(1) }
        }
      }
      return builder.writer.finish().bytes
    }
    let callee = builder.function(nil, [], [.i32]) { $0.i32Const(1) }
    if shape == "tables" {
      for index in 0..<(size / 10) {
        _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
        builder.writer.addExport(WasmName("f\(index)"), .function, callee)
        builder.writer.addActiveElements(offset: .i32(0), functions: [callee])
      }
      return builder.writer.finish().bytes
    }
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType()))
    builder.function("f", [.i32], [.i32]) { body in
      switch shape {
      case "blocks":
        for _ in 0..<size { body.block(.value(.i32)) }
        body.localGet(0)
        for _ in 0..<size {
          body.localGet(0)
          body.brIf(0)
          body.end()
        }
      case "loops":
        let local = body.addLocal(.i32)
        for _ in 0..<size {
          body.loop()
          body.localGet(0)
          body.localSet(local)
        }
        for _ in 0..<size { body.end() }
        body.localGet(local)
      case "operands":
        for index in 0..<size {
          body.localGet(0)
          body.i32Const(Int32(index))
          body.emit(.i32Mul)
        }
        for _ in 1..<size { body.emit(.i32Add) }
      case "results of calls":
        for _ in 0..<size { body.call(callee) }
        for _ in 1..<size { body.emit(.i32Add) }
      case "shadowed locals":
        for _ in 0..<size {
          body.localGet(0)
          body.localGet(0)
          body.i32Const(3)
          body.emit(.i32Mul)
          body.localSet(0)
        }
        for _ in 1..<size { body.emit(.i32Add) }
      case "branch table":
        body.block()
        body.localGet(0)
        body.brTable(Array(repeating: 0, count: size), default: 0)
        body.end()
        body.i32Const(1)
      case "tries":
        for _ in 0..<size {
          body.block()
          body.tryTable(.empty, [.tag(tag, label: 0)])
          body.call(callee)
          body.drop()
        }
        for _ in 0..<(size * 2) { body.end() }
        body.i32Const(1)
      default:
        var last: UInt32 = 0
        for _ in 0..<(size - 1) {
          last = body.addLocal(.i32)
          body.localGet(last - 1)
          body.localSet(last)
        }
        body.localGet(last)
      }
    }
    return builder.writer.finish().bytes
  }
}
