// Integer arithmetic. Operand positions: after both operands are popped, the left one's slot is at `values.count`, the right one's at
// `values.count + 1`.

import MachineCode
import WasmFormat

extension X64Emitter {
  @inline(__always)
  static func integerType(_ width: Width) -> MachineType { width == .w32 ? .i32 : .i64 }

  /// The operand as an immediate, if it is a constant that fits.
  @inline(__always)
  mutating func immediate(_ value: Value, _ width: Width) -> Int32? {
    guard value.kind == .constant else { return nil }
    let short = Int32(truncatingIfNeeded: value.bits)
    return width == .w32 || Int64(short) == value.bits ? short : nil
  }

  /// Folds an operation on two constants.
  private mutating func fold(_ op: ArithmeticOp, _ width: Width, _ a: Int64, _ b: Int64) -> Int64 {
    let result: Int64 =
      switch op {
      case .add: a &+ b
      case .sub: a &- b
      case .and: a & b
      case .or: a | b
      default: a ^ b
      }
    return width == .w32 ? Int64(UInt32(truncatingIfNeeded: result)) : result
  }

  /// add, sub, and, or, xor.
  mutating func arithmetic(_ operation: ArithmeticOp, _ width: Width) {
    var op = operation
    var b = pop()
    var a = pop()
    var positionA = values.count
    var positionB = values.count + 1
    let type = Self.integerType(width)
    if a.isConstant && b.isConstant { return push(.constant(fold(op, width, a.bits, b.bits), type: type)) }
    if a.isConstant && op != .sub {
      swap(&a, &b)
      swap(&positionA, &positionB)
    }
    var constant = immediate(b, width)
    if op == .sub, let value = constant, value != Int32.min {
      op = .add
      constant = -value
    }
    if op == .and, let following = testedByNext(width) {
      emitTest(width, &a, positionA, &b, positionB, constant)
      release(a)
      release(b)
      push(Value(kind: .flags, type: type, reg: following.rawValue))
      return
    }
    let target = hint()
    if let constant {
      let register: GPR
      if op == .add {
        let source = use(&a, position: positionA)
        register = target >= 0 ? GPR(locals[target].home) : a.kind == .gpr ? source : allocateGPR()
        if register == source {
          if constant != 0 { asm.arithmetic(.add, width, register, constant: constant) }
        } else {
          asm.loadAddress(width, register, Address(source, constant))
        }
      } else if target >= 0 {
        register = GPR(locals[target].home)
        load(register, a, position: positionA)
        asm.arithmetic(op, width, register, constant: constant)
      } else {
        register = own(&a, position: positionA)
        asm.arithmetic(op, width, register, constant: constant)
      }
      if a.kind == .gpr && a.reg != register.code { release(a) }
      if op != .add { noteFlags(register, width) }
      return pushResult(register, target, type: type)
    }
    // The right operand stays in memory if it is there; the left one is overwritten, or copied to the home.
    if let address = inMemoryOnly(b, position: positionB) {
      let register: GPR
      if target >= 0 {
        register = GPR(locals[target].home)
        load(register, a, position: positionA)
      } else {
        register = own(&a, position: positionA)
      }
      asm.arithmetic(op, width, register, address)
      if a.kind == .gpr && a.reg != register.code { release(a) }
      noteFlags(register, width)
      return pushResult(register, target, type: type)
    }
    let right = use(&b, position: positionB)
    if target < 0, op != .sub, b.kind == .gpr, a.kind != .gpr, inMemoryOnly(a, position: positionA) != nil || op != .add {
      // Accumulate in the right operand's register.
      if let address = inMemoryOnly(a, position: positionA) {
        asm.arithmetic(op, width, right, address)
      } else {
        let left = use(&a, position: positionA)
        asm.arithmetic(op, width, right, left)
        if a.kind == .gpr { release(a) }
      }
      noteFlags(right, width)
      return pushResult(right, -1, type: type)
    }
    let register: GPR
    if target >= 0 {
      register = GPR(locals[target].home)
    } else if a.kind == .gpr {
      register = GPR(a.reg)
    } else if b.kind == .gpr && op != .sub {
      register = right
    } else {
      register = allocateGPR()
    }
    if op == .add {
      let left = use(&a, position: positionA)
      if left == register {
        asm.arithmetic(.add, width, register, right)
      } else if right == register {
        asm.arithmetic(.add, width, register, left)
      } else {
        asm.loadAddress(width, register, Address(left, index: right))
      }
    } else if right == register {
      // The home of the right operand is the destination.
      if op == .sub {
        asm.move(width, .r11, right)
        load(register, a, position: positionA)
        asm.arithmetic(.sub, width, register, .r11)
      } else {
        let left = use(&a, position: positionA)
        asm.arithmetic(op, width, register, left)
      }
      noteFlags(register, width)
    } else {
      load(register, a, position: positionA)
      asm.arithmetic(op, width, register, right)
      noteFlags(register, width)
    }
    if a.kind == .gpr && a.reg != register.code { release(a) }
    if b.kind == .gpr && b.reg != register.code { release(b) }
    pushResult(register, target, type: type)
  }

