// x86-64's part of emission. Which instruction becomes which code is in X64CodeEmitter+Instructions and the extensions named after kinds.
//
// r11 and xmm15 are free within each instruction.

import MachineCode
import RuntimeLayout

typealias X64CodeEmitter = CodeEmitter<X64Assembler>

extension X64Assembler: CodeTarget {
  typealias Registers = X64RegisterFile

  mutating func patch(_ byte: UInt8, at offset: Int) { code.storeByte(byte, at: offset) }

  // MARK: Facts

  static func isJump(_ instruction: MachineInstruction) -> Bool { instruction.opcode == X64Opcode.jump.rawValue }
  static func isTableJump(_ instruction: MachineInstruction) -> Bool { instruction.opcode == X64Opcode.switchTable.rawValue }
  static func isLong(_ instruction: MachineInstruction) -> Bool { X64Opcode(rawValue: instruction.opcode).unsafelyUnwrapped.row.isLong }
  static func estimate(_ instruction: MachineInstruction) -> Int32 { isLong(instruction) ? 60 : 7 }
  static var moveEstimate: Int32 { 5 }
  static var saveEstimate: Int32 { 4 }

  // MARK: Entries

  static func prologue(_ emitter: inout X64CodeEmitter) {
    emitter.asm.features = emitter.module.processor
    emitter.prologue()
  }
  static func saveRegisters(_ emitter: inout X64CodeEmitter) { emitter.saveRegisters() }
  static func isFirstRedundant(_ block: Int, _ emitter: inout X64CodeEmitter) -> Bool { emitter.repeatsComparison(block) }
  static func emitInstruction(_ block: Int, _ emitter: inout X64CodeEmitter) { emitter.emitInstruction(block) }
  static func apply(_ edit: Edit, _ emitter: inout X64CodeEmitter) { emitter.apply(edit) }
  static func jump(_ block: Int, _ emitter: inout X64CodeEmitter) { emitter.jump(block) }
}

extension X64CodeEmitter {
  // MARK: Edits

  fileprivate mutating func apply(_ edit: Edit) {
    switch edit.kind {
    case .move: if edit.registerClass == .integer { moveInteger(edit.target, edit.source) } else { moveFloat(edit.width, edit.target, edit.source) }
    case .rematerialize:
      let keepsFlags = X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped.row.readsFlags
      current = instructions.at(Int(edit.instruction))
      switch X64Opcode(rawValue: current.pointee.opcode).unsafelyUnwrapped {
      case .constant: constant(gpr(edit.target), current.pointee.payload, keepsFlags: keepsFlags)
      case .floatConstant: floatConstant(xmm(edit.target))
      case .vectorConstant: vectorConstant(xmm(edit.target))
      default: load(edit.target)
      }
    }
  }

  private mutating func moveInteger(_ target: Allocation, _ source: Allocation) {
    if source.isSlot {
      asm.load(.w64, gpr(target), slot(source))
    } else if target.isSlot {
      asm.store(.w64, slot(target), gpr(source))
    } else {
      asm.move(.w64, gpr(target), gpr(source))
    }
  }

  /// 32 bits move as 64: all slots have room for them.
  private mutating func moveFloat(_ width: RegisterWidth, _ target: Allocation, _ source: Allocation) {
    if source.isSlot {
      if width == .w128 { asm.loadFloatVector(xmm(target), slot(source)) } else { asm.loadFloat(.f64, xmm(target), slot(source)) }
    } else if target.isSlot {
      if width == .w128 { asm.storeFloatVector(slot(target), xmm(source)) } else { asm.storeFloat(.f64, slot(target), xmm(source)) }
    } else {
      asm.moveFloat(xmm(target), xmm(source))
    }
  }

  // MARK: Places

  @inline(__always)
  mutating func gpr(_ place: Allocation) -> GPR { GPR(UInt8(truncatingIfNeeded: place.raw)) }
  @inline(__always)
  mutating func xmm(_ place: Allocation) -> XMM { XMM(UInt8(truncatingIfNeeded: place.raw &- 32)) }
  @inline(__always)
  mutating func gpr(_ operand: Int) -> GPR { gpr(places[operand]) }
  @inline(__always)
  mutating func xmm(_ operand: Int) -> XMM { xmm(places[operand]) }

  @inline(__always)
  mutating func slot(_ place: Allocation) -> Address {
    Address(.rbp, layout.slot(place.slot))
  }

  @inline(__always) var variant: X64Variant { X64Variant(raw: current.pointee.variant) }
  @inline(__always) var immediate: Int32 { Int32(truncatingIfNeeded: current.pointee.payload) }

  /// Where operand `operand` is if not in a register: in memory, by the instruction's address, or in a slot. With a trap site: the next
  /// instruction must be the access.
  @inline(__always)
  mutating func memory(_ operand: Int) -> Address? {
    if current.pointee.auxiliary != 0 { return address() }
    let place = places[operand]
    return place.isRegister ? nil : slot(place)
  }

  /// The instruction's address; notes a trap site if the access may fault.
  mutating func address() -> Address {
    let packed = X64PackedAddress(raw: current.pointee.auxiliary)
    if packed.reason != 0 {
      trapSites.append(
        TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: current.pointee.wasmOffset, rawReason: packed.reason - 1))
    }
    var last = Int(current.pointee.operandCount)
    var index: UInt8 = 0xFF
    if packed.hasIndex {
      last -= 1
      index = gpr(last).code
    }
    let displacement = Int32(truncatingIfNeeded: current.pointee.payload >> 32)
    var address: Address
    switch packed.base {
    case .register: address = Address(gpr(last - 1), displacement)
    case .memory: address = Address(.r15, displacement)
    case .context: address = Address(.r14, displacement)
    case .frame: address = Address(.rbp, displacement)
    case .stack: address = Address(.rsp, displacement)
    case .outgoing: address = Address(.rbp, layout.outgoing + displacement)
    case .vectorPool: return constant(vectors[Int(current.pointee.payload)])
    case .pool: return .relative(to: poolLabel(UInt64(bitPattern: current.pointee.payload), isWide: false))
    case .zero, .none: address = .withoutBase(displacement)
    }
    address.index = index
    address.scale = packed.scale
    return address
  }
}
