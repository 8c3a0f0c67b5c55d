// Operators on vectors that take several instructions, for both compilers. `to` may be `a`, and no other operand; `temporary` is none of them. xmm15 and r11 are
// lost, and the flags.

import RuntimeLayout
import WasmFormat

extension X64Assembler {
  private var scratch: XMM { XMM(15) }

  /// An operator of the form `sequence`.
  public mutating func vectorSequence(
    _ operation: VectorOperation, _ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM, _ c: XMM, temporary: XMM
  ) {
    switch operation {
    case .not: complement(to, a)
    case .bitSelect: bitSelect(to, a, b, c)
    case .relaxedSelect: relaxedSelect(shape, to, a, b, c)
    case .notEqual:
      vector(equality(shape), to, a, b)
      complement(to, to)
    case .lessSigned, .greaterSigned: greaterQuadwords(to, a, b, temporary)
    case .lessUnsigned, .greaterUnsigned:
      // Not the lesser one, or equal.
      vector(minimum(shape, isSigned: false), scratch, a, b)
      vector(equality(shape), to, a, scratch)
      complement(to, to)
    case .lessEqualSigned where shape == .i64x2, .greaterEqualSigned where shape == .i64x2:
      greaterQuadwords(to, a, b, temporary)
      complement(to, to)
    case .lessEqualSigned, .greaterEqualSigned: compareWithMinimum(shape, to, a, b, isSigned: true)
    case .lessEqualUnsigned, .greaterEqualUnsigned: compareWithMinimum(shape, to, a, b, isSigned: false)
    case .absolute: absoluteQuadwords(to, a)
    case .negate: negate(shape, to, a)
    case .populationCount: populationCount(to, a, temporary)
    case .multiply: multiplyQuadwords(to, a, b, temporary)
    case .swizzle:
      // Numbers beyond the last lane get their highest bit set.
      vector(.paddusb, scratch, b, constant(bytes: 0x70))
      vector(.pshufb, to, a, scratch)
    case .multiplyQ15Saturating:
      vector(.pmulhrsw, to, a, b)
      vector(.pcmpeqw, scratch, to, constant(words: 0x8000))
      vector(.pxor, to, to, scratch)
    case .extendHighSigned, .extendHighUnsigned:
      vector(.pshufd, to, a, immediate: 0xEE)
      vector(extension_(shape, isSigned: operation == .extendHighSigned), to, to)
    case .multiplyLowSigned, .multiplyLowUnsigned, .multiplyHighSigned, .multiplyHighUnsigned:
      multiplyExtended(operation, shape, to, a, b)
    case .addPairsSigned, .addPairsUnsigned: addPairs(shape, isSigned: operation == .addPairsSigned, to, a)
    case .relaxedDotAdd:
      vector(.pmaddubsw, temporary, b, a)
      vector(.pmaddwd, temporary, temporary, constant(words: 1))
      vector(.paddd, to, temporary, c)
    default: floatSequence(operation, shape, to, a, b, c, temporary)
    }
  }

