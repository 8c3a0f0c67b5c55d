// Calls and tail calls; the convention is in RuntimeLayout/CallingConvention.swift. Arguments are moved to their places at once, as one
// parallel move.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

/// An operand on its way to a register (numbered as homes are).
struct Move {
  var value: Value
  var position: Int
  var target: UInt8
  /// The register it is in, or 0xFF; set by `performMoves`.
  var source: UInt8 = 0xFF
}

extension X64Emitter {
  /// The register an operand is in, numbered as homes are; 0xFF if it is in none.
  @inline(__always)
  private mutating func register(of value: Value) -> UInt8 {
    switch value.kind {
    case .gpr: return value.reg
    case .fpr: return value.reg + 16
    case .local:
      let home = locals[Int(value.local)].home
      return home != 0xFF && inRegister & (1 << UInt32(home)) != 0 ? home : 0xFF
    default: return 0xFF
    }
  }

  /// Performs `moves`, as if all at once.
  mutating func performMoves() {
    let count = moves.count
    let moves = moves.base
    // Registers first, since loads from elsewhere may overwrite them.
    var pending = 0
    for index in 0..<count {
      let source = register(of: moves[index].value)
      moves[index].source = source
      if source == 0xFF { continue }
      if source == moves[index].target { moves[index].position = -1 } else { pending += 1 }
    }
    while pending > 0 {
      let before = pending
      // The registers that are still to be read. One that already holds its argument must not be overwritten either, but no one targets it twice.
      var sources: UInt32 = 0
      for index in 0..<count where moves[index].position >= 0 && moves[index].source != 0xFF {
        sources |= 1 << UInt32(moves[index].source)
      }
      for index in 0..<count where moves[index].position >= 0 && moves[index].source != 0xFF {
        guard sources & (1 << UInt32(moves[index].target)) == 0 else { continue }
        transfer(to: moves[index].target, from: moves[index].source)
        moves[index].position = -1
        pending -= 1
      }
      if pending < before { continue }
      // Only cycles are left: park one source.
      for index in 0..<count where moves[index].position >= 0 && moves[index].source != 0xFF {
        let source = moves[index].source
        if source < 16 {
          asm.move(.w64, .r11, GPR(source))
          moves[index].source = GPR.r11.code
        } else {
          asm.moveFloat(XMM(15), XMM(source - 16))
          moves[index].source = 31
        }
        break
      }
    }
    for index in 0..<count where moves[index].position >= 0 {
      let move = moves[index]
      if move.target < 16 {
        load(GPR(move.target), move.value, position: move.position)
      } else {
        load(XMM(move.target - 16), move.value, position: move.position)
      }
    }
    self.moves.removeAll()
  }

  @inline(__always)
  private mutating func transfer(to target: UInt8, from source: UInt8) {
    if target < 16 {
      asm.move(.w64, GPR(target), GPR(source))
    } else {
      asm.moveFloat(XMM(target - 16), XMM(source - 16))
    }
  }

  /// Moves the topmost operands to where a callee of this shape expects them and pops them. Extra moves may be in `moves` already.
  /// Returns the size of the stack area, which is below rsp's former value.
  private mutating func placeCallArguments(_ parameters: TypeRange, isTail: Bool) -> Int {
    let count = Int(parameters.count)
    let first = values.count - count
    // The arguments are as good as popped: they don't keep a local alive over the call.
    for position in first..<values.count where values[position].kind == .local {
      locals.base[Int(values[position].local)].references -= 1
    }
    if !isTail {
      spillRegisters(below: first)
      storeHomesForCall()
    }
    var integers = 0
    var floats = 0
    var onStack = 0
    for index in 0..<count {
      let type = view.typePool[Int(parameters.start) + index].machineType
      if type.registerClass == .float {
        if floats < CallingConvention.floatArgumentRegisters {
          moves.append(Move(value: values[first + index], position: first + index, target: UInt8(16 + floats)))
          floats += 1
        } else {
          onStack += 1
        }
      } else if integers < CallingConvention.integerArgumentRegisters {
        moves.append(
          Move(value: values[first + index], position: first + index, target: GPR.argument(integers).code))
        integers += 1
      } else {
        onStack += 1
      }
    }
    let area = CallingConvention.stackAreaSize(argumentsOnStack: onStack)
    if area > 0 { storeStackArguments(parameters, first: first, area: area) }
    performMoves()
    values.setCount(first)
    if settled > first { settled = first }
    free = temporaries
    return area
  }

