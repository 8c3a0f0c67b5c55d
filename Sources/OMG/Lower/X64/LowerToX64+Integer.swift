// Integer arithmetic.

import MachineCode
import RuntimeLayout

extension LowerToX64 {
  /// The two operands of a commutative operation: what may become an immediate or be in memory second; else a value that nothing else uses
  /// first, since it is overwritten.
  mutating func ordered(_ value: Value) -> (a: Value, b: Value) {
    let a = at(value).pointee.a
    let b = at(value).pointee.b
    if graph.pointee.constant(strip(a)) != nil { return (b, a) }
    if graph.pointee.constant(strip(b)) != nil { return (a, b) }
    return isBetterSecond(a, b) ? (b, a) : (a, b)
  }

  /// Whether `a` had better be the second operand of a commutative operation and `b` the first, which is overwritten: a constant or a load that
  /// can be part of the instruction comes second; what a loop or a chain of the same operation accumulates comes first, and what dies here.
  mutating func isBetterSecond(_ a: Value, _ b: Value) -> Bool {
    let rankA = overwritingRank(a)
    let rankB = overwritingRank(b)
    return rankB > rankA
  }

  private mutating func overwritingRank(_ value: Value) -> Int {
    let stripped = strip(value)
    let operation = at(stripped).pointee.operation
    switch operation {
    case .constant: return 0
    case .load where isOnlyUse(value), .globalGet where isOnlyUse(value): return 1
    case .phi: return useCounts[stripped.number] == 1 ? 5 : 3
    default:
      if useCounts[stripped.number] > 1 { return 2 }
      return operation == at(current).pointee.operation ? 4 : 3
    }
  }

  /// d ← a op b, where the operation sets flags.
  mutating func arithmetic(_ value: Value, _ op: ArithmeticOp, _ width: Width) {
    let (a, b) = op == .sub ? (at(value).pointee.a, at(value).pointee.b) : ordered(value)
    let variant = X64Variant(width, operation: op.rawValue).raw
    if let constant = immediate(b, width) {
      let left = register(a, width)
      begin()
      redefine(definition(value))
      use(left)
      return end(.arithmeticConstant, variant, payload: Int64(UInt32(bitPattern: constant)))
    }
    overwriting(value, .arithmetic, variant, a, b, width)
  }

  /// d ← a op b by an instruction that overwrites `a`; `b` may be in memory.
  private mutating func overwriting(_ value: Value, _ opcode: X64Opcode, _ variant: UInt16, _ a: Value, _ b: Value, _ width: Width) {
    let right = source(b, width)
    let left = register(a, width)
    begin()
    redefine(definition(value))
    use(left)
    use(right)
    end(opcode, variant, right)
  }

  // MARK: Addition

  mutating func add(_ value: Value, _ width: Width) {
    let (a, b) = ordered(value)
    if sumWithCarry(value, a, b, width) || sumWithCarry(value, b, a, width) { return }
    if let constant = immediate(b, width) {
      if addressSum(value, a, displacement: constant, width) { return }
      let left = register(a, width)
      begin()
      define(definition(value))
      useAnywhere(left)
      return end(.addConstant, X64Variant(width).raw, payload: Int64(UInt32(bitPattern: constant)))
    }
    if scaledSum(value, a, b, displacement: 0, width) { return }
    let right = source(b, width)
    if right.isMemory {
      let left = register(a, width)
      begin()
      redefine(definition(value))
      use(left)
      use(right)
      return end(.arithmetic, X64Variant(width, operation: ArithmeticOp.add.rawValue).raw, right)
    }
    let left = register(a, width)
    begin()
    define(definition(value))
    useAnywhere(left)
    useAnywhere(right.register)
    end(.add, X64Variant(width).raw)
  }

  /// Whether a value of this width is computed by an operation for the instruction at hand alone.
  @inline(__always)
  private mutating func isInner(_ value: Value, _ operation: Operation, _ width: Width) -> Bool {
    let instruction = at(value)
    return instruction.pointee.operation == operation && useCounts[value.number] == 1 && registers[value.number] == .max
      && (instruction.pointee.type == .i64) == (width == .w64)
  }

