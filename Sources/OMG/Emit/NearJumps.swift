// Forward jumps with a byte for the distance, for instruction sets that have them. Whether a target that is still to come will be near enough is guessed
// from estimates; if a guess was wrong, the code is written once more without such jumps.

import RawCollections

struct NearJumps: ~Copyable {
  struct Jump {
    /// Where the byte is.
    var field: Int
    var block: Int
  }

  /// Those whose targets are still to come.
  private var jumps = RawArray<Jump>(capacity: 16)
  /// A guess has been wrong, in this attempt or in the one before.
  private(set) var hasMissed = false
  private(set) var isOff = false

  init() {}

  /// Another function.
  mutating func reset() { isOff = false }

  /// The code is written from its start.
  mutating func begin() {
    jumps.removeAll()
    hasMissed = false
  }

  mutating func add(field: Int, to block: Int) { jumps.append(Jump(field: field, block: block)) }

  /// A block's code begins at the assembler's offset: jumps to it get their distances.
  @inline(__always)
  mutating func end<Target: CodeTarget & ~Copyable>(at block: Int, _ asm: inout Target) {
    var index = jumps.count - 1
    while index >= 0 {
      let jump = jumps[index]
      if jump.block == block {
        let distance = asm.offset - jump.field - 1
        if distance > 127 { hasMissed = true }
        asm.patch(UInt8(truncatingIfNeeded: distance), at: jump.field)
        jumps[index] = jumps[jumps.count - 1]
        _ = jumps.removeLast()
      }
      index -= 1
    }
  }

  /// Whether the code has to be written once more.
  mutating func isWorthRepeating() -> Bool {
    if hasMissed { isOff = true }
    return hasMissed
  }
}
