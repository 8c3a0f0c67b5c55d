// Flonums as doubles: in double locals within a function, made words where something else needs them.
import GuestABI
import SchemeCore
import WasmFormat

extension FunctionGenerator {
  // MARK: Locals

  mutating func newDoubleLocal() -> UInt32 {
    if inlining == nil { return newLocal(.f64) }
    let local = spareDoubles.popLast() ?? newLocal(.f64)
    inlinedDoubles.append(local)
    return local
  }

  /// The double local of a slot.
  mutating func doubleLocal(slot index: Int) -> UInt32 {
    if frame.doubleLocals[index] == 0 { frame.doubleLocals[index] = newDoubleLocal() }
    return frame.doubleLocals[index]
  }

  /// The double local of a slot or free variable; nil for other operands.
  private mutating func doubleLocal(_ operand: Operand) -> UInt32? {
    switch operand.kind {
    case .slot: return doubleLocal(slot: operand.index)
    case .free where operand.index < function.freeVariables: return doubleLocal(slot: function.slotCount + operand.index)
    default: return nil
    }
  }

  /// Binds a node's slot to the double on the stack.
  mutating func bindDouble(_ node: Node) {
    body.localSet(doubleLocal(slot: node.slot))
    state.bind(node.slot, .flonum)
  }

  // MARK: Words to doubles

  /// Pushes the double of an operand that is known to be a flonum or fixnum.
  mutating func pushDouble(_ operand: Operand) {
    if let constant = operand.constantValue {
      return body.f64Const(constant.isFixnum ? Double(constant.fixnumValue) : constant.flonumValue)
    }
    if state.type(operand) == .flonum, let local = doubleLocal(operand) { return body.localGet(local) }
    for prepared in preparedDoubles where prepared.operand == operand { return body.localGet(prepared.local) }
    push(operand)
    body.i64Const(Int64(Tag.fixnumShift))
    body.emit(.i64ShrS)
    body.emit(.f64ConvertI64S)
  }

  /// Makes sure that the operands of a node in flonum mode can be pushed as doubles.
  mutating func prepareDoubles(_ node: Node, isUnary: Bool) {
    preparedDoubles.removeAll()
    prepareDouble(node.a, node)
    if !isUnary { prepareDouble(node.b, node) }
  }

  private mutating func prepareDouble(_ operand: Operand, _ node: Node) {
    let type = state.type(operand)
    if type == .flonum || type.isFixnum { return }
    if state.isNextToFlonum(node) && TypeState.convertsFixnums(node) {
      let local = newDoubleLocal()
      decode(operand, into: local, node, orFixnum: true)
      preparedDoubles.append((operand, local))
    } else {
      requireFlonum(operand, node)
    }
  }

  /// Leaves unless an operand is a flonum, and gets its double.
  mutating func requireFlonum(_ operand: Operand, _ node: Node) {
    if state.type(operand) == .flonum { return }
    if let local = doubleLocal(operand) {
      decode(operand, into: local, node, orFixnum: false)
      state.refine(operand, .flonum)
    } else {
      let local = newDoubleLocal()
      decode(operand, into: local, node, orFixnum: false)
      preparedDoubles.append((operand, local))
    }
  }

  /// Sets a local to the double of a flonum, boxed or not, or of a fixnum if that is wanted; leaves for anything else.
  private mutating func decode(_ operand: Operand, into local: UInt32, _ node: Node, orFixnum: Bool) {
    push(operand)
    body.localTee(encoded)
    isNotFlonum()
    body.if(.value(.f64))
    nesting += 1
    if orFixnum {
      body.localGet(encoded)
      body.emit(.i32WrapI64)
      body.i32Const(Int32(Tag.mask))
      body.emit(.i32And)
      body.emit(.i32Eqz)
      body.if(.value(.f64))
      nesting += 1
      body.localGet(encoded)
      body.i64Const(Int64(Tag.fixnumShift))
      body.emit(.i64ShrS)
      body.emit(.f64ConvertI64S)
      body.else()
    }
    pushBoxed(node)
    if orFixnum {
      nesting -= 1
      body.end()
    }
    body.else()
    body.localGet(encoded)
    body.i64Const(Int64(Tag.flonumBias))
    body.emit(.i64Sub)
    body.i64Const(Int64(Tag.flonumRotation))
    body.emit(.i64Rotr)
    body.emit(.f64ReinterpretI64)
    nesting -= 1
    body.end()
    body.localSet(local)
  }

