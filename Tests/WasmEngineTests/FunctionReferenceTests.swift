// Typed function references: calls of them within an instance, to other instances and to the host; null; what the host may do with them; modules that
// join a guest. The security of their types is TypedReferenceSafetyTests' business.

import Testing
import WasmEngine

@Suite struct FunctionReferenceTests {
  static let tiers: [Tier] = [.bbq, .omg, .auto]

  static func makeStore(_ tier: Tier, hotCount: Int32 = 0) -> Store {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.debug.verifiesOptimizer = true
    if tier == .auto {
      configuration.debug.hotCount = hotCount
      configuration.debug.waitsForOptimizer = true
    }
    return Store(Engine(configuration))
  }

  static let unary = FuncType([.i64], [.i64])
  /// Arguments of which some do not find registers, and two results.
  static let wide = FuncType(Array(repeating: .i64, count: 9) + [.f64, .i32], [.i64, .i32])

  /// A reference to functions of a module's type.
  static func reference(_ type: UInt32, isNullable: Bool = false) -> ValueType { ValueType(to: .type(type), isNullable: isNullable) }

  /// A module that exports functions which give references to others, `call(f, n)`, `tail(f, n)`, and those for functions with arguments on the stack. Byte 0 of its
  /// memory, `mark`, is in all results.
  private func makeCaller(_ store: Store, mark: UInt8) throws -> Instance {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(Self.unary)
    let wide = builder.writer.addType(Self.wide)
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    builder.writer.addActiveData(offset: .i32(0), bytes: [mark])
    let addMark = builder.function("addMark", [.i64], [.i64]) { body in
      body.localGet(0)
      body.pushMark()
      body.emit(.i64Add)
    }
    let sum = builder.function("sum", Self.wide.parameters, Self.wide.results) { body in
      body.pushMark()
      body.addWideParameters()
      body.localGet(10)
    }
    builder.function("reference", [], [Self.reference(unary)]) { $0.refFunc(addMark) }
    builder.function("wideReference", [], [Self.reference(wide)]) { $0.refFunc(sum) }
    for isNullable in [false, true] {
      let type = Self.reference(unary, isNullable: isNullable)
      let name = isNullable ? "OrNull" : ""
      builder.function(WasmName("call\(name)"), [type, .i64], [.i64]) { body in
        body.localGet(1)
        body.localGet(0)
        body.callRef(type: unary)
        // The own mark 1,000 times: the context is this instance's again.
        body.pushMark()
        body.addMultiple(1000)
      }
      builder.function(WasmName("tail\(name)"), [type, .i64], [.i64]) { body in
        body.localGet(1)
        body.localGet(0)
        body.returnCallRef(type: unary)
      }
    }
    for isTail in [false, true] {
      builder.function(isTail ? "tailWide" : "callWide", [Self.reference(wide, isNullable: true)], [.i64, .i32]) { body in
        for number in 1...9 { body.i64Const(Int64(number)) }
        body.f64Const(50)
        body.i32Const(60)
        body.localGet(0)
        if isTail { body.returnCallRef(type: wide) } else { body.callRef(type: wide) }
      }
    }
    builder.function("asNonNull", [Self.reference(unary, isNullable: true)], [Self.reference(unary)]) { body in
      body.localGet(0)
      body.refAsNonNull()
    }
    return try builder.instance(store)
  }

  private func reference(_ instance: Instance, _ name: WasmName = "reference") throws -> Value { try instance.function(name)!.call()[0] }

  private func number(_ instance: Instance, _ name: WasmName, _ arguments: Value...) throws -> Int64 {
    guard case .i64(let number) = try instance.function(name)!.call(arguments)[0] else { return -1 }
    return number
  }

