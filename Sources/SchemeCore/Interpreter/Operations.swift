// The inline operations in the interpreter: the common case in place, all else by the primitive. Operand types are recorded for the code generator.
import GuestABI

/// The value of an operation node, or `Constant.unwind`.
@inline(__always)
func perform(_ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  let a = node.a.value(frame, procedure)
  switch node.operation {
  case .add:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 {
      let (sum, overflow) = Int64(bitPattern: a).addingReportingOverflow(Int64(bitPattern: b))
      if !overflow { return Word(bitPattern: sum) }
    }
    node.recordTypes(a, b)
    return genericAdd(a, b)
  case .subtract:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 {
      let (difference, overflow) = Int64(bitPattern: a).subtractingReportingOverflow(Int64(bitPattern: b))
      if !overflow { return Word(bitPattern: difference) }
    }
    node.recordTypes(a, b)
    return genericSubtract(a, b)
  case .multiply:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 {
      // Factors of 30 bits: testing a 64-bit product for overflow takes a 128-bit multiplication, or one of doubles.
      let product = a &* Word(bitPattern: b.fixnumValue)
      if isSmall(a) && isSmall(b) { return product }
      if abs(Double(Int64(bitPattern: a)) * Double(b.fixnumValue)) < 0x1p62 { return product }
    }
    node.recordTypes(a, b)
    return genericMultiply(a, b)
  case .divide:
    let b = node.b.value(frame, procedure)
    node.recordTypes(a, b)
    return genericDivide(a, b)
  case .squareRoot: node.recordTypes(a, a)
  case .absolute:
    if a.isFixnum && Int64(bitPattern: a) >= 0 { return a }
    node.recordTypes(a, a)
  case .negate:
    // (The least fixnum is its own negative.)
    let negative = 0 &- a
    if a.isFixnum && negative != a || a == 0 { return negative }
    node.recordTypes(a, a)
  case .square:
    if a.isFixnum && (isSmall(a) || abs(Double(Int64(bitPattern: a)) * Double(a.fixnumValue)) < 0x1p62) {
      return a &* Word(bitPattern: a.fixnumValue)
    }
    node.recordTypes(a, a)
  case .minimum, .maximum:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 {
      return (Int64(bitPattern: b) < Int64(bitPattern: a)) == (node.operation == .minimum) ? b : a
    }
    node.recordTypes(a, b)
  case .car where a.isPair: return car(a)
  case .cdr where a.isPair: return cdr(a)
  case .cons: return cons(a, node.b.value(frame, procedure))
  case .cadr:
    if a.isPair {
      let rest = cdr(a)
      if rest.isPair { return car(rest) }
    }
  case .cddr:
    if a.isPair {
      let rest = cdr(a)
      if rest.isPair { return cdr(rest) }
    }
  case .vectorRef:
    let index = node.b.value(frame, procedure)
    if a.isVector && index.isIndex(below: vectorCount(a)) { return vectorElement(a, index.index) }
  case .vectorSet:
    let index = node.b.value(frame, procedure)
    if a.isVector && index.isIndex(below: vectorCount(a)) {
      setVectorElement(a, index.index, node.argument(0).value(frame, procedure))
      return Constant.unspecified
    }
  case .valueRef:
    if a.isKind(.multipleValues) { return a.field(node.b.value(frame, procedure).index) }
  case .quotient:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 && b != 0 && b != .fixnum(-1) { return .fixnum64(a.fixnumValue / b.fixnumValue) }
  case .remainder:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 && b != 0 && b != .fixnum(-1) { return .fixnum64(a.fixnumValue % b.fixnumValue) }
  case .recordRef:
    let type = node.b.value(frame, procedure)
    if a.isRecord && a.field(0) == type { return a.field(1 &+ node.argument(0).value(frame, procedure).index) }
  case .recordSet:
    let type = node.b.value(frame, procedure)
    if a.isRecord && a.field(0) == type {
      a.setField(1 &+ node.argument(0).value(frame, procedure).index, node.argument(1).value(frame, procedure))
      return Constant.unspecified
    }
  case .stringRef:
    let index = node.b.value(frame, procedure)
    if a.isString && index.isIndex(below: stringCount(a)) { return .character(stringElement(a, index.index)) }
  case let operation where operation.isPredicate: return predicate(node, frame, procedure)
  default: break
  }
  return performByPrimitive(node, frame, procedure)
}

