// The moving heap, in two generations. The program allocates in the nursery: chunks of pages, bump by bump. Allocation never collects; when the
// nursery is full it asks for a poll, and the poll calls `Heap.collect`. So Swift code may hold words in locals freely between polls.
//
// What survives a collection of the nursery is old. The old generation is copied as a whole when it has grown enough since it was
// last (see Collector.swift). Old objects that may point at young ones are found by the cards that stores set (Cards.swift).
//
// Memory is never short in the middle of a collection: after each one enough pages are set aside for the next. When that fails, or when more
// is alive than the limit allows, the heap is exhausted, and the poll raises an error.
import GuestABI

struct HeapState {
  /// The chunk of the nursery that is allocated in, and the first one. Chunks are kept from one collection to the next.
  var chunk: Address = 0
  var firstChunk: Address = 0
  /// Large objects allocated since the last collection.
  var youngLarge = LargeObjects()

  /// The use that marks the pages of the old generation (`evenSpace` or `oddSpace`).
  var space: UInt8 = PageUse.evenSpace
  var values = Region()
  var raws = Region()
  var large = LargeObjects()

  /// Bytes of nursery chunks and large objects taken since the last collection, and at which sum a collection is due.
  /// (Sums have 64 bits: `Int` has 32 in the guest.)
  var allocatedBytes: Int64 = 0
  var nurseryBytes = Heap.usualNurseryBytes
  /// How large the old generation may be before all is collected.
  var oldThreshold = Heap.minimumOldThreshold
  /// Bytes that survived the last collection, and the last one of all.
  var liveBytes: Int64 = 0
  /// The limit of live data that the host gave.
  var limit: Int64 = 1 << 30
  var isExhausted = false
  /// What a program over the limit may take in addition while it deals with that.
  var grace: Int64 = 0
  /// Collect at every poll, and overwrite what is freed.
  var isStressed = false
  var stressedPolls = 0
  var statistics = HeapStatistics()
}
nonisolated(unsafe) var heapState = HeapState()

public struct HeapStatistics {
  /// Collections of the nursery alone, and of everything.
  public var youngCollections = 0
  public var fullCollections = 0
  /// Bytes allocated up to the last collection. (64 bits: `Int` has 32 in the guest.)
  public var allocatedBytes: UInt64 = 0
  public var copiedBytes: UInt64 = 0
  public var collectionSeconds = 0.0
  public var longestPauseSeconds = 0.0

  public var collections: Int { youngCollections + fullCollections }
}

public enum Heap {
  static let largeObjectBytes = 32 << 10
  /// `Int` has 32 bits in the guest, and sizes are added and doubled.
  static let largestObjectBytes: Int64 = 1 << 30
  static let usualNurseryBytes: Int64 = 4 << 20
  /// The nursery of a program that keeps most of what it allocates, as a deep recursion does: then it pays to wait.
  static let largestNurseryBytes: Int64 = 32 << 20
  static let minimumOldThreshold: Int64 = 64 << 20
  /// What a program over the limit gets in addition each time it is told so.
  static let graceBytes: Int64 = 4 << 20

  /// What of the shadow stack is left for a frame that starts just below its limit.
  static let stackReserve = 8 * pageSize

  /// Sets up the heap and the shadow stack. Idempotent.
  /// - Parameters: stackBytes: size of the shadow stack; limit: how many bytes may be live.
  public static func start(stackBytes: Int, limit: Int64) {
    heapState.limit = limit
    if runtimeState.stackBase != 0 { return }
    let pages = (stackBytes + pageSize - 1) / pageSize
    let stack = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if stack == 0 { abortRuntime("no memory for the stack") }
    runtimeState.stackBase = stack
    // The rest is for what is stored between a poll and the next.
    runtimeState.realStackLimit = stack &+ UInt32(pages * pageSize - stackReserve)
    runtimeState.stackLimit = runtimeState.realStackLimit
  }

  // MARK: Allocation

