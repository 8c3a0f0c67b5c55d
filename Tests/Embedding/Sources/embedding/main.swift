// Uses every part of the engine's public API from outside its package: writes a module, links it with host functions, calls it on several
// threads, reads its memory, catches its traps and exceptions. Prints "ok" when everything is as it should be.

import WasmEngine

func expect(_ condition: Bool, _ what: String) {
  if !condition { fatalError(what) }
}

/// A module that imports a function, a tag and a global, and exports a memory, a table, a global and functions.
func makeModule() -> [UInt8] {
  var writer = ModuleWriter()
  let binary = writer.addType(FuncType([.i32, .i64], [.f64]))
  let unary = writer.addType(FuncType([.i32], [.i32]))
  let thrown = writer.addType(FuncType([.i32]))
  let host = writer.importFunction("env", "scale", type: binary)
  let base = writer.importGlobal("env", "base", GlobalType(.i32))
  let tag = writer.importTag("env", "tag", type: thrown)
  let memory = writer.addMemory(MemoryType(Limits(1, 2)))
  let table = writer.addTable(TableType(.funcref, Limits(1)))
  let scale = writer.addFunction(type: binary)
  let load = writer.addFunction(type: unary)
  let fail = writer.addFunction(type: thrown)
  writer.addExport("memory", .memory, memory)
  writer.addExport("table", .table, table)
  writer.addExport("scale", .function, scale)
  writer.addExport("load", .function, load)
  writer.addExport("fail", .function, fail)
  writer.addActiveElements(offset: .i32(0), functions: [load])
  writer.nameFunction(load, "load")

  var body = FunctionBodyWriter(parameterCount: 2)
  body.localGet(0)
  body.localGet(1)
  body.call(host)
  body.end()
  writer.addBody(body)
  body = FunctionBodyWriter(parameterCount: 1)
  body.globalGet(base)
  body.localGet(0)
  body.emit(.i32Add)
  body.load(.i32Load)
  body.end()
  writer.addBody(body)
  body = FunctionBodyWriter(parameterCount: 1)
  body.localGet(0)
  body.throw(tag)
  body.end()
  writer.addBody(body)
  return writer.finish().bytes
}

func run(_ module: Module) throws -> Bool {
  let store = Store(module.engine)
  let tag = Tag(store, [.i32])
  var imports = Imports()
  imports.define("env", "scale", Function(store) { (a: Int32, b: Int64) -> Double in Double(a) * Double(b) })
  imports.define("env", "base", try Global(store, .i32(16)))
  imports.define("env", "tag", tag)
  let instance = try Instance(module, imports: imports, in: store)

  expect(try instance.function("scale")!(Int32(3), Int64(5), as: Double.self) == 15, "typed call")
  guard case .f64(15)? = try instance.function("scale")!.call([.i32(3), .i64(5)]).first else { return false }

  let memory = instance.memory("memory")!
  try memory.store(Int32(77), at: 20)
  expect(memory.withUnsafeBytes { $0[20] } == 77, "bytes")
  expect(try instance.function("load")!(Int32(4), as: Int32.self) == 77, "load")
  guard case .funcref(let function?)? = instance.table("table")!.get(0) else { return false }
  expect(function == instance.function("load"), "table")

  do {
    _ = try instance.function("load")!(Int32(-20), as: Int32.self)
    return false
  } catch let trap as Trap {
    expect(trap.reason == .memoryOutOfBounds, "reason")
    expect(trap.backtrace.first?.functionName == "load", "backtrace")
    expect(trap.description.contains("load (wasm function 2) at offset 0x"), "\(trap)")
  }
  do {
    try instance.function("fail")!(Int32(9))
    return false
  } catch let exception as Exception {
    guard exception.tag == tag, case .i32(9)? = exception.values.first else { return false }
  }
  do {
    _ = try Instance(module, in: store)
    return false
  } catch let error as LinkError {
    expect(error.name == "scale", "link error")
  }
  return true
}

var configuration = EngineConfiguration()
configuration.limits.memoryPages = 100
let engine = Engine(configuration)
let module = try Module(engine, makeModule())
let results = await withTaskGroup(of: Bool.self) { group in
  for _ in 0..<8 { group.addTask { (try? run(module)) ?? false } }
  var results: [Bool] = []
  for await result in group { results.append(result) }
  return results
}
expect(results == Array(repeating: true, count: 8), "threads")
expect(try example(exampleModule()) == 15, "the example")
try testWASI()
try testLinking()
expect(!Module.validate(engine, [1, 2, 3]), "validate")
print("ok")
