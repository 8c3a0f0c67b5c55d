// The operations of the optimizing tier's IR, and the one table of facts about them that builder, passes, lowering, verifier and printer read.
//
// Operations are generic in their type where the machine is: the instruction's `type` tells i32 from i64. Comparisons have type i32, their
// operands' type is that of their first argument. `index` and `immediate` are fields of the instruction (Instruction.swift).

enum Operation: UInt8, CaseIterable {
  // Values without arguments.
  /// `immediate` holds the bits; i32 zero-extended, floats as their bits. Of vectors: see `Instruction.vector`.
  case constant
  /// The function's argument number `index`.
  case parameter
  /// Entry in the middle: the 8-byte word, or a vector's two, at `immediate` from the frame pointer, in the baseline tier's frame.
  case frameWord
  /// One input for each predecessor of the block, in their order. Phis come first in their blocks.
  case phi
  /// Another name for `a`; removed between passes.
  case identity

  // Integer arithmetic, modulo 2^n. Division by zero traps, and so does overflow of `divideSigned`.
  case add, subtract, multiply
  case divideSigned, divideUnsigned, remainderSigned, remainderUnsigned
  /// The high half of the product of two i64.
  case multiplyHighSigned, multiplyHighUnsigned
  case and, or, xor
  /// Counts are taken modulo the number of bits.
  case shiftLeft, shiftRightSigned, shiftRightUnsigned, rotateLeft, rotateRight
  case countLeadingZeros, countTrailingZeros, populationCount
  /// From the low 8, 16 or 32 bits.
  case signExtend8, signExtend16, signExtend32

  // Comparisons of integers and floats: 0 or 1.
  case equal, notEqual
  case lessSigned, lessUnsigned, greaterSigned, greaterUnsigned
  case lessEqualSigned, lessEqualUnsigned, greaterEqualSigned, greaterEqualUnsigned
  case floatEqual, floatNotEqual, floatLess, floatGreater, floatLessEqual, floatGreaterEqual
  /// Whether the addition or subtraction of two signed integers overflows: 0 or 1.
  case addOverflows, subtractOverflows, multiplyOverflows

  // Floats.
  case floatAdd, floatSubtract, floatMultiply, floatDivide, floatMinimum, floatMaximum, copySign
  case floatAbsolute, floatNegate, squareRoot, ceiling, floor, truncate, nearest

  // Conversions; the source's type is the argument's.
  case wrap, extendSigned, extendUnsigned
  case convertSigned, convertUnsigned
  /// Traps when the value does not fit.
  case floatToSigned, floatToUnsigned
  case floatToSignedSaturating, floatToUnsignedSaturating
  case promote, demote
  /// The same bits as a value of the other class.
  case reinterpret

  // Vectors: operations with one, two and three arguments, those of two that commute, and shuffles. `index` says which (VectorCode); the lanes of a
  // shuffle are its `vector`.
  case vectorUnary, vectorBinary, vectorCommuting, vectorTernary, vectorShuffle

  /// `a` if `c` is not 0, else `b`.
  case select

  // Memory `index`, at address `a` + `immediate`. Only accesses of guarded memories trap by themselves; of others, boundsCheck does.
  case load
  /// Of `b`.
  case store
  /// Traps unless address `a` + `immediate` (the offset after the last byte) is within memory `index`.
  case boundsCheck
  // The same as accesses, which are atomic and sequentially consistent: no access of memory moves over them. Checks of bounds and alignment come before them.
  case atomicLoad
  /// Of `b`.
  case atomicStore
  /// What was there is their value; they store what they compute of that and `b`: `b` itself, or, of the last, `c` if it is `b`.
  case atomicAdd, atomicAnd, atomicOr, atomicXor, atomicExchange, atomicCompareExchange
  /// No access of memory moves over it.
  case atomicFence
  /// Traps unless address `a` + `immediate` is a multiple of `index`.
  case alignmentCheck
  /// In pages.
  case memorySize

