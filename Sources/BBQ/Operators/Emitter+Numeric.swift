// Numeric operators: of constants the result, else one line per operation.

import MachineCode
import WasmFormat

extension Emitter: OperatorSink where Assembler: ~Copyable {}

extension Emitter where Assembler: ~Copyable {
  @inline(__always)
  mutating func constant(type: MachineType, bits: Int64) { push(.constant(bits, type: type)) }

  mutating func drop() { release(pop()) }

  @inline(__always)
  mutating func unary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType) {
    let operand = values.at(values.count - 1)
    if operand.pointee.isConstant, let bits = operation.evaluate(source, result, UInt64(bitPattern: operand.pointee.bits), 0).value {
      drop()
      return constant(type: result, bits: Int64(bitPattern: bits))
    }
    numeric(operation, source, result)
  }

  @inline(__always)
  mutating func binary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType) {
    let right = values.at(values.count - 1)
    if right.pointee.isConstant, right[-1].isConstant,
      let bits = operation.evaluate(source, result, UInt64(bitPattern: right[-1].bits), UInt64(bitPattern: right.pointee.bits)).value
    {
      drop()
      drop()
      return constant(type: result, bits: Int64(bitPattern: bits))
    }
    numeric(operation, source, result)
  }

  /// The operands are not constants, or the operation traps or has more than one result.
  @inline(never)
  mutating func numeric(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType) {
    // Of the operands. Operators on floats do not look at the first, those on integers not at the second.
    let width: Width = source == .i64 ? .w64 : .w32
    let float: FloatWidth = source == .f64 ? .f64 : .f32
    switch operation {
    case .equalsZero: equalsZero(width)
    case .equal: compare(.equal, width)
    case .notEqual: compare(.notEqual, width)
    case .lessSigned: compare(.lessSigned, width)
    case .lessUnsigned: compare(.lessUnsigned, width)
    case .greaterSigned: compare(.greaterSigned, width)
    case .greaterUnsigned: compare(.greaterUnsigned, width)
    case .lessEqualSigned: compare(.lessOrEqualSigned, width)
    case .lessEqualUnsigned: compare(.lessOrEqualUnsigned, width)
    case .greaterEqualSigned: compare(.greaterOrEqualSigned, width)
    case .greaterEqualUnsigned: compare(.greaterOrEqualUnsigned, width)
    case .floatEqual: compareFloat(.equal, float)
    case .floatNotEqual: compareFloat(.notEqual, float)
    case .floatLess: compareFloat(.less, float)
    case .floatGreater: compareFloat(.greater, float)
    case .floatLessEqual: compareFloat(.lessOrEqual, float)
    case .floatGreaterEqual: compareFloat(.greaterOrEqual, float)

    case .countLeadingZeros: countLeadingZeros(width)
    case .countTrailingZeros: countTrailingZeros(width)
    case .populationCount: populationCount(width)
    case .add: arithmetic(.add, width)
    case .subtract: arithmetic(.subtract, width)
    case .multiply: multiply(width)
    case .divideSigned: divide(width, signed: true, remainder: false)
    case .divideUnsigned: divide(width, signed: false, remainder: false)
    case .remainderSigned: divide(width, signed: true, remainder: true)
    case .remainderUnsigned: divide(width, signed: false, remainder: true)
    case .and: arithmetic(.and, width)
    case .or: arithmetic(.or, width)
    case .xor: arithmetic(.xor, width)
    case .shiftLeft: shift(.left, width)
    case .shiftRightSigned: shift(.rightSigned, width)
    case .shiftRightUnsigned: shift(.rightUnsigned, width)
    case .rotateLeft: shift(.rotateLeft, width)
    case .rotateRight: shift(.rotateRight, width)
    case .signExtend8: extendSigned(width, from: 8)
    case .signExtend16: extendSigned(width, from: 16)
    case .signExtend32: extendSigned(width, from: 32)

    case .floatAbsolute: floatAbsolute(float)
    case .floatNegate: floatNegate(float)
    case .ceiling: floatRound(.ceil, float)
    case .floor: floatRound(.floor, float)
    case .truncate: floatRound(.truncate, float)
    case .nearest: floatRound(.nearest, float)
    case .squareRoot: floatSquareRoot(float)
    case .floatAdd: floatArithmetic(.add, float)
    case .floatSubtract: floatArithmetic(.subtract, float)
    case .floatMultiply: floatArithmetic(.multiply, float)
    case .floatDivide: floatArithmetic(.divide, float)
    case .floatMinimum: floatExtreme(.minimum, float)
    case .floatMaximum: floatExtreme(.maximum, float)
    case .copySign: floatCopySign(float)

    case .wrap: wrap()
    case .extendSigned: extendSigned(.w64, from: 32)
    case .extendUnsigned: extendUnsigned()
    case .convertSigned: convertToFloat(result == .f64 ? .f64 : .f32, from: width, signed: true)
    case .convertUnsigned: convertToFloat(result == .f64 ? .f64 : .f32, from: width, signed: false)
    case .floatToSigned: truncate(result == .i64 ? .w64 : .w32, from: float, signed: true)
    case .floatToUnsigned: truncate(result == .i64 ? .w64 : .w32, from: float, signed: false)
    case .floatToSignedSaturating: truncateSaturating(result == .i64 ? .w64 : .w32, from: float, signed: true)
    case .floatToUnsignedSaturating: truncateSaturating(result == .i64 ? .w64 : .w32, from: float, signed: false)
    case .promote, .demote: floatConvert(from: float)
    case .reinterpret: reinterpret(source == .i64 || source == .f64 ? .w64 : .w32, to: result)
    }
  }
}
