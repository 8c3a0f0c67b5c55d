// The first moments of a program: what scripts/bench cold runs. Times pass on the clock: what compilers do on other threads is part of them where there is one
// processor.

import Glibc
import SampleBodies
import WasmEngine

enum ColdStart {
  private static func instantiate(_ bytes: [UInt8], _ tier: Tier) throws -> (engine: Engine, run: Function)? {
    let store = Store(Measurements.engine(tier))
    guard let run = try Instance(Module(store.engine, bytes), in: store).function("run") else {
      print("no export: run")
      return nil
    }
    return (store.engine, run)
  }

  private static func milliseconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .milliseconds(1) }

  /// Loading and one call.
  static func cold(_ file: String, _ tier: Tier, _ rounds: Int32) throws {
    let bytes = Measurements.read(file)
    let start = ContinuousClock.now
    guard let (_, run) = try instantiate(bytes, tier) else { return }
    _ = try run(rounds, as: Int32.self)
    print(Measurements.decimals(milliseconds(since: start)))
  }

  /// A second of calls of one round: when each of them ends, from before loading on.
  static func curve(_ file: String, _ tier: Tier) throws {
    let bytes = Measurements.read(file)
    let start = ContinuousClock.now
    guard let (_, run) = try instantiate(bytes, tier) else { return }
    var ends: [Double] = []
    while ends.last ?? 0 < 1000 {
      _ = try run(Int32(1), as: Int32.self)
      ends.append(milliseconds(since: start))
    }
    for end in ends { print(Measurements.decimals(end)) }
  }

  /// Two seconds of a program in which so many functions become hot at once, and how long they waited for the optimizer.
  static func queue(_ count: Int) throws {
    let start = ContinuousClock.now
    guard let (engine, run) = try instantiate(manyFunctions(count), .auto) else { return }
    while milliseconds(since: start) < 2000 { _ = try run(Int32(100), as: Int32.self) }
    let statistics = engine.tierStatistics
    print(
      """
      functions optimized  \(statistics.optimized.functions), of \(statistics.optimized.wasmBytes) bytes; loops entered \(statistics.loopEntriesTaken)
      wait in the queue    \(inMilliseconds(statistics.queueWait / UInt64(max(statistics.queued, 1)))) ms on average, \
      \(inMilliseconds(statistics.longestQueueWait)) at most, of \(statistics.queued)
      longest install      \(inMilliseconds(statistics.longestInstallPause)) ms
      """)
  }

  private static func inMilliseconds(_ nanoseconds: UInt64) -> String { Measurements.decimals(Double(nanoseconds) / 1e6) }

  /// `run(rounds)` calls each function through a table; they have loops, and bodies of 60 to 6,000 bytes, large ones more rarely.
  private static func manyFunctions(_ count: Int) -> [UInt8] {
    var writer = ModuleWriter()
    let unary = writer.addType(FuncType([.i32], [.i32]))
    _ = writer.addMemory(MemoryType(Limits(1)))
    _ = writer.addTable(TableType(.funcref, Limits(UInt64(count))))
    var functions: [UInt32] = []
    for number in 0..<count {
      functions.append(
        writer.addFunction(nil, [.i32], [.i32]) { body in
          let (sum, steps) = (body.addLocal(.i32), 4 << (number.trailingZeroBitCount % 8))
          body.countDown { body in
            for step in 0..<steps {
              body.localGet(sum)
              body.i32Const(Int32(number + step))
              body.emit(step % 3 == 0 ? .i32Xor : .i32Add)
              body.localGet(0)
              body.i32Const(2)
              body.emit(.i32Shl)
              body.load(.i32Load, offset: UInt32(step * 4))
              body.emit(.i32Mul)
              body.localSet(sum)
            }
          }
          body.localGet(sum)
        })
    }
    _ = writer.addActiveElements(table: 0, offset: .i32(0), functions: functions)
    writer.addFunction("run", [.i32], [.i32]) { body in
      let (place, sum) = (body.addLocal(.i32), body.addLocal(.i32))
      body.countDown { body in
        body.i32Const(Int32(count))
        body.localSet(place)
        body.countDown(place) { body in
          body.i32Const(8)
          body.localGet(place)
          body.i32Const(1)
          body.emit(.i32Sub)
          body.callIndirect(type: unary)
          body.localGet(sum)
          body.emit(.i32Add)
          body.localSet(sum)
        }
      }
      body.localGet(sum)
    }
    return writer.finish().bytes
  }
}
