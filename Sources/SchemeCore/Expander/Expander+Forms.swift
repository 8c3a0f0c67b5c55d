// One function per special form (or family). Each takes the whole form and the scope.
import GuestABI

extension Expander {
  mutating func expandForm(_ keyword: Keyword, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let length = listLength(form)
    if length < 0 { throw fail("the form must be a proper list", form) }
    switch keyword {
    case .and, .or, .cond, .case, .letrec, .letrecStar:
      if length > Expander.maximumArguments / 2 { throw fail("the form has too many parts", form) }
    default: break
    }
    switch keyword {
    case .quote:
      if length != 2 { throw fail("quote takes one datum", form) }
      return .constant(cadr(form))
    case .quasiquote:
      if length != 2 { throw fail("quasiquote takes one template", form) }
      return try expandQuasiquote(cadr(form), depth: 1, scope)
    case .if:
      if length != 3 && length != 4 { throw fail("if takes a test and one or two branches", form) }
      return .if(
        try expand(cadr(form), scope), try expand(caddr(form), scope),
        length == 4 ? try expand(car(cdddr(form)), scope) : .constant(Constant.unspecified))
    case .set: return try expandSet(form, length, scope)
    case .lambda:
      if length < 3 { throw fail("lambda needs parameters and a body", form) }
      return .lambda(try expandLambda(cadr(form), cddr(form), form, Constant.false, scope))
    case .let: return try expandLet(form, length, scope)
    case .letStar: return try expandLetStar(form, length, scope)
    case .letrec, .letrecStar: return try expandLetrec(form, length, scope)
    case .do: return try expandDo(form, length, scope)
    case .begin:
      if length == 1 { return .constant(Constant.unspecified) }
      return try expandSequence(cdr(form), scope)
    case .cond: return try expandCond(cdr(form), form, scope)
    case .case: return try expandCase(form, length, scope)
    case .and: return try expandAnd(cdr(form), scope)
    case .or: return try expandOr(cdr(form), scope)
    case .when, .unless:
      if length < 2 { throw fail("when and unless need a test", form) }
      let test = try expand(cadr(form), scope)
      let body = cddr(form).isNull ? Expression.constant(Constant.unspecified) : try expandSequence(cddr(form), scope)
      let nothing = Expression.constant(Constant.unspecified)
      return keyword == .when ? .if(test, body, nothing) : .if(test, nothing, body)
    case .assert:
      if length != 2 { throw fail("assert takes one expression", form) }
      let failure = Expression.call(
        .global(SymbolTable.intern("error"), position(form)),
        [.constant(makeString("assertion failed")), .constant(cadr(form))], position(form))
      return .if(try expand(cadr(form), scope), .constant(Constant.unspecified), failure)
    case .define, .defineRecordType: throw fail("a definition is not allowed here", form)
    case .unquote, .unquoteSplicing: throw fail("unquote outside of quasiquote", form)
    case .else, .arrow: throw fail("this keyword is only allowed inside cond and case", form)
    case .none: abortRuntime("a form without a keyword")
    }
  }

  /// Expressions evaluated in order, the last one's value being the result.
  mutating func expandSequence(_ forms: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if cdr(forms).isNull { return try expand(car(forms), scope) }
    var parts: [Expression] = []
    var rest = forms
    while rest.isPair {
      parts.append(try expand(car(rest), scope))
      rest = cdr(rest)
    }
    return .sequence(parts)
  }

