// What operations need and give: how an arithmetic node is to be compiled, given what is known of its operands and what the interpreter has
// seen, and the types of results. The inference of types and the generation of code both go by these rules.
import GuestABI
import SchemeCore

/// How an arithmetic or comparison node is compiled.
enum ArithmeticMode {
  /// Both operands are fixnums, and so is the result; anything else goes back to the interpreter.
  case fixnum
  /// One operand is a flonum and the other too, or a fixnum that is converted; anything else goes back to the interpreter.
  case flonum
  /// Several kinds of numbers were seen: the runtime does what is not done in place.
  case generic
}

extension TypeState {
  /// `speculates`: whether what the interpreter has seen may be relied on.
  func mode(_ node: Node, speculates: Bool) -> ArithmeticMode {
    let a = type(node.a)
    let b = node.operation.operandCount > 1 ? type(node.b) : a
    let seen = node.feedback
    if !isFlonumOperation(node) {
      let isFixnum = speculates && seen & (Feedback.other | Feedback.flonum) == 0 && a != .flonum && b != .flonum
      return isFixnum ? .fixnum : .generic
    }
    if seen & Feedback.other != 0 || !speculates { return a == .flonum && b == .flonum ? .flonum : .generic }
    if a == .flonum || b == .flonum {
      // Comparisons of fixnums with flonums are exact, so a fixnum that a double cannot hold is not converted.
      return node.operation.isPredicate && (a.isWideFixnum || b.isWideFixnum) ? .generic : .flonum
    }
    if node.operation == .divide || seen & Feedback.flonum != 0 {
      if seen & Feedback.flonum == 0 || (a.isFixnum && b.isFixnum) { return .generic }
      if node.operation.isPredicate && (a.isWideFixnum || b.isWideFixnum) { return .generic }
      return a.isFixnum || b.isFixnum || seen & Feedback.fixnum == 0 ? .flonum : .generic
    }
    return .fixnum
  }

  private func isFlonumOperation(_ node: Node) -> Bool {
    switch node.operation {
    case .quotient, .remainder, .modulo: false
    default: true
    }
  }

  /// Whether a flonum operation takes a fixnum in place of an operand of which nothing is known.
  static func convertsFixnums(_ node: Node) -> Bool { node.feedback & Feedback.fixnum != 0 }

  /// The type of what a binding binds, for the state before it.
  func result(_ node: Node, speculates: Bool) -> StaticType {
    switch node.kind {
    case .move: return type(node.a)
    case .makeProcedure: return .procedure
    case .primitiveCall:
      return ResultTypes.type(ofRow: Int(node.payload))
    case .operation: break
    default: return .any
    }
    switch node.operation {
    case .add, .subtract, .multiply, .quotient, .remainder, .modulo, .divide, .minimum, .maximum, .absolute, .negate, .square:
      switch mode(node, speculates: speculates) {
      case .fixnum: return .fixnum
      case .flonum: return .flonum
      case .generic: return .any
      }
    case .floor, .ceiling, .truncate, .round: return type(node.a) == .flonum ? .flonum : type(node.a).isFixnum ? .fixnum : .any
    case .exactToInexact, .squareRoot:
      switch type(node.a) {
      case .flonum: return .flonum
      case .fixnum, .natural, .index: return node.operation == .exactToInexact ? .flonum : .any
      default: return .any
      }
    case .cons: return .pair
    case .vectorLength, .stringLength, .bytevectorLength, .bytevectorRef, .charToInteger, .tableSlots: return .index
    case .symbolToString: return .string
    case .stringRef, .integerToChar, .charUpcase, .charDowncase: return .character
    case .checkValues, .setCar, .setCdr, .vectorSet, .recordSet, .stringSet, .bytevectorSet, .setHandlers, .setParameters, .setWinds, .tableSet:
      return .immediate
    case let operation: return operation.isPredicate ? .boolean : .any
    }
  }

