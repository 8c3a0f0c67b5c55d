// Memory that one instance has left and the next one gets: whatever was done to it, it is as if it were new.

import RuntimeLayout
import SampleBodies
import Testing

@testable import WasmEngine

@Suite struct MemorySlotTests {
  /// What instances are made of, and how.
  struct Case: CustomTestStringConvertible {
    var type = MemoryType(Limits(5, 40))
    var strategy = MemoryStrategy.guarded
    var restoresPages = true

    var testDescription: String { "\(type.summary), \(strategy), pages restored: \(restoresPages)" }

    static var all: [Case] {
      var cases: [Case] = []
      for type in [MemoryType(Limits(5, 40)), MemoryType(Limits(5, 40), is64: true), MemoryType(Limits(5, 40), isShared: true)] {
        for strategy in [MemoryStrategy.guarded, .checked] {
          for restoresPages in [true, false] { cases.append(Case(type: type, strategy: strategy, restoresPages: restoresPages)) }
        }
      }
      return cases
    }
  }

  /// A memory with 150 KiB of 0xA5 from byte 10,000 on, another one of 10,000 to 200,000 bytes, one at a time, with nothing in it, and functions to load and store a byte.
  private static func module(_ test: Case) throws -> Module {
    var builder = ModuleBuilder()
    let index: ValueType = test.type.is64 ? .i64 : .i32
    _ = builder.writer.addMemory(test.type)
    _ = builder.writer.addMemory(MemoryType(Limits(10_000, 200_000), pageSizeLog2: 0))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("bytes", .memory, 1)
    builder.function("load", [index], [.i32]) { body in
      body.localGet(0)
      body.load(.i32Load8U)
    }
    builder.function("fill", [index, .i32, index]) { body in
      for local in 0..<3 as Range<UInt32> { body.localGet(local) }
      body.memoryFill()
    }
    builder.writer.addActiveData(offset: test.type.is64 ? .i64(10_000) : .i32(10_000), bytes: [UInt8](repeating: 0xA5, count: 150 << 10))
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = test.strategy
    configuration.debug.restoresPages = test.restoresPages
    return try builder.module(Engine(configuration))
  }

  private static func slots(_ module: Module) -> [MemorySlots] { module.images.withLock { if case .made(let made) = $0 { made.slots } else { [] } } }

  private static func bytes(_ instance: Instance, _ name: WasmName) -> [UInt8] { instance.memory(name)!.withUnsafeBytes { Array($0) } }

  @Test("No byte of a used memory is seen in the next instance", arguments: Case.all)
  func noByteIsSeen(_ test: Case) throws {
    let module = try Self.module(test)
    let expected = try Self.bytes(Instance(module, in: Store(module.engine)), "memory")
    #expect(expected.count == 5 << 16 && expected[9_999] == 0 && expected[10_000] == 0xA5)
    // Makes the slots.
    _ = try Instance(module, in: Store(module.engine))
    let slots = Self.slots(module)
    #expect(slots.map(\.idleCount) == [1, 1])
    var random = RandomNumbers(seed: 5)
    for round in 0..<60 {
      let instance = try Instance(module, in: Store(module.engine))
      #expect(slots.map(\.idleCount) == [0, 0], "the memories are not those of the instance before")
      #expect(Self.bytes(instance, "memory") == expected && Self.bytes(instance, "bytes") == [UInt8](repeating: 0, count: 10_000), "round \(round)")
      for (name, most) in [("memory" as WasmName, 35), ("bytes", 190_000)] {
        let memory = instance.memory(name)!
        let old = memory.byteCount
        if Bool.random(using: &random) { #expect(memory.grow(by: Int.random(in: 0...most, using: &random)) != nil) }
        memory.withUnsafeMutableBytes { bytes in
          #expect(bytes[old...].allSatisfy { $0 == 0 }, "round \(round)")
          switch Int.random(in: 0..<4, using: &random) {
          case 0: for index in bytes.indices { bytes[index] = 0xEE }
          case 1:
            for _ in 0..<Int.random(in: 1..<40, using: &random) { bytes[Int.random(in: bytes.indices, using: &random)] = 0xEE }
          case 2:
            let start = Int.random(in: bytes.indices, using: &random)
            for index in start..<min(start + 70_000, bytes.count) { bytes[index] = 0xEE }
          // Read, and not written.
          default: #expect(bytes.count { $0 == 0xEE } == 0)
          }
        }
      }
    }
  }

  @Test("What a used memory had grown by is not there in the next instance", arguments: Case.all)
  func whatItHadGrownByIsGone(_ test: Case) throws {
    let module = try Self.module(test)
    for round in 0..<6 {
      let instance = try Instance(module, in: Store(module.engine))
      let memory = instance.memory("memory")!
      #expect(memory.pageCount == 5)
      let load = instance.function("load")!
      for address in [5 << 16, 39 << 16] {
        let trap = #expect(throws: Trap.self, "round \(round)") {
          if test.type.is64 { let _: Int32 = try load(Int64(address)) } else { let _: Int32 = try load(Int32(address)) }
        }
        #expect(trap?.reason == .memoryOutOfBounds)
      }
      #expect(memory.grow(by: 35) == 5 && memory.grow(by: 1) == nil)
      let last: Int32 = test.type.is64 ? try load(Int64((40 << 16) - 1)) : try load(Int32((40 << 16) - 1))
      #expect(last == 0)
      memory.withUnsafeMutableBytes { bytes in for index in bytes.indices { bytes[index] = 0xEE } }
      #expect(instance.memory("bytes")!.grow(by: 60_000) == 10_000)
    }
  }

