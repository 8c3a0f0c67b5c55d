// The moving heap, in two generations. The program allocates in the nursery: chunks of pages, bump by bump. Allocation never collects; when the
// nursery is full it asks for a poll, and the poll calls `Heap.collect`. So Swift code may hold words in locals freely between polls.
//
// What survives a collection of the nursery is old (see Collector.swift). When the old generation has grown enough since it was last collected, it is collected
// again, little by little (MarkSweep.swift). Old objects that may point at young ones are found by the cards that stores set (Cards.swift).
//
// Memory is never short in the middle of a collection: pages enough for what survives the next one are left free (`setAside`). When that fails after a collection, the
// heap is exhausted, and the poll raises an error. The program has a fixed reserve to deal with that, which it gets back when it has given up as much as
// it had taken. A program that uses up the reserve too is ended: its handlers are not asked again.
import GuestABI

struct HeapState {
  /// The chunk of the nursery that is allocated in, and the first one. Chunks are kept from one collection to the next.
  var chunk: Address = 0
  var firstChunk: Address = 0
  /// Large objects allocated since the last collection.
  var youngLarge = LargeObjects()

  /// The use of the pages where objects become old.
  var space: UInt8 = PageUse.firstSpace
  var values = Region()
  var raws = Region()
  var large = LargeObjects()

  /// Bytes of nursery chunks and large objects taken since the last collection, and at which sum a collection is due.
  /// (Sums have 64 bits: `Int` has 32 in the guest.)
  var allocatedBytes: Int64 = 0
  var nurseryBytes = Heap.usualNurseryBytes
  /// What the nursery goes back to, and the most that it may be: see `Heap.setLimit`.
  var usualNurseryBytes = Heap.usualNurseryBytes
  var largestNurseryBytes = Heap.largestNurseryBytes
  /// What the frames on the shadow stack take when they are recorded in the heap.
  var unwindingBytes: Int64 = 0
  /// How far the shadow stack may reach; its present limit is `runtimeState.realStackLimit`.
  var stackEnd: Address = 0
  /// How large the old generation may be before it is collected.
  var oldThreshold = Heap.minimumOldThreshold
  /// The next poll is to collect everything at once.
  var isFullCollectionDue = false
  /// The largest object that has been asked for since there was last no room for one.
  var wantedBytes: Int64 = 0
  /// Bytes that survived the last collection.
  var liveBytes: Int64 = 0
  /// The most memory that the host lets the runtime have.
  var limit: Int64 = 0x1_0000_0000
  var isExhausted = false
  /// The program has been told that memory is short, and may take the reserve.
  var isReserveOpen = false
  /// Collect at every poll, and overwrite what is freed.
  var isStressed = false
  var stressedPolls = 0
  var statistics = HeapStatistics()
}
/// (Its initial values are literals, so that it is initialised statically: else every use would ask first whether it has been.)
nonisolated(unsafe) var heapState = HeapState()

public struct HeapStatistics {
  /// Collections of the nursery alone, and of everything; of the latter, those that moved old objects.
  public var youngCollections = 0
  public var fullCollections = 0
  var movingCollections = 0
  /// Bytes allocated up to the last collection. (64 bits: `Int` has 32 in the guest.)
  public var allocatedBytes: UInt64 = 0
  public var copiedBytes: UInt64 = 0
  public var collectionSeconds = 0.0
  public var longestPauseSeconds = 0.0

  public var collections: Int { youngCollections + fullCollections }
}

public enum Heap {
  static let largeObjectBytes = 0x8000
  /// `Int` has 32 bits in the guest, and sizes are added and doubled.
  static let largestObjectBytes: Int64 = 0x4000_0000
  static let usualNurseryBytes: Int64 = 0x40_0000
  /// The nursery of a deep recursion, whose whole stack is looked at each time.
  static let largestNurseryBytes: Int64 = 0x200_0000
  static let minimumOldThreshold: Int64 = 0x200_0000

  /// What recursion has of the shadow stack before it asks for more. `unwindingBytes` is too small by four times as much for a recursion of small frames: the reserve
  /// must have that besides.
  static var usualStackBytes: Int { Int(max(64 << 10, min(3 << 19, heapState.limit / 256))) }
  /// What of the shadow stack is left for a frame that starts just below its limit.
  static var stackReserve: Int { 8 * pageSize }
  /// With less, every call would unwind the stack.
  public static let smallestStackBytes = 4096

