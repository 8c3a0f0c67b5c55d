// Small modules for tests.

import WasmEngine

/// A module in the making whose functions are given together with their bodies.
struct ModuleBuilder: ~Copyable {
  var writer = ModuleWriter()

  /// Adds a function, exported if it has a name; the body's final `end` is added.
  @discardableResult
  mutating func function(
    _ export: WasmName? = nil, _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    _ write: (inout FunctionBodyWriter) -> Void
  ) -> UInt32 {
    let index = writer.addFunction(type: writer.addType(FuncType(parameters, results)))
    if let export {
      writer.addExport(export, .function, index)
      writer.nameFunction(index, export)
    }
    var body = FunctionBodyWriter(parameterCount: parameters.count)
    write(&body)
    body.end()
    writer.addBody(body)
    return index
  }

  /// What a guest of late linking has: a memory and a table, exported by the usual names, and the import `env.link` of (pointer, length), which is
  /// returned. To be called before functions are added.
  mutating func beLateLinkingGuest() -> UInt32 {
    _ = writer.addMemory(MemoryType(Limits(2)))
    _ = writer.addTable(TableType(.funcref, Limits(1)))
    writer.addExport("memory", .memory, 0)
    writer.addExport("__indirect_function_table", .table, 0)
    return writer.importFunction("env", "link", type: writer.addType(FuncType([.i32, .i32], [.i32])))
  }

  func module(_ engine: Engine) throws -> Module { try Module(engine, writer.finish().bytes) }

  func instance(_ store: Store, _ imports: Imports = Imports()) throws -> Instance {
    try Instance(module(store.engine), imports: imports, in: store)
  }
}

extension Engine {
  static func with(_ strategy: MemoryStrategy = .guarded, stackSize: Int = 4 << 20) -> Engine {
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = stackSize
    return Engine(configuration)
  }
}

extension Imports {
  /// `env.link` for `beLateLinkingGuest`: links the module at (pointer, length) to the caller; its result is 1.
  static func lateLinking(_ store: Store) -> Imports {
    var imports = Imports()
    imports.define(
      "env", "link",
      Function(store) { (caller: Caller, pointer: UInt32, length: UInt32) -> Int32 in
        try LateLinker(caller.instance!).link(moduleAt: Int(pointer), length: Int(length))
        return 1
      })
    return imports
  }
}

/// The trap that `body` ends with.
func trap(_ body: () throws -> Void) -> Trap? {
  do {
    try body()
    return nil
  } catch {
    return error as? Trap
  }
}
