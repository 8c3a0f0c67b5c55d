// What errors say: which function, what was expected, what was given; every import that is missing; repeated frames once. Descriptions are the type's
// own, without Foundation.

import Testing
import WasmEngine

@Suite struct ErrorTextTests {
  private func text(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func callErrorsNameFunctionExpectationAndWhatCame() throws {
    let store = Store()
    var builder = ModuleBuilder()
    builder.function("add", [.i32, .i32], [.i32]) { $0.i32Const(0) }
    let instance = try builder.instance(store)
    let add = instance.function("add")!
    #expect(text { try add.call([.i32(1)]) } == "function add: expected (i32, i32), given (i32)")
    #expect(text { try add.call([.i32(1), .f64(2)]) } == "function add: expected (i32, i32), given (i32, f64)")
    #expect(text { _ = try add(Int32(1), as: Int64.self) } == "function add: expected (i32, i32) -> (i32), given (i32) -> (i64)")
    #expect(
      text { try add(UInt32(1), 2.0, Float(1), Int64(1), Int32(1)) }
        == "function add: expected (i32, i32) -> (i32), given (i32, f64, f32, i64, i32) -> ()")
    let host = Function(store) { (n: Int32) -> Int32 in n }
    #expect(text { try host.call([.i64(1)]) } == "host function: expected (i32), given (i64)")
    let constant = try Global(store, .i32(1))
    #expect(text { try constant.set(.i32(2)) } == "global: expected a mutable one to be set, given an immutable one")
    let table = try Table(store, TableType(.funcref, Limits(2)))
    #expect(text { try table.set(2, .funcref(nil)) } == "table: expected an index below 2, given 2")
    #expect(text { try table.set(0, .i32(2)) } == "table: expected (funcref), given (i32)")
    do {
      try add.call([])
    } catch let error as CallError {
      #expect((error.subject, error.expected, error.given) == ("function add", "(i32, i32)", "()"))
    }
  }

  @Test func resultsOfHostFunctionsAreBlamedOnThemByTheirImportedName() throws {
    let store = Store()
    var builder = ModuleBuilder()
    let other = builder.writer.importFunction("env", "other", type: builder.writer.addType(FuncType([], [.i32])))
    let host = builder.writer.importFunction("env", "size", type: builder.writer.addType(FuncType([], [.i32])))
    builder.function("f", [], [.i32]) { $0.call(host) }
    var imports = Imports()
    imports.define("env", "other", Function(store, FuncType([], [.i32])) { _, _ in [.i32(1)] })
    imports.define("env", "size", Function(store, FuncType([], [.i32])) { _, _ in [.f32(1), .i64(2)] })
    _ = other
    let instance = try builder.instance(store, imports)
    #expect(text { try instance.function("f")!.call() } == "result of host function env.size: expected (i32), given (f32, i64)")
  }

