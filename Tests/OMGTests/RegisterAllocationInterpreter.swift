// Executes test functions: on virtual registers, or on what an allocation gave them, where everything that may be lost is. Slots are bytes of a frame
// that is laid out as emitters lay it out.

@testable import OMG

/// What a register holds.
struct TestValue: Equatable {
  var low: UInt64
  var high: UInt64 = 0

  static let junk = TestValue(low: 0xDEAD_DEAD_DEAD_DEAD, high: 0xDEAD_DEAD_DEAD_DEAD)

  /// As much of it as a width keeps; the rest is 0.
  func cut(_ width: RegisterWidth) -> TestValue {
    switch width {
    case .w32: TestValue(low: low & 0xFFFF_FFFF)
    case .w64: TestValue(low: low)
    case .w128: self
    }
  }
}

/// The places of an allocation.
struct TestPlaces {
  private var registers = [TestValue](repeating: .junk, count: 64)
  private var frame: [UInt8]
  /// By slot: where it is in the frame.
  private let slots: [Int]

  init(_ allocations: borrowing Allocations) {
    var layout = FrameLayout()
    layout.layOut(X64RegisterFile.self, FrameNeeds(), slots: allocations.slotWidths, saved: 0)
    var slots: [Int] = []
    for slot in 0..<allocations.slotCount { slots.append(layout.size + Int(layout.slot(slot))) }
    self.slots = slots
    // What allocations that were tampered with read after the end is there.
    frame = [UInt8](repeating: 0xDE, count: layout.size + 16)
  }

  subscript(place: Allocation, width: RegisterWidth) -> TestValue {
    get {
      if place.isRegister { return registers[Int(place.raw)].cut(width) }
      if place == .none { return .junk }
      let bytes = frame[slots[place.slot]..<(slots[place.slot] + 16)]
      return TestValue(low: Self.word(bytes.prefix(8)), high: Self.word(bytes.suffix(8))).cut(width)
    }
    set {
      if place.isRegister {
        registers[Int(place.raw)] = newValue.cut(width)
        if width != .w128 { registers[Int(place.raw)].high = TestValue.junk.high }
        if width == .w32 { registers[Int(place.raw)].low |= TestValue.junk.low << 32 }
      } else if place != .none {
        for byte in 0..<width.byteCount {
          frame[slots[place.slot] + byte] = UInt8(truncatingIfNeeded: (byte < 8 ? newValue.low : newValue.high) >> UInt64(byte % 8 * 8))
        }
      }
    }
  }

  subscript(register: Int) -> TestValue {
    get { registers[register] }
    set { registers[register] = newValue }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}

struct TestInterpreter {
  /// A hash of all that was observed.
  private(set) var outcome: UInt64 = 0
  private(set) var stepsLeft = 400

  // MARK: Virtual registers

  static func run(_ function: borrowing MachineFunction, argument: UInt64) -> UInt64 {
    var interpreter = TestInterpreter()
    interpreter.outcome = argument
    var values = [TestValue](repeating: TestValue(low: 0), count: function.registers.count)
    var block = 0
    while true {
      let record = function.blocks[block]
      var next = -1
      for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
        let instruction = function.instructions[index]
        let first = Int(instruction.firstOperand)
        var inputs: [TestValue] = []
        for number in 0..<Int(instruction.operandCount) where function.operands[first + number].role == .use {
          inputs.append(values[function.operands[first + number].register.number])
        }
        let results = interpreter.execute(instruction, inputs)
        for number in 0..<Int(instruction.operandCount) where function.operands[first + number].role == .definition {
          let register = function.operands[first + number].register
          values[register.number] = results(number).cut(function.registers[register.number].width)
        }
        next = interpreter.successor(instruction, inputs, Int(record.successorCount))
      }
      if next < 0 { return interpreter.outcome }
      let target = Int(function.blockNumbers[Int(record.firstSuccessor) + next])
      var arguments: [TestValue] = []
      for position in 0..<Int(record.argumentCount) {
        arguments.append(values[function.registerNumbers[Int(record.firstArgument) + position].number])
      }
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
    var places = TestPlaces(allocations)
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
    for register in preserved { places[register].low = mix(UInt64(register)) }
    let changed = preserved.filter { allocations.written >> RegisterSet($0) & 1 != 0 }
    var saved: [TestValue] = []
    while true {
      let record = function.blocks[block]
      var next = -1
      if !changed.isEmpty, block == allocations.saves.head, block > 0 || saved.isEmpty { saved = changed.map { places[$0] } }
      for index in Int(record.firstInstruction)..<Int(record.endInstruction) {
        for number in edit[index]..<edit[index + 1] { apply(function, allocations.edits[number], &places) }
        places[Int(function.integerScratch.number)] = .junk
        places[Int(function.floatScratch.number)] = .junk
        next = interpreter.step(function, allocations, index, Int(record.successorCount), &places)
      }
      if next < 0 {
        if !changed.isEmpty, allocations.saves.contains(block) { for (register, value) in zip(changed, saved) { places[register] = value } }
        let isPreserved = preserved.allSatisfy { places[$0].low == mix(UInt64($0)) }
        return isPreserved ? interpreter.outcome : ~interpreter.outcome
      }
      block = Int(function.blockNumbers[Int(record.firstSuccessor) + next])
    }
  }

