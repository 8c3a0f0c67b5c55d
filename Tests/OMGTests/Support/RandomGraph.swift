// Random graphs as Build would make them from random structured programs: variables in SSA form, conditionals, loops with exits in the middle,
// switches, memory, globals, calls, what these throw, early returns and traps. Same seed, same graph.

import CompilerInterface
import SampleBodies
import WasmFormat

@testable import OMG

typealias Randomness = RandomNumbers

extension Randomness {
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  /// Numbers near which things go wrong.
  mutating func number(_ type: ValueKind) -> UInt64 {
    let corner: [UInt64] = [0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 31, 32, 63, 64, 100, 255, 256, 1000, 65535, 1 << 31, 1 << 32, 1 << 63]
    var word = chance(70) ? pick(corner) : next() >> UInt64(below(64))
    if chance(15) { word &-= 1 }
    if chance(25) { word = 0 &- word }
    if type == .f64, chance(70) { word = Double(Int64(truncatingIfNeeded: word)).bitPattern }
    if type == .f32, chance(70) { word = UInt64(Float(Int64(truncatingIfNeeded: word)).bitPattern) }
    return GraphInterpreter.truncate(word, type)
  }
}

struct RandomGraph: ~Copyable {
  var graph = Graph()
  var random: Randomness
  var types = RandomGraph.parameterTypes
  var variables: [Value] = []
  var block = Block(0)
  var budget: Int
  /// Of the loops around: what counts their iterations.
  var counters: [Value] = []
  /// Exits of the loops around: blocks, and the variables' values at the edges to them.
  var exits: [(target: Block, values: [[Value]])] = []
  let isChecked: Bool

  static let parameterTypes: [ValueKind] = [.i32, .i32, .i32, .i64, .i64, .f64, .v128, .v128]

  static func make(_ seed: UInt64, size: Int = 25, module: ModuleInformation = GraphModule.guarded) -> Graph {
    var maker = RandomGraph(random: Randomness(state: seed), budget: size, isChecked: module === GraphModule.checked)
    maker.graph.module = module
    maker.run()
    return maker.take()
  }

  init(random: Randomness, budget: Int, isChecked: Bool) {
    self.random = random
    self.budget = budget
    self.isChecked = isChecked
  }

  private consuming func take() -> Graph {
    var result = Graph()
    swap(&result, &graph)
    return result
  }

  mutating func run() {
    block = graph.makeBlock()
    for (index, type) in types.enumerated() {
      variables.append(graph.append(Instruction(.parameter, type, index: UInt32(index)), to: block))
    }
    statements(depth: 0)
    let end = graph.append(Instruction(.returnValues, .none), to: block)
    graph.setArguments(end, variables)
  }

  // MARK: Statements

  mutating func statements(depth: Int) {
    for _ in 0..<(2 + random.below(5)) where budget > 0 {
      budget -= 1
      statement(depth)
    }
  }

  mutating func statement(_ depth: Int) {
    switch random.below(26) {
    case 0..<8: assign()
    case 8..<11: store()
    case 11: globalSet()
    case 12: call()
    case 13..<18: if depth < 4 { conditional(depth) } else { assign() }
    case 18..<21: if depth < 3 { loop(depth) } else { assign() }
    case 21: if depth < 3 { switchStatement(depth) } else { store() }
    case 22: leave(depth)
    case 23..<25: catching(depth)
    default: copy()
    }
  }

  mutating func assign() {
    let index = random.below(types.count)
    variables[index] = expression(types[index], 3)
  }

  mutating func copy() {
    let a = random.below(types.count)
    let others = types.indices.filter { types[$0] == types[a] }
    variables[a] = variables[random.pick(others)]
  }

  mutating func emit(_ instruction: Instruction) -> Value { graph.append(instruction, to: block) }