  private mutating func floatSequence(
    _ operation: VectorOperation, _ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM, _ c: XMM, _ temporary: XMM
  ) {
    switch operation {
    case .floatAbsolute: vector(.andps, to, a, shape == .f32x4 ? constant(doublewords: 0x7FFF_FFFF) : constant(0x7FFF_FFFF_FFFF_FFFF))
    case .floatNegate: vector(.xorps, to, a, shape == .f32x4 ? constant(doublewords: 0x8000_0000) : constant(1 << 63))
    case .floatMinimum: floatMinimum(shape, to, a, b)
    case .floatMaximum: floatMaximum(shape, to, a, b)
    case .truncateSigned: truncateSigned(to, a)
    case .truncateUnsigned, .relaxedTruncateUnsigned: truncateUnsigned(to, a, temporary)
    case .truncateDoublesSigned:
      // Not a number becomes 0.
      vector(.cmppd, scratch, a, a, immediate: FloatPredicate.equal.rawValue)
      vector(.andps, scratch, scratch, constant(Double(Int32.max).bitPattern))
      vector(.minpd, to, a, scratch)
      vector(.cvttpd2dq, to, to)
    case .truncateDoublesUnsigned, .relaxedTruncateDoublesUnsigned:
      vector(.xorps, scratch, scratch, scratch)
      vector(.maxpd, to, a, scratch)
      vector(.minpd, to, to, constant(Double(UInt32.max).bitPattern))
      vector(.roundpd, to, to, immediate: RoundingMode.truncate.rawValue)
      // Beside 2^52 an integer is in the lower half of its bits.
      vector(.addpd, to, to, constant(Double(sign: .plus, exponent: 52, significand: 1).bitPattern))
      vector(.shufps, to, to, scratch, immediate: 0x88)
    case .convertUnsigned where shape == .f64x2:
      vector(.movaps, scratch, constant(doublewords: 0x4330_0000))
      vector(.unpcklps, to, a, scratch)
      vector(.subpd, to, to, constant(Double(sign: .plus, exponent: 52, significand: 1).bitPattern))
    case .convertUnsigned:
      // The upper and the lower 16 bits are exact.
      vector(.pxor, scratch, scratch, scratch)
      vector(.pblendw, scratch, scratch, a, immediate: 0x55)
      shift(.shiftDoublewords, .rightUnsigned, to, a, by: 16)
      vector(.cvtdq2ps, scratch, scratch)
      vector(.cvtdq2ps, to, to)
      vector(.mulps, to, to, constant(doublewords: Float(65536).bitPattern))
      vector(.addps, to, to, scratch)
    case .multiplyAdd, .negatedMultiplyAdd: multiplyAdd(operation == .negatedMultiplyAdd, shape, to, a, b, c)
    default: preconditionFailure("\(operation) is no sequence")
    }
  }

  // MARK: Bits

  private mutating func complement(_ to: XMM, _ a: XMM) { vector(.pxor, to, a, constant(.max)) }

  private mutating func bitSelect(_ to: XMM, _ a: XMM, _ b: XMM, _ c: XMM) {
    vector(.pandn, scratch, c, b)
    vector(.pand, to, a, c)
    vector(.por, to, to, scratch)
  }

  private mutating func relaxedSelect(_ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM, _ c: XMM) {
    guard hasAVX else { return bitSelect(to, a, b, c) }
    switch shape {
    case .i32x4: blend(.vblendvps, to, b, a, by: c)
    case .i64x2: blend(.vblendvpd, to, b, a, by: c)
    default: blend(.vpblendvb, to, b, a, by: c)
    }
  }

  // MARK: Comparisons

  private func equality(_ shape: LaneShape) -> VectorInstruction {
    switch shape {
    case .i8x16: .pcmpeqb
    case .i16x8: .pcmpeqw
    case .i32x4: .pcmpeqd
    default: .pcmpeqq
    }
  }

  private func minimum(_ shape: LaneShape, isSigned: Bool) -> VectorInstruction {
    switch shape {
    case .i8x16: isSigned ? .pminsb : .pminub
    case .i16x8: isSigned ? .pminsw : .pminuw
    default: isSigned ? .pminsd : .pminud
    }
  }

  /// a ≤ b where a is the lesser one.
  private mutating func compareWithMinimum(_ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM, isSigned: Bool) {
    vector(minimum(shape, isSigned: isSigned), scratch, a, b)
    vector(equality(shape), to, a, scratch)
  }

  private mutating func greaterQuadwords(_ to: XMM, _ a: XMM, _ b: XMM, _ temporary: XMM) {
    if hasAVX { return vector(.pcmpgtq, to, a, b) }
    // The upper halves decide, or, where they are equal, the borrow of b − a.
    vector(.pcmpeqd, temporary, a, b)
    vector(.psubq, scratch, b, a)
    vector(.pand, temporary, temporary, scratch)
    vector(.pcmpgtd, to, a, b)
    vector(.por, to, to, temporary)
    vector(.pshufd, to, to, immediate: 0xF5)
  }

  // MARK: Integers

  private mutating func negate(_ shape: LaneShape, _ to: XMM, _ a: XMM) {
    vector(.pxor, scratch, scratch, scratch)
    let instruction: VectorInstruction =
      switch shape {
      case .i8x16: .psubb
      case .i16x8: .psubw
      case .i32x4: .psubd
      default: .psubq
      }
    if hasAVX { return vector(instruction, to, scratch, a) }
    vector(instruction, scratch, scratch, a)
    vector(.movaps, to, scratch)
  }

