// Modules that have joined their guest drop what was read of them, and read it again when somebody wants it.

import Testing

@testable import WasmEngine

@Suite struct ModuleContentTests {
  private static func makeGuest(hotCount: Int32) throws -> LateLinkGuest {
    var configuration = EngineConfiguration()
    configuration.tier = .auto
    configuration.debug.verifiesOptimizer = true
    configuration.debug.hotCount = hotCount
    configuration.debug.waitsForOptimizer = true
    return try LateLinkGuest(Store(Engine(configuration)))
  }

  /// Puts a function at an element that calls another element and adds to what that returns; and, as `second`, exports it, and a constant function.
  private static func caller(of element: Int32, adding number: Int64, at place: Int32) -> [UInt8] {
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    _ = builder.writer.importTable("env", "__indirect_function_table", TableType(.funcref, Limits(1)))
    let type = builder.writer.addType(FuncType([.i64], [.i64]))
    let caller = builder.function("second", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i32Const(element)
      body.callIndirect(type: type)
      body.i64Const(number)
      body.emit(.i64Add)
    }
    builder.function("constant", [], [.i32]) { $0.i32Const(42) }
    let patch = builder.function(nil, [], []) { body in
      body.i32Const(place)
      body.refFunc(caller)
      body.tableSet()
    }
    builder.writer.setStart(patch)
    return builder.writer.finish().bytes
  }

  @Test func aLinkedModuleKeepsNothingThatItsCodeDoesNotUse() throws {
    let guest = try Self.makeGuest(hotCount: 1000)
    try guest.linker.attach(guest.instance)
    for bytes in [LateLinkGuest.module(adding: 5, at: 3), Self.caller(of: 3, adding: 10, at: 4)] {
      let module = try bytes.withUnsafeBytes { try guest.linker.link($0) }.module
      #expect(module.joined != nil && !module.hasContent)
    }
    #expect(try guest("call", 4, 100) == 115)
  }

  @Test func whatWasDroppedIsReadAgain() throws {
    let guest = try Self.makeGuest(hotCount: 1000)
    _ = try guest.link(LateLinkGuest.module(adding: 5, at: 3))
    let bytes = Self.caller(of: 3, adding: 10, at: 4)
    let auxiliary = try bytes.withUnsafeBytes { try guest.linker.link($0) }
    let module = auxiliary.module
    #expect(!module.hasContent)
    let fresh = try Module(guest.store.engine, bytes)
    #expect(module.exports == fresh.exports)
    #expect(module.hasContent)
    #expect(module.imports == fresh.imports)
    #expect(module.text == fresh.text)
    #expect(module.definedFunctions == fresh.definedFunctions)
    #expect(module.functionName(0) == fresh.functionName(0))
    let constant: Int32 = try auxiliary.function("constant")!()
    #expect(constant == 42)
    #expect(try guest("call", 4, 100) == 115)
  }

  @Test("What baseline code has noted of calls is known when the module is read again, and what becomes hot is optimized")
  func optimizes() throws {
    let guest = try Self.makeGuest(hotCount: 200)
    _ = try guest.link(LateLinkGuest.module(adding: 5, at: 3))
    let bytes = Self.caller(of: 3, adding: 10, at: 4)
    let auxiliary = try bytes.withUnsafeBytes { try guest.linker.link($0) }
    #expect(!auxiliary.module.hasContent)
    for n in 0..<100 { #expect(try guest("call", 4, n) == n + 15) }
    #expect(auxiliary.module.hasContent)
    #expect(auxiliary.module.tierUp?.optimizedFunctions == [0])
    // The table changes afterwards.
    _ = try guest.link(LateLinkGuest.module(adding: 7, at: 3))
    for n in 0..<100 { #expect(try guest("call", 4, n) == n + 17) }
  }

  @Test func aModuleWithSegmentsKeepsWhatWasRead() throws {
    let guest = try Self.makeGuest(hotCount: 1000)
    try guest.linker.attach(guest.instance)
    var builder = ModuleBuilder()
    _ = builder.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    let data = builder.writer.addPassiveData(bytes: [1, 2, 3])
    builder.function("fill", [], []) { body in
      body.i32Const(100)
      body.i32Const(0)
      body.i32Const(3)
      body.memoryInit(data: data)
    }
    let auxiliary = try builder.writer.finish().bytes.withUnsafeBytes { try guest.linker.link($0) }
    #expect(auxiliary.module.joined != nil && auxiliary.module.hasContent)
    _ = try auxiliary.function("fill")!.call([])
    #expect(try guest.instance.memory("memory")!.read(at: 100, count: 3) == [1, 2, 3])
  }
}

@Suite struct AddressSetTests {
  @Test func holdsWhatWasPutInAndNotTakenOut() {
    var set = AddressSet()
    var expected: Set<UInt> = []
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let address = UInt.random(in: 1...12, using: &random) * 16
      if expected.contains(address) {
        set.remove(address)
        expected.remove(address)
      } else if Bool.random(using: &random) {
        set.insert(address)
        expected.insert(address)
      } else {
        set.remove(address)
      }
      var found: [UInt] = []
      set.forEach { found.append($0) }
      #expect(found.count == expected.count && Set(found) == expected)
    }
  }
}
