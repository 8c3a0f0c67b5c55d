// Forms with operands in memory, bit tests, and BMI instructions, which the optimizing tier uses.

extension X64Assembler {
  // MARK: Integers

  @inline(__always)
  public mutating func test(_ width: Width, _ a: Address, _ b: GPR) { encode(width, 0x85, reg: b.code, a) }

  @inline(__always)
  public mutating func test(_ width: Width, _ a: Address, constant: Int32) {
    encode(width, 0xF7, reg: 0, a)
    code.word32(UInt32(bitPattern: constant))
  }

  @inline(__always)
  public mutating func bitTest(_ width: Width, _ a: GPR, _ bit: GPR) { encode(width, .map0F, 0xA3, reg: bit.code, rm: a.code) }

  @inline(__always)
  public mutating func bitTest(_ width: Width, _ a: GPR, constant: UInt8) {
    encode(width, .map0F, 0xBA, reg: 4, rm: a.code)
    code.byte(constant)
  }

  @inline(__always)
  public mutating func moveZero16(_ to: GPR, _ from: GPR) { encode(.w32, .map0F, 0xB7, reg: to.code, rm: from.code) }

  @inline(__always)
  public mutating func conditionalMove(_ condition: Condition, _ width: Width, _ to: GPR, _ from: Address) {
    encode(width, .map0F, 0x40 | condition.rawValue, reg: to.code, from)
  }

  public mutating func multiply(_ width: Width, _ to: GPR, _ from: Address, constant: Int32) {
    encode(width, short: 0x6B, long: 0x69, reg: to.code, from, constant)
  }

  @inline(__always)
  public mutating func multiplyWideSigned(_ width: Width, _ by: Address) { encode(width, 0xF7, reg: 5, by) }
  @inline(__always)
  public mutating func multiplyWideUnsigned(_ width: Width, _ by: Address) { encode(width, 0xF7, reg: 4, by) }

  @inline(__always)
  public mutating func count(_ bits: BitCount, _ width: Width, _ to: GPR, _ from: Address) {
    encode(prefix: 0xF3, width, .map0F, bits.rawValue, reg: to.code, from)
  }

  // MARK: BMI2

  /// The prefix that tells shlx, sarx and shrx apart, as VEX encodes it.
  @inline(__always)
  private static func prefix(_ op: ShiftOp) -> UInt8 { op == .shl ? 1 : op == .sar ? 2 : 3 }

  /// shlx, shrx, sarx: no flags change.
  public mutating func shift(_ op: ShiftOp, _ width: Width, _ to: GPR, _ from: GPR, by count: GPR) {
    encodeVEX(Self.prefix(op), width, .map0F38, 0xF7, reg: to.code, vector: count.code, rm: from.code)
  }
  public mutating func shift(_ op: ShiftOp, _ width: Width, _ to: GPR, _ from: Address, by count: GPR) {
    encodeVEX(Self.prefix(op), width, .map0F38, 0xF7, reg: to.code, vector: count.code, from)
  }

  /// rorx.
  public mutating func rotateRight(_ width: Width, _ to: GPR, _ from: GPR, by count: UInt8) {
    encodeVEX(3, width, .map0F3A, 0xF0, reg: to.code, vector: 0, rm: from.code)
    code.byte(count)
  }
  public mutating func rotateRight(_ width: Width, _ to: GPR, _ from: Address, by count: UInt8) {
    encodeVEX(3, width, .map0F3A, 0xF0, reg: to.code, vector: 0, from)
    code.byte(count)
  }

  /// Writes a three-byte VEX prefix and the opcode. `prefix`: 0 none, 1 66, 2 F3, 3 F2; `index` and `base` are the operand's extensions.
  private mutating func vexPrefix(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, vector: UInt8, index: UInt8, base: UInt8
  ) {
    code.reserve(24)
    code.byte(0xC4)
    code.byte((~(reg << 4) & 0x80) | (~(index << 3) & 0x40) | (~(base << 2) & 0x20) | map.rawValue)
    code.byte(width.rawValue << 7 | (~vector & 15) << 3 | prefix)
    code.byte(opcode)
  }

  private mutating func encodeVEX(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, vector: UInt8, rm: UInt8
  ) {
    vexPrefix(prefix, width, map, opcode, reg: reg, vector: vector, index: 0, base: rm)
    code.byte(0xC0 | (reg & 7) << 3 | rm & 7)
  }

  private mutating func encodeVEX(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, vector: UInt8, _ address: Address
  ) {
    let hasIndex = address.index != 0xFF
    let index = hasIndex ? address.index : 4
    let hasBase = address.base.code < 16
    vexPrefix(prefix, width, map, opcode, reg: reg, vector: vector, index: hasIndex ? index : 0, base: hasBase ? address.base.code : 0)
    if address.base == Address.instructionPointer {
      code.byte((reg & 7) << 3 | 5)
      return displacement(to: Label(index: address.displacement))
    }
    // Always with an index byte: base 5 without displacement means none.
    let isShort = address.displacement == Int32(Int8(truncatingIfNeeded: address.displacement))
    let mode: UInt8 = !hasBase ? 0 : isShort ? 0x40 : 0x80
    code.byte(mode | (reg & 7) << 3 | 4)
    code.byte(address.scale << 6 | (index & 7) << 3 | (hasBase ? address.base.code & 7 : 5))
    if mode == 0x40 {
      code.byte(UInt8(truncatingIfNeeded: address.displacement))
    } else {
      code.word32(UInt32(bitPattern: address.displacement))
    }
  }

  // MARK: Floats

  @inline(__always)
  public mutating func compareFloat(_ width: FloatWidth, _ a: XMM, _ b: Address) {
    encode(prefix: width.packedPrefix, .w32, .map0F, 0x2E, reg: a.code, b)
  }

  /// The operand is at a multiple of 16.
  @inline(__always)
  public mutating func floatLogic(_ op: FloatLogic, _ to: XMM, _ from: Address) {
    encode(.w32, .map0F, op.rawValue, reg: to.code, from)
  }

  /// All 16 bytes, which are at a multiple of 16.
  @inline(__always)
  public mutating func loadFloatVector(_ to: XMM, _ from: Address) { encode(.w32, .map0F, 0x28, reg: to.code, from) }

  @inline(__always)
  public mutating func storeFloatVector(_ to: Address, _ from: XMM) { encode(.w32, .map0F, 0x29, reg: from.code, to) }

  @inline(__always)
  public mutating func round(_ width: FloatWidth, _ to: XMM, _ from: Address, _ mode: RoundingMode) {
    encode(prefix: 0x66, .w32, .map0F3A, width == .f32 ? 0x0A : 0x0B, reg: to.code, from)
    code.byte(mode.rawValue)
  }

  @inline(__always)
  public mutating func convertToFloat(_ width: FloatWidth, _ to: XMM, from integer: Width, _ source: Address) {
    encode(prefix: width.scalarPrefix, integer, .map0F, 0x2A, reg: to.code, source)
  }

  @inline(__always)
  public mutating func convertFloat(from width: FloatWidth, _ to: XMM, _ source: Address) {
    encode(prefix: width.scalarPrefix, .w32, .map0F, 0x5A, reg: to.code, source)
  }
}