  /// Notes what is known of a node's operands once it has been executed.
  mutating func refineOperands(_ node: Node, speculates: Bool) {
    if node.kind != .operation && node.kind != .branchOperation { return }
    switch node.operation {
    case .add, .subtract, .multiply, .quotient, .remainder, .modulo, .divide, .minimum, .maximum, .absolute, .negate, .square, .numberEqual,
      .less, .greater, .lessEqual, .greaterEqual, .isZero, .isPositive, .isNegative:
      let mode = mode(node, speculates: speculates)
      if mode == .generic { return }
      refineNumber(node.a, node, mode)
      if node.operation.operandCount > 1 { refineNumber(node.b, node, mode) }
    case .car, .cdr, .cadr, .cddr, .caar, .cdar, .caddr, .cdddr, .cadddr, .setCar, .setCdr: refine(node.a, .pair)
    case .vectorRef, .vectorSet:
      refine(node.a, .vector)
      refine(node.b, .index)
    case .stringRef, .stringSet:
      refine(node.a, .string)
      refine(node.b, .index)
    case .bytevectorRef, .bytevectorSet:
      refine(node.a, .bytevector)
      refine(node.b, .index)
    case .checkValues:
      let isExact = node.argument(0).constantValue == Constant.false
      if isExact && node.b.constantValue?.index ?? 0 > 1 { refine(node.a, .values) }
    case .vectorLength: refine(node.a, .vector)
    case .stringLength: refine(node.a, .string)
    case .bytevectorLength: refine(node.a, .bytevector)
    case .charToInteger: refine(node.a, .character)
    case .charEqual, .charLess, .charGreater, .charLessEqual, .charGreaterEqual:
      refine(node.a, .character)
      refine(node.b, .character)
    default: break
    }
  }

  private mutating func refineNumber(_ operand: Operand, _ node: Node, _ mode: ArithmeticMode) {
    if operand.kind != .slot && operand.kind != .free { return }
    let known = type(operand)
    if mode == .fixnum { return refine(operand, known.isFixnum ? known : .fixnum) }
    if known.isFixnum || known == .flonum { return }
    if !isNextToFlonum(node) || !TypeState.convertsFixnums(node) { refine(operand, .flonum) }
  }

  /// Whether one operand is certain to be a flonum, so that the other may be a fixnum.
  func isNextToFlonum(_ node: Node) -> Bool {
    type(node.a) == .flonum || (node.operation.operandCount > 1 && type(node.b) == .flonum)
  }

  /// What a predicate that holds says of its operand.
  mutating func refineWhereTrue(_ node: Node) {
    if node.kind != .branchOperation { return }
    switch node.operation {
    case .isPair: refine(node.a, .pair)
    case .isVector: refine(node.a, .vector)
    case .isString: refine(node.a, .string)
    case .isCharacter: refine(node.a, .character)
    case .isProcedure: refine(node.a, .procedure)
    case .isBoolean: refine(node.a, .boolean)
    default: refineComparison(node, holds: true)
    }
  }

  /// What a predicate that does not hold says of its operand.
  mutating func refineWhereFalse(_ node: Node) {
    if node.kind == .branchOperation { refineComparison(node, holds: false) }
  }

  /// A fixnum that is found to be more than -1 is not negative.
  private mutating func refineComparison(_ node: Node, holds: Bool) {
    // Which operand is more than the other one, or at least that.
    let (larger, smaller, isEqual): (Operand, Operand?, Bool)
    switch (node.operation, holds) {
    case (.less, true): (larger, smaller, isEqual) = (node.b, node.a, false)
    case (.less, false): (larger, smaller, isEqual) = (node.a, node.b, true)
    case (.lessEqual, true): (larger, smaller, isEqual) = (node.b, node.a, true)
    case (.lessEqual, false): (larger, smaller, isEqual) = (node.a, node.b, false)
    case (.greater, true): (larger, smaller, isEqual) = (node.a, node.b, false)
    case (.greater, false): (larger, smaller, isEqual) = (node.b, node.a, true)
    case (.greaterEqual, true): (larger, smaller, isEqual) = (node.a, node.b, true)
    case (.greaterEqual, false): (larger, smaller, isEqual) = (node.b, node.a, false)
    case (.isPositive, true): (larger, smaller, isEqual) = (node.a, nil, false)
    case (.isNegative, false): (larger, smaller, isEqual) = (node.a, nil, true)
    default: return
    }
    guard type(larger) == .fixnum else { return }
    if let smaller, !type(smaller).isNatural {
      guard let bound = smaller.constantValue, bound.isFixnum, bound.fixnumValue >= (isEqual ? 0 : -1) else { return }
    }
    refine(larger, .natural)
  }
}
