// What operators on vectors give (spec 4.3.4): the one account of it for all who compute with constants, and for tests. Scalars are words in the low half
// of a V128, as Evaluation.swift has them. Relaxed operators give what the deterministic profile demands.

/// What an operator on vectors gives.
public struct VectorResult: Equatable, Sendable {
  public var value: V128
  /// The lanes whose value is some NaN, which one is left to the machine; all ones in them.
  public var nan = V128.zero

  /// The bits; nil if the machine has a choice.
  public var determined: V128? { nan == .zero ? value : nil }
}

extension VectorOperation {
  /// - Parameters:
  ///   - lanes: the immediate: of a shuffle, or a single lane in its lowest byte.
  public func evaluate(_ shape: LaneShape, _ a: V128, _ b: V128 = .zero, _ c: V128 = .zero, lanes: V128 = .zero) -> VectorResult {
    if let value = bits(shape, a, b, c, lanes) ?? integers(shape, a, b) ?? widths(shape, a, b, c) { return VectorResult(value: value) }
    return shape == .f32x4 || (shape == .i32x4 && (self == .truncateSigned || self == .truncateUnsigned))
      ? floats(shape, a, b, c, Float32Lanes.self) : floats(shape, a, b, c, Float64Lanes.self)
  }

  // MARK: Bits and lanes

  private func bits(_ shape: LaneShape, _ a: V128, _ b: V128, _ c: V128, _ lanes: V128) -> V128? {
    let (width, count) = (shape.width, shape.count)
    func scalar(_ bits: UInt64) -> V128 { V128(low: bits, high: 0) }
    switch self {
    case .not: return V128(low: ~a.low, high: ~a.high)
    case .and: return V128(low: a.low & b.low, high: a.high & b.high)
    case .andNot: return V128(low: a.low & ~b.low, high: a.high & ~b.high)
    case .or: return V128(low: a.low | b.low, high: a.high | b.high)
    case .xor: return V128(low: a.low ^ b.low, high: a.high ^ b.high)
    case .bitSelect, .relaxedSelect: return V128(low: a.low & c.low | b.low & ~c.low, high: a.high & c.high | b.high & ~c.high)
    case .anyTrue: return scalar(a.low | a.high == 0 ? 0 : 1)
    case .allTrue: return scalar((0..<count).allSatisfy { a.lane($0, width: width) != 0 } ? 1 : 0)
    case .bitmask:
      var mask: UInt64 = 0
      for index in 0..<count { mask |= (a.lane(index, width: width) >> UInt64(width - 1)) << UInt64(index) }
      return scalar(mask)
    case .splat: return V128(repeating: a.low, width: width)
    case .extract: return scalar(a.lane(Int(lanes.low), width: width))
    case .extractSigned: return scalar(UInt64(bitPattern: Self.signed(a.lane(Int(lanes.low), width: width), width)) & 0xFFFF_FFFF)
    case .replace:
      var result = a
      result.setLane(Int(lanes.low), width: width, b.low)
      return result
    case .shuffle:
      return Self.eachLane(.i8x16) { index in
        let source = Int(lanes.lane(index, width: 8))
        return source < 16 ? a.lane(source, width: 8) : b.lane(source & 15, width: 8)
      }
    case .swizzle, .relaxedSwizzle:
      return Self.eachLane(.i8x16) { index in
        let source = Int(b.lane(index, width: 8))
        return source < 16 ? a.lane(source, width: 8) : 0
      }
    default: return nil
    }
  }

  private static func signed(_ bits: UInt64, _ width: Int) -> Int64 {
    let shift = Int64(64 - width)
    return (Int64(bitPattern: bits) << shift) >> shift
  }

  private static func eachLane(_ shape: LaneShape, _ lane: (Int) -> UInt64) -> V128 {
    var result = V128.zero
    for index in 0..<shape.count { result.setLane(index, width: shape.width, lane(index)) }
    return result
  }

  // MARK: Integers

