// Long-running loops go on in optimized code: all that a frame holds goes along.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite(.serialized) struct LoopEntryTests {

  /// Runs `f` once in the baseline tier, and once with everything hot; both give these results.
  private func expect(
    _ results: [Value], _ arguments: [Value], entries: Int = 1, _ make: (inout ModuleBuilder) -> Void
  ) throws {
    for engine in [Engine.with(tier: .bbq), Engine.with(tier: .auto, hotCount: 0, waits: true)] {
      var builder = ModuleBuilder()
      make(&builder)
      let instance = try builder.instance(Store(engine))
      let found = try instance.function("f")!.call(arguments)
      #expect("\(found)" == "\(results)", "\(engine.configuration.tier)")
      if engine.configuration.tier == .auto { #expect(engine.tierStatistics.loopEntriesTaken == entries) }
    }
  }

  @Test func localsKeepTheirValuesInEnteredCode() throws {
    let parameters: [ValueType] = [.i32, .i64, .f32, .f64]
    try expect([.i64(-15), .f32(16), .f64(32.5), .i32(10)], [.i32(10), .i64(5), .f32(1), .f64(2.5)]) { builder in
      builder.function("f", parameters, [.i64, .f32, .f64, .i32]) { body in
        let rounds = body.addLocal(.i32)
        body.countDown { body in
          body.localGet(1)
          body.i64Const(2)
          body.emit(.i64Sub)
          body.localSet(1)
          body.localGet(2)
          body.f32Const(1.5)
          body.emit(.f32Add)
          body.localSet(2)
          body.localGet(3)
          body.f64Const(3)
          body.emit(.f64Add)
          body.localSet(3)
          body.localGet(rounds)
          body.i32Const(1)
          body.emit(.i32Add)
          body.localSet(rounds)
        }
        body.localGet(1)
        body.localGet(2)
        body.localGet(3)
        body.localGet(rounds)
      }
    }
  }

  /// More parameters and locals than there are registers, some on the caller's stack; the callee pops them.
  @Test func argumentsOnTheStackKeepTheirValuesInEnteredCode() throws {
    let parameters: [ValueType] = [.i32] + Array(repeating: .i64, count: 11) + Array(repeating: .f64, count: 11)
    let arguments: [Value] = [.i32(5)] + (1...11).map { .i64($0) } + (1...11).map { .f64(Double($0)) }
    try expect([.f64(Double(5 * 66 * 2))], arguments) { builder in
      let sum = builder.function(nil, parameters, [.f64]) { body in
        let result = body.addLocal(.f64)
        body.countDown { body in
          for local in 1...22 {
            body.localGet(result)
            body.localGet(UInt32(local))
            if local < 12 { body.emit(.f64ConvertI64S) }
            body.emit(.f64Add)
            body.localSet(result)
          }
        }
        body.localGet(result)
      }
      builder.function("f", parameters, [.f64]) { body in
        for local in 0...22 { body.localGet(UInt32(local)) }
        body.call(sum)
      }
    }
  }

  /// Operands and constants below the loop, and the loop's parameters.
  @Test func operandsKeepTheirValuesInEnteredCode() throws {
    try expect([.i64(1 << 40 + 3), .i64(900 + 10 * 7), .f64(0.5)], [.i32(10), .i64(3)], entries: 1) { builder in
      let type = builder.writer.addType(FuncType([.i64], [.i64]))
      builder.function("f", [.i32, .i64], [.i64, .i64, .f64]) { body in
        body.i64Const(1 << 40)
        body.localGet(1)
        body.emit(.i64Add)
        body.i64Const(900)
        body.countDown(0, .type(type)) { body in
          body.i64Const(7)
          body.emit(.i64Add)
        }
        body.f64Const(0.5)
      }
    }
  }

  @Test func anEnteredInnerLoopGoesOnInItsOuterLoop() throws {
    try expect([.i32(10 * 20)], [.i32(10)]) { builder in
      builder.function("f", [.i32], [.i32]) { body in
        let inner = body.addLocal(.i32)
        let sum = body.addLocal(.i32)
        body.countDown { body in
          body.i32Const(20)
          body.localSet(inner)
          body.loop()
          body.localGet(sum)
          body.i32Const(1)
          body.emit(.i32Add)
          body.localSet(sum)
          body.localGet(inner)
          body.i32Const(1)
          body.emit(.i32Sub)
          body.localTee(inner)
          body.brIf(0)
          body.end()
        }
        body.localGet(sum)
      }
    }
  }

  /// Three loops, each with a parameter and something below it on the stack; both sides of an `if`; a jump table to the start of every loop and out of all;
  /// a throw from the innermost loop to the outermost one.
  private func nest() -> ModuleBuilder {
    var builder = ModuleBuilder()
    let step = builder.writer.addType(FuncType([.i32], [.i32]))
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i32], [])))
    builder.function("f", [.i32], [.i32, .i32, .f64]) { body in
      let (sum, turns, share) = (body.addLocal(.i32), body.addLocal(.i32), body.addLocal(.f64))
      func add(_ constant: Int32) {
        body.i32Const(constant)
        body.emit(.i32Add)
      }
      func countTurn(below limit: Int32) {
        body.localGet(turns)
        add(1)
        body.localTee(turns)
        body.i32Const(limit)
        body.emit(.i32LtU)
      }
      body.i32Const(900)
      body.block(.value(.i32))
      body.i32Const(3)
      body.loop(.type(step))
      add(5)
      body.localSet(sum)
      body.block(.value(.i32))
      body.tryTable(.empty, [.tag(tag, label: 0)])
      body.i32Const(70)
      body.localGet(sum)
      body.loop(.type(step))
      add(1)
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32And)
      body.if(.type(step))
      body.loop(.type(step))
      add(2)
      body.localGet(share)
      body.f64Const(0.25)
      body.emit(.f64Add)
      body.localSet(share)
      body.localGet(0)
      add(1)
      body.localSet(0)
      body.localGet(turns)
      body.i32Const(7)
      body.emit(.i32RemU)
      body.i32Const(5)
      body.emit(.i32Eq)
      body.if(.type(step))
      body.localGet(turns)
      add(1)
      body.localSet(turns)
      body.throw(tag)
      body.end()
      countTurn(below: 60)
      body.if(.type(step))
      body.localGet(turns)
      body.brTable([1, 3, 1, 3, 6], default: 1)
      body.end()
      body.br(1)
      body.end()
      body.else()
      add(11)
      body.localGet(0)
      add(3)
      body.localSet(0)
      countTurn(below: 60)
      body.brIf(1)
      body.end()
      body.end()
      body.emit(.i32Sub)
      body.localSet(sum)
      body.end()
      body.localGet(sum)
      body.end()
      countTurn(below: 90)
      body.brIf(0)
      body.end()
      body.end()
      body.emit(.i32Sub)
      body.localGet(0)
      body.localGet(share)
    }
    return builder
  }

  /// A nest of loops may be entered at any of its iterations.
  @Test func everyIterationMayBeTheOneThatGoesOnInOptimizedCode() throws {
    for argument in 0..<2 as Range<Int32> {
      let expected = try nest().instance(Store(Engine.with(tier: .bbq))).function("f")!.call([.i32(argument)])
      var entries = 0
      for hotCount in stride(from: Int32(0), to: 120, by: 2) {
        let engine = Engine.with(tier: .auto, hotCount: hotCount, waits: true)
        let found = try nest().instance(Store(engine)).function("f")!.call([.i32(argument)])
        #expect("\(found)" == "\(expected)", "argument \(argument), count \(hotCount)")
        entries += engine.tierStatistics.loopEntriesTaken
      }
      #expect(entries > 20)
    }
  }

  /// A loop within a `try_table`, entered in the middle: what lies in the frame of before is there for the handler, too.
  @Test func exceptionsAreCaughtInEnteredCode() throws {
    try expect([.i64(80), .i64(5 + 2), .f64(1.5)], [.i32(10), .i64(5)]) { builder in
      let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i64], [])))
      let below = builder.function(nil, [.i32], []) { body in
        body.localGet(0)
        body.i32Const(3)
        body.emit(.i32LtU)
        body.if()
        body.i64Const(2)
        body.throw(tag)
        body.end()
      }
      builder.function("f", [.i32, .i64], [.i64, .i64, .f64]) { body in
        let sum = body.addLocal(.i64)
        let half = body.addLocal(.f64)
        body.f64Const(1.5)
        body.localSet(half)
        body.block(.value(.i64))
        // Waits below the loop.
        body.localGet(1)
        body.tryTable(.empty, [.tag(tag, label: 0)])
        body.countDown { body in
          body.localGet(sum)
          body.i64Const(10)
          body.emit(.i64Add)
          body.localSet(sum)
          body.localGet(0)
          body.i32Const(1)
          body.emit(.i32Sub)
          body.call(below)
        }
        body.end()
        body.end()
        body.localGet(1)
        body.emit(.i64Add)
        body.localSet(1)
        body.localGet(sum)
        body.localGet(1)
        body.localGet(half)
      }
    }
  }

  @Test func trapsAreFoundInEnteredCode() throws {
    let engine = Engine.with(tier: .auto, hotCount: 0, waits: true)
    var builder = ModuleBuilder()
    builder.function("f", [.i32], [.i32]) { body in
      body.countDown { body in
        body.i32Const(100)
        body.localGet(0)
        body.i32Const(5)
        body.emit(.i32Sub)
        body.emit(.i32DivU)
        body.drop()
      }
      body.localGet(0)
    }
    let instance = try builder.instance(Store(engine))
    let found = trap { _ = try instance.function("f")!.call([.i32(9)]) }
    #expect(found?.reason == .integerDivideByZero)
    #expect(found?.backtrace.map(\.functionIndex) == [0])
    #expect(found?.backtrace.first?.functionName == "f")
    #expect(engine.tierStatistics.loopEntriesTaken == 1)
  }

  /// A loop that never ends can be interrupted as soon as it runs, and when it has gone on in optimized code.
  @Test(arguments: [false, true])
  func endlessLoopsCanBeInterrupted(_ isOptimized: Bool) throws {
    let engine = Engine.with(tier: .auto, hotCount: 1000)
    var builder = ModuleBuilder()
    builder.function("f", [.i32]) { body in
      body.loop()
      body.localGet(0)
      body.i32Const(1)
      body.emit(.i32Add)
      body.localSet(0)
      body.br(0)
      body.end()
    }
    let instance = try builder.instance(Store(engine))
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      while isOptimized, engine.tierStatistics.loopEntriesTaken == 0 { Thread.sleep(forTimeInterval: 0.001) }
      // More than once: the first may come before the call.
      repeat { engine.interrupt() } while isOver.wait(timeout: .now() + 0.01) == .timedOut
    }
    #expect(trap { _ = try instance.function("f")!.call([.i32(0)]) }?.reason == .interrupted)
    isOver.signal()
  }
}
