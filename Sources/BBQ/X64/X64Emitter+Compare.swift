// Comparisons, and their fusion with the branch, if or select that follows.

import MachineCode
import WasmFormat

extension X64Emitter {
  /// Whether the next operator takes a condition straight from the flags (through one eqz, perhaps).
  @inline(__always)
  mutating func nextTakesFlags() -> Bool {
    let following = peek(0)
    if following == 0x0D || following == 0x04 || following == 0x1B { return true }
    return following == 0x45 && isCondition(1)
  }

  /// Whether the operators from a distance on use an i32 only as a condition: br_if, if, select, or one eqz before one of them.
  @inline(__always)
  private mutating func isCondition(_ distance: Int) -> Bool {
    var byte = peek(distance)
    if byte == 0x45 { byte = peek(distance + 1) }
    return byte == 0x0D || byte == 0x04 || byte == 0x1B
  }

  /// Whether the next operators only ask if an `and`'s result is zero: the condition for "not zero".
  @inline(__always)
  mutating func testedByNext(_ width: Width) -> Condition? {
    let following = peek(0)
    if width == .w32, following == 0x0D || following == 0x04 || following == 0x1B { return .notEqual }
    return following == (width == .w32 ? 0x45 : 0x50) && isCondition(1) ? .notEqual : nil
  }

  /// `test a, b`.
  mutating func emitTest(
    _ width: Width, _ a: inout Value, _ positionA: Int, _ b: inout Value, _ positionB: Int, _ constant: Int32?
  ) {
    let left = use(&a, position: positionA)
    if let constant {
      asm.test(width, left, constant: constant)
    } else {
      let right = use(&b, position: positionB)
      asm.test(width, left, right)
    }
  }

  /// Pushes a condition that is in the flags: as flags if the next operator takes it so, else as 0 or 1.
  mutating func pushCondition(_ condition: Condition) {
    if nextTakesFlags() { return push(Value(kind: .flags, type: .i32, reg: condition.rawValue)) }
    let register = allocateGPR()
    asm.set(condition, register)
    asm.moveZero8(register, register)
    push(.gpr(register.code, type: .i32))
  }

  mutating func equalsZero(_ width: Width) {
    var a = pop()
    if a.kind == .flags {
      let negated = Condition(rawValue: a.reg).unsafelyUnwrapped.negated
      return push(Value(kind: .flags, type: .i32, reg: negated.rawValue))
    }
    if a.isConstant { return push(.constant(a.bits == 0 ? 1 : 0, type: .i32)) }
    testZero(&a, width)
    release(a)
    pushCondition(.equal)
  }

  /// Sets the flags for comparing a popped operand, whose slot is at `values.count`, with zero.
  mutating func testZero(_ a: inout Value, _ width: Width) {
    if let address = inMemoryOnly(a, position: values.count) {
      return asm.arithmetic(.cmp, width, address, constant: 0)
    }
    let register = use(&a, position: values.count)
    if flagsOffset == asm.offset, flagsRegister == register.code, flagsWidth == width { return }
    asm.test(width, register, register)
  }

  mutating func compare(_ requested: Condition, _ width: Width) {
    var condition = requested
    var b = pop()
    var a = pop()
    var positionA = values.count
    var positionB = values.count + 1
    if a.isConstant && b.isConstant {
      return push(.constant(foldCompare(condition, width, a.bits, b.bits) ? 1 : 0, type: .i32))
    }
    if a.isConstant {
      swap(&a, &b)
      swap(&positionA, &positionB)
      condition = condition.mirrored
    }
    if b.isConstant, b.bits == 0, condition == .equal || condition == .notEqual || condition == .less || condition == .greaterOrEqual,
      positionA == values.count
    {
      testZero(&a, width)
      release(a)
      switch condition {
      case .less: return pushCondition(.sign)
      case .greaterOrEqual: return pushCondition(.noSign)
      default: return pushCondition(condition)
      }
    }
    if let constant = immediate(b, width) {
      if let address = inMemoryOnly(a, position: positionA) {
        asm.arithmetic(.cmp, width, address, constant: constant)
      } else {
        let left = use(&a, position: positionA)
        asm.arithmetic(.cmp, width, left, constant: constant)
      }
    } else if let address = inMemoryOnly(b, position: positionB) {
      let left = use(&a, position: positionA)
      asm.arithmetic(.cmp, width, left, address)
    } else {
      let right = use(&b, position: positionB)
      if let address = inMemoryOnly(a, position: positionA) {
        asm.arithmetic(.cmp, width, address, right)
      } else {
        let left = use(&a, position: positionA)
        asm.arithmetic(.cmp, width, left, right)
      }
    }
    release(a)
    release(b)
    pushCondition(condition)
  }

