// Operators between vectors and scalars, for both compilers. xmm15 and r11 are lost, and the flags.

import RuntimeLayout
import WasmFormat

extension X64Assembler {
  private var scratch: XMM { XMM(15) }

  /// Copies all of a register, unless it is the same.
  @inline(__always)
  public mutating func copy(_ to: XMM, _ from: XMM) { if to != from { moveFloat(to, from) } }

  // MARK: Splats

  /// An integer in all lanes.
  public mutating func splat(_ shape: LaneShape, _ to: XMM, _ from: GPR) {
    moveBits(shape == .i64x2 ? .w64 : .w32, to, from)
    splatInteger(shape, to)
  }

  private mutating func splatInteger(_ shape: LaneShape, _ register: XMM) {
    if features.contains([.avx, .avx2]) {
      switch shape {
      case .i8x16: return vector(.vpbroadcastb, register, register)
      case .i16x8: return vector(.vpbroadcastw, register, register)
      case .i32x4: return vector(.vpbroadcastd, register, register)
      default: return vector(.vpbroadcastq, register, register)
      }
    }
    switch shape {
    case .i8x16:
      vector(.pxor, scratch, scratch, scratch)
      vector(.pshufb, register, register, scratch)
    case .i16x8:
      vector(.pshuflw, register, register, immediate: 0)
      vector(.pshufd, register, register, immediate: 0)
    case .i32x4: vector(.pshufd, register, register, immediate: 0)
    default: vector(.punpcklqdq, register, register, register)
    }
  }

  /// A float in all lanes.
  public mutating func splat(_ shape: LaneShape, _ to: XMM, _ from: XMM) {
    if shape == .f64x2 { return vector(.movddup, to, from) }
    if features.contains([.avx, .avx2]) { return vector(.vbroadcastss, to, from) }
    vector(.pshufd, to, from, immediate: 0)
  }

  /// As many bytes of memory as a lane has, in all lanes; a trap is the first instruction's.
  public mutating func loadSplat(_ width: Int, _ to: XMM, _ from: Address) {
    if width == 64 { return vector(.movddup, to, from) }
    if width == 32 {
      if hasAVX { return vector(.vbroadcastss, to, from) }
      loadFloat(.f32, to, from)
      return vector(.pshufd, to, to, immediate: 0)
    }
    if features.contains([.avx, .avx2]) { return vector(width == 8 ? .vpbroadcastb : .vpbroadcastw, to, from) }
    if width == 8 { loadZero8(.r11, from) } else { loadZero16(.r11, from) }
    splat(width == 8 ? .i8x16 : .i16x8, to, .r11)
  }

  // MARK: Single lanes

  /// A lane as an integer; of 8 and 16 bits extended to 32.
  public mutating func extract(_ shape: LaneShape, lane: UInt8, isSigned: Bool, _ to: GPR, _ from: XMM) {
    switch shape {
    case .i8x16:
      extract(.pextrb, to, from, lane: lane)
      if isSigned { moveSign8(.w32, to, to) }
    case .i16x8:
      extract(.pextrw, to, from, lane: lane)
      if isSigned { moveSign16(.w32, to, to) }
    case .i32x4: if lane == 0 { moveBits(.w32, to, from) } else { extract(.pextrd, to, from, lane: lane) }
    default: if lane == 0 { moveBits(.w64, to, from) } else { extract(.pextrd, to, from, lane: lane, width: .w64) }
    }
  }

  /// A lane as a float.
  public mutating func extract(_ shape: LaneShape, lane: UInt8, _ to: XMM, _ from: XMM) {
    if lane == 0 { return copy(to, from) }
    if shape == .f64x2 { return vector(.pshufd, to, from, immediate: 0xEE) }
    vector(.pshufd, to, from, immediate: lane)
  }

  /// `to` ← `a` with a lane replaced by an integer. `to` may be `a`.
  public mutating func replace(_ shape: LaneShape, lane: UInt8, _ to: XMM, _ a: XMM, _ value: GPR) {
    let (instruction, width) = Self.insertion(shape)
    insert(instruction, to, a, value, lane: lane, width: width)
  }

