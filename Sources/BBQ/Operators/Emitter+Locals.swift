// Locals and globals.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func localGet(_ index: Int) {
    let local = locals.at(index)
    local.pointee.references += 1
    push(.local(index, type: local.pointee.type))
  }

  mutating func localSet(_ index: Int) {
    setLocal(index)
  }

  mutating func localTee(_ index: Int) {
    setLocal(index)
    localGet(index)
  }

  private mutating func setLocal(_ index: Int) {
    let operand = pop()
    let local = locals[index]
    if operand.kind == .home, operand.local == index { return markWritten(local.home) }
    if operand.isLocal(index) { return }
    if local.references > 0 { detach(index) }
    if local.home == .none {
      store(operand, to: memory(ofLocal: index))
    } else {
      load(local.home, operand)
      markWritten(local.home)
    }
    release(operand)
  }

  // MARK: Globals

  /// Where a global's cell is; may use the general scratch register.
  private mutating func cell(_ index: Int) -> Place {
    let word = Place(Assembler.context, module.layout.global(index))
    guard module.layout.isGlobalElsewhere(index) else { return word }
    let scratch = Assembler.scratch(.general)
    asm.loadWord(scratch, word)
    return Place(scratch, 0)
  }

  mutating func globalGet(_ index: Int) {
    let type = module.globals[index].type.machineType
    let address = cell(index)
    let target = type.registerClass == .general ? hint(.general) : -1
    let register = destination(target, type.registerClass)
    asm.loadValue(register, address, type)
    pushResult(register, target, type: type)
  }

  mutating func globalSet(_ index: Int) {
    var operand = pop()
    let type = module.globals[index].type.machineType
    if operand.isConstant, type.registerClass == .general, Assembler.storesConstant(operand.bits, size: type == .i32 ? 4 : 8) {
      asm.storeValue(cell(index), constant: operand.bits, type)
    } else {
      let register = use(&operand)
      asm.storeValue(cell(index), register, type)
    }
    release(operand)
  }
}