  /// value ← (x + y) + displacement, x + (y << k) + displacement or x · 3 + displacement, in one `lea`.
  private mutating func addressSum(_ value: Value, _ a: Value, displacement: Int32, _ width: Width) -> Bool {
    let inner = graph.pointee.resolve(a)
    if isInner(inner, .add, width) {
      let (x, y) = ordered(inner)
      if graph.pointee.constant(strip(y)) != nil { return false }
      if scaledSum(value, x, y, displacement: displacement, width) { return true }
      return sum(value, x, y, scale: 0, displacement: displacement, width)
    }
    if isInner(inner, .multiply, width) {
      let (x, y) = ordered(inner)
      guard let factor = immediate(y, width), let scale = Self.scale(ofFactor: factor) else { return false }
      return sum(value, x, x, scale: scale, displacement: displacement, width)
    }
    return false
  }

  /// x · 3 is x + (x << 1), and so on.
  private static func scale(ofFactor factor: Int32) -> UInt8? {
    switch factor {
    case 3: 1
    case 5: 2
    case 9: 3
    default: nil
    }
  }

  /// value ← a + (x << k) + displacement.
  private mutating func scaledSum(_ value: Value, _ a: Value, _ b: Value, displacement: Int32, _ width: Width) -> Bool {
    for (base, shifted) in [(a, b), (b, a)] {
      let inner = graph.pointee.resolve(shifted)
      if isInner(inner, .shiftLeft, width), let count = immediate(at(inner).pointee.b, .w32), count >= 1, count <= 3 {
        return sum(value, base, at(inner).pointee.a, scale: UInt8(count), displacement: displacement, width)
      }
    }
    return false
  }

  private mutating func sum(_ value: Value, _ base: Value, _ index: Value, scale: UInt8, displacement: Int32, _ width: Width) -> Bool {
    var address = X64Address(.register, displacement)
    address.register = register(base, width)
    address.index = register(index, width)
    address.scale = scale
    begin()
    define(definition(value))
    use(address)
    end(.loadAddress, X64Variant(width).raw, address)
    return true
  }

  mutating func subtract(_ value: Value, _ width: Width) {
    let a = at(value).pointee.a
    if graph.pointee.constant(strip(a)) == 0 { return twoAddress(value, .negate, at(value).pointee.b, width) }
    if let constant = immediate(at(value).pointee.b, width), constant != .min {
      let left = register(a, width)
      begin()
      define(definition(value))
      useAnywhere(left)
      return end(.addConstant, X64Variant(width).raw, payload: Int64(UInt32(bitPattern: -constant)))
    }
    arithmetic(value, .sub, width)
  }

  // MARK: Logic

  mutating func and(_ value: Value, _ width: Width) {
    let (a, b) = ordered(value)
    if let mask = graph.pointee.constant(strip(b)) {
      let bits =
        width == .w32 ? Int64(UInt32(truncatingIfNeeded: mask)) : at(strip(b)).pointee.type == .i32 ? Int64(UInt32(truncatingIfNeeded: mask)) : mask
      switch bits {
      case 0xFF: return extend(value, of: a, .zero8)
      case 0xFFFF: return extend(value, of: a, .zero16)
      case 0xFFFF_FFFF where width == .w64: return extend(value, of: a, .word32)
      default:
        // A mask with a clear upper half needs 32 bits only.
        if width == .w64, bits >= 0, bits <= 0x7FFF_FFFF { return arithmetic(value, .and, .w32) }
      }
    }
    arithmetic(value, .and, width)
  }

  mutating func xor(_ value: Value, _ width: Width) {
    let (a, b) = ordered(value)
    if immediate(b, width) == -1 { return twoAddress(value, .complement, a, width) }
    arithmetic(value, .xor, width)
  }

  private mutating func twoAddress(_ value: Value, _ opcode: X64Opcode, _ operand: Value, _ width: Width) {
    let source = register(operand, width)
    begin()
    redefine(definition(value))
    use(source)
    end(opcode, X64Variant(width).raw)
  }

  // MARK: Multiplication and division

  mutating func multiply(_ value: Value, _ width: Width) {
    let (a, b) = ordered(value)
    if let constant = immediate(b, width) {
      if let scale = Self.scale(ofFactor: constant), sum(value, a, a, scale: scale, displacement: 0, width) { return }
      let left = placedSource(a, width)
      begin()
      define(definition(value))
      use(left)
      return end(.multiplyConstant, X64Variant(width).raw, immediate: constant, left)
    }
    overwriting(value, .multiply, X64Variant(width).raw, a, b, width)
  }