  @Test func muchMemoryIsGivenBackRatherThanRestored() throws {
    let module = try Self.module(Case(type: MemoryType(Limits(100, 200))))
    let expected = try Self.bytes(Instance(module, in: Store(module.engine)), "memory")
    for _ in 0..<4 {
      let instance = try Instance(module, in: Store(module.engine))
      #expect(Self.bytes(instance, "memory") == expected)
      // First one page in two, more ranges than are restored; then all.
      instance.memory("memory")!.withUnsafeMutableBytes { bytes in for index in stride(from: 0, to: bytes.count, by: 8192) { bytes[index] = 0xEE } }
    }
    for _ in 0..<4 {
      let instance = try Instance(module, in: Store(module.engine))
      #expect(Self.bytes(instance, "memory") == expected)
      try instance.function("fill")!(Int32(0), Int32(0xEE), Int32(100 << 16))
    }
  }

  @Test func onlySomeMemoriesAreKept() throws {
    let module = try Self.module(Case())
    var stores: [Store] = []
    for _ in 0..<Tuning.idleMemories + 5 {
      let store = Store(module.engine)
      let instance = try Instance(module, in: store)
      instance.memory("memory")!.withUnsafeMutableBytes { $0[20_000] = 0xEE }
      stores.append(store)
    }
    stores = []
    #expect(Self.slots(module).map(\.idleCount) == [Tuning.idleMemories, Tuning.idleMemories])
  }

