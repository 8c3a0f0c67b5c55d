// Rules for comparisons of integers.

extension Graph {
  // MARK: == and !=

  mutating func simplifyEquality(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y) = (instruction.a, instruction.b)
    let isEqual = instruction.operation == .equal
    if x == y { return done(value, constant: isEqual ? 1 : 0) }
    if constant(x) != nil { return again(value, instruction.operation, y, x) }
    guard let number = constant(y) else { return simplifyEqualityOfExtended(value, instruction) }
    let type = at(x).pointee.type
    let bits = type == .i32 ? UInt64(bitPattern: number) & 0xFFFF_FFFF : UInt64(bitPattern: number)
    if bits & ~possibleBits(x) != 0 { return done(value, constant: isEqual ? 0 : 1) }
    let source = at(x).pointee
    // Functions are not null.
    if source.operation == .functionReference, number == 0 { return done(value, constant: isEqual ? 0 : 1) }
    // Of a comparison's truth: that or its opposite.
    if source.operation.isComparison {
      if (number == 0) != isEqual { return done(value, x) }
      if let inverted = source.operation.inverted { return again(value, inverted, source.a, source.b) }
    }
    func moved(_ other: Int64) -> Value { constant(type, UInt64(bitPattern: other), before: value) }
    // Not (x + c) == d → x == d - c: of a loop's counter both x and the sum would be live at the loop's end.
    switch source.operation {
    case .xor:
      if let other = constant(source.b) { return again(value, instruction.operation, source.a, moved(number ^ other)) }
      if number == 0 { return again(value, instruction.operation, source.a, source.b) }
    case .subtract:
      if number == 0 { return again(value, instruction.operation, source.a, source.b) }
    case .and: return simplifyBitTest(value, instruction, source, bits)
    case .extendUnsigned:
      // It fits, or the bits above would have told.
      return again(value, instruction.operation, source.a, constant(.i32, bits, before: value))
    case .extendSigned:
      guard Int64(Int32(truncatingIfNeeded: number)) == number else { return done(value, constant: isEqual ? 0 : 1) }
      return again(value, instruction.operation, source.a, constant(.i32, bits, before: value))
    case .wrap:
      if possibleBits(source.a) <= 0xFFFF_FFFF { return again(value, instruction.operation, source.a, constant(.i64, bits, before: value)) }
    default: break
    }
    return false
  }

  /// Of (x & mask) with a number.
  private mutating func simplifyBitTest(_ value: Value, _ instruction: Instruction, _ source: Instruction, _ number: UInt64) -> Bool {
    guard let mask = unsignedConstant(source.b) else { return false }
    // One bit is set: it is not clear.
    if number == mask, mask & (mask &- 1) == 0 {
      let zero = constant(source.type, 0, before: value)
      return again(value, instruction.operation == .equal ? .notEqual : .equal, instruction.a, zero)
    }
    // Of bits that were shifted down: where they come from.
    if number == 0, let (inner, count) = withCount(source.a, .shiftRightUnsigned) {
      let above = mask << UInt64(count)
      guard above >> UInt64(count) == mask, above >> UInt64(source.type == .i32 ? 32 : target.testMaskBits) == 0 else { return false }
      let test = simplified(.and, source.type, inner, constant(source.type, above, before: value), before: value)
      return again(value, instruction.operation, test, instruction.b)
    }
    return false
  }

  /// Of two extended values, or of what is 0 and its difference.
  private mutating func simplifyEqualityOfExtended(_ value: Value, _ instruction: Instruction) -> Bool {
    let (x, y) = (at(instruction.a).pointee, at(instruction.b).pointee)
    if x.operation == y.operation, x.operation == .extendSigned || x.operation == .extendUnsigned {
      return again(value, instruction.operation, x.a, y.a)
    }
    return simplifyProductTest(value, instruction)
  }

  // MARK: Less and greater

  mutating func simplifyOrder(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y) = (instruction.a, instruction.b)
    let operation = instruction.operation
    if x == y {
      let includesEqual =
        operation == .lessEqualSigned || operation == .lessEqualUnsigned || operation == .greaterEqualSigned || operation == .greaterEqualUnsigned
      return done(value, constant: includesEqual ? 1 : 0)
    }
    if constant(x) != nil { return again(value, operation.mirrored, y, x) }
    if findOverflowTest(value) { return true }
    if simplifyCarryTest(value, instruction) { return true }
    let isSigned =
      operation == .lessSigned || operation == .greaterSigned || operation == .lessEqualSigned || operation == .greaterEqualSigned
    if simplifyOrderOfExtended(value, instruction, isSigned) { return true }
    guard let number = constant(y) else { return false }
    return isSigned ? simplifySignedOrder(value, instruction, number) : simplifyUnsignedOrder(value, instruction)
  }

  /// (x - 1) > x and (x + 1) < x, unsigned: only for 0, only for the largest number.
  private mutating func simplifyCarryTest(_ value: Value, _ instruction: Instruction) -> Bool {
    guard let (x, number) = withConstant(instruction.a, .add), x == instruction.b else { return false }
    let type = at(x).pointee.type
    switch (instruction.operation, number) {
    case (.greaterUnsigned, -1), (.greaterEqualUnsigned, -1): return again(value, .equal, x, constant(type, 0, before: value))
    case (.lessUnsigned, -1), (.lessEqualUnsigned, -1): return again(value, .notEqual, x, constant(type, 0, before: value))
    case (.lessUnsigned, 1), (.lessEqualUnsigned, 1): return again(value, .equal, x, constant(type, UInt64.max, before: value))
    case (.greaterUnsigned, 1), (.greaterEqualUnsigned, 1): return again(value, .notEqual, x, constant(type, UInt64.max, before: value))
    default: return false
    }
  }

  private mutating func simplifySignedOrder(_ value: Value, _ instruction: Instruction, _ number: Int64) -> Bool {
    let x = instruction.a
    let type = at(x).pointee.type
    func zero() -> Value { constant(type, 0, before: value) }
    switch (instruction.operation, number) {
    case (.lessSigned, 1): return again(value, .lessEqualSigned, x, zero())
    case (.greaterEqualSigned, 1): return again(value, .greaterSigned, x, zero())
    case (.greaterSigned, -1): return again(value, .greaterEqualSigned, x, zero())
    case (.lessEqualSigned, -1): return again(value, .lessSigned, x, zero())
    default: break
    }
    guard isNeverNegative(x) else { return false }
    switch (instruction.operation, number) {
    case (.lessSigned, ...0): return done(value, constant: 0)
    case (.greaterEqualSigned, ...0): return done(value, constant: 1)
    case (.lessEqualSigned, ..<0): return done(value, constant: 0)
    case (.greaterSigned, ..<0): return done(value, constant: 1)
    case (.lessEqualSigned, 0): return again(value, .equal, x, zero())
    case (.greaterSigned, 0): return again(value, .notEqual, x, zero())
    default: break
    }
    let most = possibleBits(x)
    let limit = UInt64(bitPattern: number)
    switch instruction.operation {
    case .lessSigned where most < limit, .lessEqualSigned where most <= limit: return done(value, constant: 1)
    case .greaterSigned where most <= limit, .greaterEqualSigned where most < limit: return done(value, constant: 0)
    default: return false
    }
  }

  private mutating func simplifyUnsignedOrder(_ value: Value, _ instruction: Instruction) -> Bool {
    let x = instruction.a
    let type = at(x).pointee.type
    let limit = unsignedConstant(instruction.b) ?? 0
    func zero() -> Value { constant(type, 0, before: value) }
    switch (instruction.operation, limit) {
    case (.lessUnsigned, 0): return done(value, constant: 0)
    case (.greaterEqualUnsigned, 0): return done(value, constant: 1)
    case (.lessUnsigned, 1), (.lessEqualUnsigned, 0): return again(value, .equal, x, zero())
    case (.greaterEqualUnsigned, 1), (.greaterUnsigned, 0): return again(value, .notEqual, x, zero())
    default: break
    }
    let most = possibleBits(x)
    switch instruction.operation {
    case .lessUnsigned where most < limit, .lessEqualUnsigned where most <= limit: return done(value, constant: 1)
    case .greaterUnsigned where most <= limit, .greaterEqualUnsigned where most < limit: return done(value, constant: 0)
    default: return simplifyRangeTest(value, instruction, limit)
    }
  }

  /// (x - d) & 255 < limit, where x is a byte: those that have wrapped around are too large with and without the mask.
  private mutating func simplifyRangeTest(_ value: Value, _ instruction: Instruction, _ limit: UInt64) -> Bool {
    guard let (masked, mask) = withConstant(instruction.a, .and), mask > 0, mask & (mask &+ 1) == 0,
      let (x, number) = withConstant(masked, .add), number < 0, number >= -mask, possibleBits(x) <= UInt64(mask)
    else { return false }
    // The least of the numbers that have wrapped around.
    let least = UInt64(mask + 1 + number)
    let includesLimit = instruction.operation == .lessEqualUnsigned || instruction.operation == .greaterUnsigned
    guard includesLimit ? limit < least : limit <= least else { return false }
    return again(value, instruction.operation, masked, instruction.b)
  }

  /// Of extended values: of the values themselves. Sign extension keeps also the unsigned order.
  private mutating func simplifyOrderOfExtended(_ value: Value, _ instruction: Instruction, _ isSigned: Bool) -> Bool {
    let (x, y) = (at(instruction.a).pointee, at(instruction.b).pointee)
    guard x.operation == .extendSigned || x.operation == .extendUnsigned else { return false }
    // Zero-extended values are not negative: their order is the unsigned one.
    let operation = x.operation == .extendUnsigned && isSigned ? instruction.operation.asUnsigned : instruction.operation
    if y.operation == x.operation { return again(value, operation, x.a, y.a) }
    guard y.operation == .constant else { return false }
    let number = y.immediate
    let fits = x.operation == .extendSigned ? Int64(Int32(truncatingIfNeeded: number)) == number : UInt64(bitPattern: number) <= 0xFFFF_FFFF
    guard fits else { return false }
    return again(value, operation, x.a, constant(.i32, UInt64(bitPattern: number), before: value))
  }
}

extension Operation {
  /// The unsigned comparison in place of a signed one.
  fileprivate var asUnsigned: Operation {
    switch self {
    case .lessSigned: .lessUnsigned
    case .greaterSigned: .greaterUnsigned
    case .lessEqualSigned: .lessEqualUnsigned
    case .greaterEqualSigned: .greaterEqualUnsigned
    default: self
    }
  }
}
