// Two threads with one memory: what a contended atomic increment takes, and handing over by wait and notify. threads.js does the same in V8, with the
// module that is written here.

import Glibc
import SampleBodies
import Synchronization
import WasmEngine

enum Threads {
  private static let type = MemoryType(Limits(1, 1), isShared: true)
  /// The cells: the counter, whose turn it is, and how often threads have arrived at the start.
  private static let (counter, turn, arrivals): (Int32, Int32, Int32) = (0, 64, 128)

  /// `add(rounds)`: increments the counter. `play(me, rounds)`: waits for the turn of `me`, 0 or 1, and gives it to the other one. Both start when two threads have
  /// called them.
  static func module() -> [UInt8] {
    var writer = ModuleWriter()
    _ = writer.importMemory("env", "memory", type)
    writer.addFunction("add", [.i32]) { body in
      meet(&body)
      body.countDown { body in
        body.i32Const(counter)
        body.i32Const(1)
        body.load(.i32AtomicAdd)
        body.drop()
      }
    }
    writer.addFunction("play", [.i32, .i32]) { body in
      meet(&body)
      body.countDown(1) { $0.takeTurn(at: turn) }
    }
    return writer.finish().bytes
  }

  /// Spins until an even number of threads has arrived, this one among them.
  private static func meet(_ body: inout FunctionBodyWriter) {
    let target = body.addLocal(.i32)
    body.i32Const(arrivals)
    body.i32Const(1)
    body.load(.i32AtomicAdd)
    body.i32Const(1)
    body.emit(.i32Or)
    body.localSet(target)
    body.loop()
    body.i32Const(arrivals)
    body.load(.i32AtomicLoad)
    body.localGet(target)
    body.emit(.i32LeU)
    body.brIf(0)
    body.end()
  }

  /// Prints nanoseconds of an increment, and of a hand-over: medians of `repetitions`.
  static func run(increments: Int32, turns: Int32, repetitions: Int) throws {
    let engine = Engine()
    let module = try Module(engine, module())
    let memory = try SharedMemory(engine, type)
    let times = Mutex<[[Double]]>(Array(repeating: [], count: 2 * repetitions))
    var threads: [pthread_t] = []
    for me in 0..<2 as Range<Int32> {
      let work = Work {
        let store = Store(engine)
        var imports = Imports()
        imports.define("env", "memory", try Memory(store, memory))
        let instance = try Instance(module, imports: imports, in: store)
        let (add, play) = (instance.function("add")!, instance.function("play")!)
        for _ in 0..<4 {
          try add(increments / 4)
          try play(me, turns / 20)
        }
        for repetition in 0..<repetitions {
          let first = try nanoseconds { try add(increments) }
          let second = try nanoseconds { try play(me, turns) }
          times.withLock {
            $0[2 * repetition].append(first / Double(increments) / 2)
            $0[2 * repetition + 1].append(second / Double(turns) / 2)
          }
        }
      }
      var thread = pthread_t()
      let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { work in
        Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().run()
        return nil
      }
      pthread_create(&thread, nil, start, Unmanaged.passRetained(work).toOpaque())
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    // Of two threads, the one that took longer.
    let longest = times.withLock { $0.map { $0.max()! } }
    func median(_ first: Int) -> Double { stride(from: first, to: longest.count, by: 2).map { longest[$0] }.sorted()[repetitions / 2] }
    print("\(median(0)) \(median(1))")
  }

  private static func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
  }

  private final class Work {
    private let body: () throws -> Void
    init(_ body: @escaping () throws -> Void) { self.body = body }
    func run() { do { try body() } catch { print("\(error)") } }
  }
}
