// What numeric operators give (spec 4.3): the one account of it for all who compute with constants, and for tests.
//
// Numbers are words of 64 bits: i32 zero-extended, floats as their bits, those of f32 zero-extended. An operation without a line for its operands' kind
// does not compile: `integers` and `fromFloat` name those that are not theirs.

/// What a numeric operator gives for some operands.
public enum Evaluation: Equatable, Sendable {
  case value(UInt64)
  /// Some NaN. Which one it is, is left to the machine (spec 4.3.3, NaN propagation).
  case nan
  case trap(NumericTrap)

  /// The bits of the result; nil if there is none or more than one.
  @inlinable public var value: UInt64? { if case .value(let bits) = self { bits } else { nil } }
}

/// Why a numeric operator traps.
public enum NumericTrap: Equatable, Sendable {
  case divisionByZero
  /// The quotient is 2^(n−1), or the integer that a float would have to become is out of range.
  case overflow
  /// A NaN has no integer.
  case notANumber
}

extension OpcodeRow {
  /// What the operator gives for these operands, `y` being the second one if there are two; nil if it is not a numeric operator.
  public func evaluate(_ x: UInt64, _ y: UInt64) -> Evaluation? {
    operation?.evaluate(operand0.machineType, result.machineType, x, y)
  }
}

extension NumericOperation {
  /// - Parameters:
  ///   - source: the first operand's type, a number's.
  ///   - result: the result's type.
  public func evaluate(_ source: MachineType, _ result: MachineType, _ x: UInt64, _ y: UInt64) -> Evaluation {
    switch source {
    case .f32:
      let (a, b) = (Float(bitPattern: UInt32(truncatingIfNeeded: x)), Float(bitPattern: UInt32(truncatingIfNeeded: y)))
      if let bits = signs(x, y, signBit: 1 << 31) ?? comparison(a, b) { return .value(bits) }
      if let number = arithmetic(a, b) { return number.isNaN ? .nan : .value(UInt64(number.bitPattern)) }
      // Promotion is exact.
      return fromFloat(result, Double(a), bits: x)
    case .f64:
      let (a, b) = (Double(bitPattern: x), Double(bitPattern: y))
      if let bits = signs(x, y, signBit: 1 << 63) ?? comparison(a, b) { return .value(bits) }
      if let number = arithmetic(a, b) { return number.isNaN ? .nan : .value(number.bitPattern) }
      return fromFloat(result, a, bits: x)
    case .i32:
      let evaluation = integers(Int32(truncatingIfNeeded: x), Int32(truncatingIfNeeded: y), result)
      // As an Int64, a negative i32 is sign-extended.
      if result == .i32, case .value(let bits) = evaluation { return .value(bits & 0xFFFF_FFFF) }
      return evaluation
    default: return integers(Int64(bitPattern: x), Int64(bitPattern: y), result)
    }
  }

  // MARK: Integers

  private func integers<T: FixedWidthInteger & SignedInteger>(_ x: T, _ y: T, _ result: MachineType) -> Evaluation
  where T.Magnitude: FixedWidthInteger {
    let (ux, uy) = (T.Magnitude(truncatingIfNeeded: x), T.Magnitude(truncatingIfNeeded: y))
    let count = y & T(T.bitWidth - 1)
    func bits(_ value: T) -> Evaluation { .value(UInt64(truncatingIfNeeded: T.Magnitude(truncatingIfNeeded: value))) }
    func bits(_ value: T.Magnitude) -> Evaluation { .value(UInt64(truncatingIfNeeded: value)) }
    func bits(_ value: Bool) -> Evaluation { .value(value ? 1 : 0) }
    switch self {
    case .equalsZero: return bits(x == 0)
    case .equal: return bits(x == y)
    case .notEqual: return bits(x != y)
    case .lessSigned: return bits(x < y)
    case .lessUnsigned: return bits(ux < uy)
    case .greaterSigned: return bits(x > y)
    case .greaterUnsigned: return bits(ux > uy)
    case .lessEqualSigned: return bits(x <= y)
    case .lessEqualUnsigned: return bits(ux <= uy)
    case .greaterEqualSigned: return bits(x >= y)
    case .greaterEqualUnsigned: return bits(ux >= uy)
    case .countLeadingZeros: return .value(UInt64(x.leadingZeroBitCount))
    case .countTrailingZeros: return .value(UInt64(x.trailingZeroBitCount))
    case .populationCount: return .value(UInt64(x.nonzeroBitCount))
    case .add: return bits(x &+ y)
    case .subtract: return bits(x &- y)
    case .multiply: return bits(x &* y)
    case .divideSigned: return y == 0 ? .trap(.divisionByZero) : x == T.min && y == -1 ? .trap(.overflow) : bits(x / y)
    case .divideUnsigned: return y == 0 ? .trap(.divisionByZero) : bits(ux / uy)
    case .remainderSigned: return y == 0 ? .trap(.divisionByZero) : y == -1 ? .value(0) : bits(x % y)
    case .remainderUnsigned: return y == 0 ? .trap(.divisionByZero) : bits(ux % uy)
    case .and: return bits(x & y)
    case .or: return bits(x | y)
    case .xor: return bits(x ^ y)
    case .shiftLeft: return bits(x << count)
    case .shiftRightSigned: return bits(x >> count)
    case .shiftRightUnsigned: return bits(ux >> T.Magnitude(count))
    // Shifts by the width give 0.
    case .rotateLeft: return bits(ux << T.Magnitude(count) | ux >> T.Magnitude(T(T.bitWidth) - count))
    case .rotateRight: return bits(ux >> T.Magnitude(count) | ux << T.Magnitude(T(T.bitWidth) - count))
    case .signExtend8: return bits(T(Int8(truncatingIfNeeded: x)))
    case .signExtend16: return bits(T(Int16(truncatingIfNeeded: x)))
    case .signExtend32: return bits(T(truncatingIfNeeded: Int32(truncatingIfNeeded: x)))
    case .wrap: return .value(UInt64(UInt32(truncatingIfNeeded: x)))
    case .extendSigned: return .value(UInt64(bitPattern: Int64(x)))
    case .extendUnsigned, .reinterpret: return bits(ux)
    case .convertSigned: return .value(result == .f32 ? UInt64(Float(x).bitPattern) : Double(x).bitPattern)
    case .convertUnsigned: return .value(result == .f32 ? UInt64(Float(ux).bitPattern) : Double(ux).bitPattern)
    case .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual, .floatAbsolute, .floatNegate, .ceiling, .floor,
      .truncate, .nearest, .squareRoot, .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatMinimum, .floatMaximum, .copySign,
      .floatToSigned, .floatToUnsigned, .floatToSignedSaturating, .floatToUnsignedSaturating, .promote, .demote:
      preconditionFailure("\(self) is not for integers")
    }
  }

