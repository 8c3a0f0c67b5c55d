// Modules about one numeric operator each: every pair of interesting numbers as its operands, which come from wherever operands can be, and a result that
// is returned or branched on. Nothing in them is random.
//
// A case is an exported function without parameters, named by its number. It calls one that has the operands as parameters, as far as they are not
// constants there.

import SampleBodies
import WasmFormat

/// Where an operand is when the operator is reached.
public enum OperandPlace: CaseIterable, Sendable {
  /// In the body, as a number.
  case constant
  /// A parameter that has not moved.
  case register
  /// A value of the operand stack during a call.
  case slot
  /// A local that is assigned in a loop, and used after a call.
  case local
  /// Just loaded from memory.
  case memory
}

public struct OperatorModule {
  public struct Case: Sendable {
    public let x: UInt64
    public let y: UInt64
    /// The result is not the operator's, but 1 if that is not 0, else 0.
    public let isBranch: Bool
    public let description: String
  }

  public let bytes: [UInt8]
  /// By the exports' numbers.
  public let cases: [Case]

  /// Of a numeric operator.
  public init(_ row: OpcodeRow) {
    var writing = Writing(row)
    writing.addShapes()
    cases = writing.cases
    bytes = writing.writer.finish().bytes
  }

  /// The rows of all numeric operators.
  public static var rows: [OpcodeRow] { (0..<OpcodeTable.count).map { OpcodeTable.rows[$0] }.filter { $0.operation != nil } }

  /// Numbers at which something changes, as bits.
  static func numbers(_ type: ValueType) -> [UInt64] {
    switch type {
    case .i32: [0, 1, 0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 31, 0x80, 0xFFFF_8000, 0x1234_5678]
    case .i64: [0, 1, UInt64.max, 1 << 63, UInt64.max >> 1, 63, 0xFFFF_FFFF, 0xFFFF_FFFF_8000_0000, 0x1234_5678_9ABC_DEF0]
    case .f32: ([0, -0.0, 1.5, -2.5, .nan, .infinity, -2147483648, 4294967296, 1e-40] as [Float]).map { UInt64($0.bitPattern) }
    default: ([0, -0.0, 1.5, -2.5, .nan, .infinity, -9223372036854775808, 4294967295, 1e-310] as [Double]).map(\.bitPattern)
    }
  }
}

/// A function's shape: where the operands are, and what is around.
private struct Shape {
  var x: OperandPlace
  var y: OperandPlace
  var isBranch = false
  /// The operands are high on the operand stack.
  var isDeep = false
}

private struct Writing: ~Copyable {
  var writer = ModuleWriter()
  var cases: [OperatorModule.Case] = []
  let row: OpcodeRow
  let nothing: UInt32
  var isBinary: Bool { row.operandCount == 2 }

  init(_ row: OpcodeRow) {
    self.row = row
    _ = writer.addMemory(MemoryType(Limits(1)))
    nothing = writer.addFunction(nil) { _ in }
  }

  mutating func addShapes() {
    for x in OperandPlace.allCases {
      for y in isBinary ? OperandPlace.allCases : [.register] {
        add(Shape(x: x, y: y))
        if row.result == .i32 { add(Shape(x: x, y: y, isBranch: true)) }
      }
    }
    add(Shape(x: .register, y: .slot, isDeep: true))
    add(Shape(x: .memory, y: .constant, isDeep: true))
  }

  // MARK: Functions

  private mutating func add(_ shape: Shape) {
    let (first, second) = (OperatorModule.numbers(row.operand0), isBinary ? OperatorModule.numbers(row.operand1) : [0])
    // A function for all numbers in this place, or one for each of them.
    let firstConstants: [UInt64?] = shape.x == .constant ? first : [nil]
    let secondConstants: [UInt64?] = isBinary && shape.y == .constant ? second : [nil]
    for a in firstConstants {
      for b in secondConstants {
        let function = addFunction(shape, a, b)
        for x in a.map({ [$0] }) ?? first {
          for y in b.map({ [$0] }) ?? second { addCase(shape, x, y, function, passesX: a == nil, passesY: isBinary && b == nil) }
        }
      }
    }
  }

