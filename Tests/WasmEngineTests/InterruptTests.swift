// `Engine.interrupt` stops code wherever it is: in loops, in recursion, in helpers, in host functions; on many threads; and nothing else.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct InterruptTests {
  private func makeModule(_ engine: Engine) throws -> Module {
    var builder = ModuleBuilder()
    builder.addEndlessFunctions()
    return try builder.module(engine)
  }

  private func makeInstance(_ module: Module) throws -> Instance {
    let store = Store(module.engine)
    var imports = Imports()
    imports.define("env", "host", Function(store) { (_: borrowing Caller) in })
    return try Instance(module, imports: imports, in: store)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test(arguments: ["loop", "call", "fill", "throw", "tail"])
  func endlessCodeIsStopped(_ name: String) throws {
    let engine = Engine()
    let module = try makeModule(engine)
    let other = try makeModule(Engine())
    let stopped = Counter()
    let threads = 4
    for _ in 0..<threads {
      Thread.detachNewThread {
        do {
          let instance = try self.makeInstance(module)
          let reason = trap { try instance.function(WasmName(name))!() }?.reason
          #expect(reason == .interrupted)
        } catch {
          Issue.record(error)
        }
        stopped.value.add(1, ordering: .relaxed)
      }
    }
    // An interruption only concerns what is running, so it is repeated until all have started.
    let deadline = ContinuousClock.now + .seconds(300)
    while stopped.value.load(ordering: .relaxed) < threads, ContinuousClock.now < deadline {
      Thread.sleep(forTimeInterval: 0.02)
      engine.interrupt()
    }
    #expect(stopped.value.load(ordering: .relaxed) == threads)
    // Later calls run, and other engines were not meant.
    _ = try makeInstance(other)
    engine.interrupt()
    var builder = ModuleBuilder()
    builder.function("f", [], [.i32]) { $0.i32Const(3) }
    let instance = try builder.instance(Store(engine))
    #expect(try instance.function("f")!(as: Int32.self) == 3)
  }

  @Test func hostFunctionsCanInterruptTheirOwnEngine() throws {
    let inner = Engine()
    let outer = Engine()
    let store = Store(outer)
    var builder = ModuleBuilder()
    let host = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType([.i32], [.i32])))
    builder.function("f", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(host)
    }
    var imports = Imports()
    imports.define(
      "env", "host",
      Function(store) { (_: borrowing Caller, which: Int32) -> Int32 in
        // Code of another engine inside goes on, whichever is interrupted.
        var builder = ModuleBuilder()
        builder.function("f", [], [.i32]) { $0.i32Const(8) }
        let instance = try builder.instance(Store(inner))
        if which == 0 { inner.interrupt() } else { outer.interrupt() }
        return try instance.function("f")!(as: Int32.self)
      })
    let instance = try builder.instance(store, imports)
    #expect(try instance.function("f")!(Int32(0), as: Int32.self) == 8)
    let trap = try #require(trap { _ = try instance.function("f")!(Int32(1), as: Int32.self) })
    #expect(trap.reason == .interrupted)
    #expect(trap.backtrace.map(\.functionName) == ["f"])
    #expect(try instance.function("f")!(Int32(0), as: Int32.self) == 8)
  }

  /// Interruptions of different engines that come at the same time must not disturb each other: signals that meet become one.
  @Test func noInterruptionIsLost() throws {
    let count = 4
    for _ in 0..<50 {
      let engines = (0..<count).map { _ in Engine() }
      let running = DispatchSemaphore(value: 0)
      let stopped = Counter()
      let done = DispatchGroup()
      for engine in engines {
        done.enter()
        Thread.detachNewThread {
          defer { done.leave() }
          let store = Store(engine)
          var imports = Imports()
          var isFirst = true
          imports.define(
            "env", "host",
            Function(store) { (_: borrowing Caller) in
              if isFirst { running.signal() }
              isFirst = false
            })
          guard let instance = try? Instance(self.makeModule(engine), imports: imports, in: store) else {
            Issue.record("no instance")
            running.signal()
            return
          }
          if trap({ try instance.function("call")!() })?.reason == .interrupted { stopped.value.add(1, ordering: .sequentiallyConsistent) }
        }
      }
      for _ in 0..<count { running.wait() }
      for engine in engines { engine.interrupt() }
      let isOver = done.wait(timeout: .now() + 20) == .success
      #expect(isOver && stopped.value.load(ordering: .sequentiallyConsistent) == count)
      // So that a failure ends.
      while done.wait(timeout: .now() + 0.01) != .success { for engine in engines { engine.interrupt() } }
    }
  }

  /// An interruption stops the outer calls of the engine as well, whatever the host function makes of the inner one's end.
  @Test func outerCallsAreStoppedToo() throws {
    let engine = Engine()
    let inner = try makeInstance(makeModule(engine))
    let store = Store(engine)
    var imports = Imports()
    var reasons: [TrapReason?] = []
    imports.define(
      "env", "host",
      Function(store) { (_: borrowing Caller) in
        engine.interrupt()
        for _ in 0..<2 { reasons.append(trap { try inner.function("loop")!() }?.reason) }
      })
    let outer = try Instance(makeModule(engine), imports: imports, in: store)
    #expect(trap { try outer.function("call")!() }?.reason == .interrupted)
    #expect(reasons == [.interrupted, .interrupted])
  }
}