  // Fuel, of modules whose code takes it.
  /// Takes a unit of the store's fuel; traps if there is none.
  case takeFuel
  /// The store's fuel, before a loop that takes it from a register.
  case fuelGet
  /// `a` − 1; traps if `a` is 0.
  case spendFuel
  /// Makes `a` the store's fuel again.
  case fuelSet

  // Globals and tables, number `index`.
  case globalGet, globalSet
  case tableGet, tableSet, tableSize
  /// Element `a` for a call; traps as the call does if there is none.
  case calledElement
  /// The reference to function `index`.
  case functionReference

  // Calls; arguments are in a list. Further results are `result` values.
  /// Of function `index`.
  case call
  /// The function that element `arguments[0]` of table `immediate` refers to, of type `index`; the call's arguments follow.
  case callIndirect
  /// The function that `arguments[0]` refers to, of type `index`; null traps. The call's arguments follow.
  case callReference
  /// Result number `index` (from 1) of call `a`. Follows the call at once.
  case result
  /// A runtime helper, number `index`, with the instance context before the listed arguments. A helper with a status traps: `immediate` is the
  /// TrapReason, or −1 for none.
  case callHelper
  /// Throws an exception of tag `index` with the listed arguments: a call that does not return.
  case throwTag
  /// Throws the exception `a`; null traps.
  case throwReference
  /// Where an exception of tag `index` (or any: `anyTag`) arrives: first in its block, to which an `unwindBranch` leads. The value is the reference
  /// to it.
  case landing
  /// Value number `index` of exception `a`, which has so many. `immediate`: how many vectors, each with a second word, come before it.
  case exceptionValue

  // Ends of blocks. Successors are the block's.
  case jump
  /// To successor 0 if `a` is not 0, else to successor 1.
  case branch
  /// To successor number `a`, or the last one if there is none.
  case switchBranch
  /// With the listed results.
  case returnValues
  /// `immediate` is the TrapReason.
  case trap
  /// As call, callIndirect and callReference.
  case tailCall, tailCallIndirect, tailCallReference
  /// After a call or throw, and its results: to successor 0; an exception that comes out of it arrives at the first of the others whose `landing`
  /// takes it. Between the two stands nothing.
  case unwindBranch
  /// After what does not return.
  case unreachable

  /// In place of a tag's number.
  static var anyTag: UInt32 { .max }
}

/// What an instruction does besides defining its value.
struct Effects: OptionSet {
  let rawValue: UInt8
  static let readsMemory = Effects(rawValue: 1)
  static let writesMemory = Effects(rawValue: 2)
  /// Globals, tables, sizes.
  static let readsState = Effects(rawValue: 4)
  static let writesState = Effects(rawValue: 8)
  static let traps = Effects(rawValue: 16)
  /// Ends a block.
  static let leaves = Effects(rawValue: 32)
  /// What other threads have done to memory may be seen, and may see what was done here.
  static let atomic: Effects = [.readsMemory, .writesMemory, .traps]
  /// Anything may happen.
  static let calls: Effects = [.readsMemory, .writesMemory, .readsState, .writesState, .traps]
}

/// A row of the table.
struct OperationRow {
  var name: StaticString
  /// Number of arguments in `a`, `b`, `c`; −1: they are in a list.
  var argumentCount: Int8
  var effects: Effects
  /// `a` and `b` may change places.
  var commutes: Bool
}

extension Operation {
  // The columns of the table. Each is a function of its own, which the compiler makes a constant table of: a table in a global variable would be
  // asked at each access whether it is there already.
  @inline(never) var argumentCount: Int8 { row.argumentCount }
  @inline(never) var effects: Effects { row.effects }
  @inline(never) var commutes: Bool { row.commutes }
  @inline(never) var name: StaticString { row.name }

