// What the engine does to its process: code mappings, foreign faults, threads.

import Foundation
import Testing
import WasmEngine

@Suite struct ProcessTests {
  private func makeModule(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    // Fibonacci, with a second function so that calls between functions are linked.
    let fib: UInt32 = 0
    builder.function("fib", [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(2)
      body.emit(.i32LtS)
      body.if(.value(.i32))
      body.localGet(0)
      body.else()
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Sub)
      body.call(1)
      body.localGet(0)
      body.i32Const(2)
      body.emit(.i32Sub)
      body.call(fib)
      body.emit(.i32Add)
      body.end()
    }
    builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      body.returnCall(fib)
    }
    return try builder.module(engine)
  }

  @Test(.needsProc) func noMappingIsWritableAndExecutable() throws {
    let engine = Engine()
    let instance = try Instance(makeModule(engine), in: Store(engine))
    #expect(try instance.function("fib")!(Int32(10), as: Int32.self) == 55)
    #expect(try ProcessMeasurements.writableCode() == [])
  }

  @Test func threadsShareAModule() async throws {
    let engine = Engine()
    let module = try makeModule(engine)
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let store = Store(engine)
          return try Instance(module, in: store).function("fib")!(Int32(20))
        }
      }
      for try await result in group { #expect(result == 6765) }
    }
  }

  @Test func foreignFaultsGoToTheProcess() async throws {
    // The handler is installed and wasm has run in the child, whose fault in Swift code must kill it as usual.
    await #expect(processExitsWith: .failure) {
      var builder = ModuleBuilder()
      builder.function("f") { $0.unreachable() }
      let instance = try builder.instance(Store())
      guard trap({ try instance.function("f")!() })?.reason == .unreachable else { exit(0) }
      UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1
      exit(0)
    }
  }

  @Test func foreignFaultsInsideHostCallsGoToTheProcess() async throws {
    await #expect(processExitsWith: .failure) {
      let store = Store()
      var builder = ModuleBuilder()
      let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType()))
      builder.function("f") { $0.call(host) }
      var imports = Imports()
      imports.define(
        "env", "host",
        Function(store) { (_: Caller) in UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1 })
      try? builder.instance(store, imports).function("f")!()
      exit(0)
    }
  }
}
