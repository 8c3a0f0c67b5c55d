// Calls across the boundary, in both directions and nested.

import Testing
import WasmEngine

@Suite struct HostFunctionTests {
  /// A module that passes all its arguments on to the import `env.host`.
  private func forwarder(_ type: FuncType) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(type))
    builder.function("f", type.parameters, type.results) { body in
      for index in 0..<type.parameters.count { body.localGet(UInt32(index)) }
      body.call(host)
    }
    return builder
  }

  @Test func typedClosuresAreCalledWithNumbers() throws {
    let store = Store()
    var imports = Imports()
    imports.define(
      "env", "host",
      Function(store) { (_: borrowing Caller, a: Int32, b: Int64, c: Float, d: Double) -> Double in
        Double(a) + Double(b) + Double(c) + d
      })
    let instance = try forwarder(FuncType([.i32, .i64, .f32, .f64], [.f64])).instance(store, imports)
    let function = try #require(instance.function("f"))
    #expect(try function(Int32(-1), Int64(1) << 40, Float(0.5), 0.25, as: Double.self) == Double(1 << 40) - 0.25)
    #expect(try function.call([.i32(-1), .i64(2), .f32(0.5), .f64(0.25)]).first?.double == 1.75)
  }

  @Test func closuresNeedNotAskForTheirCaller() throws {
    let store = Store()
    let sum = Function(store) { (a: Int32, b: Int64) -> Double in Double(a) + Double(b) }
    #expect(sum.type == FuncType([.i32, .i64], [.f64]))
    #expect(try sum(Int32(1), Int64(2), as: Double.self) == 3)
    var last: UInt32 = 0
    let set = Function(store) { (n: UInt32) in last = n }
    try set(UInt32(7))
    #expect(last == 7)
    let seven = Function(store) { () -> Int32 in 7 }
    #expect(try seven(as: Int32.self) == 7)
  }

  @Test func manyArgumentsAndResultsKeepTheirOrder() throws {
    let kinds: [ValueType] = [.i32, .f64, .i64, .f32]
    let types = (0..<30).map { kinds[$0 % 4] }
    let arguments: [Value] = types.enumerated().map { index, type in
      switch type {
      case .i32: .i32(Int32(-index))
      case .i64: .i64(Int64(index) << 33)
      case .f32: .f32(Float(index) / 2)
      default: .f64(Double(index) / 4)
      }
    }
    let store = Store()
    var imports = Imports()
    imports.define("env", "host", Function(store, FuncType(types, types.reversed())) { _, values in values.reversed() })
    let instance = try forwarder(FuncType(types, types.reversed())).instance(store, imports)
    let results = try instance.function("f")!.call(arguments)
    #expect(results.map(\.bits) == arguments.reversed().map(\.bits))
    // The host function itself, without wasm in between.
    let direct = try #require(imports["env", "host"]?.function).call(arguments)
    #expect(direct.map(\.bits) == arguments.reversed().map(\.bits))
  }

  @Test func errorsOfHostFunctionsComeOutUnchanged() throws {
    struct Failure: Error, Equatable { let number: Int }
    let store = Store()
    var imports = Imports()
    imports.define("env", "host", Function(store) { (_: borrowing Caller, n: Int32) in throw Failure(number: Int(n)) })
    let instance = try forwarder(FuncType([.i32])).instance(store, imports)
    for number in 1..<5 {
      #expect(throws: Failure(number: number)) { try instance.function("f")!(Int32(number)) }
    }
  }

  @Test func callsNestAndUnwindToTheInnermostEntry() throws {
    let store = Store()
    var builder = ModuleBuilder()
    let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType([.i32], [.i32])))
    builder.function("f", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(host)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    builder.function("trap") { $0.unreachable() }
    var imports = Imports()
    var trapsSeen = 0
    imports.define(
      "env", "host",
      Function(store) { (caller: borrowing Caller, n: Int32) -> Int32 in
        let instance = caller.instance!
        if n == 0 {
          if trap({ try instance.function("trap")!() }) != nil { trapsSeen += 1 }
          return 0
        }
        return try instance.function("f")!(n - 1)
      })
    let instance = try builder.instance(store, imports)
    #expect(try instance.function("f")!(Int32(50), as: Int32.self) == 51)
    #expect(trapsSeen == 1)
  }

  @Test func callersAreKnownAlsoThroughTables() throws {
    let store = Store()
    var seen: [Instance?] = []
    let host = Function(store) { (caller: borrowing Caller) in seen.append(caller.instance) }
    let table = try Table(store, TableType(.funcref, Limits(1)), initial: .funcref(host))
    var imports = Imports()
    imports.define("env", "host", host)
    imports.define("env", "table", table)
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType())
    let imported = builder.writer.importFunction("env", "host", type: type)
    _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(1)))
    builder.function("direct") { $0.call(imported) }
    builder.function("indirect") { body in
      body.i32Const(0)
      body.callIndirect(type: type)
    }
    builder.function("tail") { $0.returnCall(imported) }
    builder.function("indirectTail") { body in
      body.i32Const(0)
      body.returnCallIndirect(type: type)
    }
    let first = try builder.instance(store, imports)
    let second = try builder.instance(store, imports)
    for name in ["direct", "indirect", "tail", "indirectTail"] as [WasmName] {
      try first.function(name)!()
      try second.function(name)!()
    }
    try host()
    #expect(seen == [first, second, first, second, first, second, first, second, nil])
  }

  @Test func wrongArgumentsAreErrors() throws {
    let store = Store()
    let function = Function(store) { (_: borrowing Caller, n: Int32) -> Int32 in n }
    #expect(throws: CallError.self) { try function.call([]) }
    #expect(throws: CallError.self) { try function.call([.i64(1)]) }
    #expect(throws: CallError.self) { try function(Int64(1), as: Int32.self) }
    #expect(throws: CallError.self) { try function(Int32(1), as: Double.self) }
    #expect(throws: CallError.self) { try function(Int32(1)) }
    let wrongResult = Function(store, FuncType([], [.i32])) { _, _ in [.f32(1)] }
    #expect(throws: CallError.self) { try wrongResult.call() }
  }
}

extension Value {
  var double: Double? { if case .f64(let number) = self { number } else { nil } }

  /// The number's bits.
  var bits: UInt64 {
    switch self {
    case .i32(let number): UInt64(UInt32(bitPattern: number))
    case .i64(let number): UInt64(bitPattern: number)
    case .f32(let number): UInt64(number.bitPattern)
    case .f64(let number): number.bitPattern
    default: 0
    }
  }
}

extension Extern {
  var function: Function? { if case .function(let function) = self { function } else { nil } }
}
