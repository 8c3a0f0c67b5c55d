// A frozen module goes on where the program was when it was frozen; what cannot be written down is refused.

import Foundation
import Freezer
import RandomModules
import SampleBodies
import Testing
import WasmEngine
import WasmFormat

@Suite struct FreezerTests {
  // MARK: Properties

  /// Half of a random module's functions are called, it is frozen, and both go on.
  @Test(arguments: [RandomModule.bytes(seed:), ExceptionModule.bytes(seed:)])
  func aFrozenModuleGoesOnWhereTheProgramWas(_ make: @Sendable (UInt64) -> [UInt8]) throws {
    // LATCH_SEEDS=2500 does as many of both kinds.
    let count = ProcessInfo.processInfo.environment["LATCH_SEEDS"].flatMap(UInt64.init) ?? 60
    for seed in 0..<count {
      let engine = Engine()
      let store = Store(engine)
      var imports = Imports()
      imports.define("env", "tag", Tag(store, [.i32]))
      let instance = try Instance(Module(engine, make(seed)), imports: imports, in: store)
      let exports = instance.module.exports
      _ = outcomes(of: instance, exports.prefix(exports.count / 2))
      if instance.memory("memory")?.type.isShared == true {
        let error = #expect(throws: (any Error).self) { try Freezer(instance).freeze() }
        #expect("\(error!)".contains("memory 0 is shared"))
        continue
      }
      let frozen = try Freezer(instance).freeze()
      let copy = try Instance(Module(engine, frozen.bytes), in: Store(engine))
      #expect(copy.module.exports.map(\.name) == exports.map(\.name), "seed \(seed)")
      #expect(outcomes(of: copy, exports) == outcomes(of: instance, exports), "seed \(seed)")
    }
  }

  // MARK: Late linking

  /// A guest whose function `run` calls element 1 of its table, and a module linked to it that puts a function there and has a start function.
  private func linkedGuest(_ store: Store, _ number: Int64) throws -> Instance {
    var writer = ModuleWriter()
    let unary = writer.addType(FuncType([.i64], [.i64]))
    _ = writer.addMemory(MemoryType(Limits(1)))
    _ = writer.addTable(TableType(.funcref, Limits(2)))
    writer.addExport("memory", .memory, 0)
    writer.addExport("__indirect_function_table", .table, 0)
    writer.addFunction("run", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.callIndirect(type: unary)
    }
    let guest = try Instance(Module(store.engine, writer.finish().bytes), in: store)
    var late = ModuleWriter()
    _ = late.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = late.importTable("env", "table", TableType(.funcref, Limits(0)))
    let added = late.addFunction(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.i64Const(number)
      body.emit(.i64Add)
      body.i32Const(0)
      body.load(.i64Load)
      body.emit(.i64Add)
    }
    let elements = late.addPassiveElements(functions: [added])
    let patch = late.addFunction(nil, [], []) { body in
      body.i32Const(1)
      body.i32Const(0)
      body.i32Const(1)
      body.tableInit(element: elements)
      body.i32Const(0)
      body.i64Const(1000)
      body.store(.i64Store)
    }
    late.setStart(patch)
    late.nameFunction(added, "added")
    let bytes = late.finish().bytes
    let memory = guest.memory("memory")!
    try memory.write(bytes, at: 64)
    try LateLinker(guest).link(moduleAt: 64, length: bytes.count)
    try memory.write([UInt8](repeating: 0, count: bytes.count), at: 64)
    return guest
  }

  @Test func modulesThatWereLinkedLaterArePartOfTheFrozenOne() throws {
    let store = Store()
    let guest = try linkedGuest(store, 7)
    let frozen = try Freezer(guest).freeze()
    let module = try Module(store.engine, frozen.bytes)
    #expect(module.imports.isEmpty)
    let copy = try Instance(module, in: Store(store.engine))
    #expect(try copy.function("run")!(Int64(5), as: Int64.self) == 1012)
    // Not the start function.
    #expect((frozen.functions, frozen.functionsBefore) == (2, 3))
    #expect(frozen.bytes.contains("added"))
  }

  // MARK: Calls through tables

