// Filling and copying much at once: right whatever overlaps, and stopped in the middle; afterwards the store goes on.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct BulkOperationTests {
  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
  }

  /// The operators, each with its operands as parameters.
  private func makeInstance(_ store: Store, memoryPages: UInt64, tableElements: UInt64) throws -> Instance {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(memoryPages)))
    _ = builder.writer.addTable(TableType(.externref, Limits(tableElements)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("table", .table, 0)
    func define(_ name: WasmName, _ parameters: [ValueType], _ results: [ValueType] = [], _ emit: @escaping (inout FunctionBodyWriter) -> Void) {
      builder.function(name, parameters, results) { body in
        for index in parameters.indices { body.localGet(UInt32(index)) }
        emit(&body)
      }
    }
    define("memory.fill", [.i32, .i32, .i32]) { $0.memoryFill() }
    define("memory.copy", [.i32, .i32, .i32]) { $0.memoryCopy() }
    define("table.fill", [.i32, .externref, .i32]) { $0.tableFill() }
    define("table.copy", [.i32, .i32, .i32]) { $0.tableCopy() }
    define("table.grow", [.externref, .i32], [.i32]) { $0.tableGrow() }
    builder.function("seven", [], [.i32]) { $0.i32Const(7) }
    return try builder.instance(store)
  }

  private static let tiers = Tier.allCases

  private func store(_ tier: Tier = .auto) -> Store {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.limits.stackSize = 1 << 20
    return Store(Engine(configuration))
  }

  @Test func largeOverlappingCopiesAreRight() throws {
    let size = 5 << 20
    let instance = try makeInstance(store(), memoryPages: UInt64(size >> 16), tableElements: 0)
    let memory = instance.memory("memory")!
    let copy = instance.function("memory.copy")!
    for (target, source) in [(0, 1), (1, 0), (0, 1 << 20), (1 << 20, 0), (100, 1_500_000), (1_500_000, 100), (77, 77)] {
      var expected = [UInt8](repeating: 0, count: size)
      for index in 0..<size { expected[index] = UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 8) }
      try memory.write(expected, at: 0)
      let count = size - max(target, source) - 5
      try copy(Int32(target), Int32(source), Int32(count))
      expected.withUnsafeMutableBytes { bytes in (bytes.baseAddress! + target).copyMemory(from: bytes.baseAddress! + source, byteCount: count) }
      #expect(memory.withUnsafeBytes { $0.elementsEqual(expected) }, "\(target), \(source)")
    }
  }

  @Test func largeOverlappingTableCopiesAreRight() throws {
    let size = 500_000
    let instance = try makeInstance(store(), memoryPages: 0, tableElements: UInt64(size))
    let table = instance.table("table")!
    for (target, source) in [(0, 1), (1, 0), (7, 140_000), (140_000, 7)] {
      for index in 0..<size { try table.set(index, .externref(UInt(index))) }
      let count = size - max(target, source)
      try instance.function("table.copy")!.call([.i32(Int32(target)), .i32(Int32(source)), .i32(Int32(count))])
      var isRight = true
      for index in 0..<size {
        let expected = index >= target && index < target + count ? index - target + source : index
        if case .externref(UInt(expected))? = table.get(index) { continue }
        isRight = false
      }
      #expect(isRight, "\(target), \(source)")
    }
  }

  /// Runs something again and again, interrupted by a thread that sees it begin, until it has been stopped before its end.
  private func expectStop(
    _ store: Store, reset: () throws -> Void, run: () throws -> Void, begun: @escaping () -> Bool, ended: () -> Bool
  ) throws {
    let handle = store.interruptHandle
    nonisolated(unsafe) let begun = begun
    // On a busy machine the thread may come too late many times: where both take turns on one processor, it sees nothing begin. Every other time it therefore sleeps for
    // a part of the time that all takes: who wakes up comes before others.
    let deadline = ContinuousClock.now + .seconds(120)
    var (turn, time) = (0, Duration.milliseconds(10))
    while ContinuousClock.now < deadline {
      try reset()
      let (isWatched, isOver) = (Flag(), Flag())
      let sleep = turn % 2 == 1 ? time * Double.random(in: 0..<1) : .zero
      turn += 1
      let watcher = DispatchGroup()
      watcher.enter()
      Thread.detachNewThread {
        isWatched.set()
        if sleep > .zero { Thread.sleep(forTimeInterval: sleep / .seconds(1)) } else { while !isOver.isSet && !begun() {} }
        if !isOver.isSet { handle.interrupt() }
        watcher.leave()
      }
      // Else the thread would mostly begin after the end.
      while !isWatched.isSet {}
      let start = ContinuousClock.now
      let end = trap { try run() }
      if end == nil { time = min(time, ContinuousClock.now - start) }
      isOver.set()
      watcher.wait()
      #expect(end == nil || end?.reason == .interrupted)
      if end != nil && begun() && !ended() { return }
    }
    Issue.record("never stopped in the middle")
  }

  /// The same for what writes nines from one of two bytes of a memory, which are 0 before, to the other.
  private func expectStop(_ store: Store, in memory: Memory, from first: Int, to last: Int, run: () throws -> Void) throws {
    try expectStop(
      store,
      reset: { for offset in [first, last] { try memory.store(UInt8(0), at: offset) } },
      run: run, begun: { Self.isWritten(memory, first) }, ended: { Self.isWritten(memory, last) })
  }

  private static func isWritten(_ memory: Memory, _ offset: Int) -> Bool { (try? memory.load(at: offset, as: UInt8.self)) == 9 }

  /// The same for what writes references into a table.
  private func expectStop(_ store: Store, in table: Table, null: Value, from first: Int, to last: Int, run: () throws -> Void) throws {
    try expectStop(
      store,
      reset: { for element in [first, last] { try table.set(element, null) } },
      run: run, begun: { Self.isSet(table, first) }, ended: { Self.isSet(table, last) })
  }

  private static func isSet(_ table: Table, _ index: Int) -> Bool {
    switch table.get(index) {
    case .externref(_?), .funcref(_?): true
    default: false
    }
  }

  /// A store with two halves of a memory in it.
  private func makeHalves(_ tier: Tier) throws -> (store: Store, instance: Instance, memory: Memory, half: Int) {
    let store = store(tier)
    let half = 128 << 20
    let instance = try makeInstance(store, memoryPages: UInt64(2 * half >> 16), tableElements: 0)
    return (store, instance, instance.memory("memory")!, half)
  }

  @Test(arguments: tiers)
  func fillingMemoryIsStoppedInTheMiddle(_ tier: Tier) throws {
    let (store, instance, memory, half) = try makeHalves(tier)
    let fill = instance.function("memory.fill")!
    try expectStop(store, in: memory, from: 0, to: half - 1) { try fill(Int32(0), Int32(9), Int32(half)) }
    #expect(try instance.function("seven")!(as: Int32.self) == 7)
    try fill(Int32(0), Int32(3), Int32(4 << 20))
    for offset in [0, (4 << 20) - 1] { #expect(try memory.load(at: offset, as: UInt8.self) == 3) }
  }

  @Test(arguments: tiers)
  func copyingMemoryIsStoppedInTheMiddle(_ tier: Tier) throws {
    let (store, instance, memory, half) = try makeHalves(tier)
    let copy = instance.function("memory.copy")!
    // Forwards to a lower address, backwards to a higher one: the first byte and the last byte that is written.
    for (target, source, first, last) in [(0, half, 0, half - 1), (half, 0, 2 * half - 1, half)] {
      try instance.function("memory.fill")!(Int32(source), Int32(9), Int32(half))
      try expectStop(store, in: memory, from: first, to: last) { try copy(Int32(target), Int32(source), Int32(half)) }
    }
    #expect(try instance.function("seven")!(as: Int32.self) == 7)
  }

  @Test func initializingMemoryAndTablesIsStoppedInTheMiddle() throws {
    let store = store()
    let (byteCount, elementCount) = (96 << 20, 6_000_000)
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(UInt64(byteCount >> 16))))
    _ = builder.writer.addTable(TableType(.funcref, Limits(UInt64(elementCount))))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("table", .table, 0)
    let seven = builder.function("seven", [], [.i32]) { $0.i32Const(7) }
    let data = builder.writer.addPassiveData(bytes: [UInt8](repeating: 9, count: byteCount))
    let elements = builder.writer.addPassiveElements(functions: [UInt32](repeating: seven, count: elementCount))
    builder.function("memory.init", [.i32]) { body in
      body.i32Const(0)
      body.i32Const(0)
      body.localGet(0)
      body.memoryInit(data: data)
    }
    builder.function("table.init", [.i32]) { body in
      body.i32Const(0)
      body.i32Const(0)
      body.localGet(0)
      body.tableInit(element: elements)
    }
    let instance = try builder.instance(store)
    let (memory, table) = (instance.memory("memory")!, instance.table("table")!)
    func isWritten(_ offset: Int) -> Bool { Self.isWritten(memory, offset) }
    try expectStop(
      store,
      reset: { for offset in [0, byteCount - 1] { try memory.store(UInt8(0), at: offset) } },
      run: { try instance.function("memory.init")!(Int32(byteCount)) },
      // From either end, as the system has placed memory and module.
      begun: { isWritten(0) || isWritten(byteCount - 1) }, ended: { isWritten(0) && isWritten(byteCount - 1) })
    func isSet(_ index: Int) -> Bool { Self.isSet(table, index) }
    try expectStop(
      store,
      reset: { for element in [0, elementCount - 1] { try table.set(element, .funcref(nil)) } },
      run: { try instance.function("table.init")!(Int32(elementCount)) },
      begun: { isSet(0) || isSet(elementCount - 1) }, ended: { isSet(0) && isSet(elementCount - 1) })
    #expect(try instance.function("seven")!(as: Int32.self) == 7)
    try instance.function("memory.init")!(Int32(byteCount))
    try instance.function("table.init")!(Int32(elementCount))
    #expect(isWritten(byteCount - 1) && isSet(elementCount - 1))
  }

  @Test(arguments: tiers)
  func tableOperatorsAreStoppedInTheMiddle(_ tier: Tier) throws {
    let store = store(tier)
    let half = 1_000_000
    let instance = try makeInstance(store, memoryPages: 0, tableElements: UInt64(2 * half))
    let table = instance.table("table")!
    try expectStop(store, in: table, null: .externref(nil), from: 0, to: half - 1) {
      try instance.function("table.fill")!.call([.i32(0), .externref(1), .i32(Int32(half))])
    }
    try table.set(0, .externref(3))
    try table.set(half - 1, .externref(3))
    try expectStop(store, in: table, null: .externref(nil), from: 2 * half - 1, to: half) {
      try instance.function("table.copy")!.call([.i32(Int32(half)), .i32(0), .i32(Int32(half))])
    }
    // A table that was stopped while it grew has grown; what was not reached is null.
    var old = 0
    let room = 500_000
    try expectStop(
      store, reset: { old = table.count },
      run: { try instance.function("table.grow")!.call([.externref(4), .i32(Int32(room))]) },
      begun: { Self.isSet(table, old) }, ended: { Self.isSet(table, table.count - 1) })
    #expect(try instance.function("seven")!(as: Int32.self) == 7)
    try instance.function("table.fill")!.call([.i32(0), .externref(8), .i32(Int32(table.count))])
    #expect(Self.isSet(table, table.count - 1))
  }
}
