// Arithmetic: fixnums in place on tagged words, flonums in place where the interpreter has seen flonums, all else in the runtime.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  mutating func arithmetic(_ node: Node) {
    body.block(.value(.i64))
    nesting += 1
    if node.feedback & Feedback.flonum != 0 { flonumArithmetic(node) }
    if node.operation != .divide {
      body.block()
      nesting += 1
      unlessFixnums(node.a, node.b)
      body.brIf(0)
      fixnumResult(node)
      body.br(1)
      nesting -= 1
      body.end()
    }
    push(node.a)
    push(node.b)
    call(genericRoutine(node.operation), .binary)
    body.localTee(temporaryA)
    isUnwind()
    exit(if: .failed(node))
    body.localGet(temporaryA)
    nesting -= 1
    body.end()
    body.localSet(slot(node.slot))
  }

  private func genericRoutine(_ operation: InlineOperation) -> UInt32 {
    switch operation {
    case .add: routines.add
    case .subtract: routines.subtract
    case .multiply: routines.multiply
    case .quotient: routines.quotient
    case .remainder: routines.remainder
    case .modulo: routines.modulo
    case .divide: routines.divide
    case .numberEqual, .isZero: routines.numberEqual
    case .less, .greater, .isPositive, .isNegative: routines.less
    default: routines.lessEqual
    }
  }

  private func isFixnumConstant(_ operand: Operand) -> Bool { operand.constantValue?.isFixnum ?? false }

  /// Pushes whether one of two operands is not a fixnum.
  private mutating func unlessFixnums(_ a: Operand, _ b: Operand) {
    if isFixnumConstant(b) {
      push(a)
    } else if isFixnumConstant(a) {
      push(b)
    } else {
      push(a)
      push(b)
      body.emit(.i64Or)
    }
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
  }

  /// Pushes the result of an operation on fixnums, or branches to the innermost block.
  private mutating func fixnumResult(_ node: Node) {
    switch node.operation {
    case .add:
      push(node.a)
      push(node.b)
      body.emit(.i64Add)
      body.localTee(temporaryA)
      if let constant = node.b.constantValue {
        push(node.a)
        body.emit(Int64(bitPattern: constant) < 0 ? .i64GtS : .i64LtS)
      } else {
        push(node.a)
        body.emit(.i64Xor)
        body.localGet(temporaryA)
        push(node.b)
        body.emit(.i64Xor)
        body.emit(.i64And)
        body.i64Const(0)
        body.emit(.i64LtS)
      }
      body.brIf(0)
      body.localGet(temporaryA)
    case .subtract:
      push(node.a)
      push(node.b)
      body.emit(.i64Sub)
      body.localSet(temporaryA)
      if let constant = node.b.constantValue {
        body.localGet(temporaryA)
        push(node.a)
        body.emit(Int64(bitPattern: constant) < 0 ? .i64LtS : .i64GtS)
      } else {
        push(node.a)
        push(node.b)
        body.emit(.i64Xor)
        push(node.a)
        body.localGet(temporaryA)
        body.emit(.i64Xor)
        body.emit(.i64And)
        body.i64Const(0)
        body.emit(.i64LtS)
      }
      body.brIf(0)
      body.localGet(temporaryA)
    case .multiply: fixnumProduct(node)
    default: fixnumDivision(node)
    }
  }

  /// Both factors must be of less than 30 bits; larger ones are left to the runtime.
  private mutating func fixnumProduct(_ node: Node) {
    let bias: Int64 = 1 << 29
    for (operand, local) in [(node.a, temporaryA), (node.b, temporaryB)] {
      push(operand)
      body.i64Const(Int64(Tag.fixnumShift))
      body.emit(.i64ShrS)
      body.localTee(local)
      body.i64Const(bias)
      body.emit(.i64Add)
    }
    body.emit(.i64Or)
    body.i64Const(2 * bias)
    body.emit(.i64GeU)
    body.brIf(0)
    push(node.a)
    body.localGet(temporaryB)
    body.emit(.i64Mul)
  }

  /// Quotient, remainder, modulo. Divisors 0 and -1 are left to the runtime: an error, and the one overflow.
  private mutating func fixnumDivision(_ node: Node) {
    if let constant = node.b.constantValue, constant != 0, constant != .fixnum(-1) {
    } else {
      push(node.b)
      body.i64Const(Int64(bitPattern: Word.fixnum(1)))
      body.emit(.i64Add)
      body.i64Const(Int64(bitPattern: Word.fixnum(1)))
      body.emit(.i64LeU)
      body.brIf(0)
    }
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

  // MARK: Flonums

  /// Computes in place if both operands are immediate flonums, and branches out with the result.
  private mutating func flonumArithmetic(_ node: Node) {
    let opcode: Opcode
    switch node.operation {
    case .add: opcode = .f64Add
    case .subtract: opcode = .f64Sub
    case .multiply: opcode = .f64Mul
    case .divide: opcode = .f64Div
    default: return
    }
    body.block()
    nesting += 1
    unlessFlonums(node.a, node.b)
    pushDouble(node.a)
    pushDouble(node.b)
    body.emit(opcode)
    body.emit(.i64ReinterpretF64)
    body.localTee(temporaryB)
    body.i64Const(Int64(Tag.flonumRotation))
    body.emit(.i64Rotl)
    body.i64Const(Int64(Tag.flonumBias))
    body.emit(.i64Add)
    body.localTee(temporaryA)
    isNotFlonum()
    body.if(.value(.i64))
    body.localGet(temporaryB)
    call(routines.boxFlonum, .unary)
    body.else()
    body.localGet(temporaryA)
    body.end()
    body.br(1)
    nesting -= 1
    body.end()
  }

  /// Pushes whether the word on the stack is not an immediate flonum.
  private mutating func isNotFlonum() {
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.flonumMask))
    body.emit(.i32And)
    body.i32Const(Int32(Tag.flonum))
    body.emit(.i32Ne)
  }

  /// Branches to the innermost block unless both operands are immediate flonums or constants that can be converted.
  private mutating func unlessFlonums(_ a: Operand, _ b: Operand) {
    for operand in [a, b] where !isFixnumConstant(operand) {
      push(operand)
      isNotFlonum()
      body.brIf(0)
    }
  }

  /// Pushes the double of a flonum, or of a fixnum constant.
  private mutating func pushDouble(_ operand: Operand) {
    if let constant = operand.constantValue, constant.isFixnum { return body.f64Const(Double(constant.fixnumValue)) }
    push(operand)
    body.i64Const(Int64(Tag.flonumBias))
    body.emit(.i64Sub)
    body.i64Const(Int64(Tag.flonumRotation))
    body.emit(.i64Rotr)
    body.emit(.f64ReinterpretI64)
  }

  // MARK: Comparisons

  /// Branches to the block `whenTrue` or `whenFalse` (counted from here).
  mutating func compare(_ node: Node, whenTrue: UInt32, whenFalse: UInt32) {
    let isUnary: Bool
    let fixnumOpcode: Opcode
    let flonumOpcode: Opcode
    switch node.operation {
    case .less: (isUnary, fixnumOpcode, flonumOpcode) = (false, .i64LtS, .f64Lt)
    case .greater: (isUnary, fixnumOpcode, flonumOpcode) = (false, .i64GtS, .f64Gt)
    case .lessEqual: (isUnary, fixnumOpcode, flonumOpcode) = (false, .i64LeS, .f64Le)
    case .greaterEqual: (isUnary, fixnumOpcode, flonumOpcode) = (false, .i64GeS, .f64Ge)
    case .isZero: (isUnary, fixnumOpcode, flonumOpcode) = (true, .i64Eq, .f64Eq)
    case .isPositive: (isUnary, fixnumOpcode, flonumOpcode) = (true, .i64GtS, .f64Gt)
    case .isNegative: (isUnary, fixnumOpcode, flonumOpcode) = (true, .i64LtS, .f64Lt)
    default: (isUnary, fixnumOpcode, flonumOpcode) = (false, .i64Eq, .f64Eq)
    }
    if node.feedback & Feedback.flonum != 0 {
      body.block()
      nesting += 1
      unlessFlonums(node.a, isUnary ? node.a : node.b)
      pushDouble(node.a)
      if isUnary { body.f64Const(0) } else { pushDouble(node.b) }
      body.emit(flonumOpcode)
      body.brIf(whenTrue + 1)
      body.br(whenFalse + 1)
      nesting -= 1
      body.end()
    }
    body.block()
    nesting += 1
    unlessFixnums(node.a, isUnary ? node.a : node.b)
    body.brIf(0)
    push(node.a)
    if isUnary { body.i64Const(0) } else { push(node.b) }
    body.emit(fixnumOpcode)
    body.brIf(whenTrue + 1)
    body.br(whenFalse + 1)
    nesting -= 1
    body.end()
    pushGenericComparison(node, isUnary)
    body.localTee(temporaryA)
    isUnwind()
    exit(if: .failed(node))
    body.localGet(temporaryA)
    body.i64Const(Int64(Constant.true))
    body.emit(.i64Eq)
    body.brIf(whenTrue)
    body.br(whenFalse)
  }

  private mutating func pushGenericComparison(_ node: Node, _ isUnary: Bool) {
    let zero = Int64(0)
    switch node.operation {
    case .greater, .greaterEqual:
      push(node.b)
      push(node.a)
    case .isPositive:
      body.i64Const(zero)
      push(node.a)
    default:
      push(node.a)
      if isUnary { body.i64Const(zero) } else { push(node.b) }
    }
    call(genericRoutine(node.operation), .binary)
  }
}
