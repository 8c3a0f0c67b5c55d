// Control structures and branches. The canonical form at merge points is described at the head of Emitter.swift.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension Emitter where Assembler: ~Copyable {
  // MARK: Structures

  mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange) {
    let test = kind == .if ? popCondition() : .constant(true)
    let base = values.count - Int(parameters.count)
    settle(base)
    if kind != .block && kind != .tryTable {
      for position in base..<values.count { materialize(position) }
    }
    var control = OpenControl(
      kind: kind, base: Int32(truncatingIfNeeded: base), baseSlot: base < values.count ? values[base].slot : nextSlot,
      parameters: parameters, results: results, label: asm.makeLabel(), entryInRegister: inRegister, entryInMemory: inMemory)
    if kind == .if {
      control.elseLabel = asm.makeLabel()
      switch test {
      case .constant(true): break
      case .constant(false): asm.jump(control.elseLabel)
      case .flags(let condition): asm.jump(condition.negated, control.elseLabel)
      }
    } else if kind == .loop {
      enterLoop()
      control.isPrescribed = true
      control.inRegister = inRegister
      control.inMemory = inMemory
      bindHere(control.label)
      countLoop()
      takeFuel()
    }
    controls.append(control)
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
    controls[top].kind = .else
    restoreEntry(control)
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

  /// `if` without else.
  private mutating func endIf(falls: Bool) {
    let top = controls.count - 1
    let control = controls[top]
    if falls {
      if !control.isPrescribed { prescribeJoin(top) }
      placeArguments(top)
      controls[top].inMemory &= control.entryInMemory | ~controls[top].inRegister
      conform(top)
    }
    let label = controls[top]
    let needsCode =
      !label.isPrescribed || control.results.count > 0
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

  /// The state after an `if` without else: what both paths have for nothing; the rest in registers.
  private mutating func prescribeJoin(_ target: Int) {
    let control = controls.at(target)
    let both = inRegister & control.pointee.entryInRegister
    let memory = inMemory & control.pointee.entryInMemory
    control.pointee.inRegister = both | live(homes & ~(both | memory))
    control.pointee.inMemory = memory
    control.pointee.isPrescribed = true
  }

  private mutating func endFunction(falls: Bool) {
    let control = controls[0]
    guard asm.isUsedOrBound(control.label) else {
      if falls { emitReturn() }
      return
    }
    if falls { placeArguments(0) }
    _ = controls.removeLast()
    arrive(control)
    if control.results.count > 1 {
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
    jumpAlong(target)
  }

  /// Makes state and values fit the label and jumps.
  private mutating func jumpAlong(_ target: Int) {
    placeArguments(target)
    conform(target)
    asm.jump(controls[target].label)
  }

  /// The same on a path that the code after it is not on.
  mutating func jumpAside(_ target: Int) {
    let (register, memory) = (inRegister, inMemory)
    jumpAlong(target)
    (inRegister, inMemory) = (register, memory)
  }

  mutating func branchIf(target: Int) {
    let test = popCondition()
    if case .constant(false) = test { return }
    let control = controls[target]
    let count = Int(control.arguments.count)
    if count > 0 {
      if control.passesInRegister {
        bringIntoResultRegister()
      } else if values.count - count == Int(control.base) {
        for position in Int(control.base)..<values.count { materialize(position) }
      } else {
        // The slots to fill are other operands' slots: fill them on the taken path only.
        let skip = asm.makeLabel()
        if case .flags(let condition) = test { asm.jump(condition.negated, skip) }
        jumpAside(target)
        return bindHere(skip)
      }
    }
    conform(target)
    if case .flags(let condition) = test {
      asm.jump(condition, controls[target].label)
    } else {
      asm.jump(controls[target].label)
    }
  }

  // MARK: Branch tables

  mutating func branchTable(targets: UnsafePointer<Int32>, count: Int) {
    var operand = pop()
    var index = own(&operand)
    let arity = Int(controls[Int(targets[count])].arguments.count)
    work.spend(count + arity)
    if arity == 1 {
      let result = Assembler.result(.general)
      if index == result {
        index = allocate(.general)
        asm.move(index, result)
        release(result)
      }
      bringIntoResultRegister()
    } else {
      for position in (values.count - arity)..<values.count { materialize(position) }
    }
    if count == 0 {
      jumpAside(Int(targets[0]))
    } else {
      let table = asm.jumpThroughTable(index, count: count, otherwise: edge(Int(targets[count]), arity))
      let start = codeOffset
      for position in 0..<count { asm.tableEntry(position, of: table, to: edge(Int(targets[position]), arity)) }
      codeData.append(CodeData(start: start, end: codeOffset, width: 4))
      for position in 0...count where !isFull { emitEdge(Int(targets[position])) }
    }
    release(index)
  }

  /// Where a branch table's entry goes: the label itself, or code that makes the state fit.
  private mutating func edge(_ target: Int, _ arity: Int) -> Label {
    prescribe(target)
    let control = controls[target]
    let movesValues = arity > 0 && !control.passesInRegister && (arity == 1 || values.count - arity != Int(control.base))
    let missing = (control.inRegister & ~inRegister) | (control.inMemory & ~inMemory)
    if !movesValues, live(missing) == 0 { return control.label }
    if control.edge == .none { controls[target].edge = asm.makeLabel() }
    return controls[target].edge
  }

  /// The code that `edge` has promised, if any.
  private mutating func emitEdge(_ target: Int) {
    let label = controls[target].edge
    guard label != .none else { return }
    controls[target].edge = .none
    bindHere(label)
    jumpAside(target)
  }
}
