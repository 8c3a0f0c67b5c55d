// The x86-64 emitter: turns the walk's reports into code, one operator at a time.
//
// Frame: see RuntimeLayout's BaselineFrame.swift.
//
// Registers. r14, r15 pinned; r11 and xmm15 are scratch within one operator. The most used integer locals have a *home* among the
// argument registers, rbx and r12, the most used float locals one in xmm8–xmm13; a home belongs to its local throughout the function. All
// other registers are temporaries (but r13), each owned by at most one operand. A home may be valid in its register (`inRegister`), in
// its memory (`inMemory`), or both; outside its local's live range it may be valid nowhere. Calls store what is only in registers and
// forget the registers, except for rbx and r12, which callees preserve.
//
// Canonical form, at every point where control flow can meet. Operands that lie below a control structure are constants or in their slots
// from its start. A label with one result takes it in rax or xmm0; with more, in the slots; loop parameters in the slots.
// Homes: a label prescribes which must be valid in the register and which in memory. The first branch to a label that is not yet bound
// prescribes its own state; later ones load what is missing, and may lower the demand on memory.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout
import WasmFormat

/// A local variable or parameter.
struct LocalSlot {
  var type: MachineType
  /// A home's number: a GPR's code, or 16 + an XMM's; 0xFF for none.
  var home: UInt8
  /// How many operands stand for this local at present.
  var references: Int32
  /// From rbp.
  var offset: Int32
  /// The live range, see LocalUse.
  var start: Int32 = 0
  var end: Int32 = 0
}

/// A control structure while it is open.
struct OpenControl {
  var kind: ControlKind
  /// Whether a branch to `label` has prescribed the state there.
  var isPrescribed: Bool
  /// Number of operands below the parameters.
  var base: Int32
  var parameters: TypeRange
  var results: TypeRange
  var label: Label
  /// `if`: where the else branch starts.
  var elseLabel: Label
  var inRegister: UInt32
  var inMemory: UInt32
  /// `if`: the state at its start.
  var entryInRegister: UInt32
  var entryInMemory: UInt32
  /// While a branch table is written: its way here.
  var edge: Label
  /// Whether a catch clause goes to `label`.
  var isCaught = false

  /// What a branch to the label takes along.
  @inline(__always) var arguments: TypeRange { kind == .loop ? parameters : results }
}

/// All methods are mutating, also those that change nothing: for the others Swift copies the whole emitter first, some hundred bytes.
struct X64Emitter: Emitter, ~Copyable {
  let rows = OpcodeTable.rows
  var asm = X64Assembler(capacity: 16 << 10)
  unowned(unsafe) var view = ModuleView.empty
  var functionIndex = 0
  var shape = TypeShape(parameters: .empty, results: .empty, canonicalID: 0)
  var bodyStart: UnsafePointer<UInt8>
  var bodyEnd: UnsafePointer<UInt8>
  var moduleOffset = 0
  /// The operator at hand, and the bytes after it (for looking ahead).
  var current: UnsafePointer<UInt8>
  var next: UnsafePointer<UInt8>

  var values = RawArray<Value>(capacity: 64)
  /// Operands below this position are known to be constants or in their slots.
  var settled = 0
  var controls = RawArray<OpenControl>(capacity: 32)
  /// At least 128, initialised: what looks ahead may come upon the index of a local that does not exist, before the walk does.
  var locals = RawArray<LocalSlot>(capacity: 128)
  /// The local whose home has this number.
  var homeLocals = RawArray<Int32>(capacity: 32)
  /// The most used locals, while homes are chosen.
  var integerCandidates = RawArray<Int32>(capacity: 16)
  var floatCandidates = RawArray<Int32>(capacity: 16)
  var homes: UInt32 = 0
  var inRegister: UInt32 = 0
  var inMemory: UInt32 = 0
  /// Temporaries, and which of them are free: bits 0–15 GPRs, 16–31 XMMs.
  var temporaries: UInt32 = 0
  var free: UInt32 = 0

  /// The flags reflect this register's value, if the code has not grown since.
  var flagsOffset = -1
  var flagsRegister: UInt8 = 0
  var flagsWidth = Width.w32

  /// Arguments on their way.
  var moves = RawArray<Move>(capacity: 16)
  var callSites = RawArray<CallSite>(capacity: 64)
  var trapSites = RawArray<TrapSite>(capacity: 64)
  var pendingTraps = RawArray<PendingTrap>(capacity: 16)
  var hotPlaces = RawArray<HotPlace>(capacity: 8)
  var hotConstants = RawArray<HotConstant>(capacity: 8)
  var loops = RawArray<LoopFacts>(capacity: 16)
  var loopCursor = 0
  /// Highest operand position that has used its slot, plus one.
  var slotCount = 0
  var frameField = 0
  var savesContext = false
  /// Bytes of stack arguments this function pops.
  var incomingArea = 0

  /// All `try_table`s, and the innermost open one, or −1.
  var tries = RawArray<TryFacts>(capacity: 4)
  var currentTry: Int32 = -1
  var landings = RawArray<LandingFacts>(capacity: 4)
  var handlers = HandlerTableBuilder()

  /// An emitter that has to be begun.
  init() {
    bodyStart = UnsafePointer(asm.code.base)
    bodyEnd = bodyStart
    current = bodyStart
    next = bodyStart
    homeLocals.setCount(32)
    locals.base.initialize(repeating: LocalSlot(type: .i32, home: 0xFF, references: 0, offset: 0), count: 128)
  }

  @inline(__always)
  mutating func position(_ start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>) {
    current = start
    self.next = next
  }

  /// The byte `distance` after the next operator's start; 0 past the end.
  @inline(__always)
  mutating func peek(_ distance: Int) -> UInt8 { next + distance < bodyEnd ? next[distance] : 0 }

  @inline(__always)
  var wasmOffset: UInt32 { UInt32(truncatingIfNeeded: moduleOffset + (current - bodyStart)) }

  /// Bytes of the frame below rbp; a multiple of 16.
  var frameSize: Int {
    (BaselineFrame.extent(localCount: locals.count, operandCount: slotCount) + 15) & ~15
  }

  // MARK: Operand stack

  @inline(__always)
  mutating func push(_ value: Value) { values.append(value) }

  @inline(__always)
  mutating func pop() -> Value {
    let value = values.removeLast()
    if settled > values.count { settled = values.count }
    if value.kind == .local { locals.base[Int(value.local)].references -= 1 }
    return value
  }

  /// The slot of an operand position.
  @inline(__always)
  mutating func slot(_ position: Int) -> Address {
    if position >= slotCount { slotCount = position + 1 }
    return Address(.rbp, Int32(truncatingIfNeeded: BaselineFrame.operand(position, localCount: locals.count)))
  }

  @inline(__always)
  mutating func memory(ofLocal index: Int) -> Address { Address(.rbp, locals[index].offset) }

  // MARK: Trap sites

  /// The next instruction may fault, for this reason.
  @inline(__always)
  mutating func site(_ reason: TrapReason) {
    trapSites.append(
      TrapSite(codeOffset: UInt32(truncatingIfNeeded: asm.offset), wasmOffset: wasmOffset, reason: reason))
  }

  /// A label for an explicit trap, placed after the function.
  mutating func trapLabel(_ reason: TrapReason) -> Label {
    let label = asm.makeLabel()
    pendingTraps.append(PendingTrap(label: label, reason: reason, wasmOffset: wasmOffset))
    return label
  }
}