  /// Depends on its arguments alone: equal ones have equal values, anywhere. (Division is not: it traps.)
  @inline(__always) var isPure: Bool { effects.isEmpty && self != .phi && self != .parameter && self != .frameWord && self != .result }
  @inline(__always) var isAtomicAccess: Bool { rawValue >= Operation.atomicLoad.rawValue && rawValue <= Operation.atomicCompareExchange.rawValue }
  @inline(__always) var isTerminator: Bool { effects.contains(.leaves) }
  /// An exception may come out of it.
  @inline(__always) var mayThrow: Bool {
    self == .call || self == .callIndirect || self == .callReference || self == .throwTag || self == .throwReference
  }

  /// The facts about this operation.
  @inline(__always)
  private var row: OperationRow {
    @inline(__always)
    func row(_ name: StaticString, _ count: Int8, _ effects: Effects = [], commutes: Bool = false) -> OperationRow {
      OperationRow(name: name, argumentCount: count, effects: effects, commutes: commutes)
    }
    return switch self {
    case .constant: row("constant", 0)
    case .parameter: row("parameter", 0)
    case .frameWord: row("frame_word", 0)
    case .phi: row("phi", -1)
    case .identity: row("identity", 1)

    case .add: row("add", 2, commutes: true)
    case .subtract: row("sub", 2)
    case .multiply: row("mul", 2, commutes: true)
    case .divideSigned: row("div_s", 2, .traps)
    case .divideUnsigned: row("div_u", 2, .traps)
    case .remainderSigned: row("rem_s", 2, .traps)
    case .remainderUnsigned: row("rem_u", 2, .traps)
    case .multiplyHighSigned: row("mulhigh_s", 2, commutes: true)
    case .multiplyHighUnsigned: row("mulhigh_u", 2, commutes: true)
    case .and: row("and", 2, commutes: true)
    case .or: row("or", 2, commutes: true)
    case .xor: row("xor", 2, commutes: true)
    case .shiftLeft: row("shl", 2)
    case .shiftRightSigned: row("shr_s", 2)
    case .shiftRightUnsigned: row("shr_u", 2)
    case .rotateLeft: row("rotl", 2)
    case .rotateRight: row("rotr", 2)
    case .countLeadingZeros: row("clz", 1)
    case .countTrailingZeros: row("ctz", 1)
    case .populationCount: row("popcnt", 1)
    case .signExtend8: row("extend8_s", 1)
    case .signExtend16: row("extend16_s", 1)
    case .signExtend32: row("extend32_s", 1)

    case .equal: row("eq", 2, commutes: true)
    case .notEqual: row("ne", 2, commutes: true)
    case .lessSigned: row("lt_s", 2)
    case .lessUnsigned: row("lt_u", 2)
    case .greaterSigned: row("gt_s", 2)
    case .greaterUnsigned: row("gt_u", 2)
    case .lessEqualSigned: row("le_s", 2)
    case .lessEqualUnsigned: row("le_u", 2)
    case .greaterEqualSigned: row("ge_s", 2)
    case .greaterEqualUnsigned: row("ge_u", 2)
    case .floatEqual: row("feq", 2, commutes: true)
    case .floatNotEqual: row("fne", 2, commutes: true)
    case .floatLess: row("flt", 2)
    case .floatGreater: row("fgt", 2)
    case .floatLessEqual: row("fle", 2)
    case .floatGreaterEqual: row("fge", 2)
    case .addOverflows: row("add_overflows", 2, commutes: true)
    case .subtractOverflows: row("sub_overflows", 2)
    case .multiplyOverflows: row("mul_overflows", 2, commutes: true)

    case .floatAdd: row("fadd", 2)
    case .floatSubtract: row("fsub", 2)
    case .floatMultiply: row("fmul", 2)
    case .floatDivide: row("fdiv", 2)
    case .floatMinimum: row("fmin", 2)
    case .floatMaximum: row("fmax", 2)
    case .copySign: row("copysign", 2)
    case .floatAbsolute: row("fabs", 1)
    case .floatNegate: row("fneg", 1)
    case .squareRoot: row("sqrt", 1)
    case .ceiling: row("ceil", 1)
    case .floor: row("floor", 1)
    case .truncate: row("trunc", 1)
    case .nearest: row("nearest", 1)

    case .wrap: row("wrap", 1)
    case .extendSigned: row("extend_s", 1)
    case .extendUnsigned: row("extend_u", 1)
    case .convertSigned: row("convert_s", 1)
    case .convertUnsigned: row("convert_u", 1)
    case .floatToSigned: row("to_s", 1, .traps)
    case .floatToUnsigned: row("to_u", 1, .traps)
    case .floatToSignedSaturating: row("to_s_sat", 1)
    case .floatToUnsignedSaturating: row("to_u_sat", 1)
    case .promote: row("promote", 1)
    case .demote: row("demote", 1)
    case .reinterpret: row("reinterpret", 1)
    case .vectorUnary: row("vector1", 1)
    case .vectorBinary: row("vector2", 2)
    case .vectorCommuting: row("vector2c", 2, commutes: true)
    case .vectorTernary: row("vector3", 3)
    case .vectorShuffle: row("shuffle", 2)
    case .select: row("select", 3)

    case .load: row("load", 1, [.readsMemory, .traps])
    case .store: row("store", 2, [.writesMemory, .traps])
    case .boundsCheck: row("bounds_check", 1, [.readsState, .traps])
    case .atomicLoad: row("atomic_load", 1, .atomic)
    case .atomicStore: row("atomic_store", 2, .atomic)
    case .atomicAdd: row("atomic_add", 2, .atomic)
    case .atomicAnd: row("atomic_and", 2, .atomic)
    case .atomicOr: row("atomic_or", 2, .atomic)
    case .atomicXor: row("atomic_xor", 2, .atomic)
    case .atomicExchange: row("atomic_exchange", 2, .atomic)
    case .atomicCompareExchange: row("atomic_compare_exchange", 3, .atomic)
    case .atomicFence: row("atomic_fence", 0, [.readsMemory, .writesMemory])
    case .alignmentCheck: row("alignment_check", 1, .traps)
    case .memorySize: row("memory_size", 0, .readsState)
    case .takeFuel: row("take_fuel", 0, .traps)
    case .fuelGet: row("fuel_get", 0, .readsState)
    case .spendFuel: row("spend_fuel", 1, .traps)
    case .fuelSet: row("fuel_set", 1, .writesState)
    case .globalGet: row("global_get", 0, .readsState)
    case .globalSet: row("global_set", 1, .writesState)
    case .tableGet: row("table_get", 1, [.readsState, .traps])
    case .calledElement: row("called_element", 1, [.readsState, .traps])
    case .tableSet: row("table_set", 2, [.writesState, .traps])
    case .tableSize: row("table_size", 0, .readsState)
    case .functionReference: row("function_reference", 0)

    case .call: row("call", -1, .calls)
    case .callIndirect: row("call_indirect", -1, .calls)
    case .callReference: row("call_ref", -1, .calls)
    case .result: row("result", 1)
    case .callHelper: row("call_helper", -1, .calls)
    case .throwTag: row("throw", -1, .calls)
    case .throwReference: row("throw_ref", 1, .calls)
    case .landing: row("landing", 0, .calls)
    case .exceptionValue: row("exception_value", 1)

    case .jump: row("jump", 0, .leaves)
    case .branch: row("branch", 1, .leaves)
    case .switchBranch: row("switch", 1, .leaves)
    case .returnValues: row("return", -1, .leaves)
    case .trap: row("trap", 0, [.leaves, .traps])
    case .tailCall: row("tail_call", -1, [.leaves, .calls])
    case .tailCallIndirect: row("tail_call_indirect", -1, [.leaves, .calls])
    case .tailCallReference: row("tail_call_ref", -1, [.leaves, .calls])
    case .unwindBranch: row("unwind", 0, .leaves)
    case .unreachable: row("unreachable", 0, .leaves)
    }
  }
}
