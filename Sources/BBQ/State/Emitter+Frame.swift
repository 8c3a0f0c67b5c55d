// Start and end of a function: prologue, return, preserved registers, traps at the end. Frames are as RuntimeLayout's BaselineFrame describes them,
// because optimized code takes them over.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  /// Bytes of the frame below the frame pointer; a multiple of 16.
  var frameSize: Int { (BaselineFrame.extent(localWords: localWords, operandWords: slotCount) + 15) & ~15 }

  /// Starts a function; its locals have these types. The module must live as long as the emitter is used for it.
  mutating func begin(
    _ module: ModuleInformation, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int, locals types: UnsafePointer<ValueType>,
    localCount: Int, _ facts: borrowing LivenessAndLoops
  ) {
    self.module = module
    self.functionIndex = functionIndex
    self.moduleOffset = moduleOffset
    shape = module.shape(ofFunction: functionIndex)
    bodyStart = body.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    bodyEnd = bodyStart + body.count
    current = bodyStart
    next = bodyStart
    reset()
    asm.features = module.processor
    codeLimit = Tuning.codeBytes(ofBody: body.count)
    locals.setCount(localCount)
    shortLocalCount = min(localCount, 0x80)
    for index in 0..<localCount { locals[index] = LocalSlot(type: types[index].machineType) }
    loops.setCount(facts.loops.count)
    loops.base.update(from: facts.loops.base, count: facts.loops.count)
    savesContext = facts.needsContext
    chooseHomes(facts)
    controls.append(
      OpenControl(
        kind: .function, isPrescribed: true, base: 0, baseSlot: 0, parameters: .empty, results: shape.results, label: asm.makeLabel(),
        entryInRegister: 0, entryInMemory: 0))
    prologue(facts)
  }

  /// Forgets the last function.
  private mutating func reset() {
    asm.reset()
    work.begin(limit: .max)
    values.removeAll()
    nextSlot = 0
    settled = 0
    controls.removeAll()
    homeLocals.fill(-1, count: 64)
    homes = 0
    inRegister = 0
    inMemory = 0
    flagsOffset = -1
    moves.removeAll()
    callSites.removeAll()
    trapSites.removeAll()
    pendingTraps.removeAll()
    codeData.removeAll()
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

  private mutating func prologue(_ facts: borrowing LivenessAndLoops) {
    asm.enterFrame()
    countEntry()
    frameField = asm.reserveFrame(savesContext: savesContext)
    if shape.results.count > 1 || facts.hasTries { asm.storeWord(Place(Assembler.frame, BaselineFrame.resultArea), Assembler.resultArea) }
    savePreserved(facts.hasTries ? Self.preservedHomes : homes)
    inRegister = homes
    receiveParameters(facts)
    // Only now are the argument registers free to become homes of other locals.
    for index in 0..<locals.count { startLocal(index, facts) }
    takeFuel()
  }

  /// Moves parameters that arrive in registers to their homes or their memory; finds out where the others are.
  private mutating func receiveParameters(_ facts: borrowing LivenessAndLoops) {
    var places = ArgumentPlaces()
    for index in 0..<Int(shape.parameters.count) {
      let local = locals[index]
      let registerClass = local.type.registerClass
      switch places.next(isFloat: registerClass == .float, slots: local.type.slotCount) {
      case .integer(let ordinal), .float(let ordinal):
        let register = Assembler.argument(registerClass, ordinal)
        if local.home == .none {
          if facts.locals[index].weight > 0 { asm.storeSlot(memory(ofLocal: index), register, local.type) }
        } else if local.home != register {
          asm.move(local.home, register)
        }
      case .stack(let ordinal): locals[index].offset = Int32(BaselineFrame.stackArgument(ordinal))
      }
    }
    incomingArea = CallingConvention.stackAreaSize(argumentsOnStack: places.stackCount)
  }

  /// Loads a parameter that is on the stack and has a home; makes another local zero, unless it is written before it is read.
  @inline(__always)
  private mutating func startLocal(_ index: Int, _ facts: borrowing LivenessAndLoops) {
    let local = locals[index]
    if index < Int(shape.parameters.count) {
      guard local.home != .none, local.offset > 0 else { return }
      inRegister &= ~local.home.bit
      ensureInRegister(local)
      inMemory |= local.home.bit
    } else if local.start > 0 {
      if local.home != .none { inRegister &= ~local.home.bit }
    } else if local.home != .none {
      asm.clear(local.home)
    } else if facts.locals[index].weight > 0 {
      clearMemory(ofLocal: index)
    }
  }

  private mutating func clearMemory(ofLocal index: Int) {
    let place = memory(ofLocal: index)
    asm.storeSlot(place, constant: 0)
    if locals[index].type == .v128 { asm.storeSlot(Place(place.base, Int(place.offset) + 8), constant: 0) }
  }

  // MARK: Returning

  mutating func epilogue() {
    restorePreserved(homes)
    asm.leaveAndReturn(popping: incomingArea)
  }

  /// Returns the topmost operands.
  mutating func emitReturn() {
    let count = Int(shape.results.count)
    let first = values.count - count
    if count > 1 {
      let area = Assembler.scratch(.general)
      asm.loadWord(area, Place(Assembler.frame, BaselineFrame.resultArea))
      var words = 0
      for index in 1..<count {
        let size = values[first + index].type.slotCount
        store(values[first + index], to: Place(area, -8 * (words + size - 1)))
        words += size
      }
    }
    if count > 0 { loadResult(values[first]) }
    epilogue()
  }

  // MARK: Preserved registers

  /// So many of the preserved registers may be homes. (The last one, the result area's, holds what it held at the function's entry, except around
  /// calls with an area.)
  static var preservedHomeCount: Int { 2 }
  static var preservedHomes: RegisterSet { Assembler.preserved(0).bit | Assembler.preserved(1).bit }

  /// Those of the set that are preserved.
  private mutating func savePreserved(_ set: RegisterSet) {
    for ordinal in 0..<Self.preservedHomeCount where set & Assembler.preserved(ordinal).bit != 0 {
      asm.storeWord(Place(Assembler.frame, BaselineFrame.preserved(ordinal)), Assembler.preserved(ordinal))
    }
  }

  mutating func restorePreserved(_ set: RegisterSet) {
    for ordinal in 0..<Self.preservedHomeCount where set & Assembler.preserved(ordinal).bit != 0 {
      asm.loadWord(Assembler.preserved(ordinal), Place(Assembler.frame, BaselineFrame.preserved(ordinal)))
    }
  }

  // MARK: The end

  /// After the last operator: emits what follows the body and hands everything over. The result lives in the emitter's memory until the next function.
  mutating func finish() -> CompiledFunction {
    if tries.count > 0 { emitLandings() }
    if hotPlaces.count > 0 { emitHotPlaces() }
    for index in 0..<pendingTraps.count {
      let pending = pendingTraps[index]
      asm.bind(pending.label)
      trapSites.append(TrapSite(codeOffset: codeOffset, wasmOffset: pending.wasmOffset, reason: pending.reason))
      asm.trap()
    }
    asm.setFrameSize(frameSize, at: frameField, savesContext: savesContext)
    if let constants = asm.writeConstants() {
      codeData.append(CodeData(start: UInt32(constants.lowerBound), end: UInt32(constants.upperBound), width: 8))
    }
    listHandlers()
    return CompiledFunction(
      code: asm.writtenCode, callSites: UnsafeBufferPointer(callSites.slice(0, count: callSites.count)),
      trapSites: UnsafeBufferPointer(trapSites.slice(0, count: trapSites.count)), handlers: handlers.table(frameSize: frameSize),
      data: UnsafeBufferPointer(codeData.slice(0, count: codeData.count)), frameSize: frameSize)
  }
}
