// Validation alone: the walk with nobody listening.

import CompilerInterface
import WasmFormat

struct ValidationSink: OperatorSink, ~Copyable {
  var isFull: Bool { @inline(__always) get { false } }
  @inline(__always) mutating func position(_ start: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>) {}
  @inline(__always) mutating func unary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType) {}
  @inline(__always) mutating func binary(_ operation: NumericOperation, _ source: MachineType, _ result: MachineType) {}
  @inline(__always) mutating func constant(type: MachineType, bits: Int64) {}
  @inline(__always) mutating func vectorConstant(_ value: V128) {}
  @inline(__always) mutating func vector(_ operation: VectorOperation, _ shape: LaneShape, lanes: V128) {}
  @inline(__always) mutating func accessLane(_ opcode: Opcode, lane: UInt8, memory: Int, offset: UInt64) {}
  @inline(__always) mutating func load(_ opcode: Opcode, memory: Int, offset: UInt64) {}
  @inline(__always) mutating func store(_ opcode: Opcode, memory: Int, offset: UInt64) {}
  @inline(__always) mutating func atomic(_ row: UnsafePointer<OpcodeRow>, memory: Int, offset: UInt64) {}
  @inline(__always) mutating func atomicFence() {}
  @inline(__always) mutating func localGet(_ index: Int) {}
  @inline(__always) mutating func localSet(_ index: Int) {}
  @inline(__always) mutating func localTee(_ index: Int) {}
  @inline(__always) mutating func globalGet(_ index: Int) {}
  @inline(__always) mutating func globalSet(_ index: Int) {}
  @inline(__always) mutating func drop() {}
  @inline(__always) mutating func select() {}
  @inline(__always) mutating func enter(_ kind: ControlKind, parameters: TypeRange, results: TypeRange) {}
  @inline(__always) mutating func otherwise(falls: Bool) {}
  @inline(__always) mutating func end(_ kind: ControlKind, falls: Bool) -> Bool { true }
  @inline(__always) mutating func unreachable() {}
  @inline(__always) mutating func branch(target: Int) {}
  @inline(__always) mutating func branchIf(target: Int) {}
  @inline(__always) mutating func branchTable(targets: UnsafePointer<Int32>, count: Int) {}
  @inline(__always) mutating func returnOperator() {}
  @inline(__always) mutating func call(function: Int, isTail: Bool) {}
  @inline(__always) mutating func callIndirect(type: Int, table: Int, isTail: Bool) {}
  @inline(__always) mutating func callReference(type: Int, isNullable: Bool, isTail: Bool) {}
  @inline(__always) mutating func branchOnNull(target: Int) {}
  @inline(__always) mutating func branchOnNonNull(target: Int) {}
  @inline(__always) mutating func refNull() {}
  @inline(__always) mutating func refIsNull() {}
  @inline(__always) mutating func refAsNonNull() {}
  @inline(__always) mutating func refFunc(_ index: Int) {}
  @inline(__always) mutating func tableGet(_ table: Int) {}
  @inline(__always) mutating func tableSet(_ table: Int) {}
  @inline(__always) mutating func tableSize(_ table: Int) {}
  @inline(__always) mutating func memorySize(_ memory: Int) {}
  @inline(__always) mutating func runtimeOperator(_ opcode: Opcode, first: Int, second: Int) {}
  @inline(__always) mutating func wide(_ opcode: Opcode) {}
  @inline(__always) mutating func catches(_ clauses: UnsafePointer<CatchClause>, count: Int) {}
  @inline(__always) mutating func throwTag(_ tag: Int) {}
  @inline(__always) mutating func throwReference() {}
}