  private mutating func absoluteQuadwords(_ to: XMM, _ a: XMM) {
    vector(.pshufd, scratch, a, immediate: 0xF5)
    shift(.shiftDoublewords, .rightSigned, scratch, scratch, by: 31)
    vector(.pxor, to, a, scratch)
    vector(.psubq, to, to, scratch)
  }

  /// Of bytes: of both halves by a table.
  private mutating func populationCount(_ to: XMM, _ a: XMM, _ temporary: XMM) {
    let table = constant(low: 0x0302_0201_0201_0100, high: 0x0403_0302_0302_0201)
    shift(.shiftWords, .rightUnsigned, scratch, a, by: 4)
    vector(.pand, scratch, scratch, constant(bytes: 15))
    vector(.pand, to, a, constant(bytes: 15))
    vector(.movaps, temporary, table)
    vector(.pshufb, temporary, temporary, to)
    vector(.movaps, to, table)
    vector(.pshufb, to, to, scratch)
    vector(.paddb, to, to, temporary)
  }

  private mutating func multiplyQuadwords(_ to: XMM, _ a: XMM, _ b: XMM, _ temporary: XMM) {
    shift(.shiftQuadwords, .rightUnsigned, scratch, a, by: 32)
    vector(.pmuludq, scratch, scratch, b)
    shift(.shiftQuadwords, .rightUnsigned, temporary, b, by: 32)
    vector(.pmuludq, temporary, temporary, a)
    vector(.paddq, scratch, scratch, temporary)
    shift(.shiftQuadwords, .left, scratch, scratch, by: 32)
    vector(.pmuludq, to, a, b)
    vector(.paddq, to, to, scratch)
  }

  /// To lanes of a shape from those of half the width.
  private func extension_(_ shape: LaneShape, isSigned: Bool) -> VectorInstruction {
    switch shape {
    case .i16x8: isSigned ? .pmovsxbw : .pmovzxbw
    case .i32x4: isSigned ? .pmovsxwd : .pmovzxwd
    default: isSigned ? .pmovsxdq : .pmovzxdq
    }
  }

  private mutating func multiplyExtended(_ operation: VectorOperation, _ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM) {
    let isSigned = operation == .multiplyLowSigned || operation == .multiplyHighSigned
    let isHigh = operation == .multiplyHighSigned || operation == .multiplyHighUnsigned
    switch shape {
    case .i16x8:
      if isHigh {
        vector(.pshufd, scratch, b, immediate: 0xEE)
        vector(.pshufd, to, a, immediate: 0xEE)
      }
      vector(extension_(shape, isSigned: isSigned), scratch, isHigh ? scratch : b)
      vector(extension_(shape, isSigned: isSigned), to, isHigh ? to : a)
      vector(.pmullw, to, to, scratch)
    case .i32x4:
      vector(isSigned ? .pmulhw : .pmulhuw, scratch, a, b)
      vector(.pmullw, to, a, b)
      vector(isHigh ? .punpckhwd : .punpcklwd, to, to, scratch)
    default:
      // Lanes 0 and 1, or 2 and 3, to where the instruction takes them from.
      vector(.pshufd, scratch, b, immediate: isHigh ? 0xFA : 0x50)
      vector(.pshufd, to, a, immediate: isHigh ? 0xFA : 0x50)
      vector(isSigned ? .pmuldq : .pmuludq, to, to, scratch)
    }
  }

  private mutating func addPairs(_ shape: LaneShape, isSigned: Bool, _ to: XMM, _ a: XMM) {
    if shape == .i16x8 {
      // The first factors are unsigned, the second ones signed.
      if !isSigned { return vector(.pmaddubsw, to, a, constant(bytes: 1)) }
      vector(.movaps, scratch, constant(bytes: 1))
      if hasAVX { return vector(.pmaddubsw, to, scratch, a) }
      vector(.pmaddubsw, scratch, scratch, a)
      return vector(.movaps, to, scratch)
    }
    if isSigned { return vector(.pmaddwd, to, a, constant(words: 1)) }
    // As signed numbers they are less by 2^15.
    vector(.pxor, to, a, constant(words: 0x8000))
    vector(.pmaddwd, to, to, constant(words: 1))
    vector(.paddd, to, to, constant(doublewords: 0x10000))
  }

