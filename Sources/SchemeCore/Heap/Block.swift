// Blocks: the pages of the old generation. A block starts with its header, in which there is a bit for every word of the block: the bit of an object's
// first word says that a collection has found the object. Outside of a cycle (MarkSweep.swift) all bits are clear.

enum Block {
  /// The next block of a list, or 0.
  static let next: Address = 0
  /// Below this, all words are parts of objects, or no pointers; beyond it they are arbitrary.
  static let end: Address = 4
  static let marks: Address = 16
  static let markWords: Address = UInt32(pageSize) / 8 / 64
  static let objects: Address = marks + 8 * markWords

  /// The block that an object is in.
  @inline(__always)
  static func of(_ address: Address) -> Address { address & ~(UInt32(pageSize) &- 1) }

  /// One word less than the page has: at the very end of memory the sum would be 0.
  @inline(__always)
  static func limit(_ block: Address) -> Address { block &+ UInt32(pageSize) &- 8 }

  /// Makes a block of a page.
  static func make(_ page: Address) {
    store32(page &+ end, page &+ objects)
    unmarkAll(in: page)
  }

  /// Marks an object; false if it was marked already.
  @inline(__always)
  static func mark(_ object: Address) -> Bool {
    let word = object >> 3 & (UInt32(pageSize) / 8 &- 1)
    let at = of(object) &+ marks &+ (word >> 6) &* 8
    let bit = UInt64(1) << UInt64(word & 63)
    let bits = load64(at)
    if bits & bit != 0 { return false }
    store64(at, bits | bit)
    return true
  }

  static func isMarked(_ object: Address) -> Bool {
    let word = object >> 3 & (UInt32(pageSize) / 8 &- 1)
    return load64(of(object) &+ marks &+ (word >> 6) &* 8) >> UInt64(word & 63) & 1 != 0
  }

  static func unmarkAll(in block: Address) { fillWords(block &+ marks, count: Int(markWords), with: 0) }

  /// Calls `visit` with the marks of 64 words each, and the address of the first word, where there are any.
  @inline(__always)
  static func forEachMarks(in block: Address, _ visit: (_ first: Address, _ marks: UInt64) -> Void) {
    for index in 0..<markWords {
      let bits = load64(block &+ marks &+ index &* 8)
      if bits != 0 { visit(block &+ index &* 512, bits) }
    }
  }

  /// Calls `visit` with each marked object of a block, in their order.
  @inline(__always)
  static func forEachMarked(in block: Address, _ visit: (Address) -> Void) {
    forEachMarks(in: block) { first, marks in
      var bits = marks
      while bits != 0 {
        visit(first &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount) &* 8)
        bits &= bits &- 1
      }
    }
  }

  /// Calls `visit` with each block of a list, which it may put into another one.
  @inline(__always)
  static func forEach(from first: Address, _ visit: (Address) -> Void) {
    var block = first
    while block != 0 {
      let following = load32(block &+ next)
      visit(block)
      block = following
    }
  }
}
