// How x86-64 does operators on vectors, for both compilers: by one instruction, or by a sequence (X64Assembler+VectorSequences.swift). Operators whose operands
// or results are scalars, and shuffles, have functions of their own (X64Assembler+Lanes.swift, X64Assembler+Shuffle.swift).

import RuntimeLayout
import WasmFormat

public enum VectorForm: Equatable, Sendable {
  /// to ← a op b.
  case binary(VectorInstruction)
  /// The same with an immediate.
  case compare(VectorInstruction, FloatPredicate)
  /// to ← op a.
  case unary(VectorInstruction)
  case round(VectorInstruction, RoundingMode)
  /// to = c ← c ± a · b, of lanes of this width.
  case multiplyAdd(VectorInstruction, FloatWidth)
  /// More than one instruction, perhaps with a temporary register.
  case sequence(needsTemporary: Bool)

  /// The form of an operator; `isSwapped`: the operands change places before.
  public static func of(
    _ operation: VectorOperation, _ shape: LaneShape, _ features: ProcessorFeatures
  ) -> (form: VectorForm, isSwapped: Bool) {
    switch operation {
    case .andNot: (.binary(.pandn), true)
    case .lessSigned where shape != .i64x2 || features.contains(.avx): (.binary(greater(shape)), true)
    case .pseudoMinimum: (.binary(shape == .f32x4 ? .minps : .minpd), true)
    case .pseudoMaximum: (.binary(shape == .f32x4 ? .maxps : .maxpd), true)
    case .floatGreater: (.compare(shape == .f32x4 ? .cmpps : .cmppd, .less), true)
    case .floatGreaterEqual: (.compare(shape == .f32x4 ? .cmpps : .cmppd, .lessOrEqual), true)
    // The unsigned one of the factors comes first.
    case .relaxedDot: (.binary(.pmaddubsw), true)
    case .lessSigned, .lessUnsigned, .greaterEqualSigned, .greaterEqualUnsigned: (.sequence(needsTemporary: shape == .i64x2), true)
    default: (plain(operation, shape, features), false)
    }
  }

  private static func plain(_ operation: VectorOperation, _ shape: LaneShape, _ features: ProcessorFeatures) -> VectorForm {
    if let instruction = integer(operation, shape, features) ?? float(operation, shape) { return .binary(instruction) }
    if let instruction = unary(operation, shape) { return .unary(instruction) }
    let isSingle = shape == .f32x4
    switch operation {
    case .floatEqual: return .compare(isSingle ? .cmpps : .cmppd, .equal)
    case .floatNotEqual: return .compare(isSingle ? .cmpps : .cmppd, .notEqual)
    case .floatLess: return .compare(isSingle ? .cmpps : .cmppd, .less)
    case .floatLessEqual: return .compare(isSingle ? .cmpps : .cmppd, .lessOrEqual)
    case .ceiling: return .round(isSingle ? .roundps : .roundpd, .ceil)
    case .floor: return .round(isSingle ? .roundps : .roundpd, .floor)
    case .truncate: return .round(isSingle ? .roundps : .roundpd, .truncate)
    case .nearest: return .round(isSingle ? .roundps : .roundpd, .nearest)
    case .multiplyAdd where features.contains([.avx, .fma]): return .multiplyAdd(.vfmadd231, isSingle ? .f32 : .f64)
    case .negatedMultiplyAdd where features.contains([.avx, .fma]): return .multiplyAdd(.vfnmadd231, isSingle ? .f32 : .f64)
    default: return .sequence(needsTemporary: needsTemporary(operation, shape))
    }
  }

  private static func needsTemporary(_ operation: VectorOperation, _ shape: LaneShape) -> Bool {
    switch operation {
    case .populationCount, .truncateUnsigned, .relaxedTruncateUnsigned, .relaxedDotAdd: true
    case .multiply, .greaterSigned, .lessEqualSigned: shape == .i64x2
    default: false
    }
  }

  private static func greater(_ shape: LaneShape) -> VectorInstruction {
    switch shape {
    case .i8x16: .pcmpgtb
    case .i16x8: .pcmpgtw
    case .i32x4: .pcmpgtd
    default: .pcmpgtq
    }
  }

