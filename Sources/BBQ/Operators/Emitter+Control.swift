// Control structures and branches. The canonical form at merge points is described at the head of X64Emitter.swift.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  // MARK: State of homes at labels

  /// The homes of a set whose values may still be read.
  mutating func live(_ mask: UInt32) -> UInt32 {
    let here = Int32(truncatingIfNeeded: current - bodyStart)
    var result: UInt32 = 0
    var rest = mask
    while rest != 0 {
      let home = rest.trailingZeroBitCount
      rest &= rest - 1
      let local = locals.base + Int(homeLocals.base[home])
      // Without branches, which would be hard to foresee.
      let isInRange: UInt32 = (local.pointee.end > here ? 1 : 0) & (local.pointee.start <= here ? 1 : 0)
      let isReferred: UInt32 = local.pointee.references != 0 ? 1 : 0
      result |= (isInRange | isReferred) << UInt32(truncatingIfNeeded: home)
    }
    return result
  }

  mutating func loadHomes(_ mask: UInt32) {
    var rest = mask
    while rest != 0 {
      let home = rest.trailingZeroBitCount
      rest &= rest - 1
      ensureInRegister(locals[Int(homeLocals[home])])
    }
  }

  /// Stores these homes, which must be valid in their registers.
  mutating func storeHomes(_ mask: UInt32) {
    var rest = mask
    while rest != 0 {
      let home = rest.trailingZeroBitCount
      rest &= rest - 1
      let address = memory(ofLocal: Int(homeLocals[home]))
      if home < 16 {
        asm.store(.w64, address, GPR(UInt8(home)))
      } else {
        asm.storeFloat(.f64, address, XMM(UInt8(home - 16)))
      }
    }
    inMemory |= mask
  }

  /// Gives a label its state if it has none, or lowers its demand on memory to what the present state can offer.
  private mutating func prescribe(_ target: Int) {
    let control = controls.base + target
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
    controls.base[target].isCaught = true
  }

  /// Whether anything branches to the structure's label.
  private mutating func isReached(_ control: OpenControl) -> Bool { control.isCaught || asm.isUsedOrBound(control.label) }

  /// Makes the present state satisfy the label's. Does not change the flags.
  private mutating func conform(_ target: Int) {
    prescribe(target)
    let control = controls.base + target
    let missing = control.pointee.inRegister & ~inRegister
    if missing != 0 { loadHomes(live(missing)) }
    let stale = control.pointee.inMemory & ~inMemory
    if stale != 0 { storeHomes(live(stale)) }
  }

  @inline(__always)
  private mutating func bindHere(_ label: Label) {
    asm.bind(label)
    flagsOffset = -1
  }

  // MARK: Values at labels

  /// Drops operands down to a height; all temporaries become free.
  private mutating func truncate(to height: Int) {
    while values.count > height { _ = pop() }
    free = temporaries
  }

  /// Whether branches to the label pass the single argument in rax or xmm0.
  @inline(__always)
  mutating func passesInRegister(_ control: OpenControl) -> Bool { control.kind != .loop && control.results.count == 1 }

  /// Copies the topmost operands to where the label wants them, without changing the picture of the stack.
  private mutating func placeArguments(_ target: Int) {
    let control = controls[target]
    let count = Int(control.arguments.count)
    if count == 0 { return }
    let first = values.count - count
    if passesInRegister(control) { return loadResult(values[first], position: first) }
    for index in 0..<count {
      let value = values[first + index]
      let destination = Int(control.base) + index
      if value.kind == .slot && first + index == destination { continue }
      store(value, to: slot(destination), position: first + index)
    }
  }

  /// Puts the operand at a position into its slot, constants included.
  mutating func materialize(_ position: Int) {
    let value = values[position]
    if value.isConstant {
      store(value, to: slot(position))
      values[position] = .slot(type: value.type)
    } else {
      spill(position)
    }
  }

  /// Pushes a label's values after it has been bound.
  private mutating func pushResults(_ control: OpenControl) {
    let results = control.results
    if results.count == 1 {
      let type = view.typePool[Int(results.start)].machineType
      if type.registerClass == .float {
        free &= ~0x1_0000
        push(.fpr(0, type: type))
      } else {
        free &= ~1
        push(.gpr(0, type: type))
      }
    } else {
      for index in 0..<Int(results.count) { push(.slot(type: view.typePool[Int(results.start) + index].machineType)) }
    }
  }

  // MARK: Structures

  mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange) {
    var condition = Condition.equal
    var constant: Bool?
    if kind == .if { (condition, constant) = popCondition() }
    let base = values.count - Int(parameters.count)
    settle(base)
    if kind != .block && kind != .tryTable {
      for position in base..<values.count { materialize(position) }
    }
    var control = OpenControl(
      kind: kind, isPrescribed: false, base: Int32(truncatingIfNeeded: base), parameters: parameters, results: results,
      label: asm.makeLabel(), elseLabel: .none, inRegister: 0, inMemory: 0, entryInRegister: inRegister,
      entryInMemory: inMemory, edge: .none)
    if kind == .if {
      control.elseLabel = asm.makeLabel()
      if let constant {
        if !constant { asm.jump(control.elseLabel) }
      } else {
        asm.jump(condition.negated, control.elseLabel)
      }
    } else if kind == .loop {
      enterLoop()
      control.isPrescribed = true
      control.inRegister = inRegister
      control.inMemory = inMemory
      bindHere(control.label)
      countLoop()
    }
    controls.append(control)
  }

  /// Brings homes into the state that is kept at the loop's head: used ones in registers, unwritten ones stored once if there are calls,
  /// unused ones out of the way if there are calls.
  private mutating func enterLoop() {
    while loopCursor < loops.count, loops[loopCursor].start != current { loopCursor += 1 }
    let facts = loops[loopCursor]
    let alive = live(homes)
    inRegister &= alive
    inMemory &= alive
    var rest = alive
    while rest != 0 {
      let bit = rest & (~rest &+ 1)
      rest &= rest - 1
      let index = Int(homeLocals[bit.trailingZeroBitCount])
      let isUsed = index >= 64 || facts.used & (1 << UInt64(index)) != 0
      let isWritten = index >= 64 || facts.written & (1 << UInt64(index)) != 0
      if isWritten {
        loadHomes(bit)
        inMemory &= ~bit
      } else if isUsed {
        loadHomes(bit)
        if facts.calls, inMemory & bit == 0, bit & Self.preservedHomes == 0 { storeHomes(bit) }
      } else if facts.calls, bit & Self.preservedHomes == 0 {
        if inMemory & bit == 0 { storeHomes(bit) }
        inRegister &= ~bit
      }
    }
  }

  mutating func otherwise(falls: Bool) {
    let top = controls.count - 1
    if falls {
      placeArguments(top)
      conform(top)
      asm.jump(controls[top].label)
    }
    let control = controls[top]
    bindHere(control.elseLabel)
    controls.base[top].kind = .else
    restoreEntry(control)
  }

  /// The state at the start of an `if`, its parameters in their slots.
  private mutating func restoreEntry(_ control: OpenControl) {
    truncate(to: Int(control.base))
    for index in 0..<Int(control.parameters.count) {
      push(.slot(type: view.typePool[Int(control.parameters.start) + index].machineType))
    }
    settled = values.count
    inRegister = control.entryInRegister
    inMemory = control.entryInMemory
  }

  mutating func end(_ kind: ControlKind, falls: Bool) -> Bool {
    switch kind {
    case .function:
      endFunction(falls: falls)
      return false
    case .loop:
      let control = controls.removeLast()
      if !falls { truncate(to: Int(control.base)) }
      return falls
    case .if:
      endIf(falls: falls)
      return true
    default:
      let top = controls.count - 1
      if kind == .tryTable { endTry() }
      let isUsed = isReached(controls[top])
      if !isUsed {
        let control = controls.removeLast()
        if !falls { truncate(to: Int(control.base)) }
        return falls
      }
      if falls {
        placeArguments(top)
        conform(top)
      }
      arrive(controls.removeLast())
      return true
    }
  }

  /// Binds the label of a structure that has ended.
  private mutating func arrive(_ control: OpenControl) {
    bindHere(control.label)
    truncate(to: Int(control.base))
    inRegister = control.inRegister
    inMemory = control.inMemory
    pushResults(control)
  }

  /// `if` without else.
  private mutating func endIf(falls: Bool) {
    let top = controls.count - 1
    let control = controls[top]
    let count = control.results.count
    if falls {
      if !control.isPrescribed {
        // What both ways have for nothing; the rest in registers.
        let both = inRegister & control.entryInRegister
        let memory = inMemory & control.entryInMemory
        controls.base[top].inRegister = both | live(homes & ~(both | memory))
        controls.base[top].inMemory = memory
        controls.base[top].isPrescribed = true
      }
      placeArguments(top)
      controls.base[top].inMemory &= control.entryInMemory | ~controls[top].inRegister
      conform(top)
    }
    let label = controls[top]
    let needsCode =
      !label.isPrescribed || count > 0
      || live((label.inRegister & ~control.entryInRegister) | (label.inMemory & ~control.entryInMemory)) != 0
    if falls && needsCode { asm.jump(control.label) }
    bindHere(control.elseLabel)
    restoreEntry(control)
    if !falls && !isReached(control) {
      // The then-branch has no exit: go on with the parameters as results.
      _ = controls.removeLast()
      return
    }
    if needsCode {
      placeArguments(top)
      conform(top)
    }
    arrive(controls.removeLast())
  }

  private mutating func endFunction(falls: Bool) {
    let control = controls[0]
    let count = Int(control.results.count)
    guard asm.isUsedOrBound(control.label) else {
      if falls { emitReturn() }
      return
    }
    if falls { placeArguments(0) }
    _ = controls.removeLast()
    arrive(control)
    if count > 1 {
      emitReturn()
    } else {
      epilogue()
    }
  }

  // MARK: Branches

  mutating func unreachable() {
    site(.unreachable)
    asm.trap()
  }

  mutating func returnOperator() { emitReturn() }

  mutating func branch(target: Int) {
    if target == 0 { return emitReturn() }
    placeArguments(target)
    conform(target)
    asm.jump(controls[target].label)
  }

  mutating func branchIf(target: Int) {
    let (condition, constant) = popCondition()
    if constant == false { return }
    let control = controls[target]
    let count = Int(control.arguments.count)
    if count > 0 {
      if passesInRegister(control) {
        bringIntoResultRegister()
      } else if values.count - count == Int(control.base) {
        for position in Int(control.base)..<values.count { materialize(position) }
      } else {
        // The slots to fill are other operands' slots: fill them on the taken path only.
        let skip = asm.makeLabel()
        if constant == nil { asm.jump(condition.negated, skip) }
        let (register, memory) = (inRegister, inMemory)
        placeArguments(target)
        conform(target)
        asm.jump(controls[target].label)
        (inRegister, inMemory) = (register, memory)
        bindHere(skip)
        return
      }
    }
    conform(target)
    if constant == nil {
      asm.jump(condition, controls[target].label)
    } else {
      asm.jump(controls[target].label)
    }
  }

  /// Moves the top operand to rax or xmm0, for good. Does not change the flags.
  private mutating func bringIntoResultRegister() {
    let value = pop()
    let position = values.count
    if value.isFloat {
      if value.kind == .fpr && value.reg == 0 { return push(value) }
      vacate(XMM(0))
      load(XMM(0), value, position: position)
      release(value)
      free &= ~0x1_0000
      push(.fpr(0, type: value.type))
    } else {
      if value.kind == .gpr && value.reg == 0 { return push(value) }
      vacate(.rax)
      load(.rax, value, position: position)
      release(value)
      free &= ~1
      push(.gpr(0, type: value.type))
    }
  }

  mutating func branchTable(targets: UnsafePointer<Int32>, count: Int) {
    var index = pop()
    var indexRegister = own(&index, position: values.count)
    let arity = Int(controls[Int(targets[count])].arguments.count)
    if arity == 1 {
      if indexRegister == .rax {
        let other = allocateGPR()
        asm.move(.w64, other, .rax)
        releaseGPR(0)
        indexRegister = other
      }
      bringIntoResultRegister()
    } else {
      for position in (values.count - arity)..<values.count { materialize(position) }
    }
    if count == 0 {
      jumpAlong(Int(targets[0]))
    } else {
      asm.arithmetic(.cmp, .w32, indexRegister, constant: Int32(truncatingIfNeeded: count))
      asm.jump(.aboveOrEqual, edge(Int(targets[count]), arity))
      let table = asm.makeLabel()
      asm.loadAddress(.r11, of: table)
      asm.loadAddress(.w64, indexRegister, Address(.r11, index: indexRegister, scale: 2))
      asm.loadSign32(.r11, Address(indexRegister, -4))
      asm.arithmetic(.add, .w64, .r11, indexRegister)
      asm.jump(.r11)
      // An entry is relative to its own end, so the table's label stands after the first one.
      for position in 0..<count {
        asm.displacementWord(to: edge(Int(targets[position]), arity))
        if position == 0 { asm.bind(table) }
      }
      for position in 0...count {
        let target = Int(targets[position])
        let label = controls[target].edge
        guard label != .none else { continue }
        controls.base[target].edge = .none
        bindHere(label)
        jumpAlong(target)
      }
    }
    releaseGPR(indexRegister.code)
  }

  /// Where a branch table's entry goes: the label itself, or code that makes the state fit.
  private mutating func edge(_ target: Int, _ arity: Int) -> Label {
    prescribe(target)
    let control = controls[target]
    let movesValues = arity > 0 && !passesInRegister(control) && (arity == 1 || values.count - arity != Int(control.base))
    let missing = (control.inRegister & ~inRegister) | (control.inMemory & ~inMemory)
    if !movesValues, live(missing) == 0 { return control.label }
    if control.edge == .none { controls.base[target].edge = asm.makeLabel() }
    return controls[target].edge
  }

  /// Makes state and values fit the label and jumps; the present state stays as it was.
  private mutating func jumpAlong(_ target: Int) {
    let (register, memory) = (inRegister, inMemory)
    placeArguments(target)
    conform(target)
    asm.jump(controls[target].label)
    (inRegister, inMemory) = (register, memory)
  }
}
