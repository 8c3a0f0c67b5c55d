// Memories that begin as mappings of an image: each instance has its own bytes, whatever others have written, and however often memory is reused.

import Testing

@testable import WasmEngine

@Suite struct MemoryImageTests {
  /// A memory of `pages` to `maximum` pages with two long segments, 100 KiB of 0xA5 from byte 4,000 on and 3 bytes over them, and functions to load, store and
  /// grow.
  private static func module(
    _ type: MemoryType = MemoryType(Limits(4, 20)), offset: ConstExpression = .i32(4000), count: Int = 100 << 10
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    let index: ValueType = type.is64 ? .i64 : .i32
    _ = builder.writer.addMemory(type)
    builder.writer.addExport("memory", .memory, 0)
    builder.function("load", [index], [.i32]) { body in
      body.localGet(0)
      body.load(.i32Load8U)
    }
    builder.function("store", [index, .i32]) { body in
      body.localGet(0)
      body.localGet(1)
      body.store(.i32Store8)
    }
    builder.function("grow", [index], [index]) { body in
      body.localGet(0)
      body.memoryGrow()
    }
    builder.writer.addActiveData(offset: offset, bytes: [UInt8](repeating: 0xA5, count: count))
    builder.writer.addActiveData(offset: type.is64 ? .i64(5000) : .i32(5000), bytes: [1, 2, 3])
    return builder.writer.finish().bytes
  }

  private static func bytes(_ instance: Instance) -> [UInt8] { instance.memory("memory")!.withUnsafeBytes { Array($0) } }

  private static func isMapped(_ module: Module) -> Bool { module.images.withLock { if case .made = $0 { true } else { false } } }

  @Test("Instances begin alike and change for themselves", arguments: [MemoryStrategy.guarded, .checked])
  func instancesBeginAlikeAndChangeForThemselves(_ strategy: MemoryStrategy) throws {
    let engine = Engine.with(strategy)
    let module = try Module(engine, Self.module())
    let first = try Instance(module, in: Store(engine))
    let expected = Self.bytes(first)
    #expect(expected[3999] == 0 && expected[4000] == 0xA5 && Array(expected[5000..<5004]) == [1, 2, 3, 0xA5])
    #expect(expected[4000 + (100 << 10) - 1] == 0xA5 && expected[4000 + (100 << 10)] == 0)
    #expect(!Self.isMapped(module))
    var others: [Instance] = []
    for round in 0..<5 {
      let instance = try Instance(module, in: Store(engine))
      #expect(Self.bytes(instance) == expected, "round \(round)")
      for address in stride(from: Int32(0), to: 4 << 16, by: 997) { try instance.function("store")!(address, Int32(round + 7)) }
      let grown: Int32 = try instance.function("grow")!(Int32(3))
      #expect(grown == 4)
      #expect(Self.bytes(instance)[(4 << 16)...].allSatisfy { $0 == 0 })
      others.append(instance)
    }
    #expect(Self.isMapped(module))
    #expect(Self.bytes(first) == expected)
    for (round, instance) in others.enumerated() { #expect(Self.bytes(instance)[997] == UInt8(round + 7)) }
  }

  @Test("What an instance has written is not seen in a later one", arguments: [MemoryStrategy.guarded, .checked])
  func nothingIsSeenOfWhatIsGone(_ strategy: MemoryStrategy) throws {
    let engine = Engine.with(strategy)
    let module = try Module(engine, Self.module())
    let expected = try Self.bytes(Instance(module, in: Store(engine)))
    for round in 0..<40 {
      let instance = try Instance(module, in: Store(engine))
      #expect(Self.bytes(instance) == expected, "round \(round)")
      let _: Int32 = try instance.function("grow")!(Int32(round % 16))
      instance.memory("memory")!.withUnsafeMutableBytes { bytes in for index in bytes.indices { bytes[index] = 0xEE } }
    }
  }

  @Test func memoriesOf64BitsAreMappedToo() throws {
    let engine = Engine()
    let module = try Module(engine, Self.module(MemoryType(Limits(4, 20), is64: true), offset: .i64(4000)))
    let expected = try Self.bytes(Instance(module, in: Store(engine)))
    let instance = try Instance(module, in: Store(engine))
    #expect(Self.bytes(instance) == expected && Self.isMapped(module))
    try instance.function("store")!(Int64(4000), Int32(1))
    #expect(try Self.bytes(Instance(module, in: Store(engine))) == expected)
  }

  @Test func accessesOutsideTrapInMappedMemories() throws {
    for strategy in [MemoryStrategy.guarded, .checked] {
      let engine = Engine.with(strategy)
      let module = try Module(engine, Self.module())
      for _ in 0..<3 {
        let instance = try Instance(module, in: Store(engine))
        let last: Int32 = try instance.function("load")!(Int32((4 << 16) - 1))
        #expect(last == 0)
        let trap = #expect(throws: Trap.self) { let _: Int32 = try instance.function("load")!(Int32(4 << 16)) }
        #expect(trap?.reason == .memoryOutOfBounds)
      }
    }
  }

  @Test func segmentsThatDoNotFitAreCopiedUpToTheFirstOfThem() throws {
    let engine = Engine()
    let module = try Module(engine, Self.module(offset: .i32((4 << 16) - 100)))
    for _ in 0..<3 { #expect(throws: Trap.self) { try Instance(module, in: Store(engine)) } }
    #expect(!Self.isMapped(module))
  }

  @Test func shortSegmentsAreCopied() throws {
    let engine = Engine()
    let module = try Module(engine, Self.module(count: 1000))
    for _ in 0..<3 { #expect(Self.bytes(try Instance(module, in: Store(engine)))[4500] == 0xA5) }
    #expect(!Self.isMapped(module))
  }

  @Test func activeSegmentsAreDroppedWhenTheyAreMapped() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(4)))
    // So that there is a data count section, which `memory.init` needs.
    _ = builder.writer.addPassiveData(bytes: [])
    builder.writer.addExport("memory", .memory, 0)
    let segment = builder.writer.addActiveData(offset: .i32(0), bytes: [UInt8](repeating: 1, count: 100_000))
    builder.function("again", [.i32]) { body in
      body.i32Const(0)
      body.i32Const(0)
      body.localGet(0)
      body.memoryInit(data: segment)
    }
    let engine = Engine()
    let module = try builder.module(engine)
    for _ in 0..<3 {
      let instance = try Instance(module, in: Store(engine))
      try instance.function("again")!(Int32(0))
      #expect(throws: Trap.self) { try instance.function("again")!(Int32(1)) }
    }
    #expect(Self.isMapped(module))
  }
}
