// The emitter: turns the walk's reports into code, one operator at a time. What it knows between operators is here; what it does is in the other files
// of this folder, and the operators are in Operators/.
//
// Frame: see RuntimeLayout's BaselineFrame.swift.
//
// Registers. A few have roles (MacroAssembler). The most used locals have a *home*: an allocatable or preserved register, which belongs to its local
// throughout the function. All other allocatable registers are temporaries, each owned by at most one operand. A home may be valid in its
// register (`inRegister`), in its memory (`inMemory`), or both; outside its local's live range it may be valid nowhere. Calls store what is only
// in registers and forget the registers, except for those that callees preserve.
//
// Canonical form, at every point where control flow can meet. Operands that lie below a control structure are constants or in their slots
// from its start. A label with one result takes it in the result register; with more, in the slots; loop parameters in the slots.
// Homes: a label prescribes which must be valid in the register and which in memory. The first branch to a label that is not yet bound
// prescribes its own state; later ones load what is missing, and may lower the demand on memory.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout
import WasmFormat

/// All methods are mutating, also those that change nothing: for the others Swift copies the whole emitter first, some hundred bytes.
struct Emitter<Assembler: MacroAssembler & ~Copyable>: ~Copyable {
  let rows = OpcodeTable.rows
  var asm = Assembler(capacity: 16 << 10)
  unowned(unsafe) var module = ModuleInformation.empty
  var functionIndex = 0
  var shape = TypeShape(parameters: .empty, results: .empty, canonicalID: 0)
  var bodyStart: UnsafePointer<UInt8>
  var bodyEnd: UnsafePointer<UInt8>
  var moduleOffset = 0
  /// The operator at hand, and the bytes after it (for looking ahead).
  var current: UnsafePointer<UInt8>
  var next: UnsafePointer<UInt8>

  /// What is not done once for each byte of the body.
  var work = WorkMeter()

  var values = RawArray<Operand>(capacity: 64)
  /// The slot of the operand that is pushed next: the number of words of those below.
  var nextSlot: Int32 = 0
  /// Operands below this position are known to be constants or in their slots.
  var settled = 0
  var controls = RawArray<OpenControl>(capacity: 32)
  /// (Unchecked: the walk has compared the number that an operator has with theirs before the operator arrives here; who looks ahead compares it itself.)
  var locals = UncheckedArray<LocalSlot>(capacity: 128)
  /// How many of them have numbers of one byte.
  var shortLocalCount = 0
  /// How many words they have in the frame.
  var localWords = 0
  /// By register: the local whose home it is.
  var homeLocals = UncheckedArray<Int32>(capacity: 64)
  /// The most used locals, while homes are chosen.
  var integerCandidates = UncheckedArray<Int32>(capacity: 16)
  var floatCandidates = UncheckedArray<Int32>(capacity: 16)
  var homes: RegisterSet = 0
  var inRegister: RegisterSet = 0
  var inMemory: RegisterSet = 0
  /// Temporaries, and which of them are free.
  var temporaries: RegisterSet = 0
  var free: RegisterSet = 0

  /// The flags say what a comparison of this register with zero would, if the code has not grown since.
  var flagsOffset = -1
  var flagsRegister = Register.none
  var flagsWidth = Width.w32

  /// Bytes of code that are too many for the function. (A call of two bytes may pass a thousand arguments and take a thousand results.)
  var codeLimit = Int.max
  var isFull: Bool { @inline(__always) get { asm.offset > codeLimit } }

  /// Arguments on their way.
  var moves = RawArray<Move>(capacity: 16)
  var callSites = RawArray<CallSite>(capacity: 64)
  var trapSites = RawArray<TrapSite>(capacity: 64)
  var pendingTraps = RawArray<PendingTrap>(capacity: 16)
  var codeData = RawArray<CodeData>(capacity: 4)
  var hotPlaces = RawArray<HotPlace>(capacity: 8)
  var hotConstants = RawArray<HotConstant>(capacity: 8)
  var loops = RawArray<LoopFacts>(capacity: 16)
  var loopCursor = 0
  /// How many words of the operand area have been used.
  var slotCount = 0
  /// Where the frame's size is to be filled in.
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
    bodyStart = UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    bodyEnd = bodyStart
    current = bodyStart
    next = bodyStart
    homeLocals.fill(-1, count: 64)
  }

  // MARK: The operator at hand

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

  @inline(__always)
  var codeOffset: UInt32 { UInt32(truncatingIfNeeded: asm.offset) }

  // MARK: Trap sites

  /// The next instruction may fault, for this reason.
  @inline(__always)
  mutating func site(_ reason: TrapReason) { trapSites.append(TrapSite(codeOffset: codeOffset, wasmOffset: wasmOffset, reason: reason)) }

  /// A label for an explicit trap, placed after the function.
  mutating func trapLabel(_ reason: TrapReason) -> Label {
    let label = asm.makeLabel()
    pendingTraps.append(PendingTrap(label: label, reason: reason, wasmOffset: wasmOffset))
    return label
  }
}
