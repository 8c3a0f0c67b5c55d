// Throwing and catching. Nothing is executed for a `try_table` unless something is thrown: the emitter only notes, for each call instruction in
// its body, which try is the innermost, and writes one landing per catch clause after the function's code.
//
// A landing is entered by the unwinder with the exception in the general result register, this function's frame pointer, and the stack pointer at
// that less the frame's size. At a call all live locals are in memory and all operands outside the try are in their slots, so a landing restores
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
  var inRegister: RegisterSet = 0
  /// The slot where the label's values start.
  var baseSlot: Int32 = 0
  var arguments = TypeRange.empty
  var passesInRegister = false
  /// Offset of the code.
  var landing: UInt32 = 0
}

extension Emitter where Assembler: ~Copyable {
  // MARK: Tries

  /// After each call instruction: tells backtraces where it is in the module, and the unwinder who catches here.
  @inline(__always)
  mutating func noteReturn() {
    trapSites.append(TrapSite(returnOffset: codeOffset, wasmOffset: wasmOffset))
    if currentTry >= 0 { noteHandledCall() }
  }

  @inline(never)
  private mutating func noteHandledCall() {
    tries[Int(currentTry)].hasCalls = true
    handlers.addCall(returnOffset: codeOffset, tryIndex: Int(currentTry))
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
    if facts.parent >= 0 { tries[Int(facts.parent)].hasCalls = true }
    for index in 0..<Int(facts.clauseCount) {
      let landing = landings.at(Int(facts.firstClause) + index)
      let target = Int(landing.pointee.clause.target)
      if target > 0 { prescribeLanding(target) }
      let control = controls[target]
      landing.pointee.label = control.label
      landing.pointee.inRegister = control.inRegister
      landing.pointee.baseSlot = control.baseSlot
      landing.pointee.arguments = control.arguments
      landing.pointee.passesInRegister = control.passesInRegister
      // The slots must exist before the frame's size is known.
      let words = module.wordCount(control.arguments)
      if words > 0 { _ = memory(ofWord: Int(control.baseSlot) + words - 1) }
    }
  }

  // MARK: Throwing

  mutating func throwTag(_ tag: Int) {
    let count = Int(module.types[Int(module.tags[tag])].parameters.count)
    let first = values.count - count
    if currentTry >= 0 { storeHomes(live(inRegister & ~inMemory)) }
    for position in first..<values.count { materialize(position) }
    asm.load(Assembler.argument(.general, 1), constant: Int64(module.layout.tagIndex(tag)))
    if count > 0 { asm.loadAddress(Assembler.argument(.general, 2), memory(ofWord: Int(values[first].slot))) }
    callThrower(.throwTag)
  }

  mutating func throwReference() {
    let exception = pop()
    if currentTry >= 0 { storeHomes(live(inRegister & ~inMemory)) }
    let register = Assembler.argument(.general, 1)
    load(register, exception)
    release(exception)
    asm.jump(trapLabel(.nullReference), ifZero: register)
    callThrower(.throwReference)
  }

  private mutating func callThrower(_ helper: RuntimeHelper) {
    asm.move(Assembler.argument(.general, 0), Assembler.context)
    callHelper(helper)
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
    landings[index].landing = codeOffset
    asm.loadWord(Assembler.context, Place(Assembler.frame, BaselineFrame.context))
    asm.loadMemoryBase()
    asm.loadWord(Assembler.resultArea, Place(Assembler.frame, BaselineFrame.resultArea))
    restorePreserved(~homes)
    inRegister = 0
    loadHomes(facts.inRegister)
    let isReturn = facts.clause.target == 0
    let count = Int(facts.arguments.count)
    // The first value last, if it goes to the register where the exception is.
    let inRegisters = isReturn ? min(count, 1) : facts.passesInRegister ? 1 : 0
    var words = 0
    for position in 0..<count {
      let size = module.typePool[Int(facts.arguments.start) + position].slotCount
      if position >= inRegisters { landValue(position, words, facts, isReturn: isReturn) }
      words += size
    }
    if inRegisters > 0 {
      let type = module.typePool[Int(facts.arguments.start)].machineType
      if type.registerClass == .float {
        asm.loadSlot(Assembler.result(.float), Place(Assembler.result(.general), ExceptionRecord.size), type)
      } else {
        _ = exceptionValue(0, 0, facts, into: Assembler.result(.general))
      }
    }
    if isReturn { epilogue() } else { asm.jump(facts.label) }
  }

  /// Puts a value where the label takes it, or the function's caller. `words`: those of the values before it.
  private mutating func landValue(_ position: Int, _ words: Int, _ facts: LandingFacts, isReturn: Bool) {
    let type = module.typePool[Int(facts.arguments.start) + position].machineType
    let place: Place
    if isReturn {
      let first = module.typePool[Int(facts.arguments.start)].slotCount
      place = Place(Assembler.resultArea, -8 * (words - first + type.slotCount - 1))
    } else {
      place = memory(ofSlot: Int(facts.baseSlot) + words, type)
    }
    if type == .v128 {
      let scratch = Assembler.scratch(.float)
      asm.loadSlot(scratch, Place(Assembler.result(.general), ExceptionRecord.size + 8 * words), type)
      return asm.storeSlot(place, scratch, type)
    }
    asm.storeWord(place, exceptionValue(position, words, facts, into: Assembler.scratch(.general)))
  }

  /// A register that holds one of the values that a clause passes on: `register`, or that of the exception itself.
  private mutating func exceptionValue(_ position: Int, _ words: Int, _ facts: LandingFacts, into register: Register) -> Register {
    let exception = Assembler.result(.general)
    let isReference = facts.clause.kind & CatchKind.passesReference != 0 && position == Int(facts.arguments.count) - 1
    if isReference { return exception }
    asm.loadWord(register, Place(exception, ExceptionRecord.size + 8 * words))
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
          tag: catchesAll ? HandlerTable.anyTag : UInt32(module.layout.tag(Int(landing.clause.tag))), landing: landing.landing)
      }
    }
  }
}
