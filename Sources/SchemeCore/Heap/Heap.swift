// The moving heap: bump allocation in chunks of pages. Allocation never collects; when enough has been allocated it asks for a
// poll, and the poll calls `Heap.collect`. So Swift code may hold words in locals freely between polls.
//
// A chunk starts with two words: next chunk and number of pages; end of its objects (set when it is full). An object that takes
// more than `largeObjectBytes` has a run of pages for itself, with a header of three words (see `LargeObject`), and stays where it is.
import GuestABI

struct HeapState {
  /// The use that marks the pages of the space allocated in (`evenSpace` or `oddSpace`).
  var space: UInt8 = PageUse.evenSpace
  /// The chunk allocated in, and the oldest one; chunks are linked from old to new.
  var chunk: Address = 0
  var firstChunk: Address = 0
  /// The newest large object.
  var largeObjects: Address = 0
  /// Bytes of full chunks and large objects taken since the last collection, and at which sum a collection is due.
  /// (Sums have 64 bits: `Int` has 32 in the guest.)
  var allocatedBytes: Int64 = 0
  var threshold: Int64 = 8 << 20
  /// Bytes that survived the last collection.
  var liveBytes: Int64 = 0
  /// The limit of live data that the host gave.
  var limit: Int64 = 1 << 30
  var isExhausted = false
  var statistics = HeapStatistics()
}
nonisolated(unsafe) var heapState = HeapState()

public struct HeapStatistics {
  public var collections = 0
  /// Bytes allocated up to the last collection. (64 bits: `Int` has 32 in the guest.)
  public var allocatedBytes: UInt64 = 0
  public var copiedBytes: UInt64 = 0
  public var collectionSeconds = 0.0
}

/// The header of an object in a run of pages of its own. Offsets in bytes from the start of the run.
enum LargeObject {
  static let next: Address = 0
  static let pages: Address = 4
  /// 1 while a collection has found the object.
  static let mark: Address = 8
  /// The next object whose fields have not been looked at yet.
  static let nextGray: Address = 12
  static let object: Address = 24
}

enum Chunk {
  static let next: Address = 0
  static let pages: Address = 4
  static let end: Address = 8
  static let objects: Address = 16
  static let defaultPages = 4
}

public enum Heap {
  static let largeObjectBytes = 32 << 10
  static let minimumThreshold: Int64 = 8 << 20

  /// Sets up the heap and the shadow stack. Idempotent.
  /// - Parameters: stackBytes: size of the shadow stack; limit: how many bytes may be live.
  public static func start(stackBytes: Int, limit: Int) {
    heapState.limit = Int64(limit)
    if runtimeState.stackBase != 0 { return }
    let pages = (stackBytes + pageSize - 1) / pageSize
    let stack = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if stack == 0 { abortRuntime("no memory for the stack") }
    runtimeState.stackBase = stack
    // The rest is for what is stored between a poll and the next.
    runtimeState.realStackLimit = stack &+ UInt32(pages * pageSize - pageSize)
    runtimeState.stackLimit = runtimeState.realStackLimit
  }

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
    heapState.allocatedBytes += Int64(Chunk.defaultPages * pageSize)
    if heapState.allocatedBytes >= heapState.threshold { runtimeState.requestPoll(PollReason.collection) }
    let address = runtimeState.allocationPointer
    runtimeState.allocationPointer = address &+ UInt32(bytes)
    return address
  }

  /// Whether an object of so many bytes may be allocated. To be asked before anything whose size a program chooses freely; when
  /// the answer is false, raise `ErrorKind.outOfMemory`.
  public static func hasRoom(bytes: Int64) -> Bool {
    if bytes < 0 || bytes > heapState.limit { return false }
    if bytes <= Int64(largeObjectBytes) { return true }
    if heapState.liveBytes + bytes > heapState.limit { return false }
    // Garbage may fill what a poll would free, but not without bounds.
    return heapState.liveBytes + heapState.allocatedBytes + bytes <= heapState.limit + heapState.limit / 2
  }

  /// Whether the last collection left more live data than the limit allows. The poll that sees this raises an error.
  public static var isExhausted: Bool { heapState.isExhausted }

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

  /// Ends the current chunk and starts allocating in a new one of the current space.
  static func takeChunk() {
    let chunk = PageAllocator.allocate(pages: Chunk.defaultPages, use: heapState.space)
    if chunk == 0 { abortRuntime("out of memory") }
    store32(chunk &+ Chunk.next, 0)
    store32(chunk &+ Chunk.pages, UInt32(Chunk.defaultPages))
    store32(chunk &+ Chunk.end, chunk &+ Chunk.objects)
    if heapState.chunk == 0 {
      heapState.firstChunk = chunk
    } else {
      store32(heapState.chunk &+ Chunk.end, runtimeState.allocationPointer)
      store32(heapState.chunk &+ Chunk.next, chunk)
    }
    heapState.chunk = chunk
    runtimeState.allocationPointer = chunk &+ Chunk.objects
    // One word less than the pages have: at the very end of memory the sum would be 0.
    runtimeState.allocationLimit = chunk &+ UInt32(Chunk.defaultPages * pageSize - 8)
  }

  private static func allocateLarge(bytes: Int) -> Address {
    let pages = (bytes + Int(LargeObject.object) + pageSize - 1) / pageSize
    let run = PageAllocator.allocate(pages: pages, use: PageUse.large)
    if run == 0 { abortRuntime("out of memory") }
    store32(run &+ LargeObject.next, heapState.largeObjects)
    store32(run &+ LargeObject.pages, UInt32(pages))
    store32(run &+ LargeObject.mark, 0)
    heapState.largeObjects = run
    heapState.allocatedBytes += Int64(pages) * Int64(pageSize)
    if heapState.allocatedBytes >= heapState.threshold { runtimeState.requestPoll(PollReason.collection) }
    return run &+ LargeObject.object
  }
}
