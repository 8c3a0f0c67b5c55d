// The part of a function at whose start preserved registers are saved, so that paths around it (a recursion's last step, a test that fails) do not pay
// for them. It is entered through its head alone, which is not in a loop. Exits from inside it restore the registers; exits from
// elsewhere have not changed them.
//
// Found twice: before registers are given, for the blocks with calls (+CalleeSaved: what keeps a register across calls does so in the region only), and
// afterwards for the blocks that change preserved registers (what the emitter goes by).

import RawCollections

struct SaveRegion: ~Copyable {
  /// The block before which registers are saved; 0: at the function's start, before everything.
  private(set) var head = 0
  private var inside = UncheckedArray<UInt8>(capacity: 128)
  /// Blocks that need the region, or lead to one that does.
  private var leads = UncheckedArray<UInt8>(capacity: 128)
  private var chain = UncheckedArray<UInt32>(capacity: 16)
  private var stack = UncheckedArray<UInt32>(capacity: 64)

  /// Heads that are tried, from the innermost outwards.
  private static var attempts: Int { 4 }

  init() {}

  /// There is none: the head is the function's start.
  mutating func clear() { head = 0 }

  /// Whether registers are saved in a block.
  @inline(__always) func contains(_ block: Int) -> Bool { inside[block] != 0 }

  /// Finds the region for the blocks whose number in `needs` is not 0.
  mutating func find(_ function: borrowing MachineFunction, _ needs: borrowing UncheckedArray<UInt8>) {
    findLeading(function, needs)
    chain.removeAll()
    var block = 0
    while needs[block] == 0, let next = onlySuccessor(function, from: block) {
      block = next
      chain.append(UInt32(next))
    }
    for _ in 0..<Self.attempts where chain.count > 0 {
      head = Int(chain.removeLast())
      if isClosed(function) { return }
    }
    head = 0
    inside.fill(1, count: function.blocks.count)
  }

  private mutating func findLeading(_ function: borrowing MachineFunction, _ needs: borrowing UncheckedArray<UInt8>) {
    let count = function.blocks.count
    leads.fill(0, count: count)
    stack.removeAll()
    for block in 0..<count where needs[block] != 0 {
      leads[block] = 1
      stack.append(UInt32(block))
    }
    Self.spread(function, &leads, from: &stack, isForward: false)
  }

  /// Marks all blocks that can be reached from those on the stack, which are marked, along edges or against them.
  private static func spread(
    _ function: borrowing MachineFunction, _ marks: inout UncheckedArray<UInt8>, from stack: inout UncheckedArray<UInt32>, isForward: Bool
  ) {
    while stack.count > 0 {
      let block = function.blocks.at(Int(stack.removeLast()))
      let first = Int(isForward ? block.pointee.firstSuccessor : block.pointee.firstPredecessor)
      let count = Int(isForward ? block.pointee.successorCount : block.pointee.predecessorCount)
      for index in first..<first + count {
        let next = function.blockNumbers[index]
        if marks[Int(next)] != 0 { continue }
        marks[Int(next)] = 1
        stack.append(next)
      }
    }
  }

  /// The successor that alone leads to a block that needs the region, if nothing else leads to that successor.
  private func onlySuccessor(_ function: borrowing MachineFunction, from block: Int) -> Int? {
    let record = function.blocks.at(block)
    var next: Int?
    for index in 0..<Int(record.pointee.successorCount) {
      let successor = Int(function.blockNumbers[Int(record.pointee.firstSuccessor) + index])
      if leads[successor] == 0 { continue }
      if next != nil { return nil }
      next = successor
    }
    guard let next, function.blocks[next].predecessorCount == 1, next != 0 else { return nil }
    return next
  }

  /// Whether nothing enters what can be reached from the head except through the head, and nothing comes back to the head.
  private mutating func isClosed(_ function: borrowing MachineFunction) -> Bool {
    let count = function.blocks.count
    inside.fill(0, count: count)
    inside[head] = 1
    stack.removeAll()
    stack.append(UInt32(head))
    Self.spread(function, &inside, from: &stack, isForward: true)
    for block in 0..<count where inside[block] != 0 {
      let record = function.blocks.at(block)
      for index in 0..<Int(record.pointee.predecessorCount) {
        let predecessor = function.blockNumbers[Int(record.pointee.firstPredecessor) + index]
        if (inside[Int(predecessor)] != 0) != (block != head) { return false }
      }
    }
    return true
  }
}