  /// Sets up the heap and the shadow stack. Idempotent.
  /// - Parameters:
  ///   - stackBytes: what recursion may use of the shadow stack before it goes on in the heap, if the limit is not small; `smallestStackBytes` at least. The more it is,
  ///     the more of the host's stack is in use at the same time.
  ///   - limit: the bytes that everything may take.
  public static func start(stackBytes: Int, limit: Int64) {
    self.limit = limit
    if runtimeState.stackBase != 0 { return }
    let usable = min(stackBytes, max(Int(limit / 32) - stackReserve, stackReserve)) & ~7
    let pages = (usable + stackReserve + pageSize - 1) / pageSize
    let stack = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if stack == 0 { abortRuntime("no memory for the stack") }
    runtimeState.stackBase = stack
    // The rest is for what is stored between a poll and the next.
    heapState.stackEnd = stack &+ UInt32(usable)
    setStackLimit(stack &+ UInt32(usualStackBytes))
    runtimeState.stackLimit = runtimeState.realStackLimit
    FlonumZeros.start()
  }

  // MARK: The shadow stack

  private static func setStackLimit(_ wanted: Address) {
    let limit = min(wanted, heapState.stackEnd)
    runtimeState.realStackLimit = limit
    // A frame's record takes four words more than the frame has on the stack; most of what is above the usual limit are small frames.
    let usual = min(Int64(usualStackBytes), Int64(heapState.stackEnd &- runtimeState.stackBase))
    let deep = max(Int64(limit &- runtimeState.stackBase) - usual, 0)
    heapState.unwindingBytes = usual + Int64(stackReserve) + 5 * deep
  }

  /// Lets recursion go on where it has reached the limit, with its frames where they are: it is faster than in the heap. False if the stack cannot be larger, or there is
  /// no memory to move all of that to the heap one day.
  static func deepenStack(_ sp: Address) -> Bool {
    let before = runtimeState.realStackLimit
    if before >= heapState.stackEnd { return false }
    setStackLimit(sp &+ UInt32(usualStackBytes))
    if sp >= runtimeState.realStackLimit || !setAside(bytes: 0) {
      setStackLimit(before)
      return false
    }
    clearPoll(0)
    return true
  }

  /// Takes back what recursion has left of the stack.
  static func lowerStackLimit(_ sp: Address) {
    let limit = max(sp &+ UInt32(usualStackBytes / 2), runtimeState.stackBase &+ UInt32(usualStackBytes))
    if limit < runtimeState.realStackLimit { setStackLimit(limit) }
  }

  // MARK: Allocation

  /// Allocates bytes (a multiple of eight), aligned to eight.
  @inline(__always)
  public static func allocate(bytes: Int) -> Address {
    let address = runtimeState.allocationPointer
    let size = UInt32(truncatingIfNeeded: bytes)
    // What is large has pages of its own, though it may fit: when memory is nearly full, what is copied has to fit in single pages.
    if size <= UInt32(largeObjectBytes) && size <= runtimeState.allocationLimit &- address {
      runtimeState.allocationPointer = address &+ size
      return address
    }
    return allocateSlowly(bytes: bytes)
  }

  /// The same when the chunk is full. Generated code calls this.
  @inline(never)
  public static func allocateSlowly(bytes: Int) -> Address {
    if bytes > largeObjectBytes { return allocateLarge(bytes: bytes) }
    takeChunk()
    let address = runtimeState.allocationPointer
    runtimeState.allocationPointer = address &+ UInt32(bytes)
    return address
  }

  /// Ends the current chunk of the nursery and goes on in the next one.
  private static func takeChunk() {
    var chunk: Address = 0
    if heapState.chunk != 0 {
      store32(heapState.chunk &+ Chunk.end, runtimeState.allocationPointer)
      chunk = load32(heapState.chunk &+ Chunk.next)
    }
    if chunk == 0 { chunk = addChunk() }
    allocate(in: chunk)
    notePages(pages(of: chunk))
  }

  private static func addChunk() -> Address {
    // When memory is nearly full, single pages may be left.
    var pages = Chunk.defaultPages
    var chunk = PageAllocator.allocate(pages: pages, use: PageUse.nursery)
    if chunk == 0 {
      pages = 1
      chunk = PageAllocator.allocate(pages: pages, use: PageUse.nursery)
    }
    if chunk == 0 { abortRuntime("out of memory") }
    Chunk.setHeader(chunk, pages: pages)
    if heapState.chunk == 0 { heapState.firstChunk = chunk } else { store32(heapState.chunk &+ Chunk.next, chunk) }
    return chunk
  }

  private static func allocate(in chunk: Address) {
    heapState.chunk = chunk
    runtimeState.allocationPointer = chunk &+ Chunk.objects
    runtimeState.allocationLimit = Chunk.limit(chunk, pages: pages(of: chunk))
  }

