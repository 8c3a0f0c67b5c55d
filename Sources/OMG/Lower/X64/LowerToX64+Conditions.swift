// Conditions: comparisons whose result goes straight from the flags into a branch, a select or a 0 or 1.

import MachineCode

extension LowerToX64 {
  /// Makes code that sets the flags according to an i32; returns the condition that stands for "not 0". What uses the flags must follow at once.
  mutating func condition(_ operand: Value) -> X64Condition {
    let value = strip(operand)
    guard isCondition(value) else { return testNonZero(operand) }
    let instruction = at(value)
    let isPrivate = isOnlyUse(operand)
    // A comparison in another block is repeated only if nobody else needs its result.
    guard isPrivate || instruction.pointee.block == at(current).pointee.block else { return testNonZero(operand) }
    if isPrivate { isDone[value.number] = 1 }
    switch instruction.pointee.operation {
    case .equal where isPrivate && isNegation(value): return condition(instruction.pointee.a).negated
    case .notEqual where isPrivate && isNegation(value): return condition(instruction.pointee.a)
    case .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual:
      return compareFloats(value, isPrivate)
    case .addOverflows, .subtractOverflows, .multiplyOverflows: return overflow(value)
    case .vectorUnary: return vectorTest(value)
    default: return compare(value, isPrivate)
    }
  }

  /// Whether a comparison for equality is with 0, of another comparison that nothing else uses.
  private mutating func isNegation(_ value: Value) -> Bool {
    let a = at(value).pointee.a
    return graph.pointee.constant(strip(at(value).pointee.b)) == 0 && isCondition(strip(a)) && isOnlyUse(a)
  }

  /// Whether an i32 is the result of a comparison.
  private mutating func isCondition(_ value: Value) -> Bool {
    switch at(value).pointee.operation {
    case .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned,
      .greaterEqualSigned, .greaterEqualUnsigned, .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual,
      .addOverflows, .subtractOverflows, .multiplyOverflows:
      true
    case .vectorUnary: isVectorTest(value)
    default: false
    }
  }

  private mutating func testNonZero(_ value: Value) -> X64Condition {
    if let bit = bitTest(value, .w32) { return bit }
    if let byte = compareByte(value, 0, .notEqual) { return byte }
    compareWithZero(value, .w32, mayFold: true)
    return .notEqual
  }

  // MARK: Integers

  private static func condition(_ operation: Operation) -> X64Condition {
    switch operation {
    case .equal: .equal
    case .notEqual: .notEqual
    case .lessSigned: .less
    case .lessUnsigned: .below
    case .greaterSigned: .greater
    case .greaterUnsigned: .above
    case .lessEqualSigned: .lessOrEqual
    case .lessEqualUnsigned: .belowOrEqual
    case .greaterEqualSigned: .greaterOrEqual
    default: .aboveOrEqual
    }
  }

  /// `mayFold`: the comparison is made only here, so its operands' loads may be made here, too.
  private mutating func compare(_ value: Value, _ mayFold: Bool) -> X64Condition {
    var a = at(value).pointee.a
    var b = at(value).pointee.b
    let width: Width = at(a).pointee.type == .i32 ? .w32 : .w64
    var condition = Self.condition(at(value).pointee.operation)
    if graph.pointee.constant(strip(a)) != nil {
      swap(&a, &b)
      condition = condition.mirrored
    }
    if let constant = immediate(b, width) {
      if mayFold, let byte = compareByte(a, constant, condition) { return byte }
      if constant == 0 {
        switch condition {
        case .equal, .notEqual, .less, .greaterOrEqual:
          if mayFold, condition == .equal || condition == .notEqual, let bit = bitTest(a, width) { return condition == .equal ? bit.negated : bit }
          compareWithZero(a, width, mayFold: mayFold)
          return condition == .less ? .sign : condition == .greaterOrEqual ? .noSign : condition
        default: break
        }
      }
      let left = mayFold ? placedSource(a, width) : X64Source(register(a, width))
      begin()
      use(left)
      end(.compareConstant, X64Variant(width).raw, immediate: constant, left)
      return condition
    }
    if mayFold {
      if let byte = compareBytes(a, b, condition) { return byte }
      if let byte = compareBytes(b, a, condition.mirrored) { return byte }
    }
    if mayFold, let address = foldedLoad(a, width == .w32 ? .word32 : .word64) {
      let right = register(b, width)
      begin()
      use(right)
      use(address)
      end(.compareMemory, X64Variant(width).raw, address)
      return condition
    }
    let right = mayFold ? source(b, width) : X64Source(register(b, width))
    let left = register(a, width)
    begin()
    use(left)
    use(right)
    end(.compare, X64Variant(width).raw, right)
    return condition
  }