  mutating func multiplyHigh(_ value: Value, signed: Bool) {
    let (a, b) = ordered(value)
    let right = source(b, .w64)
    let left = register(a)
    begin()
    define(definition(value), X64RegisterFile.number(.rdx))
    use(left, X64RegisterFile.number(.rax))
    use(right)
    end(.multiplyHigh, X64Variant(.w64, operation: signed ? 1 : 0).raw, right)
    reversed[reversed.count - 1].clobbers = X64RegisterFile.number(.rax).bit
  }

  mutating func divide(_ value: Value, _ width: Width, _ requested: X64Division) {
    var kind = requested
    if width == .w64 { kind.insert(.is64) }
    if let divisor = graph.pointee.constant(strip(at(value).pointee.b)) {
      if divisor == 0 { kind.insert(.mayBeZero) }
      if divisor == -1 { kind.insert(.mayBeMinusOne) }
    } else {
      kind.insert([.mayBeZero, .mayBeMinusOne])
    }
    let left = register(at(value).pointee.a)
    let right = register(at(value).pointee.b)
    frame.mayTrap = true
    let rax = X64RegisterFile.number(.rax)
    let rdx = X64RegisterFile.number(.rdx)
    begin()
    define(definition(value), requested.contains(.remainder) ? rdx : rax)
    use(left, rax)
    useLate(right)
    end(.divide, kind.rawValue, clobbers: requested.contains(.remainder) ? rax.bit : rdx.bit)
  }

  // MARK: Shifts

  mutating func shift(_ value: Value, _ requested: ShiftOp, _ width: Width) {
    var op = requested
    let a = at(value).pointee.a
    var count = at(value).pointee.b
    if let constant = graph.pointee.constant(strip(count)) {
      let bits = Int64(width == .w32 ? 32 : 64)
      var amount = constant & (bits - 1)
      if op == .rol, target.hasBMI2 {
        op = .ror
        amount = (bits - amount) & (bits - 1)
      }
      if op == .ror, target.hasBMI2 {
        let source = placedSource(a, width)
        begin()
        define(definition(value))
        use(source)
        return end(.rotateBMI, X64Variant(width).raw, immediate: Int32(amount), source)
      }
      let left = register(a, width)
      begin()
      if op == .shl, amount >= 1, amount <= 3, useCounts[strip(a).number] > 1 {
        define(definition(value))
        useAnywhere(left)
        return end(.scale, X64Variant(width).raw, payload: amount)
      }
      redefine(definition(value))
      use(left)
      return end(.shiftConstant, X64Variant(width, operation: op.rawValue).raw, payload: amount)
    }
    // Counts are taken modulo the width.
    let masked = at(strip(count))
    if masked.pointee.operation == .and, useCounts[strip(count).number] == 1,
      let mask = immediate(masked.pointee.b, .w32), mask & (width == .w32 ? 31 : 63) == (width == .w32 ? 31 : 63)
    {
      count = masked.pointee.a
    }
    if target.hasBMI2, op == .shl || op == .shr || op == .sar {
      let source = source(a, width)
      let amount = low32(count)
      begin()
      define(definition(value))
      // An address comes last.
      if source.isMemory { use(amount) }
      use(source)
      if !source.isMemory { use(amount) }
      return end(.shiftBMI, X64Variant(width, operation: op.rawValue).raw, source)
    }
    let left = register(a, width)
    let amount = low32(count)
    begin()
    redefine(definition(value))
    use(left)
    use(amount, X64RegisterFile.number(.rcx))
    end(.shiftByCL, X64Variant(width, operation: op.rawValue).raw)
  }

  // MARK: Others

  mutating func unary(_ value: Value, _ opcode: X64Opcode, _ width: Width) {
    let source = source(at(value).pointee.a, width)
    begin()
    define(definition(value))
    use(source)
    end(opcode, X64Variant(width).raw, source)
  }

  mutating func extend(_ value: Value, _ access: X64Access) { extend(value, of: at(value).pointee.a, access) }

  /// d ← a, extended from some of its low bits.
  mutating func extend(_ value: Value, of operand: Value, _ access: X64Access) {
    if access == .sign32To64, let address = foldedLoad(operand, .word32) { return load(value, address, access) }
    let source = access.byteCount <= 4 ? low32(operand) : register(operand)
    begin()
    define(definition(value))
    useAnywhere(source)
    end(.load, access.rawValue)
  }
}
