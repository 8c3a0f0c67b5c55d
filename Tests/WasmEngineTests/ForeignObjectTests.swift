// Objects of another store, of the same engine or of another one, are refused with an error wherever the API takes one; what refused them goes on working.

import Testing
import WasmEngine

@Suite struct ForeignObjectTests {
  /// One of everything, in a store.
  private struct World {
    let store: Store
    let module: Module
    let instance: Instance
    let host: Function
    let memory: Memory
    let table: Table
    let references: Table
    let global: Global
    let functionGlobal: Global
    let tag: WasmEngine.Tag
    let exception: Exception

    init(_ engine: Engine) throws {
      store = Store(engine)
      var builder = ModuleBuilder()
      _ = builder.beLateLinkingGuest()
      builder.function("take", [.funcref], [.funcref]) { $0.localGet(0) }
      builder.function("f") { _ in }
      module = try builder.module(engine)
      instance = try Instance(module, imports: .lateLinking(store), in: store)
      host = Function(store) { () -> Int32 in 1 }
      memory = try Memory(store, MemoryType(Limits(1)))
      table = try Table(store, TableType(.funcref, Limits(2)))
      references = try Table(store, TableType(.exnref, Limits(2)))
      global = try Global(store, .i32(1), mutable: true)
      functionGlobal = try Global(store, .funcref(nil), mutable: true)
      tag = WasmEngine.Tag(store, [.funcref])
      exception = try Exception(tag, [.funcref(host)])
    }
  }

  /// A store and one that does not belong to it: of the same engine, and of another.
  private static func pairs() throws -> [(World, World)] {
    let engine = Engine()
    return [(try World(engine), try World(engine)), (try World(engine), try World(Engine()))]
  }

  @Test func valuesOfOtherStoresAreRefused() throws {
    for (world, foreign) in try Self.pairs() {
      let take = world.instance.function("take")!
      for value in [Value.funcref(foreign.host), .funcref(foreign.instance.function("f"))] {
        #expect(throws: CallError.self) { try take.call([value]) }
        #expect(throws: CallError.self) { try world.functionGlobal.set(value) }
        #expect(throws: CallError.self) { try Global(world.store, value) }
        #expect(throws: CallError.self) { try world.table.set(0, value) }
        #expect(throws: CallError.self) { try Table(world.store, TableType(.funcref, Limits(1)), initial: value) }
        #expect(throws: CallError.self) { try Exception(world.tag, [value]) }
        let giving = Function(world.store, FuncType([], [.funcref])) { _, _ in [value] }
        #expect(throws: CallError.self) { try giving.call() }
        let error = #expect(throws: CallError.self) { try take.call([value]) }
        #expect(error?.description == "function take: expected values of its own store, given a function of another one")
      }
      let exception = Value.exnref(foreign.exception)
      #expect(throws: CallError.self) { try world.references.set(0, exception) }
      #expect(throws: CallError.self) { try Table(world.store, TableType(.exnref, Limits(1)), initial: exception) }
      #expect(throws: CallError.self) { try Global(world.store, exception) }
      #expect(throws: CallError.self) { try Exception(foreign.tag, [.funcref(world.host)]) }
      // Nothing of it has arrived, and what is right is accepted.
      guard case .funcref(nil)? = world.table.get(0), case .exnref(nil)? = world.references.get(0) else {
        Issue.record("a foreign value was stored")
        continue
      }
      #expect(try take.call([.funcref(world.host)]).first?.function == world.host)
      try world.table.set(0, .funcref(world.host))
      try world.references.set(0, .exnref(world.exception))
    }
  }

  @Test func importsOfOtherStoresAreRefusedAndNamed() throws {
    for (world, foreign) in try Self.pairs() {
      let externs: [Extern] = [
        .function(foreign.host), .memory(foreign.memory), .table(foreign.table), .global(foreign.global), .tag(foreign.tag),
      ]
      for extern in externs {
        var builder = ModuleBuilder()
        switch extern {
        case .function(let function): _ = builder.writer.importFunction("a", "b", type: builder.writer.addType(function.type))
        case .memory(let memory): _ = builder.writer.importMemory("a", "b", memory.type)
        case .table(let table): _ = builder.writer.importTable("a", "b", table.type)
        case .global(let global): _ = builder.writer.importGlobal("a", "b", global.type)
        case .tag(let tag): _ = builder.writer.importTag("a", "b", type: builder.writer.addType(FuncType(tag.parameters)))
        }
        var imports = Imports()
        imports["a", "b"] = extern
        let error = #expect(throws: LinkError.self) { try builder.instance(world.store, imports) }
        #expect(error?.problems.map(\.message) == ["the import belongs to another store"])
        _ = try builder.instance(foreign.store, imports)
      }
      var imports = Imports()
      imports.define("env", foreign.instance)
      imports.define("env", "link", world.host)
      #expect(throws: LinkError.self) { try Instance(world.module, imports: imports, in: world.store) }
    }
  }

