// Auxiliary modules that join the guest's instance: their functions run with its context, so calls between them and the guest change nothing. Modules that
// have something of their own, or import something that is not the guest's, do not join, and do the same.

import Testing
import WasmEngine

@Suite(.serialized) struct JoiningTests {
  /// How a linker can make modules not join: what the host gives is not the guest's.
  private static func makeStore(_ tier: Tier, hotCount: Int32? = 0) -> Store {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    if tier == .auto {
      configuration.debug.hotCount = hotCount
      configuration.debug.waitsForOptimizer = hotCount == 0
    }
    return Store(Engine(configuration))
  }

  static let tiers: [Tier] = [.bbq, .omg, .auto]

  private static let number = FuncType([.i64], [.i64])

  /// A guest with functions and globals of its own and of its host. `call(slot, n)` calls through the table, then adds 1,000 times byte 0 of its memory, which is 3.
  private func makeGuest(_ store: Store) throws -> (guest: Instance, linker: LateLinker) {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(Self.number)
    let host = builder.writer.importFunction("env", "host", type: type)
    let given = builder.writer.importGlobal("env", "given", GlobalType(.i64, mutable: true))
    _ = builder.writer.addMemory(MemoryType(Limits(2)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(8)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("__indirect_function_table", .table, 0)
    let counter = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(5))
    builder.writer.addExport("counter", .global, counter)
    builder.writer.addExport("given", .global, given)
    builder.writer.addExport("host", .function, host)
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64])))
    builder.writer.addExport("failure", .tag, tag)
    builder.writer.addActiveData(offset: .i32(0), bytes: [3])
    // Adds its argument to the counter and gives that.
    builder.function("count", [.i64], [.i64]) { body in
      body.globalGet(counter)
      body.localGet(0)
      body.emit(.i64Add)
      body.globalSet(counter)
      body.globalGet(counter)
    }
    builder.addTableCall(.i64, type: type) { body in
      body.pushMark()
      body.addMultiple(1000)
    }
    builder.function("catch", [.i32, .i64], [.i64]) { body in
      body.returnOrCatch(.i64, [.tag(tag, label: 0)]) { body in
        body.localGet(1)
        body.localGet(0)
        body.callIndirect(type: type)
      }
    }
    var imports = Imports()
    imports.define("env", "host", Function(store) { (n: Int64) -> Int64 in n < 0 ? -1 : n * 2 })
    imports.define("env", "given", try Global(store, .i64(70), mutable: true))
    let guest = try builder.instance(store, imports)
    return (guest, try LateLinker(guest))
  }

  /// Puts `(i64) -> i64` functions at elements 0, 1, … of the table when it starts. `isBare`: it has nothing of its own, so it joins. It has data, too: 9 at byte 8.
  private func makeAuxiliary(isBare: Bool = true) -> [UInt8] {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(Self.number)
    let count = builder.writer.importFunction("env", "count", type: type)
    let host = builder.writer.importFunction("env", "host", type: type)
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(1)))
    let given = builder.writer.importGlobal("env", "given", GlobalType(.i64, mutable: true))
    let counter = builder.writer.importGlobal("env", "counter", GlobalType(.i64, mutable: true))
    let tag = builder.writer.importTag("env", "failure", type: builder.writer.addType(FuncType([.i64])))
    if !isBare { _ = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(0)) }
    let data = builder.writer.addPassiveData(bytes: [9, 8, 7])
    var functions: [UInt32] = []
    func add(_ name: WasmName? = nil, _ write: (inout FunctionBodyWriter) -> Void) { functions.append(builder.function(name, [.i64], [.i64], write)) }
    // 0: counter + n, the counter itself, 100 times the other global.
    add { body in
      body.localGet(0)
      body.call(count)
      body.globalGet(counter)
      body.emit(.i64Add)
      body.globalGet(given)
      body.i64Const(100)
      body.emit(.i64Mul)
      body.emit(.i64Add)
    }
    // 1: the same by a tail call. 2: the host. 3: the host, by a tail call.
    add { body in
      body.localGet(0)
      body.returnCall(count)
    }
    add { body in
      body.localGet(0)
      body.call(host)
      body.i32Const(0)
      body.load(.i64Load8U)
      body.emit(.i64Add)
    }
    add { body in
      body.localGet(0)
      body.returnCall(host)
    }
    // 4: a sum in a loop, also through the table: element 5, and by a reference to itself in element 7.
    add { body in
      let sum = body.addLocal(.i64)
      body.loop()
      body.localGet(sum)
      body.localGet(0)
      body.i32Const(5)
      body.callIndirect(type: type)
      body.emit(.i64Add)
      body.localSet(sum)
      body.endLoopCountingDown(0)
      body.localGet(sum)
    }
    // 5: the function's own square, found in element 7 as well.
    let square = builder.writer.functionCount
    add("square") { body in
      body.i32Const(7)
      body.refFunc(square)
      body.tableSet()
      body.localGet(0)
      body.localGet(0)
      body.emit(.i64Mul)
    }
    // 6: throws for even arguments, traps for others above 10.
    add("fail") { body in
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64And)
      body.emit(.i64Eqz)
      body.if()
      body.localGet(0)
      body.throw(tag)
      body.end()
      body.localGet(0)
      body.i64Const(10)
      body.emit(.i64GtS)
      body.if()
      body.unreachable()
      body.end()
      body.localGet(0)
    }
    let elements = builder.writer.addPassiveElements(functions: functions)
    builder.writer.setStart(
      builder.function { body in
        body.initTable(from: elements, count: functions.count)
        body.elemDrop(elements)
        body.i32Const(8)
        body.i32Const(0)
        body.i32Const(1)
        body.memoryInit(data: data)
        body.dataDrop(data)
        body.i32Const(1)
        body.memoryGrow()
        body.drop()
      })
    return builder.writer.finish().bytes
  }

  private func link(_ linker: LateLinker, _ bytes: [UInt8]) throws -> Instance { try bytes.withUnsafeBytes { try linker.link($0) } }

  /// All that the functions do, so often that they are optimized.
  private func check(_ guest: Instance) throws {
    let call = try #require(guest.function("call"))
    let count = try #require(guest.function("count"))
    var counter: Int64 = try count(Int64(0), as: Int64.self)
    for n in Int64(0)..<30 {
      counter += n
      #expect(try call(Int32(0), n, as: Int64.self) == 2 * counter + 7000 + 3000)
      counter += n
      #expect(try call(Int32(1), n, as: Int64.self) == counter + 3000)
      #expect(try call(Int32(2), n, as: Int64.self) == 2 * n + 3 + 3000)
      #expect(try call(Int32(3), n, as: Int64.self) == 2 * n + 3000)
      #expect(try call(Int32(4), n + 1, as: Int64.self) == (n + 1) * (n + 2) * (2 * n + 3) / 6 + 3000)
      #expect(try call(Int32(7), n, as: Int64.self) == n * n + 3000)
      #expect(try guest.function("catch")!(Int32(6), 2 * n, as: Int64.self) == 2 * n)
      #expect(try guest.function("catch")!(Int32(6), Int64(3), as: Int64.self) == 3)
      let fault = try #require(trap { _ = try call(Int32(6), 2 * n + 11, as: Int64.self) })
      #expect(fault.reason == .unreachable)
      #expect(fault.backtrace.map(\.functionName) == ["fail", "call"])
    }
    #expect(try guest.memory("memory")!.read(at: 8, count: 2) == [9, 0])
  }

  @Test(arguments: tiers, [true, false])
  func modulesDoTheSameWhetherTheyJoinOrNot(_ tier: Tier, _ isBare: Bool) throws {
    let (guest, linker) = try makeGuest(Self.makeStore(tier))
    let bytes = makeAuxiliary(isBare: isBare)
    for round in 0..<3 {
      let auxiliary = try link(linker, bytes)
      #expect(auxiliary.hasJoined == isBare)
      #expect(guest.memory("memory")!.pageCount == 3 + round)
      try check(guest)
    }
  }

  @Test func whatTheHostGivesIsNotTheGuests() throws {
    let store = Self.makeStore(.auto)
    let (guest, _) = try makeGuest(store)
    var options = LateLinkOptions()
    options.imports.define("env", "count", guest.function("count")!)
    let linker = try LateLinker(guest, options)
    #expect(try !link(linker, makeAuxiliary()).hasJoined)
    try check(guest)
  }

  /// Joined modules come and go in any order, linked by one linker or several; those that are left find themselves.
  @Test func joinedModulesAreFreed() throws {
    let store = Self.makeStore(.auto)
    let (guest, _) = try makeGuest(store)
    let bytes = makeAuxiliary()
    let linkers = try (0..<3).map { _ in try LateLinker(guest) }
    var random = SystemRandomNumberGenerator()
    var linked: [(linker: LateLinker, handle: Int32)] = []
    for _ in 0..<40 {
      let linker = linkers.randomElement(using: &random)!
      _ = try link(linker, bytes)
      linked.append((linker, linker.modules.last!.handle))
      try check(guest)
      if linked.count > 4 {
        let (linker, handle) = linked.remove(at: Int.random(in: 0..<linked.count - 1, using: &random))
        try linker.unlink(linker.modules.first { $0.handle == handle }!.instance)
        linker.releaseUnlinked()
      }
    }
    for element in 0..<8 { try guest.table("__indirect_function_table")!.set(element, .funcref(nil)) }
    for linker in linkers { for module in linker.modules { try linker.unlink(module.instance) } }
    linkers[0].releaseUnlinked()
    #expect(store.instanceCount == 1)
  }

  /// The code of a module that has joined is good for one instance; instances that the host makes of it have code of their own.
  @Test func aJoinedModuleCanBeInstantiatedElsewhere() throws {
    let store = Self.makeStore(.auto)
    let (guest, linker) = try makeGuest(store)
    let auxiliary = try link(linker, makeAuxiliary())
    let (other, _) = try makeGuest(store)
    var imports = Imports()
    imports.define("env", other)
    imports.define("env", "table", other.table("__indirect_function_table")!)
    let instance = try Instance(auxiliary.module, imports: imports, in: store)
    #expect(!instance.hasJoined)
    try check(other)
    try check(guest)
  }

  @Test func countsAreThoseOfTheJoinedModule() throws {
    let guest = try LateLinkGuest(Self.makeStore(.auto, hotCount: 1000))
    let first = try guest.link(LateLinkGuest.module(adding: 5, at: 3))
    let second = try guest.link(LateLinkGuest.module(adding: 6, at: 4))
    for _ in 0..<7 { _ = try guest("call", 3, 1) }
    for _ in 0..<9 { _ = try guest("call", 4, 1) }
    #expect(guest.linker.modules.allSatisfy { $0.instance.hasJoined })
    func spent(_ handle: Int) throws -> Set<UInt32> {
      let functions = try guest("counts", handle, 8192, 16)
      let bytes = try guest.instance.memory("memory")!.read(at: 8192, count: functions * 8)
      return Set((0..<functions).map { place in (0..<4).reduce(0) { $0 | UInt32(bytes[place * 8 + $1]) << (8 * UInt32($1)) } })
    }
    #expect(try spent(first).contains(56))
    #expect(try spent(second).contains(72))
  }
}
