// Ends of blocks: jumps and tables of jumps, as far as they are the same for every instruction set.

import MachineCode
import RawCollections

extension CodeEmitter where Target: ~Copyable {
  /// The end of a block with one successor. A loop's head that does little more than jump through a table, as an interpreter's, is copied in place of a
  /// jump back to it: each back edge has a jump through the table of its own, which the processor predicts by what has come before.
  mutating func jump(from block: Int, to target: Int) {
    guard isDispatcher(target, from: block) else { return Target.jump(target, &self) }
    var edit = Edit.first(in: edits, before: blocks[target].firstInstruction)
    emitInstructions(of: target, firstEdit: &edit, mayLeaveOutFirst: false)
  }

  /// Whether a block that a jump goes back to is a few instructions and a jump through a table.
  func isDispatcher(_ target: Int, from block: Int) -> Bool {
    let record = blocks.at(target)
    let last = Int(record.pointee.endInstruction) - 1
    let first = Int(record.pointee.firstInstruction)
    guard target <= block, !blocks[block].isCold, last - first < 6, Target.isTableJump(instructions[last]) else { return false }
    for index in first..<last
    where instructions[index].clobbers != 0 || Target.isLong(instructions[index]) { return false }
    return twoTargets(target, Int(record.pointee.successorCount) - 1) == nil
  }

  /// If a table of at most 64 entries has two targets only: the one that is not the first entry's, and a mask of the entries that lead there.
  func twoTargets(_ block: Int, _ count: Int) -> (mask: Int64, target: Int)? {
    guard count <= 64 else { return nil }
    let first = successor(block, 0)
    var other = first
    var mask: UInt64 = 0
    for index in 1..<count {
      let target = successor(block, index)
      if target == first { continue }
      guard other == first || target == other else { return nil }
      other = target
      mask |= 1 << UInt64(index)
    }
    return (Int64(bitPattern: mask), other)
  }

  /// The table of a block, which copies of it share.
  mutating func table(of block: Int, _ count: Int) -> Label {
    if tableNumbers[block] < 0 {
      tableNumbers[block] = Int32(tables.count)
      tables.append(JumpTable(label: asm.makeLabel(), firstSuccessor: Int(blocks[block].firstSuccessor), count: count))
    }
    return tables[Int(tableNumbers[block])].label
  }
}
