// References and the operators on tables that need no help from the engine.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  mutating func refNull() { push(.constant(0, type: .reference)) }

  mutating func refIsNull() { equalsZero(.w64) }

  mutating func refAsNonNull() {
    var reference = pop()
    if reference.isConstant {
      asm.jump(trapLabel(.nullReference))
    } else {
      asm.jump(trapLabel(.nullReference), ifZero: use(&reference))
    }
    pushAgain(reference)
  }

  /// Pushes an operand that has been popped.
  private mutating func pushAgain(_ operand: Operand) {
    if operand.kind == .local { locals[operand.local].references += 1 }
    push(operand)
  }

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

  // MARK: Branches

  mutating func branchOnNull(target: Int) {
    var reference = pop()
    if reference.isConstant {
      jumpAside(target)
      return push(reference)
    }
    if bringArguments(target, Int(controls[target].arguments.count), sparing: &reference) {
      let register = use(&reference)
      conform(target)
      asm.jump(controls[target].label, ifZero: register)
    } else {
      jumpAside(target, ifNull: true, &reference)
    }
    pushAgain(reference)
  }

  mutating func branchOnNonNull(target: Int) {
    var reference = values[values.count - 1]
    if reference.isConstant {
      _ = pop()
      return
    }
    var none = Operand.constant(0, type: .reference)
    if bringArguments(target, Int(controls[target].arguments.count), sparing: &none) {
      conform(target)
      reference = values[values.count - 1]
      Assembler.compareWithZero(&self, .w64, &reference)
      asm.jump(Assembler.Condition(withZero: .notEqual), controls[target].label)
    } else {
      jumpAside(target, ifNull: false, &reference)
    }
    release(pop())
  }

  /// Jumps with what the label takes if a reference is null, or if it is not.
  private mutating func jumpAside(_ target: Int, ifNull isNull: Bool, _ reference: inout Operand) {
    let skip = asm.makeLabel()
    Assembler.compareWithZero(&self, .w64, &reference)
    asm.jump(Assembler.Condition(withZero: isNull ? .notEqual : .equal), skip)
    jumpAside(target)
    bindHere(skip)
  }

  /// Brings the topmost operands to where a label takes them. False if other operands are there, so that only the taken path can. A popped operand stays
  /// where it can be read.
  private mutating func bringArguments(_ target: Int, _ count: Int, sparing popped: inout Operand) -> Bool {
    guard count > 0 else { return true }
    if controls[target].passesInRegister {
      let result = Assembler.result(.general)
      if popped.kind == .register, popped.register == result, values[values.count - 1].registerClass == .general {
        let other = allocate(.general)
        asm.move(other, result)
        release(result)
        let slot = popped.slot
        popped = .register(other, type: popped.type)
        popped.slot = slot
      }
      bringIntoResultRegister()
      return true
    }
    guard values.count - count == Int(controls[target].base) else { return false }
    for position in Int(controls[target].base)..<values.count { materialize(position) }
    return true
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
