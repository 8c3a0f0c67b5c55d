// Making new instructions out of old ones, for passes that rewrite expressions in place.

extension Graph {
  /// Makes an instruction into another operation with these arguments; index, immediate and type stay.
  @inline(__always)
  func become(_ value: Value, _ operation: Operation, _ a: Value = .none, _ b: Value = .none, _ c: Value = .none) {
    let instruction = at(value)
    instruction.pointee.operation = operation
    instruction.pointee.a = a
    instruction.pointee.b = b
    instruction.pointee.c = c
    instruction.pointee.isSafe = false
  }

  /// Makes an instruction into a constant of its type; `bits` is cut to its width.
  func become(_ value: Value, constant bits: UInt64) {
    become(value, .constant)
    at(value).pointee.index = 0
    at(value).pointee.immediate = Int64(bitPattern: at(value).pointee.type.bits == 32 ? bits & 0xFFFF_FFFF : bits)
  }

  /// An integer constant before another instruction; `bits` is cut to its width.
  mutating func constant(_ type: ValueKind, _ bits: UInt64, before other: Value) -> Value {
    let immediate = Int64(bitPattern: type.bits == 32 ? bits & 0xFFFF_FFFF : bits)
    return insert(Instruction(.constant, type, index: 0, immediate: immediate), before: other)
  }

  /// An operation before another instruction, from whose operator it comes.
  mutating func insert(
    _ operation: Operation, _ type: ValueKind, _ a: Value, _ b: Value = .none, _ c: Value = .none, before other: Value
  ) -> Value {
    var instruction = Instruction(operation, type, a, b, c)
    instruction.wasmOffset = at(other).pointee.wasmOffset
    return insert(instruction, before: other)
  }
}