  @Test func allMissingImportsAreReportedAtOnce() throws {
    let store = Store()
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([.i32, .f64], [.i64]))
    _ = builder.writer.importFunction("env", "log", type: type)
    _ = builder.writer.importFunction("env", "there", type: type)
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(2, 3)))
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(4)))
    _ = builder.writer.importGlobal("env", "base", GlobalType(.i32, mutable: true))
    _ = builder.writer.importTag("env", "tag", type: builder.writer.addType(FuncType([.i32])))
    var imports = Imports()
    imports.define("env", "there", Function(store) { (a: Int32, b: Double) -> Int64 in 1 })
    imports.define("env", "memory", try Memory(store, MemoryType(Limits(1))))
    let expected = """
      cannot link 5 imports:
        env.log: unknown import, expected function (i32, f64) -> (i64)
        env.memory: incompatible import type: memory of at least 1 pages, expected memory of 2 to 3 pages
        env.table: unknown import, expected table of at least 4 elements of type funcref
        env.base: unknown import, expected mutable global of type i32
        env.tag: unknown import, expected tag (i32)
      """
    #expect(text { _ = try builder.instance(store, imports) } == expected)
    let error = #expect(throws: LinkError.self) { try builder.instance(store, imports) }
    #expect(error?.problems.map(\.name) == ["log", "memory", "table", "base", "tag"])
    #expect(error?.name == "log" && error?.module == "env" && error?.message == "unknown import")
    builder = ModuleBuilder()
    _ = builder.writer.importFunction("env", "log", type: builder.writer.addType(FuncType()))
    #expect(text { _ = try builder.instance(store) } == "cannot link env.log: unknown import, expected function () -> ()")
  }

  @Test func uncaughtExceptionsSayTagValuesAndWhereTheyWereThrown() throws {
    var builder = ModuleBuilder()
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i32, .f64])))
    builder.writer.addExport("failure", .tag, tag)
    // Too long to take the place of its call, which would leave one frame.
    let thrower = builder.function(nil) { body in
      for _ in 0..<100 { body.emit(.nop) }
      body.i32Const(7)
      body.f64Const(0.5)
      body.throw(tag)
    }
    builder.function("f") { $0.call(thrower) }
    for tier in Tier.allCases {
      var configuration = EngineConfiguration()
      configuration.tier = tier
      let instance = try builder.instance(Store(Engine(configuration)))
      let lines = text { try instance.function("f")!() }.split(separator: "\n")
      #expect(lines.first == "uncaught WebAssembly exception: tag failure (i32, f64) with 7, 0.5")
      #expect(lines.dropFirst().count == 2, "\(lines)")
      #expect(lines.dropFirst().first?.hasPrefix("  in wasm function 0 at offset 0x") ?? false)
      #expect(lines.last?.hasPrefix("  in f (wasm function 1) at offset 0x") ?? false)
    }
    let exception = try Exception(WasmEngine.Tag(Store()))
    #expect("\(exception)" == "uncaught WebAssembly exception: tag ()")
  }

  @Test func functionsWithoutANameAreCalledByTheirExport() throws {
    var builder = ModuleBuilder()
    let nameless = builder.function { $0.unreachable() }
    builder.writer.addExport("run", .function, nameless)
    builder.writer.addExport("again", .function, nameless)
    let instance = try builder.instance(Store())
    let end = try #require(trap { try instance.function("again")!() })
    #expect(end.backtrace.map(\.functionName) == ["run"])
    #expect(end.description.hasPrefix("wasm trap: unreachable\n  in run (wasm function 0) at offset 0x"))
  }

  @Test func endlessRecursionIsOneLine() throws {
    var builder = ModuleBuilder()
    builder.function("start") { $0.call(1) }
    builder.function("down") { $0.call(1) }
    var configuration = EngineConfiguration()
    configuration.tier = .bbq
    configuration.limits.stackSize = 1 << 20
    let instance = try builder.instance(Store(Engine(configuration)))
    let lines = text { try instance.function("start")!() }.split(separator: "\n")
    #expect(lines.first == "wasm trap: call stack exhausted")
    #expect(lines.count <= 3 && lines.last?.hasSuffix(" times") ?? false, "\(lines)")
  }

  @Test func recursionInACircleIsShownOnceWithACount() throws {
    var builder = ModuleBuilder()
    for number in 0..<3 {
      builder.function(WasmName("f\(number)")) { $0.call(UInt32((number + 1) % 3)) }
    }
    var configuration = EngineConfiguration()
    configuration.tier = .bbq
    configuration.limits.stackSize = 1 << 20
    let instance = try builder.instance(Store(Engine(configuration)))
    let lines = text { try instance.function("f0")!() }.split(separator: "\n")
    // At most one more function at the beginning, whose place differs, and two at the end.
    #expect(lines.count <= 8, "\(lines)")
    #expect(lines.contains { $0 == "  these 3 lines 21 times" || $0 == "  these 3 lines 20 times" }, "\(lines)")
  }

  @Test func segmentsThatDoNotFitSaySo() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    builder.writer.addActiveData(offset: .i32(65535), bytes: [1, 2])
    #expect(
      text { _ = try builder.instance(Store()) }
        == "wasm trap: out of bounds memory access (data segment 0: 2 bytes at 65535, but memory 0 has 65536)")
    builder = ModuleBuilder()
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    builder.writer.addActiveElements(offset: .i32(1), functions: [builder.function { _ in }])
    #expect(
      text { _ = try builder.instance(Store()) }
        == "wasm trap: out of bounds table access (element segment 0: 1 elements at 1, but table 0 has 1)")
  }
}
