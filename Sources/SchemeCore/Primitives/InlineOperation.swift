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
  case isZero, isPositive, isNegative

  // Any two values to a boolean.
  case eq, eqv
  // Any value to a boolean.
  case not, isNull, isPair, isSymbol, isString, isCharacter, isVector, isProcedure, isBoolean, isEOF

  // Pairs.
  case cons, car, cdr, cadr, cddr, caar, cdar, caddr, setCar, setCdr
  // Vectors, strings, bytevectors.
  case vectorRef, vectorSet, vectorLength
  case stringRef, stringSet, stringLength
  case bytevectorRef, bytevectorSet, bytevectorLength
  // Characters.
  case charEqual, charLess, charToInteger, integerToChar
  // `(%record-ref record type index name)`, `(%record-set! record type index value name)`, `(%record? value type)`.
  case recordRef, recordSet, isRecordOf
  // `(values value ...)`, always a call of the primitive; `(%check-values result count more?)`, `(%value-ref result index)`.
  case values, checkValues, valueRef
  // One number to a number.
  case exactToInexact, squareRoot, absolute

  /// Whether the result is always a boolean, so that a branch can test it in place.
  public var isPredicate: Bool {
    switch self {
    case .numberEqual, .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative, .eq, .eqv, .not,
      .isNull, .isPair, .isSymbol, .isString, .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF, .charEqual, .charLess,
      .isRecordOf:
      true
    default: false
    }
  }

  /// Whether the interpreter records the types of its operands.
  public var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .quotient, .remainder, .modulo, .divide, .numberEqual, .less, .greater, .lessEqual,
      .greaterEqual, .isZero, .isPositive, .isNegative, .exactToInexact, .squareRoot, .absolute:
      true
    default: false
    }
  }

  /// Whether it can neither fail nor have an effect, for any operands.
  public var isTotal: Bool {
    switch self {
    case .eq, .eqv, .not, .isNull, .isPair, .isSymbol, .isString, .isCharacter, .isVector, .isProcedure, .isBoolean, .isEOF,
      .isRecordOf, .cons:
      true
    default: false
    }
  }

  /// How many operands it takes.
  public var operandCount: Int {
    switch self {
    case .none: 0
    case .values: .max
    case .recordSet: 5
    case .recordRef: 4
    case .vectorSet, .stringSet, .bytevectorSet, .checkValues: 3
    case .isZero, .isPositive, .isNegative, .not, .isNull, .isPair, .isSymbol, .isString, .isCharacter, .isVector, .isProcedure,
      .isBoolean, .isEOF, .car, .cdr, .cadr, .cddr, .caar, .cdar, .caddr, .vectorLength, .stringLength, .bytevectorLength,
      .charToInteger, .integerToChar, .exactToInexact, .squareRoot, .absolute:
      1
    default: 2
    }
  }
}
