// The walk over a graph's blocks, last to first, that instruction selection is made on. Before it, uses are counted and effects numbered, so that
// selection can tell what may become part of its only user.

import RawCollections

extension Lowering {
  /// Counts uses and numbers effects.
  mutating func surveyValues() {
    let count = graph.pointee.instructions.count
    registers.fill(.max, count: count)
    useCounts.fill(0, count: count)
    effectNumbers.setCount(count)
    isDone.fill(0, count: count)
    var effect: UInt32 = 0
    for position in 0..<order.count {
      effect += 1
      var value = graph.pointee.at(order[position]).pointee.first
      while value.exists {
        let instruction = graph.pointee.at(value)
        effectNumbers[value.number] = effect
        if instruction.pointee.operation != .load, mattersByItself(value) { effect += 1 }
        for argument in graph.pointee.arguments(value) {
          let resolved = graph.pointee.resolve(argument)
          if resolved.exists { useCounts[resolved.number] += 1 }
        }
        value = instruction.pointee.next
      }
    }
  }

  /// All phis get their registers at once: a loop's end needs them before its start is reached.
  mutating func nameParameters() {
    edgePositions.setCount(graph.pointee.blocks.count)
    for position in 0..<order.count {
      let block = order[position]
      let predecessors = graph.pointee.predecessors(block)
      if predecessors.count < 2 { continue }
      for index in 0..<predecessors.count { edgePositions[predecessors[index].number] = UInt32(index) }
      var value = graph.pointee.at(block).pointee.first
      while value.exists, graph.pointee.at(value).pointee.operation == .phi {
        _ = definition(value)
        value = graph.pointee.at(value).pointee.next
      }
    }
  }

  mutating func lowerBlock(_ block: Block) {
    let start = reversed.count
    let firstArgument = function.pointee.registerNumbers.count
    var value = graph.pointee.at(block).pointee.last
    while value.exists {
      let instruction = graph.pointee.at(value)
      if isDone[value.number] == 0, isNeeded(value) {
        current = value
        currentEffect = effectNumbers[value.number]
        wasmOffset = instruction.pointee.wasmOffset
        groupStart = reversed.count
        if instruction.pointee.operation.isTerminator { Target.lowerTerminator(value, block, &self) } else { Target.lower(value, &self) }
        endGroup()
      }
      value = instruction.pointee.previous
    }
    if block == graph.pointee.entry {
      groupStart = reversed.count
      defineParameters()
      endGroup()
    }
    let argumentCount = function.pointee.registerNumbers.count - firstArgument
    let place = Int(places[block.number])
    ranges[place] = BlockCode(
      start: UInt32(start), end: UInt32(reversed.count), firstArgument: UInt32(firstArgument), argumentCount: UInt32(argumentCount))
  }

  @inline(__always)
  private mutating func isNeeded(_ value: Value) -> Bool {
    registers[value.number] != .max || mattersByItself(value)
  }

  /// Whether an instruction does something besides defining its value.
  @inline(__always)
  private mutating func mattersByItself(_ value: Value) -> Bool {
    if graph.pointee.at(value).pointee.operation.effects.isEmpty { return false }
    return !graph.pointee.effects(value).isDisjoint(with: [.writesMemory, .writesState, .traps, .leaves])
  }

  /// Reverses the machine instructions of one instruction, which were made in their order.
  private mutating func endGroup() {
    reversed.reverse(from: groupStart)
  }
}
