// What holds of a graph between passes. `verify` gives the first violation, with the names of what it concerns:
// - The entry has no predecessors. Blocks have instructions, or neither instructions nor edges (they have been removed).
// - A block's list is linked in both directions and knows its block. Phis come first; the terminator, and no other, is last and has as many
//   successors as its operation needs.
// - Edges are listed at both ends, equally often; phis have one input for each predecessor.
// - `result`s follow their calls, and an `unwind` those. A `landing` is at the start of a block, after phis; its block has one predecessor, which
//   ends with an `unwind` of which it is not the first successor.
// Arguments are in a block (so none is an identity), have the types that the operation wants, and their definitions dominate their uses.
// - Marks are 0.
//
// It is for tests and debugging: not fast.

struct VerifyGraph: ~Copyable {
  private var order = BlockOrder()
  private var dominators = Dominators()
  /// For each instruction its place in its block.
  private var places: [Int] = []

  /// nil if all is well.
  static func problem(_ graph: borrowing Graph) -> String? {
    var verifier = VerifyGraph()
    return verifier.run(graph)
  }

  private mutating func run(_ graph: borrowing Graph) -> String? {
    places = Array(repeating: -1, count: graph.instructions.count)
    if !graph.predecessors(graph.entry).isEmpty { return "\(graph.entry) is the entry and has predecessors" }
    for index in 0..<graph.blocks.count {
      if let problem = checkList(graph, Block(index)) ?? checkEdges(graph, Block(index)) { return problem }
    }
    order.compute(graph)
    dominators.compute(graph, order)
    for index in 0..<graph.blocks.count where graph.at(Block(index)).pointee.first.exists {
      var value = graph.at(Block(index)).pointee.first
      while value.exists {
        if let problem = checkArguments(graph, value) { return "\(Block(index)): \(problem), in `\(graph.text(value))`" }
        value = graph[value].next
      }
    }
    return nil
  }

  // MARK: Blocks

  private mutating func checkList(_ graph: borrowing Graph, _ block: Block) -> String? {
    let record = graph.at(block).pointee
    guard record.first.exists else {
      let hasEdges = record.predecessors.count > 0 || record.successors.count > 0
      return hasEdges ? "\(block) has edges but no instructions" : block == graph.entry ? "\(block), the entry, is empty" : nil
    }
    var previous = Value.none
    var value = record.first
    var place = 0
    var isAfterPhis = false
    while value.exists {
      guard value.number < graph.instructions.count else { return "\(block): \(value) does not exist" }
      let instruction = graph[value]
      if places[value.number] >= 0 { return "\(value) is listed twice" }
      places[value.number] = place
      place += 1
      if instruction.block != block { return "\(value) is in the list of \(block) but says it is in \(instruction.block)" }
      if instruction.previous != previous { return "\(block): what comes before \(value) is \(previous), not \(instruction.previous)" }
      if instruction.mark != 0 { return "\(value) has a mark" }
      if instruction.operation == .identity { return "\(value) is an identity" }
      if instruction.operation == .phi, isAfterPhis { return "\(value) is a phi after other instructions" }
      if instruction.operation == .landing, isAfterPhis { return "\(value) is a landing after other instructions" }
      if instruction.operation != .phi { isAfterPhis = true }
      if instruction.operation.isTerminator != (value == record.last) {
        return "\(block): \(value) \(value == record.last ? "is last and no terminator" : "is a terminator and not last")"
      }
      previous = value
      value = instruction.next
    }
    return record.last == previous ? nil : "\(block): its list ends with \(previous), not \(record.last)"
  }

