// Integer arithmetic, shifts and division. Instructions overwrite their left operand, and one operand may be in memory.

import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Assembler {
  static func arithmetic(_ emitter: inout Emitter<Self>, _ operation: IntegerOperation, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    emitter.emitArithmetic(operation, width, &a, &b)
  }

  static func multiply(_ emitter: inout Emitter<Self>, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    emitter.emitMultiply(width, &a, &b)
  }

  static func shift(_ emitter: inout Emitter<Self>, _ shift: ShiftOperation, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    emitter.emitShift(ShiftOp(shift), width, &a, &b)
  }

  static func divide(
    _ emitter: inout Emitter<Self>, _ width: Width, isSigned: Bool, givesRemainder: Bool, _ a: inout Operand, _ b: inout Operand, divisor: Int64?
  ) {
    emitter.loadOperandsOfWide(a, b)
    if isSigned {
      emitter.emitSignedDivision(width, givesRemainder, divisor)
    } else {
      emitter.emitUnsignedDivision(width)
    }
    if givesRemainder { emitter.asm.move(.w64, .rax, .rdx) }
    emitter.push(.register(GPR.rax.register, type: width.type))
  }
}

extension ArithmeticOp {
  @inline(__always)
  fileprivate init(_ operation: IntegerOperation) {
    self =
      switch operation {
      case .add: .add
      case .subtract: .sub
      case .and: .and
      case .or: .or
      case .xor: .xor
      }
  }
}

extension ShiftOp {
  @inline(__always)
  fileprivate init(_ operation: ShiftOperation) {
    self =
      switch operation {
      case .left: .shl
      case .rightSigned: .sar
      case .rightUnsigned: .shr
      case .rotateLeft: .rol
      case .rotateRight: .ror
      }
  }
}

extension Emitter where Assembler == X64Assembler {
  /// The operand as an immediate, if it is a constant that fits.
  @inline(__always)
  mutating func immediate(_ operand: Operand, _ width: Width) -> Int32? {
    guard operand.kind == .constant else { return nil }
    let short = Int32(truncatingIfNeeded: operand.bits)
    return width == .w32 || Int64(short) == operand.bits ? short : nil
  }

  // MARK: Arithmetic

  @inline(__always)
  fileprivate mutating func emitArithmetic(_ operation: IntegerOperation, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    var op = ArithmeticOp(operation)
    var constant = immediate(b, width)
    if op == .sub, let value = constant, value != Int32.min {
      op = .add
      constant = -value
    }
    let target = hint(.general)
    if let constant { return emitArithmetic(op, width, &a, constant: constant, target) }
    if let place = memoryOnly(b) { return emitArithmetic(op, width, &a, Address(place), target) }
    let right = use(&b)
    if target < 0, op != .sub, b.kind == .register, a.kind != .register, accumulate(op, width, &a, right.gpr) {
      return pushResult(right, -1, type: width.type)
    }
    emitArithmetic(op, width, &a, b, right.gpr, target)
  }

  @inline(__always)
  private mutating func emitArithmetic(_ op: ArithmeticOp, _ width: Width, _ a: inout Operand, constant: Int32, _ target: Int) {
    let register: GPR
    if op == .add {
      let source = use(&a).gpr
      register = destination(target, reusing: a).gpr
      if register != source {
        asm.loadAddress(width, register, Address(source, constant))
      } else if constant != 0 {
        asm.arithmetic(.add, width, register, constant: constant)
      }
    } else {
      register = takeLeft(&a, target)
      asm.arithmetic(op, width, register, constant: constant)
    }
    releaseUnless(register.register, a)
    if op != .add { noteFlags(register, width) }
    pushResult(register.register, target, type: width.type)
  }

  @inline(__always)
  private mutating func emitArithmetic(_ op: ArithmeticOp, _ width: Width, _ a: inout Operand, _ b: Address, _ target: Int) {
    let register = takeLeft(&a, target)
    asm.arithmetic(op, width, register, b)
    releaseUnless(register.register, a)
    noteFlags(register, width)
    pushResult(register.register, target, type: width.type)
  }

  /// The left operand in a register that the instruction may overwrite: the hinted home or a temporary.
  @inline(__always)
  private mutating func takeLeft(_ a: inout Operand, _ target: Int) -> GPR {
    guard target >= 0 else { return own(&a).gpr }
    let home = locals[target].home
    load(home, a)
    return home.gpr
  }

  /// If the left operand is not in a temporary and the right one is: the result goes there.
  @inline(__always)
  private mutating func accumulate(_ op: ArithmeticOp, _ width: Width, _ a: inout Operand, _ right: GPR) -> Bool {
    if let place = memoryOnly(a) {
      asm.arithmetic(op, width, right, Address(place))
    } else {
      // An addition to a third register is cheaper.
      guard op != .add else { return false }
      let left = use(&a)
      asm.arithmetic(op, width, right, left.gpr)
      release(a)
    }
    noteFlags(right, width)
    return true
  }