  // MARK: Floats

  /// Operations on the sign bit: they are exact, also on NaNs.
  private func signs(_ x: UInt64, _ y: UInt64, signBit: UInt64) -> UInt64? {
    switch self {
    case .floatAbsolute: x & ~signBit
    case .floatNegate: x ^ signBit
    case .copySign: x & ~signBit | y & signBit
    default: nil
    }
  }

  private func comparison<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> UInt64? {
    switch self {
    case .floatEqual: x == y ? 1 : 0
    case .floatNotEqual: x != y ? 1 : 0
    case .floatLess: x < y ? 1 : 0
    case .floatGreater: x > y ? 1 : 0
    case .floatLessEqual: x <= y ? 1 : 0
    case .floatGreaterEqual: x >= y ? 1 : 0
    default: nil
    }
  }

  private func arithmetic<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T? {
    switch self {
    case .floatAdd: return x + y
    case .floatSubtract: return x - y
    case .floatMultiply: return x * y
    case .floatDivide: return x / y
    // −0 is less than 0.
    case .floatMinimum: return x.isNaN || y.isNaN ? .nan : x < y || (x == y && x.sign == .minus) ? x : y
    case .floatMaximum: return x.isNaN || y.isNaN ? .nan : x > y || (x == y && x.sign == .plus) ? x : y
    case .squareRoot: return x.squareRoot()
    case .ceiling: return x.rounded(.up)
    case .floor: return x.rounded(.down)
    case .truncate: return x.rounded(.towardZero)
    case .nearest: return x.rounded(.toNearestOrEven)
    default: return nil
    }
  }

  /// Conversions. `value` is exact also for a source of f32.
  private func fromFloat(_ result: MachineType, _ value: Double, bits: UInt64) -> Evaluation {
    switch self {
    case .reinterpret: return .value(bits)
    case .promote: return value.isNaN ? .nan : .value(value.bitPattern)
    case .demote: return value.isNaN ? .nan : .value(UInt64(Float(value).bitPattern))
    case .floatToSigned, .floatToSignedSaturating:
      return result == .i32 ? toInteger(value) { (number: Int32) in UInt64(UInt32(bitPattern: number)) } : toInteger(value) { UInt64(bitPattern: $0) }
    case .floatToUnsigned, .floatToUnsignedSaturating:
      return result == .i32 ? toInteger(value) { (number: UInt32) in UInt64(number) } : toInteger(value) { (number: UInt64) in number }
    case .floatAbsolute, .floatNegate, .copySign, .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual,
      .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatMinimum, .floatMaximum, .squareRoot, .ceiling, .floor, .truncate, .nearest:
      preconditionFailure("\(self) is no conversion")
    case .equalsZero, .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned, .countLeadingZeros, .countTrailingZeros, .populationCount, .add, .subtract, .multiply,
      .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned, .and, .or, .xor, .shiftLeft, .shiftRightSigned, .shiftRightUnsigned,
      .rotateLeft, .rotateRight, .signExtend8, .signExtend16, .signExtend32, .wrap, .extendSigned, .extendUnsigned, .convertSigned,
      .convertUnsigned:
      preconditionFailure("\(self) is not for floats")
    }
  }

  private func toInteger<T: FixedWidthInteger>(_ value: Double, _ bits: (T) -> UInt64) -> Evaluation {
    if let number = T(exactly: value.rounded(.towardZero)) { return .value(bits(number)) }
    if self == .floatToSignedSaturating || self == .floatToUnsignedSaturating {
      return .value(bits(value.isNaN ? 0 : value < 0 ? T.min : T.max))
    }
    return .trap(value.isNaN ? .notANumber : .overflow)
  }
}
