// Integer instructions: constants, moves, arithmetic, shifts, multiplication, division, loads and stores.

extension ARM64Assembler {
  // MARK: Moves

  public mutating func move(_ width: Width, _ to: XRegister, _ from: XRegister) {
    logic(.or, width, to, .zero, from)
  }

  /// A constant, in one to four instructions.
  public mutating func move(_ to: XRegister, constant: Int64) {
    let bits = UInt64(bitPattern: constant)
    let zeroParts = (0..<4).filter { (bits >> UInt64($0 * 16)) & 0xFFFF == 0 }.count
    let onesParts = (0..<4).filter { (bits >> UInt64($0 * 16)) & 0xFFFF == 0xFFFF }.count
    let inverts = onesParts > zeroParts
    let background: UInt64 = inverts ? 0xFFFF : 0
    var isFirst = true
    for part in 0..<4 {
      let piece = (bits >> UInt64(part * 16)) & 0xFFFF
      if piece == background { continue }
      let position = UInt32(part) << 21
      if isFirst {
        // movz, or movn of the complement.
        let value = UInt32(inverts ? piece ^ 0xFFFF : piece)
        word((inverts ? 0x9280_0000 : 0xD280_0000) | position | (value << 5) | UInt32(to.code))
      } else {
        word(0xF280_0000 | position | (UInt32(piece) << 5) | UInt32(to.code))
      }
      isFirst = false
    }
    if isFirst { word((inverts ? 0x9280_0000 : 0xD280_0000) | UInt32(to.code)) }
  }

  // MARK: Arithmetic

  public mutating func add(_ op: ARM64AddOp, _ width: Width, _ to: XRegister, _ a: XRegister, _ b: XRegister) {
    word(
      0x0B00_0000 | sizeBit(width) | (UInt32(op.rawValue) << 29) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  /// With a constant of 0 … 4095.
  public mutating func add(_ op: ARM64AddOp, _ width: Width, _ to: XRegister, _ a: XRegister, constant: UInt32) {
    precondition(constant < 4096)
    word(
      0x1100_0000 | sizeBit(width) | (UInt32(op.rawValue) << 29) | (constant << 10) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  public mutating func logic(_ op: ARM64LogicOp, _ width: Width, _ to: XRegister, _ a: XRegister, _ b: XRegister) {
    word(
      0x0A00_0000 | sizeBit(width) | (UInt32(op.rawValue) << 29) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  public mutating func shift(_ op: ARM64ShiftOp, _ width: Width, _ to: XRegister, _ a: XRegister, by b: XRegister) {
    word(
      0x1AC0_0000 | sizeBit(width) | (UInt32(b.code) << 16) | (UInt32(op.rawValue) << 10) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  public mutating func multiply(_ width: Width, _ to: XRegister, _ a: XRegister, _ b: XRegister) {
    word(0x1B00_7C00 | sizeBit(width) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5) | UInt32(to.code))
  }

  public mutating func divide(_ width: Width, signed: Bool, _ to: XRegister, _ a: XRegister, _ b: XRegister) {
    word(
      0x1AC0_0800 | sizeBit(width) | (signed ? 0x400 : 0) | (UInt32(b.code) << 16) | (UInt32(a.code) << 5)
        | UInt32(to.code))
  }

  /// 1 if the condition holds, else 0.
  public mutating func set(_ condition: ARM64Condition, _ to: XRegister) {
    word(0x1A9F_07E0 | (UInt32(condition.negated.rawValue) << 12) | UInt32(to.code))
  }

  // MARK: Memory

  /// `[base + offset]`, the offset a multiple of the width and below 4096 times it.
  public mutating func load(_ width: Width, _ to: XRegister, _ base: XRegister, offset: UInt32) {
    word(0xB940_0000 | scaled(width, offset) | (UInt32(base.code) << 5) | UInt32(to.code))
  }

  public mutating func store(_ width: Width, _ from: XRegister, _ base: XRegister, offset: UInt32) {
    word(0xB900_0000 | scaled(width, offset) | (UInt32(base.code) << 5) | UInt32(from.code))
  }

  private func scaled(_ width: Width, _ offset: UInt32) -> UInt32 {
    let shift: UInt32 = width == .w64 ? 3 : 2
    precondition(offset & ((1 << shift) - 1) == 0 && offset >> shift < 4096)
    return (width == .w64 ? 0x4000_0000 : 0) | ((offset >> shift) << 10)
  }

  /// `[base + zero-extended index]`.
  public mutating func load(_ width: Width, _ to: XRegister, _ base: XRegister, index: XRegister) {
    word(
      0xB860_4800 | (width == .w64 ? 0x4000_0000 : 0) | (UInt32(index.code) << 16) | (UInt32(base.code) << 5)
        | UInt32(to.code))
  }

  public mutating func store(_ width: Width, _ from: XRegister, _ base: XRegister, index: XRegister) {
    word(
      0xB820_4800 | (width == .w64 ? 0x4000_0000 : 0) | (UInt32(index.code) << 16) | (UInt32(base.code) << 5)
        | UInt32(from.code))
  }
}
