// The x86-64 macro assembler: operators that need nothing but registers.

import MachineCode
import WasmFormat

extension X64Assembler {
  // MARK: Integers

  mutating func add(_ register: Register, constant: Int) {
    arithmetic(.add, .w64, register.gpr, constant: Int32(truncatingIfNeeded: constant))
  }

  mutating func and(_ width: Width, _ register: Register, constant: Int64) {
    if constant >= 0, constant <= 0x7FFF_FFFF { return arithmetic(.and, width, register.gpr, constant: Int32(constant)) }
    move(.r11, constant: constant)
    arithmetic(.and, width, register.gpr, .r11)
  }

  @inline(__always)
  mutating func wrap(_ to: Register, _ from: Register) { move(.w32, to.gpr, from.gpr) }

  mutating func extendSigned(_ width: Width, from bits: Int, _ to: Register, _ from: Register) {
    switch bits {
    case 8: moveSign8(width, to.gpr, from.gpr)
    case 16: moveSign16(width, to.gpr, from.gpr)
    default: moveSign32(to.gpr, from.gpr)
    }
  }

  mutating func shiftRight(_ width: Width, _ register: Register, by count: Int) { shift(.shr, width, register.gpr, by: UInt8(count)) }

  /// The scans leave their result undefined for zero: the other value is ready.
  mutating func countLeadingZeros(_ width: Width, _ to: Register, _ from: Register) {
    move(.r11, constant: width == .w32 ? 63 : 127)
    bitScanReverse(width, to.gpr, from.gpr)
    conditionalMove(.equal, width, to.gpr, .r11)
    arithmetic(.xor, .w32, to.gpr, constant: width == .w32 ? 31 : 63)
  }

  mutating func countTrailingZeros(_ width: Width, _ to: Register, _ from: Register) {
    move(.r11, constant: width == .w32 ? 32 : 64)
    bitScanForward(width, to.gpr, from.gpr)
    conditionalMove(.equal, width, to.gpr, .r11)
  }

  mutating func populationCount(_ width: Width, _ to: Register, _ from: Register) { count(.ones, width, to.gpr, from.gpr) }

  mutating func set(_ register: Register, _ condition: Condition) {
    set(condition, register.gpr)
    moveZero8(register.gpr, register.gpr)
  }

  // MARK: Floats

  mutating func floatExtreme(_ extreme: FloatExtreme, _ width: FloatWidth, _ to: Register, _ from: Register) {
    let (left, right) = (to.xmm, from.xmm)
    compareFloat(width, left, right)
    let isNaN = makeLabel()
    let differ = makeLabel()
    let done = makeLabel()
    jump(.parity, isNaN)
    jump(.notEqual, differ)
    // Equal, or zeros: the sign decides.
    floatLogic(extreme == .minimum ? .or : .and, left, right)
    jump(done)
    bind(isNaN)
    float(.add, width, left, right)
    jump(done)
    bind(differ)
    float(extreme == .minimum ? .minimum : .maximum, width, left, right)
    bind(done)
  }

  /// A mask of the sign into xmm15.
  private mutating func loadSignMask(_ width: FloatWidth) {
    move(.r11, constant: width == .f32 ? 0x8000_0000 : Int64.min)
    moveBits(.w64, XMM(15), .r11)
  }

  mutating func copySign(_ width: FloatWidth, magnitude: Register, toSign sign: Register) {
    loadSignMask(width)
    floatLogic(.and, sign.xmm, XMM(15))
    floatLogic(.andNot, XMM(15), magnitude.xmm)
    floatLogic(.or, sign.xmm, XMM(15))
  }

  mutating func absolute(_ width: FloatWidth, _ register: Register) {
    move(.r11, constant: width == .f32 ? 0x7FFF_FFFF : Int64.max)
    moveBits(.w64, XMM(15), .r11)
    floatLogic(.and, register.xmm, XMM(15))
  }

  mutating func negate(_ width: FloatWidth, _ register: Register) {
    loadSignMask(width)
    floatLogic(.xor, register.xmm, XMM(15))
  }

  mutating func squareRoot(_ width: FloatWidth, _ to: Register, _ from: Register) { float(.sqrt, width, to.xmm, from.xmm) }

  mutating func round(_ width: FloatWidth, _ to: Register, _ from: Register, _ rounding: FloatRounding) {
    let mode: RoundingMode =
      switch rounding {
      case .ceil: .ceil
      case .floor: .floor
      case .truncate: .truncate
      case .nearest: .nearest
      }
    round(width, to.xmm, from.xmm, mode)
  }

  mutating func convertFloat(from width: FloatWidth, _ to: Register, _ from: Register) { convertFloat(from: width, to.xmm, from.xmm) }

  mutating func reinterpret(_ width: Width, _ to: Register, _ from: Register) {
    if to.registerClass == .general { moveBits(width, to.gpr, from.xmm) } else { moveBits(width, to.xmm, from.gpr) }
  }
}
