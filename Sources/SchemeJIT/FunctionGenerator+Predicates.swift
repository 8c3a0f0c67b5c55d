// Predicates, as branches and as values.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  /// Opens a block at whose end the alternative goes on; what follows inside runs when the value is true, or the predicate holds.
  mutating func branch(_ node: Node) {
    body.block()
    nesting += 1
    if node.kind == .branch {
      push(node.a)
      body.i64Const(Int64(Constant.false))
      body.emit(.i64Eq)
      return body.brIf(0)
    }
    if isNumeric(node.operation), pushComparison(node) {
      body.emit(.i32Eqz)
      return body.brIf(0)
    }
    if isNumeric(node.operation) || takesSteps(node) {
      // A block for the consequent: the test leaves by one or the other.
      let alternative = nesting
      body.block()
      nesting += 1
      if isNumeric(node.operation) { compare(node, whenTrue: 0, whenFalse: 1) } else { test(node, whenTrue: nesting, whenFalse: alternative) }
      nesting -= 1
      body.end()
      return state.refineOperands(node, speculates: speculates)
    }
    pushTest(node)
    state.refineOperands(node, speculates: speculates)
    body.emit(.i32Eqz)
    if node.operation == .isCurrent { branchUnlikely(0) } else { body.brIf(0) }
  }

  /// Binds a predicate's value.
  mutating func predicateValue(_ node: Node) {
    let isGeneric = isNumeric(node.operation) && state.mode(node, speculates: speculates) == .generic
    if isGeneric || takesSteps(node) {
      body.block(.value(.i64))
      nesting += 1
      body.block()
      nesting += 1
      body.block()
      nesting += 1
      if isGeneric { compare(node, whenTrue: 0, whenFalse: 1) } else { test(node, whenTrue: nesting, whenFalse: nesting - 1) }
      nesting -= 1
      body.end()
      body.i64Const(Int64(Constant.true))
      body.br(1)
      nesting -= 1
      body.end()
      body.i64Const(Int64(Constant.false))
      nesting -= 1
      body.end()
    } else {
      body.i64Const(Int64(Constant.true))
      body.i64Const(Int64(Constant.false))
      if !isNumeric(node.operation) || !pushComparison(node) { pushTest(node) }
      body.emit(.select)
    }
    body.localSet(slot(node.slot))
  }

  func isNumeric(_ operation: InlineOperation) -> Bool {
    switch operation {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative: true
    default: false
    }
  }

  /// Pushes whether a predicate holds that does not take several steps, as an i32.
  mutating func pushTest(_ node: Node) {
    switch node.operation {
    case .eq:
      push(node.a)
      push(node.b)
      body.emit(.i64Eq)
    case .not: isConstant(node.a, Constant.false)
    case .isNull: isConstant(node.a, Constant.null)
    case .isEOF: isConstant(node.a, Constant.eof)
    case .isPair: hasTag(node.a, Tag.pair)
    case .isProcedure: hasTag(node.a, Tag.procedure)
    case .isBoolean:
      push(node.a)
      body.i64Const(8)
      body.emit(.i64Or)
      body.i64Const(Int64(Constant.true))
      body.emit(.i64Eq)
    case .isCharacter:
      push(node.a)
      body.emit(.i32WrapI64)
      body.i32Const(Int32(Constant.characterTag))
      body.emit(.i32Eq)
    case .charEqual, .charLess, .charGreater, .charLessEqual, .charGreaterEqual:
      checkCharacter(node.a, node)
      checkCharacter(node.b, node)
      push(node.a)
      push(node.b)
      switch node.operation {
      case .charLess: body.emit(.i64LtU)
      case .charGreater: body.emit(.i64GtU)
      case .charLessEqual: body.emit(.i64LeU)
      case .charGreaterEqual: body.emit(.i64GeU)
      default: body.emit(.i64Eq)
      }
    case .isOdd, .isEven: parity(node)
    case .isCurrent:
      if let sealed = Sealing.sealedProcedure(node.a) {
        body.i32Const(Word(sealed.address) == node.b.constantValue ? 1 : 0)
        break
      }
      body.i32Const(0)
      body.load(.i32Load, offset: node.a.address + UInt32(SymbolLayout.knownFunc))
      body.i32Const(Int32(bitPattern: UInt32(truncatingIfNeeded: node.b.constantValue ?? 0)))
      body.emit(.i32Eq)
    case .isExactInteger, .isInteger, .isNumber: body.i32Const(1)
    case .isAlphabetic, .isNumeric, .isWhitespace: characterTest(node)
    case .eqv, .equal:
      push(node.a)
      push(node.b)
      body.emit(.i64Eq)
    default:
      // The others can be wrong: a primitive that fails leaves by the exit.
      pushPrimitiveResult(node)
      checkedTruth(node)
    }
  }

  /// Pushes whether a fixnum is odd, or even.
  mutating func parity(_ node: Node) {
    push(node.a)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Word.fixnum(1)))
    body.emit(.i32And)
    body.i32Const(node.operation == .isOdd ? Int32(Word.fixnum(1)) : 0)
    body.emit(.i32Eq)
  }

  /// Pops what a routine returned, which may have failed; pushes whether it is true.
  mutating func checkedTruth(_ node: Node) {
    body.localTee(temporaryA)
    isUnwind()
    exit(if: .failed(node))
    body.localGet(temporaryA)
    body.i64Const(Int64(Constant.true))
    body.emit(.i64Eq)
  }

  /// Pops a value, pushes its tag.
  mutating func tagOfValue() {
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
  }

  /// Pushes whether a local's value, or the value on the stack, is no pair.
  mutating func isNoPair(_ local: UInt32?) {
    if let local { body.localGet(local) }
    tagOfValue()
    body.i32Const(Int32(Tag.pair))
    body.emit(.i32Ne)
  }

  /// Pushes the car (0) or cdr (1) of a pair.
  mutating func loadPairField(_ field: Int, of pair: UInt32) {
    body.localGet(pair)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.pair, field)))
  }

  /// Replaces the object on the stack by whether it is of another kind.
  mutating func isOtherKind(_ kind: ObjectKind) {
    body.emit(.i32WrapI64)
    body.load(.i32Load8U, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i32Const(Int32(Header.kindBits(kind)))
    body.emit(.i32Ne)
  }

  /// Whether `eqv?` with this operand is `eq?`: a constant that is not a boxed number.
  func isEqComparable(_ operand: Operand) -> Bool {
    guard let value = operand.constantValue else { return false }
    return !value.isPointer || value.isSymbol
  }

  private mutating func isConstant(_ operand: Operand, _ constant: Word) {
    push(operand)
    body.i64Const(Int64(bitPattern: constant))
    body.emit(.i64Eq)
  }

  mutating func hasTag(_ operand: Operand, _ tag: Word) {
    push(operand)
    tagOfValue()
    body.i32Const(Int32(tag))
    body.emit(.i32Eq)
  }
}
