// Vectors. VectorForm (MachineCode) says which operations are one instruction; what is chosen here is where operands are: in registers, in memory as wide as the
// access, after the code.

import MachineCode
import WasmFormat

extension LowerToX64 {
  private mutating func code(_ value: Value) -> VectorCode { at(value).pointee.vectorCode }

  mutating func vector(_ value: Value) {
    let (operation, shape, lane) = (code(value).operation, code(value).shape, code(value).lane)
    switch operation {
    case .anyTrue, .allTrue: setCondition(value)
    case .bitmask: unary(value, .vectorMask)
    case .splat: splat(value, shape)
    case .extract, .extractSigned: extract(value, lane)
    case .replace: replace(value, shape, lane)
    case .shiftLeft, .shiftRightSigned, .shiftRightUnsigned: shift(value, operation, shape)
    case .extendLowSigned, .extendLowUnsigned, .extendHighSigned, .extendHighUnsigned: extend(value, operation, shape)
    case .multiplyLowSigned, .multiplyLowUnsigned, .multiplyHighSigned, .multiplyHighUnsigned:
      if shape == .i64x2 { multiplyDoublewords(value, operation) } else { sequence(value) }
    default:
      var (a, b) = (at(value).pointee.a, at(value).pointee.b)
      let (form, isSwapped) = VectorForm.of(operation, shape, module.processor)
      if isSwapped { swap(&a, &b) }
      if operation.commutes, isBetterSecond(a, b) { swap(&a, &b) }
      lower(value, form, a, b)
    }
  }

  private mutating func lower(_ value: Value, _ form: VectorForm, _ a: Value, _ b: Value) {
    switch form {
    case .binary(let instruction): binary(value, .vector, instruction, a, b)
    case .compare(let instruction, let predicate): binary(value, .vectorImmediate, instruction, a, b, immediate: Int32(predicate.rawValue))
    case .unary(let instruction): vectorUnary(value, .vectorUnary, instruction, a)
    case .round(let instruction, let mode): vectorUnary(value, .vectorUnaryImmediate, instruction, a, immediate: Int32(mode.rawValue))
    case .multiplyAdd(let instruction, let width):
      let (left, right, sum) = (register(a), register(b), register(at(value).pointee.c))
      begin()
      redefine(definition(value))
      use(sum)
      use(left)
      use(right)
      end(.vectorMultiplyAdd, instruction.rawValue, payload: width == .f64 ? 1 : 0)
    case .sequence(let needsTemporary): sequence(value, a, b, needsTemporary: needsTemporary)
    }
  }

  private mutating func sequence(_ value: Value) { sequence(value, at(value).pointee.a, at(value).pointee.b, needsTemporary: false) }

  private mutating func binary(
    _ value: Value, _ opcode: X64Opcode, _ instruction: VectorInstruction, _ a: Value, _ b: Value, immediate: Int32 = 0
  ) {
    let right = source(vector: b, mayBeConstant: opcode == .vector)
    let left = register(a)
    begin()
    if target.hasAVX { define(definition(value)) } else { redefine(definition(value)) }
    use(left)
    use(right)
    end(opcode, instruction.rawValue, immediate: immediate, right)
  }

  /// An operand of 128 bits that may be in memory: in a slot, as a constant after the code, or loaded from anywhere with AVX alone.
  private mutating func source(vector value: Value, mayBeConstant: Bool) -> X64Source {
    let stripped = strip(value)
    if let constant = graph.pointee.vectorConstant(stripped) {
      guard mayBeConstant, !Self.isMade(constant), !isFromOutside(stripped) || hasManyVectorConstants() else { return X64Source(register(stripped)) }
      return X64Source(pool(constant))
    }
    if target.hasAVX, let address = foldedLoad(value, .v128) { return X64Source(address) }
    return X64Source(register(stripped))
  }

  /// Whether there are so many vector constants that those that can be in memory leave the registers to others: what is made again and again because there
  /// are too few takes an instruction more than an operand in memory.
  private mutating func hasManyVectorConstants() -> Bool {
    if target.vectorConstantCount < 0 {
      target.vectorConstantCount = 0
      for number in 0..<graph.pointee.instructions.count where graph.pointee.vectorConstant(Value(number)) != nil {
        if at(Value(number)).pointee.block.exists { target.vectorConstantCount += 1 }
      }
    }
    return target.vectorConstantCount > 8
  }

  private mutating func pool(_ constant: V128) -> X64Address {
    var address = X64Address(.vectorPool)
    address.bits = Int64(function.pointee.place(of: constant))
    return address
  }

