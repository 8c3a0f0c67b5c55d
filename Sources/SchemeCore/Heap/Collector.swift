// The collector: Cheney's copying algorithm, from the nursery alone or from everything, into the old generation. Large objects are marked in
// place and swept.
//
// A moved object's first word becomes a forwarding word. Copies are scanned word by word: objects of raw bits have chunks of their own, and in
// all others no word but a value looks like a pointer.
//
// Roots: the words of the shadow stack up to sp (skip words jump), the root words, the values of all symbols, the constants of code; for the nursery
// alone also the old objects' words that were written to (Cards.swift), and of the constants only the new ones. When everything is collected, code
// is kept only if a procedure or frame of it is (CodeStore.swift).
import GuestABI

struct Collector: ~Copyable {
  let isFull: Bool
  let pageTable: Address = pageState.table
  /// Bits of the uses of the pages that objects are moved from, and of those of large objects that are marked.
  let fromUses: UInt32
  let largeUses: UInt32
  /// The use of the pages that objects are moved to.
  let toUse: UInt8 = heapState.space
  /// The old generation as it was.
  let oldValues: Region
  let oldLarge: LargeObjects
  /// The large objects still to be looked into.
  var gray: Address = 0
  /// The units of code whose cells are still to be looked at.
  var grayCode = CodeUnit.none
  /// The ephemerons that were copied: their keys and data are not looked at as other objects' fields are. (Old ones that were not copied keep both.) A list
  /// of what was left behind: after the forwarding word comes the address of the next.
  var ephemerons: Address = 0
  var copiedBytes: UInt64 = 0
  /// The end of what has been scanned, and the chunk that this is in (0: nothing yet).
  var scanChunk: Address
  var scanPointer: Address

  init(isFull: Bool, _ before: HeapState) {
    self.isFull = isFull
    oldValues = before.values
    oldLarge = before.large
    let young = UInt32(1) << UInt32(PageUse.nursery)
    let youngLarge = UInt32(1) << UInt32(PageUse.youngLarge)
    fromUses = isFull ? young | 1 << UInt32(before.space) : young
    largeUses = isFull ? youngLarge | 1 << UInt32(PageUse.large) : youngLarge
    scanChunk = heapState.values.last
    scanPointer = heapState.values.next
  }

