// Instructions on whole SSE registers. Where the processor has AVX they are written in its encoding, which has three operands; otherwise the first operand is
// moved to the target before, which then must not be the second operand.

extension X64Assembler {
  /// Whether instructions have three operands.
  @inline(__always) public var hasAVX: Bool { features.contains(.avx) }

  // MARK: Three operands

  /// to ← a op b. Without AVX `to` is not `b`, unless it is `a`.
  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: XMM) {
    if hasAVX { return encodeVEX(instruction, reg: to.code, vector: a.code, rm: b.code) }
    take(to, a, b)
    encode(instruction, reg: to.code, rm: b.code)
  }

  /// Without AVX the operand in memory is at a multiple of 16.
  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: Address) {
    if hasAVX { return encodeVEX(instruction, reg: to.code, vector: a.code, b) }
    if to != a { moveFloat(to, a) }
    encode(instruction, reg: to.code, b)
  }

  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: XMM, immediate: UInt8) {
    vector(instruction, to, a, b)
    code.byte(immediate)
  }

  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: Address, immediate: UInt8) {
    vector(instruction, to, a, b)
    code.byte(immediate)
  }

  /// to ← a with a lane from a general register.
  public mutating func insert(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: GPR, lane: UInt8, width: Width = .w32) {
    if hasAVX {
      encodeVEX(instruction, width, reg: to.code, vector: a.code, rm: b.code)
    } else {
      if to != a { moveFloat(to, a) }
      encode(instruction, width, reg: to.code, rm: b.code)
    }
    code.byte(lane)
  }

  /// The same from as many bytes of memory as the lane has.
  public mutating func insert(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: Address, lane: UInt8, width: Width = .w32) {
    if hasAVX {
      encodeVEX(instruction, width, reg: to.code, vector: a.code, b)
    } else {
      if to != a { moveFloat(to, a) }
      encode(instruction, width, reg: to.code, b)
    }
    code.byte(lane)
  }

  /// Where bits of c are ones lanes of b, else of a; only with AVX.
  public mutating func blend(_ instruction: VectorInstruction, _ to: XMM, _ a: XMM, _ b: XMM, by c: XMM) {
    encodeVEX(instruction, reg: to.code, vector: a.code, rm: b.code)
    code.byte(c.code << 4)
  }

  /// Only with FMA.
  public mutating func multiplyAdd(_ instruction: VectorInstruction, _ width: FloatWidth, _ to: XMM, _ a: XMM, _ b: XMM) {
    encodeVEX(instruction, width == .f64 ? .w64 : .w32, reg: to.code, vector: a.code, rm: b.code)
  }

  // MARK: Two operands

  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ from: XMM) {
    if hasAVX { return encodeVEX(instruction, reg: to.code, vector: 0, rm: from.code) }
    encode(instruction, reg: to.code, rm: from.code)
  }

  /// The operand in memory has as many bytes as the instruction reads; without AVX, 16 of them are at a multiple of 16 (but for movups).
  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ from: Address) {
    if hasAVX { return encodeVEX(instruction, reg: to.code, vector: 0, from) }
    encode(instruction, reg: to.code, from)
  }

  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ from: XMM, immediate: UInt8) {
    vector(instruction, to, from)
    code.byte(immediate)
  }

  public mutating func vector(_ instruction: VectorInstruction, _ to: XMM, _ from: Address, immediate: UInt8) {
    vector(instruction, to, from)
    code.byte(immediate)
  }

  public mutating func store(_ instruction: VectorInstruction, _ to: Address, _ from: XMM) {
    if hasAVX { return encodeVEX(instruction, reg: from.code, vector: 0, to) }
    encode(instruction, reg: from.code, to)
  }

  /// Bits of lanes into a general register.
  public mutating func mask(_ instruction: VectorInstruction, _ to: GPR, _ from: XMM) {
    if hasAVX { return encodeVEX(instruction, reg: to.code, vector: 0, rm: from.code) }
    encode(instruction, reg: to.code, rm: from.code)
  }

  /// A lane into a general register.
  public mutating func extract(_ instruction: VectorInstruction, _ to: GPR, _ from: XMM, lane: UInt8, width: Width = .w32) {
    if hasAVX {
      encodeVEX(instruction, width, reg: from.code, vector: 0, rm: to.code)
    } else {
      encode(instruction, width, reg: from.code, rm: to.code)
    }
    code.byte(lane)
  }

  /// A lane into as many bytes of memory as it has.
  public mutating func extract(_ instruction: VectorInstruction, _ to: Address, _ from: XMM, lane: UInt8, width: Width = .w32) {
    if hasAVX {
      encodeVEX(instruction, width, reg: from.code, vector: 0, to)
    } else {
      encode(instruction, width, reg: from.code, to)
    }
    code.byte(lane)
  }

  /// to ← from shifted by a constant.
  public mutating func shift(_ instruction: VectorInstruction, _ shift: VectorShift, _ to: XMM, _ from: XMM, by count: UInt8) {
    if hasAVX {
      encodeVEX(instruction, reg: shift.rawValue, vector: to.code, rm: from.code)
    } else {
      if to != from { moveFloat(to, from) }
      encode(instruction, reg: shift.rawValue, rm: to.code)
    }
    code.byte(count)
  }

  private mutating func take(_ to: XMM, _ a: XMM, _ b: XMM) {
    if to == a { return }
    precondition(to != b, "the target must not be the second operand")
    moveFloat(to, a)
  }

  // MARK: Constants

  /// A constant after the code, at a multiple of 16. No immediate may follow in an instruction with this address.
  public mutating func constant(low: UInt64, high: UInt64) -> Address {
    // The newest ones are the likeliest.
    var index = constants.count - 1
    while index >= max(0, constants.count - 32) {
      if constants[index].low == low, constants[index].high == high { return .relative(to: constants[index].label) }
      index -= 1
    }
    let label = makeLabel()
    constants.append(VectorConstant(label: label, low: low, high: high))
    return .relative(to: label)
  }

  /// The same word twice.
  mutating func constant(_ word: UInt64) -> Address { constant(low: word, high: word) }

  /// A byte, or 16 or 32 bits, in all lanes.
  mutating func constant(bytes byte: UInt8) -> Address { constant(UInt64(byte) &* 0x0101_0101_0101_0101) }
  mutating func constant(words word: UInt16) -> Address { constant(UInt64(word) &* 0x0001_0001_0001_0001) }
  mutating func constant(doublewords word: UInt32) -> Address { constant(UInt64(word) &* 0x0000_0001_0000_0001) }

  /// Writes the constants after the code; returns where they are, nil if there are none.
  public mutating func writeConstants() -> Range<Int>? {
    if constants.count == 0 { return nil }
    align(16)
    let start = offset
    for index in 0..<constants.count {
      bind(constants[index].label)
      data64(constants[index].low)
      data64(constants[index].high)
    }
    return start..<offset
  }

  // MARK: Encoding

  private static func legacyPrefix(_ prefix: UInt8) -> UInt8 {
    switch prefix {
    case 1: 0x66
    case 2: 0xF3
    case 3: 0xF2
    default: 0
    }
  }

  private mutating func encode(_ instruction: VectorInstruction, _ width: Width = .w32, reg: UInt8, rm: UInt8) {
    encode(prefix: Self.legacyPrefix(instruction.prefix), width, instruction.map, instruction.opcode, reg: reg, rm: rm)
  }

  private mutating func encode(_ instruction: VectorInstruction, _ width: Width = .w32, reg: UInt8, _ address: Address) {
    encode(prefix: Self.legacyPrefix(instruction.prefix), width, instruction.map, instruction.opcode, reg: reg, address)
  }

  /// VEX: two bytes where they suffice, else three, and the opcode. `index` and `base` are the operand's extensions.
  private mutating func writeVEX(_ instruction: VectorInstruction, _ width: Width, reg: UInt8, vector: UInt8, index: UInt8, base: UInt8) {
    code.reserve(24)
    let last = (~vector & 15) << 3 | instruction.prefix
    if width == .w32, instruction.map == .map0F, index < 8, base < 8 {
      code.byte(0xC5)
      code.byte((~(reg << 4) & 0x80) | last)
    } else {
      code.byte(0xC4)
      code.byte((~(reg << 4) & 0x80) | (~(index << 3) & 0x40) | (~(base << 2) & 0x20) | instruction.map.rawValue)
      code.byte(width.rawValue << 7 | last)
    }
    code.byte(instruction.opcode)
  }

  private mutating func encodeVEX(_ instruction: VectorInstruction, _ width: Width = .w32, reg: UInt8, vector: UInt8, rm: UInt8) {
    writeVEX(instruction, width, reg: reg, vector: vector, index: 0, base: rm)
    code.byte(0xC0 | (reg & 7) << 3 | rm & 7)
  }

  private mutating func encodeVEX(_ instruction: VectorInstruction, _ width: Width = .w32, reg: UInt8, vector: UInt8, _ address: Address) {
    let hasIndex = address.index != 0xFF
    let hasBase = address.base.code < 16
    writeVEX(instruction, width, reg: reg, vector: vector, index: hasIndex ? address.index : 0, base: hasBase ? address.base.code : 0)
    operand(reg, address)
  }

  /// The bytes of an operand in memory: those after the opcode.
  private mutating func operand(_ reg: UInt8, _ address: Address) {
    let field = (reg & 7) << 3
    if address.base == Address.instructionPointer {
      code.byte(field | 5)
      return displacement(to: Label(index: address.displacement))
    }
    let hasBase = address.base.code < 16
    let base = hasBase ? address.base.code & 7 : 5
    let isShort = address.displacement == Int32(Int8(truncatingIfNeeded: address.displacement))
    let mode: UInt8 = !hasBase || (address.displacement == 0 && base != 5) ? 0 : isShort ? 0x40 : 0x80
    if address.index != 0xFF || base == 4 || !hasBase {
      code.byte(mode | field | 4)
      code.byte(address.scale << 6 | (address.index == 0xFF ? 4 : address.index & 7) << 3 | base)
    } else {
      code.byte(mode | field | base)
    }
    if mode == 0x40 {
      code.byte(UInt8(truncatingIfNeeded: address.displacement))
    } else if mode == 0x80 || !hasBase {
      code.word32(UInt32(bitPattern: address.displacement))
    }
  }
}
