// Runs graphs: the meaning that every pass has to keep. Values are 64 bits, those of i32 and f32 zero-extended, and of vectors two words, of which
// `upperValues` has the upper one. Arithmetic makes canonical NaNs only.
// Calls have a made-up effect that depends on function, arguments and how many there have been: they are recorded, change a byte of memory and a
// global, and give numbers back, or throw, if something may be caught there.

import CompilerInterface
import WasmFormat

@testable import OMG

/// What can be seen of an execution.
struct Outcome: Equatable {
  enum End: Equatable {
    case returned([UInt64])
    case trapped(Int64)
    case threw(UInt32)
    /// Too long: nothing can be said.
    case endless
  }
  var end = End.endless
  var calls: [[UInt64]] = []
  var globals: [UInt64] = []
  var memory: [UInt8] = []
}

struct GraphInterpreter {
  var outcome = Outcome()
  var values: [UInt64] = []
  var upperValues: [UInt64] = []
  var fuel = 5_000
  /// Checks of bounds that were executed.
  var checks = 0
  /// What arrives at a landing.
  var exception: UInt64 = 0

  /// TrapReason numbers.
  static let divisionByZero: Int64 = 6
  static let overflow: Int64 = 7
  static let badConversion: Int64 = 8
  static let outOfBounds: Int64 = 1
  static let unaligned: Int64 = 14

  static func reason(_ trap: NumericTrap) -> Int64 {
    switch trap {
    case .divisionByZero: divisionByZero
    case .overflow: overflow
    case .notANumber: badConversion
    }
  }

  /// - Parameter memory: its size is the memory's size.
  static func run(_ graph: borrowing Graph, _ arguments: [UInt64], memory: [UInt8], globals: [UInt64], fuel: Int = 5_000) -> Outcome {
    var interpreter = GraphInterpreter()
    interpreter.outcome.memory = memory
    interpreter.outcome.globals = globals
    interpreter.fuel = fuel
    interpreter.outcome.end = interpreter.run(graph, arguments)
    return interpreter.outcome
  }

  mutating func run(_ graph: borrowing Graph, _ parameters: [UInt64]) -> Outcome.End {
    values = Array(repeating: 0xDEAD_BEEF, count: graph.instructions.count)
    upperValues = values
    var block = graph.entry
    while true {
      var value = graph.at(block).pointee.first
      var next = Block.none
      var occurrence = 0
      while value.exists {
        fuel -= 1
        if fuel < 0 { return .endless }
        let instruction = graph[value]
        let arguments = instruction.operation == .phi ? [] : graph.arguments(value).map { values[$0.number] }
        switch instruction.operation {
        case .phi: break
        case .parameter: set(value, parameters[Int(instruction.index)], instruction.type)
        case .jump: next = graph.successors(block)[0]
        case .branch:
          occurrence = arguments[0] != 0 ? 0 : 1
          next = graph.successors(block)[occurrence]
        case .switchBranch:
          occurrence = min(Int(arguments[0]), graph.successors(block).count - 1)
          next = graph.successors(block)[occurrence]
        case .returnValues: return .returned(words(graph, value))
        case .trap: return .trapped(instruction.immediate)
        case .unwindBranch: next = graph.successors(block)[0]
        case .unreachable: preconditionFailure("reached: \(graph.text(value))")
        case .result: set(value, hash([arguments[0], UInt64(instruction.index)]), instruction.type)
        default:
          if let reason = execute(graph, value, instruction, arguments) { return .trapped(reason) }
          if instruction.operation.mayThrow, let tag = thrownTag(graph, block, value) {
            guard let landing = Self.landing(graph, block, tag) else { return .threw(tag) }
            occurrence = landing
            next = graph.successors(block)[landing]
            exception = values[value.number] | 1
            value = .none
            continue
          }
        }
        value = instruction.next
      }
      // Phis take their inputs at the same time.
      let edge = graph.predecessorPosition(block, in: next, occurrence: graph.occurrence(ofSuccessor: occurrence, in: block))
      var phi = graph.at(next).pointee.first
      var inputs: [(Value, V128)] = []
      while phi.exists, graph[phi].operation == .phi {
        inputs.append((phi, vector(graph.arguments(phi)[edge])))
        phi = graph[phi].next
      }
      for (phi, input) in inputs { set(phi, input) }
      block = next
    }
  }

  /// What comes out of a call or throw; nil: nothing.
  private func thrownTag(_ graph: borrowing Graph, _ block: Block, _ value: Value) -> UInt32? {
    let operation = graph[value].operation
    if operation == .throwTag { return graph[value].index }
    let isCaught = graph[graph.at(block).pointee.last].operation == .unwindBranch && graph.end(of: block) == value
    let choice = hash([UInt64(outcome.calls.count)] + outcome.calls[outcome.calls.count - 1])
    return operation == .throwReference || (isCaught && choice >> 40 & 1 == 0) ? UInt32(choice >> 33 & 3) : nil
  }

