// memory.atomic.wait and notify: who waits, what ends it, and when.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct WaitTests {
  /// `wait32(address, expected, nanoseconds)`, `wait64`, `notify(address, count)`; and the same in a memory that is not shared.
  private static func module(_ engine: Engine, _ type: MemoryType = SharedMemoryTests.type) throws -> Module {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", type)
    builder.function("wait32", [.i32, .i32, .i64], [.i32]) { body in
      for local in 0..<3 as Range<UInt32> { body.localGet(local) }
      body.load(.memoryAtomicWait32)
    }
    builder.function("wait64", [.i32, .i64, .i64], [.i32]) { body in
      for local in 0..<3 as Range<UInt32> { body.localGet(local) }
      body.load(.memoryAtomicWait64, offset: 8)
    }
    builder.function("notify", [.i32, .i32], [.i32]) { body in
      body.localGet(0)
      body.localGet(1)
      body.load(.memoryAtomicNotify)
    }
    return try builder.module(engine)
  }

  private static func wait(_ instance: Instance, _ address: Int32, _ expected: Int32, _ nanoseconds: Int64) throws -> Int32 {
    try instance.function("wait32")!(address, expected, nanoseconds)
  }

  @Test(arguments: SharedMemoryTests.modes)
  func waitsEndAtOnceWithAnotherNumberOrWithoutTime(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = SharedMemoryTests.engine(tier, strategy)
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let instance = try SharedMemoryTests.instance(Self.module(engine), memory)
    try memory.store32(5, at: 16)
    try memory.store32(1, at: 28)
    #expect(try Self.wait(instance, 16, 4, -1) == 1)
    #expect(try Self.wait(instance, 16, 5, 0) == 2)
    // All 64 bits are compared.
    #expect(try instance.function("wait64")!(Int32(16), Int64(0), Int64(-1), as: Int32.self) == 1)
    #expect(try instance.function("wait64")!(Int32(16), Int64(1) << 32, Int64(0), as: Int32.self) == 2)
    #expect(try instance.function("notify")!(Int32(16), Int32(-1), as: Int32.self) == 0)
  }

  @Test func timesAreExact() throws {
    let engine = Engine()
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let instance = try SharedMemoryTests.instance(Self.module(engine), memory)
    for milliseconds in [1, 5, 20] {
      let start = ContinuousClock.now
      #expect(try Self.wait(instance, 0, 0, Int64(milliseconds) * 1_000_000) == 2)
      let time = ContinuousClock.now - start
      #expect(time >= .milliseconds(milliseconds))
      #expect(time < .milliseconds(milliseconds) + .seconds(2))
    }
  }

  @Test(arguments: SharedMemoryTests.modes)
  func waitsTrap(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = SharedMemoryTests.engine(tier, strategy)
    let shared = try SharedMemoryTests.instance(Self.module(engine), try SharedMemory(engine, SharedMemoryTests.type))
    #expect(trap { _ = try Self.wait(shared, 2, 0, 0) }?.reason == .unalignedAtomic)
    #expect(trap { _ = try Self.wait(shared, 65536, 0, 0) }?.reason == .memoryOutOfBounds)
    #expect(trap { _ = try Self.wait(shared, -4, 0, 0) }?.reason == .memoryOutOfBounds)
    #expect(trap { _ = try shared.function("wait64")!(Int32(4), Int64(0), Int64(0), as: Int32.self) }?.reason == .unalignedAtomic)
    #expect(trap { _ = try shared.function("wait64")!(Int32(65528), Int64(0), Int64(0), as: Int32.self) }?.reason == .memoryOutOfBounds)
    #expect(trap { _ = try shared.function("notify")!(Int32(65536), Int32(1), as: Int32.self) }?.reason == .memoryOutOfBounds)
    let trapped = trap { _ = try shared.function("notify")!(Int32(65534), Int32(1), as: Int32.self) }
    #expect(trapped?.reason == .unalignedAtomic)
    #expect(trapped?.backtrace.first?.functionIndex == 2)
    // The instance goes on.
    #expect(try Self.wait(shared, 0, 1, 0) == 1)

    let store = Store(engine)
    var imports = Imports()
    imports.define("env", "memory", try Memory(store, MemoryType(Limits(1, 16))))
    let own = try Instance(Self.module(engine, MemoryType(Limits(1, 16))), imports: imports, in: store)
    #expect(trap { _ = try Self.wait(own, 0, 0, 0) }?.reason == .expectedSharedMemory)
    #expect(try own.function("notify")!(Int32(0), Int32(1), as: Int32.self) == 0)
  }

  /// Waits until `count` threads are waiting: notifying none of them does not tell, so they are counted by who is woken.
  @Test func asManyAreNotifiedAsAskedFor() throws {
    let engine = Engine()
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let module = try Self.module(engine)
    let results = Mutex<[Int32]>([])
    let group = DispatchGroup()
    for number in 0..<5 as Range<Int32> {
      group.enter()
      Thread.detachNewThread {
        do {
          let instance = try SharedMemoryTests.instance(module, memory)
          // Four wait for 32 bits, one for 64, all at the same address; one more is elsewhere.
          let result =
            number == 4 ? try instance.function("wait64")!(Int32(56), Int64(0), Int64(-1), as: Int32.self) : try Self.wait(instance, 64, 0, -1)
          results.withLock { $0.append(result) }
        } catch {
          Issue.record("\(error)")
        }
        group.leave()
      }
    }
    let notifier = try SharedMemoryTests.instance(module, memory)
    var woken = 0
    let deadline = ContinuousClock.now + .seconds(60)
    #expect(try memory.notify(at: 68) == 0)
    while woken < 2, ContinuousClock.now < deadline { woken += try Int(notifier.function("notify")!(Int32(64), Int32(1), as: Int32.self)) }
    while woken < 5, ContinuousClock.now < deadline { woken += try memory.notify(at: 64) }
    #expect(woken == 5)
    #expect(group.wait(timeout: .now() + 60) == .success)
    #expect(results.withLock { $0 } == [0, 0, 0, 0, 0])
  }

  // MARK: Interruption

  @Test func waitsAreInterrupted() throws {
    let engine = Engine()
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let module = try Self.module(engine)
    let stopped = Atomic<Int>(0)
    for _ in 0..<3 {
      Thread.detachNewThread { [memory] in
        do {
          let instance = try SharedMemoryTests.instance(module, memory)
          #expect(trap { _ = try Self.wait(instance, 0, 0, -1) }?.reason == .interrupted)
        } catch {
          Issue.record("\(error)")
        }
        stopped.add(1, ordering: .relaxed)
      }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while stopped.load(ordering: .relaxed) < 3, ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.01)
      engine.interrupt()
    }
    #expect(stopped.load(ordering: .relaxed) == 3)
    // Nobody is left in the list.
    #expect(try memory.notify(at: 0) == 0)
  }

  @Test func timeLimitsEndWaits() throws {
    let engine = Engine()
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let instance = try SharedMemoryTests.instance(Self.module(engine), memory)
    for _ in 0..<5 {
      let reason = trap { try engine.withTimeLimit(.milliseconds(10)) { _ = try Self.wait(instance, 0, 0, -1) } }?.reason
      #expect(reason == .timeLimitExceeded)
    }
    // A time limit that is longer than the wait does not matter.
    #expect(try engine.withTimeLimit(.seconds(100)) { try Self.wait(instance, 0, 0, 1_000_000) } == 2)
  }

  /// Two threads hand a number back and forth, by waiting for the other one.
  @Test(arguments: SharedMemoryTests.modes)
  func noNoticeIsLost(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let engine = SharedMemoryTests.engine(tier, strategy)
    let memory = try SharedMemory(engine, SharedMemoryTests.type)
    let module = try SharedMemoryTests.module(engine) { builder in
      // (own turn, rounds): waits for the turn, which is a number at 0, and gives it to the other one.
      builder.function("play", [.i32, .i32]) { body in
        body.countDown(1) { $0.takeTurn(at: 0) }
      }
    }
    SharedMemoryTests.onThreads(2, module, memory) { instance, number in try instance.function("play")!(Int32(number), Int32(3000)) }
    #expect(try memory.load32(at: 0) == 0)
  }
}
