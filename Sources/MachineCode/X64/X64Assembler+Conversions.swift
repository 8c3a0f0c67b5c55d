// Conversions of floats to integers that take several instructions, for both compilers: the parts that do not depend on where constants are. r11 and the
// flags are lost.

import RuntimeLayout

extension X64Assembler {
  /// Truncates to an unsigned integer of 32 bits by way of one of 64, and goes to `done`; or to `invalid` for a NaN, or to `overflow`.
  public mutating func truncateToUnsigned32(
    _ to: GPR, from width: FloatWidth, _ source: XMM, done: Label, invalid: Label, overflow: Label
  ) {
    truncateToInteger(.w64, to, from: width, source)
    move(.w32, .r11, to)
    arithmetic(.cmp, .w64, .r11, to)
    jump(.equal, done)
    compareFloat(width, source, source)
    jump(.parity, invalid)
    jump(overflow)
  }

  /// After a comparison with the limit: truncates what is below it by way of a signed integer of 64 bits, and goes to `done`; or to `negative`, if that matters. What is
  /// not below goes on after this.
  public mutating func truncateBelowLimit(_ to: GPR, from width: FloatWidth, _ source: XMM, done: Label, negative: Label? = nil) {
    let big = makeLabel()
    jump(.aboveOrEqual, big)
    truncateToInteger(.w64, to, from: width, source)
    if let negative {
      test(.w64, to, to)
      jump(.sign, negative)
    }
    jump(done)
    bind(big)
  }

  /// After a truncation to a signed integer that gave the most negative one: what saturation makes of that, and goes to `done`; or to `nan`. `zero` is 0.
  public mutating func saturateSigned(
    _ integer: Width, _ to: GPR, from width: FloatWidth, _ source: XMM, zero: XMM, done: Label, nan: Label
  ) {
    compareFloat(width, source, zero)
    jump(.parity, nan)
    // Negative: the most negative integer is there already.
    jump(.below, done)
    move(to, constant: integer == .w32 ? 0x7FFF_FFFF : Int64.max)
    jump(done)
  }
}
