// The order of blocks, and the machine function put together from what the walk has collected.
//
// Lowering goes through a reverse postorder backwards. The code has the same order, with cold blocks at its end.

import MachineCode

extension LowerToX64 {
  /// Puts blocks on edges from blocks with several successors to blocks with several predecessors: the allocator's moves need a place there (what stays
  /// empty is no code). Edges from one block to another come in the same order on both sides.
  mutating func splitCriticalEdges() {
    let count = graph.pointee.blocks.count
    // By block: how many of its successors have been looked at for the present target.
    edgePositions.setCount(count)
    for index in 0..<count {
      let target = Block(index)
      let predecessorCount = graph.pointee.predecessors(target).count
      guard predecessorCount > 1 else { continue }
      for place in 0..<predecessorCount { edgePositions[graph.pointee.predecessors(target)[place].number] = 0 }
      for place in 0..<predecessorCount {
        let block = graph.pointee.predecessors(target)[place]
        let successors = graph.pointee.successors(block)
        guard successors.count > 1 else { continue }
        var position = Int(edgePositions[block.number])
        while successors[position] != target { position += 1 }
        edgePositions[block.number] = UInt32(position + 1)
        graph.pointee.splitEdge(block, position, place: place)
      }
    }
  }

  mutating func orderBlocks() {
    let count = graph.pointee.blocks.count
    places.setCount(count)
    places.base.update(repeating: .max, count: count)
    ranges.setCount(count)
    order.compute(graph.pointee, keepsLoopsTogether: true)
    for isCold in [false, true] {
      for position in 0..<order.count {
        let block = order[position]
        if (graph.pointee.at(block).pointee.isCold && position > 0) != isCold { continue }
        places[block.number] = UInt32(layout.count)
        layout.append(block)
      }
    }
  }

  /// Writes the machine function: blocks in the order of `layout`, instructions forwards.
  mutating func assemble() {
    for position in 0..<layout.count {
      let block = layout[position]
      let record = graph.pointee.at(block)
      let code = ranges[position]
      let start = function.pointee.instructions.count
      var index = Int(code.end)
      while index > Int(code.start) {
        index -= 1
        let instruction = reversed[index]
        if isRepeatable(instruction) {
          let register = function.pointee.operands[Int(instruction.firstOperand)].register
          function.pointee.registers.base[register.number].rematerialization = UInt32(function.pointee.instructions.count)
        }
        function.pointee.instructions.append(instruction)
      }
      var machine = MachineBlock(firstInstruction: UInt32(start), endInstruction: UInt32(function.pointee.instructions.count))
      machine.firstSuccessor = UInt32(function.pointee.blockNumbers.count)
      for successor in graph.pointee.successors(block) { function.pointee.blockNumbers.append(places[successor.number]) }
      machine.successorCount = UInt32(graph.pointee.successors(block).count)
      machine.firstPredecessor = UInt32(function.pointee.blockNumbers.count)
      for predecessor in graph.pointee.predecessors(block) where places[predecessor.number] != .max {
        function.pointee.blockNumbers.append(places[predecessor.number])
      }
      machine.predecessorCount = UInt32(function.pointee.blockNumbers.count) - machine.firstPredecessor
      machine.firstArgument = code.firstArgument
      machine.argumentCount = code.argumentCount
      machine.firstParameter = UInt32(function.pointee.registerNumbers.count)
      if graph.pointee.predecessors(block).count > 1 {
        var value = record.pointee.first
        while value.exists, graph.pointee.at(value).pointee.operation == .phi {
          function.pointee.registerNumbers.append(VirtualRegister(registers[value.number]))
          value = graph.pointee.at(value).pointee.next
        }
      }
      machine.parameterCount = UInt32(function.pointee.registerNumbers.count) - machine.firstParameter
      machine.loopDepth = record.pointee.loopDepth
      machine.isCold = record.pointee.isCold
      function.pointee.blocks.append(machine)
    }
  }

  /// Constants, and words of the frame that nothing changes.
  @inline(__always)
  private mutating func isRepeatable(_ instruction: MachineInstruction) -> Bool {
    switch X64Opcode(rawValue: instruction.opcode).unsafelyUnwrapped {
    case .constant: instruction.variant == 0
    case .floatConstant: true
    case .load: X64PackedAddress(raw: instruction.auxiliary).base == .frame
    default: false
    }
  }
}
