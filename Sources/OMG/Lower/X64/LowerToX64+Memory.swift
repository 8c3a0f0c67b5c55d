// Memory, globals, tables.

import CompilerInterface
import MachineCode
import RuntimeLayout

extension LowerToX64 {
  // MARK: Loads

  mutating func load(_ value: Value) {
    load(value, address(ofAccess: value), Self.access(at(value).pointee))
  }

  mutating func load(_ value: Value, _ address: X64Address, _ access: X64Access) {
    begin()
    define(definition(value))
    use(address)
    end(.load, access.rawValue, address)
  }

  /// A word of the caller's or the baseline tier's frame.
  mutating func loadFrame(_ value: Value, _ displacement: Int32) {
    load(value, X64Address(.frame, displacement), Self.wholeAccess(at(value).pointee.type))
  }

  // MARK: Stores

  /// What a store writes of its value.
  private mutating func storeAccess(_ value: Value) -> X64Access {
    switch at(value).pointee.access {
    case .whole: Self.wholeAccess(at(graph.pointee.resolve(at(value).pointee.b)).pointee.type)
    case .signed8, .unsigned8: .zero8
    case .signed16, .unsigned16: .zero16
    default: .word32
    }
  }

  mutating func store(_ value: Value) {
    let access = storeAccess(value)
    if storeLane(value, access) { return }
    if access == .word32 || access == .word64, updateMemory(value, access) { return }
    let operand = at(value).pointee.b
    store(operand, access) { $0.address(ofAccess: value) }
  }

  /// Stores an operand at an address that is made after the operand's register.
  private mutating func store(_ operand: Value, _ access: X64Access, to place: (inout LowerToX64) -> X64Address) {
    if let constant = storedConstant(operand, access) {
      let address = place(&self)
      begin()
      use(address)
      return end(.storeConstant, access.rawValue, immediate: constant, address)
    }
    let source = access.isInFloatRegisters || access == .word64 ? register(operand) : low32(storedPart(operand, access))
    let address = place(&self)
    begin()
    use(source)
    use(address)
    end(.store, access.rawValue, address)
  }

  /// A constant that the store instruction can hold.
  private mutating func storedConstant(_ operand: Value, _ access: X64Access) -> Int32? {
    let instruction = at(strip(operand))
    guard instruction.pointee.operation == .constant else { return nil }
    if access == .f32 { return Int32(truncatingIfNeeded: instruction.pointee.immediate) }
    if access == .f64 {
      let short = Int32(truncatingIfNeeded: instruction.pointee.immediate)
      return Int64(short) == instruction.pointee.immediate ? short : nil
    }
    return immediate(operand, access == .word64 ? .w64 : .w32)
  }

  /// Looks through operations that only change bits that are not stored.
  private mutating func storedPart(_ operand: Value, _ access: X64Access) -> Value {
    let value = strip(operand)
    let instruction = at(value)
    guard useCounts[value.number] == 1, instruction.pointee.operation == .and, let mask = graph.pointee.constant(strip(instruction.pointee.b))
    else { return operand }
    let needed: Int64 = access == .zero8 ? 0xFF : access == .zero16 ? 0xFFFF : 0xFFFF_FFFF
    return mask & needed == needed ? instruction.pointee.a : operand
  }

  /// [address] ← [address] op x: if the value is the result of an operation on a load from the same address, and of nothing else.
  private mutating func updateMemory(_ value: Value, _ access: X64Access) -> Bool {
    let operand = at(value).pointee.b
    guard isOnlyUse(operand) else { return false }
    let operation = at(strip(operand))
    let width: Width = access == .word64 ? .w64 : .w32
    guard (operation.pointee.type == .i64) == (width == .w64), registers[strip(operand).number] == .max else { return false }
    let op: ArithmeticOp
    switch operation.pointee.operation {
    case .add: op = .add
    case .subtract: op = .sub
    case .and: op = .and
    case .or: op = .or
    case .xor: op = .xor
    default: return false
    }
    var other = operation.pointee.b
    if !isSamePlace(operation.pointee.a, value) {
      guard op != .sub, isSamePlace(operation.pointee.b, value) else { return false }
      other = operation.pointee.a
    }
    let loaded = other == operation.pointee.b ? operation.pointee.a : operation.pointee.b
    isDone[strip(loaded).number] = 1
    isDone[strip(operand).number] = 1
    if let constant = immediate(other, width) {
      let address = address(ofAccess: value)
      begin()
      use(address)
      end(.arithmeticConstantToMemory, X64Variant(width, operation: op.rawValue).raw, immediate: constant, address)
    } else {
      let source = register(other, width)
      let address = address(ofAccess: value)
      begin()
      use(source)
      use(address)
      end(.arithmeticToMemory, X64Variant(width, operation: op.rawValue).raw, address)
    }
    return true
  }

  /// Whether a value is loaded from where the store at hand writes, by a load that can be made part of it.
  private mutating func isSamePlace(_ operand: Value, _ store: Value) -> Bool {
    guard isOnlyUse(operand) else { return false }
    let load = strip(operand)
    let instruction = at(load)
    return instruction.pointee.operation == .load && instruction.pointee.index == at(store).pointee.index
      && instruction.pointee.immediate == at(store).pointee.immediate && strip(instruction.pointee.a) == strip(at(store).pointee.a)
      && Self.access(instruction.pointee) == storeAccess(store) && registers[load.number] == .max
      && effectNumbers[load.number] == currentEffect && isDone[load.number] == 0
  }

