// Freeing auxiliary instances that were unlinked. The guest promises nothing: an instance goes only when nothing can reach its functions, its code or its
// context any more. What can refer to it:
//
//   frames      every word of the wasm stack in use that looks like an address of its code, its records or its context counts, saved registers included.
//               Host functions run on the same stack
//   tables      their elements
//   globals     the host's; those of instances lie in their contexts
//   exceptions  their values
//   instances   the words of a context (imported functions and globals, own globals), and passive element segments; of instances that were unlinked too, only if
//               they are themselves reached
//   the host    handles (`Instance`, `Function`, `Global`) count as references of Swift
//   code        compiled code has no addresses of other instances in it: it goes through its context
//
// An instance that has joined another one (RuntimeLayout.JoinedLayout) has no context: its code and its records tell it from the other one.
//
// A store belongs to one thread as long as a call of it is active, so the other threads' stacks have nothing of it.

import FaultHandler
import MachineCode
import RuntimeLayout
import WasmFormat

extension Store {
  /// Frees the retired instances that nothing refers to. Returns how many.
  @discardableResult
  func releaseUnlinked() -> Int {
    if retiredCount == 0 { return 0 }
    releaseRequests = 0
    let start = MonotonicClock.nanoseconds
    var search = ReferenceSearch(self)
    let gone = search.run()
    defer {
      engine.trace?.span(
        "unlinked modules", "collection", from: start, to: MonotonicClock.nanoseconds, ["freed": gone.count, "instances": instances.count])
    }
    retiredCount -= gone.count
    retiredThreshold = retiredCount + max(Tuning.retiredModules, instances.count / 4)
    if gone.isEmpty { return 0 }
    var kept: [InstanceStorage] = []
    kept.reserveCapacity(instances.count - gone.count)
    var freed: [InstanceStorage] = []
    var next = 0
    for (index, instance) in instances.enumerated() {
      if next < gone.count, gone[next] == index {
        next += 1
        freed.append(instance)
      } else {
        kept.append(instance)
      }
    }
    instances = kept
    for instance in freed { instance.late?.linker.forget(instance.late?.handle ?? 0, instance.module.byteCount) }
    return freed.count
  }
}

extension Store {
  /// One more instance was unlinked. A search takes time by the number of instances, so it waits until there are many that may be gone.
  func noteRetired() {
    retiredCount += 1
    if retiredCount >= retiredThreshold { releaseUnlinked() }
  }

  /// Somebody wants to know whether an instance is gone: searches, but where there are many instances not each time.
  func searchIfAskedOften() {
    releaseRequests += 1
    if releaseRequests * 16 >= instances.count { releaseUnlinked() }
  }
}

/// One search for what refers to retired instances.
private struct ReferenceSearch {
  /// An address range of a candidate: its records, its context, a piece of its code.
  private struct Range {
    let low, high: UInt
    let candidate: Int
  }

  private let store: Store
  /// Places in the store's list of instances, ascending.
  private var candidates: [Int] = []
  private var ranges: [Range] = []
  private var isReached: [Bool] = []
  /// Reached, but not yet looked through.
  private var pending: [Int] = []

  init(_ store: Store) { self.store = store }

  /// The places of the instances that nothing refers to, ascending.
  mutating func run() -> [Int] {
    findCandidates()
    if candidates.isEmpty { return [] }
    visitStack()
    visitTables()
    visitGlobals()
    for exception in store.exceptions.all { visit(exception.values, count: exception.tag.payloadWords) }
    var next = 0
    for index in store.instances.indices {
      if next < candidates.count, candidates[next] == index { next += 1 } else { visit(instance: store.instances[index]) }
    }
    while let candidate = pending.popLast() { visit(instance: store.instances[candidates[candidate]]) }
    return zip(candidates, isReached).filter { !$0.1 }.map(\.0)
  }

  /// Retired instances that the host has no handle of.
  private mutating func findCandidates() {
    for index in store.instances.indices where store.instances[index].late?.isRetired == true {
      if isKnownUniquelyReferenced(&store.instances[index]) { candidates.append(index) }
    }
    isReached = Array(repeating: false, count: candidates.count)
    for (candidate, index) in candidates.enumerated() {
      store.instances[index].forEachRange { low, size in ranges.append(Range(low: low, high: low + UInt(size), candidate: candidate)) }
    }
    ranges.sort { $0.low < $1.low }
  }

  private mutating func visit(_ word: UInt) {
    guard let first = ranges.first, let last = ranges.last, word >= first.low, word <= last.high else { return }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].low <= word { low = middle + 1 } else { high = middle }
    }
    // A return address may be the first byte after its function, which may be the first of another one.
    for index in [low - 1, low - 2] where index >= 0 && word <= ranges[index].high { reach(ranges[index].candidate) }
  }

  private mutating func reach(_ candidate: Int) {
    if isReached[candidate] { return }
    isReached[candidate] = true
    pending.append(candidate)
  }

  private mutating func visit(_ words: UnsafePointer<UInt64>, count: Int) {
    for index in 0..<count { visit(UInt(words[index])) }
  }

  private mutating func visit(instance: InstanceStorage) {
    visit(instance.context.assumingMemoryBound(to: UInt64.self), count: instance.module.layout.size / 8)
    instance.forEachElement { visit($0) }
  }

  private mutating func visitStack() {
    withUnsafeMutablePointer(to: &self) { search in
      latch_visit_stack(
        { low, high, search in
          let count = (high - low) / 8
          search!.assumingMemoryBound(to: ReferenceSearch.self).pointee.visit(UnsafePointer(bitPattern: low)!, count: Int(count))
        }, search)
    }
  }

  private mutating func visitTables() {
    for table in store.tables { for index in 0..<table.count where table.elements[index] != 0 { visit(table.elements[index]) } }
  }

  private mutating func visitGlobals() { for global in store.globals { visit(UInt(global.cell.pointee)) } }
}

extension InstanceStorage {
  /// Where references to it point: its records, its context, its module's code.
  fileprivate func forEachRange(_ body: (UInt, Int) -> Void) {
    body(UInt(bitPattern: records), recordCount * FunctionRecord.size)
    if !hasJoined { body(UInt(bitPattern: context), module.layout.size) }
    module.code.withLock { $0.forEachBlock(body) }
  }
}
