// Changing a graph: adding, moving and removing instructions, blocks and edges. Every change keeps lists and edges consistent on both sides;
// inputs of phis follow the predecessors.

extension Graph {
  // MARK: Instructions

  /// A new instruction that is in no block yet.
  @inline(__always)
  mutating func make(_ instruction: Instruction) -> Value {
    instructions.append(instruction)
    return Value(instructions.count - 1)
  }

  /// Adds an instruction at the end of a block, which has no terminator yet.
  @inline(__always)
  @discardableResult
  mutating func append(_ instruction: Instruction, to block: Block) -> Value {
    let value = make(instruction)
    link(value, after: at(block).pointee.last, in: block)
    return value
  }

  /// Adds an instruction before another one.
  @discardableResult
  mutating func insert(_ instruction: Instruction, before other: Value) -> Value {
    let value = make(instruction)
    place(value, before: other)
    return value
  }

  /// Puts an instruction that is in no block before another one.
  func place(_ value: Value, before other: Value) {
    link(value, after: at(other).pointee.previous, in: at(other).pointee.block)
  }

  /// Puts an instruction that is in no block after the phis of a block, and after what else has to be at its start.
  func placeAfterPhis(_ value: Value, in block: Block) {
    var last = Value.none
    var next = at(block).pointee.first
    while next.exists, at(next).pointee.operation == .phi || at(next).pointee.operation == .landing {
      last = next
      next = at(next).pointee.next
    }
    link(value, after: last, in: block)
  }

  /// Puts an instruction that is in no block at the end of a block, before its terminator.
  func placeAtEnd(_ value: Value, of block: Block) {
    let last = at(block).pointee.last
    if last.exists, at(last).pointee.operation.isTerminator { return place(value, before: end(of: block)) }
    link(value, after: last, in: block)
  }

  /// What comes last in a block goes before this: its terminator, or the call that belongs to it.
  func end(of block: Block) -> Value {
    var end = at(block).pointee.last
    guard at(end).pointee.operation == .unwindBranch else { return end }
    repeat { end = at(end).pointee.previous } while at(end).pointee.operation == .result
    return end
  }

  /// `previous` none: at the block's start.
  @inline(__always)
  func link(_ value: Value, after previous: Value, in block: Block) {
    let instruction = at(value)
    let record = at(block)
    let next = previous.exists ? at(previous).pointee.next : record.pointee.first
    instruction.pointee.block = block
    instruction.pointee.previous = previous
    instruction.pointee.next = next
    if previous.exists { at(previous).pointee.next = value } else { record.pointee.first = value }
    if next.exists { at(next).pointee.previous = value } else { record.pointee.last = value }
  }

  /// Takes an instruction out of its block.
  func unlink(_ value: Value) {
    let instruction = at(value)
    let block = instruction.pointee.block
    guard block.exists else { return }
    let previous = instruction.pointee.previous
    let next = instruction.pointee.next
    if previous.exists { at(previous).pointee.next = next } else { at(block).pointee.first = next }
    if next.exists { at(next).pointee.previous = previous } else { at(block).pointee.last = previous }
    instruction.pointee.block = .none
    instruction.pointee.previous = .none
    instruction.pointee.next = .none
  }

  /// Makes all uses of a value uses of another one, and takes its instruction out.
  func replace(_ value: Value, by other: Value) {
    unlink(value)
    at(value).pointee.operation = .identity
    at(value).pointee.a = resolve(other)
  }

  // MARK: Blocks and edges

  mutating func makeBlock() -> Block {
    blocks.append(BlockRecord())
    return Block(blocks.count - 1)
  }

  /// Adds an edge; the target's phis do not get an input yet.
  mutating func connect(_ from: Block, to target: Block) {
    addSuccessor(target, to: from)
    addPredecessor(from, to: target)
  }

  /// One end of an edge: for who lists the other end himself.
  mutating func addSuccessor(_ target: Block, to from: Block) {
    var successors = at(from).pointee.successors
    append(target.index, to: &successors)
    at(from).pointee.successors = successors
  }

