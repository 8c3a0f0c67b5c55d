// The machine instructions that lowering makes and the emitter writes, and the one table of facts about them.
//
// Operands are listed definitions first. "rm" is an operand that may be in a register, in a slot of the frame, or, if the instruction has an
// address, in memory. An address's registers are the last operands (X64Address). "imm" is the low half of the payload.
//
// Flags live only from an instruction that sets them to the ones right after it. The allocator knows nothing about them: what it puts between
// instructions leaves flags alone (the emitter writes constants without xor there).

enum X64Opcode: UInt16, CaseIterable {
  // Moves and constants.
  /// The function's start: defines parameters in their registers.
  case parameters
  /// d ← payload
  case constant
  /// d ← the float whose bits are the payload
  case floatConstant
  /// d ← [address], or d ← extension of rm; variant: X64Access
  case load
  /// [address] ← use; variant: X64Access
  case store
  /// [address] ← imm
  case storeConstant
  /// d ← address
  case loadAddress

  // Integers. Variant: X64Variant.
  /// d ← a + b; flags are lost
  case add
  /// d ← a + imm; flags are lost
  case addConstant
  /// d = a ← a op rm; sets flags
  case arithmetic
  /// d = a ← a op imm; sets flags
  case arithmeticConstant
  /// [address] ← [address] op use, op imm
  case arithmeticToMemory, arithmeticConstantToMemory
  /// Set flags: a − rm, rm − imm, [address] − use
  case compare, compareConstant, compareMemory
  /// Set flags: a & b, rm & imm
  case test, testConstant
  /// Set flags by the byte at address: its difference to imm, to the low byte of a use; byte & imm
  case compareByteConstant, compareByte, testByteConstant
  /// Carry ← bit b of a, bit imm of a
  case bitTest, bitTestConstant
  /// d = a ← a op imm with the carry; op is adc or sbb
  case arithmeticWithCarry
  /// d = z ← condition; z is 0
  case set
  /// d = a ← rm if condition
  case conditionalMove
  /// d = a ← b if condition
  case conditionalMoveFloat
  /// d = a ← a shifted by imm, by the low bits of cl
  case shiftConstant, shiftByCL
  /// d ← rm shifted by b, rotated right by imm
  case shiftBMI, rotateBMI
  /// d ← a shifted left by imm, at most 3
  case scale
  /// d = a ← a · rm; sets overflow
  case multiply
  /// d ← rm · imm; sets overflow
  case multiplyConstant
  /// rdx ← high half of rax · rm
  case multiplyHigh
  /// rax, rdx ← quotient, remainder of rax and rm; variant: X64Division
  case divide
  /// d = a ← −a, ~a
  case negate, complement
  /// d ← rm
  case countLeadingZeros, countTrailingZeros, populationCount

  // Floats. Variant: X64Variant.
  /// d = a ← a op rm
  case floatArithmetic
  /// d ← rm
  case floatSquareRoot, floatRound, floatConvert
  /// Sets flags: a, rm
  case floatCompare
  /// d = a ← minimum or maximum of a and b
  case floatExtreme
  /// d = a ← a with another sign
  case floatAbsolute, floatNegate, copySign
  /// d ← rm
  case integerToFloat
  /// d ← a
  case unsignedToFloat
  case floatToInteger
  case floatBits, integerBits

  // Vectors; VectorForm says which instructions these are. Without AVX d is a where "(= a)" stands. "late": an operand in no register of d.
  /// d ← constant number `auxiliary`
  case vectorConstant
  /// d (= a) ← a op rm, with imm; variant: VectorInstruction
  case vector, vectorImmediate
  /// d ← op rm, with imm; variant: VectorInstruction
  case vectorUnary, vectorUnaryImmediate
  /// d ← a, late b, late c, with a temporary, as many as there are; variant: X64VectorVariant
  case vectorSequence
  /// d = c ← c ± a · b; imm: whether lanes have 64 bits; variant: VectorInstruction
  case vectorMultiplyAdd
  /// d ← lanes of a and late b; the lanes are constant number `auxiliary`
  case vectorShuffle
  /// d ← a shifted by imm, by b with a temporary; variant: X64VectorVariant
  case vectorShiftConstant, vectorShift
  /// Sets flags; variant: X64VectorVariant
  case vectorTest
  /// Sets the carry if all bits of a are ones
  case vectorTestOnes
  /// d ← the lanes' highest bits; a scalar in all lanes; lane imm. Variant: X64VectorVariant
  case vectorMask, vectorSplat, vectorExtract
  /// d (= a) ← a with lane imm replaced by rm; variant: X64VectorVariant
  case vectorReplace
  /// [address] ← lane imm of a; variant: X64VectorVariant
  case vectorStoreLane

