// Where loops begin. A processor fetches instructions, and what it has decoded of them before, by lines of 64 bytes: a loop that reaches into more of them
// than its length needs takes more time in each iteration, for some up to twice as much. The head of such a loop is moved to the start of the next line.
//
// How long a loop is, is known when it has been written: so the code is written with guessed lengths, and once more if a guess has misplaced a loop. Long
// loops have other costs; they only begin where the first instructions are fetched together.

import RawCollections
import RuntimeLayout

struct LoopPlacement: ~Copyable {
  struct Loop {
    var start: Int
    /// The last block.
    var last: Int
  }

  /// In the order of their heads, and how long they are as far as that is known.
  private var loops = RawArray<Loop>(capacity: 16)
  private var lengths = RawArray<Int>(capacity: 16)
  private var knowsLengths = false
  /// By block: where its code ends.
  private var ends = RawArray<Int>(capacity: 128)

  init() {}

  /// For another function.
  mutating func reset() { knowsLengths = false }

  /// The code is being written.
  mutating func begin(blockCount: Int) {
    loops.removeAll()
    ends.setCount(blockCount)
  }

  /// The alignment of the next loop's head, which would be at `offset`.
  mutating func alignment(at offset: Int, estimate: Int, last: Int) -> Int {
    let length = knowsLengths ? lengths[loops.count] : estimate
    let alignment = Self.isMisplaced(offset, length) ? Tuning.fetchedLine : Tuning.codeAlignment
    loops.append(Loop(start: (offset + alignment - 1) / alignment * alignment, last: last))
    return alignment
  }

  /// A block's code ends.
  @inline(__always)
  mutating func leave(_ block: Int, at offset: Int) { ends[block] = offset }

  /// Whether a guess has misplaced a loop. The code has to be written again then, with what is known now.
  mutating func isWorthRepeating() -> Bool {
    if knowsLengths { return false }
    lengths.removeAll()
    for index in 0..<loops.count {
      let loop = loops[index]
      let length = ends[loop.last] - loop.start
      lengths.append(length)
      if Self.isMisplaced(loop.start, length) { knowsLengths = true }
    }
    return knowsLengths
  }

  /// Whether a short loop reaches into more lines than its length needs.
  private static func isMisplaced(_ start: Int, _ length: Int) -> Bool {
    let line = Tuning.fetchedLine
    return length <= Tuning.shortLoop && (start % line + length + line - 1) / line > (length + line - 1) / line
  }
}