  /// A comparison of a byte in memory, or of some of its bits, with a constant, if that is what it is.
  private mutating func compareByte(_ operand: Value, _ constant: Int32, _ condition: X64Condition) -> X64Condition? {
    guard constant >= 0, constant <= 255, let unsigned = condition.ofBytes else { return nil }
    if let address = foldedLoad(operand, .zero8) {
      begin()
      use(address)
      end(.compareByteConstant, X64Variant().raw, immediate: constant, address)
      return unsigned
    }
    let value = strip(operand)
    guard constant == 0, condition == .equal || condition == .notEqual, at(value).pointee.operation == .and, isOnlyUse(operand),
      let mask = graph.pointee.constant(strip(at(value).pointee.b)), mask > 0, mask <= 255,
      let address = foldedLoad(at(value).pointee.a, .zero8)
    else { return nil }
    isDone[value.number] = 1
    begin()
    use(address)
    end(.testByteConstant, X64Variant().raw, immediate: Int32(mask), address)
    return condition
  }

  /// A comparison of a byte in memory with another byte.
  private mutating func compareBytes(_ a: Value, _ b: Value, _ condition: X64Condition) -> X64Condition? {
    guard let unsigned = condition.ofBytes, isByte(strip(b)), let address = foldedLoad(a, .zero8) else { return nil }
    let right = register(b)
    begin()
    use(right)
    use(address)
    end(.compareByte, X64Variant().raw, address)
    return unsigned
  }

  /// Whether a value is known to be less than 256.
  private mutating func isByte(_ value: Value) -> Bool {
    switch at(value).pointee.operation {
    case .load: Self.access(at(value).pointee) == .zero8
    case .and: graph.pointee.constant(strip(at(value).pointee.b)).map { $0 >= 0 && $0 <= 255 } ?? false
    default: false
    }
  }

  /// Sets the flags as for a comparison with 0; by the instruction that computes the value if that can stand here.
  private mutating func compareWithZero(_ operand: Value, _ width: Width, mayFold: Bool) {
    let value = strip(operand)
    let instruction = at(value)
    let isWide = instruction.pointee.type == .i64
    if isWide == (width == .w64) {
      switch instruction.pointee.operation {
      case .and where isOnlyUse(operand) && mayFold: return test(value, width)
      case .add, .subtract, .and, .or, .xor:
        // A comparison that is made in several places needs the value at the first of them.
        if mayFold, canStandHere(value) {
          isDone[value.number] = 1
          return arithmetic(value, Self.arithmeticOperation(instruction.pointee.operation), width)
        }
      default: break
      }
    }
    if mayFold, let address = foldedLoad(operand, width == .w32 ? .word32 : .word64) {
      begin()
      use(address)
      return end(.compareConstant, X64Variant(width).raw, immediate: 0, address)
    }
    let register = register(value, width)
    begin()
    use(register)
    use(register)
    end(.test, X64Variant(width).raw)
  }

  private static func arithmeticOperation(_ operation: Operation) -> ArithmeticOp {
    switch operation {
    case .add: .add
    case .subtract: .sub
    case .and: .and
    case .or: .or
    default: .xor
    }
  }

  /// `test` of the operands of an `and` that has no other use.
  private mutating func test(_ value: Value, _ width: Width) {
    let (a, b) = ordered(value)
    isDone[value.number] = 1
    if let constant = immediate(b, width) {
      let narrow: Width = constant >= 0 ? .w32 : width
      let left = register(a, narrow)
      begin()
      useAnywhere(left)
      return end(.testConstant, X64Variant(narrow).raw, payload: Int64(UInt32(bitPattern: constant)))
    }
    let right = source(b, width)
    let left = register(a, width)
    begin()
    use(left)
    use(right)
    end(.test, X64Variant(width).raw, right)
  }

