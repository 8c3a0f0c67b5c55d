// Indirect calls that have led to one function are compiled as a guess (CompilerInterface's CallProfile): calls of that function become direct ones, or its body, and
// whatever else is called later is called as ever.

import Testing
import WasmEngine

@Suite struct CalleeGuessTests {
  enum Access: CaseIterable {
    case table, reference, tableTail, referenceTail
    var isTail: Bool { self == .tableTail || self == .referenceTail }
    var isTable: Bool { self == .table || self == .tableTail }
  }

  private static func engine() -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = .auto
    configuration.debug.verifiesOptimizer = true
    configuration.debug.hotCount = 100
    configuration.debug.waitsForOptimizer = true
    return Engine(configuration)
  }

  private static let unary = FuncType([.i64], [.i64])

  /// A body that is too large to take the place of a call.
  private static func large(_ body: inout FunctionBodyWriter, adding number: Int64) {
    body.localGet(0)
    body.i64Const(0)
    body.emit(.i64LtS)
    body.if()
    for _ in 0..<100 {
      body.localGet(0)
      body.i64Const(3)
      body.emit(.i64DivS)
      body.localSet(0)
    }
    body.end()
    body.localGet(0)
    body.i64Const(number)
    body.emit(.i64Add)
  }

  /// Elements of its table: 0 and 1, large functions that add 1 and 2; 2, a small one that takes its argument times 3; 3, null; 4, another type; 5, traps;
  /// 6, throws its argument; 7, what the host gives. `call(element, n)` calls one, `catch` catches what it throws; `set(to, from)` changes the table.
  private static func makeModule(_ access: Access) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(unary)
    let host = builder.writer.importFunction("env", "host", type: type)
    let table = builder.writer.addTable(TableType(access.isTable ? .funcref : ValueType(to: .type(type), isNullable: true), Limits(9)))
    builder.writer.addExport("table", .table, table)
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64], [])))
    var functions = (1...2).map { number in builder.function(nil, [.i64], [.i64]) { large(&$0, adding: Int64(number)) } }
    functions.append(
      builder.function(nil, [.i64], [.i64]) { body in
        body.localGet(0)
        body.i64Const(3)
        body.emit(.i64Mul)
      })
    let other = builder.function(nil, [.i32], [.i32]) { $0.localGet(0) }
    let trapping = builder.function(nil, [.i64], [.i64]) { $0.emit(.unreachable) }
    let throwing = builder.function(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.throw(tag)
    }
    var elements = Array(functions.enumerated().map { (place: Int32($0.offset), function: $0.element) })
    elements += [(5, trapping), (6, throwing), (7, host)]
    if access.isTable { elements.append((4, other)) }
    _ = builder.writer.addDeclarativeElements(functions: elements.map(\.function))
    builder.function("fill") { body in
      for element in elements {
        body.i32Const(element.place)
        body.refFunc(element.function)
        body.tableSet(table)
      }
    }
    func call(_ body: inout FunctionBodyWriter) {
      body.localGet(1)
      body.localGet(0)
      if !access.isTable { body.tableGet(table) }
      switch access {
      case .table: body.callIndirect(type: type, table: table)
      case .tableTail: body.returnCallIndirect(type: type, table: table)
      case .reference: body.callRef(type: type)
      case .referenceTail: body.returnCallRef(type: type)
      }
    }
    let caller = builder.function("call", [.i32, .i64], [.i64]) { body in
      call(&body)
      if !access.isTail {
        body.localGet(1)
        body.addMultiple(1000)
      }
    }
    builder.function("catch", [.i32, .i64], [.i64]) { body in
      body.returnOrCatch(.i64, [.tag(tag, label: 0)]) { body in
        if access.isTail {
          body.localGet(0)
          body.localGet(1)
          body.call(caller)
        } else {
          call(&body)
        }
      }
      body.i64Const(-1)
      body.emit(.i64Mul)
    }
    builder.function("set", [.i32, .i32], []) { body in
      body.localGet(0)
      body.localGet(1)
      body.tableGet(table)
      body.tableSet(table)
    }
    return builder
  }

  private static func imports(_ store: Store) -> Imports {
    var imports = Imports()
    imports.define("env", "host", Function(store) { (n: Int64) -> Int64 in n + 50 })
    return imports
  }

  private func trap(_ body: () throws -> Void) -> TrapReason? {
    do { try body() } catch let trap as Trap { return trap.reason } catch { return nil }
    return nil
  }

  @Test("What a call has led to is called directly, or takes its place, and everything else is called as before", arguments: Access.allCases)
  func guesses(_ access: Access) throws {
    for element in 0..<3 as Range<Int32> {
      let store = Store(Self.engine())
      let instance = try Self.makeModule(access).instance(store, Self.imports(store))
      let fill = try #require(instance.function("fill"))
      try fill()
      let function = try #require(instance.function("call"))
      let catching = try #require(instance.function("catch"))
      let results: [Int32: (Int64) -> Int64] = [0: { $0 + 1 }, 1: { $0 + 2 }, 2: { $0 * 3 }, 7: { $0 + 50 }]
      func expect(_ element: Int32, _ n: Int64) throws {
        let expected = try #require(results[element])
        let result = expected(n)
        #expect(try function(element, n, as: Int64.self) == result + (access.isTail ? 0 : 1000 * n), "\(element)")
        #expect(try catching(element, n, as: Int64.self) == result, "\(element)")
      }
      for n in 0..<200 as Range<Int64> { try expect(element, n) }
      let index = try #require(instance.module.functionIndex("call"))
      let code = try #require(try instance.module.code(ofFunction: index, tier: .omg))
      let callees = code.callSites.map(\.functionIndex)
      // The first function after the import.
      #expect(callees.contains(Int(element) + 1) == (element < 2 || access.isTail))
      for other in [0, 1, 2, 7] as [Int32] { try expect(other, 5) }
      #expect(trap { _ = try function(Int32(3), Int64(1), as: Int64.self) } == (access.isTable ? .uninitializedElement : .nullFunctionReference))
      if access.isTable { #expect(trap { _ = try function(Int32(4), Int64(1), as: Int64.self) } == .indirectCallTypeMismatch) }
      #expect(trap { _ = try function(Int32(5), Int64(1), as: Int64.self) } == .unreachable)
      #expect(try catching(Int32(6), Int64(17), as: Int64.self) == -17)
      for place in [9, -1] as [Int32] {
        #expect(trap { _ = try function(place, Int64(1), as: Int64.self) } == (access.isTable ? .undefinedElement : .tableOutOfBounds))
      }
      // The same index is another function.
      let set = try #require(instance.function("set"))
      try set(element, Int32(7))
      #expect(try function(element, Int64(5), as: Int64.self) == 55 + (access.isTail ? 0 : 5000))
      #expect(try catching(element, Int64(5), as: Int64.self) == 55)
    }
  }

  @Test("The guess is about the instance's own functions: another instance's function of the same number is not taken for it")
  func instances() throws {
    let store = Store(Self.engine())
    var builder = ModuleBuilder()
    let type = builder.writer.addType(Self.unary)
    let table = builder.writer.importTable("env", "table", TableType(.funcref, Limits(4)))
    let global = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(0))
    builder.writer.addExport("mark", .global, global)
    let own = builder.function("own", [.i64], [.i64]) { body in
      body.localGet(0)
      body.globalGet(global)
      body.emit(.i64Add)
    }
    builder.function("call", [.i32, .i64], [.i64]) { body in
      body.localGet(1)
      body.localGet(0)
      body.callIndirect(type: type, table: table)
    }
    builder.function("enter", [.i32], []) { body in
      body.localGet(0)
      body.refFunc(own)
      body.tableSet(table)
    }
    var imports = Imports()
    imports.define("env", "table", try Table(store, TableType(.funcref, Limits(4))))
    let module = try builder.module(store.engine)
    let instances = try (0..<2).map { _ in try Instance(module, imports: imports, in: store) }
    for (number, instance) in instances.enumerated() {
      let mark = try #require(instance.global("mark"))
      try mark.set(.i64(Int64(100 * (number + 1))))
      let enter = try #require(instance.function("enter"))
      try enter(Int32(number))
    }
    for number in 0..<2 as Range<Int32> {
      let function = try #require(instances[Int(number)].function("call"))
      for n in 0..<200 as Range<Int64> { #expect(try function(number, n, as: Int64.self) == n + 100 * (Int64(number) + 1)) }
      #expect(try function(1 - number, Int64(7), as: Int64.self) == 7 + 100 * (2 - Int64(number)))
    }
  }
}