  private static func pages(of chunk: Address) -> Int { Int(load32(chunk &+ Chunk.pages)) }

  private static func allocateLarge(bytes: Int) -> Address {
    let pages = Int((UInt32(bytes) + LargeObject.object + UInt32(pageSize) - 1) / UInt32(pageSize))
    let run = PageAllocator.allocate(pages: pages, use: PageUse.youngLarge)
    if run == 0 { abortRuntime("out of memory") }
    store32(run &+ LargeObject.pages, UInt32(pages))
    heapState.youngLarge.add(run)
    notePages(pages)
    return run &+ LargeObject.object
  }

  /// Adds to what has been taken since the last collection. What is taken without asking for room is noted too, so that a poll sees when memory is
  /// short.
  static func notePages(_ pages: Int) {
    heapState.allocatedBytes += Int64(pages) * Int64(pageSize)
    if StackProfile.isOfAllocation { StackProfile.noteAllocation() }
    if heapState.allocatedBytes >= heapState.nurseryBytes { runtimeState.requestPoll(PollReason.collection) }
  }

  /// Chooses the size of the nursery by how much of it survived, and by how much of the stack has to be looked at each time.
  static func adjustNursery(survived: Int64, sp: Address) {
    let least = min(Int64(sp &- runtimeState.stackBase) * 2, heapState.largestNurseryBytes)
    if survived > heapState.nurseryBytes / 2 {
      // Not more than twice, because it takes longer to copy all of it.
      heapState.nurseryBytes = min(heapState.nurseryBytes * 2, heapState.usualNurseryBytes * 2)
    } else if survived < heapState.nurseryBytes / 8 {
      heapState.nurseryBytes = heapState.usualNurseryBytes
    }
    heapState.nurseryBytes = max(min(heapState.nurseryBytes, markSweep.largestNurseryBytes), least)
  }

  /// Makes the nursery empty, and as large as it usually is.
  static func resetNursery() {
    heapState.allocatedBytes = 0
    if heapState.firstChunk == 0 { return }
    var chunk = heapState.firstChunk
    var bytes = Int64(pages(of: chunk) * pageSize)
    while load32(chunk &+ Chunk.next) != 0 && bytes < heapState.nurseryBytes {
      chunk = load32(chunk &+ Chunk.next)
      bytes += Int64(pages(of: chunk) * pageSize)
    }
    var surplus = load32(chunk &+ Chunk.next)
    store32(chunk &+ Chunk.next, 0)
    while surplus != 0 {
      let next = load32(surplus &+ Chunk.next)
      PageAllocator.free(surplus, pages: pages(of: surplus))
      surplus = next
    }
    allocate(in: heapState.firstChunk)
    heapState.allocatedBytes = Int64(pages(of: heapState.firstChunk) * pageSize)
  }

  // MARK: Limits

  /// Whether an object, or memory for one operation of the runtime, of so many bytes may be allocated, side by side. To be asked before anything whose size a
  /// program chooses freely; when the result is false, raise `ErrorKind.outOfMemory`.
  public static func hasRoom(bytes: Int64) -> Bool {
    if bytes <= Int64(largeObjectBytes) { return bytes >= 0 }
    if bytes > largestObjectBytes { return false }
    heapState.wantedBytes = max(heapState.wantedBytes, bytes)
    return setAside(bytes: bytes) && hasRun(bytes: bytes)
  }

  private static func pagesOfRun(_ bytes: Int64) -> Int { Int(bytes / Int64(pageSize)) + 2 }
  private static func hasRun(bytes: Int64) -> Bool { PageAllocator.ensureRun(pages: pagesOfRun(bytes)) }

  /// Whether there is room for another object like the largest that the program has asked for.
  static var hasWantedRoom: Bool {
    let bytes = heapState.wantedBytes
    // Memory that need not be made now is not.
    if bytes == 0 || spareBytes >= bytes && PageAllocator.canGrow(by: pagesOfRun(bytes)) { return true }
    return setAside(bytes: bytes) && hasRun(bytes: bytes)
  }

  /// The same for some objects that are made without a poll, none of which is large by itself.
  public static func hasRoom(forObjectsOf bytes: Int64) -> Bool {
    if bytes <= Int64(largeObjectBytes) { return bytes >= 0 }
    return setAside(bytes: bytes, inObjects: bytes)
  }

  /// Whether there are pages for some bytes, `inObjects` of which a collection would copy, and to collect afterwards: for the copies, and for all that may
  /// be allocated until the next poll. (The bytes of large objects are among those allocated since the last collection, but are not copied.)
  static func setAside(bytes: Int64, inObjects: Int64 = 0) -> Bool {
    PageAllocator.ensureFree(pages: Int(bytesToSetAside(bytes, inObjects: inObjects) / Int64(pageSize)) + 16)
  }

