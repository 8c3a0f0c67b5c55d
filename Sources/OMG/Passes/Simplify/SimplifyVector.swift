// Rules for vectors: constants, and lanes that are taken from where they were put.

import WasmFormat

extension Graph {
  mutating func simplifyVector(_ value: Value) -> Bool {
    if foldVectors(value) { return false }
    if at(value).pointee.operation == .vectorShuffle { return simplifyShuffle(value) }
    let instruction = at(value).pointee
    let (operation, shape, lane) = (instruction.vectorCode.operation, instruction.vectorCode.shape, instruction.vectorCode.lane)
    let (a, b) = (instruction.a, instruction.b)
    switch operation {
    case .extract: return simplifyExtract(value, shape, lane)
    case .not:
      if at(a).pointee.isVector(.not) { return done(value, at(a).pointee.a) }
      for (one, other) in [
        (VectorOperation.equal, VectorOperation.notEqual), (.notEqual, .equal), (.floatEqual, .floatNotEqual), (.floatNotEqual, .floatEqual),
      ]
      where at(a).pointee.isVector(one) {
        let (x, y, inner) = (at(a).pointee.a, at(a).pointee.b, at(a).pointee.vectorCode.shape)
        return again(value, other, inner, x, y)
      }
    case .and:
      if a == b { return done(value, a) }
      if at(b).pointee.isVector(.not) { return again(value, .andNot, shape, a, at(b).pointee.a) }
      if at(a).pointee.isVector(.not) { return again(value, .andNot, shape, b, at(a).pointee.a) }
    case .or:
      if a == b { return done(value, a) }
      return simplifyRotation(value, a, b)
    case .xor: return simplifyRotation(value, a, b)
    case .swizzle, .relaxedSwizzle:
      guard possibleByteBits(b) & 0xF0 == 0 else { return false }
      // Numbers of lanes that are there, known ones or not.
      if let lanes = vectorConstant(b) { return againShuffle(value, lanes, a, a) }
      return operation == .swizzle && again(value, .relaxedSwizzle, shape, a, b)
    case .bitSelect:
      let mask = instruction.c
      if at(mask).pointee.isVector(.not) { return again(value, .bitSelect, shape, b, a, at(mask).pointee.a) }
      // Whole lanes are chosen.
      if let lanes = laneMask(mask) { return again(value, .relaxedSelect, lanes.asIntegers, a, b, mask) }
    case .multiply where shape == .i64x2:
      // Factors of 32 bits: their product is one instruction.
      guard hasZeroUpperHalves(a), hasZeroUpperHalves(b) else { return false }
      return again(value, .multiplyLowUnsigned, .i64x2, lowHalves(a, before: value), lowHalves(b, before: value))
    default: return simplifyVectorComparison(value, operation, shape, a, b)
    }
    return false
  }

  /// A vector whose first two lanes are the lower halves of a vector's 64-bit lanes.
  private mutating func lowHalves(_ vector: Value, before value: Value) -> Value {
    let shuffle = insert(.vectorShuffle, .v128, vector, vector, before: value)
    at(shuffle).pointee.vector = V128(low: 0x0B0A_0908_0302_0100, high: 0x0B0A_0908_0302_0100)
    return shuffle
  }

  /// A rotation by whole bytes is a shuffle.
  private mutating func simplifyRotation(_ value: Value, _ a: Value, _ b: Value) -> Bool {
    let isLeftFirst = at(a).pointee.isVector(.shiftLeft)
    let (left, right) = (at(isLeftFirst ? a : b).pointee, at(isLeftFirst ? b : a).pointee)
    guard left.isVector(.shiftLeft), right.isVector(.shiftRightUnsigned), left.a == right.a, left.vectorCode.shape == right.vectorCode.shape,
      let up = constant(left.b), let down = constant(right.b)
    else { return false }
    let shape = left.vectorCode.shape
    let count = Int(up) & (shape.width - 1)
    guard count % 8 == 0, count > 0, count + Int(down) & (shape.width - 1) == shape.width else { return false }
    let size = shape.width / 8
    var lanes = V128.zero
    for index in 0..<16 { lanes.setLane(index, width: 8, UInt64(index / size * size + (index % size + size - count / 8) % size)) }
    return againShuffle(value, lanes, left.a, left.a)
  }

  // MARK: Comparisons

  /// Constants come second, and comparisons with them are those that are the cheapest: `≥ c` is `> c − 1`, `<` of unsigned numbers `≤ c − 1`.
  private mutating func simplifyVectorComparison(
    _ value: Value, _ operation: VectorOperation, _ shape: LaneShape, _ a: Value, _ b: Value
  ) -> Bool {
    guard let exchanged = operation.exchanged else { return false }
    if vectorConstant(a) != nil { return again(value, exchanged, shape, b, a) }
    guard let constant = vectorConstant(b) else { return false }
    let width = shape.width
    let (sign, all) = (UInt64(1) << UInt64(width - 1), UInt64.max >> UInt64(64 - width))
    let (other, limit, step): (VectorOperation, UInt64, UInt64)
    switch operation {
    case .greaterEqualSigned: (other, limit, step) = (.greaterSigned, sign, .max)
    case .lessEqualSigned: (other, limit, step) = (.lessSigned, sign - 1, 1)
    case .lessUnsigned: (other, limit, step) = (.lessEqualUnsigned, 0, .max)
    case .greaterUnsigned: (other, limit, step) = (.greaterEqualUnsigned, all, 1)
    default: return false
    }
    var next = constant
    for index in 0..<shape.count {
      let lane = constant.lane(index, width: width)
      if lane == limit { return false }
      next.setLane(index, width: width, lane &+ step)
    }
    return again(value, other, shape, a, insert(Instruction(vector: next), before: value))
  }