  @Test(arguments: tiers)
  func callsLeadToTheFunctionsInstanceAndComeBack(_ tier: Tier) throws {
    let store = Self.makeStore(tier)
    let one = try makeCaller(store, mark: 1)
    let two = try makeCaller(store, mark: 2)
    let host = Function(store) { (n: Int64) -> Int64 in n * 10 }
    for _ in 0..<5 {
      for (callee, mark) in [(one, Int64(1)), (two, 2)] {
        let reference = try reference(callee)
        for name in ["", "OrNull"] {
          #expect(try number(one, WasmName("call\(name)"), reference, .i64(5)) == 5 + mark + 1000)
          #expect(try number(two, WasmName("call\(name)"), reference, .i64(5)) == 5 + mark + 2000)
          #expect(try number(one, WasmName("tail\(name)"), reference, .i64(5)) == 5 + mark)
        }
        let wide = try self.reference(callee, "wideReference")
        for name in ["callWide", "tailWide"] as [WasmName] {
          let results = try one.function(name)!.call([wide])
          guard case .i64(let sum) = results[0], case .i32(60) = results[1] else {
            Issue.record("\(results)")
            return
          }
          #expect(sum == 45 + 50 + mark)
        }
      }
      #expect(try number(two, "call", .funcref(host), .i64(7)) == 70 + 2000)
      #expect(try number(two, "tailOrNull", .funcref(host), .i64(7)) == 70)
    }
  }

  @Test(arguments: tiers)
  func nullTraps(_ tier: Tier) throws {
    let store = Self.makeStore(tier)
    let instance = try makeCaller(store, mark: 1)
    for (name, arguments, reason) in [
      ("callOrNull", [Value.funcref(nil), .i64(1)], TrapReason.nullFunctionReference),
      ("tailOrNull", [.funcref(nil), .i64(1)], .nullFunctionReference),
      ("callWide", [.funcref(nil)], .nullFunctionReference), ("tailWide", [.funcref(nil)], .nullFunctionReference),
      ("asNonNull", [.funcref(nil)], .nullReference),
    ] {
      for _ in 0..<3 {
        let trap = try #require(trap { try instance.function(WasmName(name))!.call(arguments) })
        #expect(trap.reason == reason, "\(name)")
        #expect(trap.backtrace.first?.functionName == name)
      }
    }
    // Nothing is broken by that.
    #expect(try number(instance, "call", reference(instance), .i64(1)) == 1002)
  }

  /// A loop that is entered in the optimizing tier, with references in locals and operands.
  @Test(arguments: tiers)
  func loopsGoOnWithTheirReferences(_ tier: Tier) throws {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(Self.unary)
    let double = builder.function(nil, [.i64], [.i64]) { $0.combine(0, .i64Mul, 2) }
    let increment = builder.function(nil, [.i64], [.i64]) { $0.combine(0, .i64Add, 1) }
    builder.writer.addDeclarativeElements(functions: [double, increment])
    let loop = builder.writer.addType(FuncType([Self.reference(unary)], [Self.reference(unary)]))
    // Calls the two in turn; every fourth time there is null instead, and nothing is called.
    builder.function("run", [.i32], [.i64]) { body in
      let first = body.addLocal(Self.reference(unary))
      let second = body.addLocal(Self.reference(unary, isNullable: true))
      let sum = body.addLocal(.i64)
      body.refFunc(double)
      body.localSet(first)
      body.refFunc(increment)
      body.localSet(second)
      body.refFunc(increment)
      body.countDown(0, .type(loop)) { body in
        body.localSet(first)
        body.block()
        body.localGet(sum)
        body.localGet(second)
        body.brOnNull(0)
        body.callRef(type: unary)
        body.i64Const(0xFFFF)
        body.emit(.i64And)
        body.localSet(sum)
        body.end()
        body.localGet(second)
        body.localGet(first)
        body.refNull(Self.reference(unary, isNullable: true))
        body.localGet(0)
        body.i32Const(3)
        body.emit(.i32And)
        body.select(Self.reference(unary, isNullable: true))
        body.localSet(second)
        body.drop()
        body.refFunc(double)
        body.refFunc(increment)
        body.localGet(0)
        body.i32Const(1)
        body.emit(.i32And)
        body.select(Self.reference(unary))
      }
      body.drop()
      body.localGet(sum)
    }
    let instance = try builder.instance(Self.makeStore(tier, hotCount: 20))
    func expected(_ count: Int32) -> Int64 {
      var (sum, left) = (Int64(0), count)
      var (first, second): (Int, Int?) = (1, 1)
      while true {
        if let second { sum = (second == 1 ? sum + 1 : sum * 2) & 0xFFFF }
        second = left & 3 != 0 ? first : nil
        first = left & 1 != 0 ? 2 : 1
        left -= 1
        if left == 0 { return sum }
      }
    }
    for count in [1, 2, 5, 1000, 100_000] as [Int32] {
      #expect(try instance.function("run")!(count, as: Int64.self) == expected(count))
    }
  }