  private static func bytesToSetAside(_ bytes: Int64, inObjects: Int64) -> Int64 {
    let copied = max(youngBytes + inObjects, untilPoll)
    return bytes + untilPoll + copied / 8 * 9 + (heapState.isReserveOpen ? 0 : reserve)
  }

  /// How much more pages may be used before `setAside` fails.
  static var spareBytes: Int64 { max(Int64(pageState.limit - pageState.usedPages) * Int64(pageSize) - bytesToSetAside(0, inObjects: 0), 0) }

  /// Whether there is room to go on with what takes memory bit by bit and cannot be refused any, as expanding and compiling a large form does: for a collection,
  /// and some more.
  static var hasRoomToGoOn: Bool {
    PageAllocator.ensureFree(pages: Int((youngBytes / 8 * 9 + heapState.limit / 32) / Int64(pageSize)) + 16)
  }

  /// Whether all objects can be copied at once.
  static var hasRoomToCopy: Bool { PageAllocator.ensureFree(pages: Int((ordinaryBytes + youngBytes) / 8 * 9 / Int64(pageSize)) + 16) }

  /// What has been allocated in the nursery since the last collection.
  private static var youngBytes: Int64 { heapState.allocatedBytes - Int64(heapState.youngLarge.pages) * Int64(pageSize) }

  /// What a program allocates from one poll to the next, if every primitive asks for room: the nursery, and the records of all frames.
  private static var untilPoll: Int64 { heapState.nurseryBytes + heapState.unwindingBytes }

  /// What a program may take in addition while it deals with an exhausted heap: enough for one more poll to find out whether it does.
  private static var reserve: Int64 { untilPoll / 4 * 9 }

  /// Whether the last collection left less free than the next one needs. The poll that sees this raises an error.
  static var isExhausted: Bool { heapState.isExhausted }

  /// To be called after each collection.
  static func noteExhaustion() {
    if heapState.isReserveOpen {
      // The reserve is whole again when there is room for it, and some more: else the next object would exhaust the heap again.
      if setAside(bytes: reserve + reserve / 2) { heapState.isReserveOpen = false }
    }
    heapState.isExhausted = !setAside(bytes: 0)
  }

  /// The program is to be told that the heap is exhausted. False if it has taken the reserve too.
  static func openReserve() -> Bool {
    if heapState.isReserveOpen { return false }
    heapState.isReserveOpen = true
    noteExhaustion()
    // What the program gives up on its way to a handler should be there for the handler: a large object is refused where there is no room without a collection.
    requestFullCollection()
    return !heapState.isExhausted
  }

  /// Bytes of the old generation.
  static var oldBytes: Int64 { ordinaryBytes + Int64(heapState.large.pages) * Int64(pageSize) }

  /// What of it are objects that would be copied if all were.
  private static var ordinaryBytes: Int64 { heapState.values.usedBytes + heapState.raws.usedBytes + Int64(markSweep.pages) * Int64(pageSize) }

  /// The next poll collects everything.
  static func requestFullCollection() {
    heapState.isFullCollectionDue = true
    runtimeState.requestPoll(PollReason.collection)
  }

  // MARK: Inspection

  public static var statistics: HeapStatistics {
    var result = heapState.statistics
    result.allocatedBytes += UInt64(heapState.allocatedBytes)
    return result
  }
  public static var liveBytes: Int64 { heapState.liveBytes }
  public static var limit: Int64 {
    get { heapState.limit }
    set {
      heapState.limit = newValue
      PageAllocator.setLimit(bytes: newValue)
      heapState.usualNurseryBytes = max(min(usualNurseryBytes, newValue / 32), 1 << 20)
      heapState.largestNurseryBytes = max(min(largestNurseryBytes, newValue / 32), heapState.usualNurseryBytes)
      heapState.nurseryBytes = min(heapState.nurseryBytes, heapState.largestNurseryBytes)
    }
  }

  /// Collects at every poll from now on (all generations now and then), and overwrites what is freed with `poison`. For tests.
  public static var isStressed: Bool {
    get { heapState.isStressed }
    set {
      heapState.isStressed = newValue
      if newValue { runtimeState.requestPoll(PollReason.stress) } else { clearPoll(PollReason.stress) }
    }
  }

  /// A pointer to the end of the address space: no object is there.
  static let poisonWord = Word(0xFFFF_FFF0) | Tag.pair

  static func poison(from start: Address, to end: Address) {
    if end > start { fillWords(start, count: Int(end &- start) / 8, with: poisonWord) }
  }
}
