// How often blocks run in relation to the entry, guessed from the shape of the control flow: both edges of a branch are equally likely, but
// leaving a loop or going to a cold block is not; a loop runs ten iterations.

import RawCollections

struct BlockFrequencies: ~Copyable {
  private var frequency = UncheckedArray<Float>(capacity: 256)
  private var inverse = UncheckedArray<Float>(capacity: 256)
  /// The frequency of an edge of weight 1 out of the block.
  private var share = UncheckedArray<Float>(capacity: 256)
  private var order = UncheckedArray<UInt32>(capacity: 256)
  /// Number of the block in reverse postorder; .max: not reached.
  private var number = UncheckedArray<UInt32>(capacity: 256)
  private var stack = UncheckedArray<UInt64>(capacity: 64)

  private static var iterations: Float { 10 }
  private static var leavingWeight: Float { 0.1 }
  private static var coldWeight: Float { 0.001 }

  init() {}

  @inline(__always) subscript(block: Int) -> Float { frequency[block] }

  /// Of the edge from a block to one of its successors.
  @inline(__always)
  func edge(_ function: borrowing MachineFunction, from: Int, to: Int) -> Float {
    function.blocks[from].successorCount == 1 ? frequency[from] : frequency[to]
  }

  /// The share of the block's executions that comes over an edge to it. (No edge is critical.)
  @inline(__always)
  func share(_ function: borrowing MachineFunction, from: Int, to: Int) -> Float {
    function.blocks.at(from).pointee.successorCount == 1 ? min(frequency[from] * inverse[to], 1) : 1
  }

  mutating func estimate(_ function: borrowing MachineFunction) {
    findOrder(function)
    for position in stride(from: order.count - 1, through: 0, by: -1) {
      let block = Int(order[position])
      let record = function.blocks[block]
      var sum: Float = 0
      var isLoop = false
      for edge in 0..<Int(record.predecessorCount) {
        let predecessor = Int(function.blockNumbers[Int(record.firstPredecessor) + edge])
        if number[predecessor] < number[block] {
          sum += share[predecessor] * Self.weight(function.blocks[predecessor], record)
        } else if number[predecessor] != .max {
          isLoop = true
        }
      }
      if number[block] == 0 { sum += 1 }
      if isLoop { sum *= Self.iterations }
      sum = min(max(sum, 1e-8), 1e12)
      frequency[block] = sum
      inverse[block] = 1 / sum
      var weights: Float = 0
      for edge in 0..<Int(record.successorCount) {
        let successor = Int(function.blockNumbers[Int(record.firstSuccessor) + edge])
        weights += Self.weight(record, function.blocks[successor])
      }
      share[block] = weights > 0 ? sum / weights : 0
    }
  }

  @inline(__always)
  private static func weight(_ from: MachineBlock, _ to: MachineBlock) -> Float {
    if to.isCold && !from.isCold { return coldWeight }
    return to.loopDepth < from.loopDepth ? leavingWeight : 1
  }

  /// Postorder of the blocks that are reached.
  private mutating func findOrder(_ function: borrowing MachineFunction) {
    let count = function.blocks.count
    frequency.setCount(count)
    inverse.setCount(count)
    share.setCount(count)
    number.setCount(count)
    order.removeAll()
    stack.removeAll()
    guard count > 0 else { return }
    for block in 0..<count {
      frequency[block] = 1e-8
      inverse[block] = 1e8
      share[block] = 0
      number[block] = .max
    }
    // A stack entry is a block and the number of successors that are done.
    stack.append(0)
    number[0] = 0
    while stack.count > 0 {
      let top = stack[stack.count - 1]
      let block = Int(top >> 32)
      let done = Int(top & 0xFFFF_FFFF)
      let record = function.blocks[block]
      if done == Int(record.successorCount) {
        _ = stack.removeLast()
        order.append(UInt32(block))
        continue
      }
      stack[stack.count - 1] = top + 1
      let successor = Int(function.blockNumbers[Int(record.firstSuccessor) + done])
      if number[successor] == .max {
        number[successor] = 0
        stack.append(UInt64(successor) << 32)
      }
    }
    for position in 0..<order.count { number[Int(order[position])] = UInt32(order.count - 1 - position) }
  }
}
