// A guest that lets the host, or a test, do with `latch_jit` and its table whatever it likes, and modules for it to link.

import Testing
import WasmEngine

/// A guest with 4 pages, a table of 64 elements, a funcref global and one for an exception. Its exports: the functions of `latch_jit` under their names, and
/// what `LateLinkGuest.module` adds.
struct LateLinkGuest {
  let store: Store
  let linker: LateLinker
  let instance: Instance

  init(_ store: Store = Store(), _ options: LateLinkOptions = LateLinkOptions(), module: Module? = nil) throws {
    self.store = store
    linker = LateLinker(store, options)
    var imports = Imports()
    linker.define(in: &imports)
    instance = try Instance(module ?? Module(store.engine, Self.module), imports: imports, in: store)
  }

  /// Calls an export for an i32.
  func callAsFunction(_ name: WasmName, _ arguments: Int...) throws -> Int { try self(name, arguments) }

  func callAsFunction(_ name: WasmName, _ arguments: [Int]) throws -> Int {
    let values = try instance.function(name)!.call(
      zip(arguments, instance.function(name)!.type.parameters).map { $1 == .i64 ? .i64(Int64($0)) : .i32(Int32(truncatingIfNeeded: $0)) })
    switch values.first {
    case .i32(let value): return Int(value)
    case .i64(let value): return Int(value)
    default: return 0
    }
  }

  /// Puts a module into the memory and links it by `link`, or another function with its parameters.
  func link(_ bytes: [UInt8], by name: WasmName = "link", flags: Int = 0) throws -> Int {
    try instance.memory("memory")!.write(bytes, at: 4096)
    return try self(name, 4096, bytes.count, flags)
  }

  var table: Table { instance.table("__indirect_function_table")! }

  static let tableSize = 64

  /// What the guest exports beside `latch_jit`'s functions. Functions in the table are (i64) -> i64.
  ///
  ///     call(slot, n), clear(slot), copy(to, from), toGlobal(slot), fromGlobal(slot)
  ///     drop(slot, handle): clears the slot, unlinks, and asks for the state, which makes the engine look for what is left
  ///     keepInLocal(slot, handle, n): holds the function in a local meanwhile, and calls it
  ///     callAfter(slot, handle, n): for auxiliary functions; drops what is running, and returns n + 1
  ///     throwAway(slot): puts an exception with the function into the global; catchAgain(slot): takes it out
  static let module: [UInt8] = {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    func type(_ parameters: Int) -> FuncType { FuncType(Array(repeating: .i32, count: parameters), [.i32]) }
    var imports: [(name: WasmName, type: FuncType, index: UInt32)] = []
    for (name, count) in [("version", 0), ("link", 3), ("link_async", 3), ("state", 1), ("unlink", 1), ("counts", 3), ("message", 2)] {
      let index = builder.writer.importFunction("latch_jit", WasmName(name), type: builder.writer.addType(type(count)))
      imports.append((WasmName(name), type(count), index))
    }
    _ = builder.writer.addMemory(MemoryType(Limits(4, 4)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(UInt64(tableSize), 4096)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("__indirect_function_table", .table, 0)
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.funcref])))
    let reference = builder.writer.addGlobal(GlobalType(.funcref, mutable: true), .null(.funcref))
    let exception = builder.writer.addGlobal(GlobalType(.exnref, mutable: true), .null(.exnref))
    for item in imports {
      builder.function(item.name, item.type.parameters, item.type.results) { body in
        for parameter in item.type.parameters.indices { body.localGet(UInt32(parameter)) }
        body.call(item.index)
      }
    }
    let state = imports[3].index
    let unlink = imports[4].index
    builder.function("call", [.i32, .i64], [.i64]) { body in
      body.localGet(1)
      body.localGet(0)
      body.callIndirect(type: unary)
    }
    builder.function("clear", [.i32]) { body in
      body.localGet(0)
      body.refNull(.funcref)
      body.tableSet()
    }
    builder.function("copy", [.i32, .i32]) { body in
      body.localGet(0)
      body.localGet(1)
      body.tableGet()
      body.tableSet()
    }
    builder.function("toGlobal", [.i32]) { body in
      body.localGet(0)
      body.tableGet()
      body.globalSet(reference)
    }
    builder.function("fromGlobal", [.i32]) { body in
      body.localGet(0)
      body.globalGet(reference)
      body.tableSet()
    }
    let drop = builder.function("drop", [.i32, .i32], [.i32]) { body in
      body.localGet(0)
      body.refNull(.funcref)
      body.tableSet()
      body.localGet(1)
      body.call(unlink)
      body.drop()
      body.localGet(1)
      body.call(state)
    }
    builder.function("keepInLocal", [.i32, .i32, .i64], [.i64]) { body in
      let kept = body.addLocal(.funcref)
      body.localGet(0)
      body.tableGet()
      body.localSet(kept)
      body.localGet(0)
      body.localGet(1)
      body.call(drop)
      body.drop()
      body.localGet(0)
      body.localGet(kept)
      body.tableSet()
      body.localGet(2)
      body.localGet(0)
      body.callIndirect(type: unary)
    }
    builder.function("callAfter", [.i32, .i32, .i64], [.i64]) { body in
      body.localGet(0)
      body.localGet(1)
      body.call(drop)
      body.drop()
      body.localGet(2)
      body.i64Const(1)
      body.emit(.i64Add)
    }
    builder.function("throwAway", [.i32]) { body in
      body.block(.value(.exnref))
      body.tryTable(.empty, [.allAndReference(label: 0)])
      body.localGet(0)
      body.tableGet()
      body.throw(tag)
      body.end()
      body.unreachable()
      body.end()
      body.globalSet(exception)
    }
    builder.function("catchAgain", [.i32]) { body in
      body.localGet(0)
      body.block(.value(.funcref))
      body.tryTable(.empty, [.tag(tag, label: 0)])
      body.globalGet(exception)
      body.throwRef()
      body.end()
      body.unreachable()
      body.end()
      body.tableSet()
    }
    return builder.writer.finish().bytes
  }()

  /// A module that puts n + `number` into a slot of the table. `inside`: what the function does between.
  static func module(
    adding number: Int64, at slot: Int, imports: (inout ModuleWriter) -> Void = { _ in },
    start: (inout FunctionBodyWriter) -> Void = { _ in }, inside: (inout FunctionBodyWriter) -> Void = { _ in }
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "__indirect_function_table", TableType(.funcref, Limits(0)))
    imports(&builder.writer)
    let function = builder.function(nil, [.i64], [.i64]) { body in
      inside(&body)
      body.localGet(0)
      body.i64Const(number)
      body.emit(.i64Add)
    }
    _ = builder.writer.addDeclarativeElements(functions: [function])
    builder.writer.setStart(
      builder.function { body in
        body.i32Const(Int32(slot))
        body.refFunc(function)
        body.tableSet()
        start(&body)
      })
    return builder.writer.finish().bytes
  }
}
