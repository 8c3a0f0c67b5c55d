// The machine function, put together from what the walk over the blocks has collected.

extension Lowering {
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
        if Target.isRepeatable(instruction) {
          let register = function.pointee.operands[Int(instruction.firstOperand)].register
          function.pointee.registers[register.number].rematerialization = UInt32(function.pointee.instructions.count)
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
}