  /// (x >> n) & 1, or x & (1 << n), as a condition on the carry: whether the bit is set.
  private mutating func bitTest(_ operand: Value, _ width: Width) -> X64Condition? {
    let value = strip(operand)
    let instruction = at(value)
    guard instruction.pointee.operation == .and, isOnlyUse(operand), (instruction.pointee.type == .i64) == (width == .w64) else { return nil }
    let (a, b) = ordered(value)
    let shifted = graph.pointee.resolve(a)
    if graph.pointee.constant(strip(b)) == 1, at(shifted).pointee.operation == .shiftRightUnsigned, useCounts[shifted.number] == 1 {
      isDone[value.number] = 1
      return bitTest(at(shifted).pointee.a, at(shifted).pointee.b, width)
    }
    for (mask, other) in [(a, b), (b, a)] {
      let mask = graph.pointee.resolve(mask)
      if at(mask).pointee.operation == .shiftLeft, useCounts[mask.number] == 1, graph.pointee.constant(at(mask).pointee.a) == 1 {
        isDone[value.number] = 1
        return bitTest(other, at(mask).pointee.b, width)
      }
    }
    // A single bit that no immediate can hold.
    if width == .w64, let mask = graph.pointee.constant(strip(b)), mask & (mask &- 1) == 0, mask >= 0x8000_0000 || mask == .min {
      isDone[value.number] = 1
      let left = register(a)
      begin()
      use(left)
      end(.bitTestConstant, X64Variant(.w64).raw, payload: Int64(mask.trailingZeroBitCount))
      return .below
    }
    return nil
  }

  private mutating func bitTest(_ value: Value, _ bit: Value, _ width: Width) -> X64Condition {
    let left = register(value, width)
    if let constant = graph.pointee.constant(strip(bit)) {
      begin()
      use(left)
      end(.bitTestConstant, X64Variant(width).raw, payload: constant & (width == .w32 ? 31 : 63))
      return .below
    }
    let right = low32(bit)
    begin()
    use(left)
    use(right)
    end(.bitTest, X64Variant(width).raw)
    return .below
  }

  // MARK: Sharing arithmetic with its flags

  /// Whether an instruction can be moved down to the one at hand: it is in the same block, and nothing in between uses it.
  private mutating func canStandHere(_ value: Value) -> Bool {
    let instruction = at(value)
    guard isDone[value.number] == 0, instruction.pointee.block == at(current).pointee.block else { return false }
    if value == current { return false }
    var other = at(current).pointee.previous
    var steps = 0
    while other != value {
      guard other.exists, steps < 24 else { return false }
      // What has become part of another instruction is made at or after this one.
      if isDone[other.number] == 0 {
        for argument in graph.pointee.arguments(other) where strip(argument) == value { return false }
      }
      other = at(other).pointee.previous
      steps += 1
    }
    return true
  }

  /// The overflow of an addition, subtraction or multiplication; of the instruction that computes the result, if it can stand here.
  private mutating func overflow(_ value: Value) -> X64Condition {
    let instruction = at(value)
    let a = graph.pointee.resolve(instruction.pointee.a)
    let b = graph.pointee.resolve(instruction.pointee.b)
    let width: Width = at(a).pointee.type == .i32 ? .w32 : .w64
    let operation: Operation =
      instruction.pointee.operation == .addOverflows ? .add : instruction.pointee.operation == .subtractOverflows ? .subtract : .multiply
    let result = sibling(operation, a, b)
    if result.exists { isDone[result.number] = 1 }
    switch operation {
    case .multiply:
      let right = register(b, width)
      let left = register(a, width)
      begin()
      redefine(result.exists ? definition(result) : makeInteger())
      use(left)
      useAnywhere(right)
      end(.multiply, X64Variant(width).raw)
    case .subtract where !result.exists:
      if let constant = immediate(b, width) {
        let left = register(a, width)
        begin()
        useAnywhere(left)
        end(.compareConstant, X64Variant(width).raw, payload: Int64(UInt32(bitPattern: constant)))
      } else {
        let left = register(a, width)
        let right = register(b, width)
        begin()
        use(left)
        useAnywhere(right)
        end(.compare, X64Variant(width).raw)
      }
    default:
      let op: ArithmeticOp = operation == .add ? .add : .sub
      if let constant = immediate(b, width) {
        let left = register(a, width)
        begin()
        redefine(result.exists ? definition(result) : makeInteger())
        use(left)
        end(.arithmeticConstant, X64Variant(width, operation: op.rawValue).raw, payload: Int64(UInt32(bitPattern: constant)))
      } else {
        let left = register(a, width)
        let right = register(b, width)
        begin()
        redefine(result.exists ? definition(result) : makeInteger())
        use(left)
        useAnywhere(right)
        end(.arithmetic, X64Variant(width, operation: op.rawValue).raw)
      }
    }
    return .overflow
  }

