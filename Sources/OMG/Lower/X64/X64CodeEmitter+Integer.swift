// Integer instructions of more than a few lines.

import MachineCode
import RuntimeLayout

extension X64CodeEmitter {
  // MARK: Loads and stores

  mutating func constant(_ register: GPR, _ value: Int64, keepsFlags: Bool) {
    if value == 0, !keepsFlags {
      asm.arithmetic(.xor, .w32, register, register)
    } else {
      asm.move(register, constant: value)
    }
  }

  /// A load, or an extension of operand 1.
  mutating func load(_ target: Allocation) {
    let access = X64Access(rawValue: current.pointee.variant).unsafelyUnwrapped
    if let memory = memory(1) {
      switch access {
      case .word32: asm.load(.w32, gpr(target), memory)
      case .word64: asm.load(.w64, gpr(target), memory)
      case .zero8: asm.loadZero8(gpr(target), memory)
      case .zero16: asm.loadZero16(gpr(target), memory)
      case .sign8To32: asm.loadSign8(.w32, gpr(target), memory)
      case .sign16To32: asm.loadSign16(.w32, gpr(target), memory)
      case .sign8To64: asm.loadSign8(.w64, gpr(target), memory)
      case .sign16To64: asm.loadSign16(.w64, gpr(target), memory)
      case .sign32To64: asm.loadSign32(gpr(target), memory)
      case .f32: asm.loadFloat(.f32, xmm(target), memory)
      case .f64: asm.loadFloat(.f64, xmm(target), memory)
      default: loadVector(access, xmm(target), memory)
      }
      return
    }
    switch access {
    case .word32: asm.move(.w32, gpr(target), gpr(1))
    case .word64: asm.move(.w64, gpr(target), gpr(1))
    case .zero8: asm.moveZero8(gpr(target), gpr(1))
    case .zero16: asm.moveZero16(gpr(target), gpr(1))
    case .sign8To32: asm.moveSign8(.w32, gpr(target), gpr(1))
    case .sign16To32: asm.moveSign16(.w32, gpr(target), gpr(1))
    case .sign8To64: asm.moveSign8(.w64, gpr(target), gpr(1))
    case .sign16To64: asm.moveSign16(.w64, gpr(target), gpr(1))
    case .sign32To64: asm.moveSign32(gpr(target), gpr(1))
    default: asm.moveFloat(xmm(target), xmm(1))
    }
  }

  mutating func store() {
    let address = address()
    switch X64Access(rawValue: current.pointee.variant).unsafelyUnwrapped {
    case .zero8, .sign8To32, .sign8To64: asm.store8(address, gpr(0))
    case .zero16, .sign16To32, .sign16To64: asm.store16(address, gpr(0))
    case .word32, .sign32To64: asm.store(.w32, address, gpr(0))
    case .word64: asm.store(.w64, address, gpr(0))
    case .f32: asm.storeFloat(.f32, address, xmm(0))
    case .f64: asm.storeFloat(.f64, address, xmm(0))
    default: asm.storeVector(address, xmm(0))
    }
  }

  mutating func storeConstant() {
    let address = address()
    switch X64Access(rawValue: current.pointee.variant).unsafelyUnwrapped.byteCount {
    case 1: asm.store8(address, constant: UInt8(truncatingIfNeeded: immediate))
    case 2: asm.store16(address, constant: UInt16(truncatingIfNeeded: immediate))
    case 4: asm.store(.w32, address, constant: immediate)
    default: asm.store(.w64, address, constant: immediate)
    }
  }

  // MARK: Addition

  mutating func add(_ width: Width) {
    let to = gpr(0)
    let a = memory(1)
    let b = memory(2)
    if a == nil, b == nil, to != gpr(1), to != gpr(2) { return asm.loadAddress(width, to, Address(gpr(1), index: gpr(2))) }
    // What is in the target's register already stays there.
    if b == nil, to == gpr(2) { return add(width, to, 1, a) }
    move(width, to, 1, a)
    add(width, to, 2, b)
  }

  private mutating func add(_ width: Width, _ to: GPR, _ operand: Int, _ memory: Address?) {
    if let memory {
      asm.arithmetic(.add, width, to, memory)
    } else {
      asm.arithmetic(.add, width, to, gpr(operand))
    }
  }

  /// An operand into a register, unless it is there.
  private mutating func move(_ width: Width, _ to: GPR, _ operand: Int, _ memory: Address?) {
    if let memory {
      asm.load(width, to, memory)
    } else if to != gpr(operand) {
      asm.move(width, to, gpr(operand))
    }
  }

  mutating func addConstant(_ width: Width) {
    let to = gpr(0)
    let memory = memory(1)
    if memory == nil, to != gpr(1) { return asm.loadAddress(width, to, Address(gpr(1), immediate)) }
    move(width, to, 1, memory)
    if immediate == 128 {
      asm.arithmetic(.sub, width, to, constant: -128)
    } else {
      asm.arithmetic(.add, width, to, constant: immediate)
    }
  }

  mutating func scale(_ width: Width) {
    let to = gpr(0)
    let memory = memory(1)
    if memory != nil || to == gpr(1) {
      move(width, to, 1, memory)
      asm.shift(.shl, width, to, by: UInt8(truncatingIfNeeded: immediate))
    } else if immediate == 1 {
      asm.loadAddress(width, to, Address(gpr(1), index: gpr(1)))
    } else {
      var address = Address.withoutBase(0)
      address.index = gpr(1).code
      address.scale = UInt8(truncatingIfNeeded: immediate)
      asm.loadAddress(width, to, address)
    }
  }