  // MARK: The host

  @Test func theHostMakesTypesTablesAndGlobals() throws {
    let store = Self.makeStore(.bbq)
    let double = Function(store) { (n: Int64) -> Int64 in n * 2 }
    let other = Function(store) { (n: Int32) -> Int32 in n }
    let type = ValueType.function(Self.unary)
    #expect(type.functionType == Self.unary && !type.isNullable && ValueType.function(Self.unary, isNullable: true).isNullable)
    let table = try Table(store, TableType(type, Limits(2, 5)), initial: .funcref(double))
    #expect(throws: CallError.self) { try Table(store, TableType(type, Limits(1))) }
    #expect(throws: CallError.self) { try Table(store, TableType(type, Limits(1)), initial: .funcref(other)) }
    #expect(throws: CallError.self) { try Table(store, TableType(Self.reference(0), Limits(1)), initial: .funcref(double)) }
    for wrong in [Value.funcref(nil), .funcref(other), .externref(3)] {
      #expect(throws: CallError.self) { try table.set(0, wrong) }
      #expect(throws: CallError.self) { try table.grow(by: 1, wrong) }
    }
    #expect(table.grow(by: 1) == nil && table.count == 2)
    #expect(try table.grow(by: 2, .funcref(double)) == 2)
    #expect(try table.grow(by: 2, .funcref(double)) == nil)
    guard case .funcref(double)? = table.get(3) else {
      Issue.record("\(String(describing: table.get(3)))")
      return
    }
    let global = try Global(store, .funcref(double), type: type, mutable: true)
    #expect(throws: CallError.self) { try global.set(.funcref(nil)) }
    let error = #expect(throws: CallError.self) { try global.set(.funcref(other)) }
    #expect(error?.description == "global: expected ((ref (i64) -> (i64))), given ((ref (i32) -> (i32)))")
    #expect(throws: CallError.self) { try Global(store, .funcref(nil), type: type) }
    #expect(Value.zero(type) == nil && Value.zero(type.nullable) != nil)
  }