  /// The instruction of this block that computes an operation on these operands and can stand here, or none.
  private mutating func sibling(_ operation: Operation, _ a: Value, _ b: Value) -> Value {
    var other = at(current).pointee.previous
    var steps = 0
    while other.exists, steps < 24 {
      let instruction = at(other)
      if instruction.pointee.operation == operation, isDone[other.number] == 0 {
        let x = graph.pointee.resolve(instruction.pointee.a)
        let y = graph.pointee.resolve(instruction.pointee.b)
        if (x == a && y == b) || (operation != .subtract && x == b && y == a) || (x == a && isSameConstant(y, b)) {
          return canStandHere(other) ? other : .none
        }
      }
      other = instruction.pointee.previous
      steps += 1
    }
    return .none
  }

  private mutating func isSameConstant(_ a: Value, _ b: Value) -> Bool {
    guard let constant = graph.pointee.constant(a), at(a).pointee.type == at(b).pointee.type else { return false }
    return graph.pointee.constant(b) == constant
  }

  // MARK: Floats

  private mutating func compareFloats(_ value: Value, _ mayFold: Bool) -> X64Condition {
    var a = at(value).pointee.a
    var b = at(value).pointee.b
    let width: FloatWidth = at(graph.pointee.resolve(a)).pointee.type == .f32 ? .f32 : .f64
    let condition: X64Condition
    switch at(value).pointee.operation {
    case .floatEqual: condition = .floatEqual
    case .floatNotEqual: condition = .floatNotEqual
    case .floatGreater: condition = .above
    case .floatGreaterEqual: condition = .aboveOrEqual
    // a < b as b > a: "above" is false for unordered operands.
    case .floatLess:
      swap(&a, &b)
      condition = .above
    default:
      swap(&a, &b)
      condition = .aboveOrEqual
    }
    let right = mayFold ? source(b, float: width) : X64Source(register(b))
    let left = register(a)
    begin()
    use(left)
    use(right)
    end(.floatCompare, X64Variant(float: width).raw, right)
    return condition
  }

  // MARK: Users

  /// 0 or 1.
  mutating func setCondition(_ value: Value) {
    // Not to be repeated after the comparison, where it would need more bytes.
    let zero = constant(0, .i32, isRepeatable: false)
    // The comparison is made here, and only here if nothing else has taken it.
    let condition = ownCondition(value)
    begin()
    redefine(definition(value))
    use(zero)
    end(.set, X64Variant(.w32, condition).raw)
  }

  /// The comparison's own code. It may take loads along: nothing that comes later has, since others repeat it without.
  private mutating func ownCondition(_ value: Value) -> X64Condition {
    switch at(value).pointee.operation {
    case .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual: compareFloats(value, true)
    case .addOverflows, .subtractOverflows, .multiplyOverflows: overflow(value)
    case .vectorUnary: vectorTest(value)
    default: compare(value, true)
    }
  }

  /// value ← a + the result of a comparison, if that is what it is and the comparison's result is in the carry, or its opposite:
  /// of unsigned numbers, or with 0, which is whether a number is less than 1.
  mutating func sumWithCarry(_ value: Value, _ a: Value, _ b: Value, _ width: Width) -> Bool {
    let comparison = strip(b)
    guard isOnlyUse(b), graph.pointee.constant(strip(a)) == nil, isDone[comparison.number] == 0, registers[comparison.number] == .max,
      let test = carryTest(comparison)
    else { return false }
    isDone[comparison.number] = 1
    let sum = register(a, width)
    compareForCarry(test)
    begin()
    redefine(definition(value))
    use(sum)
    let op: ArithmeticOp = test.isOpposite ? .sbb : .adc
    end(.arithmeticWithCarry, X64Variant(width, operation: op.rawValue).raw, payload: test.isOpposite ? 0xFFFF_FFFF : 0)
    return true
  }

  /// Whether `value` is less than a constant, or than `other`, unsigned; or whether it is not.
  private struct CarryTest {
    var value: Value
    var other = Value.none
    var constant: Int32 = 0
    var isOpposite: Bool
  }