  /// The flags reflect this register until the next instruction.
  @inline(__always)
  mutating func noteFlags(_ register: GPR, _ width: Width) {
    flagsOffset = asm.offset
    flagsRegister = register.code
    flagsWidth = width
  }

  mutating func multiply(_ width: Width) {
    var b = pop()
    var a = pop()
    var positionA = values.count
    var positionB = values.count + 1
    let type = Self.integerType(width)
    if a.isConstant && b.isConstant {
      let product = a.bits &* b.bits
      return push(.constant(width == .w32 ? Int64(UInt32(truncatingIfNeeded: product)) : product, type: type))
    }
    if a.isConstant {
      swap(&a, &b)
      swap(&positionA, &positionB)
    }
    let target = hint()
    if let constant = immediate(b, width) {
      let source = use(&a, position: positionA)
      let register = target >= 0 ? GPR(locals[target].home) : a.kind == .gpr ? source : allocateGPR()
      if constant > 0, constant & (constant - 1) == 0 {
        if register != source { asm.move(width, register, source) }
        if constant > 1 {
          asm.shift(.shl, width, register, by: UInt8(constant.trailingZeroBitCount))
        } else if width == .w32 {
          asm.move(.w32, register, register)
        }
      } else {
        asm.multiply(width, register, source, constant: constant)
      }
      if a.kind == .gpr && a.reg != register.code { release(a) }
      return pushResult(register, target, type: type)
    }
    let register = own(&a, position: positionA)
    if let address = inMemoryOnly(b, position: positionB) {
      asm.multiply(width, register, address)
    } else {
      let right = use(&b, position: positionB)
      asm.multiply(width, register, right)
      release(b)
    }
    push(.gpr(register.code, type: type))
  }

  // MARK: Shifts

  mutating func shift(_ op: ShiftOp, _ width: Width) {
    var b = pop()
    var a = pop()
    let positionA = values.count
    let positionB = values.count + 1
    let type = Self.integerType(width)
    let mask: Int64 = width == .w32 ? 31 : 63
    if b.isConstant {
      let count = UInt8(b.bits & mask)
      if a.isConstant { return push(.constant(foldShift(op, width, a.bits, Int64(count)), type: type)) }
      let target = hint()
      let register: GPR
      if target >= 0 {
        register = GPR(locals[target].home)
        load(register, a, position: positionA)
        if a.kind == .gpr { release(a) }
      } else {
        register = own(&a, position: positionA)
      }
      if count != 0 { asm.shift(op, width, register, by: count) }
      return pushResult(register, target, type: type)
    }
    var register = own(&a, position: positionA)
    if case .gpr = b.kind, b.reg == GPR.rcx.code {
      asm.shiftByCL(op, width, register)
      release(b)
    } else if isHome(b, .rcx) {
      _ = use(&b, position: positionB)
      asm.shiftByCL(op, width, register)
    } else {
      var saves = true
      if register == .rcx {
        let other = allocateGPR()
        asm.move(.w64, other, register)
        releaseGPR(register.code)
        register = other
        saves = false
      } else if temporaries & GPR.rcx.bit != 0, free & GPR.rcx.bit != 0 {
        saves = false
      } else if homes & GPR.rcx.bit != 0, inRegister & GPR.rcx.bit == 0 {
        saves = false
      }
      if saves { asm.move(.w64, .r11, .rcx) }
      load(.rcx, b, position: positionB)
      asm.shiftByCL(op, width, register)
      if saves { asm.move(.w64, .rcx, .r11) }
      release(b)
    }
    push(.gpr(register.code, type: type))
  }

