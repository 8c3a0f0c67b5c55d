// Modules about one atomic operator each: numbers in memory and as operands that have something interesting about them, and the index and the operands
// wherever operands can be (OperandPlace). Nothing in them is random.
//
// A case is an exported function without parameters, named by its number. It puts a number of 64 bits into memory, has the operator work on some of its
// bytes, and returns the operator's result, if it has one, and the 64 bits as they are then.

import SampleBodies
import WasmFormat

public struct AtomicOperatorModule {
  public struct Case: Sendable {
    /// What is to be returned.
    public let expected: [UInt64]
    public let description: String
  }

  public let bytes: [UInt8]
  /// By the exports' numbers.
  public let cases: [Case]

  /// - Parameter is64: whether the memory has 64-bit addresses.
  public init(_ row: OpcodeRow, is64: Bool = false) {
    var writing = AtomicWriting(row, is64: is64)
    writing.addShapes()
    cases = writing.cases
    bytes = writing.writer.finish().bytes
  }

  /// The rows of all atomic operators that access memory and do nothing else.
  public static var rows: [OpcodeRow] {
    OpcodeTable.all.filter { row in row.atomicOperation.map { $0 != .wait && $0 != .notify } ?? false }
  }
}

/// Where the index and the operands are, and what is around.
private struct AtomicShape {
  var index: OperandPlace
  var operand: OperandPlace
  /// Nobody wants the result.
  var isDropped = false
  /// The operands are high on the operand stack.
  var isDeep = false
}

private struct AtomicWriting: ~Copyable {
  var writer = ModuleWriter()
  var cases: [AtomicOperatorModule.Case] = []
  private let row: OpcodeRow
  private let is64: Bool
  private let nothing: UInt32
  private let types: [ValueType]
  private var size: Int { 1 << Int(row.alignment) }
  private var mask: UInt64 { .max >> UInt64(64 - 8 * size) }
  /// Of the 64 bits in memory; the operator's bytes begin `shift` bits above.
  private static var place: Int { 64 }
  private var shift: Int { size == 8 ? 0 : 8 * size }
  /// The operator's immediate.
  private static var offset: Int { 8 }

  init(_ row: OpcodeRow, is64: Bool) {
    self.row = row
    self.is64 = is64
    types = [is64 ? .i64 : .i32] + [row.operand1, row.operand2].prefix(Int(row.operandCount) - 1)
    _ = writer.addMemory(MemoryType(Limits(1, 2), is64: is64, isShared: true))
    nothing = writer.addFunction(nil) { _ in }
  }

  mutating func addShapes() {
    for index in OperandPlace.allCases {
      for operand in types.count > 1 ? OperandPlace.allCases : [.register] { add(AtomicShape(index: index, operand: operand)) }
    }
    add(AtomicShape(index: .register, operand: .slot, isDeep: true))
    add(AtomicShape(index: .memory, operand: .register, isDeep: true))
    if row.hasResult { for operand in OperandPlace.allCases { add(AtomicShape(index: .register, operand: operand, isDropped: true)) } }
  }

  private mutating func add(_ shape: AtomicShape) {
    let places = [shape.index] + Array(repeating: shape.operand, count: types.count - 1)
    // Functions by the constants in them.
    var functions: [[UInt64]: UInt32] = [:]
    for initial in [0x1122_3344_5566_7788, UInt64.max, 0x8000_0000_8000_8080] as [UInt64] {
      for operands in operandLists(initial) {
        let values = [UInt64(Self.place - Self.offset + shift / 8)] + operands
        let constants = zip(places, values).compactMap { $0 == .constant ? $1 : nil }
        let function = functions[constants] ?? addFunction(shape, places, values)
        functions[constants] = function
        addCase(shape, places, values, initial, function)
      }
    }
  }

  /// Operands for a number in memory.
  private func operandLists(_ initial: UInt64) -> [[UInt64]] {
    let all: UInt64 = row.operand1 == .i32 ? 0xFFFF_FFFF : .max
    switch row.atomicOperation {
    case .load: return [[]]
    case .compareExchange:
      // What is there; the same with other bits above it; something else.
      let found = initial >> UInt64(shift) & mask
      return [found, (found | ~mask) & all, found ^ 1, 0].flatMap { [[$0, 0x0F1E_2D3C_4B5A_6978 & all], [$0, all]] }
    default: return OperatorModule.numbers(row.operand1).map { [$0] }
    }
  }

  private var results: [ValueType] { (row.hasResult ? [row.result] : []) + [.i64] }

  private mutating func addCase(_ shape: AtomicShape, _ places: [OperandPlace], _ values: [UInt64], _ initial: UInt64, _ function: UInt32) {
    let types = types
    writer.addFunction(WasmName("\(cases.count)"), [], shape.isDropped ? [.i64] : results) { body in
      body.i64Const(Int64(bitPattern: initial))
      for (number, place) in places.enumerated() where place != .constant { body.number(types[number], values[number]) }
      body.call(function)
    }
    let found = initial >> UInt64(shift) & mask
    let operation = row.atomicOperation!
    let isUnequal = operation == .compareExchange && values[1] & mask != found
    let stored = isUnequal || operation == .load ? found : operation.replacement(of: found, by: values.last!) & mask
    let after = initial & ~(mask << UInt64(shift)) | stored << UInt64(shift)
    cases.append(
      AtomicOperatorModule.Case(
        expected: (row.hasResult && !shape.isDropped ? [found] : []) + [after],
        description: "\(row.name) on \(initial), \(zip(places, values).map { "\($0) \($1)" })\(shape.isDeep ? ", high on the stack" : "")"))
  }

  private mutating func addFunction(_ shape: AtomicShape, _ places: [OperandPlace], _ values: [UInt64]) -> UInt32 {
    let (row, nothing, types, is64) = (row, nothing, types, is64)
    let parameters = [.i64] + zip(types, places).compactMap { $1 == .constant ? nil : $0 }
    return writer.addFunction(nil, parameters, shape.isDropped ? [.i64] : results) { body in
      func address(_ number: Int) { if is64 { body.i64Const(Int64(number)) } else { body.i32Const(Int32(number)) } }
      let operands = body.addOperands(types, places, from: 1, hasWideAddresses: is64)
      address(Self.place)
      body.localGet(0)
      body.store(.i64Store)
      body.prepare(operands, nothing)
      if shape.isDeep {
        for position in 0..<20 {
          address(512 + position * 8)
          body.load(.i64Load)
        }
      }
      body.push(operands, values.map { V128(low: $0, high: 0) }, nothing)
      body.load(row.opcode, offset: UInt32(Self.offset))
      if shape.isDropped { body.drop() }
      if shape.isDeep {
        let result = row.hasResult ? body.addLocal(row.result) : 0
        if row.hasResult { body.localSet(result) }
        for _ in 0..<20 { body.drop() }
        if row.hasResult { body.localGet(result) }
      }
      address(Self.place)
      body.load(.i64Load)
    }
  }
}
