// Start and end of a function: choosing homes, prologue, epilogue, traps at the end, large frames.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  /// Those that calls change: rax rcx rdx rsi rdi r8 r9 r10. At least `leastTemporaries` of them are nobody's home.
  private static var allocatableGPRs: UInt32 { 0b0000_0111_1100_0111 }
  private static var leastTemporaries: Int { 3 }
  /// xmm0–xmm14.
  private static var allocatableXMMs: UInt32 { 0x7FFF_0000 }
  /// Homes for locals that are not register parameters, best first: rdi rsi r8 r9, the preserved ones, rdx, rcx.
  private static var homeOrder: UInt64 { 0x12_C398_67 }

  /// Starts a function; its locals have these types. The view must live as long as the emitter is used for it.
  mutating func begin(
    _ view: ModuleView, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int, locals types: UnsafePointer<ValueType>,
    localCount: Int, _ use: borrowing LocalUse
  ) {
    self.view = view
    self.functionIndex = functionIndex
    self.moduleOffset = moduleOffset
    shape = view.shape(ofFunction: functionIndex)
    bodyStart = body.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    bodyEnd = bodyStart + body.count
    current = bodyStart
    next = bodyStart
    reset()
    locals.setCount(localCount)
    for index in 0..<localCount {
      (locals.base + index).initialize(to: LocalSlot(type: types[index].machineType, home: 0xFF, references: 0, offset: 0))
    }
    loops.setCount(use.loops.count)
    loops.base.update(from: use.loops.base, count: use.loops.count)
    savesContext = use.needsContext
    chooseHomes(use)
    controls.append(
      OpenControl(
        kind: .function, isPrescribed: true, base: 0, parameters: .empty, results: shape.results, label: asm.makeLabel(),
        elseLabel: .none, inRegister: 0, inMemory: 0, entryInRegister: 0, entryInMemory: 0, edge: .none))
    prologue(use)
  }

  /// Forgets the last function.
  private mutating func reset() {
    asm.reset()
    values.removeAll()
    settled = 0
    controls.removeAll()
    homeLocals.base.update(repeating: -1, count: 32)
    homes = 0
    inRegister = 0
    inMemory = 0
    flagsOffset = -1
    moves.removeAll()
    callSites.removeAll()
    trapSites.removeAll()
    pendingTraps.removeAll()
    loopCursor = 0
    hotPlaces.removeAll()
    hotConstants.removeAll()
    slotCount = 0
    incomingArea = 0
    tries.removeAll()
    currentTry = -1
    landings.removeAll()
    handlers.removeAll()
  }

  /// The most used integer and float locals get homes. Preserved registers go to the first of them if a loop has calls, else to the last. What a
  /// parameter arrives in is its home if it gets none of those.
  private mutating func chooseHomes(_ use: borrowing LocalUse) {
    integerCandidates.removeAll()
    floatCandidates.removeAll()
    for index in 0..<locals.count where use.locals[index].weight > 0 {
      let isFloat = locals[index].type.registerClass == .float
      if isFloat {
        Self.insert(Int32(index), &floatCandidates, limit: Tuning.floatHomes, use)
      } else {
        Self.insert(Int32(index), &integerCandidates, limit: Tuning.integerHomes, use)
      }
    }
    for position in 0..<floatCandidates.count { setHome(Int(floatCandidates[position]), UInt8(24 + position)) }
    if use.callsInLoops {
      for position in 0..<min(Self.preservedHomeCount, integerCandidates.count) {
        setHome(Int(integerCandidates[position]), GPR.preserved[position].code)
      }
    }
    // Of the others, as many as leave enough temporaries.
    var left = Self.allocatableGPRs.nonzeroBitCount - Self.leastTemporaries
    let parameterCount = Int(shape.parameters.count)
    var ordinal = 0
    for index in 0..<parameterCount {
      let isFloat = locals[index].type.registerClass == .float
      if isFloat { continue }
      if ordinal < CallingConvention.integerArgumentRegisters, left > 0, locals[index].home == 0xFF {
        for position in 0..<integerCandidates.count where integerCandidates[position] == Int32(index) {
          setHome(index, GPR.argument(ordinal).code)
          left -= 1
        }
      }
      ordinal += 1
    }
    for position in 0..<integerCandidates.count {
      let index = Int(integerCandidates[position])
      if locals[index].home != 0xFF { continue }
      for choice in 0..<8 {
        let register = UInt32(truncatingIfNeeded: Self.homeOrder >> UInt64(choice * 4)) & 15
        let bit: UInt32 = 1 << register
        if homes & bit != 0 || left == 0 && bit & Self.preservedHomes == 0 { continue }
        setHome(index, UInt8(register))
        if bit & Self.preservedHomes == 0 { left -= 1 }
        break
      }
    }
    temporaries = (Self.allocatableGPRs | Self.allocatableXMMs) & ~homes
    free = temporaries
    for index in 0..<locals.count {
      locals.base[index].start = use.locals[index].start
      locals.base[index].end = use.locals[index].end
      locals.base[index].offset = Int32(truncatingIfNeeded: BaselineFrame.local(index))
    }
  }

  /// Inserts into a list sorted by falling weight and kept at `limit`.
  private static func insert(
    _ local: Int32, _ list: inout RawArray<Int32>, limit: Int, _ use: borrowing LocalUse
  ) {
    let weight = use.locals[Int(local)].weight
    if list.count == limit {
      if use.locals[Int(list[limit - 1])].weight >= weight { return }
      _ = list.removeLast()
    }
    list.append(local)
    var position = list.count - 1
    while position > 0, use.locals[Int(list[position - 1])].weight < weight {
      list[position] = list[position - 1]
      position -= 1
    }
    list[position] = local
  }

  private mutating func setHome(_ index: Int, _ home: UInt8) {
    locals.base[index].home = home
    homeLocals[Int(home)] = Int32(truncatingIfNeeded: index)
    homes |= 1 << UInt32(home)
  }

  private mutating func prologue(_ use: borrowing LocalUse) {
    asm.push(.rbp)
    asm.move(.w64, .rbp, .rsp)
    countEntry()
    if savesContext { asm.push(.r14) }
    asm.encode(.w64, 0x81, reg: 5, rm: GPR.rsp.code)
    frameField = asm.offset
    asm.code.word32(0)
    if shape.results.count > 1 || use.hasTries { asm.store(.w64, Address(.rbp, Int32(BaselineFrame.resultArea)), .r13) }
    savePreserved(use.hasTries ? Self.preservedHomes : homes)

    inRegister = homes
    var integers = 0
    var floats = 0
    var onStack = 0
    let parameterCount = Int(shape.parameters.count)
    for index in 0..<parameterCount {
      let local = locals[index]
      let isUsed = use.locals[index].weight > 0
      if local.type.registerClass == .float, floats < CallingConvention.floatArgumentRegisters {
        let register = XMM(UInt8(floats))
        floats += 1
        if local.home != 0xFF {
          asm.moveFloat(XMM(local.home - 16), register)
        } else if isUsed {
          asm.storeFloat(.f64, memory(ofLocal: index), register)
        }
      } else if local.type.registerClass == .general, integers < CallingConvention.integerArgumentRegisters {
        let register = GPR.argument(integers)
        integers += 1
        if local.home == 0xFF {
          if isUsed { asm.store(.w64, memory(ofLocal: index), register) }
        } else if local.home != register.code {
          asm.move(.w64, GPR(local.home), register)
        }
      } else {
        locals.base[index].offset = Int32(BaselineFrame.stackArgument(onStack))
        onStack += 1
      }
    }
    incomingArea = CallingConvention.stackAreaSize(argumentsOnStack: onStack)
    // Only now are the argument registers free to become homes of other locals.
    for index in 0..<locals.count {
      let local = locals[index]
      if index < parameterCount {
        guard local.home != 0xFF, local.offset > 0 else { continue }
        inRegister &= ~(1 << UInt32(local.home))
        ensureInRegister(local)
        inMemory |= 1 << UInt32(local.home)
      } else if local.start > 0 {
        // Written before it is read.
        if local.home != 0xFF { inRegister &= ~(1 << UInt32(local.home)) }
      } else if local.home == 0xFF {
        if use.locals[index].weight > 0 { asm.store(.w64, memory(ofLocal: index), constant: 0) }
      } else if local.home < 16 {
        asm.arithmetic(.xor, .w32, GPR(local.home), GPR(local.home))
      } else {
        asm.floatLogic(.xor, XMM(local.home - 16), XMM(local.home - 16))
      }
    }
  }

  mutating func epilogue() {
    restorePreserved(homes)
    asm.leave()
    asm.ret(popping: incomingArea)
  }

  /// Returns the topmost operands.
  mutating func emitReturn() {
    let count = Int(shape.results.count)
    let first = values.count - count
    if count > 1 {
      asm.load(.w64, .r11, Address(.rbp, Int32(BaselineFrame.resultArea)))
      for index in 1..<count {
        store(values[first + index], to: Address(.r11, Int32(-8 * (index - 1))), position: first + index)
      }
    }
    if count > 0 { loadResult(values[first], position: first) }
    epilogue()
  }

  // MARK: Preserved registers

  /// So many of the preserved registers may be homes. (The last one, the result area's, holds what it held at the function's entry, except around
  /// calls with an area.)
  private static var preservedHomeCount: Int { 2 }
  static var preservedHomes: UInt32 { GPR.preserved[0].bit | GPR.preserved[1].bit }

  /// Those of the set that are preserved.
  private mutating func savePreserved(_ set: UInt32) {
    for ordinal in 0..<Self.preservedHomeCount where set & GPR.preserved[ordinal].bit != 0 {
      asm.store(.w64, Address(.rbp, Int32(BaselineFrame.preserved(ordinal))), GPR.preserved[ordinal])
    }
  }

  mutating func restorePreserved(_ set: UInt32) {
    for ordinal in 0..<Self.preservedHomeCount where set & GPR.preserved[ordinal].bit != 0 {
      asm.load(.w64, GPR.preserved[ordinal], Address(.rbp, Int32(BaselineFrame.preserved(ordinal))))
    }
  }

  /// A value into rax or xmm0.
  mutating func loadResult(_ value: Value, position: Int) {
    if value.isFloat {
      load(XMM(0), value, position: position)
    } else {
      load(.rax, value, position: position)
    }
  }

  /// Emits what follows the body and hands everything over.
  mutating func finish() -> CompiledFunction {
    if tries.count > 0 { emitLandings() }
    if hotPlaces.count > 0 { emitHotPlaces() }
    for index in 0..<pendingTraps.count {
      let pending = pendingTraps[index]
      asm.bind(pending.label)
      trapSites.append(
        TrapSite(
          codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: pending.wasmOffset, reason: pending.reason))
      asm.trap()
    }
    let amount = frameSize - (savesContext ? 8 : 0)
    if frameSize <= StackLayout.largestUnprobedFrame {
      asm.code.store32(UInt32(amount), at: frameField)
    } else {
      probeFrame(amount)
    }
    listHandlers()
    return CompiledFunction(
      code: UnsafeRawBufferPointer(asm.code.bytes),
      callSites: UnsafeBufferPointer(start: callSites.base, count: callSites.count),
      trapSites: UnsafeBufferPointer(start: trapSites.base, count: trapSites.count),
      handlers: handlers.table(frameSize: frameSize), frameSize: frameSize)
  }

  /// Replaces the prologue's `sub rsp` by a jump to code that touches every page of the frame on the way down.
  private mutating func probeFrame(_ amount: Int) {
    let start = frameField - 3
    asm.code.storeByte(0xE9, at: start)
    asm.code.store32(UInt32(bitPattern: Int32(asm.offset - start - 5)), at: start + 1)
    asm.code.storeByte(0x66, at: start + 5)
    asm.code.storeByte(0x90, at: start + 6)
    asm.loadAddress(.w64, .r11, Address(.rsp, Int32(-amount)))
    asm.touchPages()
    asm.code.reserve(8)
    asm.code.byte(0xE9)
    asm.code.word32(UInt32(bitPattern: Int32(start + 7 - asm.offset - 4)))
  }
}