  private mutating func isHome(_ value: Value, _ register: GPR) -> Bool {
    value.kind == .local && locals[Int(value.local)].home == register.code
  }

  private mutating func foldShift(_ op: ShiftOp, _ width: Width, _ a: Int64, _ count: Int64) -> Int64 {
    if width == .w32 {
      let value = UInt32(truncatingIfNeeded: a)
      let by = UInt32(count)
      let result: UInt32 =
        switch op {
        case .shl: value << by
        case .shr: value >> by
        case .sar: UInt32(bitPattern: Int32(bitPattern: value) >> Int32(by))
        case .rol: by == 0 ? value : (value << by) | (value >> (32 - by))
        case .ror: by == 0 ? value : (value >> by) | (value << (32 - by))
        }
      return Int64(result)
    }
    let value = UInt64(bitPattern: a)
    let by = UInt64(count)
    let result: UInt64 =
      switch op {
      case .shl: value << by
      case .shr: value >> by
      case .sar: UInt64(bitPattern: a >> count)
      case .rol: by == 0 ? value : (value << by) | (value >> (64 - by))
      case .ror: by == 0 ? value : (value >> by) | (value << (64 - by))
      }
    return Int64(bitPattern: result)
  }

  // MARK: Division

  mutating func divide(_ width: Width, signed: Bool, remainder: Bool) {
    let b = pop()
    var a = pop()
    let positionA = values.count
    let positionB = values.count + 1
    let type = Self.integerType(width)
    let divisor: Int64? =
      b.isConstant ? (width == .w32 && signed ? Int64(Int32(truncatingIfNeeded: b.bits)) : b.bits) : nil
    if let divisor, divisor > 0, divisor & (divisor - 1) == 0, !signed {
      let register = own(&a, position: positionA)
      let log = UInt8(divisor.trailingZeroBitCount)
      if !remainder {
        if log > 0 { asm.shift(.shr, width, register, by: log) }
      } else if divisor - 1 <= 0x7FFF_FFFF {
        asm.arithmetic(.and, width, register, constant: Int32(divisor - 1))
      } else {
        asm.move(.r11, constant: divisor - 1)
        asm.arithmetic(.and, width, register, .r11)
      }
      return push(.gpr(register.code, type: type))
    }
    load(.r11, b, position: positionB)
    release(b)
    if a.kind != .gpr || a.reg != GPR.rax.code {
      vacate(.rax)
      // A popped operand may own rax only if it is `b`, which is in r11 by now.
      load(.rax, a, position: positionA)
      release(a)
      free &= ~GPR.rax.bit
    }
    a = .gpr(GPR.rax.code, type: type)
    if homes & GPR.rdx.bit != 0 { dropHome(.rdx) } else { vacate(.rdx) }
    if signed {
      if divisor == nil || divisor == 0 {
        if !remainder {
          asm.test(width, .r11, .r11)
          asm.jump(.equal, trapLabel(.integerDivideByZero))
        }
      }
      if remainder && (divisor == nil || divisor == -1) {
        asm.arithmetic(.cmp, width, .r11, constant: -1)
        let general = asm.skip(.notEqual)
        asm.arithmetic(.xor, .w32, .rdx, .rdx)
        let done = asm.makeLabel()
        asm.jump(done)
        asm.endSkip(general)
        asm.signExtendRAX(width)
        site(.integerDivideByZero)
        asm.divideSigned(width, .r11)
        asm.bind(done)
      } else {
        asm.signExtendRAX(width)
        site(remainder ? .integerDivideByZero : .integerOverflow)
        asm.divideSigned(width, .r11)
      }
    } else {
      asm.arithmetic(.xor, .w32, .rdx, .rdx)
      site(.integerDivideByZero)
      asm.divideUnsigned(width, .r11)
    }
    if remainder { asm.move(.w64, .rax, .rdx) }
    push(.gpr(GPR.rax.code, type: type))
  }

