// Loads and stores.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  @inline(__always)
  mutating func release(_ access: MemoryAccess<Assembler.Address>) { if access.temporary != .none { release(access.temporary) } }

  /// Before the instruction that accesses the memory.
  @inline(__always)
  mutating func accessSite(_ memory: Int) { if module.memories[memory].isGuarded { site(.memoryOutOfBounds) } }

  mutating func load(_ opcode: Opcode, memory: Int, offset: UInt64) {
    var index = pop()
    let row = rows + OpcodeTable.index(of: opcode)
    let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: 1 << Int(row.pointee.alignment))
    let type = row.pointee.result.machineType
    // The hint may detach operands, so the index's register is released after it.
    let target = hint(type.registerClass)
    release(index)
    release(access)
    let register = destination(target, type.registerClass)
    accessSite(memory)
    asm.load(opcode, register, access.address)
    pushResult(register, target, type: type)
  }

  mutating func store(_ opcode: Opcode, memory: Int, offset: UInt64) {
    var value = pop()
    var index = pop()
    let size = 1 << Int(rows[OpcodeTable.index(of: opcode)].alignment)
    if value.isConstant, Assembler.storesConstant(value.bits, size: size) {
      let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
      accessSite(memory)
      asm.store(size: size, access.address, constant: value.bits)
      release(access)
    } else {
      let register = use(&value)
      let access = Assembler.access(&self, &index, memory: memory, offset: offset, size: size)
      accessSite(memory)
      asm.store(size: size, access.address, register)
      release(access)
    }
    release(value)
    release(index)
  }

  mutating func memorySize(_ memory: Int) {
    let shape = module.memories[memory]
    let register = allocate(.general)
    let record = memory == 0 ? InstanceContext.memory0Record : module.layout.memory(memory)
    asm.loadWord(register, Place(Assembler.context, record))
    asm.loadWord(register, Place(register, MemoryRecord.byteCountOffset))
    if shape.pageSizeLog2 > 0 { asm.shiftRight(.w64, register, by: Int(shape.pageSizeLog2)) }
    push(.register(register, type: shape.indexType.machineType))
  }
}
