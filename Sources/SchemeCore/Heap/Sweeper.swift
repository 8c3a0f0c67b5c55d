// Sweeping: what a cycle has not marked becomes holes, to be filled again (Region.swift).
import GuestABI

enum Sweeper {
  /// Sweeps some blocks; true if there are no more.
  static func sweep(blocks count: Int) -> Bool {
    let use = heapState.space
    let poisons = heapState.isStressed
    var left = count
    while left > 0 {
      if markSweep.values != 0 {
        let block = markSweep.values
        markSweep.values = load32(block &+ Block.next)
        sweep(block, &heapState.values, use) { poisons ? Heap.poison(from: $0, to: $1) : clear(from: $0, to: $1) }
      } else if markSweep.raws != 0 {
        let block = markSweep.raws
        markSweep.raws = load32(block &+ Block.next)
        sweep(block, &heapState.raws, use) { _, _ in }
      } else {
        return true
      }
      markSweep.pages -= 1
      left -= 1
    }
    return markSweep.values == 0 && markSweep.raws == 0
  }

  /// Sweeps a block and gives it to its region. Where words are looked at when their card is set, those of the dead are cleared: what they refer to may become something
  /// else.
  @inline(__always)
  private static func sweep(_ block: Address, _ region: inout Region, _ use: UInt8, clear: (_ start: Address, _ end: Address) -> Void) {
    var end = block &+ Block.objects
    Block.forEachMarks(in: block) { first, marks in
      var bits = marks
      while bits != 0 {
        var object = first &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount) &* 8
        if object != end {
          clear(end, object)
          region.addHole(from: end, to: object)
        }
        if bits == 0x5555_5555_5555_5555 || bits == 0xAAAA_AAAA_AAAA_AAAA {
          // 32 objects that start two words apart, pairs most often: between them there is no more than a word, of an object without fields.
          object = object &+ 62 * 8
          bits = 0
        } else {
          bits &= bits &- 1
        }
        end = object &+ size(of: object)
      }
    }
    if end == block &+ Block.objects { return region.addEmpty(block) }
    region.add(block, use: use)
    Block.unmarkAll(in: block)
    store32(block &+ Block.end, end)
    region.addHole(from: end, to: Block.limit(block))
  }

  @inline(__always)
  private static func size(of object: Address) -> UInt32 {
    let first = load64(object)
    return first & Tag.mask == Tag.header ? 8 &+ UInt32(truncatingIfNeeded: first >> 32) &* 8 : 16
  }

  private static func clear(from start: Address, to end: Address) {
    fillWords(start, count: Int(end &- start) / 8, with: 0)
  }
}
