// Predicates that are several tests one after the other: each test goes where the answer is, so that nothing has to put together a value that a branch then looks at.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Leaves a block if a predicate holds, and another one if it does not. Both are given by their nesting.
  mutating func leave(by node: Node, whenTrue: Int, whenFalse: Int) {
    if isNumeric(node.operation) {
      if !pushComparison(node) { return compare(node, whenTrue: UInt32(nesting - whenTrue), whenFalse: UInt32(nesting - whenFalse)) }
      return leave(whenTrue, otherwise: whenFalse)
    }
    if takesSteps(node) { return test(node, whenTrue: whenTrue, whenFalse: whenFalse) }
    pushTest(node)
    leave(whenTrue, otherwise: whenFalse)
  }

  /// Whether `test` does a predicate, given what is known of its operands.
  func takesSteps(_ node: Node) -> Bool {
    switch node.operation {
    case .isSymbol, .isString, .isVector, .isRecordOf: true
    case .isNumber: !state.type(node.a).isFixnum && state.type(node.a) != .flonum
    case .isOdd, .isEven, .isExactInteger, .isInteger: !state.type(node.a).isFixnum
    case .eqv, .equal: !isEqComparable(node.a) && !isEqComparable(node.b)
    default: false
    }
  }

  /// The tests of a predicate that takes several.
  mutating func test(_ node: Node, whenTrue: Int, whenFalse: Int) {
    switch node.operation {
    case .isSymbol: testKind(node, .symbol, whenTrue, whenFalse)
    case .isString: testKind(node, .string, whenTrue, whenFalse)
    case .isVector: testKind(node, .vector, whenTrue, whenFalse)
    case .isRecordOf: testKind(node, .record, whenTrue, whenFalse)
    case .isNumber: testNumber(node, whenTrue, whenFalse)
    case .eqv, .equal: testEquivalence(node, whenTrue, whenFalse)
    default: testFixnum(node, whenTrue, whenFalse)
    }
  }

  /// Leaves a block if the i32 on the stack is not 0.
  private mutating func leave(_ target: Int) { body.brIf(UInt32(nesting - target)) }

  private mutating func leave(_ target: Int, otherwise: Int) {
    leave(target)
    body.br(UInt32(nesting - otherwise))
  }

  private mutating func leaveByPrimitive(_ node: Node, _ whenTrue: Int, _ whenFalse: Int) {
    pushPrimitiveResult(node)
    checkedTruth(node)
    leave(whenTrue, otherwise: whenFalse)
  }

  private mutating func testKind(_ node: Node, _ kind: ObjectKind, _ whenTrue: Int, _ whenFalse: Int) {
    hasTag(node.a, Tag.object)
    body.emit(.i32Eqz)
    leave(whenFalse)
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i32Load8U, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i32Const(Int32(Header.kindBits(kind)))
    if kind == .record {
      body.emit(.i32Ne)
      leave(whenFalse)
      push(node.a)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
      push(node.b)
      body.emit(.i64Eq)
    } else {
      body.emit(.i32Eq)
    }
    leave(whenTrue, otherwise: whenFalse)
  }

  /// Fixnums and immediate flonums are numbers, and what is no object is none: of objects the primitive says.
  private mutating func testNumber(_ node: Node, _ whenTrue: Int, _ whenFalse: Int) {
    pushTag(node.a)
    body.localTee(address)
    body.emit(.i32Eqz)
    leave(whenTrue)
    push(node.a)
    isNotFlonum()
    body.emit(.i32Eqz)
    leave(whenTrue)
    body.localGet(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    leave(whenFalse)
    leaveByPrimitive(node, whenTrue, whenFalse)
  }

  /// What is the same is equivalent, and what is not but has no tag of pairs or objects in common, is not: else the primitive says.
  private mutating func testEquivalence(_ node: Node, _ whenTrue: Int, _ whenFalse: Int) {
    push(node.a)
    push(node.b)
    body.emit(.i64Eq)
    leave(whenTrue)
    // Pairs have the tag 1, objects 3: one of a kind each, or nothing.
    push(node.a)
    push(node.b)
    body.emit(.i64And)
    tagOfValue()
    body.localTee(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    if node.operation == .equal {
      body.localGet(address)
      body.i32Const(Int32(Tag.pair))
      body.emit(.i32Ne)
      body.emit(.i32And)
    }
    leave(whenFalse)
    leaveByPrimitive(node, whenTrue, whenFalse)
  }

  /// `even?` and its relatives: for all but fixnums the primitive says.
  private mutating func testFixnum(_ node: Node, _ whenTrue: Int, _ whenFalse: Int) {
    pushTag(node.a)
    ifUnlikely()
    nesting += 1
    leaveByPrimitive(node, whenTrue, whenFalse)
    nesting -= 1
    body.end()
    if node.operation == .isExactInteger || node.operation == .isInteger { return body.br(UInt32(nesting - whenTrue)) }
    parity(node)
    leave(whenTrue, otherwise: whenFalse)
  }

  private mutating func pushTag(_ operand: Operand) {
    push(operand)
    tagOfValue()
  }
}
