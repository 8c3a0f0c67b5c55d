// The values of operations on constants. Traps are not folded, nor is what results in a NaN: which one it is, is left to the machine, as in the
// baseline tier.

enum FoldConstants {
  /// The bits of the result (i32 and f32 zero-extended), or nil if the operation has to be executed.
  /// - Parameter source: the arguments' type.
  static func fold(_ operation: Operation, _ type: ValueKind, _ source: ValueKind, _ x: UInt64, _ y: UInt64) -> UInt64? {
    switch source {
    case .i32:
      return integers(operation, type, Int32(truncatingIfNeeded: x), Int32(truncatingIfNeeded: y)).map {
        type.bits == 32 ? $0 & 0xFFFF_FFFF : $0
      }
    case .i64: return integers(operation, type, Int64(bitPattern: x), Int64(bitPattern: y)).map { type.bits == 32 ? $0 & 0xFFFF_FFFF : $0 }
    case .f32:
      let (a, b) = (Float(bitPattern: UInt32(truncatingIfNeeded: x)), Float(bitPattern: UInt32(truncatingIfNeeded: y)))
      if let bits = signs(operation, x, y, 1 << 31) { return bits }
      if let holds = comparison(operation, a, b) { return holds ? 1 : 0 }
      if let result = arithmetic(operation, a, b) { return result.isNaN ? nil : UInt64(result.bitPattern) }
      return operation == .promote ? (a.isNaN ? nil : Double(a).bitPattern) : conversion(operation, type, Double(a), bits: x)
    case .f64:
      let (a, b) = (Double(bitPattern: x), Double(bitPattern: y))
      if let bits = signs(operation, x, y, 1 << 63) { return bits }
      if let holds = comparison(operation, a, b) { return holds ? 1 : 0 }
      if let result = arithmetic(operation, a, b) { return result.isNaN ? nil : result.bitPattern }
      return operation == .demote ? (a.isNaN ? nil : UInt64(Float(a).bitPattern)) : conversion(operation, type, a, bits: x)
    case .none: return nil
    }
  }

  // MARK: Integers

  private static func integers<T: FixedWidthInteger & SignedInteger>(_ operation: Operation, _ type: ValueKind, _ x: T, _ y: T) -> UInt64?
  where T.Magnitude: FixedWidthInteger {
    let (ux, uy) = (T.Magnitude(truncatingIfNeeded: x), T.Magnitude(truncatingIfNeeded: y))
    let count = y & T(T.bitWidth - 1)
    func bits(_ value: T) -> UInt64 { UInt64(truncatingIfNeeded: T.Magnitude(truncatingIfNeeded: value)) }
    func bits(_ value: T.Magnitude) -> UInt64 { UInt64(truncatingIfNeeded: value) }
    switch operation {
    case .add: return bits(x &+ y)
    case .subtract: return bits(x &- y)
    case .multiply: return bits(x &* y)
    case .divideSigned: return y == 0 || (x == T.min && y == -1) ? nil : bits(x / y)
    case .divideUnsigned: return y == 0 ? nil : bits(ux / uy)
    case .remainderSigned: return y == 0 ? nil : y == -1 ? 0 : bits(x % y)
    case .remainderUnsigned: return y == 0 ? nil : bits(ux % uy)
    case .multiplyHighSigned: return bits(x.multipliedFullWidth(by: y).high)
    case .multiplyHighUnsigned: return bits(ux.multipliedFullWidth(by: uy).high)
    case .and: return bits(x & y)
    case .or: return bits(x | y)
    case .xor: return bits(x ^ y)
    case .shiftLeft: return bits(x << count)
    case .shiftRightSigned: return bits(x >> count)
    case .shiftRightUnsigned: return bits(ux >> T.Magnitude(count))
    case .rotateLeft: return bits(rotate(ux, Int(count)))
    case .rotateRight: return bits(rotate(ux, (T.bitWidth - Int(count)) & (T.bitWidth - 1)))
    case .countLeadingZeros: return UInt64(x.leadingZeroBitCount)
    case .countTrailingZeros: return UInt64(x.trailingZeroBitCount)
    case .populationCount: return UInt64(x.nonzeroBitCount)
    case .signExtend8: return bits(T(Int8(truncatingIfNeeded: x)))
    case .signExtend16: return bits(T(Int16(truncatingIfNeeded: x)))
    case .signExtend32: return bits(T(truncatingIfNeeded: Int32(truncatingIfNeeded: x)))
    case .equal: return x == y ? 1 : 0
    case .notEqual: return x != y ? 1 : 0
    case .lessSigned: return x < y ? 1 : 0
    case .lessUnsigned: return ux < uy ? 1 : 0
    case .greaterSigned: return x > y ? 1 : 0
    case .greaterUnsigned: return ux > uy ? 1 : 0
    case .lessEqualSigned: return x <= y ? 1 : 0
    case .lessEqualUnsigned: return ux <= uy ? 1 : 0
    case .greaterEqualSigned: return x >= y ? 1 : 0
    case .greaterEqualUnsigned: return ux >= uy ? 1 : 0
    case .addOverflows: return x.addingReportingOverflow(y).overflow ? 1 : 0
    case .subtractOverflows: return x.subtractingReportingOverflow(y).overflow ? 1 : 0
    case .multiplyOverflows: return x.multipliedReportingOverflow(by: y).overflow ? 1 : 0
    case .wrap: return UInt64(UInt32(truncatingIfNeeded: x))
    case .extendSigned: return UInt64(bitPattern: Int64(x))
    case .extendUnsigned, .reinterpret: return bits(ux)
    case .convertSigned: return type == .f32 ? UInt64(Float(x).bitPattern) : Double(x).bitPattern
    case .convertUnsigned: return type == .f32 ? UInt64(Float(ux).bitPattern) : Double(ux).bitPattern
    default: return nil
    }
  }

