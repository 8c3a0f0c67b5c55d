// Direct entries of primitives that programs pass to other procedures, as in `(map + a b)` or `(list-sort < numbers)`: what is common is done with the arguments where they
// are, everything else by the primitive, with its arguments in memory.
import GuestABI

enum DirectEntries {
  typealias One = @convention(c) (Word, Address, Word) -> Word
  typealias Two = @convention(c) (Word, Address, Word, Word) -> Word

  /// Gives a primitive's code the entry for its operation, if there is one.
  static func install(_ code: Func, _ operation: InlineOperation) {
    if let entry = one(operation) { code.enterDirectly(with: entry) }
    if let entry = two(operation) { code.enterDirectly(with: entry) }
  }

  private static func one(_ operation: InlineOperation) -> One? {
    switch operation {
    case .car: { procedure, sp, a in a.isPair ? car(a) : primitive(procedure, sp, a) }
    case .cdr: { procedure, sp, a in a.isPair ? cdr(a) : primitive(procedure, sp, a) }
    case .cadr: { procedure, sp, a in a.isPair && cdr(a).isPair ? car(cdr(a)) : primitive(procedure, sp, a) }
    case .not: { _, _, a in .boolean(a == Constant.false) }
    case .isNull: { _, _, a in .boolean(a == Constant.null) }
    case .isPair: { _, _, a in .boolean(a.isPair) }
    case .isSymbol: { _, _, a in .boolean(a.isSymbol) }
    case .isString: { _, _, a in .boolean(a.isString) }
    case .isVector: { _, _, a in .boolean(a.isVector) }
    case .isProcedure: { _, _, a in .boolean(a.isProcedure) }
    case .isZero: { procedure, sp, a in a.isFixnum ? .boolean(a == 0) : primitive(procedure, sp, a) }
    case .isEven: { procedure, sp, a in a.isFixnum ? .boolean(a & .fixnum(1) == 0) : primitive(procedure, sp, a) }
    case .isOdd: { procedure, sp, a in a.isFixnum ? .boolean(a & .fixnum(1) != 0) : primitive(procedure, sp, a) }
    default: nil
    }
  }

  private static func two(_ operation: InlineOperation) -> Two? {
    switch operation {
    case .add:
      { procedure, sp, a, b in
        let (sum, overflow) = Int64(bitPattern: a).addingReportingOverflow(Int64(bitPattern: b))
        return areFixnums(a, b) && !overflow ? Word(bitPattern: sum) : primitive(procedure, sp, a, b)
      }
    case .subtract:
      { procedure, sp, a, b in
        let (difference, overflow) = Int64(bitPattern: a).subtractingReportingOverflow(Int64(bitPattern: b))
        return areFixnums(a, b) && !overflow ? Word(bitPattern: difference) : primitive(procedure, sp, a, b)
      }
    case .multiply:
      { procedure, sp, a, b in
        areFixnums(a, b) && isSmall(a) && isSmall(b) ? a &* Word(bitPattern: b.fixnumValue) : primitive(procedure, sp, a, b)
      }
    case .less:
      { procedure, sp, a, b in
        areFixnums(a, b) ? .boolean(Int64(bitPattern: a) < Int64(bitPattern: b)) : primitive(procedure, sp, a, b)
      }
    case .greater:
      { procedure, sp, a, b in
        areFixnums(a, b) ? .boolean(Int64(bitPattern: a) > Int64(bitPattern: b)) : primitive(procedure, sp, a, b)
      }
    case .lessEqual:
      { procedure, sp, a, b in
        areFixnums(a, b) ? .boolean(Int64(bitPattern: a) <= Int64(bitPattern: b)) : primitive(procedure, sp, a, b)
      }
    case .greaterEqual:
      { procedure, sp, a, b in
        areFixnums(a, b) ? .boolean(Int64(bitPattern: a) >= Int64(bitPattern: b)) : primitive(procedure, sp, a, b)
      }
    case .numberEqual: { procedure, sp, a, b in areFixnums(a, b) ? .boolean(a == b) : primitive(procedure, sp, a, b) }
    case .maximum:
      { procedure, sp, a, b in
        areFixnums(a, b) ? Int64(bitPattern: a) < Int64(bitPattern: b) ? b : a : primitive(procedure, sp, a, b)
      }
    case .minimum:
      { procedure, sp, a, b in
        areFixnums(a, b) ? Int64(bitPattern: b) < Int64(bitPattern: a) ? b : a : primitive(procedure, sp, a, b)
      }
    case .eq: { _, _, a, b in .boolean(a == b) }
    case .eqv, .equal: { procedure, sp, a, b in a == b ? Constant.true : primitive(procedure, sp, a, b) }
    case .cons: { _, _, a, b in cons(a, b) }
    case .vectorRef:
      { procedure, sp, a, b in
        a.isVector && b.isIndex(below: vectorCount(a)) ? vectorElement(a, b.index) : primitive(procedure, sp, a, b)
      }
    default: nil
    }
  }
}

// Entries capture nothing, not even a type.

@inline(__always)
private func areFixnums(_ a: Word, _ b: Word) -> Bool { (a | b) & Tag.mask == 0 }

@inline(never)
private func primitive(_ procedure: Word, _ sp: Address, _ a: Word) -> Word {
  store64(sp, a)
  return Primitives.function(Func(procedureFunction(procedure)).primitive)(sp, 1)
}

@inline(never)
private func primitive(_ procedure: Word, _ sp: Address, _ a: Word, _ b: Word) -> Word {
  store64(sp, a)
  store64(sp &+ 8, b)
  return Primitives.function(Func(procedureFunction(procedure)).primitive)(sp, 2)
}
