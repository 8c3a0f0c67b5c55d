// Random functions for the tests of register allocation: structured control flow with loops, block parameters, calls that leave no register alone or few, fixed
// registers, reused operands, early definitions and late uses. And what they do: `Opcode` has a meaning that an interpreter can follow.

@testable import OMG

/// What the instructions of test functions do.
enum TestOpcode: UInt16 {
  /// Defines from a hash of payload and uses.
  case compute, call, constant, move
  /// Adds its uses to the function's outcome.
  case observe
  /// Goes to the successor that the hash of its uses names.
  case branch, jump, leave
}

struct RandomSource {
  private var state: UInt64
  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 12345 }

  mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mix(state)
  }

  mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

func mix(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// Class and width of a virtual register.
enum TestKind: Int, CaseIterable {
  case integer, single, double, vector

  var registerClass: RegisterClass { self == .integer ? .integer : .float }
  var width: RegisterWidth {
    switch self {
    case .integer, .double: .w64
    case .single: .w32
    case .vector: .w128
    }
  }
}

/// A block under construction.
final class TestBlock {
  struct Line {
    var opcode: TestOpcode
    var operands: [Operand] = []
    var clobbers: RegisterSet = 0
    var payload: Int64 = 0
    var rematerializes = false
  }

  var lines: [Line] = []
  var parameters: [VirtualRegister] = []
  var arguments: [VirtualRegister] = []
  var successors: [TestBlock] = []
  var depth = 0
  var isCold = false
  var number = 0
}

/// Collects blocks and makes a MachineFunction of them.
struct TestFunctionBuilder {
  var blocks: [TestBlock] = []
  /// By virtual register.
  var kinds: [TestKind] = []
  var order: [PhysicalRegister] = []
  var preserved: RegisterSet = 0

  mutating func register(_ kind: TestKind = .integer) -> VirtualRegister {
    kinds.append(kind)
    return VirtualRegister(kinds.count - 1)
  }

  mutating func block(depth: Int = 0, isCold: Bool = false) -> TestBlock {
    let block = TestBlock()
    block.depth = depth
    block.isCold = isCold
    blocks.append(block)
    return block
  }

  /// Cold blocks come last if asked for.
  func finish(coldLast: Bool = false) -> MachineFunction {
    let blocks = coldLast ? self.blocks.filter { !$0.isCold } + self.blocks.filter(\.isCold) : self.blocks
    var function = MachineFunction()
    function.integerScratch = PhysicalRegister(11)
    function.floatScratch = PhysicalRegister(32 + 15)
    for kind in kinds { _ = function.makeRegister(kind.registerClass, kind.width) }
    for register in order {
      function.order.append(register)
      function.allocatable |= register.bit
    }
    function.preserved = preserved
    var predecessors = [[UInt32]](repeating: [], count: blocks.count)
    for (number, block) in blocks.enumerated() { block.number = number }
    for block in blocks { for successor in block.successors { predecessors[successor.number].append(UInt32(block.number)) } }
    for block in blocks {
      var record = MachineBlock(firstInstruction: UInt32(function.instructions.count), endInstruction: 0)
      for line in block.lines {
        var instruction = MachineInstruction(opcode: line.opcode.rawValue, firstOperand: UInt32(function.operands.count))
        for operand in line.operands { function.operands.append(operand) }
        instruction.operandCount = UInt16(line.operands.count)
        instruction.clobbers = line.clobbers
        instruction.payload = line.payload
        instruction.isMove = line.opcode == .move
        instruction.isTerminator = [.branch, .jump, .leave].contains(line.opcode)
        if line.rematerializes {
          function.registers.base[line.operands[0].register.number].rematerialization = UInt32(function.instructions.count)
        }
        function.instructions.append(instruction)
      }
      record.endInstruction = UInt32(function.instructions.count)
      record.loopDepth = UInt16(block.depth)
      record.isCold = block.isCold
      record.firstSuccessor = UInt32(function.blockNumbers.count)
      record.successorCount = UInt32(block.successors.count)
      for successor in block.successors { function.blockNumbers.append(UInt32(successor.number)) }
      record.firstPredecessor = UInt32(function.blockNumbers.count)
      record.predecessorCount = UInt32(predecessors[block.number].count)
      for predecessor in predecessors[block.number] { function.blockNumbers.append(predecessor) }
      record.firstParameter = UInt32(function.registerNumbers.count)
      record.parameterCount = UInt32(block.parameters.count)
      for parameter in block.parameters { function.registerNumbers.append(parameter) }
      record.firstArgument = UInt32(function.registerNumbers.count)
      record.argumentCount = UInt32(block.arguments.count)
      for argument in block.arguments { function.registerNumbers.append(argument) }
      function.blocks.append(record)
    }
    return function
  }
}

/// Makes a function of a seed.
struct RandomFunction {
  private var random: RandomSource
  private var builder = TestFunctionBuilder()
  private var current: TestBlock
  private var integers: [VirtualRegister] = []
  private var floats: [VirtualRegister] = []
  private let integerCount: Int
  private let floatCount: Int
  private let callPercent: Int
  private var budget: Int
  private let isBig: Bool

  static func make(seed: Int, size: Int) -> MachineFunction {
    var maker = RandomFunction(seed: seed, size: size)
    maker.fill()
    return maker.builder.finish(coldLast: maker.random.chance(50))
  }

  private init(seed: Int, size: Int) {
    random = RandomSource(seed: seed)
    integerCount = 4 + random.below(8)
    floatCount = 3 + random.below(5)
    callPercent = [0, 2, 10, 30][random.below(4)]
    budget = size / 2 + random.below(size)
    isBig = size > 1000
    for number in 0..<integerCount { builder.order.append(PhysicalRegister(UInt8(number))) }
    for number in 0..<floatCount { builder.order.append(PhysicalRegister(UInt8(32 + number))) }
    current = builder.block()
    // The last ones, so that all kinds of operands can do without.
    for number in (integerCount - random.below(3))..<integerCount { builder.preserved |= 1 << RegisterSet(number) }
  }

  private mutating func fill() {
    for _ in 0..<1 + random.below(4) { define(.integer) { maker, register in maker.fixedStart(register) } }
    for kind in TestKind.allCases { define(kind) { maker, register in maker.constant(register) } }
    repeat { statements(depth: 0, nesting: 0) } while isBig && budget > 0
    observe(.leave)
  }

  // MARK: Values

  private mutating func define(_ kind: TestKind, _ body: (inout RandomFunction, VirtualRegister) -> Void) {
    let register = builder.register(kind)
    body(&self, register)
    add(register)
  }

  private mutating func add(_ register: VirtualRegister) {
    if builder.kinds[register.number] == .integer { integers.append(register) } else { floats.append(register) }
  }

  private mutating func kind(_ registerClass: RegisterClass) -> TestKind {
    registerClass == .integer ? .integer : [.single, .double, .vector, .vector][random.below(4)]
  }

  private mutating func pick(_ registerClass: RegisterClass) -> VirtualRegister { pick(registerClass == .integer ? integers : floats) }

  private mutating func pick(like kind: TestKind) -> VirtualRegister {
    pick(kind == .integer ? integers : floats.filter { builder.kinds[$0.number] == kind })
  }

  /// Late values more often.
  private mutating func pick(_ values: [VirtualRegister]) -> VirtualRegister {
    if random.chance(60) { return values[values.count - 1 - random.below(min(values.count, 4))] }
    return values[random.below(values.count)]
  }

  private mutating func fixedStart(_ register: VirtualRegister) {
    let number = UInt8(random.below(integerCount))
    current.lines.append(
      TestBlock.Line(opcode: .compute, operands: [Operand(.definition, register, .fixed, number)], payload: Int64(random.below(1000))))
  }

  private mutating func constant(_ register: VirtualRegister) {
    current.lines.append(
      TestBlock.Line(
        opcode: .constant, operands: [Operand(.definition, register)], payload: Int64(random.below(1000)), rematerializes: random.chance(70)))
  }

  // MARK: Statements

  private mutating func statements(depth: Int, nesting: Int) {
    for _ in 0..<1 + random.below(10) {
      if budget <= 0 { return }
      budget -= 1
      let dice = random.below(100)
      if dice < 8 && nesting < 6 {
        loop(depth: depth, nesting: nesting)
      } else if dice < 22 && nesting < 6 {
        choose(depth: depth, nesting: nesting)
      } else if dice < 22 + callPercent {
        call()
      } else {
        compute()
      }
    }
  }

  private mutating func compute() {
    let registerClass: RegisterClass = random.chance(70) ? .integer : .float
    let kind = kind(registerClass)
    let result = builder.register(kind)
    var line = TestBlock.Line(opcode: .compute, payload: Int64(random.below(1000)))
    switch random.below(12) {
    case 0:
      define(kind) { maker, register in maker.constant(register) }
      return
    case 1:
      line.opcode = .move
      line.operands = [Operand(.definition, result), Operand(.use, pick(like: kind), random.chance(50) ? .any : .register)]
    case 2 where registerClass == .integer:
      // Like a shift by a register.
      line.operands = [
        Operand(.definition, result, .reuse, 1), Operand(.use, pick(.integer)),
        Operand(.use, pick(.integer), .fixed, UInt8(random.below(integerCount))),
      ]
    case 3 where registerClass == .integer:
      // Like a division.
      let second = builder.register()
      line.operands = [
        Operand(.definition, result, .fixed, 0), Operand(.definition, second, .fixed, 2, phase: .early),
        Operand(.use, pick(.integer), .fixed, 0), Operand(.use, pick(.integer), random.chance(50) ? .register : .any, phase: .early),
      ]
      current.lines.append(line)
      add(result)
      if random.chance(50) { add(second) }
      return
    case 4:
      line.operands = [Operand(.definition, result, .register, phase: .early), Operand(.use, pick(registerClass))]
    case 5:
      line.operands = [Operand(.definition, result), Operand(.use, pick(registerClass)), Operand(.use, pick(registerClass), .register, phase: .late)]
    case 6:
      observe(.observe)
      return
    case 7:
      line.operands = [Operand(.definition, result, .any), Operand(.use, pick(registerClass))]
    case 8:
      line.operands = [Operand(.definition, result), Operand(.use, pick(.integer))]
      line.clobbers = 1 << UInt64(random.below(2))
    case 9:
      line.operands = [Operand(.definition, result), Operand(.use, pick(.float)), Operand(.use, pick(.integer), .any)]
    default:
      line.operands = [
        Operand(.definition, result, .reuse, 1), Operand(.use, pick(registerClass)),
        Operand(.use, pick(registerClass), random.chance(50) ? .any : .register),
      ]
    }
    current.lines.append(line)
    add(result)
  }

  private mutating func call() {
    var line = TestBlock.Line(opcode: .call, payload: Int64(random.below(1000)))
    let results = random.below(3)
    for index in 0..<results {
      let isFloat = random.chance(20)
      let register = builder.register(kind(isFloat ? .float : .integer))
      line.operands.append(Operand(.definition, register, .fixed, UInt8(isFloat ? 32 + index : index)))
    }
    let argumentCount = random.below(min(integerCount, 5))
    for index in 0..<argumentCount {
      line.operands.append(Operand(.use, pick(.integer), .fixed, UInt8((index * 3 + 1) % integerCount)))
    }
    var seen: Set<UInt8> = []
    line.operands.removeAll { $0.role == .use && !seen.insert($0.detail).inserted }
    if random.chance(30) { line.operands.append(Operand(.use, pick(.integer), random.chance(50) ? .any : .register)) }
    if random.chance(30) { line.operands.append(Operand(.use, pick(.float), .fixed, UInt8(32 + random.below(floatCount)))) }
    if random.chance(85) {
      for register in builder.order { line.clobbers |= register.bit }
      if random.chance(80) { line.clobbers &= ~builder.preserved }
    } else {
      line.clobbers = 0b1011
    }
    for operand in line.operands where operand.role == .definition { line.clobbers &= ~(1 << UInt64(operand.detail)) }
    current.lines.append(line)
    for operand in line.operands where operand.role == .definition { add(operand.register) }
  }

  private mutating func observe(_ opcode: TestOpcode) {
    var line = TestBlock.Line(opcode: opcode)
    for _ in 0..<1 + random.below(3) { line.operands.append(Operand(.use, pick(random.chance(70) ? .integer : .float), .any)) }
    current.lines.append(line)
  }

  // MARK: Control flow

  private mutating func jump(to target: TestBlock, _ arguments: [VirtualRegister] = []) {
    current.lines.append(TestBlock.Line(opcode: .jump))
    current.successors = [target]
    current.arguments = arguments
  }

  private mutating func branch(_ targets: [TestBlock]) {
    current.lines.append(
      TestBlock.Line(
        opcode: .branch, operands: [Operand(.use, pick(.integer), random.chance(30) ? .any : .register)], payload: Int64(random.below(1000))))
    current.successors = targets
  }

  private mutating func parameters(of block: TestBlock) -> [TestKind] {
    (0..<random.below(5)).map { _ in
      let kind = kind(random.chance(60) ? .integer : .float)
      block.parameters.append(builder.register(kind))
      return kind
    }
  }

  private mutating func choose(depth: Int, nesting: Int) {
    let join = builder.block(depth: depth)
    let kinds = parameters(of: join)
    let sides = (0..<(random.chance(80) ? 2 : 2 + random.below(4))).map { _ in builder.block(depth: depth, isCold: random.chance(20)) }
    branch(sides)
    let (oldIntegers, oldFloats) = (integers, floats)
    for side in sides {
      current = side
      (integers, floats) = (oldIntegers, oldFloats)
      if random.chance(80) { statements(depth: depth, nesting: nesting + 1) }
      if random.chance(5) {
        observe(.leave)
      } else {
        jump(to: join, kinds.map { pick(like: $0) })
      }
    }
    (integers, floats) = (oldIntegers, oldFloats)
    for parameter in join.parameters { add(parameter) }
    move(toEnd: join)
    current = join
  }

  private mutating func loop(depth: Int, nesting: Int) {
    let header = builder.block(depth: depth + 1)
    let kinds = parameters(of: header)
    jump(to: header, kinds.map { pick(like: $0) })
    for parameter in header.parameters { add(parameter) }
    current = header
    let (oldIntegers, oldFloats) = (integers, floats)
    if random.chance(50) {
      // Left at the top.
      let body = builder.block(depth: depth + 1)
      let exit = builder.block(depth: depth)
      branch([exit, body])
      current = body
      statements(depth: depth + 1, nesting: nesting + 1)
      jump(to: header, kinds.map { pick(like: $0) })
      (integers, floats) = (oldIntegers, oldFloats)
      move(toEnd: exit)
      current = exit
    } else {
      statements(depth: depth + 1, nesting: nesting + 1)
      let again = builder.block(depth: depth + 1)
      let exit = builder.block(depth: depth)
      branch([again, exit])
      current = again
      jump(to: header, kinds.map { pick(like: $0) })
      current = exit
    }
  }

  private mutating func move(toEnd block: TestBlock) {
    builder.blocks.removeAll { $0 === block }
    builder.blocks.append(block)
  }
}
