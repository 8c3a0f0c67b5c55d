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

/// The trap that `body` ends with.
func trap(_ body: () throws -> Void) -> Trap? {
  do {
    try body()
    return nil
  } catch {
    return error as? Trap
  }
}