  private mutating func carryTest(_ comparison: Value) -> CarryTest? {
    let instruction = at(comparison)
    let operation = instruction.pointee.operation
    let (a, b) = (instruction.pointee.a, instruction.pointee.b)
    switch operation {
    case .equal, .notEqual:
      let source = strip(a)
      guard graph.pointee.constant(strip(b)) == 0, at(source).pointee.operation != .and, !isCondition(source) else { return nil }
      return CarryTest(value: a, constant: 1, isOpposite: operation == .notEqual)
    case .lessUnsigned, .greaterEqualUnsigned, .lessEqualUnsigned, .greaterUnsigned: break
    default: return nil
    }
    let isLess = operation == .lessUnsigned || operation == .lessEqualUnsigned
    let includesEqual = operation == .lessEqualUnsigned || operation == .greaterEqualUnsigned
    guard graph.pointee.constant(strip(a)) == nil else { return nil }
    if graph.pointee.constant(strip(b)) != nil {
      guard let number = immediate(b, at(a).pointee.type == .i32 ? .w32 : .w64) else { return nil }
      // a ≤ c is a < c + 1.
      if isLess != includesEqual { return CarryTest(value: a, constant: number, isOpposite: !isLess) }
      return number < 0 || number == .max ? nil : CarryTest(value: a, constant: number + 1, isOpposite: !isLess)
    }
    // a ≤ b is not b < a.
    if isLess != includesEqual { return CarryTest(value: a, other: b, isOpposite: !isLess) }
    return CarryTest(value: b, other: a, isOpposite: isLess)
  }

  private mutating func compareForCarry(_ test: CarryTest) {
    let width: Width = at(test.value).pointee.type == .i32 ? .w32 : .w64
    if test.other.exists {
      let right = source(test.other, width)
      let left = register(test.value, width)
      begin()
      use(left)
      use(right)
      return end(.compare, X64Variant(width).raw, right)
    }
    if compareByte(test.value, test.constant, .below) != nil { return }
    let left = placedSource(test.value, width)
    begin()
    use(left)
    end(.compareConstant, X64Variant(width).raw, immediate: test.constant, left)
  }

  mutating func select(_ value: Value) {
    let instruction = at(value)
    let a = instruction.pointee.a
    let b = instruction.pointee.b
    if instruction.pointee.type.isInFloatRegisters {
      if instruction.pointee.type.isFloat, selectExtreme(value) { return }
      let other = register(a)
      let kept = register(b)
      let condition = condition(instruction.pointee.c)
      begin()
      redefine(definition(value))
      use(kept)
      use(other)
      return end(.conditionalMoveFloat, X64Variant(condition).raw)
    }
    let width: Width = instruction.pointee.type == .i32 ? .w32 : .w64
    let chosen = register(a)
    let kept = register(b)
    let condition = condition(instruction.pointee.c)
    begin()
    redefine(definition(value))
    if condition != .floatEqual, condition != .floatNotEqual, comesRound(value, from: a), !comesRound(value, from: b) {
      use(chosen)
      useAnywhere(kept)
      return end(.conditionalMove, X64Variant(width, condition.negated).raw)
    }
    if condition == .floatEqual {
      // Chosen unless different or unordered.
      use(chosen)
      useAnywhere(kept)
      return end(.conditionalMove, X64Variant(width, .floatNotEqual).raw)
    }
    use(kept)
    useAnywhere(chosen)
    end(.conditionalMove, X64Variant(width, condition).raw)
  }

  /// Whether a value becomes the next one of a loop's phi from which an operand was made in place: all of them may have one register then.
  private mutating func comesRound(_ value: Value, from operand: Value) -> Bool {
    var operand = strip(operand)
    for _ in 0..<4 {
      let instruction = at(operand)
      switch instruction.pointee.operation {
      case .phi:
        for argument in graph.pointee.arguments(operand) where strip(argument) == value { return true }
        return false
      case .add, .subtract, .multiply, .and, .or, .xor, .shiftLeft, .shiftRightSigned, .shiftRightUnsigned:
        operand = strip(instruction.pointee.a)
      default: return false
      }
    }
    return false
  }

  /// a < b ? a : b and the like are what the processor's minimum and maximum do: they give the second operand if the operands are not ordered.
  private mutating func selectExtreme(_ value: Value) -> Bool {
    let instruction = at(value)
    let comparison = strip(instruction.pointee.c)
    let operation = at(comparison).pointee.operation
    guard operation == .floatLess || operation == .floatGreater else { return false }
    let (a, b) = (strip(instruction.pointee.a), strip(instruction.pointee.b))
    let (x, y) = (strip(at(comparison).pointee.a), strip(at(comparison).pointee.b))
    let isStraight = x == a && y == b
    guard isStraight || (x == b && y == a) else { return false }
    let op: FloatOp = (operation == .floatLess) == isStraight ? .minimum : .maximum
    let width: FloatWidth = instruction.pointee.type == .f32 ? .f32 : .f64
    let kept = register(a)
    let other = register(b)
    begin()
    redefine(definition(value))
    use(kept)
    useAnywhere(other)
    end(.floatArithmetic, X64Variant(float: width, operation: op.rawValue).raw)
    return true
  }
}

extension X64Variant {
  @inline(__always) init(_ condition: X64Condition) { self.init(.w32, condition) }
}
