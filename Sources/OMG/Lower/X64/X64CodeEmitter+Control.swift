// Branches. Blocks that follow are fallen into.

import MachineCode

extension X64CodeEmitter {
  /// Whether a block begins with the comparison that the only way into it has just branched on, so that the flags are there already. With exchanged
  /// operands, the conditions on them are, too.
  mutating func repeatsComparison(_ block: Int) -> Bool {
    let record = blocks + block
    let opcode = X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped
    let predecessorNumber = record.pointee.predecessorCount == 1 ? Int(blockNumbers[Int(record.pointee.firstPredecessor)]) : block
    guard opcode == .compare || opcode == .compareConstant, current.pointee.auxiliary == 0, predecessorNumber < block else { return false }
    let predecessor = blocks + predecessorNumber
    guard predecessor.pointee.endInstruction >= predecessor.pointee.firstInstruction + 2 else { return false }
    let branch = instructions + (Int(predecessor.pointee.endInstruction) - 1)
    let last = branch - 1
    guard branch.pointee.opcode == X64Opcode.branch.rawValue, last.pointee.opcode == current.pointee.opcode, last.pointee.auxiliary == 0,
      last.pointee.variant == current.pointee.variant, last.pointee.payload == current.pointee.payload
    else { return false }
    let before = operands + Int(last.pointee.firstOperand)
    let now = operands + Int(current.pointee.firstOperand)
    // The one before may itself be left out, for one with exchanged operands.
    let wasMirrored = last == instructions + Int(predecessor.pointee.firstInstruction) && mirrored[predecessorNumber] != 0
    if opcode == .compareConstant { return before[0].register == now[0].register }
    let isSame = before[0].register == now[0].register && before[1].register == now[1].register
    guard isSame || (before[0].register == now[1].register && before[1].register == now[0].register) else { return false }
    isMirrored = isSame == wasMirrored
    if isMirrored, !X64Variant(raw: (current + 1).pointee.variant).condition.isOrder {
      isMirrored = false
      return false
    }
    mirrored[block] = isMirrored ? 1 : 0
    return true
  }

  mutating func jump(_ target: Int) {
    if target == nextBlock { return }
    if isNear(target) { return jumpShortly(target, opcode: 0xEB) }
    asm.jump(labels[target])
  }

  /// The end of a block with one successor. A loop's head that does little more than jump through a table, as an interpreter's, is copied in place of a
  /// jump back to it: each way has a jump through the table of its own, which the processor predicts by what has come before.
  mutating func jump(from block: Int, to target: Int) {
    guard isDispatcher(target, from: block) else { return jump(target) }
    var edit = Edit.first(in: edits, count: editCount, before: blocks[target].firstInstruction)
    emitInstructions(of: target, firstEdit: &edit, mayRepeatComparison: false)
  }

  /// Whether a block that a jump goes back to is a few instructions and a jump through a table.
  mutating func isDispatcher(_ target: Int, from block: Int) -> Bool {
    let record = blocks + target
    let last = Int(record.pointee.endInstruction) - 1
    let first = Int(record.pointee.firstInstruction)
    guard target <= block, !blocks[block].isCold, last - first < 6, instructions[last].opcode == X64Opcode.switchTable.rawValue else { return false }
    for index in first..<last
    where instructions[index].clobbers != 0 || X64Opcode(rawValue: instructions[index].opcode).unsafelyUnwrapped.row.isLong { return false }
    return choice(target, Int(record.pointee.successorCount) - 1) == nil
  }

  private mutating func jump(_ condition: Condition, _ target: Int) {
    if isNear(target) { return jumpShortly(target, opcode: 0x70 | condition.rawValue) }
    asm.jump(condition, labels[target])
  }

  /// Whether a block that comes later is likely to be near enough for a distance in a byte. (Of blocks that came before, the assembler knows.)
  private func isNear(_ target: Int) -> Bool {
    usesShortJumps && target >= nextBlock && estimates[target] - estimates[nextBlock] < 112
  }

  private mutating func jumpShortly(_ target: Int, opcode: UInt8) {
    asm.code.reserve(2)
    asm.code.byte(opcode)
    shortJumps.append(ShortJump(field: asm.offset, block: target))
    asm.code.byte(0)
  }

  mutating func branch(_ condition: X64Condition, _ then: Int, _ otherwise: Int) {
    if then == otherwise { return jump(then) }
    if !condition.isOfFlags { return branchOnFloats(equal: condition == .floatEqual, then, otherwise) }
    // The way back of a loop costs one jump only.
    let isBack = otherwise < nextBlock && then >= nextBlock
    if then == nextBlock || isBack {
      jump(condition.simple.negated, otherwise)
      jump(then)
    } else {
      jump(condition.simple, then)
      jump(otherwise)
    }
  }

  /// Equal means: the zero flag is set and the parity flag, for unordered, is not.
  private mutating func branchOnFloats(equal: Bool, _ then: Int, _ otherwise: Int) {
    let (whenEqual, whenNot) = equal ? (then, otherwise) : (otherwise, then)
    jump(.parity, whenNot)
    if whenEqual == nextBlock { return jump(.notEqual, whenNot) }
    jump(.equal, whenEqual)
    jump(whenNot)
  }

  mutating func switchChain(_ block: Int) {
    let last = Int(blocks[block].successorCount) - 1
    for index in 0..<last {
      let target = successor(block, index)
      if index == 0 {
        asm.test(.w32, gpr(0), gpr(0))
      } else {
        asm.arithmetic(.cmp, .w32, gpr(0), constant: Int32(truncatingIfNeeded: index))
      }
      jump(.equal, target)
    }
    jump(successor(block, last))
  }

  /// If a table of at most 64 entries has two targets only: the one that is not the first entry's, and a mask of the entries that lead there.
  mutating func choice(_ block: Int, _ count: Int) -> (mask: Int64, target: Int)? {
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

  /// An entry of the table is relative to the table. Two targets only need no table.
  mutating func switchTable(_ block: Int) {
    let (index, scratch) = (gpr(0), gpr(1))
    let count = Int(blocks[block].successorCount) - 1
    asm.arithmetic(.cmp, .w32, index, constant: Int32(truncatingIfNeeded: count))
    jump(.aboveOrEqual, successor(block, count))
    if let (mask, other) = choice(block, count) {
      asm.move(.r11, constant: mask)
      asm.bitTest(count <= 32 ? .w32 : .w64, .r11, index)
      return branch(.below, other, successor(block, 0))
    }
    asm.loadAddress(.r11, of: table(of: block, count))
    asm.loadSign32(scratch, Address(.r11, index: index, scale: 2))
    asm.arithmetic(.add, .w64, scratch, .r11)
    asm.jump(scratch)
  }

  /// The table of a block, which copies of it share.
  private mutating func table(of block: Int, _ count: Int) -> Label {
    if tableNumbers[block] < 0 {
      tableNumbers[block] = Int32(tables.count)
      tables.append(JumpTable(label: asm.makeLabel(), firstSuccessor: Int(blocks[block].firstSuccessor), count: count))
    }
    return tables[Int(tableNumbers[block])].label
  }
}