  // Atomic. Variant: X64AtomicVariant. d is zero-extended. "late": operands in no register of d, the address's too.
  /// [address] ← use
  case atomicStore
  /// d = a ← [address] ← a; d = a ← [address] ← [address] + a
  case exchange, exchangeAdd
  /// [address] ← [address] op use, op imm
  case locked, lockedConstant
  /// rax ← [address] ← [address] op late use
  case atomicUpdate
  /// rax ← [address] ← late use, if [address] is rax
  case compareExchange
  case fence

  // Control.
  case jump
  /// To successor 0 if the condition holds, else to successor 1.
  case branch
  /// To the successor with number a, or the last if there is none: by comparisons; by a table, with b as a scratch register.
  case switchChain, switchTable
  /// d ← anything
  case scratch
  /// Trap if the condition holds
  case trapIf
  case trap
  case returnValues
  /// rsp ← rsp − payload
  case growStack
  /// Calls of function `auxiliary`: of this module, of another one
  case call, callImport, tailCall, tailCallImport
  /// Of type `auxiliary`, through table `payload`; its element's number is in r10; variant 1: the table is fixed, and the call stays within the instance
  case callIndirect, tailCallIndirect
  /// Of type `auxiliary`, of the reference in rax
  case callReference, tailCallReference
  /// Of helper `auxiliary`
  case callHelper
  /// With a tag's number; arguments are in the outgoing area
  case throwTag
  case throwReference
  /// Behind a call: to successor 0; the others are for the handler table
  case unwindBranch
  case unreachable
  /// rax ← the exception that has arrived, of tag `auxiliary`; the pinned registers are loaded
  case landing
}

/// A row of the table.
struct X64OpcodeRow {
  var name: StaticString
  /// Runs on flags that the instruction before it has set.
  var readsFlags = false
  /// The payload's low half is part of the instruction.
  var hasImmediate = false
  /// Its code is more than an instruction or two.
  var isLong = false
  /// May have an address (in `auxiliary`).
  var hasAddress = false
}

extension X64Opcode {
  @inline(__always) var row: X64OpcodeRow { X64Opcode.rows[Int(rawValue)] }

  nonisolated(unsafe) static let rows: UnsafePointer<X64OpcodeRow> = {
    let table = UnsafeMutablePointer<X64OpcodeRow>.allocate(capacity: X64Opcode.allCases.count)
    for opcode in X64Opcode.allCases { (table + Int(opcode.rawValue)).initialize(to: opcode.makeRow()) }
    return UnsafePointer(table)
  }()

