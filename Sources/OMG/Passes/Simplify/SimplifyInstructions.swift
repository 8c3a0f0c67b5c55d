// Replaces instructions by cheaper ones with the same value: one walk in reverse postorder, so that arguments have been simplified before what
// uses them. The rules are by kind of operation in the files beside this one; each either makes the instruction into another one in place,
// possibly with new ones before it, or replaces it by a value that exists.
//
// Forms that rules (and lowering) may count on afterwards: a constant is the second argument of what commutes and of comparisons; a subtraction
// of a constant is an addition; a rotation by a constant is to the left; no branch or select is on `x == 0` or `x != 0` of an i32.

func simplifyInstructions(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  for position in 0..<scratch.order.count {
    var value = graph.at(scratch.order[position]).pointee.first
    while value.exists {
      let next = graph.at(value).pointee.next
      graph.resolveArguments(value)
      graph.simplifyFully(value)
      value = next
    }
  }
  eliminateIdentities(&graph)
}

extension Graph {
  @inline(__always)
  func resolveArguments(_ value: Value) {
    let arguments = arguments(value)
    for position in 0..<arguments.count where isIdentity(arguments[position]) {
      arguments[position] = resolve(arguments[position])
    }
  }

  /// Applies rules while one applies.
  @inline(__always)
  mutating func simplifyFully(_ value: Value) {
    // Rules lead to ever simpler forms; the limit is for a mistake in them.
    var limit = 32
    while limit > 0, simplify(value) { limit -= 1 }
  }

  /// An operation before another instruction, as simple as it can be.
  mutating func simplified(
    _ operation: Operation, _ type: ValueKind, _ a: Value, _ b: Value = .none, _ c: Value = .none, before other: Value
  ) -> Value {
    let value = insert(operation, type, a, b, c, before: other)
    simplifyFully(value)
    return resolve(value)
  }

  /// Applies one rule. Returns whether there may be more to do.
  mutating func simplify(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    switch instruction.operation {
    case .constant, .parameter, .frameWord, .phi, .identity, .call, .result, .jump, .returnValues, .globalGet, .functionReference:
      return false
    case .load, .store, .boundsCheck, .atomicLoad, .atomicStore, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange,
      .atomicCompareExchange:
      return simplifyAddress(value)
    case .alignmentCheck: return simplifyAlignmentCheck(value)
    case .select: return simplifySelect(value)
    case .vectorUnary, .vectorBinary, .vectorCommuting, .vectorTernary, .vectorShuffle: return simplifyVector(value)
    case .branch: return simplifyBranch(value)
    case .callIndirect, .tailCallIndirect: return simplifyCall(value)
    case .callReference, .tailCallReference: return simplifyReferenceCall(value)
    default: break
    }
    guard instruction.a.exists, instruction.operation.argumentCount > 0, instruction.operation.argumentCount < 3 else { return false }
    if foldConstants(value) { return false }
    switch instruction.operation {
    case .add, .subtract, .multiply: return simplifyArithmetic(value)
    case .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned: return simplifyDivision(value)
    case .and, .or, .xor: return simplifyLogic(value)
    case .shiftLeft, .shiftRightSigned, .shiftRightUnsigned, .rotateLeft, .rotateRight: return simplifyShift(value)
    case .signExtend8, .signExtend16, .signExtend32, .wrap, .extendSigned, .extendUnsigned: return simplifyExtension(value)
    case .equal, .notEqual: return simplifyEquality(value)
    case .lessSigned, .lessUnsigned, .greaterSigned, .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned, .greaterEqualSigned,
      .greaterEqualUnsigned:
      return simplifyOrder(value)
    case .floatDivide, .floatAbsolute, .floatNegate, .copySign, .convertSigned, .convertUnsigned, .reinterpret: return simplifyFloat(value)
    default: return false
    }
  }

  /// Computes operations on constants.
  private mutating func foldConstants(_ value: Value) -> Bool {
    let instruction = at(value)
    let a = at(instruction.pointee.a)
    guard a.pointee.operation == .constant else { return false }
    var y: UInt64 = 0
    if instruction.pointee.operation.argumentCount == 2 {
      let b = at(instruction.pointee.b)
      guard b.pointee.operation == .constant else { return false }
      y = UInt64(bitPattern: b.pointee.immediate)
    }
    let x = UInt64(bitPattern: a.pointee.immediate)
    // Traps are not folded, nor is what results in a NaN, as in the baseline tier.
    guard let result = instruction.pointee.operation.evaluate(instruction.pointee.type, a.pointee.type, x, y)?.value else { return false }
    become(value, constant: result)
    return true
  }

  // MARK: For the rules

  /// Whether an instruction is this operation.
  @inline(__always)
  func isOperation(_ value: Value, _ operation: Operation) -> Bool { at(value).pointee.operation == operation }

  /// `a` and `b` of an instruction that is this operation with a constant as its second argument, the constant sign-extended.
  @inline(__always)
  func withConstant(_ value: Value, _ operation: Operation) -> (Value, Int64)? {
    let instruction = at(value)
    guard instruction.pointee.operation == operation, let number = constant(instruction.pointee.b) else { return nil }
    return (instruction.pointee.a, number)
  }

  /// Replaces the instruction by a value; there is nothing more to do.
  @inline(__always)
  mutating func done(_ value: Value, _ result: Value) -> Bool {
    replace(value, by: result)
    return false
  }

  /// Makes the instruction into a constant; there is nothing more to do.
  @inline(__always)
  func done(_ value: Value, constant bits: UInt64) -> Bool {
    become(value, constant: bits)
    return false
  }

  /// Makes the instruction into another operation, on which to go on.
  @inline(__always)
  func again(_ value: Value, _ operation: Operation, _ a: Value, _ b: Value = .none) -> Bool {
    become(value, operation, a, b)
    return true
  }
}
