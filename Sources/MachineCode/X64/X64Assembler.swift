// The x86-64 assembler: instruction encoding on a code buffer. Instructions are grouped in extensions by kind; this file
// has the encoding machinery. Each instruction method reserves its room and writes; nothing is remembered between instructions
// but labels.

import RawCollections
import RuntimeLayout

public struct X64Assembler: ~Copyable {
  public var code: CodeBuffer
  var labels: RawArray<LabelState>
  /// What instructions on vectors make use of.
  public var features: ProcessorFeatures = []
  /// Of vectors, to be written after the code.
  var constants = RawArray<VectorConstant>(capacity: 4)

  public init(capacity: Int = 4096) {
    code = CodeBuffer(capacity: capacity)
    labels = RawArray(capacity: 64)
  }

  /// Offset of the next instruction.
  @inline(__always) public var offset: Int { code.count }

  /// The code so far; valid until the next instruction.
  public var bytes: UnsafeBufferPointer<UInt8> { code.bytes }

  /// Words that are no instructions.
  public mutating func data32(_ word: UInt32) {
    code.reserve(4)
    code.word32(word)
  }

  public mutating func data64(_ word: UInt64) {
    code.reserve(8)
    code.word64(word)
  }

  /// Forgets code and labels, keeps the memory.
  public mutating func reset() {
    code.truncate(to: 0)
    labels.removeAll()
    constants.removeAll()
  }

  /// Opcode maps: one byte, 0F, 0F 38, 0F 3A.
  public enum OpcodeMap: UInt8, Sendable { case primary, map0F, map0F38, map0F3A }

  /// Puts prefixes before the bytes of an instruction: those of opcode map and opcode, and `rest` (`restLength` bytes). Returns the number of
  /// bytes. `prefix` is 0, 0x66, 0xF2 or 0xF3. `force` demands a REX prefix, where spl…dil would otherwise mean ah…bh.
  @inline(__always)
  private mutating func assemble(
    _ word: inout UInt64, _ prefix: UInt8, _ rex: UInt8, _ map: OpcodeMap, _ opcode: UInt8, _ rest: UInt64, _ restLength: Int,
    force: Bool
  ) -> Int {
    var length: Int
    switch map {
    case .primary:
      word = UInt64(opcode) | rest << 8
      length = 1
    case .map0F:
      word = 0x0F | UInt64(opcode) << 8 | rest << 16
      length = 2
    case .map0F38:
      word = 0x380F | UInt64(opcode) << 16 | rest << 24
      length = 3
    case .map0F3A:
      word = 0x3A0F | UInt64(opcode) << 16 | rest << 24
      length = 3
    }
    length += restLength
    let hasREX = rex != 0 || force
    word = hasREX ? word << 8 | UInt64(0x40 | rex) : word
    length += hasREX ? 1 : 0
    if prefix != 0 {
      word = word << 8 | UInt64(prefix)
      length += 1
    }
    return length
  }