  private mutating func foldCompare(_ condition: Condition, _ width: Width, _ a: Int64, _ b: Int64) -> Bool {
    let signedA = width == .w32 ? Int64(Int32(truncatingIfNeeded: a)) : a
    let signedB = width == .w32 ? Int64(Int32(truncatingIfNeeded: b)) : b
    switch condition {
    case .equal: return a == b
    case .notEqual: return a != b
    case .less: return signedA < signedB
    case .greater: return signedA > signedB
    case .lessOrEqual: return signedA <= signedB
    case .greaterOrEqual: return signedA >= signedB
    case .below: return UInt64(bitPattern: a) < UInt64(bitPattern: b)
    case .above: return UInt64(bitPattern: a) > UInt64(bitPattern: b)
    case .belowOrEqual: return UInt64(bitPattern: a) <= UInt64(bitPattern: b)
    default: return UInt64(bitPattern: a) >= UInt64(bitPattern: b)
    }
  }

  /// Pops an i32 and leaves "it is not zero" as a condition in the flags; nil and a constant if it is one.
  mutating func popCondition() -> (condition: Condition, constant: Bool?) {
    var value = pop()
    if value.kind == .flags { return (Condition(rawValue: value.reg).unsafelyUnwrapped, nil) }
    if value.isConstant { return (.notEqual, value.bits != 0) }
    testZero(&value, .w32)
    release(value)
    return (.notEqual, nil)
  }

  mutating func select() {
    let (condition, constant) = popCondition()
    var b = pop()
    var a = pop()
    let positionA = values.count
    let positionB = values.count + 1
    if let constant {
      // Whichever is chosen must not refer to the other's slot.
      var chosen = constant ? a : b
      release(constant ? b : a)
      if chosen.isConstant || chosen.kind == .gpr || chosen.kind == .fpr || (chosen.kind == .slot && constant) {
        return push(chosen)
      }
      if chosen.isFloat {
        _ = ownFloat(&chosen, position: constant ? positionA : positionB)
      } else {
        _ = own(&chosen, position: constant ? positionA : positionB)
      }
      return push(chosen)
    }
    if a.isFloat {
      let register = ownFloat(&a, position: positionA)
      let right = useFloat(&b, position: positionB)
      let skip = asm.skip(condition)
      asm.moveFloat(register, right)
      asm.endSkip(skip)
      release(b)
      return push(a)
    }
    let register = own(&a, position: positionA)
    let right = use(&b, position: positionB)
    asm.conditionalMove(condition.negated, .w64, register, right)
    release(b)
    push(.gpr(register.code, type: a.type))
  }

  // MARK: Floats

  /// eq, ne, lt, gt, le, ge in this order of `kind`.
  mutating func compareFloat(_ kind: Int, _ width: FloatWidth) {
    var b = pop()
    var a = pop()
    let positionA = values.count
    let positionB = values.count + 1
    let left = useFloat(&a, position: positionA)
    let right = useFloat(&b, position: positionB)
    release(a)
    release(b)
    switch kind {
    case 0, 1:
      // Equal: ZF and not PF.
      asm.compareFloat(width, left, right)
      let register = allocateGPR()
      if kind == 0 {
        asm.set(.noParity, .r11)
        asm.set(.equal, register)
        asm.arithmetic(.and, .w32, register, .r11)
      } else {
        asm.set(.parity, .r11)
        asm.set(.notEqual, register)
        asm.arithmetic(.or, .w32, register, .r11)
      }
      asm.moveZero8(register, register)
      push(.gpr(register.code, type: .i32))
    case 2, 4:
      // a < b as b > a: "above" is false for unordered operands.
      asm.compareFloat(width, right, left)
      pushCondition(kind == 2 ? .above : .aboveOrEqual)
    default:
      asm.compareFloat(width, left, right)
      pushCondition(kind == 3 ? .above : .aboveOrEqual)
    }
  }
}
