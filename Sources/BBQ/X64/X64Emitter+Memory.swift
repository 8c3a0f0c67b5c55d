// Loads and stores. In memory 0, if it is guarded: one instruction, [r15 + index + offset]; index and offset together never leave the
// reservation. Checked memories: the end of the access is compared with the size in the memory's record first. 64-bit memories: the same,
// and the end must not overflow. Other memories than the first: their base comes from their record.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  /// Where an access goes. May use r11, which must then survive until the access.
  private struct Place {
    var address: Address
    /// A temporary to give back after the access, or 0xFF.
    var base: UInt8 = 0xFF
  }

  /// The place of an access of `size` bytes whose index operand has been popped and has its slot at `position`.
  @inline(__always)
  private mutating func place(_ index: inout Value, position: Int, _ memory: Int, offset: UInt64, size: Int) -> Place {
    if memory == 0, !view.memories[0].is64 {
      let offset = UInt32(truncatingIfNeeded: offset)
      return Place(address: address(&index, position: position, offset: offset, size: size))
    }
    return farPlace(&index, position: position, memory, offset: offset, size: size)
  }

  /// In a 32-bit memory 0.
  private mutating func address(_ index: inout Value, position: Int, offset: UInt32, size: Int) -> Address {
    let isChecked = !view.memories[0].isGuarded
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
    let register = use(&index, position: position)
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
    releaseGPR(record.code)
    asm.jump(.above, trapLabel(.memoryOutOfBounds))
  }

  /// In another memory, or a 64-bit one.
  @inline(never)
  private mutating func farPlace(
    _ index: inout Value, position: Int, _ memory: Int, offset: UInt64, size: Int
  ) -> Place {
    let shape = view.memories[memory]
    let register = use(&index, position: position)
    let base = allocateGPR()
    asm.load(.w64, base, Address(.r14, Int32(truncatingIfNeeded: view.layout.memory(memory))))
    let baseField = Address(base, Int32(MemoryRecord.baseOffset))
    if shape.isGuarded {
      asm.load(.w64, base, baseField)
      if offset <= 0x7FFF_FFFF { return Place(address: Address(base, index: register, Int32(offset)), base: base.code) }
      asm.move(.r11, constant: Int64(offset))
      asm.arithmetic(.add, .w64, .r11, register)
      return Place(address: Address(base, index: .r11), base: base.code)
    }
    let (end, overflows) = offset.addingReportingOverflow(UInt64(size))
    if overflows { asm.jump(trapLabel(.memoryOutOfBounds)) }
    asm.move(.r11, constant: Int64(bitPattern: end))
    asm.arithmetic(.add, .w64, .r11, register)
    if shape.is64 { asm.jump(.below, trapLabel(.memoryOutOfBounds)) }
    asm.arithmetic(.cmp, .w64, .r11, Address(base, Int32(MemoryRecord.byteCountOffset)))
    asm.jump(.above, trapLabel(.memoryOutOfBounds))
    asm.load(.w64, base, baseField)
    return Place(address: Address(base, index: .r11, -Int32(size)), base: base.code)
  }

  @inline(__always)
  private mutating func release(_ place: Place) { if place.base != 0xFF { releaseGPR(place.base) } }

  @inline(__always)
  private mutating func accessSite(_ memory: Int) { if view.memories[memory].isGuarded { site(.memoryOutOfBounds) } }

  mutating func load(_ opcode: Opcode, memory: Int, offset: UInt64) {
    var index = pop()
    let row = rows + OpcodeTable.index(of: opcode)
    let place = place(&index, position: values.count, memory, offset: offset, size: 1 << Int(row.pointee.alignment))
    let type = row.pointee.result.machineType
    // The hint may detach operands, so the index's register is released after it.
    if type.registerClass == .float {
      let target = floatHint()
      release(index)
      release(place)
      let register = floatDestination(target)
      accessSite(memory)
      asm.loadFloat(type == .f32 ? .f32 : .f64, register, place.address)
      return pushResult(register, target, type: type)
    }
    let target = hint()
    release(index)
    release(place)
    let register = destination(target)
    accessSite(memory)
    switch opcode {
    case .i32Load, .i64Load32U: asm.load(.w32, register, place.address)
    case .i64Load: asm.load(.w64, register, place.address)
    case .i32Load8U, .i64Load8U: asm.loadZero8(register, place.address)
    case .i32Load16U, .i64Load16U: asm.loadZero16(register, place.address)
    case .i32Load8S: asm.loadSign8(.w32, register, place.address)
    case .i32Load16S: asm.loadSign16(.w32, register, place.address)
    case .i64Load8S: asm.loadSign8(.w64, register, place.address)
    case .i64Load16S: asm.loadSign16(.w64, register, place.address)
    default: asm.loadSign32(register, place.address)
    }
    pushResult(register, target, type: type)
  }

  mutating func store(_ opcode: Opcode, memory: Int, offset: UInt64) {
    var value = pop()
    var index = pop()
    let positionIndex = values.count
    let positionValue = values.count + 1
    let size = 1 << Int(rows[OpcodeTable.index(of: opcode)].alignment)
    let isWide = size == 8
    if value.isConstant, !isWide || Int64(Int32(truncatingIfNeeded: value.bits)) == value.bits {
      let constant = Int32(truncatingIfNeeded: value.bits)
      let place = place(&index, position: positionIndex, memory, offset: offset, size: size)
      accessSite(memory)
      switch size {
      case 1: asm.store8(place.address, constant: UInt8(truncatingIfNeeded: constant))
      case 2: asm.store16(place.address, constant: UInt16(truncatingIfNeeded: constant))
      case 4: asm.store(.w32, place.address, constant: constant)
      default: asm.store(.w64, place.address, constant: constant)
      }
      release(place)
      return release(index)
    }
    if value.isFloat {
      let register = useFloat(&value, position: positionValue)
      let place = place(&index, position: positionIndex, memory, offset: offset, size: size)
      accessSite(memory)
      asm.storeFloat(size == 4 ? .f32 : .f64, place.address, register)
      release(place)
    } else {
      let register = use(&value, position: positionValue)
      let place = place(&index, position: positionIndex, memory, offset: offset, size: size)
      accessSite(memory)
      switch size {
      case 1: asm.store8(place.address, register)
      case 2: asm.store16(place.address, register)
      case 4: asm.store(.w32, place.address, register)
      default: asm.store(.w64, place.address, register)
      }
      release(place)
    }
    release(value)
    release(index)
  }

  mutating func memorySize(_ memory: Int) {
    let shape = view.memories[memory]
    let register = allocateGPR()
    let field = memory == 0 ? InstanceContext.memory0Record : view.layout.memory(memory)
    asm.load(.w64, register, Address(.r14, Int32(truncatingIfNeeded: field)))
    asm.load(.w64, register, Address(register, Int32(MemoryRecord.byteCountOffset)))
    if shape.pageSizeLog2 > 0 { asm.shift(.shr, .w64, register, by: shape.pageSizeLog2) }
    push(.gpr(register.code, type: shape.indexType.machineType))
  }
}
