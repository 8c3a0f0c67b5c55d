// Global value numbering: an instruction whose value a dominating one has already computed is replaced by that. Pure instructions count, and those that
// may trap if nothing but that depends on more than their arguments: after an equal one, they do not trap.
// Conditions known from a dominating branch are replaced by constants where they decide a branch or select:
//
//     branch v1 → b1 b2;  b1: … branch v1 → b3 b4     → b1: … branch 1 → b3 b4
//
// A walk over the dominator tree in preorder with one hash table. An entry whose block does not dominate the walk's is never needed again: the walk has left
// its subtree. So nothing is undone, and lookups skip and reuse such entries.

import RawCollections

func numberValues(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  var pass = NumberValues(instructionCount: graph.instructions.count, &scratch)
  pass.run(&graph, &scratch)
  eliminateIdentities(&graph)
}

private struct NumberValues {
  private let mask: Int
  private let empty = UInt32.max
  private static var mostProbes: Int { 64 }
  /// The constants 0 and 1 for conditions, in the entry; made when needed.
  private var truths = (Value.none, Value.none)

  init(instructionCount: Int, _ scratch: inout Scratch) {
    var size = 64
    while size < instructionCount * 2 { size *= 2 }
    mask = size - 1
    scratch.table.setCount(size)
    for index in 0..<size { scratch.table[index] = UInt32.max }
    // What branches told about conditions.
    scratch.words.setCount(instructionCount)
    for index in 0..<instructionCount { scratch.words[index] = UInt32.max }
  }

  mutating func run(_ graph: inout Graph, _ scratch: inout Scratch) {
    let count = graph.instructions.count
    for place in 0..<scratch.order.count {
      let position = Int(scratch.dominators.preorder[place])
      let block = scratch.order[position]
      learn(graph, &scratch, block, position)
      var value = graph.at(block).pointee.first
      while value.exists {
        let next = graph.at(value).pointee.next
        // Constants that this pass makes are in the entry, after what it looks at.
        if value.number < count { visit(&graph, &scratch, value, position) }
        value = next
      }
    }
  }

  private mutating func visit(_ graph: inout Graph, _ scratch: inout Scratch, _ value: Value, _ position: Int) {
    graph.resolveArguments(value)
    let operation = graph.at(value).pointee.operation
    if operation == .branch {
      if let known = truth(&graph, &scratch, graph.at(value).pointee.a, position) { graph.at(value).pointee.a = known }
      return
    }
    if operation == .select, let known = truth(&graph, &scratch, graph.at(value).pointee.c, position) {
      let isTrue = graph.constant(known) != 0
      return graph.replace(value, by: isTrue ? graph.at(value).pointee.a : graph.at(value).pointee.b)
    }
    guard isNumbered(graph, value) else { return }
    var slot = hash(graph, value) & mask
    var free = -1
    for probe in 0...Self.mostProbes {
      // A crowd of equal hashes, which a module may make on purpose: some equal value is not found.
      if probe == Self.mostProbes { return }
      if probe > 0 { graph.work.spend(1) }
      let entry = scratch.table[slot]
      if entry == empty { break }
      let other = Value(entry)
      // Values that were replaced since are in no block.
      let otherBlock = graph.at(other).pointee.block
      if !otherBlock.exists || !scratch.dominators.dominates(scratch.order.position(otherBlock), position) {
        free = slot
      } else if isEqual(graph, value, other) {
        if graph.at(value).pointee.type == .none { return graph.unlink(value) }
        return graph.replace(value, by: other)
      }
      slot = (slot + 1) & mask
    }
    scratch.table[free >= 0 ? free : slot] = value.index
  }

  private func isNumbered(_ graph: borrowing Graph, _ value: Value) -> Bool {
    switch graph.at(value).pointee.operation {
    case .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned, .floatToSigned, .floatToUnsigned, .boundsCheck, .alignmentCheck, .phi:
      true
    case .globalGet: !graph.module.globals[Int(graph.at(value).pointee.index)].isMutable
    default: graph.at(value).pointee.operation.isPure
    }
  }