  /// The other end.
  mutating func addPredecessor(_ from: Block, to target: Block) {
    var predecessors = at(target).pointee.predecessors
    append(from.index, to: &predecessors)
    at(target).pointee.predecessors = predecessors
  }

  /// Takes an edge's end out of the target, with the inputs of its phis. `position`: in the target's predecessors. The source's list of
  /// successors stays as it is.
  func removePredecessor(_ target: Block, at position: Int) {
    let predecessors = predecessors(target)
    work.spend(predecessors.count - position)
    for index in position..<predecessors.count - 1 { predecessors[index] = predecessors[index + 1] }
    at(target).pointee.predecessors.count -= 1
    var value = at(target).pointee.first
    while value.exists, at(value).pointee.operation == .phi {
      let inputs = arguments(value)
      work.spend(inputs.count - position)
      for index in position..<inputs.count - 1 { inputs[index] = inputs[index + 1] }
      at(value).pointee.b = Value(inputs.count - 1)
      value = at(value).pointee.next
    }
  }

  /// The place of an edge among the target's predecessors: of the `occurrence`-th one from that block.
  func predecessorPosition(_ from: Block, in target: Block, occurrence: Int = 0) -> Int {
    var left = occurrence
    for (position, block) in predecessors(target).enumerated() where block == from {
      if left == 0 {
        work.spend(position)
        return position
      }
      left -= 1
    }
    preconditionFailure("no edge from \(from) to \(target)")
  }

  /// The place among its source's successors of the edge that is at `place` among a block's predecessors.
  func successorPosition(of target: Block, at place: Int) -> Int {
    let from = predecessors(target)[place]
    // Of several edges from the same block, the one that is listed at the same rank.
    var left = 0
    for other in 0..<place where predecessors(target)[other] == from { left += 1 }
    for (position, block) in successors(from).enumerated() where block == target {
      if left == 0 {
        work.spend(place + position)
        return position
      }
      left -= 1
    }
    preconditionFailure("no edge from \(from) to \(target)")
  }

  /// Which of a block's edges to the same target the successor at `position` is.
  func occurrence(ofSuccessor position: Int, in block: Block) -> Int {
    let successors = successors(block)
    work.spend(position)
    var count = 0
    for index in 0..<position where successors[index] == successors[position] { count += 1 }
    return count
  }

  /// Makes the block end with a jump to one of its successors; all other edges go away.
  mutating func keepOnlySuccessor(_ block: Block, _ kept: Int) {
    let count = successors(block).count
    let target = successors(block)[kept]
    // From the last to the first, so that the occurrences of those that are left stay right.
    var index = count - 1
    while index >= 0 {
      if index != kept {
        let other = successors(block)[index]
        let position = predecessorPosition(block, in: other, occurrence: occurrence(ofSuccessor: index, in: block))
        removePredecessor(other, at: position)
      }
      index -= 1
    }
    successors(block)[0] = target
    at(block).pointee.successors.count = 1
    let last = at(block).pointee.last
    at(last).pointee.operation = .jump
    at(last).pointee.a = .none
  }

  /// Puts a new block on the edge to the successor at `position`; it contains a jump.
  @discardableResult
  mutating func splitEdge(_ block: Block, _ position: Int) -> Block {
    let target = successors(block)[position]
    let place = predecessorPosition(block, in: target, occurrence: occurrence(ofSuccessor: position, in: block))
    return splitEdge(block, position, place: place)
  }

  /// The same for somebody who knows the edge's place among the target's predecessors.
  @discardableResult
  mutating func splitEdge(_ block: Block, _ position: Int, place: Int) -> Block {
    let target = successors(block)[position]
    let middle = makeBlock()
    at(middle).pointee.isCold = at(target).pointee.isCold || at(block).pointee.isCold
    at(middle).pointee.loopDepth = min(at(target).pointee.loopDepth, at(block).pointee.loopDepth)
    append(Instruction(.jump, .none), to: middle)
    successors(block)[position] = middle
    var predecessors = List.empty
    append(block.index, to: &predecessors)
    at(middle).pointee.predecessors = predecessors
    var successors = List.empty
    append(target.index, to: &successors)
    at(middle).pointee.successors = successors
    self.predecessors(target)[place] = middle
    return middle
  }
}
