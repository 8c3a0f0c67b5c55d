// The example of README.md: a module of anybody's, a host function, a typed call.

import WasmEngine

func example(_ bytes: [UInt8]) throws -> Double {
  let engine = Engine()
  let module = try Module(engine, bytes)
  let store = Store(engine)
  var imports = Imports()
  imports.define("env", "scale", Function(store) { (a: Int32, b: Int64) -> Double in Double(a) * Double(b) })
  let instance = try Instance(module, imports: imports, in: store)
  let result: Double = try instance.function("run")!(Int32(3), Int64(5))
  return result
}

/// A module whose `run` gives its arguments to the import `env.scale`.
func exampleModule() -> [UInt8] {
  var writer = ModuleWriter()
  let type = writer.addType(FuncType([.i32, .i64], [.f64]))
  let scale = writer.importFunction("env", "scale", type: type)
  writer.addExport("run", .function, writer.addFunction(type: type))
  var body = FunctionBodyWriter(parameterCount: 2)
  body.localGet(0)
  body.localGet(1)
  body.call(scale)
  body.end()
  writer.addBody(body)
  return writer.finish().bytes
}
