// When the collector runs (Collector.swift), over what, and what is done before and after it: spaces change places, large objects are swept, the nursery is
// emptied and resized, statistics are kept.
import GuestABI

extension Heap {
  /// Collects the nursery, or everything, if that is due. Every live value must be reachable from a root; words that Swift code holds are
  /// invalid afterwards.
  /// - Parameter sp: the first free word of the shadow stack.
  @inline(never)
  public static func collect(sp: Address) {
    if heapState.isStressed { heapState.stressedPolls += 1 }
    lowerStackLimit(sp)
    var isFull = oldBytes >= heapState.oldThreshold || CodeStore.isFull || heapState.isStressed && heapState.stressedPolls % 64 == 0
    collect(sp: sp, isFull: isFull)
    if !isFull && !setAside(bytes: 0) {
      isFull = true
      collect(sp: sp, isFull: true)
    }
    finish(isFull: isFull)
  }

  /// Collects everything.
  public static func collectAll(sp: Address) {
    collect(sp: sp, isFull: true)
    finish(isFull: true)
  }

  private static func finish(isFull: Bool) {
    if isFull { heapState.oldThreshold = max(minimumOldThreshold, oldBytes * 2) }
    noteExhaustion()
  }

  private static func collect(sp: Address, isFull: Bool) {
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let start = hostClock()
    heapState.statistics.allocatedBytes += UInt64(heapState.allocatedBytes)
    if heapState.chunk != 0 { store32(heapState.chunk &+ Chunk.end, runtimeState.allocationPointer) }

    let before = heapState
    if isFull {
      heapState.space = before.space ^ PageUse.evenSpace ^ PageUse.oddSpace
      heapState.values = Region()
      heapState.raws = Region()
    }
    var collector = Collector(isFull: isFull, before)
    collector.copyRoots(sp: sp)
    collector.scan()
    collector.settleEphemerons()
    heapState.values.seal()
    heapState.raws.seal()

    if isFull {
      before.values.free(poison: before.isStressed)
      before.raws.free(poison: before.isStressed)
    }
    var large = before.large
    if isFull { large = before.large.swept(LargeObjects()) }
    heapState.large = before.youngLarge.swept(large)
    heapState.youngLarge = LargeObjects()
    if heapState.isStressed { poisonNursery() }
    if !isFull { adjustNursery(survived: Int64(collector.copiedBytes), sp: sp) }
    resetNursery()
    CodeStore.noteCollection()
    if isFull { CodeStore.sweep(poison: before.isStressed) }
    SourcePositions.clear()

    heapState.liveBytes = oldBytes
    heapState.statistics.copiedBytes += collector.copiedBytes
    if isFull { heapState.statistics.fullCollections += 1 } else { heapState.statistics.youngCollections += 1 }
    let seconds = hostClock() - start
    heapState.statistics.collectionSeconds += seconds
    heapState.statistics.longestPauseSeconds = max(heapState.statistics.longestPauseSeconds, seconds)
    clearPoll(PollReason.collection)
  }

  private static func poisonNursery() {
    var chunk = heapState.firstChunk
    while chunk != 0 {
      poison(from: chunk &+ Chunk.objects, to: load32(chunk &+ Chunk.end))
      if chunk == heapState.chunk { return }
      chunk = load32(chunk &+ Chunk.next)
    }
  }
}
