// Shared memories: instances in stores of their own, on threads of their own, use one memory at the same time.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct SharedMemoryTests {
  /// How code is made and how it finds accesses out of bounds.
  static let modes: [(tier: Tier, strategy: MemoryStrategy)] = [
    (.bbq, .guarded), (.bbq, .checked), (.omg, .guarded), (.omg, .checked), (.auto, .guarded), (.auto, .checked),
  ]

  static func engine(_ tier: Tier, _ strategy: MemoryStrategy) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 1 << 20
    // What is hot goes to the optimizing compiler while threads run it.
    configuration.debug.hotCount = 2000
    return Engine(configuration)
  }

  static let type = MemoryType(Limits(1, 16), isShared: true)

  /// A module that imports the shared memory `env.memory`, and exports what `write` adds.
  static func module(_ engine: Engine, _ write: (inout ModuleBuilder) -> Void) throws -> Module {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", type)
    write(&builder)
    return try builder.module(engine)
  }

  /// An instance in a store of its own.
  static func instance(_ module: Module, _ memory: SharedMemory) throws -> Instance {
    let store = Store(module.engine)
    var imports = Imports()
    imports.define("env", "memory", try Memory(store, memory))
    return try Instance(module, imports: imports, in: store)
  }

  /// Runs `body` on so many threads at the same time, each with an instance of its own; errors are issues.
  static func onThreads(_ count: Int, _ module: Module, _ memory: SharedMemory, _ body: @escaping @Sendable (Instance, Int) throws -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread.detachNewThread {
        do { try body(try instance(module, memory), number) } catch { Issue.record("thread \(number): \(error)") }
        group.leave()
      }
    }
    group.wait()
  }

  // MARK: Threads

  /// `add(n)`: adds 1 to the counter at 0 so many times, and its own number of rounds to the plain word at 64.
  private static func countingModule(_ engine: Engine) throws -> Module {
    try module(engine) { builder in
      builder.function("add", [.i32]) { body in
        body.countDown { body in
          body.i32Const(0)
          body.i32Const(1)
          body.load(.i32AtomicAdd)
          body.drop()
          body.i32Const(8)
          body.i64Const(3)
          body.load(.i64AtomicXor)
          body.drop()
          // Another one whose result is wanted.
          body.i32Const(16)
          body.i32Const(16)
          body.i32Const(1)
          body.load(.i32AtomicAdd16U, offset: 2)
          body.i32Const(0)
          body.emit(.i32Mul)
          body.i32Const(1)
          body.emit(.i32Add)
          body.load(.i32AtomicAdd, offset: 4)
          body.drop()
        }
      }
    }
  }

  @Test(arguments: modes)
  func noIncrementIsLost(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = Self.engine(tier, strategy)
    let memory = try SharedMemory(engine, Self.type)
    let module = try Self.countingModule(engine)
    let rounds: Int32 = 30_000
    Self.onThreads(4, module, memory) { instance, _ in
      for _ in 0..<10 { try instance.function("add")!(rounds / 10) }
    }
    #expect(try memory.load32(at: 0) == UInt32(4 * rounds))
    #expect(try memory.load32(at: 8) == 0)
    #expect(try memory.load32(at: 20) == UInt32(4 * rounds))
    #expect(try memory.load32(at: 16) == UInt32(truncatingIfNeeded: 4 * rounds) << 16)
  }

  /// `spin()` runs until the memory has two pages, and then reads the last word of the second.
  @Test(arguments: modes)
  func growthByAnotherThreadIsSeen(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = Self.engine(tier, strategy)
    let memory = try SharedMemory(engine, Self.type)
    let module = try Self.module(engine) { builder in
      builder.function("spin", [], [.i32]) { body in
        body.loop()
        body.memorySize()
        body.i32Const(1)
        body.emit(.i32Eq)
        body.brIf(0)
        body.end()
        body.i32Const(65536)
        body.load(.i32Load, offset: 65532)
      }
    }
    let group = DispatchGroup()
    group.enter()
    Thread.detachNewThread {
      do {
        #expect(try Self.instance(module, memory).function("spin")!(as: Int32.self) == 0)
      } catch {
        Issue.record("\(error)")
      }
      group.leave()
    }
    Thread.sleep(forTimeInterval: 0.05)
    #expect(memory.grow(by: 1) == 1)
    #expect(group.wait(timeout: .now() + 60) == .success)
    engine.interrupt()
  }

  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func threadsThatGrowGetDifferentPages(_ strategy: MemoryStrategy) throws {
    let engine = Self.engine(.auto, strategy)
    let memory = try SharedMemory(engine, MemoryType(Limits(0, 400), isShared: true))
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(0, 400), isShared: true))
    // Takes a page and writes its number into it; −1 without one.
    builder.function("take", [], [.i32]) { body in
      let page = body.addLocal(.i32)
      body.i32Const(1)
      body.memoryGrow()
      body.localTee(page)
      body.i32Const(-1)
      body.emit(.i32Ne)
      body.if()
      body.localGet(page)
      body.i32Const(65536)
      body.emit(.i32Mul)
      body.localGet(page)
      body.store(.i32Store, offset: 65532)
      body.end()
      body.localGet(page)
    }
    let module = try builder.module(engine)
    let taken = Mutex<[Int32]>([])
    Self.onThreads(4, module, memory) { instance, _ in
      // Told once: the sanitizer does not see into the library's part of a mutex that threads wait for.
      var own: [Int32] = []
      var page: Int32 = 0
      while page != -1 {
        page = try instance.function("take")!()
        if page != -1 { own.append(page) }
      }
      taken.withLock { [own] in $0 += own }
    }
    #expect(taken.withLock { $0.sorted() } == Array(0..<400))
    for page in 0..<400 { #expect(try memory.load32(at: page << 16 + 65532) == UInt32(page)) }
    #expect(memory.grow(by: 1) == nil)
  }

  // MARK: Litmus tests. Cells are far from each other, and each round has its own.

  /// A module with a function for each thread of a test, `t0` and so on: for each of `rounds` rounds, operators on the cells of that round.
  private static func litmus(_ engine: Engine, _ threads: [(inout FunctionBodyWriter, UInt32) -> Void]) throws -> Module {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", litmusType)
    for (number, write) in threads.enumerated() {
      builder.function(WasmName("t\(number)"), [.i32]) { body in
        let cell = body.addLocal(.i32)
        // All begin at about the same time.
        body.i32Const(0)
        body.i32Const(1)
        body.load(.i32AtomicAdd)
        body.drop()
        body.loop()
        body.i32Const(0)
        body.load(.i32AtomicLoad)
        body.i32Const(Int32(threads.count))
        body.emit(.i32LtU)
        body.brIf(0)
        body.end()
        body.i32Const(64)
        body.localSet(cell)
        body.countDown { body in
          write(&body, cell)
          body.localGet(cell)
          body.i32Const(128)
          body.emit(.i32Add)
          body.localSet(cell)
        }
      }
    }
    return try builder.module(engine)
  }

  private static let rounds = 8000
  private static let litmusType = MemoryType(Limits(17, 17), isShared: true)

  /// Runs the threads; then `isAllowed` says of what each round left in its cells.
  private static func run(_ engine: Engine, _ threads: [(inout FunctionBodyWriter, UInt32) -> Void], _ isAllowed: ([UInt32]) -> Bool) throws {
    let module = try litmus(engine, threads)
    for _ in 0..<3 {
      let memory = try SharedMemory(engine, litmusType)
      onThreads(threads.count, module, memory) { instance, number in try instance.function(WasmName("t\(number)"))!(Int32(rounds)) }
      var forbidden: [UInt32]?
      for round in 0..<rounds {
        let cells = try (0..<8).map { try memory.load32(at: 64 + round * 128 + $0 * 16) }
        if !isAllowed(cells) { forbidden = cells }
      }
      #expect(forbidden == nil)
    }
  }

  /// Cell ← 1.
  private static func set(_ body: inout FunctionBodyWriter, _ cell: UInt32, _ number: UInt32, _ opcode: Opcode = .i32AtomicStore) {
    body.localGet(cell)
    body.i32Const(1)
    body.store(opcode, offset: number * 16)
  }

  /// One cell ← another one.
  private static func note(_ body: inout FunctionBodyWriter, _ cell: UInt32, from: UInt32, to: UInt32, _ opcode: Opcode = .i32AtomicLoad) {
    body.localGet(cell)
    body.localGet(cell)
    body.load(opcode, offset: from * 16)
    body.store(.i32Store, offset: to * 16)
  }

  /// Who sees the flag sees the message, which is written by a plain store and read by a plain load.
  @Test(arguments: modes)
  func messagesArePassed(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    try Self.run(
      Self.engine(tier, strategy),
      [
        { body, cell in
          Self.set(&body, cell, 0, .i32Store)
          Self.set(&body, cell, 1)
        },
        { body, cell in
          Self.note(&body, cell, from: 1, to: 2)
          Self.note(&body, cell, from: 0, to: 3, .i32Load)
        },
      ]
    ) { cells in cells[2] == 0 || cells[3] == 1 }
  }

  /// Of two threads that set their flags and look at the other's, one sees it.
  @Test(arguments: modes)
  func storesAreNotBuffered(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    try Self.run(
      Self.engine(tier, strategy),
      [
        { body, cell in
          Self.set(&body, cell, 0)
          Self.note(&body, cell, from: 1, to: 2)
        },
        { body, cell in
          Self.set(&body, cell, 1)
          Self.note(&body, cell, from: 0, to: 3)
        },
      ]
    ) { cells in cells[2] == 1 || cells[3] == 1 }
  }

  /// The same with plain accesses and a fence between them.
  @Test(arguments: modes)
  func fencesKeepStoresAndLoadsInOrder(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    func thread(_ own: UInt32, _ other: UInt32, _ result: UInt32) -> (inout FunctionBodyWriter, UInt32) -> Void {
      { body, cell in
        Self.set(&body, cell, own, .i32Store)
        body.atomicFence()
        Self.note(&body, cell, from: other, to: result, .i32Load)
      }
    }
    try Self.run(Self.engine(tier, strategy), [thread(0, 1, 2), thread(1, 0, 3)]) { cells in cells[2] == 1 || cells[3] == 1 }
  }

  /// Independent reads of independent writes: two readers agree on which of two writes came first.
  @Test(arguments: modes)
  func readersAgreeOnTheOrderOfWrites(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    try Self.run(
      Self.engine(tier, strategy),
      [
        { body, cell in Self.set(&body, cell, 0) },
        { body, cell in Self.set(&body, cell, 1) },
        { body, cell in
          Self.note(&body, cell, from: 0, to: 2)
          Self.note(&body, cell, from: 1, to: 3)
        },
        { body, cell in
          Self.note(&body, cell, from: 1, to: 4)
          Self.note(&body, cell, from: 0, to: 5)
        },
      ]
    ) { cells in !(cells[2] == 1 && cells[3] == 0 && cells[4] == 1 && cells[5] == 0) }
  }

  // MARK: The interface

  @Test func sharedMemoriesHaveAMaximum() throws {
    let engine = Engine()
    #expect(throws: CallError.self) { try SharedMemory(engine, MemoryType(Limits(1), isShared: true)) }
    #expect(throws: CallError.self) { try SharedMemory(engine, MemoryType(Limits(1, 2))) }
    #expect(throws: CallError.self) { try Memory(Store(engine), MemoryType(Limits(1), isShared: true)) }
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1), isShared: true))
    let bytes = builder.writer.finish().bytes
    #expect(throws: ValidationError.self) { try Module(engine, bytes) }
  }

  @Test func sharedAndOtherMemoriesDoNotFit() throws {
    let engine = Engine()
    let module = try Self.module(engine) { _ in }
    let store = Store(engine)
    var imports = Imports()
    imports.define("env", "memory", try Memory(store, MemoryType(Limits(1, 16))))
    let error = #expect(throws: LinkError.self) { try Instance(module, imports: imports, in: store) }
    #expect("\(error!)".contains("shared memory of 1 to 16 pages"))
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1, 16)))
    imports.define("env", "memory", try Memory(store, SharedMemory(engine, Self.type)))
    let other = try builder.module(engine)
    #expect(throws: LinkError.self) { try Instance(other, imports: imports, in: store) }
  }

  /// An engine whose code relies on faults does not get a memory without room for them.
  @Test func memoriesOfCheckingEnginesAreNotForGuardingOnes() throws {
    let memory = try SharedMemory(Engine.with(.checked), Self.type)
    #expect(throws: CallError.self) { try Memory(Store(Engine.with(.guarded)), memory) }
    _ = try Memory(Store(Engine.with(.checked)), memory)
    _ = try Memory(Store(Engine.with(.checked)), SharedMemory(Engine.with(.guarded), Self.type))
  }

  /// A memory that a module defines goes on when the module's store is gone; it counts where it was made.
  @Test func definedSharedMemoriesOutliveTheirStore() throws {
    var configuration = EngineConfiguration()
    configuration.limits.storeBytes = 5 << 16
    let engine = Engine(configuration)
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(Self.type)
    builder.writer.addExport("memory", .memory, 0)
    _ = builder.writer.addActiveData(offset: .i32(8), bytes: [1, 2, 3, 4])
    let defining = try builder.module(engine)
    var shared: SharedMemory?
    do {
      let store = Store(engine)
      shared = try #require(try Instance(defining, in: store).memory("memory")?.shared)
      let before = store.usedBytes
      let other = Store(engine)
      let used = other.usedBytes
      #expect(try Memory(other, shared!).grow(by: 2) == 1)
      #expect(store.usedBytes == before + 2 << 16)
      #expect(other.usedBytes == used)
      // The limit of the store that made it.
      #expect(shared!.grow(by: 2) == nil)
    }
    let memory = try #require(shared)
    #expect(try memory.load32(at: 8) == 0x0403_0201)
    let module = try Self.module(engine) { builder in
      builder.function("get", [], [.i32]) { body in
        body.i32Const(8)
        body.load(.i32AtomicLoad)
      }
    }
    let instance = try Self.instance(module, memory)
    shared = nil
    #expect(try instance.function("get")!(as: Int32.self) == 0x0403_0201)
    #expect(instance.store === instance.store)
  }

  /// Active and passive data, filling and copying work on shared memories as on others.
  @Test(arguments: modes)
  func bulkOperatorsWorkOnSharedMemories(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = Self.engine(tier, strategy)
    let memory = try SharedMemory(engine, Self.type)
    let module = try Self.module(engine) { builder in
      builder.writer.addPassiveData(bytes: [5, 6, 7, 8])
      _ = builder.writer.addActiveData(offset: .i32(0), bytes: [1, 2, 3, 4])
      builder.function("run") { body in
        body.i32Const(16)
        body.i32Const(0)
        body.i32Const(4)
        body.emit(.memoryInit, 0, 0)
        body.i32Const(32)
        body.i32Const(0)
        body.i32Const(20)
        body.emit(.memoryCopy, 0, 0)
        body.i32Const(0)
        body.i32Const(9)
        body.i32Const(4)
        body.memoryFill()
      }
    }
    try Self.instance(module, memory).function("run")!()
    #expect(try [0, 16, 32, 48].map { try memory.load32(at: $0) } == [0x0909_0909, 0x0807_0605, 0x0403_0201, 0x0807_0605])
  }

  @Test func theHostHasAtomicAccesses() throws {
    let memory = try SharedMemory(Engine(), Self.type)
    try memory.store32(7, at: 4)
    #expect(try memory.add32(3, at: 4) == 7)
    #expect(try memory.load32(at: 4) == 10)
    #expect(throws: MemoryAccessError.self) { try memory.load32(at: 65534) }
    let error = #expect(throws: MemoryAccessError.self) { try memory.add32(1, at: 6) }
    #expect("\(error!)" == "an atomic access of 4 bytes at 6, which is no multiple of 4")
    #expect(try memory.wait32(at: 4, expected: 9) == .notEqual)
    #expect(try memory.wait32(at: 4, expected: 10, nanoseconds: 1000) == .timedOut)
    #expect(try memory.notify(at: 4) == 0)
  }
}