  private mutating func storeStackArguments(_ parameters: TypeRange, first: Int, area: Int) {
    asm.arithmetic(.sub, .w64, .rsp, constant: Int32(area))
    var integers = 0
    var floats = 0
    var offset: Int32 = 0
    for index in 0..<Int(parameters.count) {
      let type = view.typePool[Int(parameters.start) + index].machineType
      if type.registerClass == .float {
        floats += 1
        if floats <= CallingConvention.floatArgumentRegisters { continue }
      } else {
        integers += 1
        if integers <= CallingConvention.integerArgumentRegisters { continue }
      }
      store(values[first + index], to: Address(.rsp, offset), position: first + index)
      offset += 8
    }
  }

  /// What is only in registers that the call changes goes to memory, and everything else too where an exception may be caught: landings find their
  /// locals there.
  private mutating func storeHomesForCall() {
    let lost = inRegister & ~inMemory
    storeHomes(live(currentTry >= 0 ? lost : lost & ~Self.preservedHomes))
  }

  /// Where the callee stores results after the first: the slots they will be operands in.
  private mutating func passResultArea(_ results: TypeRange) {
    guard results.count > 1 else { return }
    _ = slot(values.count + Int(results.count) - 1)
    if shape.results.count <= 1 { asm.store(.w64, Address(.rbp, Int32(BaselineFrame.resultArea)), .r13) }
    asm.loadAddress(.w64, .r13, slot(values.count + 1))
  }

  /// After a call: nothing is in registers but the first result and what callees preserve.
  private mutating func receiveResults(_ results: TypeRange) {
    if results.count > 1 { asm.load(.w64, .r13, Address(.rbp, Int32(BaselineFrame.resultArea))) }
    inRegister &= Self.preservedHomes
    free = temporaries
    flagsOffset = -1
    guard results.count > 0 else { return }
    let type = view.typePool[Int(results.start)].machineType
    if type.registerClass == .float {
      free &= ~0x1_0000
      push(.fpr(0, type: type))
    } else {
      free &= ~1
      push(.gpr(0, type: type))
    }
    for index in 1..<max(Int(results.count), 1) { push(.slot(type: view.typePool[Int(results.start) + index].machineType)) }
  }

  private mutating func reloadContext() {
    asm.load(.w64, .r14, Address(.rbp, Int32(BaselineFrame.context)))
    asm.load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
  }

  /// With a function record in rax: loads its context into the pinned registers and leaves the caller's in r10.
  private mutating func enterRecord() {
    asm.move(.w64, .r10, .r14)
    asm.load(.w64, .r14, Address(.rax, Int32(FunctionRecord.contextOffset)))
    asm.load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
  }

  mutating func call(function: Int, isTail: Bool) {
    let shape = view.shape(ofFunction: function)
    let area = placeCallArguments(shape.parameters, isTail: isTail)
    let isImported = function < view.importedFunctionCount
    if isImported {
      asm.load(.w64, .rax, Address(.r14, Int32(truncatingIfNeeded: view.layout.importedFunction(function))))
      enterRecord()
    }
    if isTail {
      leaveFrame(area)
      if isImported { return asm.jump(Address(.rax, Int32(FunctionRecord.codeOffset))) }
      let field = asm.patchable(isJump: true)
      return callSites.append(CallSite(offset: UInt32(field), callee: UInt32(function), isTail: true))
    }
    passResultArea(shape.results)
    if isImported {
      asm.call(Address(.rax, Int32(FunctionRecord.codeOffset)))
    } else {
      let field = asm.patchable(isJump: false)
      callSites.append(CallSite(offset: UInt32(field), callee: UInt32(function), isTail: false))
    }
    noteReturn()
    if view.mayReturnElsewhere(function) { reloadContext() }
    receiveResults(shape.results)
  }