  /// The same from as many bytes of memory as the lane has.
  public mutating func replace(_ shape: LaneShape, lane: UInt8, _ to: XMM, _ a: XMM, _ value: Address) {
    let (instruction, width) = Self.insertion(shape)
    insert(instruction, to, a, value, lane: lane, width: width)
  }

  private static func insertion(_ shape: LaneShape) -> (VectorInstruction, Width) {
    switch shape {
    case .i8x16: (.pinsrb, .w32)
    case .i16x8: (.pinsrw, .w32)
    case .i32x4, .f32x4: (.pinsrd, .w32)
    case .i64x2, .f64x2: (.pinsrd, .w64)
    }
  }

  /// The same by a float. `to` may be `a`, not `value`.
  public mutating func replace(_ shape: LaneShape, lane: UInt8, _ to: XMM, _ a: XMM, _ value: XMM) {
    if shape == .f32x4 {
      vector(.insertps, to, a, value, immediate: lane << 4)
    } else if lane == 0 {
      vector(.movsd, to, a, value)
    } else {
      vector(.movlhps, to, a, value)
    }
  }

  /// Stores a lane.
  public mutating func storeLane(_ width: Int, lane: UInt8, _ to: Address, _ from: XMM) {
    switch width {
    case 8: extract(.pextrb, to, from, lane: lane)
    case 16: extract(.pextrw, to, from, lane: lane)
    case 32: if lane == 0 { storeFloat(.f32, to, from) } else { extract(.pextrd, to, from, lane: lane) }
    default: if lane == 0 { storeFloat(.f64, to, from) } else { extract(.pextrd, to, from, lane: lane, width: .w64) }
    }
  }

  // MARK: Whole vectors

  /// Sets the flags: "equal" if no bit is set.
  public mutating func testAny(_ a: XMM) { vector(.ptest, a, a) }

  /// Sets the flags: "equal" if all lanes differ from 0.
  public mutating func testAll(_ shape: LaneShape, _ a: XMM) {
    let instruction: VectorInstruction =
      switch shape {
      case .i8x16: .pcmpeqb
      case .i16x8: .pcmpeqw
      case .i32x4: .pcmpeqd
      default: .pcmpeqq
      }
    vector(.pxor, scratch, scratch, scratch)
    vector(instruction, scratch, scratch, a)
    vector(.ptest, scratch, scratch)
  }

  /// The lanes' highest bits.
  public mutating func bitmask(_ shape: LaneShape, _ to: GPR, _ a: XMM) {
    switch shape {
    case .i8x16: mask(.pmovmskb, to, a)
    case .i16x8:
      vector(.pxor, scratch, scratch, scratch)
      if hasAVX {
        vector(.packsswb, scratch, a, scratch)
        mask(.pmovmskb, to, scratch)
      } else {
        // The lower lanes are 0: their bits are shifted out.
        vector(.packsswb, scratch, scratch, a)
        mask(.pmovmskb, to, scratch)
        shift(.shr, .w32, to, by: 8)
      }
    case .i32x4: mask(.movmskps, to, a)
    default: mask(.movmskpd, to, a)
    }
  }

  // MARK: Loads

  /// `width` bits of memory each to twice as many, eight bytes in all.
  public mutating func loadExtended(_ width: Int, isSigned: Bool, _ to: XMM, _ from: Address) {
    switch width {
    case 8: vector(isSigned ? .pmovsxbw : .pmovzxbw, to, from)
    case 16: vector(isSigned ? .pmovsxwd : .pmovzxwd, to, from)
    default: vector(isSigned ? .pmovsxdq : .pmovzxdq, to, from)
    }
  }

  /// All 16 bytes, at any address.
  public mutating func loadVector(_ to: XMM, _ from: Address) { vector(.movups, to, from) }
  public mutating func storeVector(_ to: Address, _ from: XMM) { store(.storeups, to, from) }

  // MARK: Shifts

