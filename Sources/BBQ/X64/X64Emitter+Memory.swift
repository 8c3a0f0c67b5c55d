// Loads and stores. In memory 0, if it is guarded: one instruction, [r15 + index + offset]; index and offset together never leave the
// reservation. Checked memories: the end of the access is compared with the size in the memory's record first. 64-bit memories: the same,
// and the end must not overflow. Other memories than the first: their base comes from their record.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Assembler {
  @inline(__always)
  static func access(_ emitter: inout Emitter<Self>, _ index: inout Operand, memory: Int, offset: UInt64, size: Int) -> MemoryAccess<Address> {
    if memory == 0, !emitter.module.memories[0].is64 {
      return MemoryAccess(address: emitter.address(&index, offset: UInt32(truncatingIfNeeded: offset), size: size))
    }
    return emitter.farAccess(&index, memory, offset: offset, size: size)
  }

  @inline(__always)
  mutating func load(_ opcode: Opcode, _ to: Register, _ from: Address) {
    switch opcode {
    case .i32Load, .i64Load32U: load(.w32, to.gpr, from)
    case .i64Load: load(.w64, to.gpr, from)
    case .f32Load: loadFloat(.f32, to.xmm, from)
    case .f64Load: loadFloat(.f64, to.xmm, from)
    case .i32Load8U, .i64Load8U: loadZero8(to.gpr, from)
    case .i32Load16U, .i64Load16U: loadZero16(to.gpr, from)
    case .i32Load8S: loadSign8(.w32, to.gpr, from)
    case .i32Load16S: loadSign16(.w32, to.gpr, from)
    case .i64Load8S: loadSign8(.w64, to.gpr, from)
    case .i64Load16S: loadSign16(.w64, to.gpr, from)
    case .i64Load32S: loadSign32(to.gpr, from)
    default: loadVector(opcode, to.xmm, from)
    }
  }

  @inline(never)
  private mutating func loadVector(_ opcode: Opcode, _ to: XMM, _ from: Address) {
    switch opcode {
    case .v128Load: loadVector(to, from)
    case .v128Load8x8S: loadExtended(8, isSigned: true, to, from)
    case .v128Load8x8U: loadExtended(8, isSigned: false, to, from)
    case .v128Load16x4S: loadExtended(16, isSigned: true, to, from)
    case .v128Load16x4U: loadExtended(16, isSigned: false, to, from)
    case .v128Load32x2S: loadExtended(32, isSigned: true, to, from)
    case .v128Load32x2U: loadExtended(32, isSigned: false, to, from)
    case .v128Load8Splat: loadSplat(8, to, from)
    case .v128Load16Splat: loadSplat(16, to, from)
    case .v128Load32Splat: loadSplat(32, to, from)
    case .v128Load64Splat: loadSplat(64, to, from)
    case .v128Load32Zero: loadFloat(.f32, to, from)
    default: loadFloat(.f64, to, from)
    }
  }

  @inline(__always)
  mutating func store(size: Int, _ to: Address, _ from: Register) {
    if size == 16 { return storeVector(to, from.xmm) }
    if from.registerClass == .float { return storeFloat(size == 4 ? .f32 : .f64, to, from.xmm) }
    switch size {
    case 1: store8(to, from.gpr)
    case 2: store16(to, from.gpr)
    case 4: store(.w32, to, from.gpr)
    default: store(.w64, to, from.gpr)
    }
  }

  @inline(__always)
  mutating func store(size: Int, _ to: Address, constant: Int64) {
    switch size {
    case 1: store8(to, constant: UInt8(truncatingIfNeeded: constant))
    case 2: store16(to, constant: UInt16(truncatingIfNeeded: constant))
    case 4: store(.w32, to, constant: Int32(truncatingIfNeeded: constant))
    default: store(.w64, to, constant: Int32(truncatingIfNeeded: constant))
    }
  }
}

extension Emitter where Assembler == X64Assembler {
  /// In a 32-bit memory 0.
  fileprivate mutating func address(_ index: inout Operand, offset: UInt32, size: Int) -> Address {
    let isChecked = !module.memories[0].isGuarded
    if index.isConstant {
      let effective = index.bits + Int64(offset)
      if isChecked {
        asm.move(.r11, constant: effective + Int64(size))
        checkBounds()
      }
      if effective <= 0x7FFF_FFFF { return Address(.r15, Int32(effective)) }
      asm.move(.r11, constant: effective)
      return Address(.r15, index: .r11)
    }
    let register = use(&index).gpr
    if isChecked {
      if Int(offset) + size <= 0x7FFF_FFFF {
        asm.loadAddress(.w64, .r11, Address(register, Int32(Int(offset) + size)))
      } else {
        asm.move(.r11, constant: Int64(offset) + Int64(size))
        asm.arithmetic(.add, .w64, .r11, register)
      }
      checkBounds()
    }
    if offset <= 0x7FFF_FFFF { return Address(.r15, index: register, Int32(offset)) }
    asm.move(.r11, constant: Int64(offset))
    asm.arithmetic(.add, .w64, .r11, register)
    return Address(.r15, index: .r11)
  }

  /// Traps unless r11 is at most the size of memory 0.
  private mutating func checkBounds() {
    let record = allocateGPR()
    asm.load(.w64, record, Address(.r14, Int32(InstanceContext.memory0Record)))
    asm.arithmetic(.cmp, .w64, .r11, Address(record, Int32(MemoryRecord.byteCountOffset)))
    release(record.register)
    asm.jump(.above, trapLabel(.memoryOutOfBounds))
  }

  /// In another memory, or a 64-bit one.
  @inline(never)
  fileprivate mutating func farAccess(_ index: inout Operand, _ memory: Int, offset: UInt64, size: Int) -> MemoryAccess<Address> {
    let shape = module.memories[memory]
    let register = use(&index).gpr
    let base = allocateGPR()
    asm.load(.w64, base, Address(.r14, Int32(truncatingIfNeeded: module.layout.memory(memory))))
    let baseField = Address(base, Int32(MemoryRecord.baseOffset))
    if shape.isGuarded {
      asm.load(.w64, base, baseField)
      if offset <= 0x7FFF_FFFF { return MemoryAccess(address: Address(base, index: register, Int32(offset)), temporary: base.register) }
      asm.move(.r11, constant: Int64(offset))
      asm.arithmetic(.add, .w64, .r11, register)
      return MemoryAccess(address: Address(base, index: .r11), temporary: base.register)
    }
    let (end, overflows) = offset.addingReportingOverflow(UInt64(size))
    if overflows { asm.jump(trapLabel(.memoryOutOfBounds)) }
    asm.move(.r11, constant: Int64(bitPattern: end))
    asm.arithmetic(.add, .w64, .r11, register)
    if shape.is64 { asm.jump(.below, trapLabel(.memoryOutOfBounds)) }
    asm.arithmetic(.cmp, .w64, .r11, Address(base, Int32(MemoryRecord.byteCountOffset)))
    asm.jump(.above, trapLabel(.memoryOutOfBounds))
    asm.load(.w64, base, baseField)
    return MemoryAccess(address: Address(base, index: .r11, -Int32(size)), temporary: base.register)
  }
}
