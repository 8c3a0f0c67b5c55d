// Arithmetic and comparisons where several kinds of numbers were seen: fixnums in place, all else in the runtime.
//
//     block (result i64)
//       block
//         if not both fixnums: br 0
//         fixnum operation; if it overflows: br 0
//         br 1
//       end
//       generic routine; unwind check
//     end
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  mutating func genericArithmetic(_ node: Node) {
    switch node.operation {
    case .absolute, .negate, .square: return callPrimitive(node)
    default: break
    }
    body.block(.value(.i64))
    nesting += 1
    if node.operation != .divide {
      let homes = state.homes
      body.block()
      nesting += 1
      areFixnums(node.a, node.b)
      body.brIf(0)
      pushFixnumResult(node)
      body.br(1)
      nesting -= 1
      body.end()
      state.homes = homes
    }
    if node.operation == .minimum || node.operation == .maximum {
      pushPrimitiveResult(node)
    } else {
      push(node.a)
      push(node.b)
      call(genericRoutine(node.operation), .binary)
    }
    endWithResult(of: node, in: temporaryA)
    state.dropWords()
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
    case .numberEqual: routines.numberEqual
    case .less: routines.less
    case .lessEqual: routines.lessEqual
    case .greater: routines.greater
    case .greaterEqual: routines.greaterEqual
    case .isZero: routines.isZero
    case .isPositive: routines.isPositive
    default: routines.isNegative
    }
  }

  /// Pushes whether one of two operands is not a fixnum.
  private mutating func areFixnums(_ a: Operand, _ b: Operand) {
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
  private mutating func pushFixnumResult(_ node: Node) {
    switch node.operation {
    case .add, .subtract, .multiply: break
    case .minimum, .maximum: return pushExtreme(node)
    default:
      if isUncommonDivisor(node.b) { body.brIf(0) }
      return pushDivision(node)
    }
    if node.operation == .multiply {
      isProductTooLarge(node.a, node.b)
      body.brIf(0)
      push(node.a)
      body.localGet(temporaryB)
      return body.emit(.i64Mul)
    }
    let opcode: Opcode = node.operation == .add ? .i64Add : .i64Sub
    push(node.a)
    push(node.b)
    body.emit(opcode)
    body.localSet(temporaryA)
    push(node.a)
    if opcode == .i64Add { body.localGet(temporaryA) } else { push(node.b) }
    body.emit(.i64Xor)
    body.localGet(temporaryA)
    if opcode == .i64Add { push(node.b) } else { push(node.a) }
    body.emit(.i64Xor)
    body.emit(.i64And)
    body.i64Const(0)
    body.emit(.i64LtS)
    body.brIf(0)
    body.localGet(temporaryA)
  }

  /// Branches to the block `whenTrue` or `whenFalse` (counted from here).
  mutating func compare(_ node: Node, whenTrue: UInt32, whenFalse: UInt32) {
    let (isUnary, fixnumOpcode, _) = comparison(node.operation)
    let homes = state.homes
    body.block()
    nesting += 1
    areFixnums(node.a, isUnary ? node.a : node.b)
    body.brIf(0)
    push(node.a)
    if isUnary { body.i64Const(0) } else { push(node.b) }
    body.emit(fixnumOpcode)
    body.brIf(whenTrue + 1)
    body.br(whenFalse + 1)
    nesting -= 1
    body.end()
    state.homes = homes
    pushGenericComparison(node, isUnary)
    checkedTruth(node)
    body.brIf(whenTrue)
    body.br(whenFalse)
    state.homes = homes
  }

  private mutating func pushGenericComparison(_ node: Node, _ isUnary: Bool) {
    push(node.a)
    if !isUnary { push(node.b) }
    call(genericRoutine(node.operation), isUnary ? .unary : .binary)
  }
}