  /// By a constant less than the lanes' width.
  public mutating func shift(_ shape: LaneShape, _ kind: VectorShift, _ to: XMM, _ a: XMM, by count: UInt8) {
    switch shape {
    case .i8x16 where count == 0: copy(to, a)
    case .i8x16: shiftBytes(kind, to, a, by: count)
    case .i16x8: shift(.shiftWords, kind, to, a, by: count)
    case .i32x4: shift(.shiftDoublewords, kind, to, a, by: count)
    default:
      guard kind == .rightSigned else { return shift(.shiftQuadwords, kind, to, a, by: count) }
      if count == 0 { return copy(to, a) }
      // The sign bit at its new place, subtracted.
      shift(.shiftQuadwords, .rightUnsigned, to, a, by: count)
      vector(.movaps, scratch, constant(1 << UInt64(63 - count)))
      vector(.pxor, to, to, scratch)
      vector(.psubq, to, to, scratch)
    }
  }

  private mutating func shiftBytes(_ kind: VectorShift, _ to: XMM, _ a: XMM, by count: UInt8) {
    shift(.shiftWords, kind == .left ? .left : .rightUnsigned, to, a, by: count)
    vector(.pand, to, to, constant(bytes: kind == .left ? 0xFF << count : 0xFF >> count))
    guard kind == .rightSigned else { return }
    vector(.movaps, scratch, constant(bytes: 0x80 >> count))
    vector(.pxor, to, to, scratch)
    vector(.psubb, to, to, scratch)
  }

  /// By a count in a register, which is taken modulo the lanes' width. `to` may be `a`; `temporary` is neither.
  public mutating func shift(_ shape: LaneShape, _ kind: VectorShift, _ to: XMM, _ a: XMM, by count: GPR, temporary: XMM) {
    move(.w32, .r11, count)
    arithmetic(.and, .w32, .r11, constant: Int32(shape.width - 1))
    switch shape {
    case .i8x16: shiftBytes(kind, to, a, temporary)
    case .i64x2 where kind == .rightSigned:
      moveBits(.w32, scratch, .r11)
      vector(.movaps, temporary, constant(1 << 63))
      vector(.psrlq, temporary, temporary, scratch)
      vector(.psrlq, to, a, scratch)
      vector(.pxor, to, to, temporary)
      vector(.psubq, to, to, temporary)
    default:
      moveBits(.w32, scratch, .r11)
      vector(Self.variableShift(shape, kind), to, a, scratch)
    }
  }

  public static func variableShift(_ shape: LaneShape, _ kind: VectorShift) -> VectorInstruction {
    switch (shape, kind) {
    case (.i16x8, .left): .psllw
    case (.i16x8, .rightUnsigned): .psrlw
    case (.i16x8, .rightSigned): .psraw
    case (.i32x4, .left): .pslld
    case (.i32x4, .rightUnsigned): .psrld
    case (.i32x4, .rightSigned): .psrad
    case (_, .left): .psllq
    default: .psrlq
    }
  }

  /// By r11.
  private mutating func shiftBytes(_ kind: VectorShift, _ to: XMM, _ a: XMM, _ temporary: XMM) {
    if kind == .rightSigned {
      // As words with the byte in their upper half.
      arithmetic(.add, .w32, .r11, constant: 8)
      moveBits(.w32, scratch, .r11)
      vector(.punpckhbw, temporary, a, a)
      vector(.punpcklbw, to, a, a)
      vector(.psraw, temporary, temporary, scratch)
      vector(.psraw, to, to, scratch)
      return vector(.packsswb, to, to, temporary)
    }
    // The bits of a byte that stay, in all bytes.
    arithmetic(.add, .w32, .r11, constant: 8)
    moveBits(.w32, scratch, .r11)
    vector(.pcmpeqd, temporary, temporary, temporary)
    vector(.psrlw, temporary, temporary, scratch)
    vector(.packuswb, temporary, temporary, temporary)
    arithmetic(.sub, .w32, .r11, constant: 8)
    moveBits(.w32, scratch, .r11)
    if kind == .left {
      vector(.pand, to, a, temporary)
      vector(.psllw, to, to, scratch)
    } else {
      vector(.psrlw, to, a, scratch)
      vector(.pand, to, to, temporary)
    }
  }
}
