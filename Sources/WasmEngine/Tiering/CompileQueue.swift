// What waits for the optimizing compiler, of all engines of a runtime, and the threads that work on it. The hottest comes first: what has been asked for
// most often since it was put in the queue. Threads are started when there is work and end when there has been none for a while; without
// threads (the system may refuse them) everything stays in the baseline tier.
//
// A function that takes long does not keep the others waiting: of large ones only one is compiled at a time, and while it is, there may be one thread
// more than usual, which does the rest.
//
// A compiler cannot bear to be refused memory: where address space is short, nothing is put in the queue, and everything stays in the baseline tier.
//
// The queue keeps no module alive: what waits for a module that is gone is dropped. A thread that compiles does, until it is done.

import RuntimeLayout

final class CompileQueue: @unchecked Sendable {
  private struct Job {
    weak var module: Module?
    var place: CompilePlace
    /// How often it was asked for.
    var heat = 1
    /// Compiling it takes long.
    var isLarge: Bool
    /// When it was put in.
    var since: UInt64
  }

  private let monitor = Monitor()
  /// How many there may be.
  private let threadLimit: Int
  // Guarded by the monitor.
  private var jobs: [Job] = []
  private var threads = 0
  private var idleThreads = 0
  private var compilesLarge = false

  init(threads: Int) { threadLimit = threads }

  /// Puts in a place of a module, or notes that it is hotter. False if there is no room or no thread.
  func request(_ place: CompilePlace, of module: Module) -> Bool {
    guard let tierUp = module.tierUp else { return false }
    var isNew = false
    let isAccepted = monitor.locked {
      let stage = tierUp.stage(place)
      if stage == .waiting {
        // Not found: a thread is at it.
        if let index = jobs.firstIndex(where: { $0.place == place && $0.module === module }) { jobs[index].heat += 1 }
        return true
      }
      let isLarge = module.declarations.bodies[place.function].count > Tuning.largeBody
      guard stage == .baseline, VirtualMemory.hasRoom(Tuning.compileAddressSpace), hasRoom(), hasThread(idle: idleThreads) else { return false }
      tierUp.set(place, .waiting)
      jobs.append(Job(module: module, place: place, isLarge: isLarge, since: MonotonicClock.nanoseconds))
      isNew = true
      return true
    }
    // Not before the lock is free: they want it at once.
    if isNew { monitor.wakeAll() }
    return isAccepted
  }

  /// Waits until a thread is done with a place.
  func wait(for place: CompilePlace, of tierUp: TierUp) {
    monitor.locked { while tierUp.stage(place) == .waiting { monitor.wait(seconds: 1) } }
  }

  /// Waits until there is nothing to do and no thread has anything in its hands. For tests.
  func waitUntilIdle() {
    monitor.locked { while !jobs.isEmpty || idleThreads < threads { monitor.wait(seconds: 1) } }
  }

  /// Makes room, if need be, by dropping what nobody asked for twice.
  private func hasRoom() -> Bool {
    if jobs.count < Tuning.compileQueueCapacity { return true }
    jobs.removeAll { $0.module == nil }
    if jobs.count < Tuning.compileQueueCapacity { return true }
    guard let coldest = jobs.indices.min(by: { jobs[$0].heat < jobs[$1].heat }), jobs[coldest].heat == 1 else { return false }
    let job = jobs.remove(at: coldest)
    job.module?.tierUp?.set(job.place, .baseline)
    return true
  }

  private var threadsAllowed: Int { threadLimit + (compilesLarge ? 1 : 0) }

  /// Starts a thread if all are busy and there may be more.
  private func hasThread(idle: Int) -> Bool {
    if idle > 0 || threads >= threadsAllowed { return true }
    if BackgroundThread.start(stackSize: Tuning.compileThreadStackSize, { self.work() }) { threads += 1 }
    return threads > 0
  }

  /// The hottest of the jobs that may be begun.
  private func hottest() -> Int? {
    var hottest: Int?
    for index in jobs.indices where !(compilesLarge && jobs[index].isLarge) {
      if let best = hottest, jobs[best].heat >= jobs[index].heat { continue }
      hottest = index
    }
    return hottest
  }

  /// The hottest job, after waiting for one; nil when there was none for a while, or when this thread is not needed any more.
  private func next() -> Job? {
    monitor.locked {
      let deadline = MonotonicClock.nanoseconds + UInt64(Tuning.compileThreadPatience) * 1_000_000_000
      idleThreads += 1
      defer { idleThreads -= 1 }
      if jobs.isEmpty { monitor.wakeAll() }
      while true {
        if threads > threadsAllowed || MonotonicClock.nanoseconds >= deadline && hottest() == nil {
          threads -= 1
          monitor.wakeAll()
          return nil
        }
        if let hottest = hottest() {
          let job = jobs.remove(at: hottest)
          if job.isLarge { compilesLarge = true }
          // Others need not wait for it.
          if job.isLarge, self.hottest() != nil { _ = hasThread(idle: idleThreads - 1) }
          return job
        }
        monitor.wait(seconds: 1)
      }
    }
  }

  /// A job is done, or was not worth it.
  private func finish(_ job: Job) {
    monitor.locked {
      if job.isLarge { compilesLarge = false }
      // For those who wait until it is done, and for the next large one.
      monitor.wakeAll()
    }
  }

  /// What a thread does from its start to its end.
  private func work() {
    BackgroundThread.giveWay()
    var compiler = OptimizingCompiler()
    while let job = next() {
      defer { finish(job) }
      guard let module = job.module else { continue }
      guard VirtualMemory.hasRoom(Tuning.compileAddressSpace) else {
        module.tierUp?.set(job.place, .baseline)
        continue
      }
      let waited = MonotonicClock.nanoseconds - job.since
      module.engine.note {
        $0.queued += 1
        $0.queueWait += waited
        $0.longestQueueWait = max($0.longestQueueWait, waited)
      }
      module.optimize(job.place, &compiler)
      compiler.trim()
    }
  }
}
