// Loads and stores. Guarded memory: one instruction, [r15 + index + offset]; index and offset together never leave the reservation.
// Checked memory: the end of the access is compared with the size in the memory's record first.

import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  /// The address of an access of `size` bytes whose index operand has been popped and has its slot at `position`. May leave the address in
  /// r11, which must then survive until the access.
  private mutating func address(_ index: inout Value, position: Int, offset: UInt32, size: Int) -> Address {
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

  @inline(__always)
  private mutating func accessSite() { if !isChecked { site(.memoryOutOfBounds) } }

  mutating func load(_ opcode: Opcode, offset: UInt32) {
    var index = pop()
    let row = OpcodeTable.rows + OpcodeTable.index(of: opcode)
    let place = address(&index, position: values.count, offset: offset, size: 1 << Int(row.pointee.alignment))
    let type = row.pointee.result.rawValue
    // The hint may detach operands, so the index's register is released after it.
    if type == 0x7D || type == 0x7C {
      let target = floatHint()
      release(index)
      let register = floatDestination(target)
      accessSite()
      asm.loadFloat(type == 0x7D ? .f32 : .f64, register, place)
      return pushResult(register, target, type: type)
    }
    let target = hint()
    release(index)
    let register = destination(target)
    accessSite()
    switch opcode {
    case .i32Load, .i64Load32U: asm.load(.w32, register, place)
    case .i64Load: asm.load(.w64, register, place)
    case .i32Load8U, .i64Load8U: asm.loadZero8(register, place)
    case .i32Load16U, .i64Load16U: asm.loadZero16(register, place)
    case .i32Load8S: asm.loadSign8(.w32, register, place)
    case .i32Load16S: asm.loadSign16(.w32, register, place)
    case .i64Load8S: asm.loadSign8(.w64, register, place)
    case .i64Load16S: asm.loadSign16(.w64, register, place)
    default: asm.loadSign32(register, place)
    }
    pushResult(register, target, type: type)
  }

  mutating func store(_ opcode: Opcode, offset: UInt32) {
    var value = pop()
    var index = pop()
    let positionIndex = values.count
    let positionValue = values.count + 1
    let size = 1 << Int(OpcodeTable.rows[OpcodeTable.index(of: opcode)].alignment)
    let isWide = size == 8
    if value.isConstant, !isWide || Int64(Int32(truncatingIfNeeded: value.bits)) == value.bits {
      let constant = Int32(truncatingIfNeeded: value.bits)
      let place = address(&index, position: positionIndex, offset: offset, size: size)
      accessSite()
      switch size {
      case 1: asm.store8(place, constant: UInt8(truncatingIfNeeded: constant))
      case 2: asm.store16(place, constant: UInt16(truncatingIfNeeded: constant))
      case 4: asm.store(.w32, place, constant: constant)
      default: asm.store(.w64, place, constant: constant)
      }
      return release(index)
    }
    if value.isFloat {
      let register = useFloat(&value, position: positionValue)
      let place = address(&index, position: positionIndex, offset: offset, size: size)
      accessSite()
      asm.storeFloat(size == 4 ? .f32 : .f64, place, register)
    } else {
      let register = use(&value, position: positionValue)
      let place = address(&index, position: positionIndex, offset: offset, size: size)
      accessSite()
      switch size {
      case 1: asm.store8(place, register)
      case 2: asm.store16(place, register)
      case 4: asm.store(.w32, place, register)
      default: asm.store(.w64, place, register)
      }
    }
    release(value)
    release(index)
  }

  mutating func memorySize() {
    let register = allocateGPR()
    asm.load(.w64, register, Address(.r14, Int32(InstanceContext.memory0Record)))
    asm.load(.w64, register, Address(register, Int32(MemoryRecord.byteCountOffset)))
    asm.shift(.shr, .w64, register, by: 16)
    push(.gpr(register.code, type: 0x7F))
  }
}
