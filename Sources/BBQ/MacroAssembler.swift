// The seam between the baseline compiler and an instruction set. The walk over a body (Walk/) reports each operator to an `Emitter`, whose state (operand
// stack, registers, homes of locals, labels, frame: State/) and operators (Operators/) know no instruction set. They are generic over one, and are
// compiled for it, so that nothing is decided at run time.
//
// An instruction set is a folder (X64/) that makes its assembler, MachineCode's, a `MacroAssembler`:
//   1. its registers and their roles;
//   2. sequences of instructions for what state and control need: moves, frames, calls, branches, traps;
//   3. instructions of operators that need nothing but registers;
//   4. operators that choose among forms by where their operands are: functions that take the whole emitter. Operands have been popped then,
//      constants folded, and what is common to all instruction sets is done.
// The files in such folders mirror each other. The choice is `HostEmitter`. What else an instruction set needs is listed in MachineCode's
// CodeLinkage.swift.
//
// Unless something else is said, a sequence may change the scratch registers and the flags, and nothing else. A register is 8 bytes wide, or 16 if it is
// a vector's: what copies whole registers and slots is told the type.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

/// A place in memory at a distance from a register.
struct Place {
  var base: Register
  var offset: Int32

  @inline(__always)
  init(_ base: Register, _ offset: Int) {
    self.base = base
    self.offset = Int32(truncatingIfNeeded: offset)
  }
}

/// A condition of the flags, as comparisons leave them.
protocol MachineCondition {
  /// That a comparison of integers has this outcome.
  init(_ comparison: IntegerComparison)
  /// The same for a comparison with zero: one of `IntegerComparison.hasZeroTest`.
  init(withZero comparison: IntegerComparison)
  init(code: UInt8)
  var code: UInt8 { get }
  var negated: Self { get }
}

/// How an operator reaches the memory that it reads or writes.
struct MemoryAccess<Address> {
  var address: Address
  /// A temporary that the address needs, to be released after the access.
  var temporary = Register.none
}

protocol MacroAssembler: ~Copyable {
  associatedtype Condition: MachineCondition
  associatedtype Address

  init(capacity: Int)
  /// Forgets code and labels, keeps the memory.
  mutating func reset()
  /// Of the next instruction.
  var offset: Int { get }
  /// What code for vectors makes use of.
  var features: ProcessorFeatures { get set }
  /// Writes the vector constants that the code reads; returns where they are, nil if there are none.
  mutating func writeConstants() -> Range<Int>?
  /// The code so far; valid until more is written.
  var writtenCode: UnsafeRawBufferPointer { get }

  // MARK: Registers and their roles; see RuntimeLayout's CallingConvention

  /// Those that can be temporaries and homes, all of which calls change. Not those of a role below but results and arguments.
  static var allocatable: RegisterSet { get }
  /// Those of them that some operators want for themselves.
  static var allocatedLast: RegisterSet { get }
  /// How many general registers of `allocatable` are nobody's home, at least.
  static var leastTemporaries: Int { get }
  /// Homes for locals that are not register parameters, best first: allocatable ones, and preserved ones for general registers.
  static var generalHomeCount: Int { get }
  static func generalHome(_ ordinal: Int) -> Register
  /// At least `Tuning.floatHomes` of them, which no argument arrives in.
  static func floatHome(_ ordinal: Int) -> Register

  static var context: Register { get }
  static var frame: Register { get }
  static var stack: Register { get }
  static func argument(_ registerClass: RegisterClass, _ ordinal: Int) -> Register
  static func result(_ registerClass: RegisterClass) -> Register
  /// One of the general registers that calls preserve, `FrameWords.preservedHomes` of which may be homes.
  static func preserved(_ ordinal: Int) -> Register
  static var resultArea: Register { get }
  /// Of a call through a record.
  static var record: Register { get }
  static var caller: Register { get }
  /// What the engine's thunks take.
  static var functionIndex: Register { get }
  static var loopPlace: Register { get }
  /// Free within one operator or sequence.
  static func scratch(_ registerClass: RegisterClass) -> Register

  // MARK: Moves. None of these changes the flags, nor the general scratch register unless it is named or said

