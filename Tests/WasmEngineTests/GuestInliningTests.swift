// Functions of the guest whose bodies are put in place of calls in modules that have joined it: they go by the guest's indices there, and nobody sees a difference.

import Foundation
import RandomModules
import Testing
import WasmEngine

@Suite struct GuestInliningTests {
  private static let unary = FuncType([.i64], [.i64])

  private static func makeStore(_ tier: Tier, _ strategy: MemoryStrategy = .guarded) -> Store {
    var configuration = EngineConfiguration.verifying(tier, strategy)
    if tier == .auto {
      configuration.debug.hotCount = 0
      configuration.debug.waitsForOptimizer = true
    }
    return Store(Engine(configuration))
  }

  /// What the guest exports for others to call; all (i64) -> i64.
  private static let helpers: [WasmName] = [
    "bump", "viaTable", "swap", "divide", "catching", "host", "sizes", "fill", "far", "flag", "refer", "chain", "other",
  ]

  /// A guest whose helpers use what others cannot import: a memory, globals, tags, types, a table, segments; with things before them, so that no index is
  /// by chance the one that an auxiliary module has for something else.
  private func makeGuest(_ store: Store) throws -> Instance {
    var builder = ModuleBuilder()
    _ = builder.writer.addType(FuncType([.f64, .f64], [.f32]))
    let unary = builder.writer.addType(Self.unary)
    let pair = builder.writer.addType(FuncType([.i64, .i64], [.i64, .i64]))
    let host = builder.writer.importFunction("env", "host", type: unary)
    _ = builder.writer.addMemory(MemoryType(Limits(2)))
    let far = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(16)))
    let second = builder.writer.addTable(TableType(.funcref, Limits(4)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("__indirect_function_table", .table, 0)
    let unused = builder.writer.addGlobal(GlobalType(.f32, mutable: true), .f32(1))
    let secret = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(7))
    let counter = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(5))
    builder.writer.addExport("counter", .global, counter)
    builder.writer.addExport("unused", .global, unused)
    _ = builder.writer.addTag(type: builder.writer.addType(FuncType([.f64])))
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64])))
    let data = builder.writer.addPassiveData(bytes: [1, 2, 3, 4, 5, 6, 7, 8])
    func helper(_ name: WasmName, _ write: (inout FunctionBodyWriter) -> Void) -> UInt32 { builder.function(name, [.i64], [.i64], write) }
    let bump = helper("bump") { body in
      body.globalGet(secret)
      body.localGet(0)
      body.emit(.i64Add)
      body.globalSet(secret)
      body.globalGet(counter)
      body.globalGet(secret)
      body.emit(.i64Xor)
      body.globalSet(counter)
      body.i32Const(16)
      body.globalGet(counter)
      body.store(.i64Store)
      body.globalGet(secret)
    }
    _ = helper("viaTable") { body in
      body.localGet(0)
      body.localGet(0)
      body.i64Const(3)
      body.emit(.i64And)
      body.emit(.i32WrapI64)
      body.callIndirect(type: unary, table: second)
    }
    _ = helper("swap") { body in
      body.localGet(0)
      body.i64Const(40)
      body.block(.type(pair))
      body.localGet(0)
      body.emit(.i64Sub)
      body.end()
      body.emit(.i64Mul)
    }
    _ = helper("divide") { body in
      body.i64Const(1000)
      body.localGet(0)
      body.emit(.i64DivS)
    }
    _ = helper("catching") { body in
      body.catching(.value(.i64), [.tag(tag, label: 0)]) { body in
        body.localGet(0)
        body.throw(tag)
      }
    }
    builder.writer.addExport("host", .function, host)
    _ = helper("sizes") { body in
      body.memorySize()
      body.tableSize(second)
      body.emit(.i32Add)
      body.emit(.i64ExtendI32U)
      body.localGet(0)
      body.emit(.i64Add)
    }
    _ = helper("fill") { body in
      body.i32Const(32)
      body.i32Const(2)
      body.i32Const(3)
      body.memoryInit(data: data)
      body.i32Const(32)
      body.load(.i64Load)
      body.localGet(0)
      body.emit(.i64Add)
    }
    _ = helper("far") { body in
      body.i32Const(8)
      body.localGet(0)
      body.access(.i64Store, memory: far)
      body.i32Const(8)
      body.load(.i64Load)
      body.i32Const(8)
      body.access(.i64Load, memory: far)
      body.emit(.i64Add)
    }
    _ = helper("flag") { body in
      body.block(.value(.i64))
      body.i64Const(1)
      body.localGet(0)
      body.i64Const(3)
      body.emit(.i64GtS)
      body.hint(isLikely: true)
      body.brIf(0)
      body.drop()
      body.localGet(0)
      body.end()
    }
    _ = helper("refer") { body in
      body.i32Const(3)
      body.refFunc(bump)
      body.tableSet(second)
      body.localGet(0)
    }
    _ = helper("chain") { body in
      body.localGet(0)
      body.call(bump)
      body.call(host)
      body.call(bump)
    }
    let other = helper("other") { body in
      body.localGet(0)
      body.returnCall(bump)
    }
    _ = builder.writer.addActiveElements(table: second, offset: .i32(0), functions: [bump, other, host, bump])
    builder.addTableCall(.i64, type: unary)
    var imports = Imports()
    imports.define("env", "host", Function(store) { (n: Int64) -> Int64 in n &* 2 })
    return try builder.instance(store, imports)
  }

  /// A module that puts into elements 0, 1, … functions which call a helper in a loop. It imports some of what the guest has, in an order of its own.
  private func makeAuxiliary(isBare: Bool, counter type: ValueType = .i64, parameter: ValueType = .i64) -> [UInt8] {
    var builder = ModuleBuilder()
    let function = builder.writer.addType(FuncType([parameter], [.i64]))
    let helpers = Self.helpers.reversed().map { builder.writer.importFunction("env", $0, type: function) }
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "__indirect_function_table", TableType(.funcref, Limits(1)))
    let counter = builder.writer.importGlobal("env", "counter", GlobalType(type, mutable: true))
    if !isBare { _ = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(0)) }
    var functions: [UInt32] = []
    for helper in helpers.reversed() {
      functions.append(
        builder.function(nil, [.i64], [.i64]) { body in
          let sum = body.addLocal(.i64)
          body.loop()
          body.localGet(sum)
          body.i64Const(31)
          body.emit(.i64Mul)
          body.localGet(0)
          if parameter == .i32 { body.emit(.i32WrapI64) }
          body.call(helper)
          body.emit(.i64Add)
          if type == .i64 {
            body.globalGet(counter)
            body.emit(.i64Add)
          }
          body.i32Const(16)
          body.load(.i64Load)
          body.emit(.i64Add)
          body.localSet(sum)
          body.endLoopCountingDown(0)
          body.localGet(sum)
        })
    }
    let elements = builder.writer.addPassiveElements(functions: functions)
    builder.writer.setStart(
      builder.function { body in
        body.initTable(from: elements, count: functions.count)
      })
    return builder.writer.finish().bytes
  }

  /// What all functions give, several times, and what is in memory in the end.
  private func results(_ tier: Tier, _ strategy: MemoryStrategy, isBare: Bool) throws -> [Int64] {
    let guest = try makeGuest(Self.makeStore(tier, strategy))
    let linker = try LateLinker(guest)
    let auxiliary = try makeAuxiliary(isBare: isBare).withUnsafeBytes { try linker.link($0) }
    #expect(auxiliary.hasJoined == isBare)
    let call = try #require(guest.function("call"))
    // The guest's own code, too, so that its bodies are known to be valid and some have been optimized.
    for helper in Self.helpers where helper != "divide" { _ = try guest.function(helper)!(Int64(3), as: Int64.self) }
    _ = try guest.function("divide")!(Int64(7), as: Int64.self)
    var results: [Int64] = []
    for n in Int64(1)..<12 {
      for element in Self.helpers.indices { results.append(try call(Int32(element), n, as: Int64.self)) }
    }
    let bytes = try guest.memory("memory")!.read(at: 0, count: 64)
    return results + bytes.map { Int64($0) }
  }

  @Test(arguments: [Tier.omg, .auto], [MemoryStrategy.guarded, .checked])
  func bodiesOfTheGuestDoTheSameInPlaceOfCalls(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    let expected = try results(.bbq, .guarded, isBare: false)
    #expect(try results(tier, strategy, isBare: true) == expected)
    #expect(try results(.bbq, strategy, isBare: true) == expected)
  }

  @Test func aTrapInSuchABodyIsTheGuests() throws {
    for tier in [Tier.bbq, .omg] {
      let guest = try makeGuest(Self.makeStore(tier))
      let linker = try LateLinker(guest)
      _ = try guest.function("divide")!(Int64(7), as: Int64.self)
      try makeAuxiliary(isBare: true).withUnsafeBytes { _ = try linker.link($0) }
      let element = Int32(Self.helpers.firstIndex(of: "divide")!)
      let fault = try #require(trap { _ = try guest.function("call")!(element, Int64(0), as: Int64.self) })
      #expect(fault.reason == .integerDivideByZero)
      // A body in place of a call has no frame of its own.
      #expect(fault.backtrace.count == (tier == .bbq ? 3 : 2))
      #expect(fault.backtrace.first?.functionName == "divide")
      #expect(fault.backtrace.last?.functionName == "call")
      #expect(fault.backtrace.first?.moduleOffset == Self.offsetOfDivision(guest.module))
    }
  }

  private static func offsetOfDivision(_ module: Module) -> Int? {
    // i64.const 1000, local.get 0, i64.div_s
    module.withBytes { bytes in
      let wanted: [UInt8] = [0x42, 0xE8, 0x07, 0x20, 0x00, 0x7F]
      return (0..<bytes.count - wanted.count).first { start in wanted.indices.allSatisfy { bytes[start + $0] == wanted[$0] } }.map { $0 + 5 }
    }
  }

  /// They are compiled before that is found out.
  @Test func importsOfOtherTypesThanTheGuestsAreErrors() throws {
    let guest = try makeGuest(Self.makeStore(.omg))
    for helper in Self.helpers where helper != "divide" { _ = try guest.function(helper)!(Int64(3), as: Int64.self) }
    let linker = try LateLinker(guest)
    for bytes in [
      makeAuxiliary(isBare: true, counter: .i32), makeAuxiliary(isBare: true, counter: .f64), makeAuxiliary(isBare: true, parameter: .i32),
    ] {
      #expect(throws: LinkError.self) { try bytes.withUnsafeBytes { _ = try linker.link($0) } }
    }
  }

  // MARK: Random guests

  /// Functions under the guest's names and of its types, which call the guest's in a loop that is never repeated.
  private static func forwarding(to guest: Module) -> [UInt8] {
    var builder = ModuleBuilder()
    let exports = guest.exports.filter { $0.kind == .function }
    let types = exports.map { guest.functionType(guest.declarations.functions[Int($0.index)]) }
    let imports = zip(exports, types).map { builder.writer.importFunction("env", $0.name, type: builder.writer.addType($1)) }
    for (index, type) in types.enumerated() {
      let block = builder.writer.addType(FuncType([], type.results))
      builder.function(exports[index].name, type.parameters, type.results) { body in
        body.loop(.type(block))
        for parameter in type.parameters.indices { body.localGet(UInt32(parameter)) }
        body.call(imports[index])
        body.end()
      }
    }
    return builder.writer.finish().bytes
  }

  /// What the guest's functions do, called directly or by an auxiliary module, and what is in its globals and memory then.
  private func outcomes(_ bytes: [UInt8], _ tier: Tier, forwarded: Bool) throws -> [String] {
    let store = Self.makeStore(tier)
    var imports = Imports()
    imports.define("env", "tag", Tag(store, [.i32]))
    let guest = try Instance(Module(store.engine, bytes), imports: imports, in: store)
    let functions = guest.module.exports.filter { $0.kind == .function }
    let others = guest.module.exports.filter { $0.kind != .function }
    guard forwarded else { return RandomModules.outcomes(of: guest, functions) + RandomModules.outcomes(of: guest, others) }
    try guest.module.compileAll()
    let auxiliary = try Self.forwarding(to: guest.module).withUnsafeBytes { try LateLinker(guest).link($0) }
    #expect(auxiliary.hasJoined)
    return RandomModules.outcomes(of: auxiliary, functions) + RandomModules.outcomes(of: guest, others)
  }

  @Test("Random functions do the same where modules that are linked late have them in place of calls")
  func randomBodies() throws {
    let count = UInt64(ProcessInfo.processInfo.environment["LATCH_SEEDS"] ?? "") ?? 60
    for seed in 0..<count {
      for bytes in [RandomModule.bytes(seed: seed), ExceptionModule.bytes(seed: seed)] {
        let expected = try outcomes(bytes, .bbq, forwarded: false)
        for tier in [Tier.omg, .auto] { #expect(try outcomes(bytes, tier, forwarded: true) == expected, "seed \(seed)") }
      }
    }
  }
}
