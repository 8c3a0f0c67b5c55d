// Constant expressions: initial values of globals, offsets and elements of segments. Small, so they are kept decoded.

/// An instruction that may stand in a constant expression.
public enum ConstInstruction: Equatable, Sendable {
  case i32Const(Int32)
  case i64Const(Int64)
  /// The bits of the constant.
  case f32Const(UInt32)
  case f64Const(UInt64)
  case v128Const(V128)
  case globalGet(UInt32)
  case refNull(ValueType)
  case refFunc(UInt32)
  /// `i32.add`, `i32.sub`, `i32.mul` and their 64-bit counterparts (extended constant expressions).
  case arithmetic(Opcode)
}

/// A constant expression without its `end`.
public struct ConstExpression: Equatable, Sendable {
  // Nearly all expressions are one instruction, and a module may have a segment for each of its constants: an array for each would be most of the time of reading it.
  private var first: ConstInstruction?
  private var others: [ConstInstruction]
  /// Where the expression starts in the module's bytes; 0 when it was not read from bytes.
  public var offset: Int

  public init(_ instructions: [ConstInstruction], offset: Int = 0) {
    first = instructions.first
    others = Array(instructions.dropFirst())
    self.offset = offset
  }

  public init(_ instruction: ConstInstruction, offset: Int = 0) {
    first = instruction
    others = []
    self.offset = offset
  }

  public var instructions: [ConstInstruction] { first.map { [$0] + others } ?? [] }

  /// The instruction, if it is one alone.
  public var single: ConstInstruction? { others.isEmpty ? first : nil }

  public static func i32(_ value: Int32) -> ConstExpression { ConstExpression(.i32Const(value)) }
  public static func i64(_ value: Int64) -> ConstExpression { ConstExpression(.i64Const(value)) }
  public static func f32(_ value: Float) -> ConstExpression { ConstExpression(.f32Const(value.bitPattern)) }
  public static func f64(_ value: Double) -> ConstExpression { ConstExpression(.f64Const(value.bitPattern)) }
  public static func v128(_ value: V128) -> ConstExpression { ConstExpression(.v128Const(value)) }
  public static func global(_ index: UInt32) -> ConstExpression { ConstExpression(.globalGet(index)) }
  public static func null(_ type: ValueType) -> ConstExpression { ConstExpression(.refNull(type)) }
  /// The integer, an i32 without sign, if it is nothing but a constant.
  public var integerConstant: Int64? {
    switch single {
    case .i32Const(let value): return Int64(UInt32(bitPattern: value))
    case .i64Const(let value): return value
    default: return nil
    }
  }
  /// The function, if it is nothing but a reference to one.
  public var function: UInt32? { if case .refFunc(let index) = single { index } else { nil } }

  public static func function(_ index: UInt32) -> ConstExpression { ConstExpression(.refFunc(index)) }
}
