// Modules about one operator on vectors each: pairs of vectors with interesting lanes as its operands, which come from wherever operands can be (OperandPlace),
// and each lane as its immediate. A function for each arrangement is exported, named by its number; its parameters are the operands that are not
// constants there.

import SampleBodies
import WasmFormat

public struct VectorOperatorModule {
  /// A call of an exported function.
  public struct Case: Sendable {
    public let function: Int
    /// As it is called.
    public let arguments: [V128]
    /// All operands, scalars in the low half.
    public let operands: [V128]
    public let lanes: V128
    public let description: String
  }

  public let bytes: [UInt8]
  public let cases: [Case]

  public init(_ row: OpcodeRow) {
    var writing = VectorWriting(row)
    writing.addAll()
    cases = writing.cases
    bytes = writing.writer.finish().bytes
  }

  /// The rows of all operators on vectors whose results are determined.
  public static var rows: [OpcodeRow] {
    OpcodeTable.all.filter { $0.vectorOperation.map { !$0.isRelaxed } ?? false }
  }

  /// Vectors whose lanes are numbers at which something changes, as operands of a type.
  static func operands(_ type: ValueType, _ shape: LaneShape) -> [V128] {
    if type != .v128 { return OperatorModule.numbers(type).map { V128(low: $0, high: 0) } }
    let numbers = lanes(shape)
    var vectors = [V128.zero, V128(repeating: .max, width: 64)]
    for start in stride(from: 0, to: numbers.count, by: 3) {
      var vector = V128.zero
      for index in 0..<shape.count { vector.setLane(index, width: shape.width, numbers[(start + index) % numbers.count]) }
      vectors.append(vector)
    }
    return vectors
  }

  private static func lanes(_ shape: LaneShape) -> [UInt64] {
    switch shape {
    case .f32x4:
      ([0, -0.0, 1.5, -2.5, .nan, .infinity, 3e9, -3e9, 1e-40, -.infinity, 2147483648, 4294967296] as [Float]).map { UInt64($0.bitPattern) }
    case .f64x2:
      ([0, -0.0, 1.5, -2.5, .nan, .infinity, 3e9, -3e9, 1e-310, -.infinity, 2147483647.5, 4294967295.5] as [Double]).map(\.bitPattern)
    default: integers(shape.width)
    }
  }

  private static func integers(_ width: Int) -> [UInt64] {
    let highest: UInt64 = 1 << UInt64(width - 1)
    return [0, 1, .max, highest, highest - 1, highest + 1, 15, 16, 0x80, 0x7F, 0x1234_5678_9ABC_DEF0, 0xFF]
  }

  /// Lanes of shuffles: patterns that machines have instructions for, and others.
  static let shuffles: [[UInt8]] = {
    var patterns: [[UInt8]] = []
    for start in 0..<32 as Range<UInt8> { patterns.append((0..<16).map { (start + $0) % 32 }) }
    for size in [1, 2, 4, 8] as [UInt8] {
      for first in [0, 8 / size] as [UInt8] {
        for (one, other) in [(0, 16), (16, 0), (0, 0)] as [(UInt8, UInt8)] {
          patterns.append((0..<16).map { byte in (byte / size % 2 == 0 ? one : other) + (first + byte / size / 2) * size + byte % size })
        }
      }
      patterns.append((0..<16).map { byte in byte / size * size + size - 1 - byte % size })
      for lane in [0, 3, 16 / size - 1] as [UInt8] where lane < 16 / size { patterns.append((0..<16).map { lane * size + $0 % size }) }
      patterns.append((0..<16).map { byte in byte + (byte / size % 3 == 1 ? 16 : 0) })
    }
    patterns.append([0, 1, 2, 3, 8, 9, 10, 11, 20, 21, 22, 23, 28, 29, 30, 31])
    patterns.append([31, 0, 30, 1, 29, 2, 28, 3, 27, 4, 26, 5, 25, 6, 24, 7])
    patterns.append([2, 3, 0, 1, 6, 7, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15])
    patterns.append([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 8, 9, 14, 15, 12, 13])
    return patterns
  }()
}

private struct VectorWriting: ~Copyable {
  var writer = ModuleWriter()
  var cases: [VectorOperatorModule.Case] = []
  private var functions = 0
  private let row: OpcodeRow
  private let nothing: UInt32
  private var count: Int { Int(row.operandCount) }
  private var types: [ValueType] { Array([row.operand0, row.operand1, row.operand2].prefix(count)) }

  init(_ row: OpcodeRow) {
    self.row = row
    _ = writer.addMemory(MemoryType(Limits(1)))
    nothing = writer.addFunction(nil) { _ in }
  }

  mutating func addAll() {
    for lanes in immediates {
      for x in OperandPlace.allCases {
        for y in count > 1 ? OperandPlace.allCases : [.register] {
          // Of many immediates, not all arrangements.
          if row.immediates != .none, x != .register, y != .register { continue }
          add([x, y, y == .constant ? .memory : .register], lanes)
        }
      }
    }
  }

  private var immediates: [V128] {
    switch row.immediates {
    case .lane: (0..<row.shape.count).map { V128(low: UInt64($0), high: 0) }
    case .lanes:
      VectorOperatorModule.shuffles.map { lanes in
        var vector = V128.zero
        for (index, lane) in lanes.enumerated() { vector.setLane(index, width: 8, UInt64(lane)) }
        return vector
      }
    default: [.zero]
    }
  }

  /// What the operands' lanes are like: of conversions, the source's shape.
  private var shape: LaneShape {
    switch row.vectorOperation {
    case .truncateSigned, .truncateUnsigned, .promote: .f32x4
    case .truncateDoublesSigned, .truncateDoublesUnsigned, .demote: .f64x2
    case .convertSigned, .convertUnsigned: .i32x4
    default: row.shape
    }
  }

  private mutating func add(_ places: [OperandPlace], _ lanes: V128) {
    var values = types.map { VectorOperatorModule.operands($0, shape) }
    if row.immediates == .lanes { values = values.map { Array($0.suffix(2)) } }
    let constants = (0..<count).map { places[$0] == .constant }
    // A function for all vectors in a place, or one for each of them.
    for fixed in Self.product((0..<count).map { constants[$0] ? values[$0] : [.zero] }) {
      let function = addFunction(places, fixed, lanes)
      for operands in Self.product((0..<count).map { constants[$0] ? [fixed[$0]] : values[$0] }) {
        cases.append(
          VectorOperatorModule.Case(
            function: function, arguments: (0..<count).filter { !constants[$0] }.map { operands[$0] }, operands: operands, lanes: lanes,
            description: "\(row.name) of \((0..<count).map { "\(places[$0]) \(operands[$0])" }), lanes \(lanes)"))
      }
    }
  }

  private static func product(_ lists: [[V128]]) -> [[V128]] {
    lists.reduce([[]]) { products, list in products.flatMap { product in list.map { product + [$0] } } }
  }

  private mutating func addFunction(_ places: [OperandPlace], _ constants: [V128], _ lanes: V128) -> Int {
    let (row, nothing, types) = (row, nothing, types)
    let parameters = zip(types, places).compactMap { $1 == .constant ? nil : $0 }
    defer { functions += 1 }
    writer.addFunction(WasmName("\(functions)"), parameters, [row.result]) { body in
      let operands = body.addOperands(types, places, from: 0)
      body.prepare(operands, nothing)
      body.push(operands, constants, nothing)
      switch row.immediates {
      case .lane: body.emit(row.opcode, lane: UInt8(lanes.low))
      case .lanes: body.shuffle(lanes)
      default: body.emit(row.opcode)
      }
    }
    return functions
  }
}
