// Integer instructions: moves, arithmetic, shifts, multiplication, division, bit counting.

extension X64Assembler {
  // MARK: Moves

  @inline(__always)
  public mutating func move(_ width: Width = .w64, _ to: GPR, _ from: GPR) {
    encode(width, 0x8B, reg: to.code, rm: from.code)
  }

  /// Loads a constant by the shortest instruction that leaves the flags alone.
  public mutating func move(_ to: GPR, constant: Int64) {
    code.reserve(16)
    if constant >= 0 && constant <= 0xFFFF_FFFF {
      if to.code >= 8 { code.byte(0x41) }
      code.byte(0xB8 | (to.code & 7))
      code.word32(UInt32(truncatingIfNeeded: constant))
    } else if let short = Int32(exactly: constant) {
      encode(.w64, 0xC7, reg: 0, rm: to.code)
      code.word32(UInt32(bitPattern: short))
    } else {
      code.byte(to.code >= 8 ? 0x49 : 0x48)
      code.byte(0xB8 | (to.code & 7))
      code.word64(UInt64(bitPattern: constant))
    }
  }

  @inline(__always)
  public mutating func load(_ width: Width = .w64, _ to: GPR, _ from: Address) { encode(width, 0x8B, reg: to.code, from) }

  @inline(__always)
  public mutating func store(_ width: Width = .w64, _ to: Address, _ from: GPR) { encode(width, 0x89, reg: from.code, to) }

  @inline(__always)
  public mutating func store8(_ to: Address, _ from: GPR) {
    encode(.w32, 0x88, reg: from.code, to, force: from.code >= 4)
  }

  @inline(__always)
  public mutating func store16(_ to: Address, _ from: GPR) { encode(prefix: 0x66, .w32, 0x89, reg: from.code, to) }

  /// Stores a sign-extended 32-bit constant.
  @inline(__always)
  public mutating func store(_ width: Width, _ to: Address, constant: Int32) {
    encode(width, 0xC7, reg: 0, to)
    code.word32(UInt32(bitPattern: constant))
  }

  @inline(__always)
  public mutating func store8(_ to: Address, constant: UInt8) {
    encode(.w32, 0xC6, reg: 0, to)
    code.byte(constant)
  }

  @inline(__always)
  public mutating func store16(_ to: Address, constant: UInt16) {
    encode(prefix: 0x66, .w32, 0xC7, reg: 0, to)
    code.byte(UInt8(truncatingIfNeeded: constant))
    code.byte(UInt8(truncatingIfNeeded: constant >> 8))
  }

  @inline(__always)
  public mutating func loadZero8(_ to: GPR, _ from: Address) { encode(.w32, .map0F, 0xB6, reg: to.code, from) }
  @inline(__always)
  public mutating func loadZero16(_ to: GPR, _ from: Address) { encode(.w32, .map0F, 0xB7, reg: to.code, from) }
  @inline(__always)
  public mutating func loadSign8(_ width: Width, _ to: GPR, _ from: Address) { encode(width, .map0F, 0xBE, reg: to.code, from) }
  @inline(__always)
  public mutating func loadSign16(_ width: Width, _ to: GPR, _ from: Address) { encode(width, .map0F, 0xBF, reg: to.code, from) }
  @inline(__always)
  public mutating func loadSign32(_ to: GPR, _ from: Address) { encode(.w64, 0x63, reg: to.code, from) }

  @inline(__always)
  public mutating func moveZero8(_ to: GPR, _ from: GPR) {
    encode(.w32, .map0F, 0xB6, reg: to.code, rm: from.code, force: from.code >= 4)
  }
  @inline(__always)
  public mutating func moveSign8(_ width: Width, _ to: GPR, _ from: GPR) {
    encode(width, .map0F, 0xBE, reg: to.code, rm: from.code, force: from.code >= 4)
  }
  @inline(__always)
  public mutating func moveSign16(_ width: Width, _ to: GPR, _ from: GPR) {
    encode(width, .map0F, 0xBF, reg: to.code, rm: from.code)
  }
  @inline(__always)
  public mutating func moveSign32(_ to: GPR, _ from: GPR) { encode(.w64, 0x63, reg: to.code, rm: from.code) }