  @Test func modulesOfOtherEnginesAreRefused() throws {
    let (world, foreign) = (try World(Engine()), try World(Engine()))
    let count = world.store.instanceCount
    let error = #expect(throws: LinkError.self) {
      try Instance(foreign.module, imports: .lateLinking(world.store), in: world.store)
    }
    #expect(error?.description == "cannot link the module belongs to another engine than the store")
    #expect(world.store.instanceCount == count)
    // Two stores of one engine may share it.
    _ = try Instance(world.module, imports: .lateLinking(world.store), in: world.store)
    let other = Store(world.store.engine)
    _ = try Instance(world.module, imports: .lateLinking(other), in: other)
  }

  @Test func instancesOfOtherStoresAreNotUnlinked() throws {
    for (world, foreign) in try Self.pairs() {
      let linker = try LateLinker(world.instance)
      let counts = (world.store.instanceCount, foreign.store.instanceCount)
      #expect(throws: LinkError.self) { try linker.unlink(foreign.instance) }
      #expect(throws: LinkError.self) { try linker.unlink(world.instance) }
      #expect((world.store.instanceCount, foreign.store.instanceCount) == counts)
    }
  }

  /// An exception is an error of Swift to a store that it does not belong to: it ends the call and comes out as it was thrown.
  @Test func exceptionsOfOtherStoresPassAsErrors() throws {
    for (world, foreign) in try Self.pairs() {
      var builder = ModuleBuilder()
      let host = builder.writer.importFunction("a", "b", type: builder.writer.addType(FuncType()))
      builder.function("f") { body in
        body.block()
        body.tryTable(.empty, [.all(label: 0)])
        body.call(host)
        body.end()
        body.end()
      }
      var imports = Imports()
      imports.define("a", "b", Function(world.store) { () -> Void in throw foreign.exception })
      let instance = try builder.instance(world.store, imports)
      let error = #expect(throws: Exception.self) { try instance.function("f")!() }
      #expect(error == foreign.exception)
      // Its own is caught.
      imports.define("a", "b", Function(world.store) { () -> Void in throw world.exception })
      try builder.instance(world.store, imports).function("f")!()
    }
  }

  @Test func typesWithoutValuesAreRefused() throws {
    let store = Store()
    #expect(throws: CallError.self) { try Table(store, TableType(.v128, Limits(1))) }
    #expect(throws: CallError.self) { try Table(store, TableType(.i32, Limits(1))) }
    #expect(throws: CallError.self) { try Memory(store, MemoryType(Limits(0), pageSizeLog2: 40)) }
    #expect(Value.zero(.unknown) == nil)
    #expect(throws: CallError.self) { try Exception(WasmEngine.Tag(store, [.v128]), [.f64(0)]) }
    let function = Function(store, FuncType([.v128], [.v128])) { _, values in values }
    #expect(throws: CallError.self) { try function.call([.f64(0)]) }
    #expect(throws: CallError.self) { try function.call([]) }
    let giving = Function(store, FuncType([], [.v128])) { _, _ in [.f64(0)] }
    #expect(throws: CallError.self) { try giving.call([]) }
  }

  @Test func indicesThatAreNotTheModulesAreNil() throws {
    let module = try World(Engine()).module
    for index in [-1, 0, 3, 1000, Int.min, Int.max] {
      for tier in Tier.allCases { #expect(try module.code(ofFunction: index, tier: tier) == nil) }
      #expect(module.text(ofFunction: index) == nil)
    }
    for tier in Tier.allCases { #expect(try module.code(ofFunction: 1, tier: tier) != nil) }
    #expect(module.functionIndex("no such") == nil)
    #expect(module.functionIndex("-1") == nil)
  }
}

extension Value {
  fileprivate var function: Function? { if case .funcref(let function) = self { function } else { nil } }
}
