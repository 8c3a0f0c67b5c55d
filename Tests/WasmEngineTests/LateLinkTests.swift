// Late linking: auxiliary modules join a live instance, from inside its own calls, by the thousand.

import Foundation
import Testing
import WasmEngine

@Suite(.serialized) struct LateLinkTests {
  /// A guest that calls `env.link` for the module at (pointer, length) and then calls table element `slot` found at address 0.
  private func makeGuest(_ store: Store) throws -> Instance {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    let link = builder.beLateLinkingGuest()
    builder.function("run", [.i32, .i32, .i64], [.i64]) { body in
      body.localGet(0)
      body.localGet(1)
      body.call(link)
      body.emit(.i32Eqz)
      body.if()
      body.unreachable()
      body.end()
      body.localGet(2)
      body.i32Const(0)
      body.load(.i32Load)
      body.callIndirect(type: unary)
    }
    return try builder.instance(store, .lateLinking(store))
  }

  /// A module whose function adds `number`, after a good deal of other work; its start function appends it to the table and stores the index
  /// at address 0.
  private func makeAuxiliary(_ number: Int64, priorities: [CompilationPriority] = []) -> [UInt8] {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(0)))
    let function = builder.function(nil, [.i64], [.i64]) { body in
      for _ in 0..<80 {
        body.localGet(0)
        body.i64Const(8)
        body.emit(.i64Sub)
        body.i64Const(8)
        body.emit(.i64Add)
        body.localSet(0)
      }
      body.localGet(0)
      body.i64Const(number)
      body.emit(.i64Add)
    }
    let elements = builder.writer.addPassiveElements(functions: [function])
    builder.writer.setStart(
      builder.function { body in
        let index = body.addLocal(.i32)
        body.refNull(.funcref)
        body.i32Const(1)
        body.tableGrow()
        body.localTee(index)
        body.i32Const(0)
        body.i32Const(1)
        body.tableInit(element: elements)
        body.i32Const(0)
        body.localGet(index)
        body.store(.i32Store)
      })
    for priority in priorities { builder.writer.addPriority(priority) }
    return builder.writer.finish().bytes
  }

  /// Before it has been called at all; what is not marked waits for its count. Marks that make no sense do no harm.
  @Test(arguments: [
    ([], 0), ([CompilationPriority(function: 0, compilation: 0, optimization: 3)], 1),
    ([CompilationPriority(function: 0, compilation: 0, optimization: 3), CompilationPriority(function: 1, compilation: 9, optimization: 0)], 2),
    ([CompilationPriority(function: 0, compilation: 0)], 0),
    ([CompilationPriority(function: 0, compilation: 0, optimization: CompilationPriority.runsOnce)], 0),
    (
      [CompilationPriority(function: 2, compilation: 0, optimization: 0), CompilationPriority(function: 1 << 30, compilation: 0, optimization: 0)], 0
    ),
  ])
  func functionsMarkedAsHotAreOptimizedAtOnce(_ priorities: [CompilationPriority], _ expected: Int) throws {
    let store = Store(Engine.with(tier: .auto, hotCount: 1 << 30, waits: true))
    let guest = try makeGuest(store)
    let bytes = makeAuxiliary(4, priorities: priorities)
    try guest.memory("memory")!.write(bytes, at: 1024)
    try LateLinker(guest).link(moduleAt: 1024, length: bytes.count)
    #expect(store.engine.tierStatistics.optimized.functions == expected)
    #expect(try guest.function("run")!(Int32(1024), Int32(bytes.count), Int64(5), as: Int64.self) == 9)
  }

  @Test(.needsProc) func tenThousandModulesLinkInConstantTimeAndBoundedMemory() async throws {
    await #expect(processExitsWith: .success) {
      let tests = LateLinkTests()
      let store = Store()
      let guest = try tests.makeGuest(store)
      let memory = guest.memory("memory")!
      let run = guest.function("run")!
      var batches: [Double] = []
      var sizes: [Int] = []
      // Ten different modules, built beforehand.
      let modules = (0..<10).map { tests.makeAuxiliary(Int64($0)) }
      for batch in 0..<10 {
        batches.append(
          try ProcessMeasurements.processorTime {
            for number in 0..<1000 {
              let bytes = modules[number % 10]
              try memory.write(bytes, at: 1024)
              let result = try run(Int32(1024), Int32(bytes.count), Int64(5), as: Int64.self)
              if result != Int64(number % 10) + 5 { Issue.record("batch \(batch), link \(number): \(result)") }
            }
          })
        sizes.append(ProcessMeasurements.residentBytes())
      }
      #expect(guest.table("__indirect_function_table")!.count == 10_001)
      // The best of some batches, and a generous bound: machines are noisy.
      #expect(batches[7...9].min()! < batches[0...2].min()! * 3)
      #expect((sizes[9] - sizes[0]) / 9000 < 40_000)
    }
  }

  @Test(.needsProc) func storesComeAndGoWithoutGrowth() async throws {
    await #expect(processExitsWith: .success) {
      let tests = LateLinkTests()
      var sizes: [Int] = []
      var code: [Int] = []
      let modules = (0..<10).map { tests.makeAuxiliary(Int64($0)) }
      for round in 0..<200 {
        let store = Store()
        let guest = try tests.makeGuest(store)
        for number in 0..<10 {
          let bytes = modules[number]
          try guest.memory("memory")!.write(bytes, at: 1024)
          let sum = try guest.function("run")!(Int32(1024), Int32(bytes.count), Int64(1), as: Int64.self)
          #expect(sum == Int64(number) + 1)
        }
        if round >= 100 {
          sizes.append(ProcessMeasurements.residentBytes())
          code.append(EngineRuntime.shared.allocatedCodeSize)
        }
      }
      #expect(sizes.last! - sizes.first! < 6 << 20)
      #expect(code.last! <= code.first! + 1 << 20)
    }
  }

  @Test func traceEventsSayWhenUnlinkedModulesWereLookedForAndHowManyWereFreed() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("latch-trace-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var configuration = EngineConfiguration()
    configuration.debug.traceFile = path
    let store = Store(Engine(configuration))
    let guest = try makeGuest(store)
    let linker = try LateLinker(guest)
    let bytes = makeAuxiliary(1)
    try guest.memory("memory")!.write(bytes, at: 1024)
    try linker.unlink(linker.link(moduleAt: 1024, length: bytes.count))
    #expect(linker.releaseUnlinked() == 0)
    let table = guest.table("__indirect_function_table")!
    try table.set(table.count - 1, .funcref(nil))
    #expect(linker.releaseUnlinked() == 1)
    let events = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [[String: Any]])
    let freed = events.filter { $0["cat"] as? String == "collection" }.map { ($0["args"] as? [String: Any])?["freed"] as? Int }
    #expect(freed == [0, 1])
  }

  @Test func anUnlinkedInstanceGoesWhenNoTableAndNoHandleRefersToIt() throws {
    let store = Store()
    let guest = try makeGuest(store)
    let table = guest.table("__indirect_function_table")!
    let linker = try LateLinker(guest)
    let before = store.instanceCount
    for number in 0..<3 {
      let bytes = makeAuxiliary(Int64(number))
      try guest.memory("memory")!.write(bytes, at: 1024)
      var auxiliary: Instance? = try linker.link(moduleAt: 1024, length: bytes.count)
      try linker.unlink(auxiliary!)
      #expect(throws: LinkError.self) { try linker.unlink(auxiliary!) }
      #expect(linker.releaseUnlinked() == 0)
      try table.set(table.count - 1, .funcref(nil))
      #expect(linker.releaseUnlinked() == 0)
      #expect(store.instanceCount == before + 1)
      auxiliary = nil
      #expect(linker.releaseUnlinked() == 1)
      #expect(store.instanceCount == before)
    }
    // What others made stays of use.
    let bytes = makeAuxiliary(7)
    try guest.memory("memory")!.write(bytes, at: 1024)
    #expect(try guest.function("run")!(Int32(1024), Int32(bytes.count), Int64(5), as: Int64.self) == 12)
  }

  @Test func badModulesAreErrorsOfTheHostCall() throws {
    let store = Store()
    let guest = try makeGuest(store)
    let run = guest.function("run")!
    try guest.memory("memory")!.write([1, 2, 3, 4, 5, 6, 7, 8], at: 1024)
    #expect(throws: DecodingError.self) { try run(Int32(1024), Int32(8), Int64(0), as: Int64.self) }
    #expect(throws: MemoryAccessError.self) { try run(Int32(-8), Int32(100), Int64(0), as: Int64.self) }
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "other", MemoryType(Limits(1)))
    let bytes = builder.writer.finish().bytes
    try guest.memory("memory")!.write(bytes, at: 1024)
    #expect(throws: LinkError.self) { try run(Int32(1024), Int32(bytes.count), Int64(0), as: Int64.self) }
  }
}