  // MARK: Checks and sizes

  /// Traps unless a + immediate is at most the memory's size.
  mutating func boundsCheck(_ value: Value) {
    let memory = Int(at(value).pointee.index)
    let shape = module.memories[memory]
    let end = at(value).pointee.immediate
    let index = register(at(value).pointee.a)
    let field = memory == 0 ? InstanceContext.memory0Record : module.layout.memory(memory)
    var size = X64Address(.register, Int32(MemoryRecord.byteCountOffset))
    let sum = makeInteger()
    if shape.is64 || end < 0 || end > 0x7FFF_FFFF {
      let offset = constant(end)
      begin()
      redefine(sum)
      use(index)
      use(offset)
      self.end(.arithmetic, X64Variant(.w64, operation: ArithmeticOp.add.rawValue).raw)
      if shape.is64 { trap(.below, .memoryOutOfBounds) }
    } else {
      begin()
      define(sum)
      use(index)
      self.end(.addConstant, X64Variant(.w64).raw, payload: end)
    }
    size.register = loadWord(X64Address(.context, Int32(truncatingIfNeeded: field)))
    begin()
    use(sum)
    use(size)
    self.end(.compare, X64Variant(.w64).raw, size)
    trap(.above, .memoryOutOfBounds)
  }

  /// Traps on a condition of the flags just set.
  mutating func trap(_ condition: X64Condition, _ reason: TrapReason) {
    frame.mayTrap = true
    begin()
    end(.trapIf, X64Variant(condition).raw, auxiliary: UInt32(reason.rawValue))
  }

  mutating func memorySize(_ value: Value) {
    let memory = Int(at(value).pointee.index)
    let field = memory == 0 ? InstanceContext.memory0Record : module.layout.memory(memory)
    var size = X64Address(.register, Int32(MemoryRecord.byteCountOffset))
    size.register = loadWord(X64Address(.context, Int32(truncatingIfNeeded: field)))
    let bytes = loadWord(size)
    begin()
    redefine(definition(value))
    use(bytes)
    end(.shiftConstant, X64Variant(.w64, operation: ShiftOp.shr.rawValue).raw, payload: Int64(module.memories[memory].pageSizeLog2))
  }

  // MARK: Globals

  mutating func globalGet(_ value: Value) {
    load(value, global(Int(at(value).pointee.index)), Self.wholeAccess(at(value).pointee.type))
  }

  mutating func globalSet(_ value: Value) {
    let index = Int(at(value).pointee.index)
    let access = Self.wholeAccess(ValueKind(module.globals[index].type))
    store(at(value).pointee.a, access) { $0.global(index) }
  }

  // MARK: Tables

  /// The address of an element, after a check of its number.
  private mutating func element(_ operand: Value, _ table: Int, _ reason: TrapReason = .tableOutOfBounds) -> X64Address {
    let index = register(operand)
    let elements = loadWord(X64Address(.context, Int32(truncatingIfNeeded: module.layout.table(table))))
    var count = X64Address(.register, Int32(TableRecord.countOffset))
    count.register = elements
    begin()
    use(index)
    use(count)
    end(.compare, X64Variant(.w64).raw, count)
    trap(.aboveOrEqual, reason)
    var address = X64Address(.register)
    address.register = elements
    address.index = index
    address.scale = 3
    return address
  }

  mutating func tableGet(_ value: Value) {
    load(value, element(at(value).pointee.a, Int(at(value).pointee.tableIndex)), .word64)
  }

  mutating func calledElement(_ value: Value) {
    load(value, element(at(value).pointee.a, Int(at(value).pointee.tableIndex), .undefinedElement), .word64)
  }

  mutating func tableSet(_ value: Value) {
    let source = register(at(value).pointee.b)
    let address = element(at(value).pointee.a, Int(at(value).pointee.tableIndex))
    begin()
    use(source)
    use(address)
    end(.store, X64Access.word64.rawValue, address)
  }

  mutating func tableSize(_ value: Value) {
    var count = X64Address(.register, Int32(TableRecord.countOffset))
    count.register = loadWord(X64Address(.context, Int32(truncatingIfNeeded: module.layout.table(Int(at(value).pointee.tableIndex)))))
    load(value, count, .word64)
  }

  mutating func functionReference(_ value: Value) {
    let index = Int(at(value).pointee.index)
    if module.leavesInstance(index) {
      return load(value, X64Address(.context, Int32(truncatingIfNeeded: module.layout.importedFunction(index))), .word64)
    }
    let records = loadWord(X64Address(.context, Int32(InstanceContext.functionRecords)))
    let offset = module.joinedRecord(ofFunction: index) ?? (index - module.importedFunctionCount) * FunctionRecord.size
    begin()
    define(definition(value))
    use(records)
    end(.addConstant, X64Variant(.w64).raw, payload: Int64(UInt32(truncatingIfNeeded: offset)))
  }
}

extension Instruction {
  /// The table of tableGet, calledElement, tableSet and tableSize.
  var tableIndex: UInt32 { index }
}
