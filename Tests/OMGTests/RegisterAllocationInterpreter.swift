// Executes test functions: on virtual registers, or on what an allocation gave them, where everything that may be lost is.

@testable import OMG

struct TestInterpreter {
  /// A hash of all that was observed.
  private(set) var outcome: UInt64 = 0
  private(set) var stepsLeft = 400

  private static let junk: UInt64 = 0xDEAD_DEAD_DEAD_DEAD

  // MARK: Virtual registers

  static func run(_ function: borrowing MachineFunction, argument: UInt64) -> UInt64 {
    var interpreter = TestInterpreter()
    interpreter.outcome = argument
    var values = [UInt64](repeating: 0, count: function.registers.count)
    var block = 0
    while true {
      let record = function.blocks[block]
      var next = -1
      for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
        let instruction = function.instructions[index]
        let first = Int(instruction.firstOperand)
        var inputs: [UInt64] = []
        for number in 0..<Int(instruction.operandCount) where function.operands[first + number].role == .use {
          inputs.append(values[function.operands[first + number].register.number])
        }
        let results = interpreter.execute(instruction, inputs)
        for number in 0..<Int(instruction.operandCount) where function.operands[first + number].role == .definition {
          values[function.operands[first + number].register.number] = results(number)
        }
        next = interpreter.successor(instruction, inputs, Int(record.successorCount))
      }
      if next < 0 { return interpreter.outcome }
      let target = Int(function.blockNumbers[Int(record.firstSuccessor) + next])
      let arguments = (0..<Int(record.argumentCount)).map { values[function.registerNumbers[Int(record.firstArgument) + $0].number] }
      for (position, value) in arguments.enumerated() {
        values[function.registerNumbers[Int(function.blocks[target].firstParameter) + position].number] = value
      }
      block = target
    }
  }

  // MARK: Allocations

  static func run(_ function: borrowing MachineFunction, _ allocations: borrowing Allocations, argument: UInt64) -> UInt64 {
    var interpreter = TestInterpreter()
    interpreter.outcome = argument
    var places = [UInt64](repeating: junk, count: 64 + allocations.slotCount)
    var edit = [Int](repeating: 0, count: function.instructions.count + 1)
    var position = 0
    for index in 0..<function.instructions.count {
      edit[index] = position
      while position < allocations.edits.count, Int(allocations.edits[position].before) == index { position += 1 }
    }
    edit[function.instructions.count] = position
    var block = 0
    // What the caller has in preserved registers, and what is saved of it.
    let preserved = (0..<64).filter { function.preserved >> RegisterSet($0) & 1 != 0 }
    for register in preserved { places[register] = mix(UInt64(register)) }
    let changed = preserved.filter { allocations.written >> RegisterSet($0) & 1 != 0 }
    var saved: [UInt64] = []
    while true {
      let record = function.blocks[block]
      var next = -1
      if !changed.isEmpty, block == allocations.saves.head, block > 0 || saved.isEmpty { saved = changed.map { places[$0] } }
      for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
        for number in edit[index]..<edit[index + 1] { apply(function, allocations.edits[number], &places) }
        places[Int(function.integerScratch.number)] = junk
        places[Int(function.floatScratch.number)] = junk
        next = interpreter.step(function, allocations, index, Int(record.successorCount), &places)
      }
      if next < 0 {
        if !changed.isEmpty, allocations.saves.contains(block) { for (register, value) in zip(changed, saved) { places[register] = value } }
        let isPreserved = preserved.allSatisfy { places[$0] == mix(UInt64($0)) }
        return isPreserved ? interpreter.outcome : ~interpreter.outcome
      }
      block = Int(function.blockNumbers[Int(record.firstSuccessor) + next])
    }
  }

  private static func apply(_ function: borrowing MachineFunction, _ edit: Edit, _ places: inout [UInt64]) {
    switch edit.kind {
    case .move: places[Int(edit.target.raw)] = places[Int(edit.source.raw)]
    case .rematerialize: places[Int(edit.target.raw)] = result(function.instructions[Int(edit.instruction)], [], 0)
    }
  }

  private mutating func step(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ index: Int, _ successorCount: Int, _ places: inout [UInt64]
  ) -> Int {
    let instruction = function.instructions[index]
    let first = Int(instruction.firstOperand)
    let count = Int(instruction.operandCount)
    // Early definitions, early uses, what is lost, late uses, definitions.
    for number in 0..<count {
      let operand = function.operands[first + number]
      let place = allocations.operands[first + number]
      if operand.role == .definition && operand.phase == .early && place != .none { places[Int(place.raw)] = Self.junk }
    }
    var inputs = [UInt64](repeating: 0, count: count)
    for number in 0..<count {
      let operand = function.operands[first + number]
      if operand.role == .use && operand.phase == .early { inputs[number] = places[Int(allocations.operands[first + number].raw)] }
    }
    var lost = instruction.clobbers
    while lost != 0 {
      places[lost.trailingZeroBitCount] = Self.junk
      lost &= lost - 1
    }
    for number in 0..<count {
      let place = allocations.operands[first + number]
      if function.operands[first + number].role == .definition && place != .none { places[Int(place.raw)] = Self.junk }
    }
    for number in 0..<count {
      let operand = function.operands[first + number]
      if operand.role == .use && operand.phase == .late { inputs[number] = places[Int(allocations.operands[first + number].raw)] }
    }
    let values = (0..<count).filter { function.operands[first + $0].role == .use }.map { inputs[$0] }
    let results = execute(instruction, values)
    for number in 0..<count {
      let place = allocations.operands[first + number]
      if function.operands[first + number].role == .definition && place != .none { places[Int(place.raw)] = results(number) }
    }
    return successor(instruction, values, successorCount)
  }

  // MARK: Meaning

  private static func result(_ instruction: MachineInstruction, _ inputs: [UInt64], _ number: Int) -> UInt64 {
    if instruction.isMove { return inputs[0] }
    var hash = UInt64(bitPattern: instruction.payload) &+ UInt64(number) &* 77
    for input in inputs { hash = mix(hash &+ input) }
    return hash
  }

  private mutating func execute(_ instruction: MachineInstruction, _ inputs: [UInt64]) -> (Int) -> UInt64 {
    let opcode = TestOpcode(rawValue: instruction.opcode)!
    if opcode == .observe || opcode == .leave || opcode == .call { for input in inputs { outcome = mix(outcome &+ input) } }
    return { Self.result(instruction, inputs, $0) }
  }

  /// Number of the successor; −1 at the end, which comes sooner or later.
  private mutating func successor(_ instruction: MachineInstruction, _ inputs: [UInt64], _ count: Int) -> Int {
    stepsLeft -= 1
    switch TestOpcode(rawValue: instruction.opcode)! {
    case .jump: return stepsLeft < 0 ? -1 : 0
    case .branch: return stepsLeft < 0 ? -1 : Int(mix(outcome &+ inputs[0] &+ UInt64(stepsLeft)) % UInt64(count))
    default: return -1
    }
  }
}
