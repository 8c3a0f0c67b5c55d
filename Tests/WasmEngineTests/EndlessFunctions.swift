// Functions that never return by themselves, for tests of what stops them.

import SampleBodies
import WasmEngine

extension ModuleBuilder {
  /// Exports endless functions: `loop`; `call`, which calls `env.host` again and again; `fill`, which is mostly in a helper; `throw`, which throws and
  /// catches; `tail`, which calls itself in tail position. And two that end: `once` calls the host once and returns 7, `count` returns its argument.
  mutating func addEndlessFunctions() {
    let host = writer.importFunction("env", "host", type: writer.addType(FuncType()))
    _ = writer.addMemory(MemoryType(Limits(16)))
    let tag = writer.addTag(type: writer.addType(FuncType()))
    function("loop") { $0.endlessLoop { _ in } }
    function("call") { $0.endlessLoop { $0.call(host) } }
    function("fill") { body in
      body.endlessLoop { body in
        body.i32Const(0)
        body.i32Const(1)
        body.i32Const(1 << 20)
        body.memoryFill()
      }
    }
    function("throw") { body in
      body.endlessLoop { body in
        body.block()
        body.tryTable(.empty, [.all(label: 0)])
        body.throw(tag)
        body.end()
        body.end()
      }
    }
    function("tail") { $0.returnCall(5) }
    function("once", [], [.i32]) { body in
      body.call(host)
      body.i32Const(7)
    }
    function("count", [.i32], [.i32]) { body in
      let sum = body.addLocal(.i32)
      body.countDown { body in
        body.localGet(sum)
        body.i32Const(1)
        body.emit(.i32Add)
        body.localSet(sum)
      }
      body.localGet(sum)
    }
  }
}

extension FunctionBodyWriter {
  fileprivate mutating func endlessLoop(_ write: (inout FunctionBodyWriter) -> Void) {
    loop()
    write(&self)
    br(0)
    end()
  }
}

extension Instance {
  /// Those functions, in a store of their own.
  static func endless(_ engine: Engine, host: @escaping (borrowing Caller) throws -> Void = { _ in }) throws -> Instance {
    let store = Store(engine)
    var builder = ModuleBuilder()
    builder.addEndlessFunctions()
    var imports = Imports()
    imports.define("env", "host", Function(store) { (caller: borrowing Caller) in try host(caller) })
    return try builder.instance(store, imports)
  }
}
