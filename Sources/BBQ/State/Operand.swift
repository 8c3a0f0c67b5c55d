// An entry of the compile-time picture of the operand stack: where the operand is at this point of the code.
//
// Class and width of the registers that an operand may be in follow from its type. Its slot, where it goes when it is spilled, is fixed when it is
// pushed: `slot` counts 8-byte words of the frame's operand area (RuntimeLayout's BaselineFrame). An operand keeps its slot when it is popped, so
// that whoever has popped it can still read it there.

import WasmFormat

struct Operand {
  enum Kind: UInt8 {
    /// Nowhere yet: `bits`.
    case constant
    /// In the temporary `register`, which it alone owns.
    case register
    /// The present value of local `local`. Turned into something else before the local is written.
    case local
    /// In its stack slot.
    case slot
    /// Not materialised: a condition on the flags. Only between a comparison and the branch or select after it.
    case flags
    /// Computed straight into the home `register` of local `local`; the local.set or local.tee that makes this true is next.
    case home
  }

  /// A constant's bits, or a local's index.
  private var payload: Int64
  /// From the lowest byte on: kind, type, a register's number or a condition's code; and the slot in the upper half. One word, because copies of
  /// operands are most of what the compiler does.
  private var word: UInt64

  @inline(__always)
  private init(_ kind: Kind, _ type: MachineType, payload: Int64 = 0, code: UInt8 = 0) {
    self.payload = payload
    word = UInt64(kind.rawValue) | UInt64(type.rawValue) << 8 | UInt64(code) << 16
  }

  /// `bits`: i32 zero-extended, floats as their bits.
  @inline(__always)
  static func constant(_ bits: Int64, type: MachineType) -> Operand { Operand(.constant, type, payload: bits) }
  @inline(__always)
  static func register(_ register: Register, type: MachineType) -> Operand { Operand(.register, type, code: register.number) }
  @inline(__always)
  static func local(_ index: Int, type: MachineType) -> Operand { Operand(.local, type, payload: Int64(index)) }
  @inline(__always)
  static func slot(type: MachineType) -> Operand { Operand(.slot, type) }
  @inline(__always)
  static func flags(_ condition: UInt8, type: MachineType) -> Operand { Operand(.flags, type, code: condition) }
  @inline(__always)
  static func home(_ register: Register, ofLocal index: Int, type: MachineType) -> Operand {
    Operand(.home, type, payload: Int64(index), code: register.number)
  }

  @inline(__always)
  var kind: Kind {
    get { unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Kind.self) }
    set { word = word & ~0xFF | UInt64(newValue.rawValue) }
  }
  @inline(__always)
  var type: MachineType {
    get { unsafeBitCast(UInt8(truncatingIfNeeded: word >> 8), to: MachineType.self) }
    set { word = word & ~0xFF00 | UInt64(newValue.rawValue) << 8 }
  }
  @inline(__always)
  var slot: Int32 {
    get { Int32(truncatingIfNeeded: word >> 32) }
    set { word = word & 0xFFFF_FFFF | UInt64(UInt32(bitPattern: newValue)) << 32 }
  }
  @inline(__always) private var code: UInt8 { UInt8(truncatingIfNeeded: word >> 16) }

  @inline(__always) var isConstant: Bool { kind == .constant }
  @inline(__always) var bits: Int64 { payload }
  @inline(__always) var local: Int { Int(payload) }
  @inline(__always) var register: Register { Register(number: code) }
  @inline(__always) var condition: UInt8 { code }
  @inline(__always) var registerClass: RegisterClass { type.registerClass }

  /// Whether it is the present value of this local.
  @inline(__always) func isLocal(_ index: Int) -> Bool { kind == .local && local == index }
}