  /// A module whose function `call` calls element 1 of a table by a constant index, and `any` whatever element it is told.
  private func caller(exportsTable: Bool, writes: Bool = false, grows: Bool = false) throws -> Instance {
    var writer = ModuleWriter()
    let type = writer.addType(FuncType([], [.i32]))
    let other = writer.addType(FuncType([], [.i64]))
    _ = writer.addTable(TableType(.funcref, Limits(4)))
    if exportsTable { writer.addExport("table", .table, 0) }
    let one = writer.addFunction(nil, [], [.i32]) { $0.i32Const(11) }
    let two = writer.addFunction(nil, [], [.i32]) { $0.i32Const(22) }
    writer.addActiveElements(table: 0, offset: .i32(1), functions: [one, two])
    for (name, element) in [("call", 1), ("null", 3), ("outside", 4)] as [(WasmName, Int32)] {
      writer.addFunction(name, [], [.i32]) { body in
        body.i32Const(element)
        body.callIndirect(type: type)
      }
    }
    writer.addFunction("tail", [], [.i32]) { body in
      body.i32Const(2)
      body.returnCallIndirect(type: type)
    }
    writer.addFunction("wrong", [], [.i64]) { body in
      body.i32Const(1)
      body.callIndirect(type: other)
    }
    writer.addFunction("any", [.i32], [.i32]) { body in
      body.localGet(0)
      body.callIndirect(type: type)
    }
    if writes {
      writer.addFunction("swap", [], []) { body in
        body.i32Const(1)
        body.i32Const(2)
        body.emit(.tableGet, index: 0)
        body.emit(.tableSet, index: 0)
      }
    }
    if grows {
      writer.addFunction("grow", [], [.i32]) { body in
        body.refNull(.funcref)
        body.i32Const(1)
        body.tableGrow()
      }
    }
    let store = Store()
    return try Instance(Module(store.engine, writer.finish().bytes), in: store)
  }

  @Test func callsByConstantIndicesBecomeDirect() throws {
    for (exports, writes, tables) in [(false, false, 1), (true, false, 1), (false, true, 1)] {
      let instance = try caller(exportsTable: exports, writes: writes)
      let frozen = try Freezer(instance).freeze()
      let copy = try Instance(Module(instance.store.engine, frozen.bytes), in: instance.store)
      #expect(copy.module.declarations.tables.count == tables)
      #expect(try copy.function("call")!(as: Int32.self) == 11)
      #expect(try copy.function("tail")!(as: Int32.self) == 22)
      // What traps traps as before.
      for name in ["wrong", "null", "outside"] as [WasmName] {
        let message = trap { _ = try instance.function(name)!.call([]) }
        #expect(message != nil && message == trap { _ = try copy.function(name)!.call([]) })
      }
      if writes {
        try copy.function("swap")!()
        #expect(try copy.function("call")!(as: Int32.self) == 22)
      }
    }
  }