  @inline(__always)
  public mutating func loadAddress(_ width: Width = .w64, _ to: GPR, _ address: Address) {
    encode(width, 0x8D, reg: to.code, address)
  }

  @inline(__always)
  public mutating func exchange(_ width: Width = .w64, _ a: GPR, _ b: GPR) { encode(width, 0x87, reg: a.code, rm: b.code) }

  @inline(__always)
  public mutating func push(_ register: GPR) {
    code.reserve(2)
    if register.code >= 8 { code.byte(0x41) }
    code.byte(0x50 | (register.code & 7))
  }

  @inline(__always)
  public mutating func pop(_ register: GPR) {
    code.reserve(2)
    if register.code >= 8 { code.byte(0x41) }
    code.byte(0x58 | (register.code & 7))
  }

  // MARK: Arithmetic

  @inline(__always)
  public mutating func arithmetic(_ op: ArithmeticOp, _ width: Width, _ to: GPR, _ from: GPR) {
    encode(width, (op.rawValue << 3) | 3, reg: to.code, rm: from.code)
  }

  @inline(__always)
  public mutating func arithmetic(_ op: ArithmeticOp, _ width: Width, _ to: GPR, _ from: Address) {
    encode(width, (op.rawValue << 3) | 3, reg: to.code, from)
  }

  @inline(__always)
  public mutating func arithmetic(_ op: ArithmeticOp, _ width: Width, _ to: Address, _ from: GPR) {
    encode(width, (op.rawValue << 3) | 1, reg: from.code, to)
  }

  public mutating func arithmetic(_ op: ArithmeticOp, _ width: Width, _ to: GPR, constant: Int32) {
    if to != .rax || constant == Int32(Int8(truncatingIfNeeded: constant)) {
      return encode(width, short: 0x83, long: 0x81, reg: op.rawValue, rm: to.code, constant)
    }
    code.reserve(16)
    if width == .w64 { code.byte(0x48) }
    code.byte((op.rawValue << 3) | 5)
    code.word32(UInt32(bitPattern: constant))
  }

  public mutating func arithmetic(_ op: ArithmeticOp, _ width: Width, _ to: Address, constant: Int32) {
    encode(width, short: 0x83, long: 0x81, reg: op.rawValue, to, constant)
  }

  /// Compares with a constant that takes four bytes whatever it is; returns where they are in the code.
  public mutating func compare32(_ address: Address, constant: Int32) -> Int {
    encode(.w32, 0x81, reg: ArithmeticOp.cmp.rawValue, address)
    code.word32(UInt32(bitPattern: constant))
    return offset - 4
  }

  /// Compares a byte.
  public mutating func compare8(_ address: Address, constant: UInt8) {
    encode(.w32, 0x80, reg: ArithmeticOp.cmp.rawValue, address)
    code.byte(constant)
  }

  public mutating func compare8(_ address: Address, _ register: GPR) {
    encode(.w32, 0x38, reg: register.code, address, force: register.code >= 4)
  }

  @inline(__always)
  public mutating func test(_ width: Width, _ a: GPR, _ b: GPR) { encode(width, 0x85, reg: b.code, rm: a.code) }

  public mutating func test8(_ address: Address, constant: UInt8) {
    encode(.w32, 0xF6, reg: 0, address)
    code.byte(constant)
  }

  public mutating func test(_ width: Width, _ a: GPR, constant: Int32) {
    if constant >= 0 && constant < 128 {
      // The byte form reads the low byte: same ZF, and SF is clear either way.
      code.reserve(16)
      if a == .rax {
        code.byte(0xA8)
      } else {
        encode(.w32, 0xF6, reg: 0, rm: a.code, force: a.code >= 4)
      }
      code.byte(UInt8(truncatingIfNeeded: constant))
    } else {
      encode(width, 0xF7, reg: 0, rm: a.code)
      code.word32(UInt32(bitPattern: constant))
    }
  }

