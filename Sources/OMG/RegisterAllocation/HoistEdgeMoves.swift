// Takes the moves on a loop's back edge before the branch that decides about it, if the exit does not need what they overwrite: the block
// that was made for them on the edge is empty then, and the branch goes straight to the loop's start.
//
//     cmp; je out; edge: mov rbx, rcx; jmp loop      → mov rbx, rcx; cmp; jne loop; out:
//
// They stand before the instruction that sets the flags if that one does not mind, since processors join it with the branch. The checker
// of allocations sees the result.

import RawCollections

struct HoistEdgeMoves: ~Copyable {
  /// For each block the registers that are read in it before they are written, or in blocks after it.
  private var liveAtStart = UncheckedArray<RegisterSet>(capacity: 128)
  private var moved = UncheckedArray<Edit>(capacity: 64)

  mutating func run(_ function: borrowing MachineFunction, _ allocations: inout Allocations) {
    var isLivenessKnown = false
    moved.removeAll()
    for number in 0..<function.blocks.count {
      guard let branch = branchBack(number, function) else { continue }
      let range = edits(before: Int(function.blocks[number].firstInstruction), allocations)
      guard !range.isEmpty, areRegisterMoves(range, allocations) else { continue }
      if !isLivenessKnown {
        findLiveness(function, allocations)
        isLivenessKnown = true
      }
      hoist(range, in: number, to: branch, function, &allocations)
    }
    if moved.count > 0 { merge(&allocations) }
  }

  /// The branch before a block that does nothing but jump back to a loop's start; nil for other blocks.
  private func branchBack(_ number: Int, _ function: borrowing MachineFunction) -> Int? {
    let block = function.blocks[number]
    guard block.endInstruction == block.firstInstruction + 1, block.successorCount == 1, block.predecessorCount == 1,
      Int(function.blockNumbers[Int(block.firstSuccessor)]) <= number
    else { return nil }
    let before = function.blocks[Int(function.blockNumbers[Int(block.firstPredecessor)])]
    let branch = Int(before.endInstruction) - 1
    // (A call that may be left for a landing is the last but one.)
    guard before.successorCount == 2, branch == Int(before.firstInstruction) || function.instructions[branch - 1].clobbers == 0 else { return nil }
    return branch
  }

  private func areRegisterMoves(_ range: Range<Int>, _ allocations: borrowing Allocations) -> Bool {
    for index in range {
      let edit = allocations.edits[index]
      guard edit.kind == .move, edit.source.isRegister, edit.target.isRegister else { return false }
    }
    return true
  }

  /// The edits before an instruction.
  private func edits(before instruction: Int, _ allocations: borrowing Allocations) -> Range<Int> {
    let first = Edit.first(in: allocations.edits.view, before: UInt32(instruction))
    var end = first
    while end < allocations.edits.count, Int(allocations.edits[end].before) == instruction { end += 1 }
    return first..<end
  }

  private mutating func hoist(
    _ range: Range<Int>, in number: Int, to branch: Int, _ function: borrowing MachineFunction, _ allocations: inout Allocations
  ) {
    var written: RegisterSet = 0
    var read: RegisterSet = 0
    for index in range {
      written |= allocations.edits[index].target.register.bit
      read |= allocations.edits[index].source.register.bit
    }
    let block = function.blocks[number]
    let before = function.blocks[Int(function.blockNumbers[Int(block.firstPredecessor)])]
    for index in 0..<2 {
      let successor = Int(function.blockNumbers[Int(before.firstSuccessor) + index])
      if successor != number, liveAtStart[successor] & written != 0 { return }
    }
    if isTouched(branch, written, read, function, allocations) { return }
    var place = branch
    if branch > Int(before.firstInstruction), edits(before: branch, allocations).isEmpty, !isTouched(branch - 1, written, read, function, allocations)
    {
      place = branch - 1
    }
    for index in range {
      allocations.edits[index].before = UInt32(truncatingIfNeeded: place)
      moved.append(allocations.edits[index])
      // Taken out when all are put in order.
      allocations.edits[index].target = .none
    }
    // What the moves write has to stay until then: the other edge's moves, if that is a back edge as well, must not overwrite it.
    liveAtStart[number] = liveAtStart[Int(function.blockNumbers[Int(block.firstSuccessor)])]
  }