  mutating func callIndirect(type: Int, table: Int, isTail: Bool) {
    let shape = view.types[type]
    let index = pop()
    let constant: Int32? = index.isConstant && index.bits >= 0 && index.bits < 0x0800_0000 ? Int32(index.bits) : nil
    if constant == nil { moves.append(Move(value: index, position: values.count, target: GPR.rax.code)) }
    let area = placeCallArguments(shape.parameters, isTail: isTail)
    asm.load(.w64, .r11, Address(.r14, Int32(truncatingIfNeeded: view.layout.table(table))))
    if let constant {
      asm.arithmetic(.cmp, .w64, Address(.r11, Int32(TableRecord.countOffset)), constant: constant)
      asm.jump(.belowOrEqual, trapLabel(.undefinedElement))
      asm.load(.w64, .r11, Address(.r11, Int32(TableRecord.baseOffset)))
      asm.load(.w64, .rax, Address(.r11, constant * 8))
    } else {
      asm.arithmetic(.cmp, .w64, .rax, Address(.r11, Int32(TableRecord.countOffset)))
      asm.jump(.aboveOrEqual, trapLabel(.undefinedElement))
      asm.load(.w64, .r11, Address(.r11, Int32(TableRecord.baseOffset)))
      asm.load(.w64, .rax, Address(.r11, index: .rax, scale: 3))
    }
    // A null element faults here.
    site(.uninitializedElement)
    asm.arithmetic(
      .cmp, .w32, Address(.rax, Int32(FunctionRecord.typeIDOffset)), constant: Int32(bitPattern: shape.canonicalID))
    asm.jump(.notEqual, trapLabel(.indirectCallTypeMismatch))
    enterRecord()
    if isTail {
      leaveFrame(area)
      return asm.jump(Address(.rax, Int32(FunctionRecord.codeOffset)))
    }
    passResultArea(shape.results)
    asm.call(Address(.rax, Int32(FunctionRecord.codeOffset)))
    noteReturn()
    reloadContext()
    receiveResults(shape.results)
  }

  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at rsp. Afterwards the stack is as at the callee's entry.
  /// Changes r11 and xmm14; r10 may hold the caller's context by now.
  private mutating func leaveFrame(_ area: Int) {
    restorePreserved(homes)
    if area == 0 && incomingArea == 0 { return asm.leave() }
    asm.leaveFrame(area: area, incomingArea: incomingArea)
  }

  // MARK: Runtime helpers

  mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int) {
    switch opcode {
    case .memoryGrow: runtimeCall(.memoryGrow, [first], 1, result: view.memories[first].indexType.machineType)
    case .memoryFill: runtimeCall(.memoryFill, [first], 3, trap: .memoryOutOfBounds)
    case .memoryCopy: runtimeCall(.memoryCopy, [first, second], 3, trap: .memoryOutOfBounds)
    case .memoryInit: runtimeCall(.memoryInit, [second, first], 3, trap: .memoryOutOfBounds)
    case .dataDrop: runtimeCall(.dataDrop, [first], 0)
    case .tableGrow: runtimeCall(.tableGrow, [first], 2, result: view.tables[first].indexType.machineType)
    case .tableFill: runtimeCall(.tableFill, [first], 3, trap: .tableOutOfBounds)
    case .tableCopy: runtimeCall(.tableCopy, [first, second], 3, trap: .tableOutOfBounds)
    case .tableInit: runtimeCall(.tableInit, [second, first], 3, trap: .tableOutOfBounds)
    case .elemDrop: runtimeCall(.elementDrop, [first], 0)
    default: preconditionFailure("not a runtime operator")
    }
  }

  /// Calls a helper with the context, some constants and the topmost `operands` operands.
  private mutating func runtimeCall(
    _ helper: RuntimeHelper, _ constants: [Int], _ operands: Int, trap: TrapReason? = nil, result: MachineType? = nil
  ) {
    let first = values.count - operands
    spillRegisters(below: first)
    storeHomesForCall()
    moves.append(Move(value: .gpr(GPR.r14.code, type: .i64), position: 0, target: GPR.argument(0).code))
    var ordinal = 1
    for constant in constants {
      moves.append(
        Move(value: .constant(Int64(constant), type: .i64), position: 0, target: GPR.argument(ordinal).code))
      ordinal += 1
    }
    for index in 0..<operands {
      moves.append(
        Move(value: values[first + index], position: first + index, target: GPR.argument(ordinal).code))
      ordinal += 1
    }
    performMoves()
    while values.count > first { _ = pop() }
    asm.load(.w64, .rax, Address(.r14, Int32(InstanceContext.helperTable)))
    asm.call(Address(.rax, Int32(8 * helper.rawValue)))
    noteReturn()
    receiveResults(.empty)
    if let trap {
      asm.test(.w32, .rax, .rax)
      asm.jump(.notEqual, trapLabel(trap))
    }
    if let result {
      if result == .i32 { asm.move(.w32, .rax, .rax) }
      free &= ~1
      push(.gpr(0, type: result))
    }
  }
}
