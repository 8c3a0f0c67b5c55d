// Which function lowers which operation.

import MachineCode
import RuntimeLayout

extension LowerToX64 {
  /// Makes the code of an instruction that is no terminator.
  mutating func lower(_ value: Value) {
    let instruction = at(value)
    let width: Width = instruction.pointee.type == .i64 ? .w64 : .w32
    switch instruction.pointee.operation {
    case .identity, .extendUnsigned, .phi, .parameter, .result: break
    case .constant: keepConstant(value)
    case .frameWord: loadFrame(value, Int32(truncatingIfNeeded: instruction.pointee.immediate))

    case .add: add(value, width)
    case .subtract: subtract(value, width)
    case .multiply: multiply(value, width)
    case .and: and(value, width)
    case .or: arithmetic(value, .or, width)
    case .xor: xor(value, width)
    case .divideSigned: divide(value, width, .signed)
    case .divideUnsigned: divide(value, width, [])
    case .remainderSigned: divide(value, width, [.signed, .remainder])
    case .remainderUnsigned: divide(value, width, .remainder)
    case .multiplyHighSigned: multiplyHigh(value, signed: true)
    case .multiplyHighUnsigned: multiplyHigh(value, signed: false)
    case .shiftLeft: shift(value, .shl, width)
    case .shiftRightSigned: shift(value, .sar, width)
    case .shiftRightUnsigned: shift(value, .shr, width)
    case .rotateLeft: shift(value, .rol, width)
    case .rotateRight: shift(value, .ror, width)
    case .countLeadingZeros: unary(value, .countLeadingZeros, width)
    case .countTrailingZeros: unary(value, .countTrailingZeros, width)
    case .populationCount: unary(value, .populationCount, width)
    case .signExtend8: extend(value, width == .w64 ? .sign8To64 : .sign8To32)
    case .signExtend16: extend(value, width == .w64 ? .sign16To64 : .sign16To32)
    case .signExtend32, .extendSigned: extend(value, .sign32To64)
    case .wrap: extend(value, .word32)

    case .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned, .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual,
      .addOverflows, .subtractOverflows, .multiplyOverflows:
      setCondition(value)
    case .select: select(value)

    case .floatAdd: floatArithmetic(value, .add)
    case .floatSubtract: floatArithmetic(value, .subtract)
    case .floatMultiply: floatArithmetic(value, .multiply)
    case .floatDivide: floatArithmetic(value, .divide)
    case .floatMinimum: floatPair(value, .floatExtreme, operation: FloatOp.minimum.rawValue)
    case .floatMaximum: floatPair(value, .floatExtreme, operation: FloatOp.maximum.rawValue)
    case .copySign: floatPair(value, .copySign, operation: 0)
    case .floatAbsolute: floatSign(value, .floatAbsolute)
    case .floatNegate: floatSign(value, .floatNegate)
    case .squareRoot: floatUnary(value, .floatSquareRoot, operation: 0)
    case .ceiling: floatUnary(value, .floatRound, operation: RoundingMode.ceil.rawValue)
    case .floor: floatUnary(value, .floatRound, operation: RoundingMode.floor.rawValue)
    case .truncate: floatUnary(value, .floatRound, operation: RoundingMode.truncate.rawValue)
    case .nearest: floatUnary(value, .floatRound, operation: RoundingMode.nearest.rawValue)
    case .promote, .demote: floatUnary(value, .floatConvert, operation: 0)
    case .convertSigned: integerToFloat(value, signed: true)
    case .convertUnsigned: integerToFloat(value, signed: false)
    case .floatToSigned: floatToInteger(value, .signed)
    case .floatToUnsigned: floatToInteger(value, [])
    case .floatToSignedSaturating: floatToInteger(value, [.signed, .saturating])
    case .floatToUnsignedSaturating: floatToInteger(value, .saturating)
    case .reinterpret: reinterpret(value)

    case .vectorUnary, .vectorBinary, .vectorCommuting, .vectorTernary: vector(value)
    case .vectorShuffle: shuffle(value)

    case .load: load(value)
    case .store: store(value)
    case .boundsCheck: boundsCheck(value)
    case .atomicLoad: load(value)
    case .atomicStore: atomicStore(value)
    case .atomicAdd: atomicArithmetic(value, .add)
    case .atomicAnd: atomicArithmetic(value, .and)
    case .atomicOr: atomicArithmetic(value, .or)
    case .atomicXor: atomicArithmetic(value, .xor)
    case .atomicExchange: atomicExchange(value)
    case .atomicCompareExchange: atomicCompareExchange(value)
    case .atomicFence: atomicFence()
    case .alignmentCheck: alignmentCheck(value)
    case .memorySize: memorySize(value)
    case .takeFuel: takeFuel()
    case .fuelGet: fuelGet(value)
    case .spendFuel: spendFuel(value)
    case .fuelSet: fuelSet(value)
    case .globalGet: globalGet(value)
    case .globalSet: globalSet(value)
    case .tableGet: tableGet(value)
    case .calledElement: calledElement(value)
    case .tableSet: tableSet(value)
    case .tableSize: tableSize(value)
    case .functionReference: functionReference(value)

    case .call: call(value)
    case .callIndirect: callIndirect(value)
    case .callReference: callReference(value)
    case .callHelper: callHelper(value)
    case .throwTag: throwTag(value)
    case .throwReference: throwReference(value)
    case .landing: landing(value)
    case .exceptionValue: exceptionValue(value)

    case .jump, .branch, .switchBranch, .returnValues, .trap, .tailCall, .tailCallIndirect, .tailCallReference, .unwindBranch, .unreachable:
      preconditionFailure("a terminator within a block")
    }
  }
}
