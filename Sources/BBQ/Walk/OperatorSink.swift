// What the walk over a function body reports to: nothing (validation alone), the collector of facts that precedes code generation,
// or an instruction set's emitter. The walk has already checked the operator; it reports reachable operators only, and
// of control structures those that were entered reachably. `target` is the index of a control structure, outermost (the
// function itself) = 0.

import CompilerInterface
import WasmFormat

enum ControlKind: UInt8 {
  case function, block, loop, `if`, `else`, tryTable
}

/// A catch clause of `try_table`.
struct CatchClause {
  /// A sum of `CatchKind`'s bits.
  var kind: UInt8
  var tag: Int32
  /// The index of the control structure that it branches to.
  var target: Int32
}

protocol OperatorSink: ~Copyable {
  /// What has been made of the function is more than it may be: nothing further is reported.
  var isFull: Bool { get }

  /// Called before every other report: where the operator starts and where the next one does.
  mutating func position(_ start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>)

  /// Numeric operators with one or two operands. `source`: the first operand's type.
  mutating func unary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType)
  mutating func binary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType)
  /// `bits`: i32 zero-extended, floats as their bits.
  mutating func constant(type: MachineType, bits: Int64)
  mutating func vectorConstant(_ value: V128)
  /// `lanes`: the immediate; a single lane is in the lowest byte.
  mutating func vector(_ operation: VectorOperation, _ shape: LaneShape, lanes: V128)
  /// A load or store of one lane.
  mutating func accessLane(_ opcode: Opcode, lane: UInt8, memory: Int, offset: UInt64)
  mutating func load(_ opcode: Opcode, memory: Int, offset: UInt64)
  mutating func store(_ opcode: Opcode, memory: Int, offset: UInt64)
  mutating func atomic(_ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64)
  mutating func atomicFence()
  mutating func localGet(_ index: Int)
  mutating func localSet(_ index: Int)
  mutating func localTee(_ index: Int)
  mutating func globalGet(_ index: Int)
  mutating func globalSet(_ index: Int)
  mutating func drop()
  mutating func select()

  mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange)
  /// `falls`: whether control reaches this point from above.
  mutating func otherwise(falls: Bool)
  /// Returns whether control can reach the code after the end.
  mutating func end(_ kind: ControlKind, falls: Bool) -> Bool
  mutating func unreachable()
  mutating func branch(target: Int)
  mutating func branchIf(target: Int)
  /// `targets[count]` is the default.
  mutating func branchTable(targets: UnsafePointer<Int32>, count: Int)
  mutating func returnOperator()
  mutating func call(function: Int, isTail: Bool)
  mutating func callIndirect(type: Int, table: Int, isTail: Bool)
  /// Of the reference on top; null, if it may be that, traps.
  mutating func callReference(type: Int, isNullable: Bool, isTail: Bool)
  /// Without the reference if it branches; otherwise the reference stays.
  mutating func branchOnNull(target: Int)
  /// With the reference if it branches; otherwise that goes.
  mutating func branchOnNonNull(target: Int)

  mutating func refNull()
  mutating func refIsNull()
  mutating func refAsNonNull()
  mutating func refFunc(_ index: Int)
  mutating func tableGet(_ table: Int)
  mutating func tableSet(_ table: Int)
  mutating func tableSize(_ table: Int)
  mutating func memorySize(_ memory: Int)
  /// Operators that call the engine: `first` and `second` are the immediates in binary order.
  mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int)

  /// 128-bit arithmetic.
  mutating func wide(_ opcode: Opcode)
  /// Called right after `enter(.tryTable)`.
  mutating func catches(_ clauses: UnsafePointer<CatchClause>, count: Int)
  mutating func throwTag(_ tag: Int)
  mutating func throwReference()
}
