// One budget holds for everything that a store's program may use, whoever asks: the host, instantiation, or the program itself; and null tables take no
// memory.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite struct StoreBudgetTests {
  private func store(_ bytes: UInt64, _ strategy: MemoryStrategy = .guarded) -> Store {
    var configuration = EngineConfiguration()
    configuration.limits.storeBytes = bytes
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 1 << 20
    return Store(Engine(configuration))
  }

  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func memoriesTogetherStayWithinIt(_ strategy: MemoryStrategy) throws {
    let store = store(10 << 16, strategy)
    let first = try Memory(store, MemoryType(Limits(3)))
    let second = try Memory(store, MemoryType(Limits(3)))
    #expect(store.usedBytes == 6 << 16)
    #expect(first.grow(by: 5) == nil)
    #expect(first.grow(by: 4) == 3)
    #expect(second.grow(by: 1) == nil)
    #expect(second.grow(by: 0) == 3)
    #expect(throws: ResourceError.self) { try Memory(store, MemoryType(Limits(1))) }
    _ = try Memory(store, MemoryType(Limits(0)))
    #expect(store.usedBytes == 10 << 16)
  }

  @Test func theProgramsOwnGrowthFailsAtIt() throws {
    let store = store(1 << 20)
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    builder.addGrowing()
    let instance = try builder.instance(store)
    let (memory, table) = (instance.function("memory")!, instance.function("table")!)
    #expect(try memory(Int32(100), as: Int32.self) == -1)
    #expect(try memory(Int32(7), as: Int32.self) == 1)
    #expect(try table(Int32(100_000), as: Int32.self) == -1)
    #expect(try table(Int32(60_000), as: Int32.self) == 1)
    #expect(try memory(Int32(1), as: Int32.self) == -1)
    #expect(store.usedBytes <= 1 << 20)
  }

  @Test func manyTablesAndMemoriesOfASmallModuleAreRefused() throws {
    for isTable in [false, true] {
      let store = store(16 << 20)
      var builder = ModuleBuilder()
      for _ in 0..<60 {
        if isTable {
          _ = builder.writer.addTable(TableType(.funcref, Limits(10_000_000)))
        } else {
          _ = builder.writer.addMemory(MemoryType(Limits(256)))
        }
      }
      let error = #expect(throws: ResourceError.self) { try builder.instance(store) }
      #expect(error?.description == "the store's memory limit of 16777216 bytes is reached")
      // What it had got is given back.
      #expect(store.usedBytes == 0)
      #expect(store.instanceCount == 0)
      _ = try Memory(store, MemoryType(Limits(256)))
    }
  }

  @Test func instancesAndGlobalsCount() throws {
    let store = store(100_000)
    let module = try ModuleBuilder.manyGlobals(1000).module(store.engine)
    for _ in 0..<6 { _ = try Instance(module, in: store) }
    #expect(throws: ResourceError.self) { try Instance(module, in: store) }
    var count = 0
    #expect(throws: ResourceError.self) {
      while true {
        _ = try Global(store, .i32(1))
        count += 1
      }
    }
    #expect(count < 1000)
    #expect(store.usedBytes <= 100_000 && store.usedBytes > 99_000)
  }

  /// Those out of reach are collected before the limit is an error.
  @Test func exceptionsCountUntilTheyAreOutOfReach() throws {
    let store = store(64 << 10)
    var builder = ModuleBuilder()
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64, .i64])))
    let type = FuncType([.i32], [.i32])
    _ = builder.writer.addTable(TableType(.exnref, Limits(6000)))
    builder.writer.addExport("table", .table, 0)
    func body(_ keeps: Bool) -> (inout FunctionBodyWriter) -> Void {
      { body in
        body.countDown { body in
          if keeps {
            body.localGet(0)
          }
          body.block(.value(.exnref))
          body.tryTable(.empty, [.allAndReference(label: 0)])
          body.i64Const(1)
          body.i64Const(2)
          body.throw(tag)
          body.end()
          body.unreachable()
          body.end()
          if keeps { body.tableSet() } else { body.drop() }
        }
        body.i32Const(3)
      }
    }
    builder.function("drop", type.parameters, type.results, body(false))
    builder.function("keep", type.parameters, type.results, body(true))
    let instance = try builder.instance(store)
    #expect(try instance.function("drop")!(Int32(20_000), as: Int32.self) == 3)
    #expect(throws: ResourceError.self) { try instance.function("keep")!(Int32(5000), as: Int32.self) }
    #expect(store.usedBytes <= 64 << 10)
    // The one that was thrown last may be out of reach. When all are kept there is no room for another, however often it is asked for.
    let hostTag = WasmEngine.Tag(store, [.i32])
    var kept: [Exception] = []
    #expect(throws: ResourceError.self) { for _ in 0..<5000 { kept.append(try Exception(hostTag, [.i32(1)])) } }
    #expect(kept.count < 100)
    for _ in 0..<3 { #expect(throws: ResourceError.self) { try Exception(hostTag, [.i32(1)]) } }
    #expect(store.usedBytes <= 64 << 10 && store.usedBytes > (64 << 10) - 100)
    #expect(throws: ResourceError.self) { try instance.function("drop")!(Int32(1), as: Int32.self) }
    // What is let go makes room.
    for index in 4000...5000 { try instance.table("table")!.set(index, .exnref(nil)) }
    kept.removeAll()
    #expect(try instance.function("drop")!(Int32(20_000), as: Int32.self) == 3)
  }

  @Test func nullTablesTakeNoMemory() async {
    await #expect(processExitsWith: .success) {
      let store = Store()
      let before = ProcessMeasurements.residentBytes()
      var tables: [Table] = []
      for _ in 0..<60 { tables.append(try Table(store, TableType(.funcref, Limits(5_000_000)))) }
      for table in tables where table.grow(by: 5_000_000) != 5_000_000 { exit(1) }
      let function = Function(store) { () -> Int32 in 5 }
      try tables[7].set(9_999_999, .funcref(function))
      guard case .funcref(function?)? = tables[7].get(9_999_999), case .funcref(nil)? = tables[8].get(9_999_999) else { exit(2) }
      let used = ProcessMeasurements.residentBytes() - before
      if used > 16 << 20 { exit(3) }
    }
  }

  @Test func tablesKeepTheirElementsWhenTheyBecomeLarge() throws {
    let store = Store()
    let table = try Table(store, TableType(.externref, Limits(3)))
    for index in 0..<3 { try table.set(index, .externref(UInt(index))) }
    var size = 3
    for extra in [1, 10, 5000, 3000, 100_000, 1_000_000] {
      #expect(table.grow(by: extra) == size)
      guard case .externref(nil)? = table.get(size), case .externref(nil)? = table.get(size + extra - 1) else {
        Issue.record("a new element is not null")
        return
      }
      size += extra
      try table.set(size - 1, .externref(UInt(size)))
      for index in 0..<3 {
        guard case .externref(UInt(index))? = table.get(index) else {
          Issue.record("element \(index) was lost")
          return
        }
      }
    }
    #expect(table.count == size)
  }
}

extension ModuleBuilder {
  static func manyGlobals(_ count: Int) -> ModuleBuilder {
    var builder = ModuleBuilder()
    for _ in 0..<count { _ = builder.writer.addGlobal(GlobalType(.i32), .i32(1)) }
    return builder
  }
}
