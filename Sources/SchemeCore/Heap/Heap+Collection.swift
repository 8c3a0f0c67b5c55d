// When the collectors run, over what, and what is done before and after: spaces change places, large objects are swept, the nursery is emptied and
// resized, statistics are kept.
//
// A poll collects the nursery, and does a step of the cycle that goes over the old generation (MarkSweep.swift), if there is one; a cycle begins when the old generation
// has grown enough, and is done at once when memory is short. When that is asked for, and when code is to be freed while there is little else, all is copied
// (Collector.swift), if there is room.
import GuestABI

extension Heap {
  /// Collects the nursery, and some of the old generation, or everything, if that is due. Every live value must be reachable from a root; words that Swift code holds are
  /// invalid afterwards.
  /// - Parameter sp: the first free word of the shadow stack.
  @inline(never)
  public static func collect(sp: Address) {
    if heapState.isStressed { heapState.stressedPolls += 1 }
    lowerStackLimit(sp)
    let isLittle = oldBytes < MarkSweep.smallestBytes
    let isFull = heapState.isFullCollectionDue || CodeStore.isFull && isLittle || heapState.isStressed && heapState.stressedPolls % 512 == 0
    if isFull { return collectAll(sp: sp) }
    collect(sp: sp, .nursery)
    if !setAside(bytes: 0) { collect(sp: sp, .cycle) }
    // In the cycle there may have been much that is garbage now.
    if !setAside(bytes: 0) { collect(sp: sp, .cycle) }
    if !hasWantedRoom { makeWantedRoom(sp: sp) }
    if MarkSweep.isIdle && (oldBytes >= heapState.oldThreshold || CodeStore.isFull || heapState.isStressed) { MarkSweep.begin() }
    noteExhaustion()
  }

  /// Where a large object is asked for, nothing can be collected. So another one like the largest so far should find room that there would be after a collection.
  private static func makeWantedRoom(sp: Address) {
    let isUnderWay = !MarkSweep.isIdle
    collect(sp: sp, .cycle)
    // In the cycle there may have been much that is garbage now.
    if isUnderWay && !hasWantedRoom { collect(sp: sp, .cycle) }
    // What all that was of no use for is not tried again, unless it is asked for again.
    if !hasWantedRoom { heapState.wantedBytes = 0 }
  }

  /// Collects everything.
  public static func collectAll(sp: Address) {
    if hasRoomToCopy {
      collect(sp: sp, .everything)
    } else {
      collect(sp: sp, .cycle)
      collect(sp: sp, .cycle)
    }
    heapState.isFullCollectionDue = false
    noteExhaustion()
  }

  /// After a collection of the old generation: how large it may be when the next begins.
  static func chooseOldThreshold() {
    // A cycle should be over before memory is short.
    let room = spareBytes + heapState.values.holeBytes + heapState.raws.holeBytes
    heapState.oldThreshold = min(max(minimumOldThreshold, oldBytes * 2), oldBytes + room / 5 * 2)
  }

  private static func collect(sp: Address, _ extent: CollectionExtent) {
    let isFull = extent == .everything
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let start = hostClock()
    heapState.statistics.allocatedBytes += UInt64(heapState.allocatedBytes)
    if heapState.chunk != 0 { store32(heapState.chunk &+ Chunk.end, runtimeState.allocationPointer) }

    MarkSweep.sweepSome()
    if extent == .cycle { MarkSweep.beginAtOnce() }
    var before = heapState
    let rest = isFull ? MarkSweep.abandon() : nil
    if isFull {
      heapState.space = PageUse.nextSpace(after: before.space)
      heapState.values = Region()
      heapState.raws = Region()
    }
    var collector = Collector(isFull: isFull, before)
    collector.copyRoots(sp: sp)
    collector.scan()
    collector.settleEphemerons()
    collector.marker.putBack()
    heapState.values.seal()
    heapState.raws.seal()

    if var rest {
      before.values.free(poison: before.isStressed)
      before.raws.free(poison: before.isStressed)
      Region.free(rest.values, poison: before.isStressed)
      Region.free(rest.raws, poison: before.isStressed)
      rest.unreached.free()
    }
    var large = heapState.large
    if isFull { large = large.swept(LargeObjects()) }
    heapState.large = before.youngLarge.swept(large)
    heapState.youngLarge = LargeObjects()
    if heapState.isStressed { poisonNursery() }
    if !isFull { adjustNursery(survived: Int64(collector.copiedBytes), sp: sp) }
    resetNursery()
    CodeStore.noteCollection()
    if isFull {
      CodeStore.sweep(poison: before.isStressed)
      heapState.statistics.fullCollections += 1
      heapState.statistics.movingCollections += 1
      chooseOldThreshold()
    } else {
      heapState.statistics.youngCollections += 1
    }
    MarkSweep.markSome(promotedBytes: Int64(collector.copiedBytes))
    if extent == .cycle { MarkSweep.finish() }
    SourcePositions.clear()

    heapState.liveBytes = oldBytes
    heapState.statistics.copiedBytes += collector.copiedBytes
    let end = hostClock()
    runtimeState.collections &+= 1
    runtimeState.collectionExtent = extent.rawValue
    runtimeState.collectionBytes = UInt32(truncatingIfNeeded: collector.copiedBytes)
    runtimeState.collectionStart = start
    runtimeState.collectionEnd = end
    let seconds = end - start
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
