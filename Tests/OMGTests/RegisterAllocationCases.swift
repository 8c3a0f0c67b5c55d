// Small functions whose best allocation is known: where the moves, loads and stores have to be.

import Testing

@testable import OMG

/// A function of few blocks, its allocation, and questions about it.
private struct Case: ~Copyable {
  var builder = TestFunctionBuilder()
  private(set) var function = MachineFunction()
  private(set) var allocations = Allocations()

  init(registers: Int = 8, preserved: RegisterSet = 0) {
    for number in 0..<registers { builder.order.append(PhysicalRegister(UInt8(number))) }
    builder.preserved = preserved
  }

  mutating func allocate() {
    function = builder.finish()
    var allocator = RegisterAllocator()
    #expect(allocator.allocate(function, into: &allocations))
    #expect(AllocationChecker.check(function, allocations) == nil)
  }

  /// The edits before a block's instructions.
  func edits(_ block: TestBlock) -> [Edit] {
    let record = function.blocks[block.number]
    return (0..<allocations.edits.count).map { allocations.edits[$0] }
      .filter { $0.before >= record.firstInstruction && $0.before < record.endInstruction }
  }

  func stores(_ block: TestBlock) -> Int { edits(block).count { $0.kind == .move && $0.target.isSlot } }
  func loads(_ block: TestBlock) -> Int { edits(block).count { $0.kind == .move && $0.source.isSlot } }
  var text: String { function.text(TestPrinter.self, allocations) }
}

extension TestBlock {
  fileprivate func add(_ opcode: TestOpcode, _ operands: Operand..., rematerializes: Bool = false) {
    lines.append(Line(opcode: opcode, operands: operands, rematerializes: rematerializes))
  }

  /// Leaves no register of the eight alone, or these.
  fileprivate func call(_ operands: Operand..., leaves: RegisterSet = 0) {
    var clobbers: RegisterSet = 0xFF & ~leaves
    for operand in operands where operand.role == .definition { clobbers &= ~(1 << RegisterSet(operand.detail)) }
    lines.append(Line(opcode: .call, operands: operands, clobbers: clobbers))
  }

  fileprivate func jump(_ target: TestBlock, _ arguments: VirtualRegister...) {
    add(.jump)
    successors = [target]
    self.arguments = arguments
  }

  fileprivate func branch(_ value: VirtualRegister, _ targets: TestBlock...) {
    add(.branch, Operand(.use, value))
    successors = targets
  }
}

