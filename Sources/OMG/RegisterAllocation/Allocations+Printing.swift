// Text of a function with what its allocation gave it, for dumps, golden files and failures:
//
//   b1(v4 v5): [depth 1, from b0 b2]
//     p2 ← s0
//     12 add v6:p1 ← v4:p1 v5:s1
//     → b2(v6)
//
// p: physical register, s: slot.

import MachineCode

extension Allocations {
  func text(_ function: borrowing MachineFunction, name: (MachineInstruction) -> String) -> String {
    var text = ""
    var edit = 0
    for block in 0..<function.blocks.count {
      let record = function.blocks[block]
      let parameters = Self.names(function, record.firstParameter, record.parameterCount)
      let predecessors = (0..<Int(record.predecessorCount)).map { "b\(function.blockNumbers[Int(record.firstPredecessor) + $0])" }
      text += "b\(block)(\(parameters)): [depth \(record.loopDepth)\(record.isCold ? ", cold" : ""), from \(predecessors.joined(separator: " "))]\n"
      for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
        while edit < edits.count, edits[edit].before <= index {
          text += "    \(Self.text(edits[edit]))\n"
          edit += 1
        }
        let instruction = function.instructions[index]
        var definitions: [String] = []
        var uses: [String] = []
        for operand in Int(instruction.firstOperand)..<Int(instruction.firstOperand) + Int(instruction.operandCount) {
          let place = operand < operands.count ? Self.name(operands[operand]) : "?"
          let word = "v\(function.operands[operand].register.index):\(place)"
          if function.operands[operand].role == .definition { definitions.append(word) } else { uses.append(word) }
        }
        let left = definitions.isEmpty ? "" : " " + definitions.joined(separator: " ")
        let right = uses.isEmpty ? "" : " ← " + uses.joined(separator: " ")
        text += "  \(index) \(name(instruction))\(left)\(right)\n"
      }
      let successors = (0..<Int(record.successorCount)).map { "b\(function.blockNumbers[Int(record.firstSuccessor) + $0])" }
      let arguments = Self.names(function, record.firstArgument, record.argumentCount)
      if !successors.isEmpty { text += "  → \(successors.joined(separator: " "))(\(arguments))\n" }
    }
    return text
  }

  private static func names(_ function: borrowing MachineFunction, _ first: UInt32, _ count: UInt32) -> String {
    (0..<Int(count)).map { "v\(function.registerNumbers[Int(first) + $0].index)" }.joined(separator: " ")
  }

  static func text(_ edit: Edit) -> String {
    switch edit.kind {
    case .move: "\(name(edit.target)) ← \(name(edit.source))"
    case .rematerialize: "\(name(edit.target)) ← instruction \(edit.instruction)"
    }
  }

  static func name(_ place: Allocation) -> String {
    place == .none ? "–" : place.isRegister ? "p\(place.register.number)" : "s\(place.slot)"
  }
}
