// Step 1: points, what instructions reserve, uses by virtual register, lifetimes.
//
// Lifetimes come from uses: from each use backwards over predecessors to the definition (SSA: that is where all paths end). The work is
// the number of (virtual register, block) pairs that are live, not blocks × registers. Where even that is out of proportion to the code's size, the
// remaining virtual registers that are live in several blocks go to memory: they have slots of their own, and are in registers within blocks only.

import RawCollections

extension RegisterAllocator {
  private static var fewRegisters: Int { 4 }

  mutating func numberPoints(_ function: borrowing MachineFunction) {
    let blockCount = function.blocks.count
    let slotCount = function.instructions.count + blockCount
    blockStart.setCount(blockCount + 1)
    blockOfSlot.setCount(slotCount + 1)
    reserved.reset(count: 2 * slotCount + 2)
    for block in 0..<blockCount {
      let record = function.blocks[block]
      let first = Int(record.firstInstruction) + block
      let end = Int(record.endInstruction) + block + 1
      blockStart[block] = UInt32(2 * first)
      for slot in first..<end { blockOfSlot[slot] = UInt32(block) }
    }
    blockStart[blockCount] = UInt32(2 * slotCount)
    blockOfSlot[slotCount] = UInt32(blockCount)
  }

  /// Fills in records, uses, what is reserved, and clobber points.
  mutating func collectOperands(_ function: borrowing MachineFunction) {
    let registerCount = function.registers.count
    registers.setCount(registerCount)
    for index in 0..<registerCount {
      var record = RegisterRecord()
      record.registerClass = function.registers[index].registerClass
      record.width = function.registers[index].width
      record.rematerialization = function.registers[index].rematerialization
      registers[index] = record
    }
    countUses(function)
    var total: UInt32 = 0
    for index in 0..<registerCount {
      let record = registers.at(index)
      record.pointee.firstUse = total
      total += record.pointee.endUse
      record.pointee.endUse = record.pointee.firstUse
    }
    uses.setCount(Int(total))
    copies.removeAll()
    integerClobbers.removeAll()
    floatClobbers.removeAll()
    let slotCount = blockOfSlot.count
    integerClobbersBefore.setCount(slotCount)
    floatClobbersBefore.setCount(slotCount)
    for block in 0..<function.blocks.count { collectOperands(function, of: block) }
    integerClobbersBefore[slotCount - 1] = UInt32(integerClobbers.count)
    floatClobbersBefore[slotCount - 1] = UInt32(floatClobbers.count)
  }

  /// Whether an instruction changes that many registers of a class, or leaves that few alone, that not everything that is live across it can stay in one.
  @inline(__always)
  private mutating func isClobberPoint(_ changed: RegisterSet, _ registers: RegisterSet) -> Bool {
    let lost = (changed & registers).nonzeroBitCount
    return lost > Self.fewRegisters || lost > 0 && (registers & ~changed).nonzeroBitCount <= Self.fewRegisters
  }

  private mutating func countUses(_ function: borrowing MachineFunction) {
    for index in 0..<function.operands.count where function.operands[index].role == .use {
      registers[function.operands[index].register.number].endUse += 1
    }
    for block in 0..<function.blocks.count {
      let record = function.blocks[block]
      for argument in 0..<Int(record.argumentCount) {
        registers[function.registerNumbers[Int(record.firstArgument) + argument].number].endUse += 1
      }
    }
  }

