// Interruption and time limits of one store: what runs in others goes on, of the same engine too, on other threads and on the same one.

import Foundation
import Synchronization
import Testing
import WasmEngine

@Suite struct StoreInterruptTests {
  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
    var now: Int { value.load(ordering: .sequentiallyConsistent) }
    func add() { value.add(1, ordering: .sequentiallyConsistent) }
  }

  @Test func oneStoreIsStoppedAndTheOtherGoesOn() throws {
    let engine = Engine()
    let counters = [Counter(), Counter()]
    let stopped = [Counter(), Counter()]
    let handles = Mutex<[InterruptHandle?]>([nil, nil])
    let done = DispatchGroup()
    for number in 0..<2 {
      done.enter()
      Thread.detachNewThread {
        defer { done.leave() }
        do {
          let instance = try Instance.endless(engine) { _ in counters[number].add() }
          handles.withLock { $0[number] = instance.store.interruptHandle }
          if trap({ try instance.function("call")!() })?.reason == .interrupted { stopped[number].add() }
          // The store can be used again.
          #expect(try instance.function("once")!(as: Int32.self) == 7)
        } catch {
          Issue.record(error)
        }
      }
    }
    while counters.contains(where: { $0.now == 0 }) { Thread.sleep(forTimeInterval: 0.001) }
    handles.withLock { $0[0] }?.interrupt()
    while stopped[0].now == 0 { Thread.sleep(forTimeInterval: 0.001) }
    let before = counters[1].now
    while counters[1].now < before + 1000 { Thread.sleep(forTimeInterval: 0.001) }
    #expect(stopped[1].now == 0)
    handles.withLock { $0[1] }?.interrupt()
    done.wait()
    #expect(stopped[1].now == 1)
  }

  @Test func aStoreInsideAnInterruptedOneGoesOn() throws {
    let engine = Engine()
    let inner = try Instance.endless(engine)
    var instance: Instance?
    var results: [Int32] = []
    let outer = try Instance.endless(engine) { _ in
      instance?.store.interrupt()
      for _ in 0..<3 { results.append(try inner.function("once")!(as: Int32.self)) }
      // The interrupted store itself does not start again in between.
      #expect(trap { try instance?.function("loop")!() }?.reason == .interrupted)
      for _ in 0..<3 { results.append(try inner.function("once")!(as: Int32.self)) }
    }
    instance = outer
    let stop = trap { _ = try outer.function("once")!(as: Int32.self) }
    #expect(stop?.reason == .interrupted)
    #expect(stop?.backtrace.map(\.functionName) == ["once"])
    #expect(results == Array(repeating: 7, count: 6))
    instance = nil
  }

  /// An engine's interruption is the wider one, whichever comes first.
  @Test(arguments: [true, false])
  func anEnginesInterruptionStopsWhatAStoresDoesNot(_ isEngineFirst: Bool) throws {
    let engine = Engine()
    let inner = try Instance.endless(engine)
    var instance: Instance?
    var reason: TrapReason?
    let outer = try Instance.endless(engine) { _ in
      if isEngineFirst { engine.interrupt() }
      instance?.store.interrupt()
      if !isEngineFirst { engine.interrupt() }
      reason = trap { try inner.function("loop")!() }?.reason
    }
    instance = outer
    #expect(trap { _ = try outer.function("once")!(as: Int32.self) }?.reason == .interrupted)
    #expect(reason == .interrupted)
    #expect(try inner.function("once")!(as: Int32.self) == 7)
    instance = nil
  }

  @Test func aTimeLimitOfAStoreConcernsItAlone() throws {
    let engine = Engine()
    let other = try Instance.endless(engine)
    let limited = try Instance.endless(engine)
    #expect(trap { try limited.store.withTimeLimit(.milliseconds(5)) { try limited.function("loop")!() } }?.reason == .timeLimitExceeded)
    // Over from its beginning; code of other stores runs all the same.
    try limited.store.withTimeLimit(.zero) {
      #expect(trap { try limited.function("loop")!() }?.reason == .timeLimitExceeded)
      let results = try (0..<1000).map { _ in try other.function("once")!(as: Int32.self) }
      #expect(results == Array(repeating: 7, count: 1000))
      #expect(trap { try limited.function("call")!() }?.reason == .timeLimitExceeded)
      // The engine's limit inside reaches both.
      #expect(trap { try engine.withTimeLimit(.zero) { try other.function("loop")!() } }?.reason == .timeLimitExceeded)
    }
    #expect(try limited.function("once")!(as: Int32.self) == 7)
  }
}
