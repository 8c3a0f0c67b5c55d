// The primitives that the interpreter executes in place and the code generator emits inline. A row of the primitive table names its
// operation; everything an operation cannot do in place (flonum arithmetic, errors) it leaves to the primitive itself.

public enum InlineOperation: UInt8 {
  /// An ordinary primitive.
  case none = 0

  // Two numbers to a number.
  case add, subtract, multiply, quotient, remainder, modulo, divide
  // Two numbers to a boolean.
  case numberEqual, less, greater, lessEqual, greaterEqual
  // One number to a boolean.
  case isZero, isPositive, isNegative, isOdd, isEven

  // Any two values to a boolean.
  case eq, eqv, equal
  // Any value to a boolean.
  case not, isNull, isPair, isSymbol, isString, isCharacter, isVector, isProcedure, isBoolean, isEOF, isExactInteger, isNumber, isInteger

  // Pairs.
  case cons, car, cdr, cadr, cddr, caar, cdar, caddr, cdddr, cadddr, setCar, setCdr
  // Vectors, strings, bytevectors.
  case vectorRef, vectorSet, vectorLength
  case stringRef, stringSet, stringLength
  // A symbol to its name.
  case symbolToString
  case bytevectorRef, bytevectorSet, bytevectorLength
  // Characters.
  case charEqual, charLess, charGreater, charLessEqual, charGreaterEqual, charToInteger, integerToChar
  case isAlphabetic, isNumeric, isWhitespace, charUpcase, charDowncase
  // `(%record-ref record type index name)`, `(%record-set! record type index value name)`, `(%record? value type)`.
  case recordRef, recordSet, isRecordOf
  // `(values value ...)`, always a call of the primitive; `(%check-values result count more?)`, `(%value-ref result index)`.
  case values, checkValues, valueRef
  // One number to a number, two to one of them.
  case exactToInexact, squareRoot, absolute, negate, square, minimum, maximum, floor, ceiling, truncate, round
  // `(list value ...)`, `(vector value ...)`, `(%record type value ...)`, always calls of the primitive.
  case list, vector, record
  // The words of the dynamic state, and how many frames have left records; reading them is always a call of the primitive.
  case handlers, parameters, winds, frameRecords, setHandlers, setParameters, setWinds
  /// Whether a global, the first operand, holds a procedure of the Func at the address that the second one is. Made by the IR builder alone.
  case isCurrent
  // A key and a list. The last two are also those of `member` and `assoc`.
  case memq, assq, memv, assv
  // With a port.
  case readChar, peekChar, writeChar
  // `(%table-ref table key default)`, `(%table-set! table key value)`, `(%table-slots table)`, `(%table-key table number)`, `(%table-value table number)`.
  case tableRef, tableSet, tableSlots, tableKey, tableValue

  /// Whether the result is always a boolean, so that a branch can test it in place.
  public var isPredicate: Bool {
    switch self {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative, .isOdd, .isEven, .eq, .eqv,
      .equal, .not, .isNull, .isPair, .isSymbol, .isString, .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF, .isExactInteger,
      .isNumber, .isInteger, .isAlphabetic, .isNumeric, .isWhitespace, .charEqual, .charLess, .charGreater, .charLessEqual,
      .charGreaterEqual, .isRecordOf, .isCurrent:
      true
    default: false
    }
  }

  /// Whether the interpreter records the types of its operands.
  public var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .quotient, .remainder, .modulo, .divide, .numberEqual, .less, .greater, .lessEqual,
      .greaterEqual, .isZero, .isPositive, .isNegative, .exactToInexact, .squareRoot, .absolute, .negate, .square, .minimum, .maximum:
      true
    default: false
    }
  }

  /// Whether it can neither fail nor have an effect, for any operands.
  public var isTotal: Bool {
    switch self {
    case .eq, .eqv, .not, .isNull, .isPair, .isSymbol, .isString, .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF,
      .isExactInteger, .isNumber, .isInteger, .isRecordOf, .isCurrent, .cons, .list, .vector, .record, .handlers, .parameters, .winds,
      .frameRecords:
      true
    default: false
    }
  }

  /// How many operands it takes.
  public var operandCount: Int {
    switch self {
    case .none: 0
    case .values, .list, .vector, .record, .handlers, .parameters, .winds, .frameRecords: .max
    case .recordSet: 5
    case .recordRef: 4
    case .vectorSet, .stringSet, .bytevectorSet, .checkValues, .tableRef, .tableSet: 3
    case .isZero, .isPositive, .isNegative, .isOdd, .isEven, .isExactInteger, .isNumber, .isInteger, .not, .isNull, .isPair, .isSymbol,
      .isString, .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF, .car, .cdr, .cadr, .cddr, .caar, .cdar, .caddr, .cdddr,
      .cadddr, .vectorLength, .stringLength, .bytevectorLength, .symbolToString, .charToInteger, .integerToChar, .isAlphabetic, .isNumeric,
      .isWhitespace, .charUpcase, .charDowncase, .exactToInexact, .squareRoot, .absolute, .negate, .square, .floor, .ceiling, .truncate, .round,
      .setHandlers, .setParameters, .setWinds, .readChar, .peekChar, .tableSlots:
      1
    default: 2
    }
  }
}
