// Faults in wasm code become Swift errors with a reason and a backtrace, and nothing is left behind.

import Dispatch
import Testing
import WasmEngine

@Suite struct TrapTests {
  private func expectTrap(
    _ reason: TrapReason, _ strategy: MemoryStrategy = .guarded, _ write: (inout FunctionBodyWriter) -> Void
  ) throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(4)))
    let other = builder.function { _ in }
    builder.writer.addActiveElements(offset: .i32(1), functions: [other])
    builder.function("f", [], [], write)
    let instance = try builder.instance(Store(Engine.with(strategy)))
    let function = try #require(instance.function("f"))
    for _ in 0..<3 {
      let trap = try #require(trap { try function.call() })
      #expect(trap.reason == reason)
      #expect(trap.backtrace.first?.functionName == "f")
      #expect(trap.backtrace.count == 1)
    }
  }

  @Test func unreachableTraps() throws { try expectTrap(.unreachable) { $0.unreachable() } }

  @Test(arguments: [MemoryStrategy.guarded, .checked])
  func loadsBeyondTheEndTrap(_ strategy: MemoryStrategy) throws {
    for (address, offset) in [(65536, 0), (-1, 0), (65533, 0), (0, 65533), (0, UInt32.max), (-1, UInt32.max)] as [(Int32, UInt32)] {
      try expectTrap(.memoryOutOfBounds, strategy) {
        $0.i32Const(address)
        $0.load(.i32Load, offset: offset)
        $0.drop()
      }
      try expectTrap(.memoryOutOfBounds, strategy) {
        $0.i32Const(address)
        $0.i64Const(1)
        $0.store(.i64Store, offset: offset)
      }
    }
  }

  @Test func divisionsTrap() throws {
    try expectTrap(.integerDivideByZero) {
      $0.i32Const(1)
      $0.i32Const(0)
      $0.emit(.i32DivS)
      $0.drop()
    }
    try expectTrap(.integerOverflow) {
      $0.i64Const(.min)
      $0.i64Const(-1)
      $0.emit(.i64DivS)
      $0.drop()
    }
  }

  @Test func conversionsTrap() throws {
    try expectTrap(.invalidConversionToInteger) {
      $0.f64Const(.nan)
      $0.emit(.i32TruncF64S)
      $0.drop()
    }
    try expectTrap(.integerOverflow) {
      $0.f32Const(3e9)
      $0.emit(.i32TruncF32S)
      $0.drop()
    }
  }

  @Test func indirectCallsTrap() throws {
    func call(_ index: Int32, type: UInt32) -> (inout FunctionBodyWriter) -> Void {
      { body in
        body.i32Const(index)
        body.callIndirect(type: type)
      }
    }
    try expectTrap(.undefinedElement) { call(4, type: 0)(&$0) }
    try expectTrap(.uninitializedElement) { call(0, type: 0)(&$0) }
    var builder = ModuleBuilder()
    let wrong = builder.writer.addType(FuncType([], [.i32]))
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    let other = builder.function { _ in }
    builder.writer.addActiveElements(offset: .i32(0), functions: [other])
    builder.function("f", [], [.i32]) { call(0, type: wrong)(&$0) }
    let instance = try builder.instance(Store())
    #expect(trap { try instance.function("f")!.call() }?.reason == .indirectCallTypeMismatch)
  }

  /// A store that is stored over must trap all the same before what comes after it.
  @Test func whatComesAfterATrapHasNotHappened() throws {
    for tier in [Tier.bbq, .omg] {
      var builder = ModuleBuilder()
      _ = builder.writer.addMemory(MemoryType(Limits(1)))
      let global = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(1))
      builder.writer.addExport("global", .global, global)
      builder.function("f", [.i32]) { body in
        for number in 2...3 as ClosedRange<Int32> {
          body.localGet(0)
          body.i32Const(number)
          body.store(.i32Store)
          body.i32Const(number)
          body.globalSet(global)
        }
      }
      let instance = try builder.instance(Store(Engine.with(tier: tier)))
      #expect(trap { try instance.function("f")!.call([.i32(-2)]) }?.reason == .memoryOutOfBounds)
      #expect("\(instance.global("global")!.value)" == "\(Value.i32(1))", "\(tier)")
    }
  }

  @Test func backtracesNameTheActiveFunctions() throws {
    var builder = ModuleBuilder()
    let inner = builder.function("inner", [.i32], [.i32]) { body in
      body.i32Const(1)
      body.localGet(0)
      body.emit(.i32DivU)
    }
    let middle = builder.function("middle", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(inner)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    builder.function("outer", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(middle)
      body.i32Const(1)
      body.emit(.i32Add)
    }
    let instance = try builder.instance(Store())
    let outer = try #require(instance.function("outer"))
    #expect(try outer(Int32(1), as: Int32.self) == 3)
    let trap = try #require(trap { try outer.call([.i32(0)]) })
    #expect(trap.backtrace.map(\.functionName) == ["inner", "middle", "outer"])
    // Each frame says where in the module it is: the division, and the calls, which come in the order of the functions.
    let offsets = trap.backtrace.compactMap(\.moduleOffset)
    #expect(offsets.count == 3 && offsets == offsets.sorted())
    #expect(trap.description.contains("\n  in inner (wasm function 0) at offset 0x\(String(offsets[0], radix: 16))\n"))
    #expect(trap.description.contains("integer divide by zero"))
  }

  /// What was read of a name section before an error in it counts; the error is no error of the module. A function without a name has its export's.
  @Test func brokenNameSectionsAreNoErrors() throws {
    let sections: [(bytes: [UInt8], name: String?)] = [
      ([1, 4, 1, 0, 1, 0x78], "x"), ([1, 4, 2, 0, 1, 0x78], "x"), ([1, 4, 1, 0, 9, 0x78], nil), ([1, 0x80], nil), ([], nil),
      ([1, 4, 0xFF, 0xFF, 0xFF, 0xFF], nil), ([1, 4, 1, 0, 1, 0xFF], nil), ([0, 2, 1, 0x6D, 1, 4, 1, 0, 1, 0x79], "y"),
    ]
    for section in sections {
      var writer = ModuleWriter()
      let function = writer.addFunction(type: writer.addType(FuncType()))
      var body = FunctionBodyWriter(parameterCount: 0)
      body.unreachable()
      body.end()
      writer.addBody(body)
      writer.addExport("f", .function, function)
      writer.addCustomSection("name", section.bytes)
      let store = Store()
      let module = try Module(store.engine, writer.finish().bytes)
      // Asked for by many threads at once.
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        let instance = try? Instance(module, in: Store(module.engine))
        let trap = trap { try instance?.function("f")!() }
        #expect(trap?.backtrace.map(\.functionName) == [section.name ?? "f"], "\(section.bytes)")
      }
    }
  }

  @Test func endlessRecursionIsATrap() throws {
    var builder = ModuleBuilder()
    builder.function("f", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Add)
      body.call(0)
      body.i64Const(1)
      body.emit(.i64Add)
    }
    let instance = try builder.instance(Store(Engine.with()))
    let function = try #require(instance.function("f"))
    for _ in 0..<10 {
      let trap = try #require(trap { try function.call([.i64(0)]) })
      #expect(trap.reason == .stackOverflow)
      #expect(trap.backtrace.count > 10)
    }
  }

  @Test func endlessRecursionWithLargeFramesIsATrap() throws {
    var builder = ModuleBuilder()
    builder.function("f", [.i64], [.i64]) { body in
      // More than the guard zone's megabyte per frame.
      var last: UInt32 = 0
      for _ in 0..<40_000 { last = body.addLocal(.i64) }
      body.localGet(0)
      body.call(0)
      body.localGet(last)
      body.emit(.i64Add)
    }
    for _ in 0..<3 {
      let instance = try builder.instance(Store(Engine.with()))
      #expect(trap { try instance.function("f")!.call([.i64(0)]) }?.reason == .stackOverflow)
    }
  }

  @Test func endlessRecursionThroughTheHostIsATrap() throws {
    let store = Store(Engine.with())
    var builder = ModuleBuilder()
    let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType()))
    builder.function("f") { $0.call(host) }
    var depth = 0
    var imports = Imports()
    imports.define(
      "env", "host",
      Function(store) { (caller: borrowing Caller) in
        depth += 1
        try caller.instance!.function("f")!()
      })
    let instance = try builder.instance(store, imports)
    let trap = try #require(trap { try instance.function("f")!() })
    #expect(trap.reason == .stackOverflow)
    #expect(depth > 100)
  }

  @Test func trapsInStartFunctionsAndSegmentsAreThrown() throws {
    var builder = ModuleBuilder()
    builder.writer.setStart(builder.function { $0.unreachable() })
    #expect(throws: Trap.self) { try builder.instance(Store()) }
    builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    builder.writer.addActiveData(offset: .i32(65535), bytes: [1, 2])
    #expect(trap { _ = try builder.instance(Store()) }?.reason == .memoryOutOfBounds)
  }
}