  @inline(__always)
  private mutating func emitArithmetic(_ op: ArithmeticOp, _ width: Width, _ a: inout Operand, _ b: Operand, _ right: GPR, _ target: Int) {
    let register: GPR
    if target >= 0 {
      register = locals[target].home.gpr
    } else if a.kind == .register {
      register = a.register.gpr
    } else if b.kind == .register && op != .sub {
      register = right
    } else {
      register = allocateGPR()
    }
    if op == .add {
      let left = use(&a).gpr
      if left == register {
        asm.arithmetic(.add, width, register, right)
      } else if right == register {
        asm.arithmetic(.add, width, register, left)
      } else {
        asm.loadAddress(width, register, Address(left, index: right))
      }
    } else {
      if right != register {
        load(register.register, a)
        asm.arithmetic(op, width, register, right)
      } else if op == .sub {
        // The home of the right operand is the destination.
        asm.move(width, .r11, right)
        load(register.register, a)
        asm.arithmetic(.sub, width, register, .r11)
      } else {
        let left = use(&a).gpr
        asm.arithmetic(op, width, register, left)
      }
      noteFlags(register, width)
    }
    releaseUnless(register.register, a)
    releaseUnless(register.register, b)
    pushResult(register.register, target, type: width.type)
  }

  /// The flags reflect this register until the next instruction.
  @inline(__always)
  private mutating func noteFlags(_ register: GPR, _ width: Width) {
    flagsOffset = asm.offset
    flagsRegister = register.register
    flagsWidth = width
  }

  @inline(__always)
  mutating func allocateGPR() -> GPR { allocate(.general).gpr }

  @inline(__always)
  fileprivate mutating func emitMultiply(_ width: Width, _ a: inout Operand, _ b: inout Operand) {
    let target = hint(.general)
    if let constant = immediate(b, width) {
      let source = use(&a).gpr
      let register = destination(target, reusing: a).gpr
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
      releaseUnless(register.register, a)
      return pushResult(register.register, target, type: width.type)
    }
    let register = own(&a)
    if let place = memoryOnly(b) {
      asm.multiply(width, register.gpr, Address(place))
    } else {
      let right = use(&b).gpr
      asm.multiply(width, register.gpr, right)
      release(b)
    }
    push(.register(register, type: width.type))
  }

  // MARK: Shifts

  @inline(__always)
  fileprivate mutating func emitShift(_ op: ShiftOp, _ width: Width, _ a: inout Operand, _ b: inout Operand) {
    if b.isConstant {
      let count = UInt8(b.bits & (width == .w32 ? 31 : 63))
      let target = hint(.general)
      let register = takeLeft(&a, target)
      releaseUnless(register.register, a)
      if count != 0 { asm.shift(op, width, register, by: count) }
      return pushResult(register.register, target, type: width.type)
    }
    var register = own(&a).gpr
    if b.kind == .register, b.register == GPR.rcx.register {
      asm.shiftByCL(op, width, register)
      release(b)
    } else if b.kind == .local, locals[b.local].home == GPR.rcx.register {
      _ = use(&b)
      asm.shiftByCL(op, width, register)
    } else {
      shiftThroughCL(op, width, &register, b)
    }
    push(.register(register.register, type: width.type))
  }

  /// The count has to go to rcx, which may hold something.
  private mutating func shiftThroughCL(_ op: ShiftOp, _ width: Width, _ register: inout GPR, _ count: Operand) {
    let rcx = GPR.rcx.register.bit
    var saves = true
    if register == .rcx {
      let other = allocateGPR()
      asm.move(.w64, other, register)
      release(register.register)
      register = other
      saves = false
    } else if temporaries & rcx != 0, free & rcx != 0 {
      saves = false
    } else if homes & rcx != 0, inRegister & rcx == 0 {
      saves = false
    }
    if saves { asm.move(.w64, .r11, .rcx) }
    load(GPR.rcx.register, count)
    asm.shiftByCL(op, width, register)
    if saves { asm.move(.w64, .rcx, .r11) }
    release(count)
  }

  // MARK: Division

  /// For the instructions that take rax and give rdx and rax: b goes to r11, a to rax, which stays claimed, and rdx becomes free. Returns whether it was
  /// the home of a local; then it is no temporary, and may not stay claimed.
  @discardableResult
  mutating func loadOperandsOfWide(_ a: Operand, _ b: Operand) -> Bool {
    let (rax, rdx) = (GPR.rax.register, GPR.rdx.register)
    load(GPR.r11.register, b)
    release(b)
    if a.kind != .register || a.register != rax {
      vacate(rax)
      // A popped operand may own rax only if it is `b`, which is in r11 by now.
      load(rax, a)
      release(a)
      claim(rax)
    }
    let isHome = homes & rdx.bit != 0
    if isHome { dropHome(rdx) } else { vacate(rdx) }
    return isHome
  }

  fileprivate mutating func emitSignedDivision(_ width: Width, _ givesRemainder: Bool, _ divisor: Int64?) {
    if !givesRemainder, divisor == nil || divisor == 0 {
      asm.test(width, .r11, .r11)
      asm.jump(.equal, trapLabel(.integerDivideByZero))
    }
    guard givesRemainder, divisor == nil || divisor == -1 else {
      asm.signExtendRAX(width)
      site(givesRemainder ? .integerDivideByZero : .integerOverflow)
      return asm.divideSigned(width, .r11)
    }
    // The most negative integer divided by −1 would fault.
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
  }

  fileprivate mutating func emitUnsignedDivision(_ width: Width) {
    asm.arithmetic(.xor, .w32, .rdx, .rdx)
    site(.integerDivideByZero)
    asm.divideUnsigned(width, .r11)
  }
}