  mutating func move(_ to: Register, _ from: Register)
  /// A constant's 8 bytes. For a float register the general scratch register may change.
  mutating func load(_ to: Register, constant: Int64)
  /// All bytes of a slot.
  mutating func loadSlot(_ to: Register, _ from: Place, _ type: MachineType)
  mutating func storeSlot(_ to: Place, _ from: Register, _ type: MachineType)
  mutating func storeSlot(_ to: Place, constant: Int64)
  mutating func copySlot(_ to: Place, _ from: Place, _ type: MachineType)
  /// A pointer, or another word of 8 bytes, and back.
  mutating func loadWord(_ to: Register, _ from: Place)
  mutating func storeWord(_ to: Place, _ from: Register)
  /// The 8 bytes at `base + 8 * index`, and back.
  mutating func loadElement(_ to: Register, _ base: Register, _ index: Register)
  mutating func storeElement(_ base: Register, _ index: Register, _ from: Register)
  /// A value of this type in as many bytes as it has; what is loaded fills its register as registers are filled.
  mutating func loadValue(_ to: Register, _ from: Place, _ type: MachineType)
  mutating func storeValue(_ to: Place, _ from: Register, _ type: MachineType)
  /// Only a constant for which `storesConstant` is true.
  mutating func storeValue(_ to: Place, constant: Int64, _ type: MachineType)
  /// Whether one instruction can store it as an integer of so many bytes.
  static func storesConstant(_ constant: Int64, size: Int) -> Bool
  mutating func loadAddress(_ to: Register, _ place: Place)
  /// Makes a register's value zero; may change the flags.
  mutating func clear(_ register: Register)
  /// Copies the register unless the condition holds.
  mutating func move(_ to: Register, _ from: Register, unless condition: Condition)

  // MARK: Labels, branches, traps

  mutating func makeLabel() -> Label
  /// Makes the label mean the next instruction. What the flags say is then unknown.
  mutating func bind(_ label: Label)
  mutating func isUsedOrBound(_ label: Label) -> Bool
  mutating func jump(_ label: Label)
  mutating func jump(_ condition: Condition, _ label: Label)
  /// A comparison of 32 or 64 bits, and a jump if it fails; the right operand is unsigned.
  mutating func jump(_ label: Label, unless register: Register, isBelow word: Place)
  mutating func jump(_ label: Label, unless constant: Int32, isBelow word: Place)
  mutating func jump(_ label: Label, unlessInt32 place: Place, is constant: UInt32)
  mutating func jump(_ label: Label, ifZero register: Register)
  mutating func jump(_ label: Label, unlessStatusIsZero register: Register)
  /// Jumps through a table of `count` entries, which must be written next; to `otherwise` if the index, an i32 that changes, is not below `count`.
  mutating func jumpThroughTable(_ index: Register, count: Int, otherwise: Label) -> Label
  mutating func tableEntry(_ position: Int, of table: Label, to label: Label)
  /// An instruction that faults.
  mutating func trap()
  /// Takes `weight` from a 32-bit word of the context, and jumps if that makes it negative.
  mutating func countDown(_ word: Place, by weight: Int32, ifSpent label: Label)
  /// Takes 1 from a 64-bit word without sign, and jumps if it was 0.
  mutating func takeOne(_ word: Place, ifNone label: Label)

  // MARK: Frames and calls

  /// Pushes the return address, if the call has not, and the caller's frame pointer, and sets the frame pointer.
  mutating func enterFrame()
  /// Makes room for a frame whose size is not known yet, and stores the context in its word if it is to be saved. Returns what `setFrameSize` takes.
  mutating func reserveFrame(savesContext: Bool) -> Int
  /// After the function's code: large frames touch their pages on the way down.
  mutating func setFrameSize(_ size: Int, at field: Int, savesContext: Bool)
  /// Gives up the frame, returns, and pops so many bytes of arguments.
  mutating func leaveAndReturn(popping bytes: Int)
  /// Gives up the frame for a tail call whose stack arguments, `area` bytes, lie at the stack pointer; its own are `incomingArea` bytes. Afterwards the
  /// stack is as at the callee's entry. Leaves alone what a call through a record has in registers.
  mutating func leaveForTailCall(area: Int, incomingArea: Int)
  /// Makes room for stack arguments below the stack pointer.
  mutating func reserveArguments(_ size: Int)
  mutating func call(_ address: Place)
  mutating func jump(_ address: Place)
  /// A call of, or jump to, the function of the record in its register, with a stack area of that size, whatever instance it belongs to.
  mutating func goToRecord(isTail: Bool, area: Int)
  /// Writes the function of the record in its register into a `CalleeCell` if another one is there; tells them apart by the address of the record or by
  /// number. The first instruction reads the record, unless addresses tell. Changes what `goToRecord` changes.
  mutating func noteCallee(cell: UInt, byAddress: Bool)
  /// A jump to a function of another instance.
  mutating func crossToRecord(area: Int)
  /// A direct call or jump; returns what `CallSite` takes.
  mutating func patchable(isJump: Bool) -> Int
  /// Loads the memory base from the context.
  mutating func loadMemoryBase()

  // MARK: Operators on registers. `to` and `from` may be the same

  mutating func add(_ register: Register, constant: Int)
  /// Keeps the lower half.
  mutating func wrap(_ to: Register, _ from: Register)
  mutating func extendSigned(_ width: Width, from bits: Int, _ to: Register, _ from: Register)
  mutating func shiftRight(_ width: Width, _ register: Register, by count: Int)
  mutating func and(_ width: Width, _ register: Register, constant: Int64)
  mutating func countLeadingZeros(_ width: Width, _ to: Register, _ from: Register)
  mutating func countTrailingZeros(_ width: Width, _ to: Register, _ from: Register)
  mutating func populationCount(_ width: Width, _ to: Register, _ from: Register)
  /// 1 if the condition holds, else 0.
  mutating func set(_ register: Register, _ condition: Condition)

