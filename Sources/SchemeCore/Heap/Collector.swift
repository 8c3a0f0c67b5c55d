// The collector: Cheney's copying algorithm over chunks. Large objects are marked in place and swept.
//
// A moved object's first word becomes a forwarding word. To-space is scanned word by word: a word with the header tag starts an
// object, any other word starts a pair.
//
// Roots: the words of the shadow stack up to sp (skip words jump), the root words, the values of all symbols, the constant table.
import GuestABI

extension Heap {
  /// Collects. Every live value must be reachable from a root; words that Swift code holds are invalid afterwards.
  /// - Parameter sp: the first free word of the shadow stack.
  @inline(never)
  public static func collect(sp: Address) {
    let start = hostClock()
    let oldSpace = heapState.space
    let oldChunks = heapState.firstChunk
    let taken = heapState.allocatedBytes
    heapState.statistics.allocatedBytes += UInt64(taken)

    heapState.space = oldSpace ^ PageUse.evenSpace ^ PageUse.oddSpace
    heapState.chunk = 0
    heapState.firstChunk = 0
    runtimeState.allocationPointer = 0
    runtimeState.allocationLimit = 0
    takeChunk()

    var collector = Collector(fromSpace: oldSpace)
    collector.copyRoots(sp: sp)
    collector.scan()
    store32(heapState.chunk &+ Chunk.end, runtimeState.allocationPointer)
    freeChunks(oldChunks)
    let largeBytes = sweepLargeObjects()
    SourcePositions.clear()

    let live = Int64(collector.copiedBytes) + largeBytes
    heapState.liveBytes = live
    heapState.allocatedBytes = 0
    heapState.threshold = max(minimumThreshold, live)
    heapState.isExhausted = live > heapState.limit
    heapState.statistics.collections += 1
    heapState.statistics.copiedBytes += collector.copiedBytes
    runtimeState.clearPoll(PollReason.collection)
    heapState.statistics.collectionSeconds += hostClock() - start
  }

  private static func freeChunks(_ first: Address) {
    var chunk = first
    while chunk != 0 {
      let next = load32(chunk &+ Chunk.next)
      PageAllocator.free(chunk, pages: Int(load32(chunk &+ Chunk.pages)))
      chunk = next
    }
  }

  /// Frees what was not marked, takes the other marks away, returns how many bytes stay.
  private static func sweepLargeObjects() -> Int64 {
    var run = heapState.largeObjects
    var kept: Address = 0
    var bytes: Int64 = 0
    while run != 0 {
      let next = load32(run &+ LargeObject.next)
      let pages = Int(load32(run &+ LargeObject.pages))
      if load32(run &+ LargeObject.mark) == 0 {
        PageAllocator.free(run, pages: pages)
      } else {
        store32(run &+ LargeObject.mark, 0)
        store32(run &+ LargeObject.next, kept)
        kept = run
        bytes += Int64(pages) * Int64(pageSize)
      }
      run = next
    }
    heapState.largeObjects = kept
    return bytes
  }
}

private struct Collector {
  let fromSpace: UInt8
  let pageTable: Address = pageState.table
  /// The large objects still to be looked into.
  var gray: Address = 0
  var copiedBytes: UInt64 = 0
  /// The end of what has been scanned, and the chunk that this is in.
  var scanChunk: Address = heapState.firstChunk
  var scanPointer: Address = heapState.firstChunk &+ Chunk.objects

  init(fromSpace: UInt8) { self.fromSpace = fromSpace }

  mutating func copyRoots(sp: Address) {
    var at = runtimeState.stackBase
    while at < sp {
      let word = load64(at)
      if word & Header.kindMask == Header.skipBits {
        at &+= UInt32(truncatingIfNeeded: Header.words(word)) &* 8
      } else {
        update(at)
        at &+= 8
      }
    }
    for index in 0..<Root.count { runtimeState.roots[index] = forward(runtimeState.roots[index]) }
    SymbolTable.forEachSymbol { address in update(address &+ UInt32(SymbolLayout.value)) }
    ConstantTable.forEachCell { address in update(address) }
  }