@Suite struct RegisterAllocationCases {
  /// b0: x, y, z; b1(a, b): c ← op a b; branch z; b2: back with b, c; b3: leave z, or look at a and b first.
  @Test("Moves of a loop's back edge stand before its branch, unless the exit needs what they overwrite", arguments: [false, true])
  func rotationIsInFrontOfBranch(isNeededOutside: Bool) {
    var test = Case()
    let (x, y, z) = (test.builder.register(), test.builder.register(), test.builder.register())
    let (a, b, c) = (test.builder.register(), test.builder.register(), test.builder.register())
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, x, .fixed, 0))
    entry.add(.compute, Operand(.definition, y, .fixed, 1))
    entry.add(.compute, Operand(.definition, z, .fixed, 2))
    entry.jump(header, x, y)
    header.parameters = [a, b]
    header.add(.compute, Operand(.definition, c), Operand(.use, a), Operand(.use, b))
    header.branch(z, again, exit)
    again.jump(header, b, c)
    if isNeededOutside { exit.add(.compute, Operand(.use, a), Operand(.use, b)) }
    exit.add(.leave, Operand(.use, z, .any))
    test.allocate()
    let moves = test.edits(again).count
    let inFront = test.edits(header).count
    #expect(isNeededOutside ? moves > 0 && inFront == 0 : moves == 0 && inFront > 0, "\(test.text)")
  }

  /// b0: value, start; b1(i): i' ← op i value; branch; b2: back; b3: leave.
  @Test func loopWithoutCallsTouchesNoMemory() {
    var test = Case()
    let (value, start, i, next) = (test.builder.register(), test.builder.register(), test.builder.register(), test.builder.register())
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.add(.compute, Operand(.definition, start, .fixed, 1))
    entry.jump(header, start)
    header.parameters = [i]
    header.add(.compute, Operand(.definition, next, .reuse, 1), Operand(.use, i), Operand(.use, value, .any))
    header.branch(next, again, exit)
    again.jump(header, next)
    exit.add(.leave, Operand(.use, next, .any))
    test.allocate()
    #expect(test.allocations.edits.count == 0, "\(test.text)")
    #expect(test.allocations.slotCount == 0)
  }

  /// b0: value; out, or b1: x ← op value; call; again; b2: leave.
  @Test("What is live across calls in a loop is in a callee-saved register, which paths around the loop do not save")
  func preservedRegisterIsKeptAcrossCalls() {
    var test = Case(preserved: 0x80)
    let value = test.builder.register()
    let (entry, out, before) = (test.builder.block(), test.builder.block(), test.builder.block())
    let (header, again, exit) = (test.builder.block(depth: 1), test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.branch(value, out, before)
    out.add(.leave, Operand(.use, value, .any))
    before.jump(header)
    header.add(.compute, Operand(.definition, test.builder.register()), Operand(.use, value))
    header.call(leaves: 0x80)
    header.branch(value, again, exit)
    again.jump(header)
    exit.add(.leave, Operand(.use, value, .any))
    test.allocate()
    #expect(test.allocations.slotCount == 0, "\(test.text)")
    #expect(test.allocations.written & 0x80 != 0, "\(test.text)")
    #expect(test.allocations.saves.head == before.number, "\(test.text)")
    #expect(!test.allocations.saves.contains(out.number) && test.allocations.saves.contains(exit.number))
  }

  /// b0: x, y; call; leave x, y.
  @Test("A register that a callee is known to leave alone is used without saving; a preserved one is not, for less than saving it costs")
  func cheapestRegisterIsKept() {
    for leaves: RegisterSet in [0x80, 0xC0] {
      var test = Case(preserved: 0x80)
      let value = test.builder.register()
      let entry = test.builder.block()
      entry.add(.compute, Operand(.definition, value, .fixed, 0))
      entry.call(leaves: leaves)
      entry.add(.leave, Operand(.use, value))
      test.allocate()
      #expect(test.allocations.written & 0x80 == 0, "\(test.text)")
      #expect(test.allocations.slotCount == (leaves == 0x80 ? 1 : 0), "\(test.text)")
    }
  }

  @Test func valueAcrossCallsInLoopIsStoredOnce() {
    var test = Case()
    let value = test.builder.register()
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.jump(header)
    header.add(.compute, Operand(.definition, test.builder.register()), Operand(.use, value))
    header.call()
    header.branch(value, again, exit)
    again.jump(header)
    exit.add(.leave, Operand(.use, value, .any))
    test.allocate()
    #expect(test.stores(entry) == 1, "\(test.text)")
    #expect(test.stores(header) + test.stores(again) + test.stores(exit) == 0, "\(test.text)")
  }

  @Test func constantAcrossCallIsMadeAgain() {
    var test = Case()
    let (constant, result) = (test.builder.register(), test.builder.register())
    let entry = test.builder.block()
    entry.add(.constant, Operand(.definition, constant), rematerializes: true)
    entry.call()
    entry.add(.compute, Operand(.definition, result), Operand(.use, constant))
    entry.add(.leave, Operand(.use, result, .any))
    test.allocate()
    #expect(test.allocations.slotCount == 0)
    #expect(test.edits(entry).map(\.kind) == [.rematerialize], "\(test.text)")
    #expect(test.allocations.operands[0] == .none)
  }

  /// A loop with a call on a cold path: the hot path keeps everything in registers, stores are on the cold one.
  @Test func aCallInAColdBlockAddsNoMovesToTheHotPath() {
    var test = Case()
    let (value, start, i, next) = (test.builder.register(), test.builder.register(), test.builder.register(), test.builder.register())
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (warm, cold) = (test.builder.block(depth: 1), test.builder.block(depth: 1, isCold: true))
    let (join, again, exit) = (test.builder.block(depth: 1), test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.add(.compute, Operand(.definition, start, .fixed, 1))
    entry.jump(header, start)
    header.parameters = [i]
    header.branch(i, warm, cold)
    warm.jump(join)
    cold.call()
    cold.jump(join)
    join.add(.compute, Operand(.definition, next, .reuse, 1), Operand(.use, i), Operand(.use, value))
    join.branch(next, again, exit)
    again.jump(header, next)
    exit.add(.leave, Operand(.use, next, .any), Operand(.use, value, .any))
    test.allocate()
    #expect(test.stores(cold) == 2 && test.loads(cold) == 2, "\(test.text)")
    for block in [entry, header, warm, join, again, exit] { #expect(test.edits(block).isEmpty, "\(test.text)") }
  }

  /// Only the path with the call stores what is live across it.
  @Test func aStoreIsOnThePathThatNeedsIt() {
    var test = Case()
    let value = test.builder.register()
    let (entry, short, long) = (test.builder.block(), test.builder.block(), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.branch(value, short, long)
    short.add(.leave, Operand(.use, value, .any))
    long.call(Operand(.use, value, .fixed, 3))
    long.add(.leave, Operand(.use, value, .any))
    test.allocate()
    #expect(test.edits(entry).isEmpty && test.edits(short).isEmpty, "\(test.text)")
    #expect(test.stores(long) == 1)
  }

  @Test func aLoadIsBeforeTheLoop() {
    var test = Case()
    let value = test.builder.register()
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.call()
    entry.jump(header)
    header.add(.compute, Operand(.definition, test.builder.register()), Operand(.use, value))
    header.branch(value, again, exit)
    again.jump(header)
    exit.add(.leave, Operand(.use, value, .any))
    test.allocate()
    #expect(test.loads(entry) == 1, "\(test.text)")
    for block in [header, again, exit] { #expect(test.edits(block).isEmpty, "\(test.text)") }
  }

  @Test func aSingleUseIsReadFromItsSlot() {
    var test = Case()
    let (value, result) = (test.builder.register(), test.builder.register())
    let entry = test.builder.block()
    entry.add(.compute, Operand(.definition, value, .fixed, 0))
    entry.call(Operand(.definition, result, .fixed, 1))
    let sum = test.builder.register()
    entry.add(.compute, Operand(.definition, sum, .reuse, 1), Operand(.use, result), Operand(.use, value, .any))
    entry.add(.leave, Operand(.use, sum, .any))
    test.allocate()
    #expect(test.loads(entry) == 0 && test.stores(entry) == 1, "\(test.text)")
  }

  /// More values than registers live through a loop that uses few of them: those stay in registers.
  @Test func valuesUnusedInALoopAreSpilledOutsideIt() {
    var test = Case(registers: 4)
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    let values = (0..<6).map { _ in test.builder.register() }
    for value in values { entry.add(.compute, Operand(.definition, value)) }
    let (start, i, next) = (test.builder.register(), test.builder.register(), test.builder.register())
    entry.add(.compute, Operand(.definition, start))
    entry.jump(header, start)
    header.parameters = [i]
    header.add(.compute, Operand(.definition, next, .reuse, 1), Operand(.use, i), Operand(.use, values[0]))
    header.branch(values[1], again, exit)
    again.jump(header, next)
    for value in values { exit.add(.observe, Operand(.use, value, .any)) }
    exit.add(.leave, Operand(.use, next, .any))
    test.allocate()
    for block in [header, again] { #expect(test.edits(block).isEmpty, "\(test.text)") }
  }

  @Test func swappedArgumentsGoThroughTheScratchRegister() {
    var test = Case(registers: 2)
    let (a, b, x, y) = (test.builder.register(), test.builder.register(), test.builder.register(), test.builder.register())
    let (entry, header) = (test.builder.block(), test.builder.block(depth: 1))
    let (again, exit) = (test.builder.block(depth: 1), test.builder.block())
    entry.add(.compute, Operand(.definition, a))
    entry.add(.compute, Operand(.definition, b))
    entry.jump(header, a, b)
    header.parameters = [x, y]
    header.branch(x, again, exit)
    again.jump(header, y, x)
    exit.add(.leave, Operand(.use, x, .any), Operand(.use, y, .any))
    test.allocate()
    #expect(test.edits(again).count == 3, "\(test.text)")
    #expect(test.allocations.slotCount == 0)
  }

  @Test func tooManyOperandsAreRefused() {
    var builder = TestFunctionBuilder()
    for number in 0..<2 { builder.order.append(PhysicalRegister(UInt8(number))) }
    let entry = builder.block()
    let values = (0..<3).map { _ in builder.register() }
    for value in values { entry.add(.compute, Operand(.definition, value)) }
    entry.add(.observe, Operand(.use, values[0]), Operand(.use, values[1]), Operand(.use, values[2]))
    entry.add(.leave)
    let function = builder.finish()
    var allocations = Allocations()
    var allocator = RegisterAllocator()
    #expect(!allocator.allocate(function, into: &allocations))
  }
}