  private func integers(_ shape: LaneShape, _ a: V128, _ b: V128) -> V128? {
    if shape.isFloat { return nil }
    let width = shape.width
    let mask: UInt64 = width == 64 ? .max : 1 << UInt64(width) - 1
    let (least, most) = (Int64.min >> Int64(64 - width), Int64.max >> Int64(64 - width))
    let count = b.low & UInt64(width - 1)
    func unsigned(_ body: (UInt64, UInt64) -> UInt64) -> V128 {
      Self.eachLane(shape) { body(a.lane($0, width: width), b.lane($0, width: width)) }
    }
    func signed(_ body: (Int64, Int64) -> Int64) -> V128 {
      Self.eachLane(shape) { UInt64(bitPattern: body(Self.signed(a.lane($0, width: width), width), Self.signed(b.lane($0, width: width), width))) }
    }
    func shifted(_ body: (UInt64) -> UInt64) -> V128 { Self.eachLane(shape) { body(a.lane($0, width: width)) } }
    switch self {
    case .equal: return unsigned { $0 == $1 ? .max : 0 }
    case .notEqual: return unsigned { $0 != $1 ? .max : 0 }
    case .lessSigned: return signed { $0 < $1 ? -1 : 0 }
    case .lessUnsigned: return unsigned { $0 < $1 ? .max : 0 }
    case .greaterSigned: return signed { $0 > $1 ? -1 : 0 }
    case .greaterUnsigned: return unsigned { $0 > $1 ? .max : 0 }
    case .lessEqualSigned: return signed { $0 <= $1 ? -1 : 0 }
    case .lessEqualUnsigned: return unsigned { $0 <= $1 ? .max : 0 }
    case .greaterEqualSigned: return signed { $0 >= $1 ? -1 : 0 }
    case .greaterEqualUnsigned: return unsigned { $0 >= $1 ? .max : 0 }
    case .absolute: return signed { number, _ in number < 0 ? 0 &- number : number }
    case .negate: return signed { number, _ in 0 &- number }
    case .populationCount: return unsigned { bits, _ in UInt64(bits.nonzeroBitCount) }
    case .add: return unsigned { $0 &+ $1 }
    case .subtract: return unsigned { $0 &- $1 }
    case .multiply: return unsigned { $0 &* $1 }
    case .addSaturatingSigned: return signed { min(max($0 + $1, least), most) }
    case .addSaturatingUnsigned: return unsigned { min($0 + $1, mask) }
    case .subtractSaturatingSigned: return signed { min(max($0 - $1, least), most) }
    case .subtractSaturatingUnsigned: return unsigned { $0 < $1 ? 0 : $0 - $1 }
    case .minimumSigned: return signed { min($0, $1) }
    case .minimumUnsigned: return unsigned { min($0, $1) }
    case .maximumSigned: return signed { max($0, $1) }
    case .maximumUnsigned: return unsigned { max($0, $1) }
    case .averageUnsigned: return unsigned { ($0 + $1 + 1) / 2 }
    case .shiftLeft: return shifted { $0 << count }
    case .shiftRightSigned: return shifted { UInt64(bitPattern: Self.signed($0, width) >> Int64(count)) }
    case .shiftRightUnsigned: return shifted { $0 >> count }
    case .multiplyQ15Saturating, .relaxedMultiplyQ15: return signed { min(($0 * $1 + 0x4000) >> 15, most) }
    default: return nil
    }
  }