  // MARK: Roots

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
    if isFull {
      CodeStore.forEachUnit { if CodeStore.isRoot($0) { markCode($0) } }
    } else {
      CodeStore.forEachYoungUnit { unit in unit.forEachCell(onlyNew: true) { update($0) } }
      copyRemembered()
    }
  }

  /// What old objects that were written to refer to.
  private mutating func copyRemembered() {
    var chunk = oldValues.first
    while chunk != 0 {
      let isLast = chunk == oldValues.last
      let end = isLast ? oldValues.next : load32(chunk &+ Chunk.end)
      Cards.takeMarked(from: chunk &+ Chunk.objects, to: end) { updateAll(from: $0, to: $1) }
      chunk = isLast ? 0 : load32(chunk &+ Chunk.next)
    }
    oldLarge.forEach { object, end in
      if Self.isRaw(load64(object)) { return }
      Cards.takeMarked(from: object &+ 8, to: end) { updateAll(from: $0, to: $1) }
    }
  }

  // MARK: Scanning

  mutating func scan() {
    while true {
      scanCopies()
      while grayCode != .none {
        let unit = grayCode
        grayCode = unit.nextGray
        unit.forEachCell { update($0) }
      }
      if gray == 0 {
        if scanPointer == heapState.values.next { return }
        continue
      }
      let object = gray &+ LargeObject.object
      gray = load32(gray &+ LargeObject.nextGray)
      updateAll(from: object &+ 8, to: object &+ 8 &+ UInt32(truncatingIfNeeded: load64(object) >> 32) &* 8)
    }
  }

  /// Scans the copies made since.
  private mutating func scanCopies() {
    if scanChunk == 0 {
      scanChunk = heapState.values.first
      if scanChunk == 0 { return }
      scanPointer = scanChunk &+ Chunk.objects
    }
    while true {
      // The region grows while we scan.
      if scanChunk == heapState.values.last {
        let end = heapState.values.next
        if scanPointer == end { return }
        updateAll(from: scanPointer, to: end)
        scanPointer = end
      } else {
        updateAll(from: scanPointer, to: load32(scanChunk &+ Chunk.end))
        scanChunk = load32(scanChunk &+ Chunk.next)
        scanPointer = scanChunk &+ Chunk.objects
      }
    }
  }

  @inline(__always)
  private mutating func updateAll(from start: Address, to end: Address) {
    var at = start
    while at < end {
      update(at)
      at &+= 8
    }
  }

  @inline(__always)
  mutating func update(_ address: Address) {
    let word = load64(address)
    if !word.isPointer { return }
    let use = UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16))
    if fromUses >> use & 1 != 0 {
      store64(address, move(word))
    } else if largeUses >> use & 1 != 0 {
      mark(word.address &- LargeObject.object)
    }
  }

  /// Where the value lives now.
  private mutating func forward(_ word: Word) -> Word {
    if !word.isPointer { return word }
    let use = UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16))
    if fromUses >> use & 1 != 0 { return move(word) }
    if largeUses >> use & 1 != 0 { mark(word.address &- LargeObject.object) }
    return word
  }

  // MARK: Objects

  /// Whether a header's kind is among `ObjectKind.isRaw`.
  @inline(__always)
  private static func isRaw(_ header: Word) -> Bool {
    let rawKinds: UInt32 =
      1 << UInt32(ObjectKind.flonum.rawValue) | 1 << UInt32(ObjectKind.bignum.rawValue)
      | 1 << UInt32(ObjectKind.string.rawValue) | 1 << UInt32(ObjectKind.bytevector.rawValue)
    return rawKinds >> UInt32(header >> 3 & 31) & 1 != 0
  }

  private mutating func move(_ word: Word) -> Word {
    let old = word.address
    let first = load64(old)
    let new: Address
    if first & Tag.mask != Tag.header {
      new = heapState.values.reserve(16, use: toUse)
      store64(new, first)
      store64(new &+ 8, load64(old &+ 8))
      copiedBytes &+= 16
    } else if first & Header.kindMask == Header.forwardBits {
      return first >> 32
    } else {
      let bytes = 8 &+ UInt32(truncatingIfNeeded: first >> 32) &* 8
      if first & Header.kindMask == Header.kindBits(.ephemeron) { return moveEphemeron(word) }
      if isFull { noteCode(of: old, first) }
      new = Self.isRaw(first) ? heapState.raws.reserve(bytes, use: toUse) : heapState.values.reserve(bytes, use: toUse)
      store64(new, first)
      Self.copy(from: old, to: new, bytes: bytes)
      copiedBytes &+= UInt64(bytes)
    }
    let result = Word.pointer(new, word & Tag.mask)
    store64(old, result << 32 | Header.forwardBits)
    return result
  }

  /// Copies an object but for its first word. A loop alone would be made a call of `memory.copy`, which costs more than most objects.
  @inline(__always)
  private static func copy(from old: Address, to new: Address, bytes: UInt32) {
    if bytes == 8 { return }
    if bytes > 40 { return copyMemory(to: new &+ 8, from: old &+ 8, bytes: Int(bytes) - 8) }
    store64(new &+ 8, load64(old &+ 8))
    if bytes == 16 { return }
    store64(new &+ 16, load64(old &+ 16))
    if bytes == 24 { return }
    store64(new &+ 24, load64(old &+ 24))
    if bytes == 32 { return }
    store64(new &+ 32, load64(old &+ 32))
  }

  mutating func mark(_ run: Address) {
    if load32(run &+ LargeObject.mark) != 0 { return }
    store32(run &+ LargeObject.mark, 1)
    if isFull { noteCode(of: run &+ LargeObject.object, load64(run &+ LargeObject.object)) }
    if Self.isRaw(load64(run &+ LargeObject.object)) { return }
    store32(run &+ LargeObject.nextGray, gray)
    gray = run
  }
}
