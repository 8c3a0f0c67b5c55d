// Atomic operators. Alignment is compared first, then the access is made as any other: so an address that is neither aligned nor within memory traps for
// the former.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func atomic(_ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {
    let place = [module.layout.memoryIndex(memory), Int(bitPattern: UInt(offset))]
    switch row.pointee.atomicOperation.unsafelyUnwrapped {
    case .load: atomicLoad(row, memory: memory, offset: offset)
    case .store: atomicStore(row, memory: memory, offset: offset)
    case .add, .subtract, .exchange, .and, .or, .xor: Assembler.readModifyWrite(&self, row, memory: memory, offset: offset)
    case .compareExchange: Assembler.compareExchange(&self, row, memory: memory, offset: offset)
    case .wait: runtimeCall(row.pointee.operand1 == .i32 ? .memoryAtomicWait32 : .memoryAtomicWait64, place, 3, result: .i32)
    case .notify: runtimeCall(.memoryAtomicNotify, place, 2, result: .i32)
    }
  }

  mutating func atomicFence() { asm.fence() }

  /// As any load: the processor makes loads in order.
  private mutating func atomicLoad(_ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    Assembler.checkAlignment(&self, &index, offset: offset, size: size)
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    let type = row.pointee.result.machineType
    let target = hint(.general)
    release(index)
    release(access)
    let register = destination(target, .general)
    accessSite(memory)
    asm.load(Self.plainLoad(type, size: size), register, access.address)
    pushResult(register, target, type: type)
  }

  /// The load that does the same.
  private static func plainLoad(_ type: MachineType, size: Int) -> Opcode {
    switch size {
    case 1: type == .i32 ? .i32Load8U : .i64Load8U
    case 2: type == .i32 ? .i32Load16U : .i64Load16U
    case 4: type == .i32 ? .i32Load : .i64Load32U
    default: .i64Load
    }
  }

  private mutating func atomicStore(_ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {
    var value = pop()
    var index = pop()
    let size = 1 << Int(row.pointee.alignment)
    Assembler.checkAlignment(&self, &index, offset: offset, size: size)
    let register = own(&value)
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
    accessSite(memory)
    asm.exchange(size: size, access.address, register)
    release(access)
    release(value)
    release(index)
  }
}