  @Test(arguments: tiers)
  func hostFunctionsTakeAndGiveReferences(_ tier: Tier) throws {
    let store = Self.makeStore(tier)
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(Self.unary)
    let choose = builder.writer.importFunction(
      "env", "choose", type: builder.writer.addType(FuncType([Self.reference(unary), .i32], [Self.reference(unary)])))
    let own = builder.function("own", [.i64], [.i64]) { $0.localGet(0) }
    builder.function("run", [.i32], [.i64]) { body in
      body.i64Const(21)
      body.refFunc(own)
      body.localGet(0)
      body.call(choose)
      body.callRef(type: unary)
    }
    let module = try builder.module(store.engine)
    guard case .function(let type) = module.imports[0].descriptor else { return }
    let double = Function(store) { (n: Int64) -> Int64 in n * 2 }
    let other = Function(store) { (n: Int32) -> Int32 in n }
    var imports = Imports()
    imports.define(
      "env", "choose",
      Function(store, module.functionType(type)) { (_: borrowing Caller, arguments: [Value]) -> [Value] in
        guard case .i32(let choice) = arguments[1] else { return [] }
        return [[arguments[0], .funcref(double), .funcref(nil), .funcref(other), .externref(1)][Int(choice)]]
      })
    let instance = try Instance(module, imports: imports, in: store)
    let run = try #require(instance.function("run"))
    #expect(try run(Int32(0), as: Int64.self) == 21)
    #expect(try run(Int32(1), as: Int64.self) == 42)
    for wrong in [2, 3, 4] as [Int32] { #expect(throws: CallError.self) { try run(wrong, as: Int64.self) } }
  }

  // MARK: Late linking

  /// The same module, joined to the guest and with a context of its own: a table of references, a global and calls through them are the guest's.
  @Test(arguments: tiers, [true, false])
  func linkedModulesCallReferences(_ tier: Tier, _ isBare: Bool) throws {
    let store = Self.makeStore(tier)
    var guestBuilder = ModuleBuilder()
    let unary = guestBuilder.writer.addType(Self.unary)
    let type = TableType(Self.reference(unary, isNullable: true), Limits(4))
    _ = guestBuilder.writer.addMemory(MemoryType(Limits(2)))
    guestBuilder.writer.addActiveData(offset: .i32(0), bytes: [3])
    let table = guestBuilder.writer.addTable(type)
    let addMark = guestBuilder.function("addMark", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i32Const(0)
      body.load(.i64Load8U)
      body.emit(.i64Add)
    }
    let last = guestBuilder.writer.addGlobal(GlobalType(Self.reference(unary), mutable: true), .function(addMark))
    guestBuilder.writer.addExport("last", .global, last)
    guestBuilder.writer.addExport("references", .table, table)
    guestBuilder.writer.addExport("memory", .memory, 0)
    guestBuilder.function("call", [.i32, .i64], [.i64]) { body in
      body.localGet(1)
      body.localGet(0)
      body.tableGet()
      body.callRef(type: unary)
    }
    let guest = try guestBuilder.instance(store)

    var builder = ModuleBuilder()
    // The type has another index here.
    _ = builder.writer.addType(FuncType([.f32], []))
    let own = builder.writer.addType(Self.unary)
    let imported = builder.writer.importFunction("env", "addMark", type: own)
    _ = builder.writer.importTable("env", "references", TableType(Self.reference(own, isNullable: true), Limits(1)))
    let global = builder.writer.importGlobal("env", "last", GlobalType(Self.reference(own), mutable: true))
    if !isBare { _ = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(0)) }
    let twice = builder.function(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.globalGet(global)
      body.callRef(type: own)
      body.globalGet(global)
      body.callRef(type: own)
    }
    let tail = builder.function(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.refFunc(imported)
      body.returnCallRef(type: own)
    }
    builder.writer.addDeclarativeElements(functions: [twice, tail, imported])
    builder.writer.setStart(
      builder.function { body in
        for (element, function) in [twice, tail, imported].enumerated() {
          body.i32Const(Int32(element))
          body.refFunc(function)
          body.tableSet()
        }
      })
    let linker = try LateLinker(guest)
    let auxiliary = try builder.writer.finish().bytes.withUnsafeBytes { try linker.link($0) }
    #expect(auxiliary.hasJoined == isBare)
    let call = try #require(guest.function("call"))
    for n in Int64(0)..<40 {
      #expect(try call(Int32(0), n, as: Int64.self) == n + 6)
      #expect(try call(Int32(1), n, as: Int64.self) == n + 3)
      #expect(try call(Int32(2), n, as: Int64.self) == n + 3)
      #expect(trap { _ = try call(Int32(3), n, as: Int64.self) }?.reason == .nullFunctionReference)
    }
    // A module's function in the guest's global.
    guard case .funcref(let function?)? = guest.table("references")!.get(1) else {
      Issue.record("no function")
      return
    }
    try guest.global("last")!.set(.funcref(function))
    #expect(try call(Int32(0), Int64(1), as: Int64.self) == 7)
  }
}