  private static func rotate<T: FixedWidthInteger>(_ x: T, _ count: Int) -> T { count == 0 ? x : x << count | x >> (T.bitWidth - count) }

  // MARK: Floats

  /// Operations on the sign bit: they are exact, also on NaNs.
  private static func signs(_ operation: Operation, _ x: UInt64, _ y: UInt64, _ signBit: UInt64) -> UInt64? {
    switch operation {
    case .floatAbsolute: x & ~signBit
    case .floatNegate: x ^ signBit
    case .copySign: x & ~signBit | y & signBit
    default: nil
    }
  }

  private static func comparison<T: BinaryFloatingPoint>(_ operation: Operation, _ x: T, _ y: T) -> Bool? {
    switch operation {
    case .floatEqual: x == y
    case .floatNotEqual: x != y
    case .floatLess: x < y
    case .floatGreater: x > y
    case .floatLessEqual: x <= y
    case .floatGreaterEqual: x >= y
    default: nil
    }
  }

  private static func arithmetic<T: BinaryFloatingPoint>(_ operation: Operation, _ x: T, _ y: T) -> T? {
    switch operation {
    case .floatAdd: return x + y
    case .floatSubtract: return x - y
    case .floatMultiply: return x * y
    case .floatDivide: return x / y
    case .floatMinimum:
      if x.isNaN || y.isNaN { return .nan }
      return x < y || (x == y && x.sign == .minus) ? x : y
    case .floatMaximum:
      if x.isNaN || y.isNaN { return .nan }
      return x > y || (x == y && x.sign == .plus) ? x : y
    case .squareRoot: return x.squareRoot()
    case .ceiling: return x.rounded(.up)
    case .floor: return x.rounded(.down)
    case .truncate: return x.rounded(.towardZero)
    case .nearest: return x.rounded(.toNearestOrEven)
    default: return nil
    }
  }

  /// To integers. `value` is exact also for a source of f32.
  private static func conversion(_ operation: Operation, _ type: ValueKind, _ value: Double, bits: UInt64) -> UInt64? {
    let saturates = operation == .floatToSignedSaturating || operation == .floatToUnsignedSaturating
    func convert<T: FixedWidthInteger>(_: T.Type) -> UInt64? {
      let whole = value.rounded(.towardZero)
      if let result = T(exactly: whole) { return UInt64(truncatingIfNeeded: result) }
      if !saturates { return nil }
      return UInt64(truncatingIfNeeded: value.isNaN ? 0 : value < 0 ? T.min : T.max)
    }
    let result: UInt64?
    switch operation {
    case .reinterpret: return bits
    case .floatToSigned, .floatToSignedSaturating: result = type == .i32 ? convert(Int32.self) : convert(Int64.self)
    case .floatToUnsigned, .floatToUnsignedSaturating: result = type == .i32 ? convert(UInt32.self) : convert(UInt64.self)
    default: return nil
    }
    return result.map { type == .i32 ? $0 & 0xFFFF_FFFF : $0 }
  }
}