  /// Pushes the double of the boxed flonum in `encoded`; leaves if it is something else.
  private mutating func pushBoxed(_ node: Node) {
    body.localGet(encoded)
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.mask))
    body.emit(.i32And)
    body.i32Const(Int32(Tag.object))
    body.emit(.i32Ne)
    fail(if: node)
    body.localGet(encoded)
    isOtherKind(.flonum)
    fail(if: node)
    body.localGet(encoded)
    body.emit(.i32WrapI64)
    body.load(.f64Load, offset: UInt32(Tag.offset(Tag.object, 1)))
  }

  /// Pushes whether the word on the stack is not an immediate flonum.
  mutating func isNotFlonum() {
    body.emit(.i32WrapI64)
    body.i32Const(Int32(Tag.flonumMask))
    body.emit(.i32And)
    body.i32Const(Int32(Tag.flonum))
    body.emit(.i32Ne)
  }

  // MARK: Doubles to words

  /// Puts the word of a slot's double in its word local.
  mutating func encode(slot index: Int) {
    body.localGet(doubleLocal(slot: index))
    body.emit(.i64ReinterpretF64)
    body.i64Const(Int64(Tag.flonumRotation))
    body.emit(.i64Rotl)
    body.i64Const(Int64(Tag.flonumBias))
    body.emit(.i64Add)
    body.localTee(slot(index))
    isNotFlonum()
    ifUnlikely()
    pushUncommonFlonum(doubleLocal(slot: index))
    body.localSet(slot(index))
    body.end()
    state.homes[index] = .doubleAndWord
  }

  /// Pushes the word of a double that is not immediate: zeros have their objects, the others are boxed.
  private mutating func pushUncommonFlonum(_ local: UInt32) {
    body.localGet(local)
    body.f64Const(0)
    body.emit(.f64Eq)
    body.if(.value(.i64))
    body.localGet(local)
    body.emit(.i64ReinterpretF64)
    body.i64Const(63)
    body.emit(.i64ShrU)
    body.i64Const(Int64(FlonumZeros.bytes.trailingZeroBitCount))
    body.emit(.i64Shl)
    body.i64Const(Int64(Word.pointer(FlonumZeros.address, Tag.object)))
    body.emit(.i64Add)
    body.else()
    body.localGet(local)
    body.emit(.i64ReinterpretF64)
    call(routines.boxFlonum, .unary)
    body.end()
  }

  // MARK: Operations

  mutating func flonumArithmetic(_ node: Node) {
    switch node.operation {
    case .minimum, .maximum: return flonumExtreme(node)
    case .absolute, .negate, .square:
      prepareDoubles(node, isUnary: true)
      pushDouble(node.a)
      if node.operation == .square {
        pushDouble(node.a)
        body.emit(.f64Mul)
      } else {
        body.emit(node.operation == .negate ? .f64Neg : .f64Abs)
      }
      return bindDouble(node)
    default: break
    }
    let opcode: Opcode
    switch node.operation {
    case .add: opcode = .f64Add
    case .subtract: opcode = .f64Sub
    case .multiply: opcode = .f64Mul
    default: opcode = .f64Div
    }
    prepareDoubles(node, isUnary: false)
    // Exact zero divisors are errors.
    if node.operation == .divide && state.type(node.b).isFixnum {
      push(node.b)
      body.emit(.i64Eqz)
      fail(if: node)
    }
    pushDouble(node.a)
    pushDouble(node.b)
    body.emit(opcode)
    bindDouble(node)
  }

  /// The second operand if it is beyond the first, or is not a number; else the first.
  private mutating func flonumExtreme(_ node: Node) {
    prepareDoubles(node, isUnary: false)
    pushDouble(node.b)
    pushDouble(node.a)
    pushDouble(node.b)
    pushDouble(node.a)
    body.emit(node.operation == .minimum ? .f64Lt : .f64Gt)
    pushDouble(node.b)
    pushDouble(node.b)
    body.emit(.f64Ne)
    body.emit(.i32Or)
    body.emit(.select)
    bindDouble(node)
  }

  mutating func exactToInexact(_ node: Node) {
    let type = state.type(node.a)
    if type == .flonum || type.isFixnum {
      pushDouble(node.a)
      return bindDouble(node)
    }
    callPrimitive(node)
    bound(node)
  }

  /// The integer next to a number, in one direction or to both sides: of a flonum by an operator, of a fixnum the fixnum.
  mutating func rounded(_ node: Node, _ opcode: Opcode) {
    switch state.type(node.a) {
    case .flonum:
      pushDouble(node.a)
      body.emit(opcode)
      bindDouble(node)
    case .fixnum, .natural, .index:
      push(node.a)
      body.localSet(slot(node.slot))
      bound(node)
    default:
      callPrimitive(node)
      bound(node)
    }
  }

  /// Square roots of what is not negative. (Zero has a sign, and the others are errors.)
  mutating func squareRoot(_ node: Node) {
    if state.type(node.a) != .flonum {
      callPrimitive(node)
      return bound(node)
    }
    pushDouble(node.a)
    body.f64Const(0)
    body.emit(.f64Ge)
    body.emit(.i32Eqz)
    fail(if: node)
    pushDouble(node.a)
    body.emit(.f64Sqrt)
    bindDouble(node)
  }
}
