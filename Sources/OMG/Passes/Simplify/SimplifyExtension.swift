// Rules for widening and narrowing: what one did and the other undoes, and what was wide enough anyway.

extension Graph {
  mutating func simplifyExtension(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let x = instruction.a
    switch instruction.operation {
    case .wrap: return simplifyWrap(value, x)
    case .extendUnsigned:
      guard isOperation(x, .wrap) else { return false }
      let wide = at(x).pointee.a
      if possibleBits(wide) <= 0xFFFF_FFFF { return done(value, wide) }
      return again(value, .and, wide, constant(.i64, 0xFFFF_FFFF, before: value))
    case .extendSigned:
      if isOperation(x, .wrap) { return again(value, .signExtend32, at(x).pointee.a) }
      // Unsigned extension costs nothing on most machines.
      if isNeverNegative(x) { return again(value, .extendUnsigned, x) }
      return false
    case .signExtend8: return simplifySignExtension(value, x, 8)
    case .signExtend16: return simplifySignExtension(value, x, 16)
    default: return simplifySignExtension(value, x, 32)
    }
  }

  private mutating func simplifySignExtension(_ value: Value, _ x: Value, _ bits: UInt64) -> Bool {
    if possibleBits(x) >> (bits - 1) == 0 { return done(value, x) }
    if bits == 32, isOperation(x, .extendUnsigned) { return again(value, .extendSigned, at(x).pointee.a) }
    if isSignExtended(x, bits) { return done(value, x) }
    // What only concerns the bits above.
    if let (inner, mask) = withConstant(x, .and), ~mask << Int64(64 - bits) == 0 {
      return again(value, at(value).pointee.operation, inner)
    }
    return false
  }

  /// Whether the value is that of its low `bits` bits, signed.
  private func isSignExtended(_ value: Value, _ bits: UInt64) -> Bool {
    let instruction = at(value)
    switch instruction.pointee.operation {
    case .signExtend8: return true
    case .signExtend16: return bits >= 16
    case .signExtend32: return bits >= 32
    case .extendSigned: return bits >= 32
    case .load:
      switch instruction.pointee.access {
      case .signed8: return true
      case .signed16: return bits >= 16
      case .signed32: return bits >= 32
      default: return false
      }
    case .shiftRightSigned:
      return withCount(value, .shiftRightSigned).map { UInt64($0.1) + bits >= UInt64(instruction.pointee.type.bits) } ?? false
    default: return false
    }
  }

  private mutating func simplifyWrap(_ value: Value, _ x: Value) -> Bool {
    let source = at(x).pointee
    switch source.operation {
    case .extendSigned, .extendUnsigned: return done(value, source.a)
    case .signExtend32: return again(value, .wrap, source.a)
    case .signExtend8, .signExtend16:
      guard let narrow = narrowed(source.a, before: value) else { return false }
      return again(value, source.operation, narrow)
    case .and:
      if let mask = constant(source.b), mask & 0xFFFF_FFFF == 0xFFFF_FFFF { return again(value, .wrap, source.a) }
      return narrowBoth(value, source)
    case .add, .subtract, .multiply, .or, .xor: return narrowBoth(value, source)
    case .shiftLeft:
      guard let (_, count) = withCount(x, .shiftLeft), count < 32, let narrow = narrowed(source.a, before: value) else { return false }
      return again(value, .shiftLeft, narrow, constant(.i32, UInt64(count), before: value))
    case .shiftRightUnsigned, .shiftRightSigned:
      guard let (_, count) = withCount(x, source.operation), count < 32 else { return false }
      let isUnsigned = source.operation == .shiftRightUnsigned
      guard isOperation(source.a, isUnsigned ? .extendUnsigned : .extendSigned) else { return false }
      return again(value, source.operation, at(source.a).pointee.a, constant(.i32, UInt64(count), before: value))
    case .select:
      guard let a = narrowed(source.a, before: value), let b = narrowed(source.b, before: value) else { return false }
      become(value, .select, a, b, source.c)
      return true
    default: return false
    }
  }

  /// Of an operation whose low half depends on the arguments' low halves: narrow if these are there.
  private mutating func narrowBoth(_ value: Value, _ source: Instruction) -> Bool {
    // One of two may be a constant, not both.
    guard let a = narrowed(source.a, before: value), let b = narrowed(source.b, before: value) else { return false }
    return again(value, source.operation, a, b)
  }

  /// The low half of an i64 if it costs nothing.
  private mutating func narrowed(_ wide: Value, before other: Value) -> Value? {
    switch at(wide).pointee.operation {
    case .extendSigned, .extendUnsigned: at(wide).pointee.a
    case .constant: constant(.i32, UInt64(bitPattern: at(wide).pointee.immediate), before: other)
    default: nil
    }
  }
}
