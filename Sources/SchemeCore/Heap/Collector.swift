// The copying collector: Cheney's algorithm, from the nursery alone or from everything, into the old generation. Large objects are marked in
// place and swept. (How the old generation is collected without being copied is told in MarkSweep.swift.)
//
// A moved object's first word becomes a forwarding word. Copies are scanned word by word: objects of raw bits have blocks of their own, and in
// all others no word but a value looks like a pointer.
//
// Roots: the words of the shadow stack up to sp (skip words jump), the root words, the values of all symbols, the constants of code; for the nursery
// alone also the old objects' words that were written to (Cards.swift), and of the constants only the new ones. When everything is collected, code
// is kept only if a procedure or frame of it is (CodeStore.swift).
import GuestABI

struct Collector: ~Copyable {
  let isFull: Bool
  /// A cycle is marking the old generation: what young objects and roots refer to there is shaded.
  let isMarking: Bool
  let pageTable: Address = pageState.table
  /// Bits of the uses of the pages that objects are moved from, and of those of objects that stay where they are and are marked.
  let fromUses: UInt32
  let markedUses: UInt32
  /// The use of the pages that objects are moved to.
  let toUse: UInt8 = heapState.space
  /// The old generation as it was.
  let oldValues: Region
  let oldLarge: LargeObjects
  /// The large objects still to be looked into.
  var gray: Address = 0
  /// The ephemerons that were copied: their keys and data are not looked at as other objects' fields are. (Old ones that were not copied keep both.) A list
  /// of what was left behind: after the forwarding word comes the address of the next.
  var ephemerons: Address = 0
  var copiedBytes: UInt64 = 0
  var marker = Marker()
  /// The end of what has been scanned, and the span that this is in (0: nothing yet).
  var scanSpan: Address
  var scanPointer: Address