  /// Constants that an instruction makes without memory.
  static func isMade(_ constant: V128) -> Bool { constant == .zero || constant.low & constant.high == .max }

  private mutating func vectorUnary(
    _ value: Value, _ opcode: X64Opcode, _ instruction: VectorInstruction, _ a: Value, immediate: Int32 = 0
  ) {
    let source: X64Source
    switch instruction.unaryBytes {
    // Never a load of all 16 bytes: its trap would be missed.
    case 2: source = X64Source(register(a))
    case 4: source = foldedLoad(a, .f32).map { X64Source($0) } ?? X64Source(register(a))
    case 8: source = foldedLoad(a, .f64).map { X64Source($0) } ?? X64Source(register(a))
    default: source = self.source(vector: a, mayBeConstant: opcode == .vectorUnary)
    }
    begin()
    define(definition(value))
    use(source)
    end(opcode, instruction.rawValue, immediate: immediate, source)
  }

  private mutating func sequence(_ value: Value, _ a: Value, _ b: Value, needsTemporary: Bool) {
    let (operation, shape) = (code(value).operation, code(value).shape)
    let count = operation.operandCount
    let left = register(a)
    let right = count >= 2 ? register(b) : .none
    let third = count == 3 ? register(at(value).pointee.c) : .none
    let temporary = needsTemporary ? self.temporary() : .none
    begin()
    define(definition(value))
    use(left)
    if count >= 2 { useLate(right) }
    if count == 3 { useLate(third) }
    if needsTemporary { useLate(temporary) }
    end(.vectorSequence, X64VectorVariant(operation, shape).raw, auxiliary: needsTemporary ? 1 : 0)
  }

  /// A register of which the next instruction may make any use.
  private mutating func temporary() -> VirtualRegister {
    let register = function.pointee.makeRegister(.float, .w128)
    begin()
    define(register)
    end(.scratch, 0)
    return register
  }

  private mutating func unary(_ value: Value, _ opcode: X64Opcode, immediate: Int32 = 0) {
    let source = register(at(value).pointee.a)
    begin()
    define(definition(value))
    use(source)
    end(opcode, X64VectorVariant(code(value).operation, code(value).shape).raw, payload: Int64(immediate))
  }

  // MARK: Constants

  mutating func constant(_ vector: V128) -> VirtualRegister {
    let register = function.pointee.makeRegister(.float, .w128)
    constant(vector, into: register)
    return register
  }

  mutating func constant(_ vector: V128, into register: VirtualRegister) {
    let place = function.pointee.place(of: vector)
    begin()
    define(register)
    end(.vectorConstant, 0, auxiliary: place)
  }

  // MARK: Lanes

  private mutating func splat(_ value: Value, _ shape: LaneShape) {
    let a = at(value).pointee.a
    let folded: (X64Access, X64Access) =
      switch shape {
      case .i8x16: (.zero8, .splat8)
      case .i16x8: (.zero16, .splat16)
      case .i32x4: (.word32, .splat32)
      case .i64x2: (.word64, .splat64)
      case .f32x4: (.f32, .splat32)
      case .f64x2: (.f64, .splat64)
      }
    if let address = foldedLoad(a, folded.0) { return load(value, address, folded.1) }
    unary(value, .vectorSplat)
  }

  private mutating func extract(_ value: Value, _ lane: UInt8) { unary(value, .vectorExtract, immediate: Int32(lane)) }

  private mutating func replace(_ value: Value, _ shape: LaneShape, _ lane: UInt8) {
    let access: X64Access =
      switch shape {
      case .i8x16: .zero8
      case .i16x8: .zero16
      case .i32x4: .word32
      case .i64x2: .word64
      case .f32x4: .f32
      case .f64x2: .f64
      }
    let scalar = at(value).pointee.b
    let source = foldedLoad(scalar, access).map { X64Source($0) } ?? X64Source(register(scalar))
    let left = register(at(value).pointee.a)
    begin()
    if target.hasAVX { define(definition(value)) } else { redefine(definition(value)) }
    use(left)
    if source.isMemory { use(source.address) } else { use(source.register) }
    end(.vectorReplace, X64VectorVariant(.replace, shape).raw, immediate: Int32(lane), source)
  }

