// Collecting the old generation little by little, so that no pause is longer for there being much that lives. A cycle has two phases, each a step of which is
// done at every collection of the nursery.
//
// Marking (Marker.swift) finds what is reachable. What becomes old meanwhile goes to blocks of another use and is not looked at again: it counts as reached. The program
// goes on between the steps and may move a pointer from where we have not looked yet to where we have. The card of every store tells: the collection of the nursery shades
// (marks, to be looked into) what the words of such cards refer to, besides what the roots and its own copies refer to. So when marking has nothing more to do right after
// it, and the code's constants have been looked at, all that is reachable is marked. (Dijkstra and others, "On-the-Fly Garbage Collection", 1978, with the cards of the
// generations as in Printezis and Detlefs, "A Generational Mostly-concurrent Garbage Collector", 2000.)
//
// Sweeping (Sweeper.swift) makes holes of what was not marked, block by block; they are filled with what becomes old. Pages are given back only when all blocks have been
// swept: until then unreachable objects on cards may still refer to them, and as pages of the nursery they would be taken for the young.
//
// When memory is short, a whole cycle is done at once. The copying collector can take over at any moment.
import GuestABI

struct MarkSweepState {
  enum Phase: UInt8 {
    case idle, marking, sweeping
  }
  var phase = Phase.idle
  /// The use of the blocks that were old when the cycle began; those that have been swept have that of `heapState.space`.
  var use: UInt8 = 0
  /// Those that have not been swept yet.
  var values: Address = 0
  var raws: Address = 0
  var pages = 0
  /// Large objects that were not found. They are freed at the end of the cycle.
  var unreached = LargeObjects()

  /// Marked objects that are still to be looked into: small ones, ephemerons, large ones (a list).
  var stack = MarkStack()
  var ephemerons = MarkStack()
  var grayLarge: Address = 0
  /// There was no memory for the stack: some marked objects are to be looked into that are not there.
  var hasOverflowed = false

  /// Words that the old generation had when the cycle began, and the words that may become old until the phase should be over.
  var words: Int64 = 0
  var room: Int64 = 1
  /// The most that the nursery may be, so that no step is long.
  var largestNurseryBytes = Int64.max
}
nonisolated(unsafe) var markSweep = MarkSweepState()

enum MarkSweep {
  /// A smaller old generation is copied at once where that is asked for: it takes no longer than a collection of the nursery.
  static let smallestBytes: Int64 = 0x100_0000
  /// The least that a step does: words looked at, blocks swept.
  private static let leastWords: Int64 = 400_000
  private static let leastBlocks = 400
  /// About what a step may look at: the nursery is smaller where marking has to hurry.
  private static let mostWords: Int64 = 2_000_000
  private static let smallestNurseryBytes: Int64 = 0x10_0000

  static var isMarking: Bool { markSweep.phase == .marking }
  static var isIdle: Bool { markSweep.phase == .idle }

  /// Starts a cycle, before or after a collection of the nursery.
  static func begin() {
    let spare = Heap.spareBytes / 8
    markSweep.phase = .marking
    markSweep.use = heapState.space
    heapState.space = PageUse.nextSpace(after: heapState.space)
    markSweep.values = heapState.values.blocks
    markSweep.raws = heapState.raws.blocks
    heapState.values.freeEmptyBlocks()
    heapState.raws.freeEmptyBlocks()
    markSweep.pages = heapState.values.pages + heapState.raws.pages
    markSweep.words = Int64(markSweep.pages + heapState.large.pages) * Int64(pageSize / 8)
    markSweep.room = max(min(markSweep.words / 4, spare / 5 * 2), Heap.minimumOldThreshold / 64)
    markSweep.largestNurseryBytes = max(mostWords * 8 * 4 / 5 * markSweep.room / max(markSweep.words, 1), smallestNurseryBytes)
    heapState.nurseryBytes = min(heapState.nurseryBytes, markSweep.largestNurseryBytes)
    heapState.values = Region()
    heapState.raws = Region()
  }

  /// Does some sweeping, before a collection of the nursery needs the holes.
  static func sweepSome() {
    if markSweep.phase != .sweeping { return }
    // All should be swept before memory is short, though nothing be free.
    let steps = Heap.spareBytes / 2 / heapState.nurseryBytes
    let blocks = max(leastBlocks, markSweep.pages / max(1, Int(truncatingIfNeeded: steps)))
    if Sweeper.sweep(blocks: heapState.isStressed ? 1 : blocks) { end() }
  }

  /// Does some marking, after a collection of the nursery that made some bytes old.
  static func markSome(promotedBytes: Int64) {
    if markSweep.phase != .marking { return }
    let wanted = promotedBytes / 8 * markSweep.words / markSweep.room * 5 / 4
    mark(words: heapState.isStressed ? 20 : max(leastWords, wanted))
  }

  private static func mark(words: Int64) {
    var marker = Marker()
    let isDone = marker.mark(words: words)
    marker.putBack()
    if isDone { startSweeping() }
  }

  /// Before a collection of the nursery: sees to it that a cycle is under way that `finish` can do all of.
  static func beginAtOnce() {
    if markSweep.phase == .sweeping { finish() }
    if markSweep.phase == .idle { begin() }
  }

  /// Does what is left of the cycle. Marking needs a collection of the nursery right before.
  static func finish() {
    if markSweep.phase == .marking { mark(words: .max) }
    if markSweep.phase == .sweeping && Sweeper.sweep(blocks: .max) { end() }
  }

  private static func startSweeping() {
    markSweep.stack.free()
    markSweep.ephemerons.free()
    markSweep.phase = .sweeping
    heapState.large = heapState.large.sweptOfUnmarked(into: &markSweep.unreached)
    CodeStore.sweep(poison: heapState.isStressed)
    heapState.statistics.fullCollections += 1
  }

  /// The blocks have all been swept.
  private static func end() {
    markSweep.phase = .idle
    heapState.values.freeEmptyBlocks()
    heapState.raws.freeEmptyBlocks()
    markSweep.unreached.free()
    markSweep.largestNurseryBytes = .max
    Heap.chooseOldThreshold()
  }

  /// Gives up: nothing is marked any more, and nothing is to be swept. Returns what the old generation has besides the spaces. For the copying collector.
  static func abandon() -> (values: Address, raws: Address, unreached: LargeObjects) {
    if markSweep.phase == .marking {
      heapState.large.unmark()
      CodeStore.unmark()
    }
    let rest = (markSweep.values, markSweep.raws, markSweep.unreached)
    markSweep.stack.free()
    markSweep.ephemerons.free()
    markSweep = MarkSweepState()
    return rest
  }
}
