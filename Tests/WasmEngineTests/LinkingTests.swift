// Sharing between instances, lifetimes, and late linking.

import Testing
import WasmEngine

@Suite struct LinkingTests {
  @Test func memoriesTablesAndGlobalsAreShared() throws {
    let store = Store()
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(2)))
    let counter = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(5))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("table", .table, 0)
    builder.writer.addExport("counter", .global, counter)
    let owner = try builder.instance(store)
    var imports = Imports()
    imports.define("env", owner)

    builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(1)))
    let imported = builder.writer.importGlobal("env", "counter", GlobalType(.i32, mutable: true))
    let bump = builder.function("bump", [], [.i32]) { body in
      body.globalGet(imported)
      body.i32Const(1)
      body.emit(.i32Add)
      body.globalSet(imported)
      body.globalGet(imported)
    }
    builder.function("grow", [], [.i32]) { body in
      body.i32Const(1)
      body.memoryGrow()
    }
    builder.writer.addActiveElements(offset: .i32(1), functions: [bump])
    builder.writer.addActiveData(offset: .i32(8), bytes: [1, 2, 3])
    let user = try builder.instance(store, imports)

    let memory = try #require(owner.memory("memory"))
    #expect(try memory.read(at: 8, count: 3) == [1, 2, 3])
    #expect(try user.function("grow")!(as: Int32.self) == 1)
    #expect(memory.pageCount == 2)
    guard case .funcref(let function?)? = owner.table("table")!.get(1) else {
      Issue.record("the element is not a function")
      return
    }
    #expect(function == user.function("bump"))
    #expect(try function(as: Int32.self) == 6)
    #expect(owner.global("counter")!.value.bits == 6)
  }

  @Test func functionsLiveAsLongAsAHandle() throws {
    func functionOfADroppedInstance() throws -> Function {
      var builder = ModuleBuilder()
      builder.function("f", [], [.i32]) { $0.i32Const(42) }
      return try builder.instance(Store()).function("f")!
    }
    #expect(try functionOfADroppedInstance()(as: Int32.self) == 42)
  }

  @Test func storesAreFreed() throws {
    weak var weakStore: Store?
    do {
      let store = Store()
      weakStore = store
      var builder = ModuleBuilder()
      let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType()))
      _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
      builder.writer.addActiveElements(offset: .i32(0), functions: [builder.function("f") { $0.call(host) }])
      var imports = Imports()
      imports.define("env", "host", Function(store) { (_: borrowing Caller) in })
      try builder.instance(store, imports).function("f")!()
    }
    #expect(weakStore == nil)
  }

  @Test func wrongImportsAreLinkErrors() throws {
    let store = Store()
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(2, 3)))
    #expect(throws: LinkError.self) { try builder.instance(store) }
    for limits in [Limits(1, 3), Limits(2), Limits(2, 4)] {
      var imports = Imports()
      imports.define("env", "memory", try Memory(store, MemoryType(limits)))
      #expect(throws: LinkError.self) { try builder.instance(store, imports) }
    }
    var imports = Imports()
    imports.define("env", "memory", try Memory(Store(), MemoryType(Limits(2, 3))))
    #expect(throws: LinkError.self) { try builder.instance(store, imports) }
    imports.define("env", "memory", try Memory(store, MemoryType(Limits(2, 3))))
    _ = try builder.instance(store, imports)
  }

  @Test func aHundredMillionBouncesBetweenInstancesUseNoStack() throws {
    let store = Store(Engine.with())
    let table = try Table(store, TableType(.funcref, Limits(2)))
    var imports = Imports()
    imports.define("env", "table", table)
    // Function k counts down and leaves for the other one; the second takes more arguments than there are registers.
    for index in 0..<2 {
      var builder = ModuleBuilder()
      _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(2)))
      let short = FuncType([.i64], [.i64])
      let long = FuncType(Array(repeating: .i64, count: 12), [.i64])
      let here = index == 0 ? short : long
      let there = index == 0 ? long : short
      let type = builder.writer.addType(there)
      let function = builder.function("f", here.parameters, here.results) { body in
        body.localGet(0)
        body.emit(.i64Eqz)
        body.if()
        body.i64Const(7)
        body.return()
        body.end()
        body.localGet(0)
        body.i64Const(1)
        body.emit(.i64Sub)
        for _ in 1..<there.parameters.count { body.i64Const(1) }
        body.i32Const(Int32(1 - index))
        body.returnCallIndirect(type: type)
      }
      builder.writer.addActiveElements(offset: .i32(Int32(index)), functions: [function])
      _ = try builder.instance(store, imports)
    }
    guard case .funcref(let function?)? = table.get(0) else {
      Issue.record("the element is not a function")
      return
    }
    #expect(try function(Int64(100_000_000), as: Int64.self) == 7)
  }
}
