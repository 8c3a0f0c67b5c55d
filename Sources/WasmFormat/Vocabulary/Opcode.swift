// The opcodes by name. Raw values are the binary encoding: one byte, or for prefixed opcodes the prefix, then twelve bits of number: 0xFD113 is number
// 0x113 after the prefix 0xFD. Everything else that is known about an opcode stands in its row of `OpcodeTable`.

/// An instruction's opcode.
public enum Opcode: UInt32, CaseIterable, Equatable, Hashable, Sendable {
  // Control.
  case unreachable = 0x00
  case nop = 0x01
  case block = 0x02
  case loop = 0x03
  case `if` = 0x04
  case `else` = 0x05
  case `throw` = 0x08
  case throwRef = 0x0A
  case end = 0x0B
  case br = 0x0C
  case brIf = 0x0D
  case brTable = 0x0E
  case `return` = 0x0F
  case call = 0x10
  case callIndirect = 0x11
  case returnCall = 0x12
  case returnCallIndirect = 0x13
  case tryTable = 0x1F

  // Parametric, variables, tables.
  case drop = 0x1A
  case select = 0x1B
  case selectTyped = 0x1C
  case localGet = 0x20
  case localSet = 0x21
  case localTee = 0x22
  case globalGet = 0x23
  case globalSet = 0x24
  case tableGet = 0x25
  case tableSet = 0x26

  // Memory.
  case i32Load = 0x28
  case i64Load = 0x29
  case f32Load = 0x2A
  case f64Load = 0x2B
  case i32Load8S = 0x2C
  case i32Load8U = 0x2D
  case i32Load16S = 0x2E
  case i32Load16U = 0x2F
  case i64Load8S = 0x30
  case i64Load8U = 0x31
  case i64Load16S = 0x32
  case i64Load16U = 0x33
  case i64Load32S = 0x34
  case i64Load32U = 0x35
  case i32Store = 0x36
  case i64Store = 0x37
  case f32Store = 0x38
  case f64Store = 0x39
  case i32Store8 = 0x3A
  case i32Store16 = 0x3B
  case i64Store8 = 0x3C
  case i64Store16 = 0x3D
  case i64Store32 = 0x3E
  case memorySize = 0x3F
  case memoryGrow = 0x40

  // Constants.
  case i32Const = 0x41
  case i64Const = 0x42
  case f32Const = 0x43
  case f64Const = 0x44

  // Comparisons.
  case i32Eqz = 0x45
  case i32Eq = 0x46
  case i32Ne = 0x47
  case i32LtS = 0x48
  case i32LtU = 0x49
  case i32GtS = 0x4A
  case i32GtU = 0x4B
  case i32LeS = 0x4C
  case i32LeU = 0x4D
  case i32GeS = 0x4E
  case i32GeU = 0x4F
  case i64Eqz = 0x50
  case i64Eq = 0x51
  case i64Ne = 0x52
  case i64LtS = 0x53
  case i64LtU = 0x54
  case i64GtS = 0x55
  case i64GtU = 0x56
  case i64LeS = 0x57
  case i64LeU = 0x58
  case i64GeS = 0x59
  case i64GeU = 0x5A
  case f32Eq = 0x5B
  case f32Ne = 0x5C
  case f32Lt = 0x5D
  case f32Gt = 0x5E
  case f32Le = 0x5F
  case f32Ge = 0x60
  case f64Eq = 0x61
  case f64Ne = 0x62
  case f64Lt = 0x63
  case f64Gt = 0x64
  case f64Le = 0x65
  case f64Ge = 0x66