  /// An i32 and an offset: mostly within memory, and often near each other.
  mutating func address(_ size: Int) -> (Value, Int64) {
    let offset = Int64(random.pick([0, 0, 0, 1, 4, 8, 8, 16, 65536 - 8]))
    let base: Value
    if let counter = counters.last, random.chance(40) {
      // An array's element: constants that may make a negative counter positive.
      var sum = counter
      if random.chance(40) { sum = emit(Instruction(.add, .i32, sum, emit(Instruction(.and, .i32, variables[random.below(3)], constant(28, .i32))))) }
      base = emit(Instruction(.add, .i32, sum, constant(UInt64(random.pick([4, 24, 48, 64, 200])), .i32)))
      if isChecked { _ = emit(check(base, offset + Int64(size))) }
      return (base, offset)
    }
    switch random.below(6) {
    case 0: base = constant(UInt64(random.below(8) * 4), .i32)
    case 1: base = variables[random.below(3)]
    case 2: base = emit(Instruction(.and, .i32, variables[random.below(3)], constant(28, .i32)))
    case 3: base = emit(Instruction(.add, .i32, variables[random.below(3)], constant(UInt64(random.below(5) * 4), .i32)))
    default: base = emit(Instruction(.and, .i32, expression(.i32, 1), constant(252, .i32)))
    }
    if isChecked { _ = emit(check(base, offset + Int64(size))) }
    return (base, offset)
  }

  private func check(_ base: Value, _ end: Int64) -> Instruction {
    var instruction = Instruction(.boundsCheck, .none, base)
    instruction.immediate = end
    return instruction
  }

  mutating func store() {
    let index = random.below(types.count)
    let type = types[index]
    let value = expression(type, 2)
    let access: MemoryAccess =
      type == .i32 ? random.pick([.whole, .whole, .unsigned8, .unsigned16]) : type == .i64 ? random.pick([.whole, .unsigned32, .unsigned8]) : .whole
    let (base, offset) = address(access.byteCount(type))
    var instruction = Instruction(.store, .none, base, value)
    instruction.access = access
    instruction.immediate = offset
    _ = emit(instruction)
  }

  mutating func load(_ type: ValueKind) -> Value {
    let access: MemoryAccess =
      switch type {
      case .i32: random.pick([.whole, .whole, .unsigned8, .signed8, .signed16, .unsigned16])
      case .i64: random.pick([.whole, .whole, .unsigned32, .signed32, .signed8, .unsigned8])
      case .v128: random.pick([.whole, .whole, .whole, .splat8, .splat32, .splat64, .zero32, .zero64, .extend8Signed, .extend16Unsigned])
      default: .whole
      }
    let (base, offset) = address(access.byteCount(type))
    var instruction = Instruction(.load, type, base)
    instruction.access = access
    instruction.immediate = offset
    return emit(instruction)
  }

  mutating func globalSet() {
    let index = random.below(3)
    var instruction = Instruction(.globalSet, .none, expression([.i32, .i64, .f64][index], 2))
    instruction.index = UInt32(index)
    _ = emit(instruction)
  }

  mutating func call() {
    let index = random.below(4)
    let call = emit(Instruction(.call, types[index], index: UInt32(random.below(3))))
    graph.setArguments(call, [variables[0], variables[random.below(types.count)]])
    variables[index] = call
    if random.chance(30) { variables[4] = emit(resultOf(call)) }
  }

  /// A call, or a throw, with landings that go on where it returns, or out of a loop.
  mutating func catching(_ depth: Int) {
    let throwing = random.chance(20)
    if throwing {
      let value = emit(Instruction(random.chance(50) ? .throwTag : .throwReference, .none, variables[4]))
      if graph[value].operation == .throwTag {
        graph.at(value).pointee.index = UInt32(random.below(4))
        graph.setArguments(value, [variables[3], variables[5]])
      }
    }
    let before = variables
    if !throwing { call() }
    graph.append(Instruction(.unwindBranch, .none), to: block)
    let source = block
    let (end, next) = (graph.makeBlock(), graph.makeBlock())
    graph.connect(source, to: next)
    block = next
    var edges: [[Value]] = []
    if throwing {
      _ = emit(Instruction(.unreachable, .none))
    } else {
      if random.chance(40) { statements(depth: depth + 1) }
      jump(end)
      edges.append(variables)
    }
    for _ in 0...random.below(3) {
      variables = before
      block = graph.makeBlock()
      graph.at(block).pointee.isCold = true
      graph.connect(source, to: block)
      let landing = emit(Instruction(.landing, .i64, index: random.chance(30) ? Operation.anyTag : UInt32(random.below(4))))
      if random.chance(50) { variables[4] = landing }
      for index in [0, 3, 5] where random.chance(40) {
        var value = Instruction(.exceptionValue, types[index], landing)
        value.index = UInt32(index)
        variables[index] = emit(value)
      }
      if random.chance(40) { statements(depth: depth + 1) }
      if !exits.isEmpty, random.chance(20), !edges.isEmpty {
        let target = random.below(exits.count)
        jump(exits[target].target)
        exits[target].values.append(variables)
      } else {
        jump(end)
        edges.append(variables)
      }
    }
    join(end, edges)
  }

