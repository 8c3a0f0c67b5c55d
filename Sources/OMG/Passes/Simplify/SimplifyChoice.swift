// Rules for select and branch: conditions without detours through `== 0`.

extension Graph {
  mutating func simplifySelect(_ value: Value) -> Bool {
    let instruction = at(value).pointee
    let (x, y, condition) = (instruction.a, instruction.b, instruction.c)
    if let number = constant(condition) { return done(value, number != 0 ? x : y) }
    if x == y { return done(value, x) }
    if let (inner, isInverted) = plainCondition(condition) {
      become(value, .select, isInverted ? y : x, isInverted ? x : y, inner)
      return true
    }
    if let one = constant(x), let other = constant(y), (one == 1 && other == 0) || (one == 0 && other == 1) {
      // The condition itself, as a number.
      let isInverted = one == 0
      guard isInverted || at(condition).pointee.operation.isComparison else { return false }
      let operation: Operation = isInverted ? .equal : .notEqual
      let truth =
        isInverted ? simplified(operation, .i32, condition, constant(.i32, 0, before: value), before: value) : condition
      if instruction.type == .i32 { return done(value, truth) }
      return again(value, .extendUnsigned, truth)
    }
    return false
  }

  mutating func simplifyBranch(_ value: Value) -> Bool {
    let block = at(value).pointee.block
    guard let (inner, isInverted) = plainCondition(at(value).pointee.a) else { return false }
    if isInverted {
      let successors = successors(block)
      if successors[0] == successors[1] { return false }
      let first = successors[0]
      successors[0] = successors[1]
      successors[1] = first
    }
    at(value).pointee.a = inner
    return true
  }

  /// For a condition x == 0 or x != 0 of an i32: x, and whether it is true where the condition is false.
  private func plainCondition(_ condition: Value) -> (Value, isInverted: Bool)? {
    let instruction = at(condition)
    guard instruction.pointee.operation == .equal || instruction.pointee.operation == .notEqual else { return nil }
    let inner = instruction.pointee.a
    guard at(inner).pointee.type == .i32, constant(instruction.pointee.b) == 0 else { return nil }
    return (inner, instruction.pointee.operation == .equal)
  }
}
