// `Engine.withTimeLimit` stops what it runs, wherever that is, and nothing else; it leaves nothing behind.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct TimeLimitTests {
  @Test(arguments: ["loop", "call", "fill", "tail"], [Tier.bbq, .omg, .auto])
  func endlessCodeIsStopped(_ name: WasmName, _ tier: Tier) throws {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.debug.hotCount = 3
    let engine = Engine(configuration)
    let instance = try Instance.endless(engine)
    for _ in 0..<3 {
      let start = ContinuousClock.now
      let reason = trap { try engine.withTimeLimit(.milliseconds(20)) { try instance.function(name)!() } }?.reason
      #expect(reason == .timeLimitExceeded)
      #expect(ContinuousClock.now - start >= .milliseconds(20))
    }
    // By way of values, too; and what is done in time is done.
    #expect(trap { try engine.withTimeLimit(.milliseconds(1)) { _ = try instance.function(name)!.call([]) } }?.reason == .timeLimitExceeded)
    #expect(try engine.withTimeLimit(.seconds(1000)) { try instance.function("once")!(as: Int32.self) } == 7)
    // Nothing is left of the limits: code runs for longer than a limit that is over takes to stop what begins later.
    let end = ContinuousClock.now + .milliseconds(40)
    repeat { #expect(try instance.function("count")!(Int32(1_000_000), as: Int32.self) == 1_000_000) } while ContinuousClock.now < end
  }

  @Test func whatTheBodyCallsAfterwardsIsStoppedToo() throws {
    let engine = Engine()
    let instance = try Instance.endless(engine)
    var stops = 0
    try engine.withTimeLimit(.milliseconds(5)) {
      for _ in 0..<3 where trap({ try instance.function("loop")!() })?.reason == .timeLimitExceeded { stops += 1 }
    }
    #expect(stops == 3)
    for limit in [Duration.zero, .seconds(-5), .seconds(Int64.min)] {
      #expect(trap { try engine.withTimeLimit(limit) { try instance.function("loop")!() } }?.reason == .timeLimitExceeded)
    }
    for limit in [Duration.seconds(Int64.max), .seconds(10_000_000_000)] {
      #expect(try engine.withTimeLimit(limit) { try instance.function("count")!(Int32(9), as: Int32.self) } == 9)
    }
    struct Failure: Error {}
    #expect(throws: Failure.self) { try engine.withTimeLimit(.seconds(1)) { throw Failure() } }
  }

  @Test func limitsNest() throws {
    let engine = Engine()
    let inner = try Instance.endless(engine)
    // The inner limit is over first: it stops what it is about; then the outer one.
    var reasons: [TrapReason?] = []
    let reason = trap {
      try engine.withTimeLimit(.milliseconds(60)) {
        reasons.append(trap { try engine.withTimeLimit(.milliseconds(10)) { try inner.function("loop")!() } }?.reason)
        #expect(try inner.function("count")!(Int32(1000), as: Int32.self) == 1000)
        try inner.function("loop")!()
      }
    }?.reason
    #expect(reasons == [.timeLimitExceeded])
    #expect(reason == .timeLimitExceeded)
    // The outer one is over first.
    let start = ContinuousClock.now
    let outer = trap { try engine.withTimeLimit(.milliseconds(10)) { try engine.withTimeLimit(.seconds(100)) { try inner.function("loop")!() } } }
    #expect(outer?.reason == .timeLimitExceeded)
    #expect(ContinuousClock.now - start < .seconds(50))
  }

  @Test func aLimitInAHostFunctionDoesNotConcernItsCallers() throws {
    let engine = Engine()
    let inner = try Instance.endless(engine)
    let outer = try Instance.endless(engine) { _ in
      let reason = trap {
        try engine.withTimeLimit(.milliseconds(5)) {
          // The second one is stopped because the first limit is over.
          #expect(trap { try inner.function("loop")!() }?.reason == .timeLimitExceeded)
          try inner.function("loop")!()
        }
      }?.reason
      #expect(reason == .timeLimitExceeded)
    }
    for _ in 0..<3 { #expect(try outer.function("once")!(as: Int32.self) == 7) }
    // Nor does it stop other engines.
    let other = try Instance.endless(Engine())
    #expect(try engine.withTimeLimit(.milliseconds(1)) { try other.function("count")!(Int32(100_000_000), as: Int32.self) } == 100_000_000)
    // A limit around the caller stops it when the host function returns.
    let waiting = try Instance.endless(engine) { _ in Thread.sleep(forTimeInterval: 0.02) }
    #expect(trap { try engine.withTimeLimit(.milliseconds(5)) { try waiting.function("call")!() } }?.reason == .timeLimitExceeded)
  }

  @Test func manyThreadsHaveLimitsOfTheirOwnAndLeaveNoTimers() throws {
    func timers() -> Int? { try? String(contentsOfFile: "/proc/self/timers", encoding: .utf8).components(separatedBy: "ID:").count }
    let engine = Engine()
    let before = timers()
    let done = DispatchGroup()
    let stopped = Atomic<Int>(0)
    for number in 0..<16 {
      done.enter()
      Thread.detachNewThread {
        defer { done.leave() }
        guard let instance = try? Instance.endless(engine) else { return }
        for _ in 0..<10 {
          let reason = trap { try engine.withTimeLimit(.milliseconds(number % 4)) { try instance.function("loop")!() } }?.reason
          if reason == .timeLimitExceeded { stopped.add(1, ordering: .relaxed) }
        }
      }
    }
    done.wait()
    #expect(stopped.load(ordering: .relaxed) == 160)
    guard let before else { return }
    // Other tests may be using limits; threads end a little after they say so.
    let deadline = ContinuousClock.now + .seconds(300)
    while timers()! > before + 4, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(timers()! <= before + 4)
  }
}
