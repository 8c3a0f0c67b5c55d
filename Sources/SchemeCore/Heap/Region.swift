// A space of the old generation: a list of blocks, filled bump by bump, first the holes that a sweep has found (Sweeper.swift), then blocks that are empty.
// There are two, one for objects with values and one for objects with raw bits, which nobody need look into.
//
// What is filled from one end to the other is a span: a hole, or an empty block. The first word of a hole is `next hole << 32 | end`, that of a span
// that has been filled is `next span << 32 | end of its objects`: so the collector finds its own copies (Collector.swift). Such a word looks like a fixnum.

enum Span {
  static let objects: Address = 8

  static func next(_ span: Address) -> Address { load32(span &+ 4) }
  static func end(_ span: Address) -> Address { load32(span) }
  static func set(_ span: Address, next: Address, end: Address) { store64(span, UInt64(next) << 32 | UInt64(end)) }
}

struct Region {
  /// Holes with fewer bytes are left alone until more around them is free.
  static let smallestHole: UInt32 = 256
  /// How many holes are tried before an empty block is taken: what does not fit is rare.
  private static let triedHoles = 8

  private(set) var blocks: Address = 0
  /// Blocks of the list, and empty ones besides.
  private(set) var pages = 0
  private var emptyBlocks: Address = 0
  private var emptyPages = 0
  private var holes: Address = 0
  private(set) var holeBytes: Int64 = 0
  /// The first span ever, and the present one.
  private(set) var firstSpan: Address = 0
  private(set) var span: Address = 0
  /// The next free byte of the present span, and the span's end.
  private(set) var next: Address = 0
  private var limit: Address = 0

  /// The bytes that objects take, and holes too small for one.
  var usedBytes: Int64 { Int64(pages - emptyPages) * Int64(pageSize) - holeBytes }

  /// Takes some bytes, in a page of the given use if there is no room.
  @inline(__always)
  mutating func reserve(_ bytes: UInt32, use: UInt8) -> Address {
    if bytes > limit &- next { return reserveInNewSpan(bytes, use: use) }
    let address = next
    next = address &+ bytes
    return address
  }

  @inline(never)
  private mutating func reserveInNewSpan(_ bytes: UInt32, use: UInt8) -> Address {
    seal()
    var taken = takeHole(bytes)
    if taken == 0 { taken = takeBlock(use: use) }
    addHole(from: next, to: limit)
    let end = Span.end(taken)
    Span.set(taken, next: 0, end: 0)
    if span == 0 { firstSpan = taken } else { Span.set(span, next: taken, end: next) }
    span = taken
    next = taken &+ Span.objects &+ bytes
    limit = end
    return taken &+ Span.objects
  }

  /// A hole with room for an object, taken from the list; 0 if there seems to be none.
  private mutating func takeHole(_ bytes: UInt32) -> Address {
    var before: Address = 0
    var hole = holes
    for _ in 0..<Self.triedHoles where hole != 0 {
      let following = Span.next(hole)
      if Span.end(hole) &- hole >= bytes &+ Span.objects {
        if before == 0 { holes = following } else { Span.set(before, next: following, end: Span.end(before)) }
        holeBytes -= Int64(Span.end(hole) &- hole)
        return hole
      }
      before = hole
      hole = following
    }
    return 0
  }

  /// Adds an empty block to the list; it is one hole.
  private mutating func takeBlock(use: UInt8) -> Address {
    var block = emptyBlocks
    if block != 0 {
      emptyBlocks = load32(block &+ Block.next)
      emptyPages -= 1
      pages -= 1
    } else {
      block = PageAllocator.allocate(pages: 1, use: use)
      if block == 0 { abortRuntime("no memory to collect with") }
    }
    Block.make(block)
    add(block, use: use)
    Span.set(block &+ Block.objects, next: 0, end: Block.limit(block))
    return block &+ Block.objects
  }

  /// Writes down how far the present span has been filled.
  func seal() {
    if span == 0 { return }
    Span.set(span, next: 0, end: next)
    let block = Block.of(span)
    if next > load32(block &+ Block.end) { store32(block &+ Block.end, next) }
  }

  // MARK: Sweeping

  /// Adds a block, without its holes.
  mutating func add(_ block: Address, use: UInt8) {
    PageAllocator.setUse(block, use)
    store32(block &+ Block.next, blocks)
    blocks = block
    pages += 1
  }

  /// Keeps an empty block to be filled again.
  mutating func addEmpty(_ block: Address) {
    store32(block &+ Block.next, emptyBlocks)
    emptyBlocks = block
    pages += 1
    emptyPages += 1
  }

  /// Adds a hole, if it is large enough. Its words are no pointers, or lie beyond the end of the block.
  mutating func addHole(from start: Address, to end: Address) {
    if end &- start < Self.smallestHole { return }
    Span.set(start, next: holes, end: end)
    holes = start
    holeBytes += Int64(end &- start)
  }

  /// Gives the pages of empty blocks back.
  mutating func freeEmptyBlocks() {
    Region.free(emptyBlocks, poison: false)
    pages -= emptyPages
    emptyBlocks = 0
    emptyPages = 0
  }

  /// Gives all pages back.
  mutating func free(poison: Bool) {
    freeEmptyBlocks()
    Region.free(blocks, poison: poison)
    self = Region()
  }

  /// Gives the pages of a list of blocks back.
  static func free(_ blocks: Address, poison: Bool) {
    Block.forEach(from: blocks) { block in
      if poison { Heap.poison(from: block &+ Block.objects, to: Block.limit(block)) }
      PageAllocator.free(block, pages: 1)
    }
  }
}