/// Whether a fixnum's value has at most 30 bits.
@inline(__always)
func isSmall(_ fixnum: Word) -> Bool { fixnum &+ (1 << 32) < 1 << 33 }

/// Calls the primitive that an operation node stands for.
@inline(never)
private func performByPrimitive(_ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  let sp = frame &+ node.depthOffset
  let count = node.operation.operandCount
  store64(sp, node.a.value(frame, procedure))
  if count > 1 { store64(sp &+ 8, node.b.value(frame, procedure)) }
  var index = 2
  while index < count {
    store64(sp &+ UInt32(index) &* 8, node.argument(index - 2).value(frame, procedure))
    index += 1
  }
  return Primitives.function(Int(node.payload))(sp, Int32(count))
}

/// `decide`, for a predicate whose value is wanted.
@inline(never)
private func predicate(_ node: Node, _ frame: Address, _ procedure: Word) -> Word { decide(node, frame, procedure) }

/// Whether a predicate holds: #t, #f, or `Constant.unwind`.
@inline(__always)
func decide(_ node: Node, _ frame: Address, _ procedure: Word) -> Word {
  let a = node.a.value(frame, procedure)
  switch node.operation {
  case .less:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 { return .boolean(Int64(bitPattern: a) < Int64(bitPattern: b)) }
    node.recordTypes(a, b)
    return genericLess(a, b)
  case .numberEqual:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 { return .boolean(a == b) }
    node.recordTypes(a, b)
    return genericEqual(a, b)
  case .greater:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 { return .boolean(Int64(bitPattern: a) > Int64(bitPattern: b)) }
    node.recordTypes(a, b)
    return genericGreater(a, b)
  case .lessEqual:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 { return .boolean(Int64(bitPattern: a) <= Int64(bitPattern: b)) }
    node.recordTypes(a, b)
    return genericLessEqual(a, b)
  case .greaterEqual:
    let b = node.b.value(frame, procedure)
    if (a | b) & Tag.mask == 0 { return .boolean(Int64(bitPattern: a) >= Int64(bitPattern: b)) }
    node.recordTypes(a, b)
    return genericGreaterEqual(a, b)
  case .isZero:
    if a.isFixnum { return .boolean(a == 0) }
    node.recordTypes(a, a)
    return genericIsZero(a)
  case .eq: return .boolean(a == node.b.value(frame, procedure))
  case .not: return .boolean(a == Constant.false)
  case .isNull: return .boolean(a == Constant.null)
  case .isPair: return .boolean(a.isPair)
  case .isCurrent:
    return .boolean(Word(load32(node.a.address &+ UInt32(SymbolLayout.knownFunc))) == node.b.value(frame, procedure))
  case .isExactInteger where a.isFixnum, .isInteger where a.isFixnum: return Constant.true
  case .isNumber: return .boolean(isNumber(a))
  default: return performByPrimitive(node, frame, procedure)
  }
}

extension Node {
  /// Records what other than fixnums an arithmetic node has seen.
  @inline(never)
  func recordTypes(_ a: Word, _ b: Word) {
    func seen(_ word: Word) -> UInt8 {
      word.isFixnum ? Feedback.fixnum : word.isFlonum ? Feedback.flonum : Feedback.other
    }
    let types = seen(a) | seen(b)
    // Fixnums only get here when the result is not one. (That of `abs` is.)
    if types == Feedback.fixnum && operation == .absolute { return }
    feedback |= types == Feedback.fixnum ? Feedback.other : types
  }
}