  /// A store of a lane that nothing else wants.
  mutating func storeLane(_ value: Value, _ access: X64Access) -> Bool {
    let operand = at(value).pointee.b
    let lane = strip(operand)
    guard at(lane).pointee.operation == .vectorUnary, code(lane).operation == .extract, code(lane).shape.width == 8 * access.byteCount,
      isOnlyUse(operand)
    else { return false }
    isDone[lane.number] = 1
    let source = register(at(lane).pointee.a)
    let address = address(ofAccess: value)
    begin()
    use(source)
    use(address)
    end(.vectorStoreLane, X64VectorVariant(.extract, code(lane).shape).raw, immediate: Int32(code(lane).lane), address)
    return true
  }

  mutating func shuffle(_ value: Value) {
    let (a, b) = (strip(at(value).pointee.a), strip(at(value).pointee.b))
    if a != b, graph.pointee.vectorConstant(b) == .zero { return shuffleWithZeros(value, a, 0) }
    if a != b, graph.pointee.vectorConstant(a) == .zero { return shuffleWithZeros(value, b, 1) }
    let place = function.pointee.place(of: at(value).pointee.vector)
    let right = a == b ? .none : register(b)
    let left = register(a)
    begin()
    define(definition(value))
    use(left)
    if a != b { useLate(right) }
    end(.vectorShuffle, 0, auxiliary: place)
  }

  /// A shuffle of one of its vectors and zeros.
  private mutating func shuffleWithZeros(_ value: Value, _ operand: Value, _ number: Int) {
    let lanes = ShuffleLanes(at(value).pointee.vector)
    if let instruction = lanes.zeroExtension(of: number) { return vectorUnary(value, .vectorUnary, instruction, operand) }
    let address = pool(lanes.table(of: number))
    let source = register(operand)
    begin()
    if target.hasAVX { define(definition(value)) } else { redefine(definition(value)) }
    use(source)
    end(.vector, VectorInstruction.pshufb.rawValue, address)
  }

  // MARK: Wider lanes

  /// The low half, or the high one, in lanes of twice the width; of lanes that are such a half themselves, at once.
  private mutating func extend(_ value: Value, _ operation: VectorOperation, _ shape: LaneShape) {
    var source = at(value).pointee.a
    var isSigned = operation == .extendLowSigned || operation == .extendHighSigned
    // Which of the parts of the source, as many as the lanes become wider.
    var (part, factor) = (operation == .extendLowSigned || operation == .extendLowUnsigned ? 0 : 1, 2)
    while factor * 8 < shape.width {
      let inner = at(strip(source)).pointee
      guard inner.isVectorOperation else { break }
      let kind = inner.vectorCode.operation
      let isLow = kind == .extendLowSigned || kind == .extendLowUnsigned
      guard isLow || kind == .extendHighSigned || kind == .extendHighUnsigned, inner.vectorCode.shape.width * factor == shape.width else { break }
      let innerIsSigned = kind == .extendLowSigned || kind == .extendHighSigned
      // Unsigned lanes are not negative; those that are signed would be extended with what they have become.
      guard !innerIsSigned || isSigned, isLow || factor < 4 else { break }
      if !innerIsSigned { isSigned = false }
      if !isLow { part += factor }
      factor *= 2
      source = inner.a
    }
    let instruction = Self.extension_(from: shape.width / factor, to: shape.width, isSigned: isSigned)
    if part == 0 { return vectorUnary(value, .vectorUnary, instruction, source) }
    let moved = moveToStart(source, part, of: factor)
    begin()
    define(definition(value))
    use(moved)
    end(.vectorUnary, instruction.rawValue)
  }

  /// A vector whose first bytes are those of a part.
  private mutating func moveToStart(_ source: Value, _ part: Int, of count: Int) -> VirtualRegister {
    let vector = register(source)
    let moved = function.pointee.makeRegister(.float, .w128)
    begin()
    define(moved)
    use(vector)
    switch count {
    case 2: end(.vectorUnaryImmediate, VectorInstruction.pshufd.rawValue, payload: 0xEE)
    case 4: end(.vectorUnaryImmediate, VectorInstruction.pshufd.rawValue, payload: Int64(part * 0x55))
    default:
      // Two bytes of the low half, for lanes of 64 bits.
      end(.vectorUnaryImmediate, VectorInstruction.pshuflw.rawValue, payload: Int64(part * 0x55))
    }
    return moved
  }