  mutating func floatExtreme(_ extreme: FloatExtreme, _ width: FloatWidth, _ to: Register, _ from: Register)
  mutating func copySign(_ width: FloatWidth, magnitude: Register, toSign: Register)
  mutating func absolute(_ width: FloatWidth, _ register: Register)
  mutating func negate(_ width: FloatWidth, _ register: Register)
  mutating func squareRoot(_ width: FloatWidth, _ to: Register, _ from: Register)
  mutating func round(_ width: FloatWidth, _ to: Register, _ from: Register, _ rounding: FloatRounding)
  /// From this width to the other one.
  mutating func convertFloat(from width: FloatWidth, _ to: Register, _ from: Register)
  /// Bits of a register of one class into one of the other.
  mutating func reinterpret(_ width: Width, _ to: Register, _ from: Register)

  // MARK: Operators on operands. Popped ones stay the caller's to release, unless something else is said

  /// Pushes the result; releases the operands. Not both are constants; if the operation commutes, the left one is none.
  static func arithmetic(_ emitter: inout Emitter<Self>, _ operation: IntegerOperation, _ width: Width, _ a: inout Operand, _ b: inout Operand)
  static func multiply(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand)
  static func shift(_ emitter: inout Emitter<Self>, _ shift: ShiftOperation, _ width: Width, _ a: inout Operand, _ b: inout Operand)
  static func divide(
    _ emitter: inout Emitter<Self>, _ width: Width, isSigned: Bool, givesRemainder: Bool, _ a: inout Operand, _ b: inout Operand, divisor: Int64?)
  static func wide(_ emitter: inout Emitter<Self>, _ opcode: Opcode)

  /// Leaves in the flags what `Condition(withZero:)` tells.
  static func compareWithZero(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand)
  /// The same for `a & b`.
  static func test(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand)
  static func compare(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand)
  /// Pushes the result. The operands have been released, but their registers still hold them.
  static func compareFloat(_ emitter: inout Emitter<Self>, _ comparison: FloatComparison, _ width: FloatWidth, _ a: Register, _ b: Register)

  /// Pushes the result; releases the operands.
  static func floatArithmetic(
    _ emitter: inout Emitter<Self>, _ operation: FloatOperation, _ width: FloatWidth, _ a: inout Operand, _ b: inout Operand)
  static func convertToFloat(_ emitter: inout Emitter<Self>, _ width: FloatWidth, from integer: Width, isSigned: Bool, _ a: inout Operand)
  static func truncate(_ emitter: inout Emitter<Self>, _ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand)
  static func truncateSaturating(_ emitter: inout Emitter<Self>, _ integer: Width, from width: FloatWidth, isSigned: Bool, _ a: inout Operand)

  /// Pushes the result; releases the operands.
  static func vector(
    _ emitter: inout Emitter<Self>, _ operation: VectorOperation, _ shape: LaneShape, lanes: V128, _ a: inout Operand, _ b: inout Operand,
    _ c: inout Operand)
  mutating func load(_ to: Register, vector: V128)
  /// Replaces a lane, of as many bits, by what is in memory.
  mutating func loadLane(width: Int, _ lane: UInt8, _ register: Register, _ from: Address)
  mutating func storeLane(width: Int, _ lane: UInt8, _ to: Address, _ from: Register)

  /// Checks the bounds of an access of `size` bytes, if the memory wants that. What it leaves in scratch registers must last until the access.
  static func access(_ emitter: inout Emitter<Self>, _ index: inout Operand, memory: Int, offset: UInt64, size: Int) -> MemoryAccess<Address>
  mutating func load(_ opcode: Opcode, _ to: Register, _ from: Address)
  mutating func store(size: Int, _ to: Address, _ from: Register)
  mutating func store(size: Int, _ to: Address, constant: Int64)

  // MARK: Atomic operators

  /// Traps unless the index and the offset together are a multiple of the size.
  static func checkAlignment(_ emitter: inout Emitter<Self>, _ index: inout Operand, offset: UInt64, size: Int)
  /// Lets the register and memory change places.
  mutating func exchange(size: Int, _ address: Address, _ register: Register)
  /// Pop their operands and push the result.
  static func readModifyWrite(_ emitter: inout Emitter<Self>, _ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64)
  static func compareExchange(_ emitter: inout Emitter<Self>, _ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64)
  /// Nothing moves across it.
  mutating func fence()
}

/// The emitter for the machine that this runs on. See OMG's HostBackEnd for machines without code.
typealias HostEmitter = Emitter<X64Assembler>