  // MARK: Multiplication and division

  mutating func multiplyHigh(signed: Bool) {
    if let memory = memory(2) {
      if signed { asm.multiplyWideSigned(.w64, memory) } else { asm.multiplyWideUnsigned(.w64, memory) }
    } else if signed {
      asm.multiplyWideSigned(.w64, gpr(2))
    } else {
      asm.multiplyWideUnsigned(.w64, gpr(2))
    }
  }

  mutating func divide(_ kind: X64Division) {
    let width: Width = kind.contains(.is64) ? .w64 : .w32
    let divisor = gpr(2)
    guard kind.contains(.signed) else {
      asm.arithmetic(.xor, .w32, .rdx, .rdx)
      site(.integerDivideByZero)
      return asm.divideUnsigned(width, divisor)
    }
    if kind.contains(.remainder) {
      // The least number has no remainder by −1 that the processor could compute.
      let done = asm.makeLabel()
      if kind.contains(.mayBeMinusOne) {
        asm.arithmetic(.cmp, width, divisor, constant: -1)
        let general = asm.skip(.notEqual)
        asm.arithmetic(.xor, .w32, .rdx, .rdx)
        asm.jump(done)
        asm.endSkip(general)
      }
      asm.signExtendRAX(width)
      site(.integerDivideByZero)
      asm.divideSigned(width, divisor)
      return asm.bind(done)
    }
    if kind.contains(.mayBeZero) {
      asm.test(width, divisor, divisor)
      asm.jump(.equal, trapLabel(.integerDivideByZero))
    }
    asm.signExtendRAX(width)
    site(.integerOverflow)
    asm.divideSigned(width, divisor)
  }

  // MARK: Bits

  mutating func shiftBMI(_ variant: X64Variant) {
    if current.pointee.auxiliary != 0 {
      asm.shift(variant.shift, variant.width, gpr(0), address(), by: gpr(1))
    } else if places[1].isSlot {
      asm.shift(variant.shift, variant.width, gpr(0), slot(places[1]), by: gpr(2))
    } else {
      asm.shift(variant.shift, variant.width, gpr(0), gpr(1), by: gpr(2))
    }
  }

  mutating func countLeadingZeros(_ width: Width) {
    if module.processor.contains(.lzcnt) { return count(.leadingZeros, width) }
    loadScratch(width)
    asm.bitScanReverse(width, .r11, .r11)
    replaceScratchOfZero(by: width == .w32 ? 63 : 127)
    asm.arithmetic(.xor, .w32, .r11, constant: width == .w32 ? 31 : 63)
    asm.move(.w32, gpr(0), .r11)
  }

  mutating func countTrailingZeros(_ width: Width) {
    if module.processor.contains(.bmi1) { return count(.trailingZeros, width) }
    loadScratch(width)
    asm.bitScanForward(width, .r11, .r11)
    replaceScratchOfZero(by: width == .w32 ? 32 : 64)
    asm.move(.w32, gpr(0), .r11)
  }

  mutating func count(_ bits: BitCount, _ width: Width) {
    if let memory = memory(1) { asm.count(bits, width, gpr(0), memory) } else { asm.count(bits, width, gpr(0), gpr(1)) }
  }

  /// A scan of 0 leaves its result undefined.
  private mutating func replaceScratchOfZero(by number: Int64) {
    let found = asm.skip(.notEqual)
    asm.move(.r11, constant: number)
    asm.endSkip(found)
  }

  /// Operand 1 into r11.
  private mutating func loadScratch(_ width: Width) {
    if let memory = memory(1) { asm.load(width, .r11, memory) } else { asm.move(width, .r11, gpr(1)) }
  }

  // MARK: Conditions

  /// The register is 0.
  mutating func set(_ condition: X64Condition) {
    if condition.isOfFlags { return asm.set(condition.simple, gpr(0)) }
    let isEqual = condition == .floatEqual
    asm.set(isEqual ? .noParity : .parity, .r11)
    asm.set(isEqual ? .equal : .notEqual, gpr(0))
    asm.arithmetic(isEqual ? .and : .or, .w32, gpr(0), .r11)
    asm.moveZero8(gpr(0), gpr(0))
  }

  mutating func conditionalMove(_ variant: X64Variant) {
    let condition = variant.condition
    if condition.isOfFlags { return conditionalMove(condition.simple, variant.width) }
    conditionalMove(.notEqual, variant.width)
    conditionalMove(.parity, variant.width)
  }

  private mutating func conditionalMove(_ condition: Condition, _ width: Width) {
    if let memory = memory(2) {
      asm.conditionalMove(condition, width, gpr(0), memory)
    } else {
      asm.conditionalMove(condition, width, gpr(0), gpr(2))
    }
  }

  mutating func conditionalMoveFloat(_ condition: X64Condition) {
    if xmm(0) == xmm(2) { return }
    switch condition {
    case .floatEqual:
      let different = asm.skip(.notEqual)
      let unordered = asm.skip(.parity)
      asm.moveFloat(xmm(0), xmm(2))
      asm.endSkip(different)
      asm.endSkip(unordered)
    case .floatNotEqual:
      let unordered = asm.skip(.parity)
      let equal = asm.skip(.equal)
      asm.endSkip(unordered)
      asm.moveFloat(xmm(0), xmm(2))
      asm.endSkip(equal)
    default:
      let skip = asm.skip(condition.simple.negated)
      asm.moveFloat(xmm(0), xmm(2))
      asm.endSkip(skip)
    }
  }
}