  // MARK: Constants

  /// Computes operations on constants, where the result is one and not several.
  private mutating func foldVectors(_ value: Value) -> Bool {
    var operands: [V128] = []
    for argument in arguments(value) {
      let constant = at(argument)
      guard constant.pointee.operation == .constant else { return false }
      operands.append(
        constant.pointee.type == .v128 ? constant.pointee.vector : V128(low: UInt64(bitPattern: constant.pointee.immediate), high: 0))
    }
    while operands.count < 3 { operands.append(.zero) }
    let instruction = at(value).pointee
    let isShuffle = instruction.operation == .vectorShuffle
    let (operation, shape) = isShuffle ? (.shuffle, .i8x16) : (instruction.vectorCode.operation, instruction.vectorCode.shape)
    if operation.isRelaxed { return false }
    let lanes = isShuffle ? instruction.vector : V128(low: UInt64(instruction.vectorCode.lane), high: 0)
    guard let result = operation.evaluate(shape, operands[0], operands[1], operands[2], lanes: lanes).determined else { return false }
    if instruction.type != .v128 {
      become(value, constant: result.low)
    } else {
      become(value, .constant)
      at(value).pointee.index = 0
      at(value).pointee.vector = result
    }
    return true
  }

  // MARK: Lanes

  private mutating func simplifyExtract(_ value: Value, _ shape: LaneShape, _ lane: UInt8) -> Bool {
    let source = at(at(value).pointee.a).pointee
    guard source.isVectorOperation, source.vectorCode.shape == shape, shape.width >= 32 else { return false }
    switch source.vectorCode.operation {
    case .splat: return done(value, source.a)
    case .replace:
      if source.vectorCode.lane == lane { return done(value, source.b) }
      at(value).pointee.a = source.a
      return true
    default: return false
    }
  }

  /// A shuffle of one vector names it twice; one of a shuffle of one vector takes its lanes from there.
  private mutating func simplifyShuffle(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (a, b, lanes) = (instruction.a, instruction.b, instruction.vector)
    let (low, high): (UInt64, UInt64) = (0x0F0F_0F0F_0F0F_0F0F, 0x1010_1010_1010_1010)
    let seconds = (lanes.low & high, lanes.high & high)
    if a != b, seconds == (0, 0) || seconds == (high, high) {
      let only = seconds.0 == 0 ? a : b
      return againShuffle(value, V128(low: lanes.low & low, high: lanes.high & low), only, only)
    }
    guard a == b else { return false }
    if lanes == V128(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908) { return done(value, a) }
    let inner = at(a).pointee
    if inner.isVector(.splat), inner.vectorCode.shape == .i8x16 { return done(value, a) }
    guard inner.operation == .vectorShuffle, inner.a == inner.b else { return false }
    return againShuffle(value, VectorOperation.shuffle.evaluate(.i8x16, inner.vector, inner.vector, lanes: lanes).value, inner.a, inner.a)
  }

  /// Makes the instruction into another operation on vectors, on which to go on.
  private mutating func again(
    _ value: Value, _ operation: VectorOperation, _ shape: LaneShape, _ a: Value, _ b: Value = .none, _ c: Value = .none
  ) -> Bool {
    let form = Instruction(operation, shape, a, b, c)
    become(value, form.operation, a, b, c)
    at(value).pointee.index = form.index
    return true
  }

  private mutating func againShuffle(_ value: Value, _ lanes: V128, _ a: Value, _ b: Value) -> Bool {
    become(value, .vectorShuffle, a, b)
    at(value).pointee.vector = lanes
    return true
  }
}

extension VectorOperation {
  /// A comparison with its operands exchanged; nil: it is no comparison of order.
  fileprivate var exchanged: VectorOperation? {
    switch self {
    case .lessSigned: .greaterSigned
    case .lessUnsigned: .greaterUnsigned
    case .greaterSigned: .lessSigned
    case .greaterUnsigned: .lessUnsigned
    case .lessEqualSigned: .greaterEqualSigned
    case .lessEqualUnsigned: .greaterEqualUnsigned
    case .greaterEqualSigned: .lessEqualSigned
    case .greaterEqualUnsigned: .lessEqualUnsigned
    default: nil
    }
  }
}

extension LaneShape {
  /// Lanes of integers as wide.
  fileprivate var asIntegers: LaneShape { .integers(width) }
}
