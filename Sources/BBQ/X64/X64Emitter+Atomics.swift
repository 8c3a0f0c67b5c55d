// Atomic operators that change memory: one instruction (xadd, xchg, cmpxchg; a locked add, and, or, xor where the result is dropped), or a loop around
// cmpxchg. That one takes what it expects in rax, and leaves there what it has found.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Assembler {
  mutating func exchange(size: Int, _ address: Address, _ register: Register) { exchange(size: size, address, register.gpr) }

  static func checkAlignment(_ emitter: inout Emitter<Self>, _ index: inout Operand, offset: UInt64, size: Int) {
    emitter.checkAlignment(&index, offset, size: size)
  }

  static func readModifyWrite(_ emitter: inout Emitter<Self>, _ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {
    switch arithmetic(row.pointee.atomicOperation) {
    case let operation? where emitter.nextDrops: emitter.emitLocked(operation, row, memory, offset)
    case let operation? where operation != .add && operation != .sub: emitter.emitUpdate(operation, row, memory, offset)
    default: emitter.emitExchange(row, memory, offset)
    }
  }

  /// The instruction that does the same to memory as an operator.
  private static func arithmetic(_ operation: AtomicOperation?) -> ArithmeticOp? {
    switch operation {
    case .add: .add
    case .subtract: .sub
    case .and: .and
    case .or: .or
    case .xor: .xor
    default: nil
    }
  }

  static func compareExchange(_ emitter: inout Emitter<Self>, _ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {
    emitter.emitCompareExchange(row, memory, offset)
  }
}

extension Emitter where Assembler == X64Assembler {
  fileprivate mutating func checkAlignment(_ index: inout Operand, _ offset: UInt64, size: Int) {
    let mask = Int64(size - 1)
    if mask == 0 { return }
    let excess = Int64(bitPattern: offset) & mask
    if index.isConstant {
      if (index.bits &+ excess) & mask != 0 { asm.jump(trapLabel(.unalignedAtomic)) }
      return
    }
    let register = use(&index).gpr
    if excess == 0 {
      asm.test(.w32, register, constant: Int32(mask))
    } else {
      asm.loadAddress(.w32, .r11, Address(register, Int32(excess)))
      asm.test(.w32, .r11, constant: Int32(mask))
    }
    asm.jump(.notEqual, trapLabel(.unalignedAtomic))
  }

  /// xadd or xchg: the operand's register gets the result.
  fileprivate mutating func emitExchange(_ row: UnsafePointer<OpcodeRow>, _ memory: Int, _ offset: UInt64) {
    var value = pop()
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    checkAlignment(&index, offset, size: size)
    let register = own(&value)
    if row.pointee.atomicOperation == .subtract { asm.negate(.w64, register.gpr) }
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    accessSite(memory)
    if row.pointee.atomicOperation == .exchange {
      asm.exchange(size: size, access.address, register.gpr)
    } else {
      asm.exchangeAdd(size: size, access.address, register.gpr)
    }
    if size < 4 { asm.zeroExtend(size: size, register.gpr) }
    release(access)
    release(index)
    push(.register(register, type: row.pointee.result.machineType))
  }

  /// An update whose result the next operator drops: what it pushes is anything.
  fileprivate mutating func emitLocked(_ op: ArithmeticOp, _ row: UnsafePointer<OpcodeRow>, _ memory: Int, _ offset: UInt64) {
    var value = pop()
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    checkAlignment(&index, offset, size: size)
    let constant = Int32(truncatingIfNeeded: value.bits)
    let isImmediate = value.isConstant && (size < 8 || Int64(constant) == value.bits)
    let register = isImmediate ? nil : use(&value).gpr
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    accessSite(memory)
    if let register {
      asm.lockedArithmetic(op, size: size, access.address, register)
    } else {
      asm.lockedArithmetic(op, size: size, access.address, constant: constant)
    }
    release(access)
    release(value)
    release(index)
    push(.constant(0, type: row.pointee.result.machineType))
  }

  /// Makes rax the operator's own. With few temporaries the topmost operands but the index wait in memory.
  private mutating func prepareCompareExchange(_ count: Int) {
    if (temporaries & .all(.general)).nonzeroBitCount < 6 {
      for position in (values.count - count)..<values.count where values[position].kind == .register { spill(position) }
    }
    vacate(GPR.rax.register)
    claim(GPR.rax.register)
  }

  /// The address of an access in a temporary, which the caller releases.
  private mutating func addressRegister(_ index: inout Operand, _ memory: Int, _ offset: UInt64, size: Int) -> GPR {
    checkAlignment(&index, offset, size: size)
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    let register = index.kind == .register ? index.register : access.temporary != .none ? access.temporary : allocate(.general)
    asm.loadAddress(.w64, register.gpr, access.address)
    if index.kind == .register { release(access) }
    return register.gpr
  }

  fileprivate mutating func emitUpdate(_ op: ArithmeticOp, _ row: UnsafePointer<OpcodeRow>, _ memory: Int, _ offset: UInt64) {
    prepareCompareExchange(1)
    var value = pop()
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    let address = addressRegister(&index, memory, offset, size: size)
    let operand = use(&value).gpr
    accessSite(memory)
    asm.loadZero(size: size, .rax, Address(address))
    let again = asm.makeLabel()
    asm.bind(again)
    asm.move(.w64, .r11, .rax)
    asm.arithmetic(op, .w64, .r11, operand)
    asm.compareExchange(size: size, Address(address), .r11)
    asm.jump(.notEqual, again)
    release(value)
    release(address.register)
    push(.register(GPR.rax.register, type: row.pointee.result.machineType))
  }

  fileprivate mutating func emitCompareExchange(_ row: UnsafePointer<OpcodeRow>, _ memory: Int, _ offset: UInt64) {
    prepareCompareExchange(2)
    var replacement = pop()
    let expected = pop()
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    let address = addressRegister(&index, memory, offset, size: size)
    let register = use(&replacement).gpr
    load(GPR.rax.register, expected)
    release(expected)
    accessSite(memory)
    asm.compareExchange(size: size, Address(address), register)
    // Where they were equal, rax is as it was.
    asm.zeroExtend(size: size, .rax)
    release(replacement)
    release(address.register)
    push(.register(GPR.rax.register, type: row.pointee.result.machineType))
  }
}