  private func makeRow() -> X64OpcodeRow {
    switch self {
    case .parameters: X64OpcodeRow(name: "parameters")
    case .constant: X64OpcodeRow(name: "const", hasImmediate: true)
    case .floatConstant: X64OpcodeRow(name: "constf", hasImmediate: true)
    case .load: X64OpcodeRow(name: "load", hasAddress: true)
    case .store: X64OpcodeRow(name: "store", hasAddress: true)
    case .storeConstant: X64OpcodeRow(name: "store", hasImmediate: true, hasAddress: true)
    case .loadAddress: X64OpcodeRow(name: "lea", hasAddress: true)
    case .add: X64OpcodeRow(name: "lea_add")
    case .addConstant: X64OpcodeRow(name: "lea_add", hasImmediate: true)
    case .arithmetic: X64OpcodeRow(name: "alu", hasAddress: true)
    case .arithmeticConstant: X64OpcodeRow(name: "alu", hasImmediate: true)
    case .arithmeticToMemory: X64OpcodeRow(name: "alu_to", hasAddress: true)
    case .arithmeticConstantToMemory: X64OpcodeRow(name: "alu_to", hasImmediate: true, hasAddress: true)
    case .compare: X64OpcodeRow(name: "cmp", hasAddress: true)
    case .compareConstant: X64OpcodeRow(name: "cmp", hasImmediate: true, hasAddress: true)
    case .compareMemory: X64OpcodeRow(name: "cmp_mem", hasAddress: true)
    case .test: X64OpcodeRow(name: "test", hasAddress: true)
    case .testConstant: X64OpcodeRow(name: "test", hasImmediate: true, hasAddress: true)
    case .compareByteConstant: X64OpcodeRow(name: "cmp_byte", hasImmediate: true, hasAddress: true)
    case .compareByte: X64OpcodeRow(name: "cmp_byte", hasAddress: true)
    case .testByteConstant: X64OpcodeRow(name: "test_byte", hasImmediate: true, hasAddress: true)
    case .bitTest: X64OpcodeRow(name: "bt")
    case .bitTestConstant: X64OpcodeRow(name: "bt", hasImmediate: true)
    case .arithmeticWithCarry: X64OpcodeRow(name: "alu", readsFlags: true, hasImmediate: true)
    case .set: X64OpcodeRow(name: "set", readsFlags: true)
    case .conditionalMove: X64OpcodeRow(name: "cmov", readsFlags: true, hasAddress: true)
    case .conditionalMoveFloat: X64OpcodeRow(name: "cmovf", readsFlags: true)
    case .shiftConstant: X64OpcodeRow(name: "shift", hasImmediate: true)
    case .shiftByCL: X64OpcodeRow(name: "shift_cl")
    case .shiftBMI: X64OpcodeRow(name: "shiftx", hasAddress: true)
    case .rotateBMI: X64OpcodeRow(name: "rorx", hasImmediate: true, hasAddress: true)
    case .scale: X64OpcodeRow(name: "scale", hasImmediate: true)
    case .multiply: X64OpcodeRow(name: "imul", hasAddress: true)
    case .multiplyConstant: X64OpcodeRow(name: "imul", hasImmediate: true, hasAddress: true)
    case .multiplyHigh: X64OpcodeRow(name: "mul_high", hasAddress: true)
    case .divide: X64OpcodeRow(name: "div", isLong: true)
    case .negate: X64OpcodeRow(name: "neg")
    case .complement: X64OpcodeRow(name: "not")
    case .countLeadingZeros: X64OpcodeRow(name: "lzcnt", hasAddress: true)
    case .countTrailingZeros: X64OpcodeRow(name: "tzcnt", hasAddress: true)
    case .populationCount: X64OpcodeRow(name: "popcnt", hasAddress: true)
    case .floatArithmetic: X64OpcodeRow(name: "aluf", hasAddress: true)
    case .floatSquareRoot: X64OpcodeRow(name: "sqrt", hasAddress: true)
    case .floatRound: X64OpcodeRow(name: "round", hasAddress: true)
    case .floatConvert: X64OpcodeRow(name: "cvt", hasAddress: true)
    case .floatCompare: X64OpcodeRow(name: "ucomi", hasAddress: true)
    case .floatExtreme: X64OpcodeRow(name: "extreme", isLong: true)
    case .floatAbsolute: X64OpcodeRow(name: "abs")
    case .floatNegate: X64OpcodeRow(name: "negf")
    case .copySign: X64OpcodeRow(name: "copysign", isLong: true)
    case .integerToFloat: X64OpcodeRow(name: "cvtsi", hasAddress: true)
    case .unsignedToFloat: X64OpcodeRow(name: "cvtui", isLong: true)
    case .floatToInteger: X64OpcodeRow(name: "cvtt", isLong: true)
    case .floatBits: X64OpcodeRow(name: "bits_of_float")
    case .integerBits: X64OpcodeRow(name: "float_of_bits")
    case .vectorConstant: X64OpcodeRow(name: "constv")
    case .vector: X64OpcodeRow(name: "v", hasAddress: true)
    case .vectorImmediate: X64OpcodeRow(name: "v", hasImmediate: true, hasAddress: true)
    case .vectorUnary: X64OpcodeRow(name: "v", hasAddress: true)
    case .vectorUnaryImmediate: X64OpcodeRow(name: "v", hasImmediate: true, hasAddress: true)
    case .vectorSequence: X64OpcodeRow(name: "sequence", isLong: true)
    case .vectorMultiplyAdd: X64OpcodeRow(name: "v", hasImmediate: true)
    case .vectorShuffle: X64OpcodeRow(name: "shuffle", isLong: true)
    case .vectorShiftConstant: X64OpcodeRow(name: "shiftv", hasImmediate: true, isLong: true)
    case .vectorShift: X64OpcodeRow(name: "shiftv", isLong: true)
    case .vectorTest: X64OpcodeRow(name: "testv", isLong: true)
    case .vectorTestOnes: X64OpcodeRow(name: "testones")
    case .vectorMask: X64OpcodeRow(name: "mask", isLong: true)
    case .vectorSplat: X64OpcodeRow(name: "splat")
    case .vectorExtract: X64OpcodeRow(name: "extract", hasImmediate: true)
    case .vectorReplace: X64OpcodeRow(name: "replace", hasImmediate: true, hasAddress: true)
    case .vectorStoreLane: X64OpcodeRow(name: "store_lane", hasImmediate: true, hasAddress: true)
    case .atomicStore: X64OpcodeRow(name: "atomic_store", hasAddress: true)
    case .exchange: X64OpcodeRow(name: "xchg", hasAddress: true)
    case .exchangeAdd: X64OpcodeRow(name: "xadd", hasAddress: true)
    case .locked: X64OpcodeRow(name: "lock", hasAddress: true)
    case .lockedConstant: X64OpcodeRow(name: "lock", hasImmediate: true, hasAddress: true)
    case .atomicUpdate: X64OpcodeRow(name: "atomic", isLong: true, hasAddress: true)
    case .compareExchange: X64OpcodeRow(name: "cmpxchg", isLong: true, hasAddress: true)
    case .fence: X64OpcodeRow(name: "fence")
    case .jump: X64OpcodeRow(name: "jmp")
    case .branch: X64OpcodeRow(name: "j", readsFlags: true)
    case .switchChain: X64OpcodeRow(name: "switch_chain", isLong: true)
    case .switchTable: X64OpcodeRow(name: "switch_table", isLong: true)
    case .scratch: X64OpcodeRow(name: "scratch")
    case .trapIf: X64OpcodeRow(name: "trap_if", readsFlags: true)
    case .trap: X64OpcodeRow(name: "trap")
    case .returnValues: X64OpcodeRow(name: "ret", isLong: true)
    case .growStack: X64OpcodeRow(name: "grow_stack", hasImmediate: true)
    case .call: X64OpcodeRow(name: "call", isLong: true)
    case .callImport: X64OpcodeRow(name: "call_import", isLong: true)
    case .tailCall: X64OpcodeRow(name: "tail_call", isLong: true)
    case .tailCallImport: X64OpcodeRow(name: "tail_call_import", isLong: true)
    case .callIndirect: X64OpcodeRow(name: "call_indirect", isLong: true)
    case .tailCallIndirect: X64OpcodeRow(name: "tail_call_indirect", isLong: true)
    case .callReference: X64OpcodeRow(name: "call_ref", isLong: true)
    case .tailCallReference: X64OpcodeRow(name: "tail_call_ref", isLong: true)
    case .callHelper: X64OpcodeRow(name: "call_helper", isLong: true)
    case .throwTag: X64OpcodeRow(name: "throw", isLong: true)
    case .throwReference: X64OpcodeRow(name: "throw_ref", isLong: true)
    case .unwindBranch: X64OpcodeRow(name: "unwind")
    case .unreachable: X64OpcodeRow(name: "unreachable")
    case .landing: X64OpcodeRow(name: "landing", isLong: true)
    }
  }
}
