// Machine functions as text, for dumps and golden files: a line for each instruction, with virtual registers (`i3`, `f4`), and, once registers are
// allocated, with their places (`i3=rax`) and the allocator's moves. What is the instruction set's own (names, registers, immediates) comes from
// its printer.

/// What an instruction set knows about the text of its instructions.
protocol MachinePrinter {
  /// The name, with what belongs to it: widths, conditions.
  static func name(_ instruction: MachineInstruction) -> String
  /// What follows the operands: immediates, addresses.
  static func details(_ instruction: MachineInstruction) -> String
  static func name(_ register: PhysicalRegister) -> String
}

extension MachineFunction {
  /// - Parameter allocations: an instance without operands: none yet.
  func text<Printer: MachinePrinter>(_ printer: Printer.Type, _ allocations: borrowing Allocations) -> String {
    var text = ""
    var edit = 0
    for index in 0..<blocks.count {
      let block = blocks[index]
      text += "b\(index)"
      let parameters = list(block.firstParameter, block.parameterCount)
      if !parameters.isEmpty { text += "(\(parameters))" }
      if block.loopDepth > 0 { text += " depth \(block.loopDepth)" }
      if block.isCold { text += " cold" }
      text += "\n"
      for instruction in Int(block.firstInstruction)..<Int(block.endInstruction) {
        while edit < allocations.edits.count, allocations.edits[edit].before <= UInt32(instruction) {
          text += "    \(self.text(printer, allocations.edits[edit]))\n"
          edit += 1
        }
        text += "  \(self.text(printer, instruction, allocations))"
        if instruction == Int(block.endInstruction) - 1 { text += successors(block) }
        text += "\n"
      }
    }
    return text
  }

  private func successors(_ block: MachineBlock) -> String {
    if block.successorCount == 0 { return "" }
    let numbers = (0..<Int(block.successorCount)).map { "b\(blockNumbers[Int(block.firstSuccessor) + $0])" }
    let arguments = list(block.firstArgument, block.argumentCount)
    return " → " + numbers.joined(separator: " ") + (arguments.isEmpty ? "" : "(\(arguments))")
  }

  private func list(_ first: UInt32, _ count: UInt32) -> String {
    (0..<Int(count)).map { name(registerNumbers[Int(first) + $0]) }.joined(separator: ", ")
  }

  private func name(_ register: VirtualRegister) -> String {
    (registers[register.number].registerClass == .float ? "f" : "i") + "\(register.index)"
  }

  private func text<Printer: MachinePrinter>(_ printer: Printer.Type, _ index: Int, _ allocations: borrowing Allocations) -> String {
    let instruction = instructions[index]
    var definitions: [String] = []
    var uses: [String] = []
    for position in 0..<Int(instruction.operandCount) {
      let number = Int(instruction.firstOperand) + position
      let operand = operands[number]
      var text = name(operand.register)
      if allocations.operands.count > number {
        text += "=" + place(printer, allocations.operands[number])
      } else if operand.constraint == .fixed {
        text += "=" + printer.name(PhysicalRegister(operand.detail))
      }
      if operand.role == .definition { definitions.append(text) } else { uses.append(text) }
    }
    var text = definitions.isEmpty ? "" : definitions.joined(separator: ", ") + " ← "
    text += printer.name(instruction)
    if !uses.isEmpty { text += " " + uses.joined(separator: ", ") }
    let details = printer.details(instruction)
    return details.isEmpty ? text : text + " " + details
  }

  private func text<Printer: MachinePrinter>(_ printer: Printer.Type, _ edit: Edit) -> String {
    switch edit.kind {
    case .move: "\(place(printer, edit.target)) ← \(place(printer, edit.source))"
    case .rematerialize:
      "\(place(printer, edit.target)) ← \(printer.name(instructions[Int(edit.instruction)])) \(printer.details(instructions[Int(edit.instruction)]))"
    }
  }

  private func place<Printer: MachinePrinter>(_ printer: Printer.Type, _ allocation: Allocation) -> String {
    if allocation == .none { return "nowhere" }
    return allocation.isSlot ? "s\(allocation.slot)" : printer.name(allocation.register)
  }
}