  private mutating func collectOperands(_ function: borrowing MachineFunction, of block: Int) {
    let record = function.blocks[block]
    let integers = function.allocatable & 0xFFFF_FFFF
    let floats = function.allocatable & ~0xFFFF_FFFF
    for parameter in 0..<Int(record.parameterCount) {
      let register = function.registerNumbers[Int(record.firstParameter) + parameter]
      define(register, at: blockStart[block], in: block, .parameter)
    }
    let firstSlot = Int(record.firstInstruction) + block
    integerClobbersBefore[firstSlot] = UInt32(integerClobbers.count)
    floatClobbersBefore[firstSlot] = UInt32(floatClobbers.count)
    for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
      let instruction = function.instructions.at(index)
      let slot = index + block + 1
      let point = UInt32(2 * slot)
      if instruction.pointee.clobbers != 0 { reserved.insert(instruction.pointee.clobbers, at: 2 * slot + 1) }
      collectOperands(function, instruction.pointee, at: point, in: block)
      integerClobbersBefore[slot] = UInt32(integerClobbers.count)
      floatClobbersBefore[slot] = UInt32(floatClobbers.count)
      let late = reserved[2 * slot + 1]
      if late == 0 { continue }
      if isClobberPoint(late, integers) { integerClobbers.append(UInt32(slot)) }
      if isClobberPoint(late, floats) { floatClobbers.append(UInt32(slot)) }
    }
    guard record.argumentCount > 0 else { return }
    let point = blockStart[block + 1] - 2
    let successor = function.blocks[Int(function.blockNumbers[Int(record.firstSuccessor)])]
    for argument in 0..<Int(record.argumentCount) {
      let source = function.registerNumbers[Int(record.firstArgument) + argument]
      let target = function.registerNumbers[Int(successor.firstParameter) + argument]
      addUse(source, RegisterUse(point: point, operand: UInt32(argument), kind: .argument))
      copies.append(
        Copy(
          source: source.index, target: target.index, sourcePoint: point + 1,
          weight: frequencies.edge(function, from: block, to: Int(function.blockNumbers[Int(record.firstSuccessor)]))))
    }
  }

  @inline(__always)
  private mutating func collectOperands(
    _ function: borrowing MachineFunction, _ instruction: MachineInstruction, at point: Point, in block: Int
  ) {
    let first = Int(instruction.firstOperand)
    let count = Int(instruction.operandCount)
    // Virtual registers whose uses become the definition's place before the instruction.
    var reusedRegister = VirtualRegister.none
    var reusingOperand = 0
    for number in 0..<count {
      let index = first + number
      let operand = function.operands[index]
      if operand.role == .definition {
        var operand = operand
        if operand.constraint == .reuse {
          let source = function.operands[first + Int(operand.detail)]
          if source.constraint == .fixed {
            operand.constraint = .fixed
            operand.detail = source.detail
          } else {
            reusedRegister = source.register
            reusingOperand = number
          }
        }
        switch operand.constraint {
        case .fixed:
          let bit = RegisterSet(1) << RegisterSet(operand.detail)
          reserved.insert(bit, at: Int(point) + 1)
          if operand.phase == .early { reserved.insert(bit, at: Int(point)) }
          define(operand.register, at: point + 2, in: block, .fixed, operand: index, detail: operand.detail)
        case .reuse:
          define(operand.register, at: point, in: block, .early, operand: index)
          copies.append(
            Copy(source: reusedRegister.index, target: operand.register.index, sourcePoint: point - 1, weight: frequencies[block]))
        case .any, .register:
          let isEarly = operand.phase == .early
          define(
            operand.register, at: isEarly ? point : point + 1, in: block, isEarly ? .early : operand.constraint == .any ? .any : .register,
            operand: index)
        }
        continue
      }
      var use = RegisterUse(point: point, operand: UInt32(index), kind: .register)
      switch operand.constraint {
      case .fixed:
        use.kind = .fixed
        use.detail = operand.detail
        let bit = RegisterSet(1) << RegisterSet(operand.detail)
        reserved.insert(bit, at: Int(point))
        if operand.phase == .late { reserved.insert(bit, at: Int(point) + 1) }
      case .any, .register, .reuse:
        if operand.register == reusedRegister && operand.phase == .early {
          use.kind = .reused
          use.detail = UInt8(truncatingIfNeeded: reusingOperand)
        } else if operand.constraint == .any {
          use.kind = operand.phase == .early ? .any : .lateAny
        } else {
          use.kind = operand.phase == .early ? .register : .lateRegister
        }
      }
      addUse(operand.register, use)
    }
    if instruction.isMove {
      copies.append(
        Copy(
          source: function.operands[first + 1].register.index, target: function.operands[first].register.index, sourcePoint: point,
          weight: frequencies[block]))
    }
  }

  @inline(__always)
  private mutating func define(
    _ register: VirtualRegister, at point: Point, in block: Int, _ kind: DefinitionKind, operand: Int = Int(UInt32.max), detail: UInt8 = 0
  ) {
    let record = registers.at(register.number)
    record.pointee.definition = point
    record.pointee.definitionBlock = UInt32(block)
    record.pointee.definitionKind = kind
    record.pointee.definitionOperand = UInt32(truncatingIfNeeded: operand)
    record.pointee.definitionDetail = detail
  }

  @inline(__always)
  private mutating func addUse(_ register: VirtualRegister, _ use: RegisterUse) {
    let record = registers.at(register.number)
    var use = use
    if record.pointee.rematerialization != .nothing {
      // There is no slot that could be used instead.
      if use.kind == .any { use.kind = .register }
      if use.kind == .lateAny { use.kind = .lateRegister }
    }
    uses[Int(record.pointee.endUse)] = use
    record.pointee.endUse += 1
  }

  // MARK: Lifetimes

  /// Live pairs for each instruction that are in proportion.
  private static var pairsPerInstruction: Int { 24 }

  mutating func findLifetimes(_ function: borrowing MachineFunction) {
    let blockCount = function.blocks.count
    pairsLeft = Self.pairsPerInstruction * (function.instructions.count + 1000)
    lifetimes.removeAll()
    markedIn.setCount(blockCount)
    markedOut.setCount(blockCount)
    for block in 0..<blockCount {
      markedIn[block] = .nothing
      markedOut[block] = .nothing
    }
    markedBits.setCount((blockCount + 63) / 64)
    for word in 0..<markedBits.count { markedBits[word] = 0 }
    for register in 0..<registers.count {
      registers[register].firstLifetime = UInt32(lifetimes.count)
      if registers[register].definitionKind != .none { findLifetime(function, of: register) }
      registers[register].endLifetime = UInt32(lifetimes.count)
    }
  }

  private mutating func findLifetime(_ function: borrowing MachineFunction, of register: Int) {
    let record = registers[register]
    let home = Int(record.definitionBlock)
    var end = definitionEnd(record)
    let firstUse = Int(record.firstUse)
    let endUse = Int(record.endUse)
    if firstUse == endUse || uses[firstUse].point >= blockStart[home] && uses[endUse - 1].point < blockStart[home + 1] {
      for use in firstUse..<endUse { end = max(end, uses[use].end) }
      if end > record.definition { lifetimes.append(Lifetime(from: record.definition, to: end)) }
      return
    }
    if pairsLeft < 0 {
      findBlockwiseLifetime(of: register)
      return
    }
    firstMarked = home >> 6
    lastMarked = firstMarked
    markBit(home)
    spread(function, register)
    // The blocks in order; uses are in the same order.
    var use = firstUse
    for word in firstMarked...lastMarked where markedBits[word] != 0 {
      var bits = markedBits[word]
      markedBits[word] = 0
      while bits != 0 {
        let block = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        let start = block == home ? record.definition : blockStart[block]
        let blockEnd = blockStart[block + 1]
        var end = block == home ? end : start
        while use < endUse, uses[use].point < blockEnd {
          end = max(end, uses[use].end)
          use += 1
        }
        if markedOut[block] == UInt32(register) { end = blockEnd }
        addLifetime(from: start, to: end, first: Int(record.firstLifetime))
      }
    }
  }

  /// For what is kept in memory: from the first use to the last in each block.
  private mutating func findBlockwiseLifetime(of register: Int) {
    let record = registers[register]
    registers[register].isInMemory = true
    let home = Int(record.definitionBlock)
    var use = Int(record.firstUse)
    var isDefined = false
    while true {
      let block = use < Int(record.endUse) ? Int(blockOfSlot[Int(uses[use].point >> 1)]) : .max
      var from = block < .max ? uses[use].point : record.definition
      var end = from
      if !isDefined && block >= home {
        isDefined = true
        from = record.definition
        end = definitionEnd(record)
        if block > home {
          if end > from { lifetimes.append(Lifetime(from: from, to: end)) }
          continue
        }
      }
      if block == .max { return }
      while use < Int(record.endUse), uses[use].point < blockStart[block + 1] {
        end = max(end, uses[use].end)
        use += 1
      }
      if end > from { lifetimes.append(Lifetime(from: from, to: end)) }
    }
  }

  /// How far a definition itself reaches.
  @inline(__always)
  private mutating func definitionEnd(_ record: RegisterRecord) -> Point {
    switch record.definitionKind {
    case .register, .any: record.definition + 1
    case .early: record.definition + 2
    case .none, .parameter, .fixed: record.definition
    }
  }

  /// Marks the blocks that the virtual register is live into and out of.
  private mutating func spread(_ function: borrowing MachineFunction, _ register: Int) {
    let record = registers[register]
    let home = record.definitionBlock
    let mark = UInt32(register)
    blockStack.removeAll()
    let pairsBefore = pairsLeft
    for use in Int(record.firstUse)..<Int(record.endUse) {
      let block = blockOfSlot[Int(uses[use].point >> 1)]
      if markedIn[Int(block)] != mark && block != home { enter(block, mark) }
      while blockStack.count > 0 {
        let block = function.blocks[Int(blockStack.removeLast())]
        for edge in 0..<Int(block.predecessorCount) {
          let predecessor = function.blockNumbers[Int(block.firstPredecessor) + edge]
          markedOut[Int(predecessor)] = mark
          if predecessor != home && markedIn[Int(predecessor)] != mark { enter(predecessor, mark) }
        }
      }
    }
    // Each pair has about as many edges as uses and other pairs lead to.
    function.work.spend(Int(record.endUse - record.firstUse) + 2 * (pairsBefore - pairsLeft))
  }

  @inline(__always)
  private mutating func enter(_ block: UInt32, _ mark: UInt32) {
    markedIn[Int(block)] = mark
    markBit(Int(block))
    pairsLeft -= 1
    blockStack.append(block)
  }

  @inline(__always)
  private mutating func markBit(_ block: Int) {
    markedBits[block >> 6] |= 1 << UInt64(block & 63)
    firstMarked = min(firstMarked, block >> 6)
    lastMarked = max(lastMarked, block >> 6)
  }

  @inline(__always)
  private mutating func addLifetime(from: Point, to: Point, first: Int) {
    if lifetimes.count > first, lifetimes[lifetimes.count - 1].to == from {
      lifetimes[lifetimes.count - 1].to = to
    } else {
      lifetimes.append(Lifetime(from: from, to: to))
    }
  }
}
