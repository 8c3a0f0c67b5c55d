// Instructions that read, change and write memory in one step for all processors. Sizes are in bytes. The trap site of such an instruction is its first byte.

extension X64Assembler {
  @inline(__always)
  private mutating func lock() {
    code.reserve(1)
    code.byte(0xF0)
  }

  /// The bytes that tell sizes apart; `opcode` is that of bytes, the next one is that of larger numbers.
  private mutating func encode(size: Int, _ map: OpcodeMap, _ opcode: UInt8, _ register: GPR, _ address: Address) {
    encode(
      prefix: size == 2 ? 0x66 : 0, size == 8 ? .w64 : .w32, map, size == 1 ? opcode : opcode | 1, reg: register.code, address,
      force: size == 1 && register.code >= 4)
  }

  /// xchg, which needs no prefix: the register and the memory change places.
  public mutating func exchange(size: Int, _ address: Address, _ register: GPR) { encode(size: size, .primary, 0x86, register, address) }

  /// lock xadd: adds the register to memory; what was there before goes to the register.
  public mutating func exchangeAdd(size: Int, _ address: Address, _ register: GPR) {
    lock()
    encode(size: size, .map0F, 0xC0, register, address)
  }

  /// lock cmpxchg: stores the register if what is in memory is equal to rax, else loads rax; the flags say whether they were equal.
  public mutating func compareExchange(size: Int, _ address: Address, _ register: GPR) {
    lock()
    encode(size: size, .map0F, 0xB0, register, address)
  }

  /// One of add, or, and, sub, xor on memory.
  public mutating func lockedArithmetic(_ op: ArithmeticOp, size: Int, _ address: Address, _ register: GPR) {
    lock()
    encode(size: size, .primary, op.rawValue << 3, register, address)
  }

  public mutating func lockedArithmetic(_ op: ArithmeticOp, size: Int, _ address: Address, constant: Int32) {
    lock()
    let isShort = size == 1 || constant == Int32(Int8(truncatingIfNeeded: constant))
    encode(
      prefix: size == 2 ? 0x66 : 0, size == 8 ? .w64 : .w32, size == 1 ? 0x80 : isShort ? 0x83 : 0x81, reg: op.rawValue, address)
    code.byte(UInt8(truncatingIfNeeded: constant))
    if isShort { return }
    code.byte(UInt8(truncatingIfNeeded: constant >> 8))
    if size == 2 { return }
    code.byte(UInt8(truncatingIfNeeded: constant >> 16))
    code.byte(UInt8(truncatingIfNeeded: constant >> 24))
  }

  /// A zero-extending load of so many bytes.
  public mutating func loadZero(size: Int, _ to: GPR, _ from: Address) {
    switch size {
    case 1: loadZero8(to, from)
    case 2: loadZero16(to, from)
    case 4: load(.w32, to, from)
    default: load(.w64, to, from)
    }
  }

  /// Clears what lies above so many bytes.
  public mutating func zeroExtend(size: Int, _ register: GPR) {
    switch size {
    case 1: moveZero8(register, register)
    case 2: moveZero16(register, register)
    case 4: move(.w32, register, register)
    default: break
    }
  }

  /// All that this processor has stored before can be seen by others before it loads anything after: `lock or`, which is faster than mfence.
  public mutating func fence() { lockedArithmetic(.or, size: 4, Address(.rsp), constant: 0) }
}
