// Recognizes tests of whether signed arithmetic overflowed, for machines that have a flag for it (TargetFacts). The forms that compilers to
// wasm emit, with
// s = a + b and d = a - b:
//
//     ((s ^ a) & (s ^ b)) < 0              → add_overflows a, b
//     ((a ^ b) & (a ^ d)) < 0              → sub_overflows a, b
//     (a + c) < a, for a constant c > 0    → add_overflows a, c
//     (a + c) > a, for a constant c < 0    → add_overflows a, c
//     mulhigh_s(a, b) != (a * b) >> 63     → mul_overflows a, b
//
// and their opposites (>= 0, <=, ==), which become a comparison of the above with 0.

extension Graph {
  /// For a comparison of order. Returns whether it was one.
  mutating func findOverflowTest(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y) = (instruction.a, instruction.b)
    guard target.knowsSumOverflows else { return false }
    switch instruction.operation {
    case .lessSigned, .greaterEqualSigned:
      if constant(y) == 0, isOperation(x, .and), let (operation, a, b) = overflowOfSigns(x) {
        return overflow(value, operation, a, b, isOpposite: instruction.operation == .greaterEqualSigned)
      }
    default: break
    }
    // Of a sum with a constant, and one of its terms.
    switch instruction.operation {
    case .lessSigned, .greaterEqualSigned:
      // (a + c) < a, or a < (a + c)
      if let (a, number) = withConstant(x, .add), a == y, number > 0 {
        return overflow(value, .addOverflows, a, at(x).pointee.b, isOpposite: instruction.operation == .greaterEqualSigned)
      }
      if let (a, number) = withConstant(y, .add), a == x, number < 0 {
        return overflow(value, .addOverflows, a, at(y).pointee.b, isOpposite: instruction.operation == .greaterEqualSigned)
      }
    case .greaterSigned, .lessEqualSigned:
      if let (a, number) = withConstant(x, .add), a == y, number < 0 {
        return overflow(value, .addOverflows, a, at(x).pointee.b, isOpposite: instruction.operation == .lessEqualSigned)
      }
      if let (a, number) = withConstant(y, .add), a == x, number > 0 {
        return overflow(value, .addOverflows, a, at(y).pointee.b, isOpposite: instruction.operation == .lessEqualSigned)
      }
    default: break
    }
    return false
  }

  private mutating func overflow(_ value: Value, _ operation: Operation, _ a: Value, _ b: Value, isOpposite: Bool) -> Bool {
    if !isOpposite {
      become(value, operation, a, b)
      return true
    }
    let test = insert(operation, .i32, a, b, before: value)
    become(value, .equal, test, constant(.i32, 0, before: value))
    return true
  }

  /// For the `and` of two differences of signs.
  private func overflowOfSigns(_ value: Value) -> (Operation, Value, Value)? {
    let (first, second) = (at(at(value).pointee.a), at(at(value).pointee.b))
    guard first.pointee.operation == .xor, second.pointee.operation == .xor else { return nil }
    let sides = [(first.pointee.a, first.pointee.b), (first.pointee.b, first.pointee.a)]
    let others = [(second.pointee.a, second.pointee.b), (second.pointee.b, second.pointee.a)]
    for (common, one) in sides {
      for (same, other) in others where same == common {
        // common = one + other
        let sum = at(common)
        if sum.pointee.operation == .add, (sum.pointee.a == one && sum.pointee.b == other) || (sum.pointee.a == other && sum.pointee.b == one) {
          return (.addOverflows, sum.pointee.a, sum.pointee.b)
        }
        // one = common - other, or the reverse
        for (difference, term) in [(one, other), (other, one)] {
          let instruction = at(difference)
          if instruction.pointee.operation == .subtract, instruction.pointee.a == common, instruction.pointee.b == term {
            return (.subtractOverflows, common, term)
          }
        }
      }
    }
    return nil
  }

  /// For == and !=: the product's high half against the sign of its low one.
  mutating func simplifyProductTest(_ value: Value, _ instruction: Instruction) -> Bool {
    var (high, sign) = (instruction.a, instruction.b)
    if isOperation(sign, .multiplyHighSigned) { swap(&high, &sign) }
    guard target.knowsProductOverflows, isOperation(high, .multiplyHighSigned), let (product, count) = withConstant(sign, .shiftRightSigned),
      count == 63,
      isOperation(product, .multiply)
    else {
      return false
    }
    let (a, b) = (at(product).pointee.a, at(product).pointee.b)
    let (c, d) = (at(high).pointee.a, at(high).pointee.b)
    guard (a == c && b == d) || (a == d && b == c) else { return false }
    return overflow(value, .multiplyOverflows, a, b, isOpposite: instruction.operation == .equal)
  }
}