  private mutating func expandSet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    guard length == 3, cadr(form).isSymbol else { throw fail("set! takes a name and a value", form) }
    let name = cadr(form)
    let value = try expand(caddr(form), scope)
    if let variable = scope.lookup(name) {
      variable.isAssigned = true
      variable.lambda = nil
      return .setLocal(variable, value)
    }
    Library.require(name)
    SymbolFlags.clear(name)
    return .setGlobal(name, value, position(form))
  }

  // MARK: Procedures

  mutating func expandLambda(
    _ parameters: Word, _ body: Word, _ form: Word, _ name: Word, _ scope: Scope
  ) throws(SyntaxError) -> Lambda {
    let lambda = Lambda(name: name, position: position(form))
    var rest = parameters
    while rest.isPair {
      lambda.parameters.append(try parameter(car(rest), of: lambda, form))
      rest = cdr(rest)
    }
    if !rest.isNull {
      lambda.parameters.append(try parameter(rest, of: lambda, form))
      lambda.hasRest = true
    }
    if lambda.parameters.count > 200 { throw fail("too many parameters", form) }
    lambda.body = try expandBody(body, form, Scope(lambda.parameters, parent: scope, lambda: lambda))
    return lambda
  }

  private func parameter(_ name: Word, of lambda: Lambda, _ form: Word) throws(SyntaxError) -> Variable {
    if !name.isSymbol { throw fail("a parameter must be a name", form) }
    for other in lambda.parameters where other.name == name { throw fail("two parameters have the same name", form) }
    return Variable(name, owner: lambda)
  }

  // MARK: Binding forms

  /// The names and value forms of a binding list.
  private func bindings(_ list: Word, _ form: Word) throws(SyntaxError) -> [(name: Word, value: Word)] {
    var result: [(name: Word, value: Word)] = []
    var rest = list
    while rest.isPair {
      let binding = car(rest)
      guard listLength(binding) == 2, car(binding).isSymbol else {
        throw fail("a binding must have the form (name value)", binding.isPair ? binding : form)
      }
      result.append((car(binding), cadr(binding)))
      rest = cdr(rest)
    }
    if result.count > Expander.maximumArguments / 2 { throw fail("too many bindings in one form", form) }
    if !rest.isNull { throw fail("the bindings must be a list", form) }
    return result
  }

  private func checkDistinct(_ bindings: [(name: Word, value: Word)], _ form: Word) throws(SyntaxError) {
    for index in 0..<bindings.count {
      for other in 0..<index where bindings[other].name == bindings[index].name {
        throw fail("two bindings have the same name", form)
      }
    }
  }

  private mutating func expandLet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let needs bindings and a body", form) }
    if cadr(form).isSymbol { return try expandNamedLet(form, length, scope) }
    let bindings = try bindings(cadr(form), form)
    try checkDistinct(bindings, form)
    var variables: [Variable] = []
    var values: [Expression] = []
    for binding in bindings {
      values.append(try expandNamed(binding.value, binding.name, scope))
      variables.append(Variable(binding.name, owner: scope.lambda))
    }
    let body = try expandBody(cddr(form), form, Scope(variables, parent: scope, lambda: scope.lambda))
    return variables.isEmpty ? body : .let(variables, values, body)
  }

  private mutating func expandNamedLet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 4 { throw fail("a named let needs a name, bindings and a body", form) }
    let bindings = try bindings(caddr(form), form)
    try checkDistinct(bindings, form)
    var values: [Expression] = []
    for binding in bindings { values.append(try expandNamed(binding.value, binding.name, scope)) }
    let loop = Variable(cadr(form), owner: scope.lambda)
    let inner = Scope([loop], parent: scope, lambda: scope.lambda)
    let lambda = Lambda(name: loop.name, position: position(form))
    lambda.parameters = bindings.map { Variable($0.name, owner: lambda) }
    loop.lambda = lambda
    lambda.body = try expandBody(cdddr(form), form, Scope(lambda.parameters, parent: inner, lambda: lambda))
    return bind([loop], [.lambda(lambda)], .call(.local(loop, position(form)), values, position(form)), scope)
  }

  private mutating func expandLetStar(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let* needs bindings and a body", form) }
    var variables: [Variable] = []
    var values: [Expression] = []
    var inner = scope
    for binding in try bindings(cadr(form), form) {
      values.append(try expandNamed(binding.value, binding.name, inner))
      variables.append(Variable(binding.name, owner: scope.lambda))
      inner = Scope([variables[variables.count - 1]], parent: inner, lambda: scope.lambda)
    }
    var body = try expandBody(cddr(form), form, Scope([], parent: inner, lambda: scope.lambda))
    for index in variables.indices.reversed() { body = .let([variables[index]], [values[index]], body) }
    return body
  }

  private mutating func expandLetrec(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("letrec needs bindings and a body", form) }
    let bindings = try bindings(cadr(form), form)
    try checkDistinct(bindings, form)
    let variables = bindings.map { Variable($0.name, owner: scope.lambda) }
    let inner = Scope(variables, parent: scope, lambda: scope.lambda)
    var values: [Expression] = []
    for binding in bindings { values.append(try expandNamed(binding.value, binding.name, inner)) }
    return bind(variables, values, try expandBody(cddr(form), form, inner), scope)
  }

  /// `do` is a loop: a procedure that only ever jumps to itself.
  private mutating func expandDo(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 || listLength(caddr(form)) < 1 { throw fail("do needs variables and a list with a test", form) }
    let loop = Variable(SymbolTable.intern("do loop"), owner: scope.lambda)
    let lambda = Lambda(name: loop.name, position: position(form))
    var starts: [Expression] = []
    var steps: [Word] = []
    var rest = cadr(form)
    while rest.isPair {
      let clause = car(rest)
      let count = listLength(clause)
      guard count == 2 || count == 3, car(clause).isSymbol else {
        throw fail("a variable of do must have the form (name start step)", clause.isPair ? clause : form)
      }
      for other in lambda.parameters where other.name == car(clause) {
        throw fail("two variables have the same name", form)
      }
      starts.append(try expandNamed(cadr(clause), car(clause), scope))
      steps.append(count == 3 ? caddr(clause) : car(clause))
      lambda.parameters.append(Variable(car(clause), owner: lambda))
      rest = cdr(rest)
    }
    if !rest.isNull { throw fail("the variables of do must be a list", form) }
    let inner = Scope(lambda.parameters, parent: scope, lambda: lambda)
    let test = try expand(car(caddr(form)), inner)
    let results = cdr(caddr(form))
    let result = results.isNull ? Expression.constant(Constant.unspecified) : try expandSequence(results, inner)
    var parts: [Expression] = []
    var commands = cdddr(form)
    while commands.isPair {
      parts.append(try expand(car(commands), inner))
      commands = cdr(commands)
    }
    var next: [Expression] = []
    for step in steps { next.append(try expand(step, inner)) }
    parts.append(.call(.local(loop, position(form)), next, position(form)))
    lambda.body = .if(test, result, parts.count == 1 ? parts[0] : .sequence(parts))
    loop.lambda = lambda
    return bind([loop], [.lambda(lambda)], .call(.local(loop, position(form)), starts, position(form)), scope)
  }

  // MARK: Conditionals

  mutating func expandAnd(_ forms: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if forms.isNull { return .constant(Constant.true) }
    let first = try expand(car(forms), scope)
    if cdr(forms).isNull { return first }
    return .if(first, try expandAnd(cdr(forms), scope), .constant(Constant.false))
  }

  mutating func expandOr(_ forms: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if forms.isNull { return .constant(Constant.false) }
    let first = try expand(car(forms), scope)
    if cdr(forms).isNull { return first }
    return .or(first, try expandOr(cdr(forms), scope))
  }

  private mutating func expandCond(_ clauses: Word, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    if clauses.isNull { return .constant(Constant.unspecified) }
    let clause = car(clauses)
    guard listLength(clause) >= 1 else { throw fail("a clause of cond must be a list that starts with a test", form) }
    if scope.keyword(car(clause)) == .else {
      if !cdr(clauses).isNull { throw fail("else must be the last clause", form) }
      if cdr(clause).isNull { throw fail("else needs an expression", clause) }
      return try expandSequence(cdr(clause), scope)
    }
    let test = try expand(car(clause), scope)
    if cdr(clause).isNull { return .or(test, try expandCond(cdr(clauses), form, scope)) }
    if scope.keyword(cadr(clause)) == .arrow {
      guard listLength(clause) == 3 else { throw fail("=> takes one procedure", clause) }
      let value = Variable(Constant.false, owner: scope.lambda)
      let inner = Scope([value], parent: scope, lambda: scope.lambda)
      let receiver = try expand(caddr(clause), inner)
      return .let(
        [value], [test],
        .if(
          .local(value, .none), .call(receiver, [.local(value, .none)], position(clause)),
          try expandCond(cdr(clauses), form, inner)))
    }
    return .if(test, try expandSequence(cdr(clause), scope), try expandCond(cdr(clauses), form, scope))
  }

  private mutating func expandCase(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 2 { throw fail("case needs a key", form) }
    let key = Variable(Constant.false, owner: scope.lambda)
    let inner = Scope([key], parent: scope, lambda: scope.lambda)
    return .let([key], [try expand(cadr(form), scope)], try expandCaseClauses(cddr(form), key, form, inner))
  }

  private mutating func expandCaseClauses(
    _ clauses: Word, _ key: Variable, _ form: Word, _ scope: Scope
  ) throws(SyntaxError) -> Expression {
    if clauses.isNull { return .constant(Constant.unspecified) }
    let clause = car(clauses)
    guard listLength(clause) >= 2 else { throw fail("a clause of case needs data and an expression", form) }
    let isElse = scope.keyword(car(clause)) == .else
    let body: Expression
    if scope.keyword(cadr(clause)) == .arrow {
      guard listLength(clause) == 3 else { throw fail("=> takes one procedure", clause) }
      body = .call(try expand(caddr(clause), scope), [.local(key, .none)], position(clause))
    } else {
      body = try expandSequence(cdr(clause), scope)
    }
    if isElse {
      if !cdr(clauses).isNull { throw fail("else must be the last clause", form) }
      return body
    }
    var test = Expression.constant(Constant.false)
    if listLength(car(clause)) < 0 { throw fail("the data of a case clause must be a list", clause) }
    var data: [Word] = []
    var rest = car(clause)
    while rest.isPair {
      data.append(car(rest))
      rest = cdr(rest)
    }
    for datum in data.reversed() {
      let same = Expression.primitive(Primitives.row(.eqv), [.local(key, .none), .constant(datum)], position(clause))
      if case .constant(Constant.false) = test { test = same } else { test = .if(same, .constant(Constant.true), test) }
    }
    return .if(test, body, try expandCaseClauses(cdr(clauses), key, form, scope))
  }
}
