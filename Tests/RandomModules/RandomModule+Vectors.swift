// Vectors in random modules: constants with something interesting in their lanes, accesses of lanes, and operators with lanes as immediates. Lanes of floats
// that are not numbers become one NaN as soon as they are computed.

import WasmFormat

extension RandomModule {
  /// Alike lanes or different ones, with numbers at which something changes.
  mutating func vector() -> V128 {
    let shape = random.pick(LaneShape.allCases)
    if random.once(in: 4) { return V128(repeating: lane(shape), width: shape.width) }
    var vector = V128.zero
    for index in 0..<shape.count { vector.setLane(index, width: shape.width, lane(shape)) }
    return vector
  }

  private mutating func lane(_ shape: LaneShape) -> UInt64 {
    switch shape {
    case .f32x4: return UInt64(random.pick([0, -0.0, 1.5, -2.5, .nan, .infinity, 3e9, -2.1e9, 1e-40] as [Float]).bitPattern)
    case .f64x2: return random.pick([0, -0.0, 0.5, -7.25, .nan, -.infinity, 3e9, -3e9, 1e-310] as [Double]).bitPattern
    default:
      let highest: UInt64 = 1 << UInt64(shape.width - 1)
      return random.pick([0, 1, 2, 7, 15, 16, .max, highest, highest - 1, highest + 1, random.next()])
    }
  }

  /// Writes an operator whose operands have been written.
  mutating func emit(_ row: OpcodeRow, _ body: inout FunctionBodyWriter) {
    switch row.immediates {
    case .lane: body.emit(row.opcode, lane: UInt8(random.below(row.shape.count)))
    case .lanes: body.shuffle(shuffledLanes())
    default: body.emit(row.opcode)
    }
    if row.result == .v128, let operation = row.vectorOperation, Self.givesNaN(operation) { canonicalize(row.shape, &body) }
  }

  /// Any lanes, or larger pieces in some order.
  private mutating func shuffledLanes() -> V128 {
    let size = random.pick([1, 1, 2, 4, 8])
    var lanes = V128.zero
    var piece = random.below(32 / size)
    for index in 0..<16 / size {
      for byte in 0..<size { lanes.setLane(index * size + byte, width: 8, UInt64(piece * size + byte)) }
      piece = random.once(in: 2) ? (piece + 1) % (32 / size) : random.below(32 / size)
    }
    return lanes
  }

  private static func givesNaN(_ operation: VectorOperation) -> Bool {
    switch operation {
    case .squareRoot, .ceiling, .floor, .truncate, .nearest, .floatAdd, .floatSubtract, .floatMultiply, .floatDivide, .floatMinimum, .floatMaximum,
      .promote, .demote:
      true
    default: false
    }
  }

  /// Replaces lanes that are not numbers by one of them.
  private func canonicalize(_ shape: LaneShape, _ body: inout FunctionBodyWriter) {
    let place = body.addLocal(.v128)
    body.localTee(place)
    body.v128Const(shape == .f32x4 ? V128(repeating: 0x7FC0_0000, width: 32) : V128(repeating: 0x7FF8_0000_0000_0000, width: 64))
    body.localGet(place)
    body.localGet(place)
    body.emit(shape == .f32x4 ? .f32x4Eq : .f64x2Eq)
    body.emit(.v128Bitselect)
  }

  // MARK: Memory

  mutating func loadLane(_ body: inout FunctionBodyWriter, depth: Int) {
    let opcode: Opcode = random.pick([.v128Load8Lane, .v128Load16Lane, .v128Load32Lane, .v128Load64Lane])
    address(&body, depth: depth)
    expression(.v128, &body, depth: depth + 1)
    body.access(opcode, lane: UInt8(random.below(16 >> Int(OpcodeTable.row(opcode).alignment))), offset: offset())
  }

  mutating func storeVector(_ body: inout FunctionBodyWriter, depth: Int) {
    address(&body, depth: depth)
    expression(.v128, &body, depth: depth + 1)
    if random.once(in: 2) { return body.store(.v128Store, offset: offset()) }
    let opcode: Opcode = random.pick([.v128Store8Lane, .v128Store16Lane, .v128Store32Lane, .v128Store64Lane])
    body.access(opcode, lane: UInt8(random.below(16 >> Int(OpcodeTable.row(opcode).alignment))), offset: offset())
  }
}