  @Test func instancesOnManyThreadsHaveMemoriesOfTheirOwn() async throws {
    let module = try Self.module(Case())
    let expected = try Self.bytes(Instance(module, in: Store(module.engine)), "memory")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          var random = RandomNumbers(seed: UInt64(task))
          for _ in 0..<200 {
            let instance = try Instance(module, in: Store(module.engine))
            let memory = instance.memory("memory")!
            let isNew = memory.withUnsafeMutableBytes { bytes in
              let isNew = bytes.elementsEqual(expected)
              for _ in 0..<10 { bytes[Int.random(in: bytes.indices, using: &random)] = UInt8(task) }
              return isNew
            }
            if !isNew { return false }
          }
          return true
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test func aMemoryIsMadeNewAfterAnInstantiationThatFailed() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(4)))
    builder.writer.addExport("memory", .memory, 0)
    _ = builder.writer.importFunction("env", "fails", type: builder.writer.addType(FuncType([], [.i32])))
    builder.writer.addActiveData(offset: .i32(0), bytes: [UInt8](repeating: 1, count: 100_000))
    let start = builder.function { body in
      body.i32Const(50_000)
      body.i32Const(0xEE)
      body.store(.i32Store8)
      body.call(0)
      body.if()
      body.emit(.unreachable)
      body.end()
    }
    builder.writer.setStart(start)
    let module = try builder.module(Engine())
    func instance(fails: Bool) throws -> Instance {
      let store = Store(module.engine)
      var imports = Imports()
      imports.define("env", "fails", Function(store) { (caller: borrowing Caller) -> Int32 in fails ? 1 : 0 })
      return try Instance(module, imports: imports, in: store)
    }
    _ = try instance(fails: false)
    for _ in 0..<3 {
      #expect(throws: Trap.self) { try instance(fails: true) }
      let bytes = try Self.bytes(instance(fails: false), "memory")
      #expect(bytes[50_000] == 0xEE && bytes[49_999] == 1 && bytes[50_001] == 1 && bytes[100_000] == 0)
    }
    #expect(Self.slots(module).map(\.idleCount) == [1])
  }

  /// Of a module whose elements are put into an imported table before another segment fails, functions stay in that table, and see a memory without its data.
  @Test func memoriesThatMayBeSeenBeforeTheirDataIsInThemAreNotKept() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(1)))
    _ = builder.writer.addMemory(MemoryType(Limits(4)))
    let load = builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      body.load(.i32Load8U)
    }
    builder.writer.addActiveElements(offset: .i32(0), functions: [load])
    builder.writer.addActiveElements(offset: .i32(1), functions: [load])
    builder.writer.addActiveData(offset: .i32(0), bytes: [UInt8](repeating: 1, count: 100_000))
    let module = try builder.module(Engine())
    for _ in 0..<4 {
      let store = Store(module.engine)
      var imports = Imports()
      let table = try Table(store, TableType(.funcref, Limits(1)))
      imports.define("env", "table", table)
      #expect(throws: Trap.self) { try Instance(module, imports: imports, in: store) }
      guard case .funcref(let function?)? = table.get(0) else {
        Issue.record("no function in the table")
        return
      }
      let byte: Int32 = try function(Int32(7))
      #expect(byte == 0)
    }
    #expect(Self.slots(module).isEmpty)
  }

  @Test func globalsTablesAndFunctionsOfTheNextInstanceAreItsOwn() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.importFunction("env", "ask", type: builder.writer.addType(FuncType([], [.i32])))
    _ = builder.writer.addMemory(MemoryType(Limits(4)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(2, 100)))
    let global = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(7))
    builder.writer.addExport("global", .global, global)
    builder.writer.addExport("table", .table, 0)
    let ask = builder.function("ask", [], [.i32]) { $0.call(0) }
    builder.function("fail") { $0.emit(.unreachable) }
    builder.writer.addActiveElements(offset: .i32(1), functions: [ask])
    builder.writer.addActiveData(offset: .i32(0), bytes: [UInt8](repeating: 1, count: 100_000))
    let module = try builder.module(Engine())
    func instance(_ answer: Int32) throws -> Instance {
      let store = Store(module.engine)
      var imports = Imports()
      imports.define("env", "ask", Function(store) { [weak store] (caller: borrowing Caller) -> Int32 in caller.store === store ? answer : -1 })
      return try Instance(module, imports: imports, in: store)
    }
    for round in 0..<20 as Range<Int32> {
      let instance = try instance(round)
      let table = instance.table("table")!
      guard case .i32(7)? = instance.global("global")?.value, table.count == 2, case .funcref(nil)? = table.get(0),
        case .funcref(let function?)? = table.get(1)
      else {
        Issue.record("round \(round): something of the instance before is left")
        return
      }
      let answer: Int32 = try function()
      #expect(answer == round && function == instance.function("ask")!)
      #expect(throws: Trap.self) { try instance.function("fail")!() }
      try instance.global("global")!.set(.i32(round))
      try table.set(0, .funcref(function))
      try table.set(1, .funcref(nil))
      #expect(table.grow(by: 50) == 2)
    }
    // Several at the same time.
    let instances = try (0..<5 as Range<Int32>).map { try instance($0) }
    for (number, instance) in instances.enumerated() {
      let answer: Int32 = try instance.function("ask")!()
      #expect(answer == Int32(number))
    }
  }
}
