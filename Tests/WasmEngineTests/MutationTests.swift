// Bytes that are almost modules are refused or compiled; they never crash the engine.

import Testing
import WasmEngine

@Suite struct MutationTests {
  private func makeBase() -> [UInt8] {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    let imported = builder.writer.importFunction("env", "f", type: unary)
    _ = builder.writer.addMemory(MemoryType(Limits(1, 2)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(3)))
    let global = builder.writer.addGlobal(GlobalType(.f64, mutable: true), .f64(1))
    let first = builder.function("mixed", [.i64, .f64, .i32], [.i64]) { body in
      let local = body.addLocal(.i64)
      body.block(.value(.i64))
      body.loop()
      body.localGet(0)
      body.i64Const(3)
      body.emit(.i64Mul)
      body.localTee(local)
      body.localGet(local)
      body.emit(.i64Eqz)
      body.brIf(1)
      body.localGet(2)
      body.brTable([1, 1], default: 1)
      body.end()
      body.localGet(1)
      body.globalGet(global)
      body.emit(.f64Div)
      body.globalSet(global)
      body.localGet(2)
      body.load(.i64Load32S, offset: 40)
      body.end()
      body.localGet(2)
      body.callIndirect(type: unary)
      body.call(imported)
    }
    builder.function(nil, [.i64], [.i64]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.if(.type(unary))
      body.emit(.i64Clz)
      body.else()
      body.localGet(0)
      body.emit(.i64RemU)
      body.end()
      body.i32Const(0)
      body.i32Const(0)
      body.i32Const(3)
      body.memoryFill()
      body.i32Const(0)
      body.returnCallIndirect(type: unary)
    }
    builder.writer.addActiveElements(offset: .i32(0), functions: [first, first + 1, imported])
    builder.writer.addActiveData(offset: .i32(8), bytes: [1, 2, 3, 4])
    return builder.writer.finish().bytes
  }

  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func changedModulesAreRefusedOrCompiled(_ strategy: MemoryStrategy) throws {
    let engine = Engine.with(strategy)
    let base = makeBase()
    _ = try base.withUnsafeBytes { try Module(engine, copying: $0, eagerly: true) }
    var random = SystemRandomNumberGenerator()
    var accepted = 0
    for _ in 0..<20_000 {
      var changed = base
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position = Int.random(in: 8..<changed.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed.remove(at: position)
        case 1: changed.insert(UInt8.random(in: 0...255, using: &random), at: position)
        default: changed[position] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let module = changed.withUnsafeBytes { try? Module(engine, copying: $0, eagerly: true) }
      if let module {
        accepted += 1
        _ = module.text
      }
    }
    #expect(accepted > 0)
  }

  @Test func lazyValidationFindsBadBodiesWhenTheyAreCalled() throws {
    var builder = ModuleBuilder()
    builder.function("good", [], [.i32]) { $0.i32Const(1) }
    builder.function("bad", [], [.i32]) { $0.i64Const(1) }
    let bytes = builder.writer.finish().bytes
    let engine = Engine()
    #expect(throws: ValidationError.self) { try Module(engine, bytes) }
    let module = try bytes.withUnsafeBytes { try Module(engine, copying: $0, validatesLazily: true) }
    let instance = try Instance(module, in: Store(engine))
    #expect(try instance.function("good")!(as: Int32.self) == 1)
    for _ in 0..<2 {
      #expect(throws: ValidationError.self) { try instance.function("bad")!.call() }
    }
  }
}
