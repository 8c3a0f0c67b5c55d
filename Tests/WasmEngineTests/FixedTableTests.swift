// Calls through tables whose elements the optimizing compiler knows, and through tables that only look like that.

import Testing
import WasmEngine

@Suite struct FixedTableTests {
  static let tiers: [Tier] = [.bbq, .omg, .auto]

  /// What a table is besides the module's own.
  enum Access: CaseIterable { case none, export, set, grow }

  private static let unary = FuncType([.i32], [.i32])
  private static let only = FuncType([.i64], [.i64])

  /// Table 0: add 1, double, null, a function of another type, a host function's negation at the end if `callsHost`.
  private func module(_ access: Access, callsHost: Bool) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(Self.unary)
    let only = builder.writer.addType(Self.only)
    let host = builder.writer.importFunction("env", "negate", type: unary)
    _ = builder.writer.addTable(TableType(.funcref, Limits(5)))
    let add = builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    let double = builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      body.localGet(0)
      body.emit(.i32Add)
    }
    let triple = builder.function(nil, [.i64], [.i64]) { $0.combine(0, .i64Mul, 3) }
    builder.writer.addActiveElements(offset: .i32(0), functions: [double, double])
    builder.writer.addActiveElements(offset: .i32(0), functions: [add])
    builder.writer.addActiveElements(offset: .i32(3), functions: [triple])
    if callsHost { builder.writer.addActiveElements(offset: .i32(4), functions: [host]) }
    if access == .export { builder.writer.addExport("table", .table, 0) }
    builder.function("change") { body in
      if access == .set {
        body.i32Const(0)
        body.i32Const(1)
        body.tableGet()
        body.tableSet()
      } else if access == .grow {
        body.refNull(.funcref)
        body.i32Const(1)
        body.tableGrow()
        body.drop()
      }
    }
    builder.addTableCall(.i32, type: unary) { body in
      body.i32Const(100)
      body.emit(.i32Add)
    }
    builder.addTableCall(.i64, type: only, named: "call only")
    for index in 0...6 as ClosedRange<Int32> {
      builder.function(WasmName("call \(index)"), [.i32], [.i32]) { body in
        body.localGet(0)
        body.i32Const(index)
        if index == 1 { body.returnCallIndirect(type: unary) } else { body.callIndirect(type: unary) }
      }
    }
    return builder
  }

  private func check(_ instance: Instance, first: Int32, isGrown: Bool = false, callsHost: Bool) throws {
    let reasons: [Int32: TrapReason] = [
      2: .uninitializedElement, 3: .indirectCallTypeMismatch, 5: isGrown ? .uninitializedElement : .undefinedElement, 6: .undefinedElement,
    ]
    for index in 0...6 as ClosedRange<Int32> {
      let direct = instance.function(WasmName("call \(index)"))!
      let reason = index == 4 && !callsHost ? .uninitializedElement : reasons[index]
      if let reason {
        #expect(trap { _ = try direct(Int32(7), as: Int32.self) }?.reason == reason, "\(index)")
        #expect(trap { _ = try instance.function("call")!(index, Int32(7), as: Int32.self) }?.reason == reason, "\(index)")
      } else {
        let expected: Int32 = index == 0 ? first : index == 1 ? 14 : -7
        #expect(try direct(Int32(7), as: Int32.self) == expected, "\(index)")
        #expect(try instance.function("call")!(index, Int32(7), as: Int32.self) == 100 + expected, "\(index)")
      }
    }
    let only = instance.function("call only")!
    #expect(try only(Int32(3), Int64(7), as: Int64.self) == 21)
    #expect(trap { _ = try only(Int32(0), Int64(7), as: Int64.self) }?.reason == .indirectCallTypeMismatch)
    #expect(trap { _ = try only(Int32(2), Int64(7), as: Int64.self) }?.reason == .uninitializedElement)
    #expect(trap { _ = try only(Int32(-1), Int64(7), as: Int64.self) }?.reason == .undefinedElement)
  }

  @Test("What is in the table is called, what is not there traps, and changes count", arguments: tiers, Access.allCases)
  func calls(_ tier: Tier, _ access: Access) throws {
    for callsHost in [false, true] {
      let store = Store(Engine.with(tier: tier, hotCount: 0, waits: true))
      var imports = Imports()
      imports.define("env", "negate", Function(store) { (_: borrowing Caller, n: Int32) in -n })
      let module = try module(access, callsHost: callsHost).module(store.engine)
      // Of two instances, one is changed.
      let untouched = try Instance(module, imports: imports, in: store)
      let instance = try Instance(module, imports: imports, in: store)
      for _ in 0..<2 { try check(instance, first: 8, callsHost: callsHost) }
      try instance.function("change")!()
      if access == .export {
        let table = instance.table("table")!
        try table.set(0, table.get(1)!)
      }
      for _ in 0..<2 {
        try check(instance, first: access == .set || access == .export ? 14 : 8, isGrown: access == .grow, callsHost: callsHost)
        try check(untouched, first: 8, callsHost: callsHost)
      }
    }
  }

  /// A function of the table leaves for another instance by a tail call: the caller finds its own instance again.
  @Test(arguments: tiers) func tailCallsLeaveTheInstance(_ tier: Tier) throws {
    let store = Store(Engine.with(tier: tier, hotCount: 0, waits: true))
    var builder = ModuleBuilder()
    let global = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(1000))
    builder.function("get", [], [.i32]) { $0.globalGet(global) }
    let other = try builder.instance(store)
    var imports = Imports()
    imports.define("env", other)
    builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([], [.i32]))
    let get = builder.writer.importFunction("env", "get", type: type)
    _ = builder.writer.addTable(TableType(.funcref, Limits(2)))
    let own = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(5))
    let leave = builder.function(nil, [], [.i32]) { $0.returnCall(get) }
    let stay = builder.function(nil, [], [.i32]) { $0.i32Const(30) }
    builder.writer.addActiveElements(offset: .i32(0), functions: [leave, stay])
    builder.function("sum", [.i32], [.i32]) { body in
      body.localGet(0)
      body.callIndirect(type: type)
      body.globalGet(own)
      body.emit(.i32Add)
    }
    let sum = try builder.instance(store, imports).function("sum")!
    for _ in 0..<3 {
      #expect(try sum(Int32(0), as: Int32.self) == 1005)
      #expect(try sum(Int32(1), as: Int32.self) == 35)
    }
  }
}
