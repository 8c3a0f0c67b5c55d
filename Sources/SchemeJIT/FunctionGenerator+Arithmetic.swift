// Arithmetic and comparisons by mode (see `ArithmeticMode`): on fixnums, in place on tagged words.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  mutating func arithmetic(_ node: Node) {
    let type = state.result(node, speculates: speculates)
    switch state.mode(node, speculates: speculates) {
    case .fixnum:
      requireFixnums(node.a, node.b, node)
      fixnumArithmetic(node)
    case .flonum: return flonumArithmetic(node)
    case .generic: genericArithmetic(node)
    }
    state.refineOperands(node, speculates: speculates)
    state.bind(node.slot, type)
  }

  func isFixnumConstant(_ operand: Operand) -> Bool { operand.constantValue?.isFixnum ?? false }

  /// Leaves unless two operands, or one given twice, are fixnums.
  mutating func requireFixnums(_ a: Operand, _ b: Operand, _ node: Node) {
    let (isA, isB) = (state.type(a).isFixnum, state.type(b).isFixnum)
    if isA && isB { return }
    if !isA { push(a) }
    if !isB && a != b {
      push(b)
      if !isA { body.emit(.i64Or) }
    }
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    fail(if: node)
  }

  // MARK: Fixnums

  /// Binds the result of an operation on fixnums; leaves where it is none.
  private mutating func fixnumArithmetic(_ node: Node) {
    switch node.operation {
    case .add: sum(node, .i64Add)
    case .subtract: sum(node, .i64Sub)
    case .multiply: product(node, node.a, node.b)
    case .square: product(node, node.a, node.a)
    case .minimum, .maximum:
      pushExtreme(node)
      body.localSet(slot(node.slot))
    case .absolute, .negate: absolute(node)
    default: division(node)
    }
  }

  /// A local for a result that is computed before the last use of the operands.
  private func resultLocal(_ node: Node) -> UInt32 {
    let target = Operand.slot(node.slot)
    return node.a == target || node.b == target ? temporaryA : slot(node.slot)
  }

  private mutating func bind(_ node: Node, from local: UInt32) {
    if local == slot(node.slot) { return }
    body.localGet(local)
    body.localSet(slot(node.slot))
  }

  /// Whether the sum or difference of two fixnums is certainly a fixnum: one is an index, the other small too; or they are on different sides of zero, or, of a difference,
  /// on the same.
  private func cannotOverflow(_ node: Node) -> Bool {
    func isNegative(_ operand: Operand) -> Bool { operand.constantValue.map { $0.isFixnum && $0.fixnumValue < 0 } ?? false }
    let (a, b) = (state.type(node.a), state.type(node.b))
    if node.operation == .subtract ? a.isNatural && b.isNatural : a.isNatural && isNegative(node.b) || b.isNatural && isNegative(node.a) {
      return true
    }
    func isSmall(_ operand: Operand) -> Bool {
      if state.type(operand) == .index { return true }
      guard let constant = operand.constantValue, constant.isFixnum else { return false }
      return abs(constant.fixnumValue) < StaticType.indexLimit
    }
    return isSmall(node.a) && isSmall(node.b)
  }

  private mutating func sum(_ node: Node, _ opcode: Opcode) {
    push(node.a)
    push(node.b)
    body.emit(opcode)
    if cannotOverflow(node) { return body.localSet(slot(node.slot)) }
    let isSum = opcode == .i64Add
    let result = resultLocal(node)
    if let constant = node.b.constantValue {
      body.localTee(result)
      push(node.a)
      body.emit((Int64(bitPattern: constant) < 0) == isSum ? .i64GtS : .i64LtS)
    } else if isSum {
      body.localTee(result)
      push(node.a)
      body.emit(.i64Xor)
      body.localGet(result)
      push(node.b)
      body.emit(.i64Xor)
      body.emit(.i64And)
      body.i64Const(0)
      body.emit(.i64LtS)
    } else {
      body.localSet(result)
      push(node.a)
      push(node.b)
      body.emit(.i64Xor)
      push(node.a)
      body.localGet(result)
      body.emit(.i64Xor)
      body.emit(.i64And)
      body.i64Const(0)
      body.emit(.i64LtS)
    }
    fail(if: node)
    bind(node, from: result)
  }

  /// Pushes whether the product of two fixnums may be none, and sets `temporaryB` to the second one's value. The product of the doubles nearest to the
  /// factors says well enough how large the product is.
  mutating func isProductTooLarge(_ a: Operand, _ b: Operand) {
    push(a)
    body.emit(.f64ConvertI64S)
    push(b)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64ShrS)
    body.localTee(temporaryB)
    body.emit(.f64ConvertI64S)
    body.emit(.f64Mul)
    body.emit(.f64Abs)
    body.f64Const(0x1p62)
    body.emit(.f64Ge)
  }

  private mutating func product(_ node: Node, _ first: Operand, _ second: Operand) {
    let (a, b) = isFixnumConstant(first) ? (second, first) : (first, second)
    // (A constant of another kind has failed already, as the code will find.)
    if let constant = b.constantValue, constant.isFixnum, constant != 0 {
      // The other factor must be in the range of products without overflow.
      let bound = Int64.max / abs(constant.fixnumValue)
      push(a)
      body.i64Const(bound)
      body.emit(.i64Add)
      body.i64Const(Int64(bitPattern: UInt64(bound) * 2))
      body.emit(.i64GtU)
      fail(if: node)
    } else {
      isProductTooLarge(a, b)
      fail(if: node)
    }
    push(a)
    if let constant = b.constantValue { body.i64Const(constant.fixnumValue) } else { body.localGet(temporaryB) }
    body.emit(.i64Mul)
    body.localSet(slot(node.slot))
  }

  /// Pushes the smaller or the larger one of two fixnums.
  mutating func pushExtreme(_ node: Node) {
    push(node.b)
    push(node.a)
    push(node.b)
    push(node.a)
    body.emit(node.operation == .minimum ? .i64LtS : .i64GtS)
    body.emit(.select)
  }

  /// Quotient, remainder, modulo. Divisors 0 and -1 are left to the interpreter.
  private mutating func division(_ node: Node) {
    if isUncommonDivisor(node.b) { fail(if: node) }
    pushDivision(node)
    body.localSet(slot(node.slot))
  }

  /// Pushes whether a divisor is 0 or -1: an error, and the one overflow. False if it is certainly neither.
  mutating func isUncommonDivisor(_ divisor: Operand) -> Bool {
    if let constant = divisor.constantValue, constant != 0, constant != .fixnum(-1) { return false }
    push(divisor)
    body.i64Const(Int64(bitPattern: Word.fixnum(1)))
    body.emit(.i64Add)
    body.i64Const(Int64(bitPattern: Word.fixnum(1)))
    body.emit(.i64LeU)
    return true
  }

  /// Pushes the quotient, remainder or modulo of fixnums.
  mutating func pushDivision(_ node: Node) {
    push(node.a)
    push(node.b)
    switch node.operation {
    case .quotient:
      body.emit(.i64DivS)
      body.i64Const(Int64(Tag.fixnumShift))
      body.emit(.i64Shl)
    case .remainder: body.emit(.i64RemS)
    default:
      // The result has the divisor's sign: add the divisor to a remainder of the other sign.
      body.emit(.i64RemS)
      body.localTee(temporaryA)
      push(node.b)
      body.emit(.i64Add)
      body.localGet(temporaryA)
      body.localGet(temporaryA)
      push(node.b)
      body.emit(.i64Xor)
      body.i64Const(0)
      body.emit(.i64LtS)
      body.localGet(temporaryA)
      body.i64Const(0)
      body.emit(.i64Ne)
      body.emit(.i32And)
      body.emit(.select)
    }
  }

  /// The absolute value, or the negative one; those of the least fixnum are none.
  private mutating func absolute(_ node: Node) {
    push(node.a)
    body.i64Const(.min)
    body.emit(.i64Eq)
    fail(if: node)
    let isAbsolute = node.operation == .absolute
    if isAbsolute { push(node.a) }
    body.i64Const(0)
    push(node.a)
    body.emit(.i64Sub)
    if isAbsolute {
      push(node.a)
      body.i64Const(0)
      body.emit(.i64GeS)
      body.emit(.select)
    }
    body.localSet(slot(node.slot))
  }

  // MARK: Comparisons

  /// The opcodes of a comparison on fixnums and on doubles; unary ones compare with zero.
  func comparison(_ operation: InlineOperation) -> (isUnary: Bool, fixnum: Opcode, flonum: Opcode) {
    switch operation {
    case .less: (false, .i64LtS, .f64Lt)
    case .greater: (false, .i64GtS, .f64Gt)
    case .lessEqual: (false, .i64LeS, .f64Le)
    case .greaterEqual: (false, .i64GeS, .f64Ge)
    case .isZero: (true, .i64Eq, .f64Eq)
    case .isPositive: (true, .i64GtS, .f64Gt)
    case .isNegative: (true, .i64LtS, .f64Lt)
    default: (false, .i64Eq, .f64Eq)
    }
  }

  /// Pushes whether a comparison of fixnums, or of flonums, holds; false if the node compares others too.
  mutating func pushComparison(_ node: Node) -> Bool {
    let (isUnary, fixnumOpcode, flonumOpcode) = comparison(node.operation)
    let b = isUnary ? node.a : node.b
    switch state.mode(node, speculates: speculates) {
    case .generic: return false
    case .fixnum:
      requireFixnums(node.a, b, node)
      push(node.a)
      if isUnary { body.i64Const(0) } else { push(b) }
      body.emit(fixnumOpcode)
    case .flonum:
      prepareDoubles(node, isUnary: isUnary)
      pushDouble(node.a)
      if isUnary { body.f64Const(0) } else { pushDouble(b) }
      body.emit(flonumOpcode)
    }
    state.refineOperands(node, speculates: speculates)
    return true
  }
}