  /// Operations between integers of different widths.
  private func widths(_ shape: LaneShape, _ a: V128, _ b: V128, _ c: V128) -> V128? {
    if shape.isFloat { return nil }
    let width = shape.width
    let (half, double) = (width / 2, width * 2)
    func part(_ vector: V128, _ index: Int, isSigned: Bool) -> Int64 {
      let bits = vector.lane(index, width: half)
      return isSigned ? Self.signed(bits, half) : Int64(bitPattern: bits)
    }
    func lanes(_ body: (Int) -> Int64) -> V128 { Self.eachLane(shape) { UInt64(bitPattern: body($0)) } }
    let upper = shape.count
    func narrow(_ range: ClosedRange<Int64>) -> V128 {
      lanes { index in
        let source = index < upper / 2 ? a.lane(index, width: double) : b.lane(index - upper / 2, width: double)
        return min(max(Self.signed(source, double), range.lowerBound), range.upperBound)
      }
    }
    switch self {
    case .narrowSigned: return narrow(-1 << Int64(width - 1)...1 << Int64(width - 1) - 1)
    case .narrowUnsigned: return narrow(0...1 << Int64(width) - 1)
    case .extendLowSigned: return lanes { part(a, $0, isSigned: true) }
    case .extendLowUnsigned: return lanes { part(a, $0, isSigned: false) }
    case .extendHighSigned: return lanes { part(a, $0 + upper, isSigned: true) }
    case .extendHighUnsigned: return lanes { part(a, $0 + upper, isSigned: false) }
    case .multiplyLowSigned: return lanes { part(a, $0, isSigned: true) &* part(b, $0, isSigned: true) }
    case .multiplyLowUnsigned: return lanes { part(a, $0, isSigned: false) &* part(b, $0, isSigned: false) }
    case .multiplyHighSigned: return lanes { part(a, $0 + upper, isSigned: true) &* part(b, $0 + upper, isSigned: true) }
    case .multiplyHighUnsigned: return lanes { part(a, $0 + upper, isSigned: false) &* part(b, $0 + upper, isSigned: false) }
    case .addPairsSigned: return lanes { part(a, 2 * $0, isSigned: true) + part(a, 2 * $0 + 1, isSigned: true) }
    case .addPairsUnsigned: return lanes { part(a, 2 * $0, isSigned: false) + part(a, 2 * $0 + 1, isSigned: false) }
    case .dot, .relaxedDot:
      return lanes { index in
        (0..<2).reduce(0) { $0 + part(a, 2 * index + $1, isSigned: true) * part(b, 2 * index + $1, isSigned: true) }
      }
    case .relaxedDotAdd:
      return lanes { index in
        let products = (0..<4).reduce(0) { sum, position in
          sum + Self.signed(a.lane(4 * index + position, width: 8), 8) * Self.signed(b.lane(4 * index + position, width: 8), 8)
        }
        return products &+ Self.signed(c.lane(index, width: 32), 32)
      }
    default: return nil
    }
  }

  // MARK: Floats

  private func floats<Lanes: FloatLanes>(_ shape: LaneShape, _ a: V128, _ b: V128, _ c: V128, _: Lanes.Type) -> VectorResult {
    let width = Lanes.width
    var result = VectorResult(value: .zero)
    func set(_ index: Int, _ bits: UInt64, width: Int) { result.value.setLane(index, width: width, bits) }
    func set(_ index: Int, _ number: Lanes.Number) {
      result.value.setLane(index, width: width, Lanes.bits(number))
      if number.isNaN { result.nan.setLane(index, width: width, .max) }
    }
    if converts(shape, a, &result) { return result }
    for index in 0..<128 / width {
      let (x, y, z) = (a.lane(index, width: width), b.lane(index, width: width), c.lane(index, width: width))
      let (p, q, r) = (Lanes.number(x), Lanes.number(y), Lanes.number(z))
      let sign: UInt64 = 1 << UInt64(width - 1)
      switch self {
      case .floatEqual: set(index, p == q ? .max : 0, width: width)
      case .floatNotEqual: set(index, p != q ? .max : 0, width: width)
      case .floatLess: set(index, p < q ? .max : 0, width: width)
      case .floatGreater: set(index, p > q ? .max : 0, width: width)
      case .floatLessEqual: set(index, p <= q ? .max : 0, width: width)
      case .floatGreaterEqual: set(index, p >= q ? .max : 0, width: width)
      case .floatAbsolute: set(index, x & ~sign, width: width)
      case .floatNegate: set(index, x ^ sign, width: width)
      case .pseudoMinimum: set(index, q < p ? y : x, width: width)
      case .pseudoMaximum: set(index, p < q ? y : x, width: width)
      case .squareRoot: set(index, p.squareRoot())
      case .ceiling: set(index, p.rounded(.up))
      case .floor: set(index, p.rounded(.down))
      case .truncate: set(index, p.rounded(.towardZero))
      case .nearest: set(index, p.rounded(.toNearestOrEven))
      case .floatAdd: set(index, p + q)
      case .floatSubtract: set(index, p - q)
      case .floatMultiply: set(index, p * q)
      case .floatDivide: set(index, p / q)
      case .floatMinimum, .relaxedMinimum: set(index, p.isNaN || q.isNaN ? .nan : p < q || (p == q && p.sign == .minus) ? p : q)
      case .floatMaximum, .relaxedMaximum: set(index, p.isNaN || q.isNaN ? .nan : p > q || (p == q && p.sign == .plus) ? p : q)
      case .multiplyAdd: set(index, r.addingProduct(p, q))
      case .negatedMultiplyAdd: set(index, r.addingProduct(-p, q))
      default: preconditionFailure("\(self) is not for \(shape)")
      }
    }
    return result
  }

