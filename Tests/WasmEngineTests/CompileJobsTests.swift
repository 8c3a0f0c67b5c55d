// The order in which functions are compiled, and what is given up. Times are numbers here, not measured.

import RuntimeLayout
import Testing
import WasmFormat

@testable import WasmEngine

@Suite struct CompileJobsTests {
  private let second: UInt64 = 1_000_000_000

  private func job(_ function: Int, size: Int = 500, heat: Int = 1, at time: UInt64 = 0, loop: Int = -1) -> CompileJob<Int> {
    CompileJob(owner: 0, place: CompilePlace(function: function, loop: loop), size: size, heat: heat, since: time, asked: time)
  }

  /// The functions in the order in which they are taken, each of which takes a millisecond for so many bytes.
  private func order(_ jobs: [CompileJob<Int>], bytesPerMillisecond: Int = 1000, at start: UInt64 = 0) -> [Int] {
    var queue = CompileJobs<Int>()
    for job in jobs { queue.add(job) }
    var now = start
    var order: [Int] = []
    while let place = queue.mostUrgent(at: now, withLarge: true) {
      let job = queue.take(place)
      order.append(job.place.function)
      now += UInt64(job.size / bytesPerMillisecond) * 1_000_000
    }
    return order
  }

  @Test func theHotterAndTheSmallerComesFirst() {
    #expect(order([job(0), job(1, heat: 3), job(2, heat: 2)]) == [1, 2, 0])
    #expect(order([job(0, size: 30_000), job(1, size: 300), job(2, size: 3000)]) == [1, 2, 0])
    // Ten times as hot outweighs four times the size.
    #expect(order([job(0, size: 1000), job(1, size: 4000, heat: 10)]) == [1, 0])
  }

  @Test func whoWaitsLongGetsATurn() {
    let old = job(0, size: 1000, at: 0)
    #expect(order([old, job(1, size: 200, at: second / 100)], at: second / 100) == [1, 0])
    #expect(order([old, job(1, size: 200, at: second / 3)], at: second / 3) == [0, 1])
  }

  @Test func largeFunctionsAreLeftOutWhileOneIsCompiled() {
    var queue = CompileJobs<Int>()
    queue.add(job(0, size: Tuning.largeBody + 1, heat: 100_000))
    queue.add(job(1))
    #expect(queue.mostUrgent(at: 0, withLarge: true) == 0)
    #expect(queue.mostUrgent(at: 0, withLarge: false) == 1)
    _ = queue.take(1)
    #expect(queue.mostUrgent(at: 0, withLarge: false) == nil)
  }

  @Test func whatNobodyAsksForAgainIsGivenUp() {
    var queue = CompileJobs<Int>()
    for function in 0..<3 { queue.add(job(function)) }
    queue.add(job(3, loop: 7))
    var awaited = job(4)
    awaited.isAwaited = true
    queue.add(awaited)
    #expect(queue.dropStale(at: Tuning.loopEntryInterest, orIf: { _ in false }).isEmpty)
    #expect(queue.dropStale(at: Tuning.loopEntryInterest + 1, orIf: { $0.place.function == 2 }).map(\.place.function) == [2, 3])
    queue.remind(at: Tuning.compileInterest) { $0.place.function == 1 }
    #expect(queue.dropStale(at: Tuning.compileInterest + 1, orIf: { _ in false }).map(\.place.function) == [0])
    #expect(queue.jobs.map(\.heat) == [2, 1])
    #expect(queue.dropStale(at: 9 * second, orIf: { _ in false }).map(\.place.function) == [1])
    // A clock that another thread has read before.
    queue.add(job(5, at: 9 * second))
    #expect(queue.dropStale(at: 8 * second, orIf: { _ in false }).isEmpty)
  }

  @Test func theLeastUrgentOfTheColdMakesRoom() {
    var queue = CompileJobs<Int>()
    queue.add(job(0, size: 90_000, heat: 2))
    queue.add(job(1, size: 2000))
    queue.add(job(2, size: 500))
    #expect(queue.dropColdest(at: 0)?.place.function == 1)
    #expect(queue.dropColdest(at: 0)?.place.function == 2)
    #expect(queue.dropColdest(at: 0) == nil)
  }

  /// Four hundred functions become hot in half a second, and compiling them takes half a second: what a compiler at 2 MB/s does.
  @Test func fourHundredFunctionsDoNotWaitForLong() {
    var queue = CompileJobs<Int>()
    var (now, next, taken, waits, longest) = (UInt64(0), 0, 0, UInt64(0), UInt64(0))
    // Many small ones, few large ones: 2,500 bytes on average.
    func size(_ function: Int) -> Int { function % 20 == 0 ? 36_000 : 300 + function * 37 % 1000 }
    while taken < 400 {
      while next < 400, UInt64(next) * (second / 800) <= now {
        queue.add(job(next, size: size(next), at: UInt64(next) * (second / 800)))
        next += 1
      }
      // They are hot: each is asked for again every tenth of a second.
      for job in queue.jobs where now > job.asked + second / 10 { queue.remind(at: now) { $0.place == job.place } }
      guard let place = queue.mostUrgent(at: now, withLarge: true) else {
        now += second / 800
        continue
      }
      let job = queue.take(place)
      waits += now - job.since
      longest = max(longest, now - job.since)
      taken += 1
      now += UInt64(job.size) * 500
    }
    #expect(waits / 400 < second / 10)
    #expect(longest < second / 2)
  }

