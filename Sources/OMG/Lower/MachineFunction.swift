// What register allocation works on: a function as machine instructions of some instruction set over virtual registers. Lowering makes it, the
// allocator reads it and says where everything is (RegisterAllocation/Allocations.swift), the instruction set's emitter writes the code.
// Nothing here knows an instruction set: opcodes and payloads are its own, registers are numbers.
//
// - Blocks are in the order of their code; their instructions are a range. The first block is the entry.
// - Virtual registers are in SSA form: one definition each, by an instruction or as a block's parameter. Uses are dominated by the definition.
// - A block's parameters get their values on the edges: for each successor a block's terminator has as many arguments as the successor has
//   parameters. No edge is critical: if a block has several successors, those have one predecessor and no
//   parameters.
// - At each instruction, uses are read before (`early`) or after (`late`) definitions are written: an early use may share its register with a
//   definition, a late one may not. A definition that is `early` is written before all uses are read.
// - Terminators define nothing. One that has a single successor has no operands: moves for the edge stand before it.
// - A fixed register that is not allocatable may be named by operands, but the allocator keeps nothing in it.

import RawCollections
import WasmFormat

/// Where a value may be. Integers and references in one class, floats in another.
enum RegisterClass: UInt8 {
  case integer, float
}

/// How many of a register's bits hold a value; what is above them means nothing. Moves, slots and loads of slots follow it. Integer registers
/// have 64 bits, float registers 128.
enum RegisterWidth: UInt8 {
  case w32, w64, w128

  @inline(__always) var byteCount: Int { 4 << Int(rawValue) }
}

/// A set of physical registers: integer ones are bits 0–31, float ones bits 32–63.
typealias RegisterSet = UInt64

/// A physical register's number: its bit in a RegisterSet.
struct PhysicalRegister: Equatable, Hashable {
  var number: UInt8
  @inline(__always) init(_ number: UInt8) { self.number = number }
  @inline(__always) var bit: RegisterSet { 1 << RegisterSet(number) }
  @inline(__always) var registerClass: RegisterClass { number < 32 ? .integer : .float }
}

struct VirtualRegister: Equatable, Hashable {
  var index: UInt32
  @inline(__always) init(_ index: UInt32) { self.index = index }
  @inline(__always) init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }
  @inline(__always) var number: Int { Int(index) }
  static var none: VirtualRegister { VirtualRegister(UInt32.max) }
  @inline(__always) var exists: Bool { index != .max }
}

/// What an instruction needs of an operand's place.
enum OperandConstraint: UInt8 {
  /// A register or a slot of the frame.
  case any
  case register
  /// The register `detail`.
  case fixed
  /// Of definitions: the same place as the use that is operand number `detail` of the instruction, which is in a register.
  case reuse
}

enum OperandRole: UInt8 { case use, definition }
enum OperandPhase: UInt8 { case early, late }

/// A virtual register's mention in an instruction. Uses are early and definitions late unless said otherwise.
struct Operand {
  var register: VirtualRegister
  var constraint: OperandConstraint
  var detail: UInt8
  var role: OperandRole
  var phase: OperandPhase

  @inline(__always)
  init(
    _ role: OperandRole, _ register: VirtualRegister, _ constraint: OperandConstraint = .register, _ detail: UInt8 = 0,
    phase: OperandPhase? = nil
  ) {
    self.role = role
    self.register = register
    self.constraint = constraint
    self.detail = detail
    self.phase = phase ?? (role == .use ? .early : .late)
  }
}