  private static func apply(_ function: borrowing MachineFunction, _ edit: Edit, _ places: inout TestPlaces) {
    switch edit.kind {
    case .move: places[edit.target, edit.width] = places[edit.source, edit.width]
    case .rematerialize:
      let made = function.instructions[Int(edit.instruction)]
      places[edit.target, width(function, Int(made.firstOperand))] = result(made, [], 0)
    }
  }

  private static func width(_ function: borrowing MachineFunction, _ operand: Int) -> RegisterWidth {
    function.registers[function.operands[operand].register.number].width
  }

  private mutating func step(
    _ function: borrowing MachineFunction, _ allocations: borrowing Allocations, _ index: Int, _ successorCount: Int, _ places: inout TestPlaces
  ) -> Int {
    let instruction = function.instructions[index]
    let operands = Int(instruction.firstOperand)..<Int(instruction.firstOperand) + Int(instruction.operandCount)
    // Early definitions, early uses, what is lost, late uses, definitions.
    for number in operands where function.operands[number].role == .definition && function.operands[number].phase == .early {
      places[allocations.operands[number], Self.width(function, number)] = .junk
    }
    var inputs: [Int: TestValue] = [:]
    for number in operands where function.operands[number].role == .use && function.operands[number].phase == .early {
      inputs[number] = places[allocations.operands[number], Self.width(function, number)]
    }
    var lost = instruction.clobbers
    while lost != 0 {
      places[lost.trailingZeroBitCount] = .junk
      lost &= lost - 1
    }
    for number in operands where function.operands[number].role == .definition {
      places[allocations.operands[number], Self.width(function, number)] = .junk
    }
    for number in operands where function.operands[number].role == .use && function.operands[number].phase == .late {
      inputs[number] = places[allocations.operands[number], Self.width(function, number)]
    }
    let values = operands.compactMap { inputs[$0] }
    let results = execute(instruction, values)
    for number in operands where function.operands[number].role == .definition {
      places[allocations.operands[number], Self.width(function, number)] = results(number - operands.lowerBound)
    }
    return successor(instruction, values, successorCount)
  }

  // MARK: Meaning

  private static func result(_ instruction: MachineInstruction, _ inputs: [TestValue], _ number: Int) -> TestValue {
    if instruction.isMove { return inputs[0] }
    var hash = UInt64(bitPattern: instruction.payload) &+ UInt64(number) &* 77
    for input in inputs { hash = mix(mix(hash &+ input.low) &+ input.high) }
    return TestValue(low: hash, high: mix(hash))
  }

  private mutating func execute(_ instruction: MachineInstruction, _ inputs: [TestValue]) -> (Int) -> TestValue {
    let opcode = TestOpcode(rawValue: instruction.opcode)!
    if opcode == .observe || opcode == .leave || opcode == .call { for input in inputs { outcome = mix(mix(outcome &+ input.low) &+ input.high) } }
    return { Self.result(instruction, inputs, $0) }
  }

  /// Number of the successor; −1 at the end, which comes sooner or later.
  private mutating func successor(_ instruction: MachineInstruction, _ inputs: [TestValue], _ count: Int) -> Int {
    stepsLeft -= 1
    switch TestOpcode(rawValue: instruction.opcode)! {
    case .jump: return stepsLeft < 0 ? -1 : 0
    case .branch: return stepsLeft < 0 ? -1 : Int(mix(outcome &+ inputs[0].low &+ UInt64(stepsLeft)) % UInt64(count))
    default: return -1
    }
  }
}