  private static func extension_(from: Int, to: Int, isSigned: Bool) -> VectorInstruction {
    switch (from, to) {
    case (8, 16): isSigned ? .pmovsxbw : .pmovzxbw
    case (8, 32): isSigned ? .pmovsxbd : .pmovzxbd
    case (8, _): isSigned ? .pmovsxbq : .pmovzxbq
    case (16, 32): isSigned ? .pmovsxwd : .pmovzxwd
    case (16, _): isSigned ? .pmovsxwq : .pmovzxwq
    default: isSigned ? .pmovsxdq : .pmovzxdq
    }
  }

  // MARK: Products

  /// Products of 32 bits: the instruction takes lanes 0 and 2, so they may come from where they were before they were brought together.
  private mutating func multiplyDoublewords(_ value: Value, _ operation: VectorOperation) {
    let isSigned = operation == .multiplyLowSigned || operation == .multiplyHighSigned
    let isHigh = operation == .multiplyHighSigned || operation == .multiplyHighUnsigned
    let (a, b) = (at(value).pointee.a, at(value).pointee.b)
    let right = factor(b, isHigh: isHigh)
    let left = strip(a) == strip(b) ? right : factor(a, isHigh: isHigh)
    begin()
    if target.hasAVX { define(definition(value)) } else { redefine(definition(value)) }
    use(left)
    use(right)
    end(.vector, (isSigned ? VectorInstruction.pmuldq : .pmuludq).rawValue)
  }

  /// A vector that has lanes 0 and 1 of an operand, or 2 and 3, in its lanes 0 and 2.
  private mutating func factor(_ operand: Value, isHigh: Bool) -> VirtualRegister {
    var source = strip(operand)
    var (first, second) = isHigh ? (2, 3) : (0, 1)
    for _ in 0..<4 {
      let instruction = at(source).pointee
      if instruction.operation == .vectorShuffle, strip(instruction.a) == strip(instruction.b) {
        guard let lanes = ShuffleLanes(instruction.vector).lanes(ofBytes: 4) else { break }
        (first, second) = (lanes[first] & 3, lanes[second] & 3)
        source = strip(instruction.a)
      } else if instruction.isVector(.and) {
        let (left, right) = (strip(instruction.a), strip(instruction.b))
        func keeps(_ mask: V128?) -> Bool { mask.map { $0.lane(first, width: 32) & $0.lane(second, width: 32) == 0xFFFF_FFFF } ?? false }
        if keeps(graph.pointee.vectorConstant(right)) {
          source = left
        } else if keeps(graph.pointee.vectorConstant(left)) {
          source = right
        } else {
          break
        }
      } else {
        break
      }
    }
    if let lanes = graph.pointee.vectorConstant(source) {
      return constant(V128(low: lanes.lane(first, width: 32), high: lanes.lane(second, width: 32)))
    }
    let vector = register(source)
    if (first, second) == (0, 2) { return vector }
    let moved = function.pointee.makeRegister(.float, .w128)
    begin()
    define(moved)
    use(vector)
    end(.vectorUnaryImmediate, VectorInstruction.pshufd.rawValue, payload: Int64(first * 5 | second * 0x50))
    return moved
  }

  // MARK: Shifts

  private mutating func shift(_ value: Value, _ operation: VectorOperation, _ shape: LaneShape) {
    let count = at(value).pointee.b
    let variant = X64VectorVariant(operation, shape).raw
    if let constant = graph.pointee.constant(strip(count)) {
      let source = register(at(value).pointee.a)
      begin()
      define(definition(value))
      use(source)
      return end(.vectorShiftConstant, variant, payload: constant & Int64(shape.width - 1))
    }
    let by = low32(count)
    let source = register(at(value).pointee.a)
    let temporary = temporary()
    begin()
    define(definition(value))
    use(source)
    use(by)
    useLate(temporary)
    end(.vectorShift, variant)
  }

  // MARK: Tests

  /// Whether an i32 says something of a vector that the flags can say.
  mutating func isVectorTest(_ value: Value) -> Bool { code(value).operation == .anyTrue || code(value).operation == .allTrue }

  mutating func vectorTest(_ value: Value) -> X64Condition {
    let operand = at(value).pointee.a
    let source = register(operand)
    if code(value).operation == .allTrue, let mask = graph.pointee.laneMask(operand), mask.width >= code(value).shape.width {
      // Lanes are all ones or 0: one instruction says whether all bits are set.
      begin()
      use(source)
      end(.vectorTestOnes, 0)
      return .below
    }
    begin()
    use(source)
    end(.vectorTest, X64VectorVariant(code(value).operation, code(value).shape).raw)
    return code(value).operation == .anyTrue ? .notEqual : .equal
  }
}