  private static func integer(_ operation: VectorOperation, _ shape: LaneShape, _ features: ProcessorFeatures) -> VectorInstruction? {
    func of(_ bytes: VectorInstruction?, _ words: VectorInstruction?, _ doublewords: VectorInstruction?, _ quadwords: VectorInstruction? = nil)
      -> VectorInstruction?
    {
      switch shape {
      case .i8x16: bytes
      case .i16x8: words
      case .i32x4: doublewords
      case .i64x2: quadwords
      default: nil
      }
    }
    switch operation {
    case .and: return .pand
    case .or: return .por
    case .xor: return .pxor
    case .equal: return of(.pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpeqq)
    case .greaterSigned: return of(.pcmpgtb, .pcmpgtw, .pcmpgtd, features.contains(.avx) ? .pcmpgtq : nil)
    case .add: return of(.paddb, .paddw, .paddd, .paddq)
    case .subtract: return of(.psubb, .psubw, .psubd, .psubq)
    case .multiply: return of(nil, .pmullw, .pmulld)
    case .addSaturatingSigned: return of(.paddsb, .paddsw, nil)
    case .addSaturatingUnsigned: return of(.paddusb, .paddusw, nil)
    case .subtractSaturatingSigned: return of(.psubsb, .psubsw, nil)
    case .subtractSaturatingUnsigned: return of(.psubusb, .psubusw, nil)
    case .minimumSigned: return of(.pminsb, .pminsw, .pminsd)
    case .minimumUnsigned: return of(.pminub, .pminuw, .pminud)
    case .maximumSigned: return of(.pmaxsb, .pmaxsw, .pmaxsd)
    case .maximumUnsigned: return of(.pmaxub, .pmaxuw, .pmaxud)
    case .averageUnsigned: return of(.pavgb, .pavgw, nil)
    case .narrowSigned: return of(.packsswb, .packssdw, nil)
    case .narrowUnsigned: return of(.packuswb, .packusdw, nil)
    case .dot: return .pmaddwd
    case .relaxedMultiplyQ15: return .pmulhrsw
    case .relaxedSwizzle: return .pshufb
    default: return nil
    }
  }

  private static func float(_ operation: VectorOperation, _ shape: LaneShape) -> VectorInstruction? {
    let isSingle = shape == .f32x4
    switch operation {
    case .floatAdd: return isSingle ? .addps : .addpd
    case .floatSubtract: return isSingle ? .subps : .subpd
    case .floatMultiply: return isSingle ? .mulps : .mulpd
    case .floatDivide: return isSingle ? .divps : .divpd
    case .relaxedMinimum: return isSingle ? .minps : .minpd
    case .relaxedMaximum: return isSingle ? .maxps : .maxpd
    default: return nil
    }
  }

  private static func unary(_ operation: VectorOperation, _ shape: LaneShape) -> VectorInstruction? {
    switch (operation, shape) {
    case (.absolute, .i8x16): .pabsb
    case (.absolute, .i16x8): .pabsw
    case (.absolute, .i32x4): .pabsd
    case (.extendLowSigned, .i16x8): .pmovsxbw
    case (.extendLowSigned, .i32x4): .pmovsxwd
    case (.extendLowSigned, .i64x2): .pmovsxdq
    case (.extendLowUnsigned, .i16x8): .pmovzxbw
    case (.extendLowUnsigned, .i32x4): .pmovzxwd
    case (.extendLowUnsigned, .i64x2): .pmovzxdq
    case (.squareRoot, .f32x4): .sqrtps
    case (.squareRoot, .f64x2): .sqrtpd
    case (.convertSigned, .f32x4): .cvtdq2ps
    case (.convertSigned, .f64x2): .cvtdq2pd
    case (.promote, _): .cvtps2pd
    case (.demote, _): .cvtpd2ps
    case (.relaxedTruncateSigned, _): .cvttps2dq
    case (.relaxedTruncateDoublesSigned, _): .cvttpd2dq
    default: nil
    }
  }
}

extension VectorInstruction {
  /// How many bytes a unary instruction reads of an operand in memory.
  public var unaryBytes: Int {
    switch self {
    case .pmovsxbw, .pmovsxwd, .pmovsxdq, .pmovzxbw, .pmovzxwd, .pmovzxdq, .cvtdq2pd, .cvtps2pd: 8
    case .pmovsxbd, .pmovsxwq, .pmovzxbd, .pmovzxwq: 4
    case .pmovsxbq, .pmovzxbq: 2
    default: 16
    }
  }
}
