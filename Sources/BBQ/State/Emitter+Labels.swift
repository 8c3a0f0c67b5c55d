// Labels of control structures: the state that they prescribe, and making the present state fit it. The canonical form is described at the head of
// Emitter.swift.

import CompilerInterface
import MachineCode
import WasmFormat

/// A control structure while it is open.
struct OpenControl {
  var kind: ControlKind
  /// Whether a branch to `label` has prescribed the state there.
  var isPrescribed = false
  /// Number of operands below the parameters, and the slot of the first parameter.
  var base: Int32
  var baseSlot: Int32
  var parameters: TypeRange
  var results: TypeRange
  var label: Label
  /// `if`: where the else branch starts.
  var elseLabel = Label.none
  var inRegister: RegisterSet = 0
  var inMemory: RegisterSet = 0
  /// `if`: the state at its start.
  var entryInRegister: RegisterSet
  var entryInMemory: RegisterSet
  /// While a branch table is written: the code that leads here from there, if some is needed.
  var edge = Label.none
  /// Whether a catch clause goes to `label`.
  var isCaught = false

  /// What a branch to the label takes along.
  @inline(__always) var arguments: TypeRange { kind == .loop ? parameters : results }

  /// Whether branches to the label pass the single argument in the result register.
  @inline(__always) var passesInRegister: Bool { kind != .loop && results.count == 1 }
}

extension Emitter where Assembler: ~Copyable {
  // MARK: Homes

  /// Gives a label its state if it has none, or lowers its demand on memory to what the present state can offer.
  mutating func prescribe(_ target: Int) {
    let control = controls.at(target)
    if !control.pointee.isPrescribed {
      control.pointee.isPrescribed = true
      control.pointee.inRegister = live(inRegister)
      control.pointee.inMemory = inMemory & (control.pointee.inRegister | ~inRegister)
    } else if control.pointee.kind != .loop {
      control.pointee.inMemory &= inMemory | ~control.pointee.inRegister
    }
  }

  /// The same for a landing, which finds everything in memory.
  mutating func prescribeLanding(_ target: Int) {
    let (register, memory) = (inRegister, inMemory)
    inRegister = 0
    inMemory = homes
    prescribe(target)
    (inRegister, inMemory) = (register, memory)
    controls[target].isCaught = true
  }

  /// Makes the present state satisfy the label's. Does not change the flags.
  mutating func conform(_ target: Int) {
    prescribe(target)
    let control = controls.at(target)
    let missing = control.pointee.inRegister & ~inRegister
    if missing != 0 { loadHomes(live(missing)) }
    let stale = control.pointee.inMemory & ~inMemory
    if stale != 0 { storeHomes(live(stale)) }
  }

  /// Brings homes into the state that is kept at the loop's head: used ones in registers, unwritten ones stored once if there are calls,
  /// unused ones out of the way if there are calls.
  mutating func enterLoop() {
    while loopCursor < loops.count, loops[loopCursor].start != current { loopCursor += 1 }
    let facts = loops[loopCursor]
    let alive = live(homes)
    inRegister &= alive
    inMemory &= alive
    var rest = alive
    while rest != 0 {
      let home = rest.removeFirst()
      let index = Int(homeLocals[Int(home.number)])
      let isUsed = index >= 64 || facts.used & (1 << UInt64(index)) != 0
      let isWritten = index >= 64 || facts.written & (1 << UInt64(index)) != 0
      let isLost = facts.calls && home.bit & Self.preservedHomes == 0
      if isUsed || isWritten { loadHomes(home.bit) }
      if isWritten {
        inMemory &= ~home.bit
      } else if isLost {
        if inMemory & home.bit == 0 { storeHomes(home.bit) }
        if !isUsed { inRegister &= ~home.bit }
      }
    }
  }

  // MARK: Operands

  /// Drops operands down to a height; all temporaries become free.
  mutating func truncate(to height: Int) {
    while values.count > height { _ = pop() }
    free = temporaries
  }

  /// Copies the topmost operands to where the label wants them, without changing the picture of the stack.
  mutating func placeArguments(_ target: Int) {
    let control = controls[target]
    let count = Int(control.arguments.count)
    if count == 0 { return }
    let first = values.count - count
    work.spend(count)
    if control.passesInRegister { return loadResult(values[first]) }
    var slot = control.baseSlot
    for index in 0..<count {
      let operand = values[first + index]
      if operand.kind != .slot || operand.slot != slot { store(operand, to: memory(ofSlot: Int(slot), operand.type)) }
      slot += Int32(truncatingIfNeeded: operand.type.slotCount)
    }
  }

  /// A value into the result register.
  mutating func loadResult(_ operand: Operand) { load(Assembler.result(operand.registerClass), operand) }

  // MARK: Arriving

  @inline(__always)
  mutating func bindHere(_ label: Label) {
    asm.bind(label)
    flagsOffset = -1
  }

  /// Binds the label of a structure that has ended, and pushes its values.
  @inline(__always)
  mutating func arrive(_ control: OpenControl) {
    bindHere(control.label)
    truncate(to: Int(control.base))
    inRegister = control.inRegister
    inMemory = control.inMemory
    if control.results.count == 1 {
      pushResultRegister(module.typePool[Int(control.results.start)].machineType)
    } else {
      pushSlots(control.results)
    }
  }

  /// Pushes values that are in their slots.
  @inline(__always)
  mutating func pushSlots(_ types: TypeRange) {
    for index in 0..<Int(types.count) { push(.slot(type: module.typePool[Int(types.start) + index].machineType)) }
  }

  /// The state at the start of an `if`, its parameters in their slots.
  mutating func restoreEntry(_ control: OpenControl) {
    truncate(to: Int(control.base))
    pushSlots(control.parameters)
    settled = values.count
    inRegister = control.entryInRegister
    inMemory = control.entryInMemory
  }

  /// Whether anything branches to the structure's label.
  mutating func isReached(_ control: OpenControl) -> Bool { control.isCaught || asm.isUsedOrBound(control.label) }
}
