// Every limit is reached by a test.

import Testing
import WasmEngine

@Suite struct LimitTests {
  private func engine(_ change: (inout EngineLimits) -> Void) -> Engine {
    var configuration = EngineConfiguration()
    change(&configuration.limits)
    return Engine(configuration)
  }

  /// A module with two of everything, whose functions have three locals.
  private func makeModule() -> [UInt8] {
    var builder = ModuleBuilder()
    let tagType = builder.writer.addType(FuncType([.i64, .i64]))
    _ = builder.writer.importFunction("a", "f", type: tagType)
    _ = builder.writer.importFunction("a", "g", type: tagType)
    for _ in 0..<2 {
      _ = builder.writer.addTable(TableType(.funcref, Limits(3)))
      _ = builder.writer.addMemory(MemoryType(Limits(2)))
      _ = builder.writer.addTag(type: tagType)
      _ = builder.writer.addGlobal(GlobalType(.i32), .i32(1))
      builder.writer.addPassiveData(bytes: [1])
      builder.writer.addPassiveElements(functions: [0])
    }
    builder.function("f") { body in for _ in 0..<3 { _ = body.addLocal(.i32) } }
    builder.function("g") { _ in }
    return builder.writer.finish().bytes
  }

  @Test func modulesLargerThanTheLimitsAreRefused() throws {
    let bytes = makeModule()
    _ = try Module(Engine(), bytes)
    let limits: [(String, WritableKeyPath<ModuleLimits, Int>, Int)] = [
      ("bytes", \.moduleSize, bytes.count), ("types", \.types, 2), ("functions", \.functions, 4), ("imports", \.imports, 2),
      ("exports", \.exports, 2), ("globals", \.globals, 2), ("tables", \.tables, 2), ("memories", \.memories, 2),
      ("tags", \.tags, 2), ("data segments", \.dataSegments, 2), ("element segments", \.elementSegments, 2),
      ("parameters or results", \.parameters, 2), ("locals", \.locals, 3), ("bytes in a function", \.bodySize, 4),
    ]
    for (what, limit, used) in limits {
      _ = try Module(engine { $0.module[keyPath: limit] = used }, bytes)
      do {
        _ = try Module(engine { $0.module[keyPath: limit] = used - 1 }, bytes)
        Issue.record("accepted with more than \(used - 1) \(what)")
      } catch let error as ValidationError {
        #expect(error.message == "implementation limit: more than \(used - 1) \(what)")
      }
    }
  }

  @Test func memoriesAndTablesStopAtTheirLimits() throws {
    for strategy in [MemoryStrategy.guarded, .checked] {
      var configuration = EngineConfiguration()
      configuration.memoryStrategy = strategy
      configuration.limits.memoryPages = 3
      configuration.limits.memory64Bytes = 4 << 16
      configuration.limits.tableElements = 5
      let store = Store(Engine(configuration))
      let memory = try Memory(store, MemoryType(Limits(1)))
      #expect(memory.grow(by: 2) == 1)
      #expect(memory.grow(by: 1) == nil)
      let wide = try Memory(store, MemoryType(Limits(0), is64: true))
      #expect(wide.grow(by: 4) == 0)
      #expect(wide.grow(by: 1) == nil)
      let bytes = try Memory(store, MemoryType(Limits(1), pageSizeLog2: 0))
      #expect(bytes.byteCount == 1)
      #expect(bytes.grow(by: 3 * 65536 - 1) == 1)
      #expect(bytes.grow(by: 1) == nil)
      let table = try Table(store, TableType(.funcref, Limits(4)))
      #expect(table.grow(by: 1) == 4)
      #expect(table.grow(by: 1) == nil)
      #expect(throws: ResourceError.self) { try Memory(store, MemoryType(Limits(4))) }
      #expect(throws: ResourceError.self) { try Table(store, TableType(.funcref, Limits(6))) }
      var builder = ModuleBuilder()
      _ = builder.writer.addMemory(MemoryType(Limits(4)))
      #expect(throws: ResourceError.self) { try builder.instance(store) }
    }
  }

  @Test func theStackIsAsDeepAsTheLimitSays() throws {
    func depth(stackSize: Int) throws -> Int64 {
      var configuration = EngineConfiguration()
      configuration.limits.stackSize = stackSize
      // Optimized code has frames of other sizes.
      configuration.tier = .bbq
      return try reachedDepth(Engine(configuration))
    }
    let small = try depth(stackSize: 1 << 20)
    let large = try depth(stackSize: 4 << 20)
    #expect(small > 1000)
    #expect(large > small * 3)
  }
}
