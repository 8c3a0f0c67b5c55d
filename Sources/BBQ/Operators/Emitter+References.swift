// References and the operators on tables that need no help from the engine.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func refNull() { push(.constant(0, type: .reference)) }

  mutating func refIsNull() { equalsZero(.w64) }

  mutating func refFunc(_ index: Int) {
    let register = allocate(.general)
    if let address = module.recordAddress(ofFunction: index) {
      asm.load(register, constant: Int64(bitPattern: UInt64(address)))
    } else if module.leavesInstance(index) {
      asm.loadWord(register, Place(Assembler.context, module.layout.importedFunction(index)))
    } else {
      asm.loadWord(register, Place(Assembler.context, InstanceContext.functionRecords))
      let offset = module.joinedRecord(ofFunction: index) ?? (index - module.importedFunctionCount) * FunctionRecord.size
      if offset != 0 { asm.add(register, constant: offset) }
    }
    push(.register(register, type: .reference))
  }

  // MARK: Tables

  /// Checks a popped index against a table's size; leaves the address of the table's elements in the scratch register.
  private mutating func tableElements(_ table: Int, checking index: inout Operand) -> Register {
    let scratch = Assembler.scratch(.general)
    let register = use(&index)
    asm.loadWord(scratch, Place(Assembler.context, module.layout.table(table)))
    asm.jump(trapLabel(.tableOutOfBounds), unless: register, isBelow: Place(scratch, TableRecord.countOffset))
    return register
  }

  mutating func tableGet(_ table: Int) {
    var index = pop()
    let register = tableElements(table, checking: &index)
    release(index)
    let result = allocate(.general)
    asm.loadElement(result, Assembler.scratch(.general), register)
    push(.register(result, type: .reference))
  }

  mutating func tableSet(_ table: Int) {
    var value = pop()
    var index = pop()
    let source = use(&value)
    let register = tableElements(table, checking: &index)
    asm.storeElement(Assembler.scratch(.general), register, source)
    release(value)
    release(index)
  }

  mutating func tableSize(_ table: Int) {
    let register = allocate(.general)
    asm.loadWord(register, Place(Assembler.context, module.layout.table(table)))
    asm.loadWord(register, Place(register, TableRecord.countOffset))
    push(.register(register, type: module.tables[table].indexType.machineType))
  }
}