  /// `before` is the heap as it was; if all is collected, everybody has given up the old generation, and `heapState` has an empty one.
  init(isFull: Bool, _ before: HeapState) {
    self.isFull = isFull
    isMarking = MarkSweep.isMarking
    oldValues = before.values
    oldLarge = before.large
    let young = UInt32(1) << UInt32(PageUse.nursery)
    let youngLarge = UInt32(1) << UInt32(PageUse.youngLarge)
    let large = UInt32(1) << UInt32(PageUse.large)
    let spaces = UInt32(1) << UInt32(PageUse.firstSpace) | 1 << UInt32(PageUse.secondSpace) | 1 << UInt32(PageUse.thirdSpace)
    // Nothing is in the space that is copied to but copies, and nothing refers to these that has not been looked at.
    fromUses = isFull ? young | spaces & ~(1 << UInt32(heapState.space)) : young
    markedUses = isFull ? youngLarge | large : isMarking ? youngLarge | large | 1 << UInt32(markSweep.use) : youngLarge
    scanSpan = heapState.values.span
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
      CodeStore.forEachUnit { if CodeStore.isRoot($0) { CodeStore.mark($0) } }
    } else {
      CodeStore.forEachYoungUnit { unit in unit.forEachCell(onlyNew: true) { update($0) } }
      copyRemembered()
    }
  }

  /// What old objects that were written to refer to.
  private mutating func copyRemembered() {
    copyRemembered(oldValues.blocks)
    copyRemembered(markSweep.values)
    oldLarge.forEach { object, end in
      if Header.isRaw(load64(object)) { return }
      Cards.takeMarked(from: object &+ 8, to: end) { updateAll(from: $0, to: $1) }
    }
  }

  private mutating func copyRemembered(_ blocks: Address) {
    Block.forEach(from: blocks) { block in
      Cards.takeMarked(from: block &+ Block.objects, to: load32(block &+ Block.end)) { updateAll(from: $0, to: $1) }
    }
  }

  // MARK: Scanning

  mutating func scan() {
    while true {
      scanCopies()
      while let unit = CodeStore.takeGray() { unit.forEachCell { update($0) } }
      if gray == 0 {
        if scanPointer == heapState.values.next { return }
        continue
      }
      let object = gray &+ LargeObject.object
      gray = load32(gray &+ LargeObject.nextGray)
      updateMany(from: object &+ 8, to: object &+ 8 &+ UInt32(truncatingIfNeeded: load64(object) >> 32) &* 8)
    }
  }

  /// Scans the copies made since.
  private mutating func scanCopies() {
    if scanSpan == 0 {
      scanSpan = heapState.values.firstSpan
      if scanSpan == 0 { return }
      scanPointer = scanSpan &+ Span.objects
    }
    while true {
      // The region grows while we scan.
      if scanSpan == heapState.values.span {
        let end = heapState.values.next
        if scanPointer == end { return }
        updateAll(from: scanPointer, to: end)
        scanPointer = end
      } else {
        updateAll(from: scanPointer, to: Span.end(scanSpan))
        scanSpan = Span.next(scanSpan)
        scanPointer = scanSpan &+ Span.objects
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

  /// The same for many words, of a vector mostly, which may all be numbers.
  private mutating func updateMany(from start: Address, to end: Address) {
    var at = start
    while end &- at >= 32 {
      if !Word.areClearlyNoPointers(at: at) { updateAll(from: at, to: at &+ 32) }
      at &+= 32
    }
    updateAll(from: at, to: end)
  }

  @inline(__always)
  mutating func update(_ address: Address) {
    let word = load64(address)
    if !word.isPointer { return }
    let use = UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16))
    if fromUses >> use & 1 != 0 {
      store64(address, move(word))
    } else if markedUses >> use & 1 != 0 {
      reach(word, use)
    }
  }

  /// Where the value lives now.
  private mutating func forward(_ word: Word) -> Word {
    if !word.isPointer { return word }
    let use = UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16))
    if fromUses >> use & 1 != 0 { return move(word) }
    if markedUses >> use & 1 != 0 { reach(word, use) }
    return word
  }

  /// A value refers to an object that is not moved.
  @inline(__always)
  private mutating func reach(_ word: Word, _ use: UInt32) {
    if isFull || use == UInt32(PageUse.youngLarge) { mark(word.address &- LargeObject.object) } else { marker.shade(word) }
  }

  // MARK: Objects

  private mutating func move(_ word: Word) -> Word {
    let old = word.address
    let first = load64(old)
    let new: Address
    if first & Tag.mask != Tag.header {
      return moveList(word, car: first)
    } else if first & Header.kindMask == Header.forwardBits {
      return first >> 32
    } else {
      let bytes = 8 &+ UInt32(truncatingIfNeeded: first >> 32) &* 8
      if first & Header.kindMask == Header.kindBits(.ephemeron) { return moveEphemeron(word) }
      if isFull || isMarking { CodeStore.noteCode(of: old, first) }
      new = Header.isRaw(first) ? heapState.raws.reserve(bytes, use: toUse) : heapState.values.reserve(bytes, use: toUse)
      store64(new, first)
      Self.copy(from: old, to: new, bytes: bytes)
      copiedBytes &+= UInt64(bytes)
    }
    let result = Word.pointer(new, word & Tag.mask)
    store64(old, result << 32 | Header.forwardBits)
    return result
  }

  /// Copies a pair, and the pairs that follow it by their cdrs, side by side: they are used one after the other, and die together. (Copied in the order in which they are
  /// scanned, the pairs of many lists would take turns.)
  private mutating func moveList(_ word: Word, car: Word) -> Word {
    var old = word.address
    var first = car
    var new = heapState.values.reserve(16, use: toUse)
    let result = Word.pointer(new, Tag.pair)
    while true {
      let rest = load64(old &+ 8)
      store64(new, first)
      store64(old, Word.pointer(new, Tag.pair) << 32 | Header.forwardBits)
      copiedBytes &+= 16
      guard rest & Tag.mask == Tag.pair, fromUses >> UInt32(load8(pageTable &+ UInt32(truncatingIfNeeded: rest) >> 16)) & 1 != 0 else {
        store64(new &+ 8, rest)
        return result
      }
      old = rest.address
      first = load64(old)
      if first & Tag.mask == Tag.header {
        store64(new &+ 8, first >> 32)
        return result
      }
      let next = heapState.values.reserve(16, use: toUse)
      store64(new &+ 8, Word.pointer(next, Tag.pair))
      new = next
    }
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
    let header = load64(run &+ LargeObject.object)
    if isFull || isMarking { CodeStore.noteCode(of: run &+ LargeObject.object, header) }
    if Header.isRaw(header) { return }
    store32(run &+ LargeObject.nextGray, gray)
    gray = run
  }
}
