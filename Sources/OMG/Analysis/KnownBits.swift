// Which bits of an integer may be 1, from looking a few instructions back. i32 values are taken as zero-extended. Cheap enough to ask
// anywhere; nothing is kept.

extension Graph {
  /// A bit that is 0 here is 0 in the value.
  func possibleBits(_ value: Value, depth: Int = 4) -> UInt64 {
    let instruction = at(value)
    let all: UInt64 = instruction.pointee.type == .i32 ? 0xFFFF_FFFF : UInt64.max
    @inline(__always) func a() -> UInt64 { possibleBits(instruction.pointee.a, depth: depth - 1) }
    @inline(__always) func b() -> UInt64 { possibleBits(instruction.pointee.b, depth: depth - 1) }
    if depth <= 0, instruction.pointee.operation != .constant { return all }
    switch instruction.pointee.operation {
    case .constant: return UInt64(bitPattern: instruction.pointee.immediate) & all
    case .and: return a() & b()
    case .or, .xor: return a() | b()
    case .add:
      let (sum, carry) = a().addingReportingOverflow(b())
      return carry || sum > all ? all : Self.bitsUpTo(sum)
    case .multiply:
      let (product, carry) = a().multipliedReportingOverflow(by: b())
      return carry || product > all ? all : Self.bitsUpTo(product)
    case .shiftLeft:
      guard let count = constant(instruction.pointee.b) else { return all }
      return a() << UInt64(count & Int64(instruction.pointee.type.bits - 1)) & all
    case .shiftRightUnsigned:
      guard let count = constant(instruction.pointee.b) else { return Self.bitsUpTo(a()) }
      return a() >> UInt64(count & Int64(instruction.pointee.type.bits - 1))
    case .divideUnsigned:
      guard let divisor = unsignedConstant(instruction.pointee.b), divisor != 0 else { return Self.bitsUpTo(a()) }
      return Self.bitsUpTo(a() / divisor)
    case .remainderUnsigned:
      guard let divisor = unsignedConstant(instruction.pointee.b), divisor != 0 else { return all }
      return Self.bitsUpTo(min(a(), divisor - 1))
    case .select: return a() | b()
    case .phi:
      guard argumentCount(value) <= 4 else { return all }
      var bits: UInt64 = 0
      for argument in arguments(value) where bits != all { bits |= possibleBits(argument, depth: depth - 2) }
      return bits
    case .wrap: return a() & 0xFFFF_FFFF
    case .extendUnsigned: return a()
    case .extendSigned:
      let bits = a()
      return bits & 0x8000_0000 == 0 ? bits : all
    case .countLeadingZeros, .countTrailingZeros, .populationCount: return 0x7F
    case .load, .atomicLoad, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange, .atomicCompareExchange:
      switch instruction.pointee.access {
      case .unsigned8: return 0xFF
      case .unsigned16: return 0xFFFF
      case .unsigned32: return 0xFFFF_FFFF
      default: return all
      }
    default: return instruction.pointee.operation.isComparison ? 1 : all
    }
  }

  /// The largest number that the value may be as an unsigned one.
  @inline(__always)
  func maximum(_ value: Value) -> UInt64 { possibleBits(value) }

  @inline(__always)
  func isNeverNegative(_ value: Value) -> Bool { possibleBits(value) >> UInt64(at(value).pointee.type.bits - 1) == 0 }

  /// Of an i32 zero-extended.
  @inline(__always)
  func unsignedConstant(_ value: Value) -> UInt64? {
    guard at(value).pointee.operation == .constant, at(value).pointee.type.isInteger else { return nil }
    return UInt64(bitPattern: at(value).pointee.immediate)
  }

  /// All bits of numbers up to this one.
  private static func bitsUpTo(_ limit: UInt64) -> UInt64 { limit == 0 ? 0 : UInt64.max >> UInt64(limit.leadingZeroBitCount) }
}

extension Operation {
  /// Its value is 0 or 1.
  @inline(__always)
  var isComparison: Bool { rawValue >= Operation.equal.rawValue && rawValue <= Operation.multiplyOverflows.rawValue }

  @inline(__always)
  var isOverflowTest: Bool { self == .addOverflows || self == .subtractOverflows || self == .multiplyOverflows }

  /// The comparison that is true where this one is false; nil for those of floats, where both may be false.
  var inverted: Operation? {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .lessSigned: .greaterEqualSigned
    case .lessUnsigned: .greaterEqualUnsigned
    case .greaterSigned: .lessEqualSigned
    case .greaterUnsigned: .lessEqualUnsigned
    case .lessEqualSigned: .greaterSigned
    case .lessEqualUnsigned: .greaterUnsigned
    case .greaterEqualSigned: .lessSigned
    case .greaterEqualUnsigned: .lessUnsigned
    case .floatEqual: .floatNotEqual
    case .floatNotEqual: .floatEqual
    default: nil
    }
  }

  /// The comparison with its sides exchanged.
  var mirrored: Operation {
    switch self {
    case .lessSigned: .greaterSigned
    case .lessUnsigned: .greaterUnsigned
    case .greaterSigned: .lessSigned
    case .greaterUnsigned: .lessUnsigned
    case .lessEqualSigned: .greaterEqualSigned
    case .lessEqualUnsigned: .greaterEqualUnsigned
    case .greaterEqualSigned: .lessEqualSigned
    case .greaterEqualUnsigned: .lessEqualUnsigned
    default: self
    }
  }
}
