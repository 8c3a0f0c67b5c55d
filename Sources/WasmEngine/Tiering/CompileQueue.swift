// What waits for the optimizing compiler, of all engines of a runtime (CompileJobs has the order), and the threads that work on it. Threads are started
// when there is work and end when there has been none for a while; without threads (the system may refuse them) everything stays in the baseline tier.
//
// A function that takes long does not keep the others waiting: of large ones only one is compiled at a time, and while it is, there may be one thread
// more than usual, which does the rest. Where there is only one processor, CompileThrottle says when to begin.
//
// A compiler cannot bear to be refused memory: where address space is short, nothing is put in the queue, and everything stays in the baseline tier.
//
// The queue keeps no module alive: what waits for a module that is gone is dropped. A thread that compiles does, until it is done.

import RuntimeLayout

final class CompileQueue: @unchecked Sendable {
  private struct Owner {
    weak var module: Module?
  }
  private typealias Job = CompileJob<Owner>

  private let monitor = Monitor()
  /// How many there may be.
  private let threadLimit: Int
  // Guarded by the monitor.
  private var jobs = CompileJobs<Owner>()
  private var threads = 0
  private var idleThreads = 0
  private var compilesLarge = false
  private var throttle: CompileThrottle

  init(threads: Int, isThrottled: Bool) {
    threadLimit = threads
    throttle = CompileThrottle(isOn: isThrottled)
  }

  /// Puts in a place of a module, or notes that it is hotter. False if there is no room or no thread.
  func request(_ place: CompilePlace, of module: Module) -> Bool {
    guard let tierUp = module.tierUp else { return false }
    var isNew = false
    let now = MonotonicClock.nanoseconds
    let isAccepted = monitor.locked {
      let stage = tierUp.stage(place)
      if stage == .waiting {
        // Not found: a thread is at it.
        jobs.remind(at: now) { $0.place == place && $0.owner.module === module }
        return true
      }
      guard stage == .baseline, VirtualMemory.hasRoom(Tuning.compileAddressSpace), hasRoom(now), hasThread(idle: idleThreads) else { return false }
      tierUp.set(place, .waiting)
      let size = module.declarations.bodies[place.function].count
      var job = Job(owner: Owner(module: module), place: place, size: size, since: now, asked: now)
      job.isAwaited = module.engine.configuration.debug.waitsForOptimizer
      jobs.add(job)
      isNew = true
      return true
    }
    // Not before the lock is free: they want it at once.
    if isNew { monitor.wakeAll() }
    return isAccepted
  }

  /// There will be work soon: starts a thread if there is none, so that nothing has to wait for it then.
  func expectWork() {
    monitor.locked { if threads == 0 && VirtualMemory.hasRoom(Tuning.compileAddressSpace) { _ = hasThread(idle: 0) } }
  }

  /// Waits until a thread is done with a place.
  func wait(for place: CompilePlace, of tierUp: TierUp) {
    monitor.locked { while tierUp.stage(place) == .waiting { monitor.wait(nanoseconds: 1_000_000_000) } }
  }

  /// Waits until there is nothing to do and no thread has anything in its hands. For tests.
  func waitUntilIdle() {
    monitor.locked { while !jobs.isEmpty || idleThreads < threads { monitor.wait(nanoseconds: 1_000_000_000) } }
  }

  /// Makes room, if need be, by dropping what nobody asked for twice.
  private func hasRoom(_ now: UInt64) -> Bool {
    if jobs.count < Tuning.compileQueueCapacity { return true }
    dropStale(now)
    if jobs.count < Tuning.compileQueueCapacity { return true }
    guard let coldest = jobs.dropColdest(at: now) else { return false }
    giveUp(coldest)
    return true
  }

  private func dropStale(_ now: UInt64) {
    for job in jobs.dropStale(at: now, orIf: { $0.owner.module == nil }) { giveUp(job) }
  }

  /// A job is not wanted any more: its count starts anew.
  private func giveUp(_ job: Job) {
    guard let module = job.owner.module, let tierUp = module.tierUp else { return }
    tierUp.set(job.place, .baseline)
    module.engine.note { $0.dropped += 1 }
    monitor.wakeAll()
  }

  private var threadsAllowed: Int { threadLimit + (compilesLarge ? 1 : 0) }

  /// Starts a thread if all are busy and there may be more.
  private func hasThread(idle: Int) -> Bool {
    if idle > 0 || threads >= threadsAllowed { return true }
    if BackgroundThread.start(stackSize: Tuning.compileThreadStackSize, { self.work() }) { threads += 1 }
    return threads > 0
  }

  /// The most urgent job, after waiting for one; nil when there was none for a while, or when this thread is not needed any more.
  private func next() -> Job? {
    monitor.locked {
      let deadline = MonotonicClock.nanoseconds + UInt64(Tuning.compileThreadPatience) * 1_000_000_000
      idleThreads += 1
      defer { idleThreads -= 1 }
      if jobs.isEmpty { monitor.wakeAll() }
      while true {
        let now = MonotonicClock.nanoseconds
        dropStale(now)
        let place = jobs.mostUrgent(at: now, withLarge: !compilesLarge)
        if threads > threadsAllowed || now >= deadline && place == nil {
          threads -= 1
          monitor.wakeAll()
          return nil
        }
        let pause = place.map { throttle.pause(before: jobs.jobs[$0].size, at: now) } ?? 0
        if let place, pause == 0 || jobs.jobs[place].isAwaited {
          let job = jobs.take(place)
          if job.isLarge { compilesLarge = true }
          // Others need not wait for it.
          if job.isLarge, !jobs.isEmpty { _ = hasThread(idle: idleThreads - 1) }
          return job
        }
        monitor.wait(nanoseconds: pause > 0 ? pause : 1_000_000_000)
      }
    }
  }

  /// A job is done, or was not worth it.
  private func finish(_ job: Job, after time: UInt64) {
    monitor.locked {
      throttle.note(time)
      if job.isLarge { compilesLarge = false }
      // For those who wait until it is done, and for the next large one.
      monitor.wakeAll()
    }
  }

  /// What a thread does from its start to its end.
  private func work() {
    // Where there are several processors, and other programs have them, a thread that gives way would wait for milliseconds.
    if monitor.locked({ throttle.isOn }) { BackgroundThread.giveWay() }
    var compiler = OptimizingCompiler()
    while let job = next() {
      let start = MonotonicClock.threadNanoseconds
      defer { finish(job, after: MonotonicClock.threadNanoseconds - start) }
      guard let module = job.owner.module else { continue }
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
