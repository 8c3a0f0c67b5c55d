// The shape of a row of the opcode table.

/// Kinds of operators that are alike for who reads code.
public enum OpcodeFamily: Equatable, Sendable {
  /// One or two operands of fixed types, one result, no immediates.
  case numeric(NumericOperation)
  /// Operands of fixed types, one result; the immediates, if there are any, are lanes.
  case vector(VectorOperation, LaneShape)
  /// Accesses of a memory, whose immediates are a `MemoryArgument`.
  case load, store
  /// The same, of prefix 0xFE.
  case atomic(AtomicOperation)
  /// Each for itself.
  case other
}

/// What is known about one opcode.
public struct OpcodeRow: Sendable {
  public let opcode: Opcode
  /// Whether the code has a meaning at all.
  public let exists: Bool
  public let immediates: OpcodeImmediates
  /// What a numeric operator computes; nil for all others. `evaluate` does it.
  public let operation: NumericOperation?
  /// What an operator on vectors computes, and the shape of its result's lanes, or its operand's if that is no vector.
  public let vectorOperation: VectorOperation?
  public let shape: LaneShape
  /// What an atomic operator does; nil for all others.
  public let atomicOperation: AtomicOperation?
  public let operandCount: UInt8
  /// The fixed operand types, deepest first; only the first `operandCount` mean anything.
  public let operand0: ValueType
  public let operand1: ValueType
  public let operand2: ValueType
  /// Whether an opcode with fixed types has a result, and its type.
  public let hasResult: Bool
  public let result: ValueType
  /// log2 of the natural alignment of a memory access, which is also log2 of the number of bytes accessed.
  public let alignment: UInt8
  /// The proposal that brought the opcode; empty for 1.0.
  public let needs: Features
  /// The name in the text format.
  public let name: StaticString

  // Not inlined in the hundreds of rows: that is slow to compile, larger, and no faster.
  @inline(never)
  init(
    _ opcode: Opcode, _ name: StaticString, _ immediates: OpcodeImmediates = .none, types: StaticString? = nil,
    _ operation: NumericOperation? = nil, vector vectorOperation: VectorOperation? = nil, _ shape: LaneShape = .i8x16,
    atomic atomicOperation: AtomicOperation? = nil, alignment: UInt8 = 0, needs: Features = .mvp
  ) {
    self.opcode = opcode
    self.name = name
    self.immediates = immediates
    self.operation = operation
    self.vectorOperation = vectorOperation
    self.shape = shape
    self.atomicOperation = atomicOperation
    self.alignment = alignment
    self.needs = needs
    exists = true
    var operands: (ValueType, ValueType, ValueType) = (.i32, .i32, .i32)
    var count: UInt8 = 0
    var inResults = false
    var hasResult = false
    var result = ValueType.i32
    if let types {
      for position in 0..<types.utf8CodeUnitCount {
        let letter = types.utf8Start[position]
        if letter == 0x3A {
          inResults = true
          continue
        }
        let type: ValueType =
          switch letter {
          case 0x69: .i32
          case 0x49: .i64
          case 0x66: .f32
          case 0x76: .v128
          default: .f64
          }
        if inResults {
          hasResult = true
          result = type
        } else {
          switch count {
          case 0: operands.0 = type
          case 1: operands.1 = type
          default: operands.2 = type
          }
          count += 1
        }
      }
    }
    operandCount = count
    (operand0, operand1, operand2) = operands
    self.hasResult = hasResult
    self.result = result
  }

  /// The row of a code without meaning.
  init(nonexistent: Void) {
    opcode = .unreachable
    name = "?"
    immediates = .none
    operation = nil
    vectorOperation = nil
    shape = .i8x16
    atomicOperation = nil
    alignment = 0
    needs = .mvp
    exists = false
    operandCount = 0
    (operand0, operand1, operand2) = (.i32, .i32, .i32)
    hasResult = false
    result = .i32
  }

  /// The kind of operator.
  public var family: OpcodeFamily {
    if let operation { return .numeric(operation) }
    if let vectorOperation { return .vector(vectorOperation, shape) }
    if let atomicOperation { return .atomic(atomicOperation) }
    if immediates == .memoryArgument { return hasResult ? .load : .store }
    return .other
  }
}