  private func resultOf(_ call: Value) -> Instruction {
    var instruction = Instruction(.result, .i64, call)
    instruction.index = 1
    return instruction
  }

  /// Ends the block with a branch; two blocks with one predecessor each.
  mutating func branch(_ condition: Value) -> (Block, Block) {
    let (yes, no) = (graph.makeBlock(), graph.makeBlock())
    graph.append(Instruction(.branch, .none, condition), to: block)
    graph.connect(block, to: yes)
    graph.connect(block, to: no)
    let hint = random.below(8)
    if hint < 2 { graph.unlikelyEdges.append(UnlikelyEdge(block: block, successor: hint)) }
    return (yes, no)
  }

  mutating func jump(_ target: Block) {
    graph.append(Instruction(.jump, .none), to: block)
    graph.connect(block, to: target)
  }

  /// Goes on in a block to which edges with these values of the variables lead.
  mutating func join(_ target: Block, _ edges: [[Value]]) {
    block = target
    for index in variables.indices {
      if edges.allSatisfy({ $0[index] == edges[0][index] }), random.chance(60) {
        variables[index] = edges[0][index]
        continue
      }
      let phi = emit(Instruction(.phi, types[index]))
      graph.setArguments(phi, edges.map { $0[index] })
      variables[index] = phi
    }
  }

  mutating func conditional(_ depth: Int) {
    let (yes, no) = branch(condition())
    let before = variables
    let end = graph.makeBlock()
    block = yes
    statements(depth: depth + 1)
    jump(end)
    let first = variables
    variables = before
    block = no
    if random.chance(60) { statements(depth: depth + 1) }
    jump(end)
    join(end, [first, variables])
  }

  mutating func switchStatement(_ depth: Int) {
    let selector = expression(.i32, 1)
    graph.append(Instruction(.switchBranch, .none, selector), to: block)
    let source = block
    let end = graph.makeBlock()
    let before = variables
    var edges: [[Value]] = []
    for _ in 0..<(1 + random.below(4)) {
      if random.chance(20) {
        graph.connect(source, to: end)
        edges.append(before)
        continue
      }
      block = graph.makeBlock()
      variables = before
      graph.connect(source, to: block)
      statements(depth: depth + 1)
      jump(end)
      edges.append(variables)
    }
    join(end, edges)
  }

  mutating func loop(_ depth: Int) {
    // Some count from 0 by 1 to a limit, some from a negative number up to 0, some down.
    let countsUpToZero = random.chance(30)
    let step = countsUpToZero ? random.pick([1, 4, 8]) : random.pick([1, 1, 1, 1, 3, -1])
    let rounds = 1 + random.below(6)
    let counter = constant(countsUpToZero ? UInt64(UInt32(bitPattern: Int32(-rounds * step))) : step < 0 ? UInt64(rounds) : 0, .i32)
    let limit =
      countsUpToZero || step < 0
      ? constant(0, .i32)
      : random.chance(50)
        ? constant(UInt64(rounds * step), .i32) : emit(Instruction(.and, .i32, variables[0], constant(7, .i32)))
    let header = graph.makeBlock()
    let exit = graph.makeBlock()
    jump(header)
    block = header
    let start = variables
    let phis = types.map { emit(Instruction(.phi, $0)) }
    let index = emit(Instruction(.phi, .i32))
    for (phi, value) in zip(phis + [index], start + [counter]) { graph.setArguments(phi, [value]) }
    variables = phis
    exits.append((exit, []))
    if random.chance(50) {
      let goOn = emit(Instruction(random.pick([.lessSigned, .lessUnsigned, .notEqual]), .i32, index, limit))
      leaveLoop(unless: goOn)
    }
    counters.append(index)
    statements(depth: depth + 1)
    counters.removeLast()
    if random.chance(countsUpToZero ? 10 : 30) { variables[0] = index }
    let next = emit(Instruction(.add, .i32, index, constant(UInt64(UInt32(bitPattern: Int32(step))), .i32)))
    let test: Operation =
      countsUpToZero || step < 0
      ? .notEqual : random.pick(step == 1 ? [.lessSigned, .lessUnsigned, .lessEqualSigned] : [.lessSigned, .lessUnsigned])
    let goOn = emit(Instruction(test, .i32, next, limit))
    leaveLoop(unless: goOn)
    jump(header)
    for (phi, value) in zip(phis + [index], variables + [next]) { graph.appendArgument(phi, value) }
    join(exit, exits.removeLast().values)
  }