  mutating func scan() {
    while true {
      scanCopies()
      if gray == 0 { return }
      let run = gray
      gray = load32(run &+ LargeObject.nextGray)
      _ = scanObject(run &+ LargeObject.object)
    }
  }

  /// Scans to-space up to the allocation pointer.
  private mutating func scanCopies() {
    while true {
      // The allocation pointer moves while we scan, and so may the chunk that it is in.
      if scanChunk == heapState.chunk {
        if scanPointer == runtimeState.allocationPointer { return }
      } else if scanPointer == load32(scanChunk &+ Chunk.end) {
        scanChunk = load32(scanChunk &+ Chunk.next)
        scanPointer = scanChunk &+ Chunk.objects
        continue
      }
      scanPointer = scanObject(scanPointer)
    }
  }

  /// Updates the fields of the object or pair at an address; returns the address behind it.
  @inline(__always)
  private mutating func scanObject(_ address: Address) -> Address {
    let first = load64(address)
    if first & Tag.mask != Tag.header {
      update(address)
      update(address &+ 8)
      return address &+ 16
    }
    let end = address &+ 8 &+ UInt32(truncatingIfNeeded: first >> 32) &* 8
    if Self.isRaw(first) { return end }
    var at = address &+ 8
    while at < end {
      update(at)
      at &+= 8
    }
    return end
  }

  /// Whether a header's kind is among `ObjectKind.isRaw`.
  @inline(__always)
  private static func isRaw(_ header: Word) -> Bool {
    let rawKinds: UInt32 =
      1 << UInt32(ObjectKind.flonum.rawValue) | 1 << UInt32(ObjectKind.bignum.rawValue)
      | 1 << UInt32(ObjectKind.string.rawValue) | 1 << UInt32(ObjectKind.bytevector.rawValue)
    return rawKinds >> UInt32(header >> 3 & 31) & 1 != 0
  }

  @inline(__always)
  private mutating func update(_ address: Address) {
    let word = load64(address)
    if word.isPointer { store64(address, forward(word)) }
  }

  /// Where the value lives now.
  private mutating func forward(_ word: Word) -> Word {
    if !word.isPointer { return word }
    let use = load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16)
    if use == fromSpace { return move(word) }
    if use == PageUse.large { mark(word.address &- LargeObject.object) }
    return word
  }

  private mutating func move(_ word: Word) -> Word {
    let old = word.address
    let first = load64(old)
    let new: Address
    if first & Tag.mask != Tag.header {
      new = reserve(16)
      store64(new, first)
      store64(new &+ 8, load64(old &+ 8))
      copiedBytes &+= 16
    } else if first & Header.kindMask == Header.forwardBits {
      return first >> 32
    } else {
      let bytes = 8 &+ UInt32(truncatingIfNeeded: first >> 32) &* 8
      new = reserve(bytes)
      store64(new, first)
      var offset: UInt32 = 8
      while offset < bytes {
        store64(new &+ offset, load64(old &+ offset))
        offset &+= 8
      }
      copiedBytes &+= UInt64(bytes)
    }
    let result = Word.pointer(new, word & Tag.mask)
    store64(old, result << 32 | Header.forwardBits)
    return result
  }

  @inline(__always)
  private func reserve(_ bytes: UInt32) -> Address {
    if bytes > runtimeState.allocationLimit &- runtimeState.allocationPointer { Heap.takeChunk() }
    let address = runtimeState.allocationPointer
    runtimeState.allocationPointer = address &+ bytes
    return address
  }

  private mutating func mark(_ run: Address) {
    if load32(run &+ LargeObject.mark) != 0 { return }
    store32(run &+ LargeObject.mark, 1)
    store32(run &+ LargeObject.nextGray, gray)
    gray = run
  }
}