  /// Whether an instruction has to do with registers that moves before it would write, or writes what they read.
  private func isTouched(
    _ instruction: Int, _ written: RegisterSet, _ read: RegisterSet, _ function: borrowing MachineFunction, _ allocations: borrowing Allocations
  ) -> Bool {
    let record = function.instructions[instruction]
    for index in Int(record.firstOperand)..<Int(record.firstOperand) + Int(record.operandCount) where allocations.operands[index].isRegister {
      let bit = allocations.operands[index].register.bit
      if written & bit != 0 || (function.operands[index].role == .definition && read & bit != 0) { return true }
    }
    return false
  }

  /// Puts the edits that were moved where they belong, after those that are there.
  private mutating func merge(_ allocations: inout Allocations) {
    let count = allocations.edits.count
    var kept = 0
    for index in 0..<count where allocations.edits[index].target != .none {
      allocations.edits[kept] = allocations.edits[index]
      kept += 1
    }
    // Blocks are in order, and so are their moves, but for blocks out of line.
    sortMoved()
    var from = kept - 1
    var next = moved.count - 1
    var place = count - 1
    while next >= 0 {
      if from >= 0, allocations.edits[from].before > moved[next].before {
        allocations.edits[place] = allocations.edits[from]
        from -= 1
      } else {
        allocations.edits[place] = moved[next]
        next -= 1
      }
      place -= 1
    }
  }

  /// Equal ones keep their order.
  private mutating func sortMoved() {
    var isSorted = true
    for index in 1..<max(moved.count, 1) where moved[index - 1].before > moved[index].before { isSorted = false }
    if isSorted { return }
    // A move has no use for the number of an instruction: it tells which came first.
    for index in 0..<moved.count { moved[index].instruction = UInt32(truncatingIfNeeded: index) }
    var edits = moved.slice(0, count: moved.count)
    edits.sort { ($0.before, $0.instruction) < ($1.before, $1.instruction) }
  }

  // MARK: Liveness

  private mutating func findLiveness(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations) {
    let count = function.blocks.count
    liveAtStart.setCount(count)
    for block in 0..<count { liveAtStart[block] = 0 }
    var changed = true
    while changed {
      changed = false
      function.work.spend(function.instructions.count)
      var block = count - 1
      var edit = allocations.edits.count
      while block >= 0 {
        let live = start(of: block, function, allocations, &edit)
        if live != liveAtStart[block] {
          liveAtStart[block] = live
          changed = true
        }
        block -= 1
      }
    }
  }

  /// What is live at a block's start, from what is known about its successors. `edit`: the end of the edits up to this block; moved on.
  private func start(
    of number: Int, _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ edit: inout Int
  ) -> RegisterSet {
    let block = function.blocks[number]
    var live: RegisterSet = 0
    for index in 0..<Int(block.successorCount) { live |= liveAtStart[Int(function.blockNumbers[Int(block.firstSuccessor) + index])] }
    var instruction = Int(block.endInstruction) - 1
    while instruction >= Int(block.firstInstruction) {
      let record = function.instructions[instruction]
      let operands = Int(record.firstOperand)..<Int(record.firstOperand) + Int(record.operandCount)
      for index in operands where function.operands[index].role == .definition && allocations.operands[index].isRegister {
        live &= ~allocations.operands[index].register.bit
      }
      for index in operands where function.operands[index].role == .use && allocations.operands[index].isRegister {
        live |= allocations.operands[index].register.bit
      }
      while edit > 0, Int(allocations.edits[edit - 1].before) == instruction {
        edit -= 1
        let change = allocations.edits[edit]
        if change.target.isRegister { live &= ~change.target.register.bit }
        if change.kind == .move, change.source.isRegister { live |= change.source.register.bit }
      }
      instruction -= 1
    }
    return live
  }
}
