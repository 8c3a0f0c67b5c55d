// What operators on vectors compute: a column of the opcode table, as NumericOperation is for scalars. The compilers have a line for each, and
// VectorEvaluation.swift says what each gives.

/// How a vector is divided into lanes, and what they hold.
public enum LaneShape: UInt8, CaseIterable, Sendable {
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2

  /// Integers of so many bits.
  @inline(__always)
  public static func integers(_ width: Int) -> LaneShape { width == 8 ? .i8x16 : width == 16 ? .i16x8 : width == 32 ? .i32x4 : .i64x2 }

  /// Bits of a lane.
  @inline(__always)
  public var width: Int {
    switch self {
    case .i8x16: 8
    case .i16x8: 16
    case .i32x4, .f32x4: 32
    case .i64x2, .f64x2: 64
    }
  }

  /// The number of lanes.
  @inline(__always) public var count: Int { 128 / width }
  @inline(__always) public var isFloat: Bool { self == .f32x4 || self == .f64x2 }

  /// The type of a lane on the operand stack.
  @inline(__always)
  public var laneType: MachineType {
    switch self {
    case .i8x16, .i16x8, .i32x4: .i32
    case .i64x2: .i64
    case .f32x4: .f32
    case .f64x2: .f64
    }
  }
}

/// What an operator on vectors computes, lane by lane unless something else is said. It has one to three operands and one result, no effects, and its
/// immediates are lanes.
public enum VectorOperation: UInt8, CaseIterable, Sendable {
  // Bits, of the whole vector.
  case not, and, andNot, or, xor
  /// Bits of the first operand where the third one has ones, else of the second.
  case bitSelect
  /// An i32: whether some bit is set; whether all lanes differ from 0; the lanes' highest bits.
  case anyTrue, allTrue, bitmask

  // Lanes.
  case splat
  /// A lane as a scalar. (Of 8 and 16 bits: extended to an i32.)
  case extract, extractSigned
  case replace
  /// Lanes that an immediate, or another vector, chooses.
  case shuffle, swizzle

  // Comparisons: all ones or 0.
  case equal, notEqual
  case lessSigned, lessUnsigned, greaterSigned, greaterUnsigned
  case lessEqualSigned, lessEqualUnsigned, greaterEqualSigned, greaterEqualUnsigned
  case floatEqual, floatNotEqual, floatLess, floatGreater, floatLessEqual, floatGreaterEqual

  // Integers.
  case absolute, negate, populationCount
  case add, addSaturatingSigned, addSaturatingUnsigned
  case subtract, subtractSaturatingSigned, subtractSaturatingUnsigned
  case multiply
  case minimumSigned, minimumUnsigned, maximumSigned, maximumUnsigned
  /// Rounded up.
  case averageUnsigned
  /// The second operand is an i32, which is taken modulo the lanes' width.
  case shiftLeft, shiftRightSigned, shiftRightUnsigned

  // Integers of half the width, or of the double one.
  case narrowSigned, narrowUnsigned
  case extendLowSigned, extendLowUnsigned, extendHighSigned, extendHighUnsigned
  case multiplyLowSigned, multiplyLowUnsigned, multiplyHighSigned, multiplyHighUnsigned
  /// Sums of neighbours.
  case addPairsSigned, addPairsUnsigned
  case multiplyQ15Saturating
  /// Sums of the products of neighbours.
  case dot

  // Floats.
  case floatAbsolute, floatNegate, squareRoot, ceiling, floor, truncate, nearest
  case floatAdd, floatSubtract, floatMultiply, floatDivide, floatMinimum, floatMaximum
  /// b < a ? b : a; a < b ? b : a.
  case pseudoMinimum, pseudoMaximum

  // Conversions. Those of f64x2 from or to four lanes concern the lower two of them.
  case truncateSigned, truncateUnsigned, truncateDoublesSigned, truncateDoublesUnsigned
  case convertSigned, convertUnsigned
  case promote, demote

  // Relaxed: results may depend on the machine.
  case relaxedSwizzle
  case relaxedTruncateSigned, relaxedTruncateUnsigned, relaxedTruncateDoublesSigned, relaxedTruncateDoublesUnsigned
  /// a · b + c, −(a · b) + c, with one rounding or with two.
  case multiplyAdd, negatedMultiplyAdd
  case relaxedSelect
  case relaxedMinimum, relaxedMaximum
  case relaxedMultiplyQ15, relaxedDot, relaxedDotAdd
}

extension VectorOperation {
  /// How many operands it has.
  @inline(__always)
  public var operandCount: Int {
    switch self {
    case .not, .anyTrue, .allTrue, .bitmask, .splat, .extract, .extractSigned, .absolute, .negate, .populationCount, .extendLowSigned,
      .extendLowUnsigned, .extendHighSigned, .extendHighUnsigned, .addPairsSigned, .addPairsUnsigned, .floatAbsolute, .floatNegate, .squareRoot,
      .ceiling, .floor, .truncate, .nearest, .truncateSigned, .truncateUnsigned, .truncateDoublesSigned, .truncateDoublesUnsigned, .convertSigned,
      .convertUnsigned, .promote, .demote, .relaxedTruncateSigned, .relaxedTruncateUnsigned, .relaxedTruncateDoublesSigned,
      .relaxedTruncateDoublesUnsigned:
      1
    case .bitSelect, .multiplyAdd, .negatedMultiplyAdd, .relaxedSelect, .relaxedDotAdd: 3
    default: 2
    }
  }

  /// Whether its two operands may change places. (Of two NaNs any may be the result.)
  @inline(__always)
  public var commutes: Bool {
    switch self {
    case .and, .or, .xor, .equal, .notEqual, .floatEqual, .floatNotEqual, .add, .addSaturatingSigned, .addSaturatingUnsigned, .multiply,
      .minimumSigned, .minimumUnsigned, .maximumSigned, .maximumUnsigned, .averageUnsigned, .multiplyLowSigned, .multiplyLowUnsigned,
      .multiplyHighSigned, .multiplyHighUnsigned, .multiplyQ15Saturating, .dot, .floatAdd, .floatMultiply, .relaxedMultiplyQ15:
      true
    default: false
    }
  }

  /// Whether it is an operator of relaxed SIMD.
  public var isRelaxed: Bool { rawValue >= VectorOperation.relaxedSwizzle.rawValue }

  /// The result's type.
  @inline(__always)
  public func resultType(_ shape: LaneShape) -> MachineType {
    switch self {
    case .anyTrue, .allTrue, .bitmask: .i32
    case .extract, .extractSigned: shape.laneType
    default: .v128
    }
  }

  /// What it is where results must not depend on the machine: an operation that is not relaxed, if there is one.
  public var deterministic: VectorOperation {
    switch self {
    case .relaxedSwizzle: .swizzle
    case .relaxedTruncateSigned: .truncateSigned
    case .relaxedTruncateUnsigned: .truncateUnsigned
    case .relaxedTruncateDoublesSigned: .truncateDoublesSigned
    case .relaxedTruncateDoublesUnsigned: .truncateDoublesUnsigned
    case .relaxedSelect: .bitSelect
    case .relaxedMinimum: .floatMinimum
    case .relaxedMaximum: .floatMaximum
    case .relaxedMultiplyQ15: .multiplyQ15Saturating
    default: self
    }
  }
}
