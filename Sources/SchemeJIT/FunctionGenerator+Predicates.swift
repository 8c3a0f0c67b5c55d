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
    if isNumeric(node.operation) {
      if pushComparison(node) {
        body.emit(.i32Eqz)
        return body.brIf(0)
      }
      // A block for the consequent: the comparison leaves by one or the other.
      body.block()
      nesting += 1
      compare(node, whenTrue: 0, whenFalse: 1)
      nesting -= 1
      body.end()
      return
    }
    pushTest(node)
    state.refineOperands(node, speculates: speculates)
    body.emit(.i32Eqz)
    if node.operation == .isCurrent { branchUnlikely(0) } else { body.brIf(0) }
  }

  /// Binds a predicate's value.
  mutating func predicateValue(_ node: Node) {
    if isNumeric(node.operation) && state.mode(node, speculates: speculates) == .generic {
      body.block(.value(.i64))
      nesting += 1
      body.block()
      nesting += 1
      body.block()
      nesting += 1
      compare(node, whenTrue: 0, whenFalse: 1)
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

  private func isNumeric(_ operation: InlineOperation) -> Bool {
    switch operation {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative: true
    default: false
    }
  }

  /// Pushes whether a predicate holds, as an i32.
  private mutating func pushTest(_ node: Node) {
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
    case .isSymbol: isKind(node.a, .symbol)
    case .isString: isKind(node.a, .string)
    case .isVector: isKind(node.a, .vector)
    case .isRecordOf: isRecordOf(node)
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
    case .isOdd, .isEven:
      fixnumTest(node) { generator in
        generator.push(node.a)
        generator.body.emit(.i32WrapI64)
        generator.body.i32Const(Int32(Word.fixnum(1)))
        generator.body.emit(.i32And)
        generator.body.i32Const(node.operation == .isOdd ? Int32(Word.fixnum(1)) : 0)
        generator.body.emit(.i32Eq)
      }
    case .isCurrent:
      if let sealed = Sealing.sealedProcedure(node.a) {
        body.i32Const(Word(sealed.address) == node.b.constantValue ? 1 : 0)
        break
      }
      body.i32Const(0)
      body.load(.i32Load, offset: node.a.address + UInt32(SymbolLayout.knownFunc))
      body.i32Const(Int32(bitPattern: UInt32(truncatingIfNeeded: node.b.constantValue ?? 0)))
      body.emit(.i32Eq)
    case .isExactInteger, .isInteger: fixnumTest(node) { $0.body.i32Const(1) }
    case .isNumber: isNumber(node)
    case .isAlphabetic, .isNumeric, .isWhitespace: characterTest(node)
    case .eqv, .equal:
      if isEqComparable(node.a) || isEqComparable(node.b) {
        push(node.a)
        push(node.b)
        body.emit(.i64Eq)
      } else {
        equivalence(node)
      }
    default:
      // The others can be wrong: a primitive that fails leaves by the exit.
      pushPrimitiveResult(node)
      checkedTruth(node)
    }
  }

  /// What is the same is equivalent, and what is not but has no tag of pairs or objects in common, is not: else the primitive says.
  private mutating func equivalence(_ node: Node) {
    push(node.a)
    push(node.b)
    body.emit(.i64Eq)
    body.if(.value(.i32))
    nesting += 1
    body.i32Const(1)
    body.else()
    // Pairs have the tag 1, objects 3: one of a kind each, or nothing.
    push(node.a)
    push(node.b)
    body.emit(.i64And)
    tagOfValue()
    body.localTee(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Eq)
    if node.operation == .equal {
      body.localGet(address)
      body.i32Const(Int32(Tag.pair))
      body.emit(.i32Eq)
      body.emit(.i32Or)
    }
    ifPrimitiveSays(node) { $0.body.i32Const(0) }
    body.end()
    nesting -= 1
  }

  /// Pops a condition. Pushes what the primitive says, if that is true; else what `otherwise` pushes.
  private mutating func ifPrimitiveSays(_ node: Node, otherwise: (inout FunctionGenerator) -> Void) {
    body.if(.value(.i32))
    nesting += 1
    pushPrimitiveResult(node)
    checkedTruth(node)
    body.else()
    otherwise(&self)
    body.end()
    nesting -= 1
  }

  /// Pops a value, pushes its tag.
  mutating func tagOfValue() {
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
  }

  /// Pushes what a test of a fixnum pushes; for all other operands what the primitive says.
  private mutating func fixnumTest(_ node: Node, _ test: (inout FunctionGenerator) -> Void) {
    if state.type(node.a).isFixnum { return test(&self) }
    push(node.a)
    tagOfValue()
    body.hint(isLikely: false)
    ifPrimitiveSays(node, otherwise: test)
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

  /// Fixnums and immediate flonums are numbers, and what is no object is none: of objects the primitive says.
  private mutating func isNumber(_ node: Node) {
    if state.type(node.a).isFixnum || state.type(node.a) == .flonum { return body.i32Const(1) }
    push(node.a)
    tagOfValue()
    body.localTee(address)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Eq)
    ifPrimitiveSays(node) { generator in
      generator.body.localGet(generator.address)
      generator.body.emit(.i32Eqz)
      generator.push(node.a)
      generator.isNotFlonum()
      generator.body.emit(.i32Eqz)
      generator.body.emit(.i32Or)
    }
  }

  /// Whether `eqv?` with this operand is `eq?`: a constant that is not a boxed number.
  private func isEqComparable(_ operand: Operand) -> Bool {
    guard let value = operand.constantValue else { return false }
    return !value.isPointer || value.isSymbol
  }

  private mutating func isConstant(_ operand: Operand, _ constant: Word) {
    push(operand)
    body.i64Const(Int64(bitPattern: constant))
    body.emit(.i64Eq)
  }

  private mutating func hasTag(_ operand: Operand, _ tag: Word) {
    push(operand)
    tagOfValue()
    body.i32Const(Int32(tag))
    body.emit(.i32Eq)
  }

  private mutating func isRecordOf(_ node: Node) {
    isKind(node.a, .record)
    body.if(.value(.i32))
    push(node.a)
    body.emit(.i32WrapI64)
    body.load(.i64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
    push(node.b)
    body.emit(.i64Eq)
    body.else()
    body.i32Const(0)
    body.end()
  }

  private mutating func isKind(_ operand: Operand, _ kind: ObjectKind) {
    hasTag(operand, Tag.object)
    body.if(.value(.i32))
    push(operand)
    body.emit(.i32WrapI64)
    body.load(.i32Load8U, offset: UInt32(Tag.offset(Tag.object, 0)))
    body.i32Const(Int32(Header.kindBits(kind)))
    body.emit(.i32Eq)
    body.else()
    body.i32Const(0)
    body.end()
  }
}
