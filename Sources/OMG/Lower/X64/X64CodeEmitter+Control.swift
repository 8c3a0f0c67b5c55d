// Branches. Blocks that follow are fallen into.

import MachineCode

extension X64CodeEmitter {
  mutating func jump(_ target: Int) {
    if target == nextBlock { return }
    if isNear(target) { return jumpShortly(target, opcode: 0xEB) }
    asm.jump(labels[target])
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
    if then == nextBlock { return jump(condition.simple.negated, otherwise) }
    jump(condition.simple, then)
    jump(otherwise)
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

  /// An entry of the table is relative to the table.
  mutating func switchTable(_ block: Int) {
    let (index, scratch) = (gpr(0), gpr(1))
    let count = Int(blocks[block].successorCount) - 1
    let table = asm.makeLabel()
    asm.arithmetic(.cmp, .w32, index, constant: Int32(truncatingIfNeeded: count))
    jump(.aboveOrEqual, successor(block, count))
    asm.loadAddress(.r11, of: table)
    asm.loadSign32(scratch, Address(.r11, index: index, scale: 2))
    asm.arithmetic(.add, .w64, scratch, .r11)
    asm.jump(scratch)
    tables.append(JumpTable(label: table, firstSuccessor: Int(blocks[block].firstSuccessor), count: count))
  }
}