struct MachineInstruction {
  /// The instruction set's number for it.
  var opcode: UInt16
  /// The instruction set's own: widths, conditions, scales.
  var variant: UInt16 = 0
  /// A range of `operands`; definitions first.
  var firstOperand: UInt32
  var operandCount: UInt16 = 0
  var isTerminator = false
  /// Copies operand 1 (a use) to operand 0 (a definition), which has its class and width: worth giving both the same place; dropped if they have it.
  var isMove = false
  /// The first instruction of a block that is entered at it, from somewhere in the call before the terminator of the block's predecessor: what the
  /// allocator puts before it, or after that call, is not executed on this path. Both clobber all registers (but for what they define).
  var isLanding = false
  /// Calls the function itself.
  var isRecursion = false
  /// Registers whose contents are lost, other than those of definitions. An early use may be in one of them, nothing that is live after it may.
  var clobbers: RegisterSet = 0
  /// An immediate, a displacement, a function's number …: the instruction set's own.
  var payload: Int64 = 0
  var auxiliary: UInt32 = 0
  /// For trap sites.
  var wasmOffset: UInt32 = 0
}

struct MachineBlock {
  /// A range of `instructions`, not empty; the last is the terminator.
  var firstInstruction: UInt32
  var endInstruction: UInt32
  /// Ranges of `blockNumbers`.
  var firstSuccessor: UInt32 = 0
  var successorCount: UInt32 = 0
  var firstPredecessor: UInt32 = 0
  var predecessorCount: UInt32 = 0
  /// A range of `registerNumbers`: virtual registers defined at the block's start.
  var firstParameter: UInt32 = 0
  var parameterCount: UInt32 = 0
  /// A range of `registerNumbers`: what the block gives to its only successor's parameters.
  var firstArgument: UInt32 = 0
  var argumentCount: UInt32 = 0
  /// Number of loops around it.
  var loopDepth: UInt16 = 0
  var isCold = false
}

/// What is known about a virtual register.
struct VirtualRegisterFacts {
  var registerClass: RegisterClass
  var width: RegisterWidth
  /// The instruction that defines it can be repeated anywhere instead of keeping the value: it has no uses, no effects, and costs about what a
  /// load costs. none: it cannot.
  var rematerialization: UInt32 = .max
}

struct MachineFunction: ~Copyable {
  var instructions = UncheckedArray<MachineInstruction>(capacity: 1024)
  var operands = UncheckedArray<Operand>(capacity: 2048)
  var blocks = UncheckedArray<MachineBlock>(capacity: 128)
  var blockNumbers = UncheckedArray<UInt32>(capacity: 256)
  var registerNumbers = UncheckedArray<VirtualRegister>(capacity: 256)
  var registers = UncheckedArray<VirtualRegisterFacts>(capacity: 1024)
  /// Constants of 128 bits, which instructions name by their place.
  var vectors = UncheckedArray<V128>(capacity: 16)
  /// What allocating its registers takes.
  var work = WorkMeter()
  // The register file, described by the back end.
  /// The registers that may be allocated, the preferred ones of each class first (`order`, `orderCount` of them).
  var allocatable: RegisterSet = 0
  var order = UncheckedArray<PhysicalRegister>(capacity: 64)
  /// Those that the function must leave as it found them: using one of them costs saving it at the start and restoring it at the end.
  var preserved: RegisterSet = 0
  /// For cycles of moves and for moves from slot to slot; not allocatable, and of no meaning to the instructions themselves.
  var integerScratch = PhysicalRegister(0)
  var floatScratch = PhysicalRegister(32)

  mutating func reset() {
    instructions.removeAll()
    operands.removeAll()
    blocks.removeAll()
    blockNumbers.removeAll()
    registerNumbers.removeAll()
    registers.removeAll()
    vectors.removeAll()
    order.removeAll()
    allocatable = 0
    preserved = 0
    isRepresentable = true
  }

  /// Every instruction's operands could be counted by its record.
  var isRepresentable = true

  /// The place of a constant in `vectors`.
  mutating func place(of vector: V128) -> UInt32 {
    var index = vectors.count - 1
    // The newest ones are the likeliest.
    while index >= max(0, vectors.count - 16) {
      if vectors[index] == vector { return UInt32(index) }
      index -= 1
    }
    vectors.append(vector)
    return UInt32(vectors.count - 1)
  }

  mutating func makeRegister(_ registerClass: RegisterClass, _ width: RegisterWidth) -> VirtualRegister {
    registers.append(VirtualRegisterFacts(registerClass: registerClass, width: width))
    return VirtualRegister(registers.count - 1)
  }
}
