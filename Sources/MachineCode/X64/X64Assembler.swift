// The x86-64 assembler: instruction encoding on a code buffer. Instructions are grouped in extensions by kind; this file
// has the encoding machinery. Each instruction method reserves its room and writes; nothing is remembered between instructions
// but labels.

public struct X64Assembler: ~Copyable {
  public var code: CodeBuffer
  var labels: RawArray<LabelState>

  public init(capacity: Int = 4096) {
    code = CodeBuffer(capacity: capacity)
    labels = RawArray(capacity: 64)
  }

  /// Offset of the next instruction.
  @inline(__always) public var offset: Int { code.count }

  /// Forgets code and labels, keeps the memory.
  public mutating func reset() {
    code.truncate(to: 0)
    labels.removeAll()
  }

  /// Opcode maps: one byte, 0F, 0F 38, 0F 3A.
  public enum OpcodeMap: UInt8, Sendable { case primary, map0F, map0F38, map0F3A }

  /// `prefix` is 0, 0x66, 0xF2 or 0xF3. `byteRegister` forces a REX prefix where spl…dil would otherwise mean ah…bh.
  @inline(__always)
  public mutating func prefixes(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, index: UInt8, base: UInt8, force: Bool
  ) {
    if prefix != 0 { code.byte(prefix) }
    let rex = (width.rawValue << 3) | ((reg & 8) >> 1) | ((index & 8) >> 2) | (base >> 3)
    if rex != 0 || force { code.byte(0x40 | rex) }
    switch map {
    case .primary: break
    case .map0F: code.byte(0x0F)
    case .map0F38:
      code.byte(0x0F)
      code.byte(0x38)
    case .map0F3A:
      code.byte(0x0F)
      code.byte(0x3A)
    }
    code.byte(opcode)
  }

  /// An instruction with a register as its r/m operand.
  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, rm: UInt8,
    force: Bool = false
  ) {
    code.reserve(16)
    prefixes(prefix, width, map, opcode, reg: reg, index: 0, base: rm, force: force)
    code.byte(0xC0 | ((reg & 7) << 3) | (rm & 7))
  }

  /// An instruction with memory as its r/m operand. At most 4 bytes of immediate may follow without another reservation.
  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, _ address: Address,
    force: Bool = false
  ) {
    code.reserve(20)
    let hasIndex = address.index != 0xFF
    prefixes(
      prefix, width, map, opcode, reg: reg, index: hasIndex ? address.index : 0, base: address.base.code, force: force)
    let base = address.base.code & 7
    let displacement = address.displacement
    let short = displacement == Int32(truncatingIfNeeded: Int8(truncatingIfNeeded: displacement))
    let mode: UInt8 = displacement == 0 && base != 5 ? 0 : short ? 0x40 : 0x80
    if hasIndex {
      code.byte(mode | ((reg & 7) << 3) | 4)
      code.byte((address.scale << 6) | ((address.index & 7) << 3) | base)
    } else {
      code.byte(mode | ((reg & 7) << 3) | base)
      if base == 4 { code.byte(0x24) }
    }
    if mode == 0x40 {
      code.byte(UInt8(truncatingIfNeeded: displacement))
    } else if mode == 0x80 {
      code.word32(UInt32(bitPattern: displacement))
    }
  }

  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ opcode: UInt8, reg: UInt8, rm: UInt8, force: Bool = false
  ) { encode(prefix: prefix, width, .primary, opcode, reg: reg, rm: rm, force: force) }

  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ opcode: UInt8, reg: UInt8, _ address: Address, force: Bool = false
  ) { encode(prefix: prefix, width, .primary, opcode, reg: reg, address, force: force) }
}