  /// An edge out of the innermost loop.
  mutating func leaveLoop(unless condition: Value) {
    let (inside, outside) = branch(condition)
    block = outside
    jump(exits[exits.count - 1].target)
    exits[exits.count - 1].values.append(variables)
    block = inside
  }

  mutating func leave(_ depth: Int) {
    let (yes, no) = branch(condition())
    block = yes
    switch random.below(3) {
    case 0:
      let end = emit(Instruction(.returnValues, .none))
      graph.setArguments(end, variables)
    case 1:
      var trap = Instruction(.trap, .none)
      trap.immediate = Int64(20 + random.below(3))
      _ = emit(trap)
    default:
      if exits.isEmpty {
        _ = emit(Instruction(.trap, .none))
      } else {
        let target = random.below(exits.count)
        jump(exits[target].target)
        exits[target].values.append(variables)
      }
    }
    block = no
  }

  // MARK: Expressions

  mutating func constant(_ bits: UInt64, _ type: ValueKind) -> Value {
    if type != .v128 { return emit(Instruction(.constant, type, index: 0, immediate: Int64(bitPattern: bits))) }
    let vectors = [.zero, V128(repeating: bits, width: 32), V128(low: bits, high: random.number(.i64)), V128(low: .max, high: .max)]
    return emit(Instruction(vector: random.pick(vectors)))
  }

  mutating func condition() -> Value { random.chance(75) ? comparison(2) : expression(.i32, 2) }

  mutating func comparison(_ depth: Int) -> Value {
    if random.chance(20) {
      let operation: Operation = random.pick([.floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual])
      return emit(Instruction(operation, .i32, expression(.f64, depth - 1), expression(.f64, depth - 1)))
    }
    let type: ValueKind = random.chance(60) ? .i32 : .i64
    let operation: Operation = random.pick([
      .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned,
    ])
    return emit(Instruction(operation, .i32, expression(type, depth - 1), expression(type, depth - 1)))
  }

  mutating func expression(_ type: ValueKind, _ depth: Int) -> Value {
    let own = types.indices.filter { types[$0] == type }
    if depth <= 0 || random.chance(25) {
      if random.chance(40) || own.isEmpty { return constant(random.number(type), type) }
      return variables[random.pick(own)]
    }
    func a() -> Value { Value.none }
    switch random.below(14) {
    case 0: return load(type)
    case 1:
      var instruction = Instruction(.globalGet, type)
      switch type {
      case .i32: instruction.index = 0
      case .i64: instruction.index = 1
      case .v128: return shuffle(depth - 1)
      default: instruction.index = 2
      }
      return emit(instruction)
    case 2:
      let (x, y) = (expression(type, depth - 1), expression(type, depth - 1))
      return emit(Instruction(.select, type, x, y, condition()))
    case 3 where type != .v128: return conversion(type, depth - 1)
    case 5 where type != .f64: return vectorOperation(type, depth - 1)
    case 4 where type == .i32: return comparison(depth)
    default: break
    }
    if type == .v128 { return vectorOperation(type, depth - 1) }
    if type.isFloat {
      if random.chance(30) {
        let operation: Operation = random.pick([.floatAbsolute, .floatNegate, .squareRoot, .ceiling, .floor, .truncate, .nearest])
        return emit(Instruction(operation, type, expression(type, depth - 1)))
      }
      let operation: Operation = random.pick([.floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatMinimum, .floatMaximum, .copySign])
      return emit(Instruction(operation, type, expression(type, depth - 1), expression(type, depth - 1)))
    }
    if random.chance(15) {
      let operation: Operation = random.pick([.countLeadingZeros, .countTrailingZeros, .populationCount, .signExtend8, .signExtend16])
      return emit(Instruction(operation, type, expression(type, depth - 1)))
    }
    let operation: Operation = random.pick([
      .add, .add, .add, .subtract, .subtract, .multiply, .and, .and, .or, .xor, .shiftLeft, .shiftLeft, .shiftRightSigned, .shiftRightUnsigned,
      .rotateLeft, .rotateRight, .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned,
    ])
    let left = expression(type, depth - 1)
    let right = random.chance(50) ? constant(random.number(type), type) : expression(type, depth - 1)
    return emit(Instruction(operation, type, left, right))
  }