  // MARK: Equality

  @inline(__always)
  private func hash(_ graph: borrowing Graph, _ value: Value) -> Int {
    let instruction = graph.at(value)
    var state = UInt64(instruction.pointee.operation.rawValue) | UInt64(instruction.pointee.type.rawValue) << 8
    @inline(__always) func mix(_ word: UInt64) { state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15 }
    mix(UInt64(bitPattern: instruction.pointee.immediate) ^ UInt64(instruction.pointee.index) << 32)
    if instruction.pointee.operation == .phi {
      mix(UInt64(instruction.pointee.block.index))
      for input in graph.arguments(value) { mix(UInt64(input.index)) }
    } else {
      let (a, b) = Self.sides(instruction)
      mix(UInt64(a.index) << 32 | UInt64(b.index))
      mix(UInt64(instruction.pointee.c.index))
    }
    state ^= state >> 32
    return Int(truncatingIfNeeded: state & 0x7FFF_FFFF)
  }

  /// The arguments, in one order if that does not matter.
  @inline(__always)
  private static func sides(_ instruction: UnsafeMutablePointer<Instruction>) -> (Value, Value) {
    let (a, b) = (instruction.pointee.a, instruction.pointee.b)
    return instruction.pointee.operation.commutes && b.index < a.index ? (b, a) : (a, b)
  }

  @inline(__always)
  private func isEqual(_ graph: borrowing Graph, _ value: Value, _ other: Value) -> Bool {
    let (one, two) = (graph.at(value), graph.at(other))
    guard one.pointee.operation == two.pointee.operation, one.pointee.type == two.pointee.type, one.pointee.index == two.pointee.index,
      one.pointee.immediate == two.pointee.immediate
    else { return false }
    if one.pointee.operation == .phi {
      guard one.pointee.block == two.pointee.block else { return false }
      let (inputs, others) = (graph.arguments(value), graph.arguments(other))
      graph.work.spend(inputs.count)
      for index in 0..<inputs.count where inputs[index] != others[index] { return false }
      return true
    }
    let (a, b) = Self.sides(one)
    let (c, d) = Self.sides(two)
    return a == c && b == d && one.pointee.c == two.pointee.c
  }

  // MARK: Conditions

  /// Notes which edge the branch at the end of the only predecessor took.
  private func learn(_ graph: borrowing Graph, _ scratch: inout Scratch, _ block: Block, _ position: Int) {
    let predecessors = graph.predecessors(block)
    guard predecessors.count == 1 else { return }
    let last = graph.at(predecessors[0]).pointee.last
    guard graph.at(last).pointee.operation == .branch else { return }
    let isTrue = graph.successors(predecessors[0])[0] == block
    let condition = graph.at(last).pointee.a
    if condition.number < scratch.words.count {
      scratch.words[condition.number] = UInt32(truncatingIfNeeded: position) << 1 | (isTrue ? 1 : 0)
    }
  }

  /// A constant that is 0 where the condition is known to be and 1 where it is known not to be.
  private mutating func truth(_ graph: inout Graph, _ scratch: inout Scratch, _ condition: Value, _ position: Int) -> Value? {
    guard condition.number < scratch.words.count else { return nil }
    let fact = scratch.words[condition.number]
    guard fact != empty, scratch.dominators.dominates(Int(fact >> 1), position) else { return nil }
    return fact & 1 == 0 ? constant(&graph, &truths.0, 0) : constant(&graph, &truths.1, 1)
  }

  private func constant(_ graph: inout Graph, _ made: inout Value, _ bits: UInt64) -> Value {
    if !made.exists { made = graph.constant(.i32, bits, before: graph.end(of: graph.entry)) }
    return made
  }
}
