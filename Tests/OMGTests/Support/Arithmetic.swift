// The meaning of operations on values, written independently of the passes' constant folding: the oracle for it.

@testable import OMG

enum Arithmetic {
  enum Answer: Equatable {
    case value(UInt64)
    case trap(Int64)
  }

  /// - Parameters:
  ///   - type: the result's.
  ///   - source: the first argument's.
  static func evaluate(_ operation: Operation, _ type: ValueKind, _ source: ValueKind, _ arguments: [UInt64]) -> Answer {
    let x = arguments.first ?? 0
    let y = arguments.count > 1 ? arguments[1] : 0
    switch source {
    case .i32: return integer(operation, type, UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: y))
    case .i64: return integer(operation, type, x, y)
    case .f32:
      return float(
        operation, type, Float(bitPattern: UInt32(truncatingIfNeeded: x)), Float(bitPattern: UInt32(truncatingIfNeeded: y)),
        bits: x & 0xFFFF_FFFF, other: y & 0xFFFF_FFFF, signBit: 1 << 31
      ) { Double($0) }
    case .f64:
      return float(operation, type, Double(bitPattern: x), Double(bitPattern: y), bits: x, other: y, signBit: 1 << 63) { $0 }
    case .none: preconditionFailure("\(operation) is not arithmetic")
    }
  }

  private static func integer<T: FixedWidthInteger & UnsignedInteger>(_ operation: Operation, _ type: ValueKind, _ x: T, _ y: T) -> Answer
  where T.Magnitude == T {
    let width = T.bitWidth
    let sx = Int64(truncatingIfNeeded: width == 32 ? Int64(Int32(truncatingIfNeeded: x)) : Int64(truncatingIfNeeded: x))
    let sy = Int64(truncatingIfNeeded: width == 32 ? Int64(Int32(truncatingIfNeeded: y)) : Int64(truncatingIfNeeded: y))
    let least = width == 32 ? Int64(Int32.min) : Int64.min
    let most = width == 32 ? Int64(Int32.max) : Int64.max
    let count = Int(truncatingIfNeeded: y & T(width - 1))
    func of(_ value: T) -> Answer { .value(UInt64(value)) }
    func of(_ value: Int64) -> Answer { .value(UInt64(T(truncatingIfNeeded: value))) }
    func of(_ value: Bool) -> Answer { .value(value ? 1 : 0) }
    switch operation {
    case .add: return of(x &+ y)
    case .subtract: return of(x &- y)
    case .multiply: return of(x &* y)
    case .divideSigned:
      if y == 0 { return .trap(GraphInterpreter.divisionByZero) }
      if sx == least, sy == -1 { return .trap(GraphInterpreter.overflow) }
      return of(sx / sy)
    case .divideUnsigned: return y == 0 ? .trap(GraphInterpreter.divisionByZero) : of(x / y)
    case .remainderSigned:
      if y == 0 { return .trap(GraphInterpreter.divisionByZero) }
      return of(sy == -1 ? 0 : sx % sy)
    case .remainderUnsigned: return y == 0 ? .trap(GraphInterpreter.divisionByZero) : of(x % y)
    case .multiplyHighSigned: return of(Int64(sx.multipliedFullWidth(by: sy).high))
    case .multiplyHighUnsigned: return of(x.multipliedFullWidth(by: y).high)
    case .and: return of(x & y)
    case .or: return of(x | y)
    case .xor: return of(x ^ y)
    case .shiftLeft: return of(x << count)
    case .shiftRightUnsigned: return of(x >> count)
    case .shiftRightSigned: return of(sx >> Int64(count))
    case .rotateLeft: return of(count == 0 ? x : x << count | x >> (width - count))
    case .rotateRight: return of(count == 0 ? x : x >> count | x << (width - count))
    case .countLeadingZeros: return of(T(x.leadingZeroBitCount))
    case .countTrailingZeros: return of(T(x.trailingZeroBitCount))
    case .populationCount: return of(T(x.nonzeroBitCount))
    case .signExtend8: return of(Int64(Int8(truncatingIfNeeded: x)))
    case .signExtend16: return of(Int64(Int16(truncatingIfNeeded: x)))
    case .signExtend32: return of(Int64(Int32(truncatingIfNeeded: x)))
    case .equal: return of(x == y)
    case .notEqual: return of(x != y)
    case .lessSigned: return of(sx < sy)
    case .lessUnsigned: return of(x < y)
    case .greaterSigned: return of(sx > sy)
    case .greaterUnsigned: return of(x > y)
    case .lessEqualSigned: return of(sx <= sy)
    case .lessEqualUnsigned: return of(x <= y)
    case .greaterEqualSigned: return of(sx >= sy)
    case .greaterEqualUnsigned: return of(x >= y)
    case .addOverflows:
      let (sum, carry) = sx.addingReportingOverflow(sy)
      return of(carry || sum < least || sum > most)
    case .subtractOverflows:
      let (difference, carry) = sx.subtractingReportingOverflow(sy)
      return of(carry || difference < least || difference > most)
    case .multiplyOverflows:
      let (product, carry) = sx.multipliedReportingOverflow(by: sy)
      return of(carry || product < least || product > most)
    case .wrap: return .value(UInt64(x) & 0xFFFF_FFFF)
    case .extendSigned: return .value(UInt64(bitPattern: sx))
    case .extendUnsigned: return .value(UInt64(x))
    case .convertSigned: return type == .f32 ? .value(UInt64(Float(sx).bitPattern)) : .value(Double(sx).bitPattern)
    case .convertUnsigned: return type == .f32 ? .value(UInt64(Float(x).bitPattern)) : .value(Double(x).bitPattern)
    case .reinterpret: return .value(UInt64(x))
    default: preconditionFailure("\(operation) is not for integers")
    }
  }

  private static func float<T: BinaryFloatingPoint>(
    _ operation: Operation, _ type: ValueKind, _ x: T, _ y: T, bits: UInt64, other: UInt64, signBit: UInt64, _ toDouble: (T) -> Double
  ) -> Answer {
    func encode(_ value: T) -> UInt64 {
      if let value = value as? Float { return value.isNaN ? 0x7FC0_0000 : UInt64(value.bitPattern) }
      if let value = value as? Double { return value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern }
      preconditionFailure("no such type")
    }
    func of(_ value: T) -> Answer { .value(encode(value)) }
    func of(_ value: Bool) -> Answer { .value(value ? 1 : 0) }
    switch operation {
    case .floatAdd: return of(x + y)
    case .floatSubtract: return of(x - y)
    case .floatMultiply: return of(x * y)
    case .floatDivide: return of(x / y)
    case .floatMinimum:
      if x.isNaN || y.isNaN { return of(T.nan) }
      if x == y { return .value(bits | other) }
      return of(x < y ? x : y)
    case .floatMaximum:
      if x.isNaN || y.isNaN { return of(T.nan) }
      if x == y { return .value(bits & other) }
      return of(x > y ? x : y)
    case .copySign: return .value(bits & ~signBit | other & signBit)
    case .floatAbsolute: return .value(bits & ~signBit)
    case .floatNegate: return .value(bits ^ signBit)
    case .squareRoot: return of(x.squareRoot())
    case .ceiling: return of(x.rounded(.up))
    case .floor: return of(x.rounded(.down))
    case .truncate: return of(x.rounded(.towardZero))
    case .nearest: return of(x.rounded(.toNearestOrEven))
    case .floatEqual: return of(x == y)
    case .floatNotEqual: return of(x != y)
    case .floatLess: return of(x < y)
    case .floatGreater: return of(x > y)
    case .floatLessEqual: return of(x <= y)
    case .floatGreaterEqual: return of(x >= y)
    case .promote: return .value(x.isNaN ? 0x7FF8_0000_0000_0000 : toDouble(x).bitPattern)
    case .demote: return .value(x.isNaN ? 0x7FC0_0000 : UInt64(Float(toDouble(x)).bitPattern))
    case .reinterpret: return .value(bits)
    case .floatToSigned, .floatToUnsigned, .floatToSignedSaturating, .floatToUnsignedSaturating:
      return convert(operation, type, toDouble(x).rounded(.towardZero))
    default: preconditionFailure("\(operation) is not for floats")
    }
  }

  private static func convert(_ operation: Operation, _ type: ValueKind, _ value: Double) -> Answer {
    let isSigned = operation == .floatToSigned || operation == .floatToSignedSaturating
    let saturates = operation == .floatToSignedSaturating || operation == .floatToUnsignedSaturating
    if value.isNaN { return saturates ? .value(0) : .trap(GraphInterpreter.badConversion) }
    let bits = type.bits
    // Both limits are exact as doubles: −2^(n−1) or 0, and 2^(n−1) or 2^n, which is too much.
    var limit = 1.0
    for _ in 0..<(isSigned ? bits - 1 : bits) { limit *= 2 }
    let least = isSigned ? -limit : 0
    if value < least {
      if !saturates { return .trap(GraphInterpreter.badConversion) }
      return .value(isSigned ? (bits == 32 ? 0x8000_0000 : 1 << 63) : 0)
    }
    if value >= limit {
      if !saturates { return .trap(GraphInterpreter.badConversion) }
      if isSigned { return .value(bits == 32 ? 0x7FFF_FFFF : UInt64.max >> 1) }
      return .value(bits == 32 ? 0xFFFF_FFFF : UInt64.max)
    }
    let result = value < 0 ? UInt64(bitPattern: Int64(value)) : UInt64(value)
    return .value(bits == 32 ? result & 0xFFFF_FFFF : result)
  }
}
