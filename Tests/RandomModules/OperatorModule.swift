// Modules about one numeric operator each: every pair of interesting numbers as its operands, which come from wherever operands can be, and a result that
// is returned or branched on. Nothing in them is random.
//
// A case is an exported function without parameters, named by its number. It calls one that has the operands as parameters, as far as they are not
// constants there.

import SampleBodies
import WasmFormat

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
  public static var rows: [OpcodeRow] { OpcodeTable.all.filter { $0.operation != nil } }

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
      if passesX { body.number(row.operand0, x) }
      if passesY { body.number(row.operand1, y) }
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
      let operands = body.addOperands([row.operand0, row.operand1].prefix(isBinary ? 2 : 1), isBinary ? [shape.x, shape.y] : [shape.x], from: 0)
      body.prepare(operands, nothing)
      if shape.isDeep {
        for position in 0..<20 {
          body.i32Const(Int32(512 + position * 8))
          body.load(position % 2 == 0 ? .i64Load : .f64Load)
        }
      }
      body.push(operands, [x ?? 0, y ?? 0].map { V128(low: $0, high: 0) }, nothing)
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
