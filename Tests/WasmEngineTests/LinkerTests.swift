// Definitions that are used again and again, the data of a store, and the host's say about growth.

import Testing
import WasmEngine

@Suite struct LinkerTests {
  private let engine = Engine()

  /// Imports `env.next`, and exports `twice`, which calls it two times and adds.
  private func caller() throws -> Module {
    var builder = ModuleBuilder()
    let next = builder.writer.importFunction("env", "next", type: builder.writer.addType(FuncType([], [.i32])))
    builder.function("twice", [], [.i32]) { body in
      body.call(next)
      body.call(next)
      body.emit(.i32Add)
    }
    return try builder.module(engine)
  }

  /// Exports `next`, which counts from `first`.
  private func counter(from first: Int32) throws -> Module {
    var builder = ModuleBuilder()
    let count = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(first))
    builder.function("next", [], [.i32]) { body in
      body.globalGet(count)
      body.globalGet(count)
      body.i32Const(1)
      body.emit(.i32Add)
      body.globalSet(count)
    }
    return try builder.module(engine)
  }

  @Test func eachStoreGetsItsOwnFunctionsAndInstances() throws {
    var linker = Linker()
    var made = 0
    linker.define("env", "next") { store in
      made += 1
      return .function(Function(store) { (caller: borrowing Caller) -> Int32 in Int32(try caller.data(as: Int.self)) })
    }
    linker.define("env", "unused") { _ in throw Trap(.unreachable, detail: "it is not made") }
    let module = try caller()
    for number in 1...3 {
      let store = Store(engine)
      store.data = number
      let instance = try linker.instantiate(module, in: store)
      #expect(try instance.function("twice")!(as: Int32.self) == Int32(2 * number))
    }
    #expect(made == 3)

    var other = linker
    other.define("env", try counter(from: 10))
    let store = Store(engine)
    for _ in 0..<2 { #expect(try other.instantiate(module, in: store).function("twice")!(as: Int32.self) == 21, "each time from the start") }
    #expect(made == 3, "what is replaced is not made")
    #expect(store.instanceCount == 4)
    store.data = 1
    #expect(try linker.instantiate(module, in: store).function("twice")!(as: Int32.self) == 2, "the original has no more than it had")
  }

  @Test func aLibraryOfTwoModulesIsOneInstance() throws {
    var linker = Linker()
    linker.define("env", try counter(from: 1))
    linker.define("user", try caller())
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([], [.i32]))
    let twice = builder.writer.importFunction("user", "twice", type: type)
    let next = builder.writer.importFunction("env", "next", type: type)
    builder.function("run", [], [.i32]) { body in
      body.call(twice)
      body.call(next)
      body.emit(.i32Mul)
    }
    let store = Store(engine)
    // (1 + 2) · 3
    #expect(try linker.instantiate(builder.module(engine), in: store).function("run")!(as: Int32.self) == 9)
    #expect(store.instanceCount == 3)
  }

  @Test func whatIsMissingIsNamedOrTraps() throws {
    var linker = Linker()
    #expect(throws: LinkError.self) { try linker.instantiate(caller(), in: Store(engine)) }
    linker.missingFunctionsTrap = true
    let instance = try linker.instantiate(caller(), in: Store(engine))
    let found = trap { _ = try instance.function("twice")!(as: Int32.self) }
    #expect(found?.detail == "the import env.next is not defined")
    // A module sees what was defined before it alone.
    linker.missingFunctionsTrap = false
    linker.define("user", try caller())
    linker.define("env", try counter(from: 1))
    var builder = ModuleBuilder()
    _ = builder.writer.importFunction("user", "twice", type: builder.writer.addType(FuncType([], [.i32])))
    let module = try builder.module(engine)
    #expect(throws: LinkError.self) { try linker.instantiate(module, in: Store(engine)) }
  }

  @Test func dataOfAnotherTypeIsAnError() throws {
    let store = Store(engine)
    let function = Function(store) { (caller: borrowing Caller) -> Int32 in Int32(try caller.data(as: String.self).utf8.count) }
    #expect(throws: CallError.self) { try function(as: Int32.self) }
    store.data = 5
    do {
      _ = try function(as: Int32.self)
      Issue.record("it has no string")
    } catch let error as CallError {
      #expect("\(error)" == "data of the store: expected String, given Int")
    }
    store.data = "seven"
    #expect(try function(as: Int32.self) == 5)
  }

  /// Used by one thread.
  private final class Requests: @unchecked Sendable {
    var list: [GrowthRequest] = []
  }

  /// Of the `ResourceError` that `body` throws.
  private func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return (error as? ResourceError).map { "\($0)" }
    }
  }

  @Test func theHostDecidesAboutGrowth() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1, 100)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(2)))
    builder.addGrowing()
    let module = try builder.module(engine)
    let store = Store(engine)
    let asked = Requests()
    store.growthLimiter = { request in
      asked.list.append(request)
      return request.wanted <= (request.kind == .memory ? 3 << 16 : 10)
    }
    let instance = try Instance(module, in: store)
    let (memory, table) = (instance.function("memory")!, instance.function("table")!)
    #expect(try memory(Int32(2), as: Int32.self) == 1)
    #expect(try memory(Int32(1), as: Int32.self) == -1)
    #expect(try memory(Int32(1000), as: Int32.self) == -1, "the type refuses this itself")
    #expect(try table(Int32(8), as: Int32.self) == 2)
    #expect(try table(Int32(1), as: Int32.self) == -1)
    #expect(asked.list.map(\.wanted) == [2, 1 << 16, 3 << 16, 4 << 16, 10, 11])
    #expect(asked.list.map(\.current) == [0, 0, 1 << 16, 3 << 16, 2, 10])
    #expect(asked.list[1].maximum == 100 << 16)
    store.growthLimiter = { _ in false }
    #expect(message { _ = try Instance(module, in: store) } == "the host does not allow a table of 2 elements")
    #expect(message { _ = try Memory(store, MemoryType(Limits(1))) } == "the host does not allow a memory of 1 pages")
    store.growthLimiter = nil
    #expect(try memory(Int32(1), as: Int32.self) == 3)
  }
}
