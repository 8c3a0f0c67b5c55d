// What is known of the bits of vectors' lanes, from looking a few instructions back, as KnownBits does for integers.

import WasmFormat

extension Graph {
  /// The bits that some byte of a vector may have; a bit that is 0 here is 0 in all bytes.
  func possibleByteBits(_ value: Value, depth: Int = 4) -> UInt8 {
    let instruction = at(value)
    if let constant = vectorConstant(value) { return (0..<16).reduce(0) { $0 | UInt8(constant.lane($1, width: 8)) } }
    guard depth > 0, instruction.pointee.isVectorOperation else { return 0xFF }
    let code = instruction.pointee.vectorCode
    @inline(__always) func a() -> UInt8 { possibleByteBits(instruction.pointee.a, depth: depth - 1) }
    @inline(__always) func b() -> UInt8 { possibleByteBits(instruction.pointee.b, depth: depth - 1) }
    switch code.operation {
    case .and: return a() & b()
    case .andNot: return a()
    case .or, .xor, .bitSelect: return a() | b()
    case .shiftRightUnsigned where code.shape == .i8x16:
      guard let count = constant(instruction.pointee.b) else { return 0xFF }
      return 0xFF >> UInt8(count & 7)
    case .minimumUnsigned where code.shape == .i8x16: return Self.bitsUpTo(a()) & Self.bitsUpTo(b())
    case .splat where code.shape == .i8x16: return UInt8(truncatingIfNeeded: possibleBits(instruction.pointee.a, depth: depth))
    default: return 0xFF
    }
  }

  private static func bitsUpTo(_ bits: UInt8) -> UInt8 { bits == 0 ? 0 : 0xFF >> UInt8(bits.leadingZeroBitCount) }

  /// Whether the upper half of each 64-bit lane is 0.
  func hasZeroUpperHalves(_ value: Value, depth: Int = 4) -> Bool {
    if let constant = vectorConstant(value) { return (constant.low | constant.high) >> 32 == 0 }
    let instruction = at(value)
    if instruction.pointee.operation == .load { return instruction.pointee.access == .extend32Unsigned }
    guard depth > 0, instruction.pointee.isVectorOperation else { return false }
    let code = instruction.pointee.vectorCode
    switch code.operation {
    case .and:
      return hasZeroUpperHalves(instruction.pointee.a, depth: depth - 1) || hasZeroUpperHalves(instruction.pointee.b, depth: depth - 1)
    case .shiftRightUnsigned where code.shape == .i64x2: return constant(instruction.pointee.b).map { $0 & 63 >= 32 } ?? false
    case .extendLowUnsigned, .extendHighUnsigned: return code.shape == .i64x2
    default: return false
    }
  }

  /// The lanes of a vector each of which is all ones or 0; nil if that is not known.
  func laneMask(_ value: Value, depth: Int = 4) -> LaneShape? {
    let instruction = at(value)
    guard depth > 0, instruction.pointee.isVectorOperation else { return nil }
    let code = instruction.pointee.vectorCode
    switch code.operation {
    case .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned, .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual:
      return code.shape
    case .not: return laneMask(instruction.pointee.a, depth: depth - 1)
    case .and, .andNot, .or, .xor:
      guard let first = laneMask(instruction.pointee.a, depth: depth - 1), let second = laneMask(instruction.pointee.b, depth: depth - 1)
      else { return nil }
      return first.width <= second.width ? first : second
    default: return nil
    }
  }
}