  /// Conversions. Returns whether the operation is one.
  private func converts(_ shape: LaneShape, _ a: V128, _ result: inout VectorResult) -> Bool {
    func saturated<T: FixedWidthInteger>(_ number: Double, _: T.Type) -> T {
      T(exactly: number.rounded(.towardZero)) ?? (number.isNaN ? 0 : number < 0 ? T.min : T.max)
    }
    func float(_ index: Int) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: a.lane(index, width: 32))) }
    func double(_ index: Int) -> Double { Double(bitPattern: a.lane(index, width: 64)) }
    switch self {
    case .truncateSigned, .relaxedTruncateSigned:
      for index in 0..<4 { result.value.setLane(index, width: 32, UInt64(UInt32(bitPattern: saturated(Double(float(index)), Int32.self)))) }
    case .truncateUnsigned, .relaxedTruncateUnsigned:
      for index in 0..<4 { result.value.setLane(index, width: 32, UInt64(saturated(Double(float(index)), UInt32.self))) }
    case .truncateDoublesSigned, .relaxedTruncateDoublesSigned:
      for index in 0..<2 { result.value.setLane(index, width: 32, UInt64(UInt32(bitPattern: saturated(double(index), Int32.self)))) }
    case .truncateDoublesUnsigned, .relaxedTruncateDoublesUnsigned:
      for index in 0..<2 { result.value.setLane(index, width: 32, UInt64(saturated(double(index), UInt32.self))) }
    case .convertSigned, .convertUnsigned:
      for index in 0..<shape.count {
        let bits = UInt32(truncatingIfNeeded: a.lane(index, width: 32))
        let isSigned = self == .convertSigned
        if shape == .f32x4 {
          result.value.setLane(index, width: 32, UInt64((isSigned ? Float(Int32(bitPattern: bits)) : Float(bits)).bitPattern))
        } else {
          result.value.setLane(index, width: 64, (isSigned ? Double(Int32(bitPattern: bits)) : Double(bits)).bitPattern)
        }
      }
    case .promote:
      for index in 0..<2 {
        result.value.setLane(index, width: 64, Double(float(index)).bitPattern)
        if float(index).isNaN { result.nan.setLane(index, width: 64, .max) }
      }
    case .demote:
      for index in 0..<2 {
        result.value.setLane(index, width: 32, UInt64(Float(double(index)).bitPattern))
        if double(index).isNaN { result.nan.setLane(index, width: 32, .max) }
      }
    default: return false
    }
    return true
  }
}

/// Lanes of a float type.
private protocol FloatLanes {
  associatedtype Number: BinaryFloatingPoint
  static var width: Int { get }
  static func number(_ bits: UInt64) -> Number
  static func bits(_ number: Number) -> UInt64
}

private enum Float32Lanes: FloatLanes {
  static var width: Int { 32 }
  static func number(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
  static func bits(_ number: Float) -> UInt64 { UInt64(number.bitPattern) }
}

private enum Float64Lanes: FloatLanes {
  static var width: Int { 64 }
  static func number(_ bits: UInt64) -> Double { Double(bitPattern: bits) }
  static func bits(_ number: Double) -> UInt64 { number.bitPattern }
}
