// What a crash of the process says about the WebAssembly functions that were active.

import Foundation
import Testing
import WasmEngine
import WasmFormat

@Suite struct CrashReportTests {
  /// A host function that WebAssembly calls reads where nothing is. Without Swift's own report, which would take the signal.
  @Test func aCrashInAHostFunctionNamesItsCallers() async throws {
    let result = await #expect(processExitsWith: .signal(SIGSEGV), observing: [\.standardErrorContent]) {
      signal(SIGSEGV, SIG_DFL)
      let engine = Engine()
      let store = Store(engine)
      var builder = ModuleBuilder()
      let type = builder.writer.addType(FuncType([.i32], []))
      let crash = builder.writer.importFunction("env", "crash", type: type)
      let inner = builder.function(nil, [.i32], []) { body in
        body.localGet(0)
        body.call(crash)
      }
      builder.function("outer") { body in
        body.i32Const(8)
        body.call(inner)
      }
      builder.writer.nameFunction(inner, "inner \u{1B}[31m")
      var imports = Imports()
      imports.define(
        "env", "crash", Function(store) { (address: Int32) -> Void in UnsafeMutablePointer<UInt8>(bitPattern: Int(address))!.pointee = 1 })
      try builder.instance(store, imports).function("outer")!()
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("latch: fatal signal 11 in a function that WebAssembly has called, at 0x"), "\(text)")
    #expect(text.contains(", address 0x8\n  wasm function 1 <inner ?[31m> + 0x"), "\(text)")
    #expect(text.contains("\n  wasm function 2 + 0x") || text.contains("\n  wasm function 2 <outer> + 0x"), "\(text)")
  }
}
