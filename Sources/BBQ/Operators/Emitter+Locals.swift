// Locals and globals, and the hint that lets an operator compute straight into a local's home.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  mutating func localGet(_ index: Int) {
    let local = locals.base + index
    local.pointee.references += 1
    push(Value(local: Int32(truncatingIfNeeded: index), kind: .local, type: local.pointee.type))
  }

  mutating func localSet(_ index: Int) {
    setLocal(index)
  }

  mutating func localTee(_ index: Int) {
    setLocal(index)
    localGet(index)
  }

  private mutating func setLocal(_ index: Int) {
    let value = pop()
    let position = values.count
    let local = locals[index]
    if value.kind == .home, value.local == Int32(truncatingIfNeeded: index) { return markWritten(local.home) }
    if value.kind == .local, value.local == Int32(truncatingIfNeeded: index) { return }
    if local.references > 0 { detach(index) }
    if local.home == 0xFF {
      store(value, to: memory(ofLocal: index), position: position)
    } else if local.home < 16 {
      load(GPR(local.home), value, position: position)
      markWritten(local.home)
    } else {
      load(XMM(local.home - 16), value, position: position)
      markWritten(local.home)
    }
    release(value)
  }

  @inline(__always)
  mutating func markWritten(_ home: UInt8) {
    let bit: UInt32 = 1 << UInt32(home)
    inRegister |= bit
    inMemory &= ~bit
  }

  /// Gives every operand that stands for this local a place of its own, because the local is about to be written.
  @inline(never)
  mutating func detach(_ index: Int) {
    // From the top, where most of them are.
    var position = values.count
    while position > settled, locals.base[index].references > 0 {
      position -= 1
      var value = values[position]
      guard value.kind == .local, value.local == Int32(truncatingIfNeeded: index) else { continue }
      locals.base[index].references -= 1
      let hasFree = free & (value.isFloat ? Self.xmmMask : Self.gprMask)
      // Leaves at least two temporaries for the operator at hand.
      if hasFree.nonzeroBitCount > 2 {
        if value.isFloat { _ = ownFloat(&value, position: position) } else { _ = own(&value, position: position) }
        values[position] = value
      } else {
        store(value, to: slot(position))
        values[position] = .slot(type: value.type)
      }
    }
  }

  /// If the next operator is local.set or local.tee of a local with an integer home: its index, else −1. Operands that stand for the
  /// local are detached then, so the operator may write the home as its very last act.
  @inline(__always)
  mutating func hint() -> Int {
    let following = peek(0)
    guard following == 0x21 || following == 0x22 else { return -1 }
    let index = Int(peek(1))
    guard index < 0x80, locals[index].home < 16 else { return -1 }
    if locals[index].references > 0 { detach(index) }
    return index
  }

  /// The same for locals with a float home.
  @inline(__always)
  mutating func floatHint() -> Int {
    let following = peek(0)
    guard following == 0x21 || following == 0x22 else { return -1 }
    let index = Int(peek(1))
    guard index < 0x80, locals[index].home != 0xFF, locals[index].home >= 16 else { return -1 }
    if locals[index].references > 0 { detach(index) }
    return index
  }

  /// A register for a result: the hinted home, or a temporary.
  @inline(__always)
  mutating func destination(_ hint: Int) -> GPR { hint >= 0 ? GPR(locals[hint].home) : allocateGPR() }

  @inline(__always)
  mutating func floatDestination(_ hint: Int) -> XMM { hint >= 0 ? XMM(locals[hint].home - 16) : allocateXMM() }

  /// Pushes a result that is in the register `destination(hint)` gave.
  @inline(__always)
  mutating func pushResult(_ register: GPR, _ hint: Int, type: MachineType) {
    if hint >= 0 {
      push(Value(local: Int32(truncatingIfNeeded: hint), kind: .home, type: type, reg: register.code))
    } else {
      push(.gpr(register.code, type: type))
    }
  }

  @inline(__always)
  mutating func pushResult(_ register: XMM, _ hint: Int, type: MachineType) {
    if hint >= 0 {
      push(Value(local: Int32(truncatingIfNeeded: hint), kind: .home, type: type, reg: register.code + 16))
    } else {
      push(.fpr(register.code, type: type))
    }
  }

  // MARK: Globals

  /// Where a global's cell is; may use r11.
  private mutating func cell(_ index: Int) -> Address {
    let offset = Int32(truncatingIfNeeded: view.layout.global(index))
    guard index < view.importedGlobalCount else { return Address(.r14, offset) }
    asm.load(.w64, .r11, Address(.r14, offset))
    return Address(.r11)
  }

  mutating func globalGet(_ index: Int) {
    let type = view.globals[index].type.machineType
    let address = cell(index)
    if type.registerClass == .float {
      let register = allocateXMM()
      asm.loadFloat(type == .f32 ? .f32 : .f64, register, address)
      push(.fpr(register.code, type: type))
    } else {
      let target = hint()
      let register = destination(target)
      asm.load(type == .i32 ? .w32 : .w64, register, address)
      pushResult(register, target, type: type)
    }
  }

  mutating func globalSet(_ index: Int) {
    var value = pop()
    let type = view.globals[index].type.machineType
    if type.registerClass == .float {
      let register = useFloat(&value, position: values.count)
      asm.storeFloat(type == .f32 ? .f32 : .f64, cell(index), register)
    } else if value.isConstant, type == .i32 || Int64(Int32(truncatingIfNeeded: value.bits)) == value.bits {
      asm.store(type == .i32 ? .w32 : .w64, cell(index), constant: Int32(truncatingIfNeeded: value.bits))
    } else {
      let register = use(&value, position: values.count)
      asm.store(type == .i32 ? .w32 : .w64, cell(index), register)
    }
    release(value)
  }
}
