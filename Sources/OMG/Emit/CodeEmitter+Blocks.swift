// What emission has to know of the blocks before it writes them: which are nothing but a jump, about how long they are, where loops end.

import RawCollections

extension CodeEmitter where Target: ~Copyable {
  /// Finds the blocks that are nothing but a jump.
  mutating func findJumpBlocks() {
    targets.setCount(blockCount)
    var edit = 0
    for block in 0..<blockCount {
      let record = blocks.at(block)
      targets[block] = UInt32(block)
      while edit < editCount, edits[edit].before < record.pointee.firstInstruction { edit += 1 }
      let hasEdits = edit < editCount && edits[edit].before < record.pointee.endInstruction
      guard block > 0, block != saveHead, !hasEdits, record.pointee.endInstruction == record.pointee.firstInstruction + 1,
        Target.isJump(instructions[Int(record.pointee.firstInstruction)])
      else { continue }
      targets[block] = blockNumbers[Int(record.pointee.firstSuccessor)]
    }
    for block in 0..<blockCount where targets[block] != UInt32(block) {
      var target = Int(targets[block])
      var steps = 0
      while targets[target] != UInt32(target), steps < 16, target != block {
        target = Int(targets[target])
        steps += 1
      }
      // A circle of jumps stays as it is.
      targets[block] = targets[target] == UInt32(target) ? UInt32(target) : UInt32(block)
    }
  }

  /// Guesses how long the code of each block is.
  mutating func estimateBlocks() {
    estimates.setCount(blockCount + 1)
    var bytes: Int32 = 0
    var edit = 0
    for block in 0..<blockCount {
      estimates[block] = bytes
      let record = blocks.at(block)
      for index in Int(record.pointee.firstInstruction)..<Int(record.pointee.endInstruction) {
        bytes += Target.estimate(instructions[index])
      }
      while edit < editCount, edits[edit].before < record.pointee.endInstruction {
        bytes += Target.moveEstimate
        edit += 1
      }
      if record.pointee.successorCount == 1, isDispatcher(successor(block, 0), from: block) { bytes += 60 }
    }
    estimates[blockCount] = bytes
    if saved == 0 { return }
    // Saving and restoring.
    let words = Target.saveEstimate * Int32(saved.nonzeroBitCount)
    var more: Int32 = 0
    for block in 0...blockCount {
      estimates[block] += more
      if block == blockCount { break }
      if block == saveHead { more += words }
      if blocks[block].successorCount == 0 { more += words }
    }
  }

  /// The last block that jumps back to a block, if that is the head of a loop (else -1). Cold blocks do not count.
  func endOfLoop(_ block: Int) -> Int {
    let record = blocks.at(block)
    var end = -1
    if record.pointee.loopDepth == 0 || record.pointee.isCold { return end }
    for index in 0..<Int(record.pointee.predecessorCount) {
      let predecessor = Int(blockNumbers[Int(record.pointee.firstPredecessor) + index])
      if predecessor >= block, !blocks[predecessor].isCold { end = max(end, predecessor) }
    }
    return end
  }

  /// A successor of a block, after all jumps.
  @inline(__always)
  func successor(_ block: Int, _ index: Int) -> Int {
    Int(targets[Int(blockNumbers[Int(blocks[block].firstSuccessor) + index])])
  }
}
