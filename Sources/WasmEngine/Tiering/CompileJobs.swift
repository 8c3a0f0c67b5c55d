// What waits for the optimizing compiler, and which of it comes first: what gains most for the time that it takes. The gain is how often it was asked
// for, the time is the size of the body. Whoever waits gains with the time, so that large and lukewarm functions get their turn, too; what nobody has asked
// for again for a while, though, is not hot any more: it is given up, and starts counting anew.
//
// Plain data with the time as an argument: the queue guards it, tests look at the order.

import RuntimeLayout

struct CompileJob<Owner> {
  var owner: Owner
  var place: CompilePlace
  /// Bytes of the body.
  var size: Int
  /// How often it was asked for.
  var heat = 1
  /// When it was put in, and when it was asked for last, in nanoseconds.
  var since: UInt64
  var asked: UInt64
  /// The program does nothing else until it is done.
  var isAwaited = false

  /// Compiling it takes long.
  var isLarge: Bool { size > Tuning.largeBody }

  /// What it gains for each byte to compile.
  func urgency(at now: UInt64) -> Double {
    let waited = Double(now - min(since, now)) / Double(Tuning.compileAging)
    return (Double(heat) + waited) / Double(size + Tuning.compileOverhead)
  }

  func isStale(at now: UInt64) -> Bool {
    !isAwaited && now - min(asked, now) > (place.loop < 0 ? Tuning.compileInterest : Tuning.loopEntryInterest)
  }
}

struct CompileJobs<Owner> {
  private(set) var jobs: [CompileJob<Owner>] = []

  var isEmpty: Bool { jobs.isEmpty }
  var count: Int { jobs.count }

  mutating func add(_ job: CompileJob<Owner>) { jobs.append(job) }

  /// Notes that one of them is hotter, if it is there.
  mutating func remind(at now: UInt64, where isWanted: (CompileJob<Owner>) -> Bool) {
    guard let index = jobs.firstIndex(where: isWanted) else { return }
    jobs[index].heat += 1
    jobs[index].asked = now
  }

  /// The most urgent of those that may be begun.
  func mostUrgent(at now: UInt64, withLarge: Bool) -> Int? {
    var best: Int?
    var most = 0.0
    for index in jobs.indices where withLarge || !jobs[index].isLarge {
      let urgency = jobs[index].urgency(at: now)
      if best == nil || urgency > most { (best, most) = (index, urgency) }
    }
    return best
  }

  mutating func take(_ index: Int) -> CompileJob<Owner> { jobs.remove(at: index) }

  /// Removes what is stale, and what else `isGone` says.
  mutating func dropStale(at now: UInt64, orIf isGone: (CompileJob<Owner>) -> Bool) -> [CompileJob<Owner>] {
    guard jobs.contains(where: { $0.isStale(at: now) || isGone($0) }) else { return [] }
    var dropped: [CompileJob<Owner>] = []
    jobs.removeAll { job in
      guard job.isStale(at: now) || isGone(job) else { return false }
      dropped.append(job)
      return true
    }
    return dropped
  }

  /// Removes the least urgent of those that nobody asked for twice.
  mutating func dropColdest(at now: UInt64) -> CompileJob<Owner>? {
    let cold = jobs.indices.filter { jobs[$0].heat == 1 }
    return cold.min { jobs[$0].urgency(at: now) < jobs[$1].urgency(at: now) }.map { take($0) }
  }
}
