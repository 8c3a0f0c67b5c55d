// What calls take: into an instance, out of it, and between its functions.

import Glibc
import SampleBodies
import WasmEngine

extension Measurements {
  /// A module with an exported function that adds, and one that calls a host function so many times.
  private static func callingModule() -> [UInt8] {
    var writer = ModuleWriter()
    let binary = writer.addType(FuncType([.i32, .i32], [.i32]))
    let unary = writer.addType(FuncType([.i32], [.i32]))
    let host = writer.importFunction("env", "host", type: binary)
    let add = writer.addFunction(type: binary)
    let loop = writer.addFunction(type: unary)
    var body = FunctionBodyWriter(parameterCount: 2)
    body.localGet(0)
    body.localGet(1)
    body.emit(.i32Add)
    body.end()
    writer.addBody(body)
    var calls = FunctionBodyWriter(parameterCount: 1)
    let sum = calls.addLocal(.i32)
    calls.loop()
    calls.localGet(sum)
    calls.localGet(0)
    calls.call(host)
    calls.localSet(sum)
    calls.localGet(0)
    calls.i32Const(1)
    calls.emit(.i32Sub)
    calls.localTee(0)
    calls.brIf(0)
    calls.end()
    calls.localGet(sum)
    calls.end()
    writer.addBody(calls)
    writer.addExport("add", .function, add)
    writer.addExport("loop", .function, loop)
    return writer.finish().bytes
  }

  static func calls() throws {
    let store = Store()
    var imports = Imports()
    imports.define("env", "host", Function(store) { (_: borrowing Caller, a: Int32, b: Int32) -> Int32 in a &+ b })
    let instance = try Instance(Module(store.engine, callingModule()), imports: imports, in: store)
    guard let add = instance.function("add"), let loop = instance.function("loop") else { return }
    let count: Int32 = 1_000_000
    var sum: Int32 = 0
    let exported = try (0..<7).map { _ in
      try seconds { for number in 0..<count { sum = try add(sum, number, as: Int32.self) } }
    }
    let host = try (0..<7).map { _ in try seconds { sum &+= try loop(count, as: Int32.self) } }
    print(decimals(median(exported) / Double(count) * 1e9), decimals(median(host) / Double(count) * 1e9))
    print(try Callee.allCases.map { "\($0) \(decimals(try nanoseconds(of: $0)))" }.joined(separator: ", "))
  }

  /// Whom a loop calls.
  private enum Callee: CaseIterable {
    case direct
    /// Through a table: always the same function; four in turn.
    case sameElement, indirect
    /// The same one, in code that was counted before.
    case presumed
    /// An imported function of another instance; of the guest that the module has joined.
    case otherInstance, joined
  }

  private static let rounds: Int32 = 2_000_000

  /// A call in a loop of optimized code, with the loop.
  private static func nanoseconds(of callee: Callee) throws -> Double {
    let store = Store(engine(callee == .presumed ? .auto : .omg, waits: true))
    let other = try Instance(Module(store.engine, loopModule(.direct)), in: store)
    var imports = Imports()
    if let add = other.function("add") { imports.define("env", "add", add) }
    let instance: Instance
    if callee == .joined {
      let linker = try LateLinker(other)
      instance = try loopModule(callee).withUnsafeBytes { try linker.link($0) }
    } else {
      instance = try Instance(Module(store.engine, loopModule(callee)), imports: imports, in: store)
    }
    guard let loop = instance.function("loop") else { return 0 }
    for _ in 0..<200 where callee == .presumed { _ = try loop(Int32(100), as: Int32.self) }
    let times = try (0..<15).map { _ in try seconds { _ = try loop(rounds, as: Int32.self) } }
    return (times.min() ?? 0) / Double(rounds) * 1e9
  }

  private static func loopModule(_ callee: Callee) -> [UInt8] {
    var writer = ModuleWriter()
    let binary = writer.addType(FuncType([.i32, .i32], [.i32]))
    let imports = callee == .otherInstance || callee == .joined
    let imported = imports ? writer.importFunction("env", "add", type: binary) : 0
    if callee != .joined {
      _ = writer.addMemory(MemoryType(Limits(1)))
      let table = writer.addTable(TableType(.funcref, Limits(4)))
      // A table that others may change, and functions that are too large to become part of the loop.
      writer.addExport("table", .table, table)
    }
    let functions = (0..<(imports ? 0 : 4)).map { number in
      writer.addFunction(number == 0 ? "add" : nil, [.i32, .i32], [.i32]) { body in
        body.localGet(0)
        body.i32Const(-1)
        body.emit(.i32Eq)
        body.if()
        for _ in 0..<100 {
          body.localGet(0)
          body.localGet(1)
          body.emit(.i32DivU)
          body.localSet(1)
        }
        body.end()
        body.localGet(0)
        body.localGet(1)
        body.emit(.i32Add)
      }
    }
    if !imports { writer.addActiveElements(offset: .i32(0), functions: functions) }
    writer.addFunction("loop", [.i32], [.i32]) { body in
      let sum = body.addLocal(.i32)
      body.countDown { body in
        body.localGet(sum)
        body.localGet(0)
        switch callee {
        case .direct: body.call(functions[0])
        case .otherInstance, .joined: body.call(imported)
        case .indirect, .sameElement, .presumed:
          // For the one, numbers below 4; for the other 0, which the compiler does not know: the loop runs fewer times.
          body.localGet(0)
          body.i32Const(callee == .indirect ? 3 : 1 << 30)
          body.emit(.i32And)
          body.callIndirect(type: binary)
        }
        body.localSet(sum)
      }
      body.localGet(sum)
    }
    return writer.finish().bytes
  }
}