  /// Allocates bytes (a multiple of eight), aligned to eight.
  @inline(__always)
  public static func allocate(bytes: Int) -> Address {
    let address = runtimeState.allocationPointer
    let size = UInt32(truncatingIfNeeded: bytes)
    if size <= runtimeState.allocationLimit &- address {
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
    account(Int64(Chunk.defaultPages * pageSize))
  }

  private static func addChunk() -> Address {
    let chunk = PageAllocator.allocate(pages: Chunk.defaultPages, use: PageUse.nursery)
    if chunk == 0 { abortRuntime("out of memory") }
    Region.setHeader(chunk, pages: Chunk.defaultPages)
    if heapState.chunk == 0 { heapState.firstChunk = chunk } else { store32(heapState.chunk &+ Chunk.next, chunk) }
    return chunk
  }

  private static func allocate(in chunk: Address) {
    heapState.chunk = chunk
    runtimeState.allocationPointer = chunk &+ Chunk.objects
    runtimeState.allocationLimit = Region.limit(chunk, pages: Chunk.defaultPages)
  }

  private static func allocateLarge(bytes: Int) -> Address {
    let pages = Int((UInt32(bytes) + LargeObject.object + UInt32(pageSize) - 1) / UInt32(pageSize))
    let run = PageAllocator.allocate(pages: pages, use: PageUse.youngLarge)
    if run == 0 { abortRuntime("out of memory") }
    store32(run &+ LargeObject.pages, UInt32(pages))
    heapState.youngLarge.add(run)
    account(Int64(pages) * Int64(pageSize))
    return run &+ LargeObject.object
  }

  /// Adds to what has been taken since the last collection.
  private static func account(_ bytes: Int64) {
    heapState.allocatedBytes += bytes
    if heapState.allocatedBytes >= heapState.nurseryBytes { runtimeState.requestPoll(PollReason.collection) }
  }

  /// Chooses the size of the nursery by how much of it survived.
  static func adjustNursery(survived: Int64) {
    let most = max(usualNurseryBytes, min(largestNurseryBytes, heapState.limit / 16))
    if survived > heapState.nurseryBytes / 2 {
      heapState.nurseryBytes = min(heapState.nurseryBytes * 2, most)
    } else if survived < heapState.nurseryBytes / 8 {
      heapState.nurseryBytes = usualNurseryBytes
    }
  }

  /// Makes the nursery empty, and as large as it usually is.
  static func resetNursery() {
    heapState.allocatedBytes = 0
    if heapState.firstChunk == 0 { return }
    var chunk = heapState.firstChunk
    var bytes = Int64(Chunk.defaultPages * pageSize)
    while load32(chunk &+ Chunk.next) != 0 && bytes < heapState.nurseryBytes {
      chunk = load32(chunk &+ Chunk.next)
      bytes += Int64(Chunk.defaultPages * pageSize)
    }
    var surplus = load32(chunk &+ Chunk.next)
    store32(chunk &+ Chunk.next, 0)
    while surplus != 0 {
      let next = load32(surplus &+ Chunk.next)
      PageAllocator.free(surplus, pages: Chunk.defaultPages)
      surplus = next
    }
    allocate(in: heapState.firstChunk)
    heapState.allocatedBytes = Int64(Chunk.defaultPages * pageSize)
  }

  // MARK: Limits

  /// Whether an object, or some objects that are made without a poll, of so many bytes may be allocated. To be asked before anything whose size
  /// a program chooses freely; when the result is false, raise `ErrorKind.outOfMemory`.
  public static func hasRoom(bytes: Int64) -> Bool { bytes <= largestObjectBytes && hasRoom(forObjectsOf: bytes) }

  /// The same for objects none of which is large by itself.
  public static func hasRoom(forObjectsOf bytes: Int64) -> Bool {
    if bytes <= Int64(largeObjectBytes) { return bytes >= 0 }
    if heapState.liveBytes + bytes > heapState.limit + heapState.grace { return false }
    // Garbage may fill what a poll would free, but not without bounds.
    if heapState.liveBytes + heapState.allocatedBytes + bytes > heapState.limit + heapState.limit / 2 + heapState.grace { return false }
    return setAside(bytes: heapState.allocatedBytes + bytes)
  }

  /// Makes sure that there are pages to allocate some bytes in and to collect afterwards.
  static func setAside(bytes: Int64) -> Bool {
    let old = Int64(heapState.values.pages + heapState.raws.pages) * Int64(pageSize)
    let wanted = bytes + (old + min(bytes, old + nurseryReserve)) / 8 * 9 + nurseryReserve
    return PageAllocator.ensureFree(pages: Int(wanted / Int64(pageSize)) + 16)
  }

  /// Pages for the usual nursery and for copying all of it.
  private static var nurseryReserve: Int64 { heapState.nurseryBytes * 2 }

  /// Bytes of the old generation.
  static var oldBytes: Int64 {
    Int64(heapState.values.pages + heapState.raws.pages + heapState.large.pages) * Int64(pageSize)
  }

  /// Whether the last collection left more live data than the limit allows. The poll that sees this raises an error.
  public static var isExhausted: Bool { heapState.isExhausted }

  /// The program is told that the heap is exhausted: it gets a little more, so that it can deal with that.
  static func grantGrace() {
    heapState.isExhausted = false
    heapState.grace = heapState.liveBytes + graceBytes - heapState.limit
  }

  /// The next poll collects everything.
  static func requestFullCollection() {
    heapState.oldThreshold = 0
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
    set { heapState.limit = newValue }
  }

  /// Collects at every poll from now on (all generations now and then), and overwrites what is freed with `poison`. For tests.
  public static var isStressed: Bool {
    get { heapState.isStressed }
    set {
      heapState.isStressed = newValue
      if newValue { runtimeState.requestPoll(PollReason.stress) } else { runtimeState.clearPoll(PollReason.stress) }
    }
  }

  /// A pointer to the end of the address space: no object is there.
  static let poisonWord = Word(0xFFFF_FFF0) | Tag.pair

  static func poison(from start: Address, to end: Address) {
    if end > start { fillWords(start, count: Int(end &- start) / 8, with: poisonWord) }
  }
}
