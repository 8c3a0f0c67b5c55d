// What numeric operators compute, whatever the types: a column of the opcode table. The compilers have a line for each, and `Evaluation.swift` says what
// each gives.

/// What a numeric operator computes: one that has nothing but its one or two operands, of fixed types, and gives one result (spec 4.3).
public enum NumericOperation: UInt8, CaseIterable, Sendable {
  // Comparisons of integers: 0 or 1.
  case equalsZero
  case equal, notEqual
  case lessSigned, lessUnsigned, greaterSigned, greaterUnsigned
  case lessEqualSigned, lessEqualUnsigned, greaterEqualSigned, greaterEqualUnsigned

  // Comparisons of floats: 0 or 1.
  case floatEqual, floatNotEqual, floatLess, floatGreater, floatLessEqual, floatGreaterEqual

  // Integers, modulo 2^n.
  case countLeadingZeros, countTrailingZeros, populationCount
  case add, subtract, multiply
  case divideSigned, divideUnsigned, remainderSigned, remainderUnsigned
  case and, or, xor
  case shiftLeft, shiftRightSigned, shiftRightUnsigned, rotateLeft, rotateRight
  /// From the low 8, 16 or 32 bits.
  case signExtend8, signExtend16, signExtend32

  // Floats.
  case floatAbsolute, floatNegate, ceiling, floor, truncate, nearest, squareRoot
  case floatAdd, floatSubtract, floatMultiply, floatDivide, floatMinimum, floatMaximum, copySign

  // Conversions.
  case wrap, extendSigned, extendUnsigned
  /// From integers to floats.
  case convertSigned, convertUnsigned
  /// From floats to integers; they trap when the value does not fit.
  case floatToSigned, floatToUnsigned
  case floatToSignedSaturating, floatToUnsignedSaturating
  case promote, demote
  /// The same bits as a value of another type.
  case reinterpret
}
