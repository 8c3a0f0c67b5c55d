// What the engine does to its process: code mappings, foreign faults, threads.

import Foundation
import Testing
import WasmEngine

@Suite struct ProcessTests {
  private func makeModule(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    // Fibonacci, with a second function so that calls between functions are linked.
    let fib: UInt32 = 0
    builder.function("fib", [.i32], [.i32]) { $0.fibonacci(calling: 1, fib) }
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
    await #expect(processExitsWith: .failure) { try faultAfterATrap() }
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
        Function(store) { (_: borrowing Caller) in UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1 })
      try? builder.instance(store, imports).function("f")!()
      exit(0)
    }
  }
}
