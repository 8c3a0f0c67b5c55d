// Comparisons, and their fusion with the branch, if or select after them.

import MachineCode
import WasmFormat

/// What a branch, if or select depends on.
enum BranchTest<Condition> {
  case flags(Condition)
  case constant(Bool)
}

extension Emitter where Assembler: ~Copyable {
  // MARK: Looking ahead

  /// Whether the operators from a distance on use an i32 only as a condition: br_if, if, select, or one eqz before one of them.
  @inline(__always)
  private mutating func isCondition(_ distance: Int) -> Bool {
    var byte = peek(distance)
    if byte == 0x45 { byte = peek(distance + 1) }
    return Self.takesCondition(byte)
  }

  /// Whether the next operator drops what this one gives.
  @inline(__always)
  var nextDrops: Bool { mutating get { peek(0) == 0x1A } }

  /// Whether an operator takes a condition from the flags: br_if, if, select.
  @inline(__always)
  private static func takesCondition(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x04 || byte == 0x1B }

  /// Whether the next operator takes a condition from the flags, or is an eqz that hands it on.
  @inline(__always)
  private mutating func nextTakesCondition() -> Bool {
    let following = peek(0)
    return Self.takesCondition(following) || following == 0x45 && isCondition(1)
  }

  /// Whether the next operators only ask if an integer is zero.
  @inline(__always)
  mutating func nextTestsZero(_ width: Width) -> Bool {
    let following = peek(0)
    if width == .w32, Self.takesCondition(following) { return true }
    return following == (width == .w32 ? 0x45 : 0x50) && isCondition(1)
  }

  // MARK: Conditions on the operand stack

  /// Pushes a condition that is in the flags: as flags if the next operator takes it so, else as 0 or 1.
  mutating func pushCondition(_ condition: Assembler.Condition) {
    if nextTakesCondition() { return push(.flags(condition.code, type: .i32)) }
    let register = allocate(.general)
    asm.set(register, condition)
    push(.register(register, type: .i32))
  }

  /// Pops an i32 and leaves "it is not zero" as a condition in the flags, unless it is a constant.
  mutating func popCondition() -> BranchTest<Assembler.Condition> {
    var operand = pop()
    if operand.kind == .flags { return .flags(Assembler.Condition(code: operand.condition)) }
    if operand.isConstant { return .constant(operand.bits != 0) }
    Assembler.compareWithZero(&self, .w32, &operand)
    release(operand)
    return .flags(Assembler.Condition(withZero: .notEqual))
  }

  // MARK: Comparisons

  mutating func equalsZero(_ width: Width) {
    var a = pop()
    if a.kind == .flags { return push(.flags(Assembler.Condition(code: a.condition).negated.code, type: .i32)) }
    Assembler.compareWithZero(&self, width, &a)
    release(a)
    pushCondition(Assembler.Condition(withZero: .equal))
  }

  mutating func compare(_ requested: IntegerComparison, _ width: Width) {
    var comparison = requested
    var b = pop()
    var a = pop()
    if a.isConstant {
      swap(&a, &b)
      comparison = comparison.mirrored
    } else if b.isConstant, b.bits == 0, comparison.hasZeroTest {
      Assembler.compareWithZero(&self, width, &a)
      release(a)
      return pushCondition(Assembler.Condition(withZero: comparison))
    }
    Assembler.compare(&self, width, &a, &b)
    release(a)
    release(b)
    pushCondition(Assembler.Condition(comparison))
  }

  mutating func compareFloat(_ comparison: FloatComparison, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let left = use(&a)
    let right = use(&b)
    release(a)
    release(b)
    Assembler.compareFloat(&self, comparison, width, left, right)
  }

  // MARK: Select

  mutating func select() {
    let test = popCondition()
    var b = pop()
    var a = pop()
    guard case .flags(let condition) = test else { return select(test, a, b) }
    let register = own(&a)
    let right = use(&b)
    asm.move(register, right, unless: condition)
    release(b)
    push(a)
  }

  /// Of two popped operands: which one is known.
  private mutating func select(_ test: BranchTest<Assembler.Condition>, _ a: Operand, _ b: Operand) {
    var choosesFirst = false
    if case .constant(true) = test { choosesFirst = true }
    var chosen = choosesFirst ? a : b
    release(choosesFirst ? b : a)
    // The first one's slot becomes the result's.
    let isInPlace = chosen.isConstant || chosen.kind == .register || (chosen.kind == .slot && choosesFirst)
    if !isInPlace { _ = own(&chosen) }
    push(chosen)
  }
}