  @Test func tablesThatNobodyCanGrowKeepTheirSize() throws {
    for (exports, grows, maximum) in [(false, false, 4), (true, false, nil), (false, true, nil)] as [(Bool, Bool, UInt64?)] {
      let instance = try caller(exportsTable: exports, grows: grows)
      let copy = try Instance(Module(instance.store.engine, Freezer(instance).freeze().bytes), in: instance.store)
      #expect(copy.module.declarations.tables[0].limits == Limits(4, maximum))
      if grows { #expect(try copy.function("grow")!(as: Int32.self) == 4) }
      #expect(try copy.function("any")!(Int32(2), as: Int32.self) == 22)
    }
  }

  private func trap(_ body: () throws -> Void) -> TrapReason? {
    do {
      try body()
      return nil
    } catch { return (error as? Trap)?.reason }
  }

  @Test func elementsThatNoPointerLeadsToCanBeLeftOut() throws {
    let instance = try caller(exportsTable: true)
    let call = Int(instance.module.exports.first { $0.name == "any" }!.index)
    var freezer = Freezer(instance)
    freezer.keepExports(["call", "any"])
    #expect(try freezer.freeze().functions == 4)
    freezer.assumeConstant(4, elementsOf: "table")
    // Element 1 is called directly.
    for (held, taken, functions) in [([], [:], 3), ([2], [:], 4), ([], [call: [2]], 4), ([], [call + 1: [2]], 3)] as [(Set<Int>, [Int: [Int]], Int)] {
      freezer.prune("table", FunctionPointers(held: held, taken: taken))
      let frozen = try freezer.freeze()
      #expect(frozen.functions == functions, "\(held) \(taken)")
      let copy = try Instance(Module(instance.store.engine, frozen.bytes), in: instance.store)
      #expect(try copy.function("call")!(as: Int32.self) == 11)
      let any = copy.function("any")!
      if functions == 4 { #expect(try any(Int32(2), as: Int32.self) == 22) } else { #expect(throws: Trap.self) { try any(Int32(2), as: Int32.self) } }
    }
  }

  @Test func namesCanBeLeftOut() throws {
    var freezer = Freezer(try linkedGuest(Store(), 7))
    freezer.keepsNames = false
    #expect(!(try freezer.freeze().bytes.contains("added")))
  }

  // MARK: Segments

  @Test func segmentsThatWereDroppedStayDroppedAndOthersStay() throws {
    var writer = ModuleWriter()
    _ = writer.addMemory(MemoryType(Limits(1)))
    _ = writer.addTable(TableType(.funcref, Limits(4)))
    writer.addExport("memory", .memory, 0)
    let kept = writer.addPassiveData(bytes: [1, 2, 3])
    let dropped = writer.addPassiveData(bytes: [4, 5, 6])
    let f = writer.addFunction("f", [], [.i32]) { $0.i32Const(11) }
    let elements = writer.addPassiveElements(functions: [f])
    for (name, segment) in [("kept", kept), ("dropped", dropped)] {
      writer.addFunction(WasmName(name), [.i32], []) { body in
        body.i32Const(0)
        body.i32Const(0)
        body.localGet(0)
        body.emit(.memoryInit, segment, 0)
      }
    }
    writer.addFunction("elements", [.i32], []) { body in
      body.i32Const(0)
      body.i32Const(0)
      body.localGet(0)
      body.tableInit(element: elements)
    }
    writer.addFunction("drop", [], []) { body in
      body.emit(.dataDrop, index: dropped)
      body.elemDrop(elements)
    }
    let store = Store()
    let instance = try Instance(Module(store.engine, writer.finish().bytes), in: store)
    try instance.function("drop")!()
    let copy = try Instance(Module(store.engine, Freezer(instance).freeze().bytes), in: Store(store.engine))
    try copy.function("kept")!(Int32(3))
    #expect(try copy.memory("memory")!.read(at: 0, count: 3) == [1, 2, 3])
    for name in ["dropped", "elements"] as [WasmName] {
      try copy.function(name)!(Int32(0))
      #expect(throws: Trap.self) { try copy.function(name)!(Int32(1)) }
    }
  }

  @Test func memoryThatIsZeroTakesNoRoom() throws {
    var writer = ModuleWriter()
    _ = writer.addMemory(MemoryType(Limits(1000)))
    writer.addExport("memory", .memory, 0)
    let store = Store()
    let instance = try Instance(Module(store.engine, writer.finish().bytes), in: store)
    let memory = instance.memory("memory")!
    try memory.write([1], at: 0)
    try memory.write([2], at: 65_535_999)
    memory.grow(by: 1)
    let frozen = try Freezer(instance).freeze()
    #expect(frozen.bytes.count < 100)
    #expect(frozen.dataBytes == 2)
    let copy = try Instance(Module(store.engine, frozen.bytes), in: Store(store.engine)).memory("memory")!
    #expect(copy.pageCount == 1001)
    #expect(try copy.read(at: 65_535_998, count: 2) == [0, 2])
  }

  // MARK: Hosts

  @Test func functionsOfTheHostAreImportedUnlessTheyAreReplaced() throws {
    var writer = ModuleWriter()
    let type = writer.addType(FuncType([.i32], [.i32]))
    let first = writer.importFunction("host", "first", type: type)
    let second = writer.importFunction("host", "second", type: type)
    _ = writer.importFunction("host", "unused", type: type)
    writer.addFunction("run", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(first)
      body.call(second)
    }
    writer.addFunction("twice", [.i32], [.i32]) { body in
      body.localGet(0)
      body.localGet(0)
      body.emit(.i32Add)
    }
    let store = Store()
    let add = Function(store) { (n: Int32) -> Int32 in n + 1 }
    var imports = Imports()
    for name in ["first", "second", "unused"] as [WasmName] { imports.define("host", name, add) }
    let instance = try Instance(Module(store.engine, writer.finish().bytes), imports: imports, in: store)
    var freezer = Freezer(instance)
    // One function of the host is imported under the first name that the program has for it.
    #expect(try Module(store.engine, freezer.freeze().bytes).imports.map(\.name) == ["first"])
    freezer.replaceImport("host", "first", with: instance.function("twice")!)
    let module = try Module(store.engine, freezer.freeze().bytes)
    #expect(module.imports.isEmpty)
    let copy = try Instance(module, in: Store(store.engine))
    #expect(try copy.function("run")!(Int32(5), as: Int32.self) == 20)
    #expect(throws: FreezeError.self) {
      freezer.replaceImport("host", "first", with: add)
      freezer.replaceImport("host", "first", with: Function(store) { (n: Int64) -> Int64 in n })
      _ = try freezer.freeze()
    }
  }

  @Test func whatBelongsToTheHostIsRefused() throws {
    var writer = ModuleWriter()
    _ = writer.addTable(TableType(.externref, Limits(2)))
    _ = writer.addTable(TableType(.funcref, Limits(2)))
    writer.addExport("objects", .table, 0)
    writer.addExport("functions", .table, 1)
    let store = Store()
    let instance = try Instance(Module(store.engine, writer.finish().bytes), in: store)
    #expect(throws: Never.self) { try Freezer(instance).freeze() }
    try instance.table("objects")!.set(1, .externref(3))
    #expect("element 1 of table 0 holds a reference of the host's" == message { try Freezer(instance).freeze() })
    try instance.table("objects")!.set(1, .externref(nil))
    try instance.table("functions")!.set(0, .funcref(Function(store) { () -> Int32 in 1 }))
    #expect("element 0 of table 1 holds a function of the host that no module imports" == message { try Freezer(instance).freeze() })
  }

  private func message(_ body: () throws -> FrozenModule) -> String? {
    do {
      _ = try body()
      return nil
    } catch { return "\(error)" }
  }
}

extension [UInt8] {
  fileprivate func contains(_ text: String) -> Bool {
    let text = Array(text.utf8)
    return indices.contains { self[$0...].starts(with: text) }
  }
}