  /// Any operator on vectors with a result of this type, and no operands of type f32.
  mutating func vectorOperation(_ type: ValueKind, _ depth: Int) -> Value {
    var row = random.pick(Self.vectorRows)
    while ValueKind(row.result) != type { row = random.pick(Self.vectorRows) }
    var operands: [Value] = []
    for operand in [row.operand0, row.operand1, row.operand2].prefix(Int(row.operandCount)) {
      // Chains of operations on one vector are what rules are for.
      operands.append(random.chance(30) && !operands.isEmpty && operand == .v128 ? operands[0] : expression(ValueKind(operand), depth - 1))
    }
    while operands.count < 3 { operands.append(.none) }
    let lane = row.immediates == .lane ? random.below(row.shape.count) : 0
    return emit(Instruction(row.vectorOperation!, row.shape, lane: UInt8(lane), operands[0], operands[1], operands[2]))
  }

  mutating func shuffle(_ depth: Int) -> Value {
    let first = expression(.v128, depth)
    let second = random.chance(50) ? first : expression(.v128, depth)
    // Whole lanes of some width, of one vector or of both.
    let width = random.pick([1, 2, 4, 8])
    let sources = random.pick([16, 32]) / width
    var lanes = V128.zero
    for lane in 0..<16 / width {
      let source = random.chance(60) ? lane : random.below(sources)
      for byte in 0..<width { lanes.setLane(lane * width + byte, width: 8, UInt64(source * width + byte)) }
    }
    return emit(Instruction(shuffle: lanes, first, second))
  }

  private static let vectorRows: [OpcodeRow] = {
    var rows: [OpcodeRow] = []
    for row in OpcodeTable.all {
      guard row.exists, let operation = row.vectorOperation, operation != .shuffle, row.result != .f32, row.result != .f64 else { continue }
      if row.operand0 != .f32 && (row.operandCount < 2 || row.operand1 != .f32) { rows.append(row) }
    }
    return rows
  }()

  mutating func conversion(_ type: ValueKind, _ depth: Int) -> Value {
    switch type {
    case .i32:
      if random.chance(70) { return emit(Instruction(.wrap, .i32, expression(.i64, depth))) }
      let operation: Operation = random.pick([.floatToSigned, .floatToUnsigned, .floatToSignedSaturating, .floatToUnsignedSaturating])
      return emit(Instruction(operation, .i32, expression(.f64, depth)))
    case .i64:
      if random.chance(70) {
        return emit(Instruction(random.pick([.extendSigned, .extendUnsigned]), .i64, expression(.i32, depth)))
      }
      if random.chance(50) { return emit(Instruction(.signExtend32, .i64, expression(.i64, depth))) }
      let operation: Operation = random.pick([.reinterpret, .floatToSigned, .floatToSignedSaturating, .floatToUnsignedSaturating])
      return emit(Instruction(operation, .i64, expression(.f64, depth)))
    default:
      if random.chance(30) { return emit(Instruction(.reinterpret, .f64, expression(.i64, depth))) }
      return emit(Instruction(random.pick([.convertSigned, .convertUnsigned]), .f64, expression(random.chance(50) ? .i32 : .i64, depth)))
    }
  }
}
