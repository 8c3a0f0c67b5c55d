// Exceptions between wasm functions, instances and the host.

import SampleBodies
import Testing
import WasmEngine

@Suite struct ExceptionTests {
  static let tiers: [Tier] = [.bbq, .omg, .auto]

  /// In `auto`, everything is hot at once.
  private static func engine(_ tier: Tier, _ strategy: MemoryStrategy = .guarded) -> Engine { .with(tier: tier, strategy, hotCount: 0, waits: true) }

  /// Locals in registers, operands below the try and tag values of all types survive being thrown over.
  @Test(arguments: tiers)
  func catchersFindTheirLocalsAndOperands(_ tier: Tier) throws {
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([.i32, .i64, .f32, .f64]))
    let sumTag = builder.writer.addTag(type: type)
    let results = builder.writer.addType(FuncType([], [.i32, .i64, .f32, .f64]))
    let throwing = builder.function(nil, [.i32]) { body in
      body.localGet(0)
      body.i64Const(2)
      body.f32Const(3)
      body.f64Const(4)
      body.throw(sumTag)
    }
    builder.function("f", [.i32, .i64, .f64], [.f64]) { body in
      let local = body.addLocal(.i64)
      let float = body.addLocal(.f32)
      let double = body.addLocal(.f64)
      body.localGet(1)
      body.i64Const(100)
      body.emit(.i64Add)
      body.localSet(local)
      body.localGet(2)
      body.localGet(2)
      body.emit(.f64Add)
      body.catching(.type(results), [.tag(sumTag, label: 0)]) { body in
        body.localGet(0)
        body.call(throwing)
      }
      body.localSet(double)
      body.localSet(float)
      body.localGet(local)
      body.emit(.i64Add)
      body.emit(.f64ConvertI64S)
      body.localGet(double)
      body.emit(.f64Add)
      body.localGet(float)
      body.emit(.f64PromoteF32)
      body.emit(.f64Add)
      body.localSet(double)
      body.emit(.f64ConvertI32S)
      body.localGet(double)
      body.emit(.f64Add)
      body.emit(.f64Add)
    }
    let engine = Self.engine(tier)
    let function = try #require(try builder.instance(Store(engine)).function("f"))
    // 2·0.5 + (7 + (2 + (1000 + 100)) + 4 + 3)
    for _ in 0..<3 { #expect(try function(Int32(7), Int64(1000), 0.5, as: Double.self) == 1117) }
    #expect((engine.tierStatistics.optimized.functions == 0) == (tier == .bbq) && engine.tierStatistics.refused == 0)
  }