  // Arithmetic.
  case i32Clz = 0x67
  case i32Ctz = 0x68
  case i32Popcnt = 0x69
  case i32Add = 0x6A
  case i32Sub = 0x6B
  case i32Mul = 0x6C
  case i32DivS = 0x6D
  case i32DivU = 0x6E
  case i32RemS = 0x6F
  case i32RemU = 0x70
  case i32And = 0x71
  case i32Or = 0x72
  case i32Xor = 0x73
  case i32Shl = 0x74
  case i32ShrS = 0x75
  case i32ShrU = 0x76
  case i32Rotl = 0x77
  case i32Rotr = 0x78
  case i64Clz = 0x79
  case i64Ctz = 0x7A
  case i64Popcnt = 0x7B
  case i64Add = 0x7C
  case i64Sub = 0x7D
  case i64Mul = 0x7E
  case i64DivS = 0x7F
  case i64DivU = 0x80
  case i64RemS = 0x81
  case i64RemU = 0x82
  case i64And = 0x83
  case i64Or = 0x84
  case i64Xor = 0x85
  case i64Shl = 0x86
  case i64ShrS = 0x87
  case i64ShrU = 0x88
  case i64Rotl = 0x89
  case i64Rotr = 0x8A
  case f32Abs = 0x8B
  case f32Neg = 0x8C
  case f32Ceil = 0x8D
  case f32Floor = 0x8E
  case f32Trunc = 0x8F
  case f32Nearest = 0x90
  case f32Sqrt = 0x91
  case f32Add = 0x92
  case f32Sub = 0x93
  case f32Mul = 0x94
  case f32Div = 0x95
  case f32Min = 0x96
  case f32Max = 0x97
  case f32Copysign = 0x98
  case f64Abs = 0x99
  case f64Neg = 0x9A
  case f64Ceil = 0x9B
  case f64Floor = 0x9C
  case f64Trunc = 0x9D
  case f64Nearest = 0x9E
  case f64Sqrt = 0x9F
  case f64Add = 0xA0
  case f64Sub = 0xA1
  case f64Mul = 0xA2
  case f64Div = 0xA3
  case f64Min = 0xA4
  case f64Max = 0xA5
  case f64Copysign = 0xA6

  // Conversions.
  case i32WrapI64 = 0xA7
  case i32TruncF32S = 0xA8
  case i32TruncF32U = 0xA9
  case i32TruncF64S = 0xAA
  case i32TruncF64U = 0xAB
  case i64ExtendI32S = 0xAC
  case i64ExtendI32U = 0xAD
  case i64TruncF32S = 0xAE
  case i64TruncF32U = 0xAF
  case i64TruncF64S = 0xB0
  case i64TruncF64U = 0xB1
  case f32ConvertI32S = 0xB2
  case f32ConvertI32U = 0xB3
  case f32ConvertI64S = 0xB4
  case f32ConvertI64U = 0xB5
  case f32DemoteF64 = 0xB6
  case f64ConvertI32S = 0xB7
  case f64ConvertI32U = 0xB8
  case f64ConvertI64S = 0xB9
  case f64ConvertI64U = 0xBA
  case f64PromoteF32 = 0xBB
  case i32ReinterpretF32 = 0xBC
  case i64ReinterpretF64 = 0xBD
  case f32ReinterpretI32 = 0xBE
  case f64ReinterpretI64 = 0xBF
  case i32Extend8S = 0xC0
  case i32Extend16S = 0xC1
  case i64Extend8S = 0xC2
  case i64Extend16S = 0xC3
  case i64Extend32S = 0xC4

  // References.
  case refNull = 0xD0
  case refIsNull = 0xD1
  case refFunc = 0xD2

  // Prefix 0xFC: saturating truncation, bulk memory and table operations, wide arithmetic.
  case i32TruncSatF32S = 0xFC000
  case i32TruncSatF32U = 0xFC001
  case i32TruncSatF64S = 0xFC002
  case i32TruncSatF64U = 0xFC003
  case i64TruncSatF32S = 0xFC004
  case i64TruncSatF32U = 0xFC005
  case i64TruncSatF64S = 0xFC006
  case i64TruncSatF64U = 0xFC007
  case memoryInit = 0xFC008
  case dataDrop = 0xFC009
  case memoryCopy = 0xFC00A
  case memoryFill = 0xFC00B
  case tableInit = 0xFC00C
  case elemDrop = 0xFC00D
  case tableCopy = 0xFC00E
  case tableGrow = 0xFC00F
  case tableSize = 0xFC010
  case tableFill = 0xFC011
  case i64Add128 = 0xFC013
  case i64Sub128 = 0xFC014
  case i64MulWideS = 0xFC015
  case i64MulWideU = 0xFC016
}

extension Opcode {
  /// The prefixes that are followed by an opcode's number.
  @inline(__always) public static var prefixes: ClosedRange<UInt8> { 0xFC...0xFE }

  /// The byte before the opcode's number; 0 for opcodes of one byte.
  @inline(__always) public var prefix: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 12) }

  /// The number after the prefix, or the opcode's only byte.
  @inline(__always) public var number: UInt32 { rawValue & 0xFFF }
}