  // MARK: Floats

  private mutating func floatMinimum(_ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM) {
    let instruction: VectorInstruction = shape == .f32x4 ? .minps : .minpd
    // The instruction gives its second operand if one is not a number, or both are 0: so both orders, and all ones of both.
    vector(instruction, scratch, b, a)
    vector(instruction, to, a, b)
    vector(.orps, to, to, scratch)
    quiet(shape, to, orWithMask: true)
  }

  private mutating func floatMaximum(_ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM) {
    let instruction: VectorInstruction = shape == .f32x4 ? .maxps : .maxpd
    vector(instruction, scratch, b, a)
    vector(instruction, to, a, b)
    // Where they differ: a difference in the sign alone, of zeros, becomes 0 by the subtraction.
    vector(.xorps, scratch, scratch, to)
    vector(.orps, to, to, scratch)
    vector(shape == .f32x4 ? .subps : .subpd, to, to, scratch)
    quiet(shape, to, orWithMask: false)
  }

  /// Makes what is not a number in xmm15's place canonical: only its highest bits stay.
  private mutating func quiet(_ shape: LaneShape, _ to: XMM, orWithMask: Bool) {
    let isSingle = shape == .f32x4
    vector(isSingle ? .cmpps : .cmppd, scratch, to, to, immediate: FloatPredicate.unordered.rawValue)
    if orWithMask { vector(.orps, to, to, scratch) }
    shift(isSingle ? .shiftDoublewords : .shiftQuadwords, .rightUnsigned, scratch, scratch, by: isSingle ? 10 : 13)
    if hasAVX { return vector(.andnps, to, scratch, to) }
    vector(.andnps, scratch, scratch, to)
    vector(.movaps, to, scratch)
  }

  private mutating func truncateSigned(_ to: XMM, _ a: XMM) {
    vector(.cmpps, scratch, a, a, immediate: FloatPredicate.equal.rawValue)
    // Not a number becomes 0.
    vector(.andps, to, a, scratch)
    // Where a number is too large, 0x8000_0000 becomes 0x7FFF_FFFF.
    vector(.movaps, scratch, constant(doublewords: Float(sign: .plus, exponent: 31, significand: 1).bitPattern))
    vector(.cmpps, scratch, scratch, to, immediate: FloatPredicate.lessOrEqual.rawValue)
    vector(.cvttps2dq, to, to)
    vector(.pxor, to, to, scratch)
  }

  private mutating func truncateUnsigned(_ to: XMM, _ a: XMM, _ temporary: XMM) {
    let limit = Float(sign: .plus, exponent: 31, significand: 1).bitPattern
    // Negative ones and what is not a number become 0.
    vector(.xorps, scratch, scratch, scratch)
    vector(.maxps, to, a, scratch)
    // What is above 2^31, or negative.
    vector(.subps, temporary, to, constant(doublewords: limit))
    vector(.movaps, scratch, constant(doublewords: limit))
    vector(.cmpps, scratch, scratch, temporary, immediate: FloatPredicate.lessOrEqual.rawValue)
    vector(.cvttps2dq, temporary, temporary)
    vector(.pxor, temporary, temporary, scratch)
    vector(.pxor, scratch, scratch, scratch)
    vector(.pmaxsd, temporary, temporary, scratch)
    vector(.cvttps2dq, to, to)
    vector(.paddd, to, to, temporary)
  }

  private mutating func multiplyAdd(_ isNegated: Bool, _ shape: LaneShape, _ to: XMM, _ a: XMM, _ b: XMM, _ c: XMM) {
    let isSingle = shape == .f32x4
    if !isNegated {
      vector(isSingle ? .mulps : .mulpd, to, a, b)
      return vector(isSingle ? .addps : .addpd, to, to, c)
    }
    vector(isSingle ? .mulps : .mulpd, scratch, a, b)
    vector(isSingle ? .subps : .subpd, to, c, scratch)
  }
}
