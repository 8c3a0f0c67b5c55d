// Throwing and catching. Nothing is executed for a `try_table` unless something is thrown: the emitter only notes, for each call instruction in
// its body, which try is the innermost, and writes one landing per catch clause behind the function's code.
//
// A landing is entered by the unwinder with rax = the exception, rbp = this function's frame, rsp = rbp − frame size. At a call all live
// locals are in memory and all operands outside the try are in their slots, so a landing restores
// preserved registers, loads what its label wants in registers, puts the exception's values where the label takes them, and jumps.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

/// A `try_table`.
struct TryFacts {
  /// The enclosing one in this function, or −1.
  var parent: Int32
  var firstClause: Int32
  var clauseCount: Int32
  /// Whether anything in it can throw.
  var hasCalls: Bool
}

/// What a landing needs to know about the label that its clause branches to, which is bound by the time landings are written.
struct LandingFacts {
  var clause: CatchClause
  var label = Label.none
  /// The homes that the label wants in registers.
  var inRegister: UInt32 = 0
  /// Where the label's values start on the operand stack.
  var base: Int32 = 0
  var arguments = TypeRange.empty
  var passesInRegister = false
  /// Offset of the code.
  var landing: UInt32 = 0
}

extension X64Emitter {
  /// After each call instruction: tells backtraces where it is in the module, and the unwinder who catches here.
  @inline(__always)
  mutating func noteReturn() {
    trapSites.append(TrapSite(returnOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: wasmOffset))
    if currentTry >= 0 { noteHandledCall() }
  }

  @inline(never)
  private mutating func noteHandledCall() {
    tries.base[Int(currentTry)].hasCalls = true
    handlers.addCall(returnOffset: UInt32(truncatingIfNeeded: asm.offset), tryIndex: Int(currentTry))
  }

  mutating func catches(_ clauses: UnsafePointer<CatchClause>, count: Int) {
    tries.append(
      TryFacts(
        parent: currentTry, firstClause: Int32(truncatingIfNeeded: landings.count),
        clauseCount: Int32(truncatingIfNeeded: count), hasCalls: false))
    currentTry = Int32(truncatingIfNeeded: tries.count - 1)
    for index in 0..<count { landings.append(LandingFacts(clause: clauses[index])) }
  }

  /// At the end of a `try_table`'s body, while the labels of its clauses are open.
  mutating func endTry() {
    let facts = tries[Int(currentTry)]
    currentTry = facts.parent
    guard facts.hasCalls else { return }
    if facts.parent >= 0 { tries.base[Int(facts.parent)].hasCalls = true }
    for index in 0..<Int(facts.clauseCount) {
      let landing = landings.base + (Int(facts.firstClause) + index)
      let target = Int(landing.pointee.clause.target)
      if target > 0 { prescribeLanding(target) }
      let control = controls[target]
      landing.pointee.label = control.label
      landing.pointee.inRegister = control.inRegister
      landing.pointee.base = control.base
      landing.pointee.arguments = control.arguments
      landing.pointee.passesInRegister = passesInRegister(control)
      // The slots must exist before the frame's size is known.
      let count = Int(control.arguments.count)
      if count > 0 { _ = slot(Int(control.base) + count - 1) }
    }
  }

  // MARK: Throwing

  mutating func throwTag(_ tag: Int) {
    let count = Int(view.types[Int(view.tags[tag])].parameters.count)
    let first = values.count - count
    if currentTry >= 0 { storeHomes(live(inRegister & ~inMemory)) }
    for position in first..<values.count { materialize(position) }
    asm.move(.rsi, constant: Int64(tag))
    if count > 0 { asm.loadAddress(.w64, .rdx, slot(first)) }
    callThrower(.throwTag)
  }

  mutating func throwReference() {
    let exception = pop()
    if currentTry >= 0 { storeHomes(live(inRegister & ~inMemory)) }
    load(.rsi, exception, position: values.count)
    release(exception)
    asm.test(.w64, .rsi, .rsi)
    asm.jump(.equal, trapLabel(.nullReference))
    callThrower(.throwReference)
  }

  private mutating func callThrower(_ helper: RuntimeHelper) {
    asm.move(.w64, .rdi, .r14)
    asm.load(.w64, .rax, Address(.r14, Int32(InstanceContext.helperTable)))
    asm.call(Address(.rax, Int32(8 * helper.rawValue)))
    noteReturn()
  }

  // MARK: Landings

  /// Writes the landings of all tries that something in them can throw to.
  mutating func emitLandings() {
    for index in 0..<tries.count where tries[index].hasCalls {
      for clause in 0..<Int(tries[index].clauseCount) { emitLanding(Int(tries[index].firstClause) + clause) }
    }
  }

  private mutating func emitLanding(_ index: Int) {
    let facts = landings[index]
    landings.base[index].landing = UInt32(truncatingIfNeeded: asm.offset)
    asm.load(.w64, .r14, Address(.rbp, Int32(BaselineFrame.context)))
    asm.load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
    asm.load(.w64, .r13, Address(.rbp, Int32(BaselineFrame.resultArea)))
    restorePreserved(~homes)
    inRegister = 0
    loadHomes(facts.inRegister)
    let isReturn = facts.clause.target == 0
    let count = Int(facts.arguments.count)
    // The first value last, if it goes to rax, where the exception is.
    let inRegisters = isReturn ? min(count, 1) : facts.passesInRegister ? 1 : 0
    for position in inRegisters..<max(count, inRegisters) {
      let place = isReturn ? Address(.r13, Int32(-8 * (position - 1))) : slot(Int(facts.base) + position)
      asm.store(.w64, place, exceptionValue(position, facts, into: .r11))
    }
    if inRegisters > 0 {
      let type = view.typePool[Int(facts.arguments.start)].machineType
      if type.registerClass == .float {
        asm.loadFloat(.f64, XMM(0), Address(.rax, Int32(ExceptionRecord.size)))
      } else {
        _ = exceptionValue(0, facts, into: .rax)
      }
    }
    if isReturn { epilogue() } else { asm.jump(facts.label) }
  }

  /// A register that holds one of the values that a clause passes on: `register`, or rax for the exception itself.
  private mutating func exceptionValue(_ position: Int, _ facts: LandingFacts, into register: GPR) -> GPR {
    let isReference = facts.clause.kind & CatchKind.passesReference != 0 && position == Int(facts.arguments.count) - 1
    if isReference { return .rax }
    asm.load(.w64, register, Address(.rax, Int32(ExceptionRecord.size + 8 * position)))
    return register
  }

  /// Hands over what the table of handlers says about tries and landings.
  mutating func listHandlers() {
    guard handlers.hasCalls else { return }
    for index in 0..<tries.count {
      let facts = tries[index]
      handlers.addTry(parent: Int(facts.parent), clauseCount: Int(facts.clauseCount))
      for position in Int(facts.firstClause)..<Int(facts.firstClause + facts.clauseCount) {
        let landing = landings[position]
        let catchesAll = landing.clause.kind & CatchKind.catchesAll != 0
        handlers.addClause(
          tag: catchesAll ? HandlerTable.anyTag : UInt32(view.layout.tag(Int(landing.clause.tag))), landing: landing.landing)
      }
    }
  }
}
