// and, or, cond and case. Long ones become expressions that go on with their last part for long, over which no phase recurs.
import GuestABI

extension Expander {
  mutating func expandAnd(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length == 1 { return .constant(Constant.true) }
    let parts = try expandParts(form, scope)
    var result = parts[parts.count - 1]
    for part in parts.dropLast().reversed() { result = .if(part, result, .constant(Constant.false)) }
    return result
  }

  mutating func expandOr(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length == 1 { return .constant(Constant.false) }
    let parts = try expandParts(form, scope)
    var result = parts[parts.count - 1]
    for part in parts.dropLast().reversed() { result = .or(part, result) }
    return result
  }

  private mutating func expandParts(_ form: Word, _ scope: Scope) throws(SyntaxError) -> [Expression] {
    var parts: [Expression] = []
    var rest = cdr(form)
    while rest.isPair {
      parts.append(try expand(car(rest), scope))
      rest = cdr(rest)
    }
    return parts
  }

  // MARK: cond

  /// A clause that has been expanded, but for what follows it.
  private enum Clause {
    case when(Expression, Expression)
    /// The value of the test is the result.
    case or(Expression)
    /// `test => receiver`: the variable holds the test's value.
    case arrow(Variable, Expression, receiver: Expression, SourcePosition)

    func followed(by rest: Expression) -> Expression {
      switch self {
      case .when(let test, let body): return .if(test, body, rest)
      case .or(let test): return .or(test, rest)
      case .arrow(let variable, let test, let receiver, let position):
        let value = Expression.local(variable, .none)
        return .let([variable], [test], .if(value, .call(receiver, [value], position), rest))
      }
    }
  }

  mutating func expandCond(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    var clauses: [Clause] = []
    var last = Expression.constant(Constant.unspecified)
    var rest = cdr(form)
    while rest.isPair {
      let clause = takeFirst(&rest)
      guard listLength(clause) >= 1 else { throw fail("a clause of cond must be a list that starts with a test", form) }
      if scope.keyword(car(clause)) == .else {
        if !rest.isNull { throw fail("else must be the last clause", form) }
        if cdr(clause).isNull { throw fail("else needs an expression", clause) }
        last = try expandSequence(cdr(clause), scope)
        break
      }
      let test = try expand(car(clause), scope)
      if cdr(clause).isNull {
        clauses.append(.or(test))
      } else if scope.keyword(cadr(clause)) == .arrow {
        guard listLength(clause) == 3 else { throw fail("=> takes one procedure", clause) }
        let value = Variable(Constant.false, owner: scope.lambda)
        clauses.append(.arrow(value, test, receiver: try expand(caddr(clause), scope), position(clause)))
      } else {
        clauses.append(.when(test, try expandSequence(cdr(clause), scope)))
      }
    }
    for clause in clauses.reversed() { last = clause.followed(by: last) }
    return last
  }

  // MARK: case

  /// More data than this in a clause are looked up in a list.
  private static var fewData: Int { 8 }

  mutating func expandCase(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 2 { throw fail("case needs a key", form) }
    let key = Variable(Constant.false, owner: scope.lambda)
    let keyValue = try expand(cadr(form), scope)
    var clauses: [(test: Expression, body: Expression)] = []
    var last = Expression.constant(Constant.unspecified)
    var rest = cddr(form)
    while rest.isPair {
      let clause = takeFirst(&rest)
      guard listLength(clause) >= 2 else { throw fail("a clause of case needs data and an expression", form) }
      let body: Expression
      if scope.keyword(cadr(clause)) == .arrow {
        guard listLength(clause) == 3 else { throw fail("=> takes one procedure", clause) }
        body = .call(try expand(caddr(clause), scope), [.local(key, .none)], position(clause))
      } else {
        body = try expandSequence(cdr(clause), scope)
      }
      if scope.keyword(car(clause)) == .else {
        if !rest.isNull { throw fail("else must be the last clause", form) }
        last = body
        break
      }
      clauses.append((try caseTest(car(clause), key, clause), body))
    }
    for clause in clauses.reversed() { last = .if(clause.test, clause.body, last) }
    return .let([key], [keyValue], last)
  }

  /// Whether the key is one of some data.
  private func caseTest(_ list: Word, _ key: Variable, _ clause: Word) throws(SyntaxError) -> Expression {
    let count = listLength(list)
    if count < 0 { throw fail("the data of a case clause must be a list", clause) }
    let data = strip(list)
    if count > Expander.fewData {
      return .primitive(Primitives.row(named: "memv"), [.local(key, .none), .constant(data)], position(clause))
    }
    var words: [Word] = []
    var rest = data
    while rest.isPair {
      words.append(car(rest))
      rest = cdr(rest)
    }
    var test = Expression.constant(Constant.false)
    for datum in words.reversed() {
      let same = Expression.primitive(Primitives.row(.eqv), [.local(key, .none), .constant(datum)], position(clause))
      if case .constant(Constant.false) = test { test = same } else { test = .if(same, .constant(Constant.true), test) }
    }
    return test
  }
}