  /// An instruction with a register as its r/m operand. At most 8 bytes of immediate may follow without another reservation.
  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, rm: UInt8,
    force: Bool = false
  ) {
    code.reserve(16)
    var word: UInt64 = 0
    let rex = (width.rawValue << 3) | ((reg & 8) >> 1) | (rm >> 3)
    let length = assemble(
      &word, prefix, rex, map, opcode, UInt64(0xC0 | ((reg & 7) << 3) | (rm & 7)), 1, force: force)
    code.bytes(word, length)
  }

  /// With `[base + displacement]` as the r/m operand, the base being neither rsp nor r12. Room has been reserved.
  @inline(__always)
  private mutating func encodeBased(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, _ base: UInt8, _ displacement: Int32, force: Bool
  ) {
    let isShort = displacement == Int32(truncatingIfNeeded: Int8(truncatingIfNeeded: displacement))
    let isAbsent = displacement == 0 && base & 7 != 5
    let mode: UInt8 = isAbsent ? 0 : isShort ? 0x40 : 0x80
    let rex = (width.rawValue << 3) | ((reg & 8) >> 1) | (base >> 3)
    var word: UInt64 = 0
    let length = assemble(
      &word, prefix, rex, map, opcode, UInt64(mode | ((reg & 7) << 3) | (base & 7)), 1, force: force)
    code.bytes(word, length, UInt32(bitPattern: displacement), isAbsent ? 0 : isShort ? 1 : 4)
  }

  /// An instruction with memory as its r/m operand. At most 8 bytes of immediate may follow without another reservation.
  @inline(__always)
  public mutating func encode(
    prefix: UInt8 = 0, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, _ address: Address,
    force: Bool = false
  ) {
    code.reserve(24)
    if address.index == 0xFF, address.base.code & 7 != 4 {
      return encodeBased(prefix, width, map, opcode, reg: reg, address.base.code, address.displacement, force: force)
    }
    if address.base.code > 15 {
      return encodeBaseless(prefix, width, map, opcode, reg: reg, address, force: force)
    }
    let hasIndex = address.index != 0xFF
    let index = hasIndex ? address.index : 0
    let base = address.base.code & 7
    let displacement = address.displacement
    let isShort = displacement == Int32(truncatingIfNeeded: Int8(truncatingIfNeeded: displacement))
    let mode: UInt8 = displacement == 0 && base != 5 ? 0 : isShort ? 0x40 : 0x80
    let needsSIB = hasIndex || base == 4
    let modRM = UInt64(mode | ((reg & 7) << 3) | (needsSIB ? 4 : base))
    let sib = hasIndex ? UInt64((address.scale << 6) | ((index & 7) << 3) | base) : 0x24
    var word: UInt64 = 0
    let rex = (width.rawValue << 3) | ((reg & 8) >> 1) | ((index & 8) >> 2) | (address.base.code >> 3)
    let length = assemble(
      &word, prefix, rex, map, opcode, modRM | (needsSIB ? sib << 8 : 0), needsSIB ? 2 : 1, force: force)
    code.bytes(word, length, UInt32(bitPattern: displacement), mode == 0 ? 0 : mode == 0x40 ? 1 : 4)
  }

  /// With an address that is relative to the instruction, or has an index and no base.
  @inline(never)
  private mutating func encodeBaseless(
    _ prefix: UInt8, _ width: Width, _ map: OpcodeMap, _ opcode: UInt8, reg: UInt8, _ address: Address, force: Bool
  ) {
    var word: UInt64 = 0
    let isRelative = address.base == Address.instructionPointer
    let index = isRelative ? 0 : address.index
    let rex = (width.rawValue << 3) | ((reg & 8) >> 1) | ((index & 8) >> 2)
    let modRM = UInt64(((reg & 7) << 3) | (isRelative ? 5 : 4))
    let sib = UInt64((address.scale << 6) | ((index & 7) << 3) | 5)
    let length = assemble(
      &word, prefix, rex, map, opcode, isRelative ? modRM : modRM | sib << 8, isRelative ? 1 : 2, force: force)
    code.bytes(word, length)
    if isRelative {
      displacement(to: Label(index: address.displacement))
    } else {
      code.word32(UInt32(bitPattern: address.displacement))
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

  /// An instruction with a constant that has an opcode for constants of one byte, and one for four.
  mutating func encode(_ width: Width, short: UInt8, long: UInt8, reg: UInt8, rm: UInt8, _ constant: Int32) {
    let isShort = constant == Int32(Int8(truncatingIfNeeded: constant))
    encode(width, isShort ? short : long, reg: reg, rm: rm)
    append(constant, isShort: isShort)
  }

  /// The same of an operand in memory.
  mutating func encode(_ width: Width, short: UInt8, long: UInt8, reg: UInt8, _ address: Address, _ constant: Int32) {
    let isShort = constant == Int32(Int8(truncatingIfNeeded: constant))
    encode(width, isShort ? short : long, reg: reg, address)
    append(constant, isShort: isShort)
  }

  private mutating func append(_ constant: Int32, isShort: Bool) {
    if isShort { code.byte(UInt8(truncatingIfNeeded: constant)) } else { code.word32(UInt32(bitPattern: constant)) }
  }
}