  private func checkEdges(_ graph: borrowing Graph, _ block: Block) -> String? {
    let record = graph.at(block).pointee
    guard record.last.exists else { return nil }
    let count = Int(record.successors.count)
    let isRight =
      switch graph[record.last].operation {
      case .jump: count == 1
      case .branch: count == 2
      case .switchBranch: count >= 1
      case .unwindBranch: count >= 2
      default: count == 0
      }
    if !isRight { return "\(block) has \(count) successors for `\(graph.text(record.last))`" }
    for successor in graph.successors(block) {
      let there = graph.successors(block).filter { $0 == successor }.count
      let here = graph.predecessors(successor).filter { $0 == block }.count
      if there != here { return "\(block) goes to \(successor) \(there) times, which lists it \(here) times" }
    }
    for predecessor in graph.predecessors(block) where !graph.successors(predecessor).contains(block) {
      return "\(block) lists the predecessor \(predecessor), which does not go there"
    }
    return checkUnwinding(graph, block)
  }

  private func checkUnwinding(_ graph: borrowing Graph, _ block: Block) -> String? {
    if graph[graph.at(block).pointee.last].operation == .unwindBranch {
      let call = graph.end(of: block)
      if !call.exists || !graph[call].operation.mayThrow { return "\(block) has an `unwind` without its call" }
      for (index, successor) in graph.successors(block).enumerated() where Self.isLanding(graph, successor) != (index > 0) {
        return "\(successor) is successor \(index) of the `unwind` in \(block)"
      }
    }
    if Self.isLanding(graph, block) {
      let predecessors = graph.predecessors(block)
      if predecessors.count != 1 || graph[graph.at(predecessors[0]).pointee.last].operation != .unwindBranch {
        return "\(block) has a landing and is not reached by an `unwind` alone"
      }
    }
    return nil
  }

  private static func isLanding(_ graph: borrowing Graph, _ block: Block) -> Bool {
    var value = graph.at(block).pointee.first
    while value.exists, graph[value].operation == .phi { value = graph[value].next }
    return value.exists && graph[value].operation == .landing
  }

  // MARK: Arguments

  private func checkArguments(_ graph: borrowing Graph, _ value: Value) -> String? {
    let instruction = graph[value]
    let arguments = graph.arguments(value)
    for argument in arguments {
      guard argument.exists, argument.number < graph.instructions.count else { return "an argument is missing" }
      if places[argument.number] < 0 {
        return "\(argument) is \(graph[argument].operation == .identity ? "an identity" : "in no block")"
      }
      if graph[argument].type == .none { return "\(argument) is no value" }
    }
    if instruction.operation == .phi {
      let predecessors = graph.predecessors(instruction.block)
      if predecessors.count != arguments.count { return "\(arguments.count) inputs for \(predecessors.count) predecessors" }
      for (argument, predecessor) in zip(arguments, predecessors) {
        guard order.isReachable(predecessor) else { continue }
        let definition = graph[argument].block
        if !order.isReachable(definition) || !dominators.dominates(order.position(definition), order.position(predecessor)) {
          return "\(argument) does not reach the end of \(predecessor)"
        }
      }
    } else if order.isReachable(instruction.block) {
      for argument in arguments {
        let definition = graph[argument].block
        let isBefore =
          definition == instruction.block
          ? places[argument.number] < places[value.number]
          : order.isReachable(definition) && dominators.dominates(order.position(definition), order.position(instruction.block))
        if !isBefore { return "\(argument) is defined in \(definition), which does not dominate its use" }
      }
    }
    if instruction.operation == .result {
      var call = instruction.previous
      while call.exists, graph[call].operation == .result { call = graph[call].previous }
      if call != instruction.a { return "it does not follow its call" }
    }
    return hasRightTypes(graph, instruction, arguments.map { graph[$0].type }) ? nil : "wrong types"
  }

