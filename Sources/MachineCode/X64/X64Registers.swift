// x86-64 registers, condition codes and addresses.

/// A general-purpose register, 64 bits or its low part.
public struct GPR: Equatable, Sendable {
  public let code: UInt8
  @inline(__always) public init(_ code: UInt8) { self.code = code }

  public static var rax: GPR { GPR(0) }
  public static var rcx: GPR { GPR(1) }
  public static var rdx: GPR { GPR(2) }
  public static var rbx: GPR { GPR(3) }
  public static var rsp: GPR { GPR(4) }
  public static var rbp: GPR { GPR(5) }
  public static var rsi: GPR { GPR(6) }
  public static var rdi: GPR { GPR(7) }
  public static var r8: GPR { GPR(8) }
  public static var r9: GPR { GPR(9) }
  public static var r10: GPR { GPR(10) }
  public static var r11: GPR { GPR(11) }
  public static var r12: GPR { GPR(12) }
  public static var r13: GPR { GPR(13) }
  public static var r14: GPR { GPR(14) }
  public static var r15: GPR { GPR(15) }

  /// The register's bit in a register set.
  @inline(__always) public var bit: UInt32 { 1 << UInt32(code) }

  /// The register of integer argument number `index` between wasm functions (RuntimeLayout.CallingConvention): rdi rsi rdx rcx r8 r9, packed
  /// four bits each.
  @inline(__always)
  public static func argument(_ index: Int) -> GPR { GPR(UInt8(truncatingIfNeeded: 0x98_1267 as UInt64 >> UInt64(index * 4)) & 15) }

  /// The registers that callees preserve between wasm functions; the last one is the result area's.
  @inline(__always)
  public static var preserved: InlineArray<3, GPR> { [.rbx, .r12, .r13] }
}

/// An SSE register.
public struct XMM: Equatable, Sendable {
  public let code: UInt8
  @inline(__always) public init(_ code: UInt8) { self.code = code }
  @inline(__always) public var bit: UInt32 { 1 << UInt32(code) }
}

/// A condition on the flags; raw values are the encoding, and the lowest bit negates.
public enum Condition: UInt8, Sendable {
  case overflow = 0, noOverflow, below, aboveOrEqual, equal, notEqual, belowOrEqual, above
  case sign, noSign, parity, noParity, less, greaterOrEqual, lessOrEqual, greater

  @inline(__always) public var negated: Condition { Condition(rawValue: rawValue ^ 1).unsafelyUnwrapped }

  /// The condition on exchanged operands of a comparison.
  public var mirrored: Condition {
    switch self {
    case .less: .greater
    case .greater: .less
    case .lessOrEqual: .greaterOrEqual
    case .greaterOrEqual: .lessOrEqual
    case .below: .above
    case .above: .below
    case .belowOrEqual: .aboveOrEqual
    case .aboveOrEqual: .belowOrEqual
    default: self
    }
  }
}

/// `[base + index·2^scale + displacement]`.
public struct Address: Sendable {
  public var base: GPR
  /// A register's code, or 0xFF for no index.
  public var index: UInt8
  public var scale: UInt8
  public var displacement: Int32

  @inline(__always)
  public init(_ base: GPR, _ displacement: Int32 = 0) {
    self.base = base
    index = 0xFF
    scale = 0
    self.displacement = displacement
  }

  @inline(__always)
  public init(_ base: GPR, index: GPR, scale: UInt8 = 0, _ displacement: Int32 = 0) {
    self.base = base
    self.index = index.code
    self.scale = scale
    self.displacement = displacement
  }
}

extension Address {
  /// In place of a base's code: none; the next instruction, the displacement then being a label's number. Both look like rsp to whoever
  /// sees three bits, so that they are noticed where rsp's special form is made.
  static var noBase: GPR { GPR(0x14) }
  static var instructionPointer: GPR { GPR(0x1C) }

  /// Index and displacement only.
  @inline(__always)
  public static func withoutBase(_ displacement: Int32) -> Address { Address(noBase, displacement) }

  /// A place in the code; no immediate may follow in the instruction.
  @inline(__always)
  public static func relative(to label: Label) -> Address { Address(instructionPointer, label.index) }
}

/// Operand width of an integer instruction.
public enum Width: UInt8, Sendable {
  case w32 = 0
  case w64 = 1
}

/// Two-operand arithmetic of the classic group; raw values are its number in the encoding.
public enum ArithmeticOp: UInt8, Sendable {
  case add = 0, or, adc, sbb, and, sub, xor, cmp
}

/// Shifts and rotates; raw values are the number in the encoding.
public enum ShiftOp: UInt8, Sendable {
  case rol = 0, ror = 1, shl = 4, shr = 5, sar = 7
}

/// Instructions that count bits; raw values are their opcodes.
public enum BitCount: UInt8, Sendable {
  case ones = 0xB8, trailingZeros = 0xBC, leadingZeros = 0xBD
}