  /// Vectors take two words of an exception, so references after one are not where their number among the values says.
  @Test(arguments: tiers, [MemoryStrategy.guarded, .checked])
  func referencesAfterVectorsArrive(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    var builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i64], [.i64]))
    let reference = FunctionReferenceTests.reference(unary)
    let payload: [ValueType] = [.i32, .v128, .funcref, .v128, reference, .f64]
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType(payload)))
    let block = builder.writer.addType(FuncType([], payload))
    builder.writer.addExport("memory", .memory, builder.writer.addMemory(MemoryType(Limits(1))))
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    let double = builder.function(nil, [.i64], [.i64]) { $0.combine(0, .i64Mul, 2) }
    let increment = builder.function(nil, [.i64], [.i64]) { $0.combine(0, .i64Add, 1) }
    builder.writer.addDeclarativeElements(functions: [double, increment])
    // Throws an address and the two vectors there.
    let thrower = builder.function("throw", [.i32]) { body in
      body.localGet(0)
      body.localGet(0)
      body.load(.v128Load)
      body.refFunc(double)
      body.localGet(0)
      body.load(.v128Load, offset: 16)
      body.refFunc(increment)
      body.f64Const(0.5)
      body.throw(tag)
    }
    // Stores the vectors after those that were thrown, the second one first; calls both functions.
    builder.function("catch", [.i32, .i64], [.i64, .f64]) { body in
      let caught = payload.map { body.addLocal($0) }
      body.catching(.type(block), [.tag(tag, label: 0)]) { body in
        body.localGet(0)
        body.call(thrower)
      }
      for local in caught.reversed() { body.localSet(local) }
      for (vector, offset) in [(caught[3], 32), (caught[1], 48)] as [(UInt32, UInt32)] {
        body.localGet(caught[0])
        body.localGet(vector)
        body.store(.v128Store, offset: offset)
      }
      body.i32Const(0)
      body.localGet(caught[2])
      body.tableSet()
      body.localGet(1)
      body.i32Const(0)
      body.callIndirect(type: unary)
      body.localGet(caught[4])
      body.callRef(type: unary)
      body.localGet(caught[5])
    }
    let instance = try builder.instance(Store(Self.engine(tier, strategy)))
    let memory = try #require(instance.memory("memory"))
    let words = (1...4).map { UInt64($0) &* 0x0123_4567_89AB_CDEF }
    for round in 1...6 {
      let address = 100 * round
      for (index, word) in words.enumerated() { try memory.store(word, at: address + 8 * index) }
      let results = try instance.function("catch")!.call([.i32(Int32(address)), .i64(Int64(round))])
      #expect(results.map(\.description) == [Value.i64(Int64(2 * round + 1)), .f64(0.5)].map(\.description))
      let stored = try (4..<8).map { try memory.load(at: address + 8 * $0, as: UInt64.self) }
      #expect(stored == [words[2], words[3], words[0], words[1]])
      let exception = #expect(throws: Exception.self) { try instance.function("throw")!.call([.i32(Int32(address))]) }
      let values = try #require(exception?.values)
      let vectors = [V128(low: words[0], high: words[1]), V128(low: words[2], high: words[3])]
      let plain: [Value] = [.i32(Int32(address)), .v128(vectors[0]), .v128(vectors[1]), .f64(0.5)]
      #expect([0, 1, 3, 5].map { values[$0].description } == plain.map(\.description))
      for (index, result) in [(2, 14), (4, 8)] as [(Int, Int64)] {
        guard case .funcref(let function?) = values[index] else { throw Missing() }
        #expect(try function(Int64(7), as: Int64.self) == result)
      }
    }
  }

  private struct Missing: Error {}

  /// Registers that callees preserve come back even where an exception leaves some of those callees without their giving them back.
  @Test(arguments: tiers)
  func whatCallersKeepAcrossCallsSurvivesExceptionsBelow(_ tier: Tier) throws {
    var builder = ModuleBuilder()
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i32])))
    // Writes to its parameter's locals in a loop with calls, then throws if the number is odd.
    let leaf = builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      body.i32Const(3)
      body.emit(.i32Mul)
    }
    let mixing: (inout FunctionBodyWriter, UInt32) -> Void = { body, callee in
      let locals = (0..<4).map { _ in body.addLocal(.i32) }
      let count = body.addLocal(.i32)
      body.loop()
      for (index, local) in locals.enumerated() {
        body.localGet(local)
        body.localGet(count)
        body.emit(.i32Add)
        body.localGet(locals[(index + 1) % 4])
        body.emit(.i32Xor)
        body.localSet(local)
      }
      body.localGet(locals[0])
      body.localGet(count)
      body.call(callee)
      body.emit(.i32Add)
      body.localSet(locals[0])
      body.localGet(count)
      body.i32Const(1)
      body.emit(.i32Add)
      body.localTee(count)
      body.localGet(0)
      body.emit(.i32LtU)
      body.brIf(0)
      body.end()
      body.i32Const(0)
      for local in locals {
        body.localGet(local)
        body.emit(.i32Add)
      }
    }
    let thrower = builder.function(nil, [.i32], [.i32]) { body in
      mixing(&body, leaf)
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32And)
      body.if(.empty)
      body.localGet(0)
      body.throw(tag)
      body.end()
    }
    let catcher = builder.function(nil, [.i32], [.i32]) { body in
      body.block(.value(.i32))
      body.tryTable(.empty, [.tag(tag, label: 0)])
      body.localGet(0)
      body.call(thrower)
      body.return()
      body.end()
      body.unreachable()
      body.end()
      body.i32Const(7)
      body.emit(.i32Mul)
    }
    builder.function("f", [.i32], [.i32]) { body in mixing(&body, catcher) }

    func mix(_ rounds: UInt32, _ callee: (UInt32) -> UInt32) -> UInt32 {
      var locals: [UInt32] = [0, 0, 0, 0]
      var count: UInt32 = 0
      repeat {
        for index in 0..<4 { locals[index] = (locals[index] &+ count) ^ locals[(index + 1) % 4] }
        locals[0] &+= callee(count)
        count += 1
      } while count < rounds
      return locals.reduce(0, &+)
    }
    let engine = Self.engine(tier)
    let function = try #require(try builder.instance(Store(engine)).function("f"))
    let wanted = mix(9) { $0 & 1 == 1 ? $0 &* 7 : mix($0) { $0 &* 3 } }
    for _ in 0..<3 { #expect(try function(UInt32(9), as: UInt32.self) == wanted) }
  }

  @Test(arguments: tiers)
  func exceptionsCrossInstancesAndTheHost(_ tier: Tier) throws {
    let store = Store(Self.engine(tier))
    let tag = Tag(store, [.i32])
    let other = Tag(store, [.i32])
    #expect(tag != other)
    var imports = Imports()
    imports.define("env", "tag", tag)
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([.i32]))
    let imported = builder.writer.importTag("env", "tag", type: type)
    builder.writer.addExport("tag", .tag, imported)
    builder.function("throw", [.i32]) { body in
      body.localGet(0)
      body.throw(imported)
    }
    let thrower = try builder.instance(store, imports)
    #expect(thrower.tag("tag") == tag)

    // Uncaught: a Swift error with tag and values.
    let error = try #require(throws: Exception.self) { try thrower.function("throw")!(Int32(42)) }
    #expect(error.tag == tag && error.values.first?.bits == 42)

    // wasm → host → wasm that throws; the host passes it on, rethrows it, or throws one of its own.
    var seen: [Int32] = []
    imports.define(
      "env", "call",
      Function(store) { (_: borrowing Caller, n: Int32) in
        do {
          try thrower.function("throw")!(n)
        } catch let exception as Exception {
          seen.append(n)
          if n == 1 { throw exception }
          if n == 2 { throw try Exception(tag, [.i32(20)]) }
          if n == 3 { throw try Exception(other, [.i32(30)]) }
        }
      })
    builder = ModuleBuilder()
    let unary = builder.writer.addType(FuncType([.i32]))
    let call = builder.writer.importFunction("env", "call", type: unary)
    let caughtTag = builder.writer.importTag("env", "tag", type: unary)
    builder.function("catch", [.i32], [.i32]) { body in
      body.block(.value(.i32))
      body.tryTable(.empty, [.tag(caughtTag, label: 0)])
      body.localGet(0)
      body.call(call)
      body.end()
      body.i32Const(-1)
      body.return()
      body.end()
    }
    let catcher = try builder.instance(store, imports).function("catch")!
    #expect(try catcher(Int32(0), as: Int32.self) == -1)
    #expect(try catcher(Int32(1), as: Int32.self) == 1)
    #expect(try catcher(Int32(2), as: Int32.self) == 20)
    let uncaught = try #require(throws: Exception.self) { try catcher(Int32(3), as: Int32.self) }
    #expect(uncaught.tag == other)
    #expect(seen == [0, 1, 2, 3])
    #expect(throws: CallError.self) { try Exception(tag, [.i64(1)]) }
  }

  @Test func trapsAreNotCaught() throws {
    var builder = ModuleBuilder()
    builder.function("f", [], [.i32]) { body in
      body.block()
      body.tryTable(.empty, [.all(label: 0)])
      body.i32Const(1)
      body.i32Const(0)
      body.emit(.i32DivS)
      body.return()
      body.end()
      body.end()
      body.i32Const(5)
    }
    builder.function("null") { body in
      body.refNull(.exnref)
      body.throwRef()
    }
    let instance = try builder.instance(Store())
    #expect(trap { try instance.function("f")!.call() }?.reason == .integerDivideByZero)
    #expect(trap { try instance.function("null")!.call() }?.reason == .nullReference)
  }

  /// Exceptions that nobody can reach any more are freed; those in globals, tables, frames and Swift's hands are not.
  @Test(arguments: tiers)
  func exceptionsAreCollected(_ tier: Tier) throws {
    let store = Store(Self.engine(tier))
    var builder = ModuleBuilder()
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64])))
    builder.writer.addExport("tag", .tag, tag)
    let pair = builder.writer.addType(FuncType([], [.i64, .exnref]))
    let kept = builder.writer.addGlobal(GlobalType(.exnref, mutable: true), .null(.exnref))
    /// Throws and catches n times; keeps the first one in a global and the second one in a local. Returns their values' sum, by rethrowing.
    builder.function("run", [.i64], [.i64]) { body in
      let local = body.addLocal(.exnref)
      let sum = body.addLocal(.i64)
      func throwAndCatch(_ body: inout FunctionBodyWriter, _ value: (inout FunctionBodyWriter) -> Void) {
        body.block(.type(pair))
        body.tryTable(.empty, [.tagAndReference(tag, label: 0)])
        value(&body)
        body.throw(tag)
        body.end()
        body.unreachable()
        body.end()
      }
      throwAndCatch(&body) { $0.i64Const(10) }
      body.globalSet(kept)
      body.drop()
      throwAndCatch(&body) { $0.i64Const(20) }
      body.localSet(local)
      body.drop()
      body.loop()
      throwAndCatch(&body) { $0.localGet(0) }
      body.drop()
      body.drop()
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.localTee(0)
      body.i64Const(0)
      body.emit(.i64Ne)
      body.brIf(0)
      body.end()
      for source in 0..<2 {
        body.block(.value(.i64))
        body.tryTable(.empty, [.tag(tag, label: 0)])
        if source == 0 { body.globalGet(kept) } else { body.localGet(local) }
        body.throwRef()
        body.end()
        body.unreachable()
        body.end()
        body.localGet(sum)
        body.emit(.i64Add)
        body.localSet(sum)
      }
      body.localGet(sum)
    }
    builder.function("uncaught") { body in
      body.i64Const(77)
      body.throw(tag)
    }
    let instance = try builder.instance(store)
    let held = try #require(throws: Exception.self) { try instance.function("uncaught")!() }
    #expect(try instance.function("run")!(Int64(100_000), as: Int64.self) == 30)
    #expect(held.values.first?.bits == 77)
    #expect(store.exceptionCount < 5000)
  }
}