  /// Whether an instruction's type fits its arguments' types.
  private func hasRightTypes(_ graph: borrowing Graph, _ instruction: Instruction, _ arguments: [ValueKind]) -> Bool {
    let type = instruction.type
    let first = arguments.first ?? .none
    let second = arguments.count > 1 ? arguments[1] : .none
    switch instruction.operation {
    case .constant, .parameter, .frameWord, .globalGet: return type != .none
    case .phi, .identity: return type != .none && arguments.allSatisfy { $0 == type }
    case .add, .subtract, .multiply, .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned, .and, .or, .xor, .shiftLeft,
      .shiftRightSigned, .shiftRightUnsigned, .rotateLeft, .rotateRight:
      return type.isInteger && first == type && second == type
    case .multiplyHighSigned, .multiplyHighUnsigned: return type == .i64 && first == .i64 && second == .i64
    case .countLeadingZeros, .countTrailingZeros, .populationCount, .signExtend8, .signExtend16: return type.isInteger && first == type
    case .signExtend32: return type == .i64 && first == .i64
    case .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned, .addOverflows, .subtractOverflows, .multiplyOverflows:
      return type == .i32 && first.isInteger && second == first
    case .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual:
      return type == .i32 && first.isFloat && second == first
    case .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatMinimum, .floatMaximum, .copySign:
      return type.isFloat && first == type && second == type
    case .floatAbsolute, .floatNegate, .squareRoot, .ceiling, .floor, .truncate, .nearest: return type.isFloat && first == type
    case .wrap: return type == .i32 && first == .i64
    case .extendSigned, .extendUnsigned: return type == .i64 && first == .i32
    case .convertSigned, .convertUnsigned: return type.isFloat && first.isInteger
    case .floatToSigned, .floatToUnsigned, .floatToSignedSaturating, .floatToUnsignedSaturating: return type.isInteger && first.isFloat
    case .promote: return type == .f64 && first == .f32
    case .demote: return type == .f32 && first == .f64
    case .reinterpret: return type.isInteger == first.isFloat && type.bits == first.bits && type != .none
    case .vectorUnary, .vectorBinary, .vectorCommuting, .vectorTernary: return hasRightVectorTypes(instruction, arguments)
    case .vectorShuffle: return type == .v128 && first == .v128 && second == .v128
    case .select: return type != .none && first == type && second == type && arguments[2] == .i32
    case .load: return type != .none && first.isInteger
    case .store: return type == .none && first.isInteger && second != .none
    case .boundsCheck, .alignmentCheck: return type == .none && first.isInteger
    case .atomicLoad: return type.isInteger && first.isInteger
    case .atomicStore: return type == .none && first.isInteger && second.isInteger
    case .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange: return type.isInteger && first.isInteger && second == type
    case .atomicCompareExchange: return type.isInteger && first.isInteger && second == type && arguments[2] == type
    case .atomicFence: return type == .none
    case .memorySize, .tableSize: return type.isInteger
    case .globalSet, .takeFuel: return type == .none
    case .fuelGet: return type == .i64
    case .spendFuel: return type == .i64 && first == .i64
    case .fuelSet: return type == .none && first == .i64
    case .tableGet, .calledElement: return type == .i64 && first.isInteger
    case .tableSet: return type == .none && first.isInteger && second == .i64
    case .functionReference: return type == .i64
    case .callIndirect, .tailCallIndirect: return first.isInteger
    case .callReference, .tailCallReference: return first == .i64
    case .result: return type != .none
    case .landing: return type == .i64
    case .exceptionValue: return type != .none && first == .i64
    case .throwReference: return type == .none && first == .i64
    case .call, .callHelper, .returnValues, .tailCall, .throwTag, .jump, .trap, .unwindBranch, .unreachable: return true
    case .branch, .switchBranch: return first == .i32
    }
  }

  private func hasRightVectorTypes(_ instruction: Instruction, _ arguments: [ValueKind]) -> Bool {
    let (operation, shape) = (instruction.vectorCode.operation, instruction.vectorCode.shape)
    let scalar = ValueKind(shape.laneType)
    let expected: [ValueKind] =
      switch operation {
      case .splat: [scalar]
      case .replace: [.v128, scalar]
      case .shiftLeft, .shiftRightSigned, .shiftRightUnsigned: [.v128, .i32]
      default: Array(repeating: .v128, count: operation.operandCount)
      }
    return arguments == expected && instruction.type == ValueKind(operation.resultType(shape))
  }
}
