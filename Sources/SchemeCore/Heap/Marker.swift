// Marking: objects of the old generation that are reachable get their bit (Block.swift) and are looked into once, from a stack.
import GuestABI

struct Marker: ~Copyable {
  private let pageTable: Address = pageState.table
  private let use = markSweep.use
  private var stack = markSweep.stack
  private var hasOverflowed = markSweep.hasOverflowed
  /// Words still to be looked at in this step.
  private var budget: Int64 = 0
  /// How many words of a large object are looked at between two questions whether the step is over.
  private static let slice: Address = 4096

  /// To be called when it has done its work: there is one at a time.
  mutating func putBack() {
    markSweep.stack = stack
    markSweep.hasOverflowed = hasOverflowed
  }

  // MARK: Shading

  /// Whether the datum of an ephemeron is kept is seen when all else has been marked. Without memory for that, all that it has is kept.
  mutating func note(ephemeron: Word) {
    if !markSweep.ephemerons.push(UInt32(truncatingIfNeeded: ephemeron)) { keepFields(of: ephemeron) }
  }

  private mutating func keepFields(of ephemeron: Word) {
    visit(ephemeron.address &+ 8 &+ UInt32(8 * EphemeronField.key))
    visit(ephemeron.address &+ 8 &+ UInt32(8 * EphemeronField.datum))
  }

  @inline(__always)
  private mutating func visit(_ address: Address) {
    let word = load64(address)
    if word.isPointer { shade(word) }
  }

  /// Marks an object that a value refers to, if it is old.
  @inline(__always)
  mutating func shade(_ word: Word) {
    let use = load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16)
    if use == self.use {
      if Block.mark(word.address) && !stack.push(UInt32(truncatingIfNeeded: word)) { hasOverflowed = true }
    } else if use == PageUse.large {
      shadeLarge(word.address)
    }
  }

  private func shadeLarge(_ object: Address) {
    let run = object &- LargeObject.object
    if load32(run &+ LargeObject.mark) != 0 { return }
    store32(run &+ LargeObject.mark, 1)
    let header = load64(object)
    CodeStore.noteCode(of: object, header)
    if Header.isRaw(header) { return }
    store32(run &+ LargeObject.seen, 0)
    store32(run &+ LargeObject.nextGray, markSweep.grayLarge)
    markSweep.grayLarge = run
  }

  // MARK: Marking

  /// Looks into marked objects, some words of them. True if all that is reachable has been marked; then ephemerons have been settled too.
  mutating func mark(words: Int64) -> Bool {
    budget = words
    if !drain() { return false }
    CodeStore.forEachUnit { unit in
      if CodeStore.isRoot(unit) { CodeStore.mark(unit) }
      if unit.isMarked { unit.forEachCell { visit($0) } }
    }
    if !drain() { return false }
    settleEphemerons()
    return true
  }

  /// False if the step is over before there is nothing left to look into.
  private mutating func drain() -> Bool {
    while true {
      scanStack()
      if budget < 0 { return false }
      if let unit = CodeStore.takeGray() {
        unit.forEachCell { visit($0) }
      } else if markSweep.grayLarge != 0 {
        scanLarge()
      } else if hasOverflowed {
        hasOverflowed = false
        rescan(from: markSweep.values)
        rescan(from: markSweep.raws)
      } else if stack.isEmpty {
        return true
      }
    }
  }

  /// Looks into all marked objects once more.
  private mutating func rescan(from blocks: Address) {
    Block.forEach(from: blocks) { block in
      Block.forEachMarked(in: block) { object in
        let first = load64(object)
        scan(.pointer(object, first & Tag.mask == Tag.header ? Tag.object : Tag.pair))
      }
    }
  }

  private mutating func scanStack() {
    while budget >= 0 {
      let entry = stack.pop()
      if entry == 0 { return }
      scan(Word(entry))
    }
  }

  /// Looks into an object. (The tags of what has a header are all the same here.)
  @inline(__always)
  private mutating func scan(_ word: Word) {
    let object = word.address
    budget -= 4
    if word & Tag.mask == Tag.pair {
      visit(object)
      visit(object &+ 8)
      return
    }
    let header = load64(object)
    if Header.isRaw(header) { return }
    if header & Header.kindMask == Header.kindBits(.ephemeron) { return note(ephemeron: word) }
    CodeStore.noteCode(of: object, header)
    let count = UInt32(truncatingIfNeeded: header >> 32)
    budget -= Int64(count)
    visitAll(from: object &+ 8, count: count)
  }

  @inline(__always)
  private mutating func visitAll(from start: Address, count: UInt32) {
    var at = start
    for _ in 0..<count {
      visit(at)
      at &+= 8
    }
  }

  /// The same for many words, of a vector mostly, which may all be numbers.
  private mutating func visitMany(from start: Address, count: UInt32) {
    var at = start
    for _ in 0..<count / 4 {
      if !Word.areClearlyNoPointers(at: at) { visitAll(from: at, count: 4) }
      at &+= 32
    }
    visitAll(from: at, count: count % 4)
  }

  /// Looks at some words of a large object.
  private mutating func scanLarge() {
    let run = markSweep.grayLarge
    let object = run &+ LargeObject.object
    let seen = load32(run &+ LargeObject.seen)
    let left = UInt32(truncatingIfNeeded: load64(object) >> 32) &- seen
    let count = min(left, Self.slice)
    if count == left { markSweep.grayLarge = load32(run &+ LargeObject.nextGray) } else { store32(run &+ LargeObject.seen, seen &+ count) }
    visitMany(from: object &+ 8 &+ seen &* 8, count: count)
    budget -= Int64(count)
  }

  // MARK: Ephemerons

  /// Marks what the ephemerons hold whose keys are marked, until there are no more of them; breaks the others. However long that takes: the program could make keys
  /// reachable in between.
  private mutating func settleEphemerons() {
    budget = .max
    var isChanging = true
    while isChanging {
      isChanging = false
      var waiting = MarkStack()
      while true {
        let entry = markSweep.ephemerons.pop()
        if entry == 0 { break }
        let ephemeron = Word(entry)
        if isReached(ephemeron.field(EphemeronField.key)) {
          isChanging = true
          keepFields(of: ephemeron)
        } else if !waiting.push(entry) {
          keepFields(of: ephemeron)
        }
      }
      _ = drain()
      // Marking may have found more.
      while true {
        let entry = waiting.pop()
        if entry == 0 { break }
        note(ephemeron: Word(entry))
      }
      waiting.free()
    }
    while true {
      let entry = markSweep.ephemerons.pop()
      if entry == 0 { break }
      Collector.breakUp(ephemeron: Word(entry))
    }
  }

  /// Whether a value is not to be collected, as far as is known.
  private func isReached(_ word: Word) -> Bool {
    if !word.isPointer { return true }
    let use = load8(pageTable &+ UInt32(truncatingIfNeeded: word) >> 16)
    if use == self.use { return Block.isMarked(word.address) }
    if use == PageUse.large { return load32(word.address &- LargeObject.object &+ LargeObject.mark) != 0 }
    return true
  }
}
