// The numeric operators' operations in the IR, where they have the same names, and what arithmetic of the IR gives.

import WasmFormat

extension Operation {
  /// Of a numeric operator; `equalsZero` is a comparison with a constant.
  init(_ numeric: NumericOperation) {
    self =
      switch numeric {
      case .equalsZero, .equal: .equal
      case .notEqual: .notEqual
      case .lessSigned: .lessSigned
      case .lessUnsigned: .lessUnsigned
      case .greaterSigned: .greaterSigned
      case .greaterUnsigned: .greaterUnsigned
      case .lessEqualSigned: .lessEqualSigned
      case .lessEqualUnsigned: .lessEqualUnsigned
      case .greaterEqualSigned: .greaterEqualSigned
      case .greaterEqualUnsigned: .greaterEqualUnsigned
      case .floatEqual: .floatEqual
      case .floatNotEqual: .floatNotEqual
      case .floatLess: .floatLess
      case .floatGreater: .floatGreater
      case .floatLessEqual: .floatLessEqual
      case .floatGreaterEqual: .floatGreaterEqual
      case .countLeadingZeros: .countLeadingZeros
      case .countTrailingZeros: .countTrailingZeros
      case .populationCount: .populationCount
      case .add: .add
      case .subtract: .subtract
      case .multiply: .multiply
      case .divideSigned: .divideSigned
      case .divideUnsigned: .divideUnsigned
      case .remainderSigned: .remainderSigned
      case .remainderUnsigned: .remainderUnsigned
      case .and: .and
      case .or: .or
      case .xor: .xor
      case .shiftLeft: .shiftLeft
      case .shiftRightSigned: .shiftRightSigned
      case .shiftRightUnsigned: .shiftRightUnsigned
      case .rotateLeft: .rotateLeft
      case .rotateRight: .rotateRight
      case .signExtend8: .signExtend8
      case .signExtend16: .signExtend16
      case .signExtend32: .signExtend32
      case .floatAbsolute: .floatAbsolute
      case .floatNegate: .floatNegate
      case .ceiling: .ceiling
      case .floor: .floor
      case .truncate: .truncate
      case .nearest: .nearest
      case .squareRoot: .squareRoot
      case .floatAdd: .floatAdd
      case .floatSubtract: .floatSubtract
      case .floatMultiply: .floatMultiply
      case .floatDivide: .floatDivide
      case .floatMinimum: .floatMinimum
      case .floatMaximum: .floatMaximum
      case .copySign: .copySign
      case .wrap: .wrap
      case .extendSigned: .extendSigned
      case .extendUnsigned: .extendUnsigned
      case .convertSigned: .convertSigned
      case .convertUnsigned: .convertUnsigned
      case .floatToSigned: .floatToSigned
      case .floatToUnsigned: .floatToUnsigned
      case .floatToSignedSaturating: .floatToSignedSaturating
      case .floatToUnsignedSaturating: .floatToUnsignedSaturating
      case .promote: .promote
      case .demote: .demote
      case .reinterpret: .reinterpret
      }
  }

  /// The numeric operators' operations by those of the IR.
  private static let numeric: [NumericOperation?] = {
    var table = [NumericOperation?](repeating: nil, count: 256)
    for operation in NumericOperation.allCases where operation != .equalsZero { table[Int(Operation(operation).rawValue)] = operation }
    return table
  }()

  /// What arithmetic on constants gives; nil if this is something else. i32 is zero-extended, floats are their bits.
  /// - Parameters:
  ///   - type: the result's.
  ///   - source: the arguments'.
  func evaluate(_ type: ValueKind, _ source: ValueKind, _ x: UInt64, _ y: UInt64) -> Evaluation? {
    if let numeric = Self.numeric[Int(rawValue)] { return numeric.evaluate(source.machineType, type.machineType, x, y) }
    return source == .i32
      ? derived(Int32(truncatingIfNeeded: x), Int32(truncatingIfNeeded: y)) : derived(Int64(bitPattern: x), Int64(bitPattern: y))
  }

  /// What no operator of WebAssembly is.
  private func derived<T: FixedWidthInteger & SignedInteger>(_ x: T, _ y: T) -> Evaluation? where T.Magnitude: FixedWidthInteger {
    let (ux, uy) = (T.Magnitude(truncatingIfNeeded: x), T.Magnitude(truncatingIfNeeded: y))
    func bits(_ value: T.Magnitude) -> Evaluation { .value(UInt64(truncatingIfNeeded: value)) }
    switch self {
    case .multiplyHighSigned: return bits(T.Magnitude(truncatingIfNeeded: x.multipliedFullWidth(by: y).high))
    case .multiplyHighUnsigned: return bits(ux.multipliedFullWidth(by: uy).high)
    case .addOverflows: return .value(x.addingReportingOverflow(y).overflow ? 1 : 0)
    case .subtractOverflows: return .value(x.subtractingReportingOverflow(y).overflow ? 1 : 0)
    case .multiplyOverflows: return .value(x.multipliedReportingOverflow(by: y).overflow ? 1 : 0)
    default: return nil
    }
  }
}