  private mutating func addCase(_ shape: Shape, _ x: UInt64, _ y: UInt64, _ function: UInt32, passesX: Bool, passesY: Bool) {
    let (row, isBinary) = (row, isBinary)
    writer.addFunction(WasmName("\(cases.count)"), [], [row.result]) { body in
      if passesX { body.constant(row.operand0, x) }
      if passesY { body.constant(row.operand1, y) }
      body.call(function)
    }
    let operands = isBinary ? "\(shape.x) \(x), \(shape.y) \(y)" : "\(shape.x) \(x)"
    cases.append(
      OperatorModule.Case(
        x: x, y: y, isBranch: shape.isBranch,
        description: "\(row.name) of \(operands)\(shape.isBranch ? ", branched on" : "")\(shape.isDeep ? ", high on the stack" : "")"))
  }

  private mutating func addFunction(_ shape: Shape, _ x: UInt64?, _ y: UInt64?) -> UInt32 {
    let (row, nothing, isBinary) = (row, nothing, isBinary)
    let parameters = (x == nil ? [row.operand0] : []) + (isBinary && y == nil ? [row.operand1] : [])
    return writer.addFunction(nil, parameters, [row.result]) { body in
      // The operands' parameters and locals.
      let (xIndex, yIndex) = (UInt32(0), UInt32(x == nil ? 1 : 0))
      let (xLocal, yLocal) = (body.addLocal(row.operand0), body.addLocal(row.operand1))
      func prepare(_ place: OperandPlace, _ type: ValueType, from parameter: UInt32, to local: UInt32) {
        switch place {
        case .memory:
          body.i32Const(Int32(local) * 16)
          body.localGet(parameter)
          body.store(type.storeOpcode)
        case .local:
          body.loop()
          body.localGet(parameter)
          body.localSet(local)
          body.end()
          body.call(nothing)
        case .constant, .register, .slot: break
        }
      }
      func push(_ place: OperandPlace, _ type: ValueType, _ constant: UInt64?, from parameter: UInt32, to local: UInt32) {
        switch place {
        case .constant: body.constant(type, constant ?? 0)
        case .register: body.localGet(parameter)
        case .slot:
          body.localGet(parameter)
          body.call(nothing)
        case .local: body.localGet(local)
        case .memory:
          body.i32Const(Int32(local) * 16)
          body.load(type.loadOpcode)
        }
      }
      prepare(shape.x, row.operand0, from: xIndex, to: xLocal)
      if isBinary { prepare(shape.y, row.operand1, from: yIndex, to: yLocal) }
      if shape.isDeep {
        for position in 0..<20 {
          body.i32Const(Int32(512 + position * 8))
          body.load(position % 2 == 0 ? .i64Load : .f64Load)
        }
      }
      push(shape.x, row.operand0, x, from: xIndex, to: xLocal)
      if isBinary { push(shape.y, row.operand1, y, from: yIndex, to: yLocal) }
      body.emit(row.opcode)
      if shape.isBranch {
        body.if(.value(.i32))
        body.i32Const(1)
        body.else()
        body.i32Const(0)
        body.end()
      }
      if shape.isDeep {
        let result = body.addLocal(row.result)
        body.localSet(result)
        for _ in 0..<20 { body.drop() }
        body.localGet(result)
      }
    }
  }
}

extension FunctionBodyWriter {
  fileprivate mutating func constant(_ type: ValueType, _ bits: UInt64) {
    switch type {
    case .i32: i32Const(Int32(truncatingIfNeeded: bits))
    case .i64: i64Const(Int64(bitPattern: bits))
    case .f32: f32Const(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    default: f64Const(Double(bitPattern: bits))
    }
  }
}

extension ValueType {
  fileprivate var loadOpcode: Opcode { self == .i32 ? .i32Load : self == .i64 ? .i64Load : self == .f32 ? .f32Load : .f64Load }
  fileprivate var storeOpcode: Opcode { self == .i32 ? .i32Store : self == .i64 ? .i64Store : self == .f32 ? .f32Store : .f64Store }
}
