// Rules for floats: only what is exact for every argument, NaNs' bits included where the operation keeps them.

extension Graph {
  mutating func simplifyFloat(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let x = instruction.a
    switch instruction.operation {
    case .floatDivide:
      guard let reciprocal = reciprocal(instruction.b) else { return false }
      let factor = insert(Instruction(.constant, instruction.type, index: 0, immediate: reciprocal), before: value)
      return again(value, .floatMultiply, x, factor)
    case .floatAbsolute:
      if isOperation(x, .floatAbsolute) { return done(value, x) }
      if isOperation(x, .floatNegate) { return again(value, .floatAbsolute, at(x).pointee.a) }
    case .floatNegate:
      if isOperation(x, .floatNegate) { return done(value, at(x).pointee.a) }
    case .copySign:
      let sign = at(instruction.b)
      if sign.pointee.operation == .constant {
        let isNegative = UInt64(bitPattern: sign.pointee.immediate) >> UInt64(instruction.type.bits - 1) != 0
        if !isNegative { return again(value, .floatAbsolute, x) }
        return again(value, .floatNegate, insert(.floatAbsolute, instruction.type, x, before: value))
      }
    case .convertUnsigned:
      if isNeverNegative(x) { return again(value, .convertSigned, x) }
    case .convertSigned:
      if isOperation(x, .extendSigned) { return again(value, .convertSigned, at(x).pointee.a) }
    case .reinterpret:
      if isOperation(x, .reinterpret) { return done(value, at(x).pointee.a) }
    default: break
    }
    return false
  }

  /// The bits of 1/x for a constant x if that is exact: multiplying by it rounds as dividing by x does.
  private func reciprocal(_ value: Value) -> Int64? {
    let instruction = at(value)
    guard instruction.pointee.operation == .constant else { return nil }
    if instruction.pointee.type == .f32 {
      let number = Float(bitPattern: UInt32(truncatingIfNeeded: instruction.pointee.immediate))
      guard number.isNormal, number.significandBitPattern == 0, (1 / number).isNormal else { return nil }
      return Int64((1 / number).bitPattern)
    }
    let number = Double(bitPattern: UInt64(bitPattern: instruction.pointee.immediate))
    guard number.isNormal, number.significandBitPattern == 0, (1 / number).isNormal else { return nil }
    return Int64(bitPattern: (1 / number).bitPattern)
  }
}