  /// The number of the successor where an exception with this tag arrives.
  private static func landing(_ graph: borrowing Graph, _ block: Block, _ tag: UInt32) -> Int? {
    guard graph[graph.at(block).pointee.last].operation == .unwindBranch else { return nil }
    for (number, successor) in graph.successors(block).enumerated().dropFirst() {
      var value = graph.at(successor).pointee.first
      while graph[value].operation == .phi { value = graph[value].next }
      if graph[value].index == tag || graph[value].index == Operation.anyTag { return number }
    }
    return nil
  }

  func hash(_ words: [UInt64]) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for word in words {
      state = (state ^ word) &* 0xBF58_476D_1CE4_E5B9
      state ^= state >> 29
    }
    return state
  }

  static func truncate(_ value: UInt64, _ type: ValueKind) -> UInt64 { type.bits == 32 ? value & 0xFFFF_FFFF : value }

  // MARK: Values

  func vector(_ value: Value) -> V128 { V128(low: values[value.number], high: upperValues[value.number]) }

  private mutating func set(_ value: Value, _ vector: V128) { (values[value.number], upperValues[value.number]) = (vector.low, vector.high) }

  /// Of one word; a vector's upper one is made of it.
  private mutating func set(_ value: Value, _ word: UInt64, _ type: ValueKind) {
    set(value, V128(low: Self.truncate(word, type), high: type == .v128 ? hash([word]) : 0))
  }

  /// The arguments, two words for a vector.
  private func words(_ graph: borrowing Graph, _ value: Value) -> [UInt64] {
    graph.arguments(value).flatMap { graph[$0].type == .v128 ? [values[$0.number], upperValues[$0.number]] : [values[$0.number]] }
  }

  /// nil, or why it traps.
  private mutating func execute(_ graph: borrowing Graph, _ value: Value, _ instruction: Instruction, _ arguments: [UInt64]) -> Int64? {
    switch instruction.operation {
    case .landing: values[value.number] = exception
    case .exceptionValue: set(value, hash(arguments + [UInt64(instruction.index)]), instruction.type)
    case .call, .callIndirect, .callReference, .callHelper, .throwTag, .throwReference:
      let record = [UInt64(instruction.index), UInt64(instruction.operation.rawValue)] + words(graph, value)
      outcome.calls.append(record)
      let result = hash(record + [UInt64(outcome.calls.count)])
      outcome.memory[Int(result >> 8 & 63) * 4] = UInt8(truncatingIfNeeded: result)
      outcome.globals[Int(result >> 20) % outcome.globals.count] = result & 0xFF
      if result & 0x1F00_0000 == 0 { return 99 }
      // Kept as is, for the hashes of further results.
      set(value, result, instruction.type == .none ? .i64 : instruction.type)
    case .globalGet: values[value.number] = Self.truncate(outcome.globals[Int(instruction.index)], instruction.type)
    case .globalSet: outcome.globals[Int(instruction.index)] = arguments[0]
    case .memorySize: values[value.number] = UInt64(outcome.memory.count >> 16)
    case .boundsCheck:
      checks += 1
      let (end, carry) = arguments[0].addingReportingOverflow(UInt64(bitPattern: instruction.immediate))
      if carry || end > UInt64(outcome.memory.count) { return Self.outOfBounds }
    case .alignmentCheck:
      if (arguments[0] &+ UInt64(bitPattern: instruction.immediate)) & UInt64(instruction.index - 1) != 0 { return Self.unaligned }
    case .atomicFence: break
    case .atomicLoad, .atomicStore, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange, .atomicCompareExchange:
      let kind = instruction.operation == .atomicStore ? graph[instruction.b].type : instruction.type
      let size = instruction.access.byteCount(kind)
      let (start, carry) = arguments[0].addingReportingOverflow(UInt64(bitPattern: instruction.immediate))
      if carry || start > UInt64(outcome.memory.count - size) {
        precondition(graph.module.memories[Int(instruction.index)].isGuarded, "an access without its check: \(graph.text(value))")
        return Self.outOfBounds
      }
      var word: UInt64 = 0
      for byte in 0..<size { word |= UInt64(outcome.memory[Int(start) + byte]) << UInt64(byte * 8) }
      let mask = UInt64.max >> UInt64(64 - size * 8)
      let stored: UInt64 =
        switch instruction.operation {
        case .atomicLoad: word
        case .atomicAdd: word &+ arguments[1]
        case .atomicAnd: word & arguments[1]
        case .atomicOr: word | arguments[1]
        case .atomicXor: word ^ arguments[1]
        case .atomicCompareExchange: word == arguments[1] & mask ? arguments[2] : word
        default: arguments[1]
        }
      for byte in 0..<size { outcome.memory[Int(start) + byte] = UInt8(truncatingIfNeeded: stored >> UInt64(byte * 8)) }
      if instruction.type != .none { values[value.number] = word }
    case .load, .store:
      let kind = instruction.operation == .load ? instruction.type : graph[instruction.b].type
      let size = instruction.access.byteCount(kind)
      let (start, carry) = arguments[0].addingReportingOverflow(UInt64(bitPattern: instruction.immediate))
      if carry || start > UInt64(outcome.memory.count - size) {
        precondition(graph.module.memories[Int(instruction.index)].isGuarded, "an access without its check: \(graph.text(value))")
        precondition(!instruction.isSafe, "not safe at all: \(graph.text(value))")
        return Self.outOfBounds
      }
      if instruction.operation == .load, kind == .v128 {
        set(value, load(instruction.access, outcome.memory[Int(start)..<Int(start) + size]))
      } else if instruction.operation == .load {
        var word: UInt64 = 0
        for byte in 0..<size { word |= UInt64(outcome.memory[Int(start) + byte]) << UInt64(byte * 8) }
        values[value.number] = Self.extend(word, instruction.access, kind)
      } else {
        let stored = vector(instruction.b)
        for byte in 0..<size { outcome.memory[Int(start) + byte] = UInt8(stored.lane(byte, width: 8)) }
      }
    case .constant where instruction.type == .v128: set(value, instruction.vector)
    case .constant: values[value.number] = Self.truncate(UInt64(bitPattern: instruction.immediate), instruction.type)
    case .select: set(value, vector(arguments[2] != 0 ? instruction.a : instruction.b))
    case .vectorUnary, .vectorBinary, .vectorCommuting, .vectorTernary, .vectorShuffle: set(value, compute(graph, value, instruction))
    default:
      let source = graph.argumentCount(value) > 0 ? graph[instruction.a].type : .none
      let evaluation = instruction.operation.evaluate(
        instruction.type, source, arguments.first ?? 0, arguments.count > 1 ? arguments[1] : 0)
      switch evaluation {
      case .value(let result): values[value.number] = Self.truncate(result, instruction.type)
      case .nan: values[value.number] = instruction.type == .f32 ? 0x7FC0_0000 : 0x7FF8_0000_0000_0000
      case .trap(let trap): return Self.reason(trap)
      case nil: preconditionFailure("\(instruction.operation) is not arithmetic")
      }
    }
    return nil
  }

  // MARK: Vectors

  private func compute(_ graph: borrowing Graph, _ value: Value, _ instruction: Instruction) -> V128 {
    var operands = graph.arguments(value).map { vector($0) }
    while operands.count < 3 { operands.append(.zero) }
    if instruction.operation == .vectorShuffle {
      return VectorOperation.shuffle.evaluate(.i8x16, operands[0], operands[1], lanes: instruction.vector).value
    }
    let code = instruction.vectorCode
    return code.operation.evaluate(code.shape, operands[0], operands[1], operands[2], lanes: V128(low: UInt64(code.lane), high: 0)).value
  }

  /// What a load makes of the bytes that it reads.
  private func load(_ access: MemoryAccess, _ bytes: ArraySlice<UInt8>) -> V128 {
    var memory = V128.zero
    for (index, byte) in bytes.enumerated() { memory.setLane(index, width: 8, UInt64(byte)) }
    func extended(_ operation: VectorOperation, _ shape: LaneShape) -> V128 { operation.evaluate(shape, memory).value }
    switch access {
    case .splat8: return V128(repeating: memory.low, width: 8)
    case .splat16: return V128(repeating: memory.low, width: 16)
    case .splat32: return V128(repeating: memory.low, width: 32)
    case .splat64: return V128(repeating: memory.low, width: 64)
    case .extend8Signed: return extended(.extendLowSigned, .i16x8)
    case .extend8Unsigned: return extended(.extendLowUnsigned, .i16x8)
    case .extend16Signed: return extended(.extendLowSigned, .i32x4)
    case .extend16Unsigned: return extended(.extendLowUnsigned, .i32x4)
    case .extend32Signed: return extended(.extendLowSigned, .i64x2)
    case .extend32Unsigned: return extended(.extendLowUnsigned, .i64x2)
    default: return memory
    }
  }

  private static func extend(_ word: UInt64, _ access: MemoryAccess, _ kind: ValueKind) -> UInt64 {
    let extended: Int64 =
      switch access {
      case .signed8: Int64(Int8(truncatingIfNeeded: word))
      case .signed16: Int64(Int16(truncatingIfNeeded: word))
      case .signed32: Int64(Int32(truncatingIfNeeded: word))
      default: Int64(bitPattern: word)
      }
    return truncate(UInt64(bitPattern: extended), kind)
  }
}
