// Calls and tail calls; the convention is in RuntimeLayout/CallingConvention.swift.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  // MARK: Arguments

  /// Moves the topmost operands to where a callee of this shape expects them and pops them. Extra moves may be in `moves` already.
  /// Returns the size of the stack area, which is below the stack pointer's former value.
  private mutating func placeCallArguments(_ parameters: TypeRange, isTail: Bool) -> Int {
    let count = Int(parameters.count)
    let first = values.count - count
    // The arguments are as good as popped: they don't keep a local alive over the call.
    let arguments = values.slice(first, count: count)
    for argument in arguments where argument.kind == .local { locals[argument.local].references -= 1 }
    if !isTail {
      spillRegisters(below: first)
      storeHomesForCall()
    }
    var places = ArgumentPlaces()
    for operand in arguments {
      switch places.next(isFloat: operand.registerClass == .float, slots: operand.type.slotCount) {
      case .integer(let ordinal), .float(let ordinal):
        moves.append(Move(operand, to: Assembler.argument(operand.registerClass, ordinal)))
      case .stack: break
      }
    }
    let area = CallingConvention.stackAreaSize(argumentsOnStack: places.stackCount)
    if area > 0 { storeStackArguments(count, first: first, area: area) }
    performMoves()
    if count > 0 { nextSlot = values[first].slot }
    values.setCount(first)
    if settled > first { settled = first }
    free = temporaries
    return area
  }

  private mutating func storeStackArguments(_ count: Int, first: Int, area: Int) {
    asm.reserveArguments(area)
    var places = ArgumentPlaces()
    for operand in values.slice(first, count: count) {
      if case .stack(let ordinal) = places.next(isFloat: operand.registerClass == .float, slots: operand.type.slotCount) {
        store(operand, to: Place(Assembler.stack, 8 * ordinal))
      }
    }
  }

  /// What is only in registers that the call changes goes to memory, and everything else too where an exception may be caught: landings find their
  /// locals there.
  private mutating func storeHomesForCall() {
    let lost = inRegister & ~inMemory
    storeHomes(live(currentTry >= 0 ? lost : lost & ~Self.preservedHomes))
  }

  // MARK: Results

  /// Where the callee stores results after the first: the slots they will be operands in.
  private mutating func passResultArea(_ results: TypeRange) {
    guard results.count > 1 else { return }
    // The slots must exist before the frame's size is known.
    _ = memory(ofWord: Int(nextSlot) + module.wordCount(results) - 1)
    if shape.results.count <= 1 { asm.storeWord(Place(Assembler.frame, BaselineFrame.resultArea), Assembler.resultArea) }
    asm.loadAddress(Assembler.resultArea, memory(ofWord: Int(nextSlot) + module.typePool[Int(results.start)].slotCount))
  }

  /// After a call: nothing is in registers but the first result and what callees preserve.
  private mutating func receiveResults(_ results: TypeRange) {
    if results.count > 1 { asm.loadWord(Assembler.resultArea, Place(Assembler.frame, BaselineFrame.resultArea)) }
    forgetRegisters()
    guard results.count > 0 else { return }
    pushResultRegister(module.typePool[Int(results.start)].machineType)
    pushSlots(TypeRange(start: results.start + 1, count: results.count - 1))
  }

  private mutating func forgetRegisters() {
    inRegister &= Self.preservedHomes
    free = temporaries
    flagsOffset = -1
  }

  // MARK: Contexts

  private mutating func reloadContext() {
    asm.loadWord(Assembler.context, Place(Assembler.frame, BaselineFrame.context))
    asm.loadMemoryBase()
  }

  /// With another instance's function record in its register: loads its context into the pinned registers, and notes the caller's.
  private mutating func enterRecord() {
    asm.move(Assembler.caller, Assembler.context)
    asm.loadWord(Assembler.context, Place(Assembler.record, FunctionRecord.contextOffset))
    asm.loadMemoryBase()
  }

  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at the stack pointer.
  private mutating func leaveFrame(_ area: Int) {
    restorePreserved(homes)
    asm.leaveForTailCall(area: area, incomingArea: incomingArea)
  }

  // MARK: Calls

  mutating func call(function: Int, isTail: Bool) {
    let shape = module.shape(ofFunction: function)
    let area = placeCallArguments(shape.parameters, isTail: isTail)
    if let record = module.joinedRecord(ofFunction: function) { return callRecord(record, shape, area: area, isTail: isTail) }
    if function < module.importedFunctionCount { return callImport(function, shape, area: area, isTail: isTail) }
    if isTail { leaveFrame(area) } else { passResultArea(shape.results) }
    let field = asm.patchable(isJump: isTail)
    callSites.append(CallSite(offset: UInt32(field), callee: UInt32(function), isTail: isTail))
    if isTail { return }
    noteReturn()
    receiveResults(shape.results)
  }

  /// A call of a function of the instance that the module has joined.
  private mutating func callRecord(_ offset: Int, _ shape: TypeShape, area: Int, isTail: Bool) {
    asm.loadWord(Assembler.record, Place(Assembler.context, InstanceContext.functionRecords))
    let code = Place(Assembler.record, offset + FunctionRecord.codeOffset)
    if isTail {
      leaveFrame(area)
      return asm.jump(code)
    }
    passResultArea(shape.results)
    asm.call(code)
    noteReturn()
    receiveResults(shape.results)
  }

  private mutating func callImport(_ function: Int, _ shape: TypeShape, area: Int, isTail: Bool) {
    asm.loadWord(Assembler.record, Place(Assembler.context, module.layout.importedFunction(function)))
    if isTail {
      leaveFrame(area)
      return asm.crossToRecord(area: area)
    }
    enterRecord()
    passResultArea(shape.results)
    asm.call(Place(Assembler.record, FunctionRecord.codeOffset))
    noteReturn()
    reloadContext()
    receiveResults(shape.results)
  }

  mutating func callIndirect(type: Int, table: Int, isTail: Bool) {
    let shape = module.types[type]
    let index = pop()
    let constant: Int32? = index.isConstant && index.bits >= 0 && index.bits < 0x0800_0000 ? Int32(index.bits) : nil
    if constant == nil { moves.append(Move(index, to: Assembler.record)) }
    let area = placeCallArguments(shape.parameters, isTail: isTail)
    loadTableElement(table, constant)
    // A null element faults here.
    site(.uninitializedElement)
    asm.jump(trapLabel(.indirectCallTypeMismatch), unlessInt32: Place(Assembler.record, FunctionRecord.typeIDOffset), is: shape.canonicalID)
    noteCallee()
    if isTail { leaveFrame(area) } else { passResultArea(shape.results) }
    asm.goToRecord(isTail: isTail, area: area)
    if isTail { return }
    noteReturn()
    receiveResults(shape.results)
  }

  mutating func callReference(type: Int, isNullable: Bool, isTail: Bool) {
    let shape = module.types[type]
    moves.append(Move(pop(), to: Assembler.record))
    let area = placeCallArguments(shape.parameters, isTail: isTail)
    // Where reading the record comes first, a null reference faults there.
    let faults = !isTail && area == 0
    if isNullable, !faults { asm.jump(trapLabel(.nullFunctionReference), ifZero: Assembler.record) }
    if faults, isNullable, module.callProfile != nil { site(.nullFunctionReference) }
    noteCallee()
    if isTail { leaveFrame(area) } else { passResultArea(shape.results) }
    if isNullable, faults { site(.nullFunctionReference) }
    asm.goToRecord(isTail: isTail, area: area)
    if isTail { return }
    noteReturn()
    receiveResults(shape.results)
  }

  /// Notes for the optimizing tier whom the call at hand leads to: the function of the record in its register.
  private mutating func noteCallee() {
    guard let profile = module.callProfile else { return }
    asm.noteCallee(cell: profile.cell(at: wasmOffset), byAddress: module.layout.joined != nil)
  }

  /// Loads a table's element into the record register, where its index is unless it is a constant.
  private mutating func loadTableElement(_ table: Int, _ constant: Int32?) {
    let (record, elements) = (Assembler.record, Assembler.scratch(.general))
    asm.loadWord(elements, Place(Assembler.context, module.layout.table(table)))
    let count = Place(elements, TableRecord.countOffset)
    if let constant {
      asm.jump(trapLabel(.undefinedElement), unless: constant, isBelow: count)
      asm.loadWord(record, Place(elements, Int(constant) * 8))
    } else {
      asm.jump(trapLabel(.undefinedElement), unless: record, isBelow: count)
      asm.loadElement(record, elements, record)
    }
  }

  // MARK: Runtime helpers

  /// Operators that call the engine.
  mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int) {
    let layout = module.layout
    switch opcode {
    case .memoryGrow: runtimeCall(.memoryGrow, [layout.memoryIndex(first)], 1, result: module.memories[first].indexType.machineType)
    case .memoryFill: runtimeCall(.memoryFill, [layout.memoryIndex(first)], 3, trap: .memoryOutOfBounds)
    case .memoryCopy: runtimeCall(.memoryCopy, [layout.memoryIndex(first), layout.memoryIndex(second)], 3, trap: .memoryOutOfBounds)
    case .memoryInit: runtimeCall(.memoryInit, [layout.memoryIndex(second), layout.segmentIndex(first)], 3, trap: .memoryOutOfBounds)
    case .dataDrop: runtimeCall(.dataDrop, [layout.segmentIndex(first)], 0)
    case .tableGrow: runtimeCall(.tableGrow, [layout.tableIndex(first)], 2, result: module.tables[first].indexType.machineType)
    case .tableFill: runtimeCall(.tableFill, [layout.tableIndex(first)], 3, trap: .tableOutOfBounds)
    case .tableCopy: runtimeCall(.tableCopy, [layout.tableIndex(first), layout.tableIndex(second)], 3, trap: .tableOutOfBounds)
    case .tableInit: runtimeCall(.tableInit, [layout.tableIndex(second), layout.segmentIndex(first)], 3, trap: .tableOutOfBounds)
    case .elemDrop: runtimeCall(.elementDrop, [layout.segmentIndex(first)], 0)
    default: preconditionFailure("not a runtime operator")
    }
  }

  /// Calls a helper with the context, some constants and the topmost `operands` operands.
  mutating func runtimeCall(
    _ helper: RuntimeHelper, _ constants: [Int], _ operands: Int, trap: TrapReason? = nil, result: MachineType? = nil
  ) {
    let first = values.count - operands
    spillRegisters(below: first)
    storeHomesForCall()
    moves.append(Move(.register(Assembler.context, type: .i64), to: Assembler.argument(.general, 0)))
    for (index, constant) in constants.enumerated() {
      moves.append(Move(.constant(Int64(constant), type: .i64), to: Assembler.argument(.general, 1 + index)))
    }
    for index in 0..<operands {
      moves.append(Move(values[first + index], to: Assembler.argument(.general, 1 + constants.count + index)))
    }
    performMoves()
    while values.count > first { _ = pop() }
    callHelper(helper)
    forgetRegisters()
    if let trap { asm.jump(trapLabel(trap), unlessStatusIsZero: Assembler.result(.general)) }
    if let result {
      let register = Assembler.result(.general)
      if result == .i32 { asm.wrap(register, register) }
      pushResultRegister(result)
    }
  }

  /// Calls a helper whose arguments are in their registers.
  mutating func callHelper(_ helper: RuntimeHelper) {
    asm.loadWord(Assembler.record, Place(Assembler.context, InstanceContext.helperTable))
    asm.call(Place(Assembler.record, 8 * helper.rawValue))
    noteReturn()
  }
}