  /// Stores a home's value if it is in the register only, and forgets the register.
  mutating func dropHome(_ register: GPR) {
    guard inRegister & register.bit != 0 else { return }
    if inMemory & register.bit == 0 {
      asm.store(.w64, memory(ofLocal: Int(homeLocals[Int(register.code)])), register)
      inMemory |= register.bit
    }
    inRegister &= ~register.bit
  }

  // MARK: Unary

  mutating func countLeadingZeros(_ width: Width) {
    countZeros(width, zero: width == .w32 ? 63 : 127) { $0.bitScanReverse(width, $1, $2) }
    let register = GPR(values[values.count - 1].reg)
    asm.arithmetic(.xor, .w32, register, constant: width == .w32 ? 31 : 63)
  }

  mutating func countTrailingZeros(_ width: Width) {
    countZeros(width, zero: width == .w32 ? 32 : 64) { $0.bitScanForward(width, $1, $2) }
  }

  private mutating func countZeros(
    _ width: Width, zero: Int64, _ scan: (inout X64Assembler, GPR, GPR) -> Void
  ) {
    var a = pop()
    let source = use(&a, position: values.count)
    let register = a.kind == .gpr ? source : allocateGPR()
    asm.move(.r11, constant: zero)
    scan(&asm, register, source)
    asm.conditionalMove(.equal, width, register, .r11)
    push(.gpr(register.code, type: Self.integerType(width)))
  }

  mutating func populationCount(_ width: Width) {
    var a = pop()
    let source = use(&a, position: values.count)
    let register = a.kind == .gpr ? source : allocateGPR()
    asm.populationCount(width, register, source)
    push(.gpr(register.code, type: Self.integerType(width)))
  }

  /// i32.wrap_i64.
  mutating func wrap() {
    var a = pop()
    let position = values.count
    if a.isConstant { return push(.constant(Int64(UInt32(truncatingIfNeeded: a.bits)), type: .i32)) }
    let target = hint()
    if let address = inMemoryOnly(a, position: position) {
      let register = destination(target)
      asm.load(.w32, register, address)
      return pushResult(register, target, type: .i32)
    }
    let source = use(&a, position: position)
    let register = target >= 0 ? GPR(locals[target].home) : a.kind == .gpr ? source : allocateGPR()
    asm.move(.w32, register, source)
    if a.kind == .gpr && a.reg != register.code { release(a) }
    pushResult(register, target, type: .i32)
  }

  /// i64.extend_i32_u: i32 values are kept zero-extended, so only the type changes.
  mutating func extendUnsigned() {
    let count = values.count
    values.base[count - 1].type = .i64
  }

  /// Sign extensions, from `bits` to `width`.
  mutating func extendSigned(_ width: Width, from bits: Int) {
    var a = pop()
    let position = values.count
    let type = Self.integerType(width)
    if a.isConstant {
      let extended: Int64 =
        switch bits {
        case 8: Int64(Int8(truncatingIfNeeded: a.bits))
        case 16: Int64(Int16(truncatingIfNeeded: a.bits))
        default: Int64(Int32(truncatingIfNeeded: a.bits))
        }
      return push(.constant(width == .w32 ? Int64(UInt32(truncatingIfNeeded: extended)) : extended, type: type))
    }
    let target = hint()
    let source = use(&a, position: position)
    let register = target >= 0 ? GPR(locals[target].home) : a.kind == .gpr ? source : allocateGPR()
    switch bits {
    case 8: asm.moveSign8(width, register, source)
    case 16: asm.moveSign16(width, register, source)
    default: asm.moveSign32(register, source)
    }
    if a.kind == .gpr && a.reg != register.code { release(a) }
    pushResult(register, target, type: type)
  }
}