  @Test func onOneProcessorTheProgramRunsForAMultipleOfWhatCompilingTakes() {
    var throttle = CompileThrottle(isOn: true)
    let cost = 1000 * Tuning.compileByteTime
    let pause = throttle.pause(before: 1000, at: second)
    #expect(pause == cost * Tuning.compileReluctance)
    #expect(throttle.pause(before: 1000, at: second + pause) == 0)
    throttle.note(cost)
    #expect(throttle.pause(before: 1000, at: second + pause) == pause)
    #expect(throttle.pause(before: 100_000, at: second + 2 * pause) == 99 * pause)
    var off = CompileThrottle(isOn: false)
    #expect(off.pause(before: 1_000_000, at: 0) == 0)
  }

  /// Of a function whose frame goes on and on in baseline code, a few loops are entered, and none before it has gone on for as long as it takes to compile.
  @Test func loopsAreEnteredWithPatience() {
    let tierUp = TierUp(functionCount: 1, hotCount: 10)
    tierUp.set(CompilePlace(function: 0), .optimized)
    func step(_ loop: Int, at now: UInt32) -> TierUp.Step { tierUp.step(CompilePlace(function: 0, loop: loop), at: now, patience: 30) }
    func isWanted(_ loop: Int, at now: UInt32) -> Bool {
      if case .compile(CompilePlace(function: 0, loop: loop)) = step(loop, at: now) { return true }
      return false
    }
    #expect(([0, 1, 29, 30, 31] as [UInt32]).map { isWanted(1, at: $0 &- 5) } == [false, false, false, true, true])
    // Calls are no reason.
    guard case .goOn = step(-1, at: 40) else { return #expect(Bool(false)) }
    for loop in 1...Tuning.loopEntries {
      let now = UInt32(100 * loop)
      // Time counts anew when there is an entry.
      #expect(isWanted(loop, at: now) == (loop == 1))
      #expect(isWanted(loop, at: now + 30))
      tierUp.set(CompilePlace(function: 0, loop: loop), .optimized, address: 8)
      guard case .enter(8, isFirst: true) = step(loop, at: 40) else { return #expect(Bool(false)) }
      guard case .enter(8, isFirst: false) = step(loop, at: 40) else { return #expect(Bool(false)) }
    }
    #expect(!isWanted(99, at: 1000))
  }

  /// Code for an entry has the rest of the loops around in it, which is much in a large function.
  @Test func largeFunctionsAreEnteredAtTheOutermostLoopThatTheyComeBy() {
    let tierUp = TierUp(functionCount: 1, hotCount: 10)
    tierUp.set(CompilePlace(function: 0), .optimized)
    func step(_ nest: [Int], at now: UInt32) -> TierUp.Step {
      tierUp.step(CompilePlace(function: 0, loop: nest.last!), at: now, patience: 30, nest: { nest })
    }
    func wanted(_ nest: [Int], at now: UInt32) -> Int? { if case .compile(let place) = step(nest, at: now) { place.loop } else { nil } }
    #expect(wanted([1, 2, 3], at: 100) == nil)
    // It has been here alone.
    #expect(wanted([1, 2, 3], at: 130) == nil)
    #expect(wanted([1, 2], at: 131) == nil)
    #expect(wanted([1, 2, 3], at: 219) == nil)
    #expect(wanted([1, 2, 3], at: 220) == 2)
    #expect(wanted([1], at: 221) == 1)
    #expect(wanted([1, 2, 3], at: 222) == 1)
    // One at a time.
    tierUp.set(CompilePlace(function: 0, loop: 1), .waiting)
    guard case .goOn = step([1, 2, 3], at: 500) else { return #expect(Bool(false)) }
    tierUp.set(CompilePlace(function: 0, loop: 1), .optimized, address: 8)
    guard case .lookAround = step([1, 2, 3], at: 510) else { return #expect(Bool(false)) }
    guard case .enter(8, isFirst: true) = step([1], at: 511) else { return #expect(Bool(false)) }
    // It does not come by there any more.
    #expect(wanted([1, 2, 3], at: 630) == 2)
  }

  @Test func loopsAroundALoopAreFound() {
    var body = FunctionBodyWriter(parameterCount: 0)
    _ = body.addLocal(.i64)
    body.loop()
    body.loop()
    body.end()
    body.block()
    body.loop()
    body.i32Const(3)
    body.emit(.drop)
    body.end()
    body.end()
    body.end()
    body.end()
    var writer = ModuleWriter()
    _ = writer.addFunction(type: writer.addType(FuncType([], [])))
    writer.addBody(body)
    let bytes = writer.finish().bytes
    bytes.withUnsafeBytes { bytes in
      let whole = try! ModuleReader.read(bytes).bodies[0]
      #expect(LoopNest.loops(around: 3, in: bytes[whole]) == [3])
      #expect(LoopNest.loops(around: 5, in: bytes[whole]) == [3, 5])
      #expect(LoopNest.loops(around: 10, in: bytes[whole]) == [3, 10])
    }
  }
}
