// Many threads load modules at the same time: the types that they share and those that they do not get one number each, for calls through tables and
// for imports, while others run.

import Dispatch
import Testing
import WasmEngine

@Suite struct LoadingTests {
  /// A function type of its own for each number.
  private static func type(_ number: Int) -> FuncType {
    var parameters: [ValueType] = []
    var rest = number
    while rest > 0 {
      parameters.append([.i32, .i64, .f32, .f64][rest % 4])
      rest /= 4
    }
    return FuncType(parameters, [.i32])
  }

  /// call(): calls a function of type `number` through the table as one of type `called`. It is also imported and exported.
  private static func module(_ engine: Engine, _ number: Int, called: Int) throws -> Module {
    var builder = ModuleBuilder()
    // So that indices differ from module to module.
    for other in 0..<(number % 5) { _ = builder.writer.addType(type(1000 + other)) }
    let imported = builder.writer.importFunction("env", "f", type: builder.writer.addType(type(number)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(2)))
    let own = builder.function("f", type(number).parameters, [.i32]) { $0.i32Const(Int32(number)) }
    builder.writer.addActiveElements(offset: .i32(0), functions: [own, imported])
    let calledType = builder.writer.addType(type(called))
    for (index, name) in ["own", "imported"].enumerated() {
      builder.function(WasmName(name), [], [.i32]) { body in
        for parameter in type(called).parameters {
          switch parameter {
          case .i32: body.i32Const(0)
          case .i64: body.i64Const(0)
          case .f32: body.f32Const(0)
          default: body.f64Const(0)
          }
        }
        body.i32Const(Int32(index))
        body.callIndirect(type: calledType)
      }
    }
    return try builder.module(engine)
  }

  @Test func typesAreEqualAcrossThreadsExactlyWhenTheyAre() throws {
    let engines = [Engine(), Engine()]
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        for step in 0..<24 {
          let number = (thread * 5 + step) % 40
          let engine = engines[step % 2]
          let store = Store(engine)
          var imports = Imports()
          imports.define("env", "f", Function(store, Self.type(number)) { _, _ in [.i32(Int32(-number))] })
          let right = try Instance(Self.module(engine, number, called: number), imports: imports, in: store)
          let results = [try right.function("own")!(as: Int32.self), try right.function("imported")!(as: Int32.self)]
          #expect(results == [Int32(number), Int32(-number)])
          imports.define("env", "f", right.function("f")!)
          let wrong = try Instance(Self.module(engine, number, called: number + 1), imports: imports, in: store)
          for name in ["own", "imported"] as [WasmName] {
            let end = trap { _ = try wrong.function(name)!(as: Int32.self) }
            #expect(end?.reason == .indirectCallTypeMismatch)
          }
          imports.define("env", "f", Function(store, Self.type(number + 1)) { _, _ in [.i32(0)] })
          let module = try Self.module(engine, number, called: number)
          #expect(throws: LinkError.self) { try Instance(module, imports: imports, in: store) }
        }
      } catch {
        Issue.record(error)
      }
    }
  }

  @Test func aModuleIsInstantiatedByManyThreadsWhileItIsCompiled() throws {
    let engine = Engine()
    let module = try Self.module(engine, 7, called: 7)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        for step in 0..<20 {
          let store = Store(engine)
          var imports = Imports()
          imports.define("env", "f", Function(store, Self.type(7)) { _, _ in [.i32(Int32(step))] })
          let instance = try Instance(module, imports: imports, in: store)
          let results = [try instance.function("own")!(as: Int32.self), try instance.function("imported")!(as: Int32.self)]
          #expect(results == [7, Int32(step)])
        }
      } catch {
        Issue.record(error)
      }
    }
  }
}
