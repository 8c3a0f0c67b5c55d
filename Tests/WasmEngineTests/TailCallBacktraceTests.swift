// Backtraces within chains of tail calls: a function that has left by a tail call is not in them, its caller is, wherever the chain is stopped and
// whatever the chain's functions take on the stack.

import Testing
import WasmEngine

@Suite struct TailCallBacktraceTests {
  static let modes: [(Tier, Int32?)] = [(.bbq, nil), (.omg, nil), (.auto, 0), (.auto, 40)]

  private func makeStore(_ mode: (Tier, Int32?)) -> Store {
    var configuration = EngineConfiguration()
    configuration.tier = mode.0
    configuration.limits.stackSize = 1 << 20
    configuration.debug.hotCount = mode.1
    configuration.debug.waitsForOptimizer = mode.1 == 0
    return Store(Engine(configuration))
  }

  private static let wide = Array(repeating: ValueType.i64, count: 13)

  /// main(n, end) calls `first`, a chain that n times goes from one function to the other, which takes far more arguments, and then does what `end`
  /// says: 0 traps, 1 throws, 2 calls the host, 3 leaves for the host, 4 returns, 5 goes on for ever.
  private func makeInstance(_ store: Store, catches: Bool = false, host: @escaping () throws -> Void = {}) throws -> Instance {
    var builder = ModuleBuilder()
    let narrow = FuncType([.i64, .i32])
    let broad = FuncType([.i64, .i32] + Self.wide)
    let function = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType()))
    let broadType = builder.writer.addType(broad)
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType()))
    _ = builder.writer.addTable(TableType(.funcref, Limits(1)))
    // Function indices: host, end, first, second, main.
    let end = builder.function("end", narrow.parameters) { body in
      for _ in 0..<6 { body.block() }
      body.localGet(1)
      body.brTable([0, 1, 2, 3, 4], default: 5)
      body.end()
      body.unreachable()
      body.end()
      body.throw(tag)
      body.end()
      body.call(function)
      body.return()
      body.end()
      body.returnCall(function)
      body.end()
      body.return()
      body.end()
      body.i64Const(1 << 40)
      body.localGet(1)
      body.returnCall(2)
    }
    builder.function("first", narrow.parameters) { body in
      body.localGet(0)
      body.emit(.i64Eqz)
      body.if()
      body.localGet(0)
      body.localGet(1)
      body.returnCall(end)
      body.end()
      body.localGet(0)
      body.localGet(1)
      for number in 0..<Self.wide.count { body.i64Const(Int64(number)) }
      body.i32Const(0)
      body.returnCallIndirect(type: broadType)
    }
    let second = builder.function("second", broad.parameters) { body in
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.localGet(1)
      body.returnCall(2)
    }
    builder.writer.addActiveElements(offset: .i32(0), functions: [second])
    builder.function("main", narrow.parameters, [.i32]) { body in
      if catches {
        body.beginTry([.all(label: 0)])
      }
      body.localGet(0)
      body.localGet(1)
      body.call(2)
      if catches {
        body.i32Const(1)
        body.return()
        body.end()
        body.end()
      }
      body.i32Const(2)
    }
    var imports = Imports()
    imports.define("env", "host", Function(store) { () -> Void in try host() })
    return try builder.instance(store, imports)
  }

  @Test(arguments: modes.indices)
  func theChainsEndAndItsCallerAreShown(_ mode: Int) throws {
    struct Failure: Error {}
    let store = makeStore(Self.modes[mode])
    let instance = try makeInstance(store)
    let main = instance.function("main")!
    for count in [Int64(0), 1, 2, 1000, 50_000] {
      let fault = try #require(trap { _ = try main(count, Int32(0), as: Int32.self) })
      #expect(fault.reason == .unreachable)
      #expect(fault.backtrace.map(\.functionName) == ["end", "main"])
      let exception = #expect(throws: Exception.self) { try main(count, Int32(1), as: Int32.self) }
      #expect(exception?.backtrace.map(\.functionName) == ["end", "main"])
      for end in Int32(2)...4 { #expect(try main(count, end, as: Int32.self) == 2) }
    }
    let catching = try makeInstance(store, catches: true).function("main")!
    #expect(try catching(Int64(77), Int32(1), as: Int32.self) == 2)
    #expect(try catching(Int64(77), Int32(4), as: Int32.self) == 1)
  }

  @Test(arguments: modes.indices)
  func interruptionInAHostFunctionShowsWhoWaitsForIt(_ mode: Int) throws {
    let store = makeStore(Self.modes[mode])
    let main = try makeInstance(store) { store.interrupt() }.function("main")!
    for (end, names) in [(Int32(2), ["end", "main"]), (3, ["main"])] {
      let stop = try #require(trap { _ = try main(Int64(9), end, as: Int32.self) })
      #expect(stop.reason == .interrupted)
      #expect(stop.backtrace.map(\.functionName) == names)
    }
  }

  /// A time limit stops the chain at any instruction, also while a frame is being replaced.
  @Test(arguments: modes.indices)
  func whereverAChainIsStoppedItsFramesAreRight(_ mode: Int) throws {
    let store = makeStore(Self.modes[mode])
    let instance = try makeInstance(store)
    let main = instance.function("main")!
    var whole = 0
    for round in 0..<200 {
      let stop = try #require(
        trap { try store.withTimeLimit(.microseconds(50 + round * 7)) { _ = try main(Int64(1 << 40), Int32(5), as: Int32.self) } })
      #expect(stop.reason == .timeLimitExceeded)
      let names = stop.backtrace.map(\.functionName)
      // Between two frames the caller alone may be seen, or a frame that is not complete yet.
      #expect(names.count <= 2 && names.allSatisfy { ["end", "first", "second", "main"].contains($0) }, "\(names)")
      if names.last == "main" { whole += 1 }
      #expect(try main(Int64(3), Int32(4), as: Int32.self) == 2)
    }
    #expect(whole > 0)
  }
}
