// Branches. Blocks that follow are fallen into.

import MachineCode

extension X64CodeEmitter {
  /// Whether a block begins with the comparison that the only edge to it has just branched on, so that the flags are there already. With exchanged
  /// operands, the conditions on them are, too.
  mutating func repeatsComparison(_ block: Int) -> Bool {
    let record = blocks.at(block)
    let opcode = X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped
    let predecessorNumber = record.pointee.predecessorCount == 1 ? Int(blockNumbers[Int(record.pointee.firstPredecessor)]) : block
    guard opcode == .compare || opcode == .compareConstant, current.pointee.auxiliary == 0, predecessorNumber < block else { return false }
    let predecessor = blocks.at(predecessorNumber)
    guard predecessor.pointee.endInstruction >= predecessor.pointee.firstInstruction + 2 else { return false }
    let branch = instructions.at(Int(predecessor.pointee.endInstruction) - 1)
    let last = branch - 1
    guard branch.pointee.opcode == X64Opcode.branch.rawValue, last.pointee.opcode == current.pointee.opcode, last.pointee.auxiliary == 0,
      last.pointee.variant == current.pointee.variant, last.pointee.payload == current.pointee.payload
    else { return false }
    let before = operands.slice(Int(last.pointee.firstOperand), count: Int(last.pointee.operandCount))
    let now = operands.slice(Int(current.pointee.firstOperand), count: Int(current.pointee.operandCount))
    // The one before may itself be left out, for one with exchanged operands.
    let wasMirrored = last == instructions.at(Int(predecessor.pointee.firstInstruction)) && mirrored[predecessorNumber] != 0
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

  mutating func jump(_ block: Int) {
    if block == nextBlock { return }
    if isNear(block) { return jumpShortly(block, opcode: 0xEB) }
    asm.jump(labels[block])
  }

  private mutating func jump(_ condition: Condition, _ block: Int) {
    if isNear(block) { return jumpShortly(block, opcode: 0x70 | condition.rawValue) }
    asm.jump(condition, labels[block])
  }

  /// Whether a block that comes later is likely to be near enough for a distance in a byte. (Of blocks that came before, the assembler knows.)
  private func isNear(_ block: Int) -> Bool {
    !nearJumps.isOff && block >= nextBlock && estimates[block] - estimates[nextBlock] < 112
  }

  private mutating func jumpShortly(_ block: Int, opcode: UInt8) {
    asm.code.reserve(2)
    asm.code.byte(opcode)
    nearJumps.add(field: asm.offset, to: block)
    asm.code.byte(0)
  }

  mutating func branch(_ condition: X64Condition, _ then: Int, _ otherwise: Int) {
    if then == otherwise { return jump(then) }
    if !condition.isOfFlags { return branchOnFloats(equal: condition == .floatEqual, then, otherwise) }
    // The back edge of a loop costs one jump only.
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

  /// An entry of the table is relative to the table. Two targets only need no table.
  mutating func switchTable(_ block: Int) {
    let (index, scratch) = (gpr(0), gpr(1))
    let count = Int(blocks[block].successorCount) - 1
    asm.arithmetic(.cmp, .w32, index, constant: Int32(truncatingIfNeeded: count))
    jump(.aboveOrEqual, successor(block, count))
    if let (mask, other) = twoTargets(block, count) {
      asm.move(.r11, constant: mask)
      asm.bitTest(count <= 32 ? .w32 : .w64, .r11, index)
      return branch(.below, other, successor(block, 0))
    }
    asm.loadAddress(.r11, of: table(of: block, count))
    asm.loadSign32(scratch, Address(.r11, index: index, scale: 2))
    asm.arithmetic(.add, .w64, scratch, .r11)
    asm.jump(scratch)
  }
}