  @inline(__always)
  public mutating func negate(_ width: Width, _ register: GPR) { encode(width, 0xF7, reg: 3, rm: register.code) }
  @inline(__always)
  public mutating func complement(_ width: Width, _ register: GPR) { encode(width, 0xF7, reg: 2, rm: register.code) }

  // MARK: Shifts

  public mutating func shift(_ op: ShiftOp, _ width: Width, _ register: GPR, by count: UInt8) {
    if count == 1 {
      encode(width, 0xD1, reg: op.rawValue, rm: register.code)
    } else {
      encode(width, 0xC1, reg: op.rawValue, rm: register.code)
      code.byte(count)
    }
  }

  /// By the count in cl.
  @inline(__always)
  public mutating func shiftByCL(_ op: ShiftOp, _ width: Width, _ register: GPR) {
    encode(width, 0xD3, reg: op.rawValue, rm: register.code)
  }

  // MARK: Multiplication, division

  @inline(__always)
  public mutating func multiply(_ width: Width, _ to: GPR, _ from: GPR) { encode(width, .map0F, 0xAF, reg: to.code, rm: from.code) }
  @inline(__always)
  public mutating func multiply(_ width: Width, _ to: GPR, _ from: Address) { encode(width, .map0F, 0xAF, reg: to.code, from) }

  public mutating func multiply(_ width: Width, _ to: GPR, _ from: GPR, constant: Int32) {
    encode(width, short: 0x6B, long: 0x69, reg: to.code, rm: from.code, constant)
  }

  /// rdx:rax divided by the register: quotient in rax, remainder in rdx.
  @inline(__always)
  public mutating func divideSigned(_ width: Width, _ by: GPR) { encode(width, 0xF7, reg: 7, rm: by.code) }
  @inline(__always)
  public mutating func divideUnsigned(_ width: Width, _ by: GPR) { encode(width, 0xF7, reg: 6, rm: by.code) }

  /// rax times the register, into rdx:rax.
  @inline(__always)
  public mutating func multiplyWideSigned(_ width: Width, _ by: GPR) { encode(width, 0xF7, reg: 5, rm: by.code) }
  @inline(__always)
  public mutating func multiplyWideUnsigned(_ width: Width, _ by: GPR) { encode(width, 0xF7, reg: 4, rm: by.code) }

  /// cdq or cqo: rax sign-extended into rdx.
  @inline(__always)
  public mutating func signExtendRAX(_ width: Width) {
    code.reserve(2)
    if width == .w64 { code.byte(0x48) }
    code.byte(0x99)
  }

  // MARK: Bits

  @inline(__always)
  public mutating func bitScanReverse(_ width: Width, _ to: GPR, _ from: GPR) { encode(width, .map0F, 0xBD, reg: to.code, rm: from.code) }
  @inline(__always)
  public mutating func bitScanForward(_ width: Width, _ to: GPR, _ from: GPR) { encode(width, .map0F, 0xBC, reg: to.code, rm: from.code) }

  /// popcnt, tzcnt, lzcnt.
  @inline(__always)
  public mutating func count(_ bits: BitCount, _ width: Width, _ to: GPR, _ from: GPR) {
    encode(prefix: 0xF3, width, .map0F, bits.rawValue, reg: to.code, rm: from.code)
  }

  @inline(__always)
  public mutating func set(_ condition: Condition, _ register: GPR) {
    encode(.w32, .map0F, 0x90 | condition.rawValue, reg: 0, rm: register.code, force: register.code >= 4)
  }

  @inline(__always)
  public mutating func conditionalMove(_ condition: Condition, _ width: Width, _ to: GPR, _ from: GPR) {
    encode(width, .map0F, 0x40 | condition.rawValue, reg: to.code, rm: from.code)
  }
}
