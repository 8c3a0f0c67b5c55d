// The examples on the pages of `Linker`, `Store` and `HostObject`: definitions for many stores, what a store takes and has, and Swift objects that wasm code keeps.

import WasmEngine

final class Session {
  var requests = 0
}

/// `Linker`, `Store.data`, `Store.fuel`: each request in a store of its own, with a limit that does not depend on the machine.
func serve(_ bytes: [UInt8]) throws -> [Int] {
  var configuration = EngineConfiguration()
  configuration.countsFuel = true
  let engine = Engine(configuration)
  var linker = Linker()
  linker.define("env", "count") { store in
    .function(Function(store) { (caller: borrowing Caller) in try caller.data(as: Session.self).requests += 1 })
  }
  let module = try Module(engine, bytes)
  var counts: [Int] = []
  for _ in 0..<3 {
    let session = Session()
    let store = Store(engine)
    store.data = session
    store.fuel = 1_000_000
    store.growthLimiter = { request in request.kind == .table || request.wanted <= 16 << 20 }
    try linker.instantiate(module, in: store).function("run")!(Int32(5))
    counts.append(session.requests)
  }
  return counts
}

/// A module whose `run` calls the import `env.count` so many times.
func countingModule() -> [UInt8] {
  var writer = ModuleWriter()
  let count = writer.importFunction("env", "count", type: writer.addType(FuncType()))
  writer.addExport("run", .function, writer.addFunction(type: writer.addType(FuncType([.i32]))))
  var body = FunctionBodyWriter(parameterCount: 1)
  body.loop()
  body.call(count)
  body.localGet(0)
  body.i32Const(1)
  body.emit(.i32Sub)
  body.localTee(0)
  body.brIf(0)
  body.end()
  body.end()
  writer.addBody(body)
  return writer.finish().bytes
}

/// `HostObject`: a global keeps a Swift object.
func keepObject(_ store: Store) throws -> Int {
  let global = try Global(store, .object(HostObject(Session(), in: store)), mutable: true)
  guard case .object(let reference) = global.value, let session = reference.object as? Session else { return -1 }
  session.requests += 1
  return session.requests
}

func testLinking() throws {
  expect(try serve(countingModule()) == [5, 5, 5], "requests")
  expect(try keepObject(Store()) == 1, "an object")
}
