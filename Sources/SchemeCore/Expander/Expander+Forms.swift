// The special forms: which function expands which, and those that need no more than a few lines. Each takes the whole form and the scope.
import GuestABI

extension Expander {
  mutating func expandForm(_ keyword: Keyword, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let length = listLength(form)
    if length < 0 { throw fail("the form must be a proper list", form) }
    switch keyword {
    case .quote:
      if length != 2 { throw fail("quote takes one datum", form) }
      return .constant(strip(cadr(form)))
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
    case .namedLambda:
      guard length >= 3, cadr(form).isPair, car(cadr(form)).isIdentifier else {
        throw fail("named-lambda needs a list of its name and parameters, and a body", form)
      }
      return .lambda(try expandLambda(cdr(cadr(form)), cddr(form), form, Alias.symbol(car(cadr(form))), scope))
    case .caseLambda: return try expandCaseLambda(form, scope)
    case .let: return try expandLet(form, length, scope)
    case .letStar: return try expandLetStar(form, length, scope)
    case .letrec, .letrecStar: return try expandLetrec(keyword, form, length, scope)
    case .letValues: return try expandLetValues(form, length, scope)
    case .letStarValues: return try expandLetStarValues(form, length, scope)
    case .receive:
      if length < 4 { throw fail("receive needs variables, an expression and a body", form) }
      return try withValues(of: caddr(form), cadr(form), cdddr(form), form, scope)
    case .do: return try expandDo(form, length, scope)
    case .begin:
      if length == 1 { return .constant(Constant.unspecified) }
      return try expandSequence(cdr(form), scope)
    case .cond: return try expandCond(form, scope)
    case .case: return try expandCase(form, length, scope)
    case .and: return try expandAnd(form, length, scope)
    case .or: return try expandOr(form, length, scope)
    case .when, .unless:
      if length < 2 { throw fail("when and unless need a test", form) }
      let test = try expand(cadr(form), scope)
      let body = cddr(form).isNull ? Expression.constant(Constant.unspecified) : try expandSequence(cddr(form), scope)
      let nothing = Expression.constant(Constant.unspecified)
      return keyword == .when ? .if(test, body, nothing) : .if(test, nothing, body)
    case .assert:
      if length != 2 { throw fail("assert takes one expression", form) }
      let failure = callCore(
        "error", [.constant(makeString("assertion failed")), .constant(strip(cadr(form)))], position(form))
      return .if(try expand(cadr(form), scope), .constant(Constant.unspecified), failure)
    case .delay, .delayForce, .consStream: return try expandDelay(keyword, form, length, scope)
    case .parameterize: return try expandParameterize(form, length, scope)
    case .fluidLet: return try expandFluidLet(form, length, scope)
    case .guard: return try expandGuard(form, length, scope)
    case .letSyntax, .letrecSyntax: return try expandLetSyntax(keyword, form, length, scope)
    case .syntaxError: throw try syntaxErrorForm(form, length)
    case .condExpand: return try expandBodyForms(try condExpandForms(form, scope), form, scope)
    case .include, .includeCI: return try expandBodyForms(try includedForms(form, scope), form, scope)
    case .define, .defineValues, .defineRecordType, .defineSyntax: throw fail("a definition is not allowed here", form)
    case .import, .defineLibrary: throw fail("this form is only allowed at top level", form)
    case .syntaxRules: throw fail("syntax-rules is only allowed where a macro is defined", form)
    case .unquote, .unquoteSplicing: throw fail("unquote outside of quasiquote", form)
    case .else, .arrow: throw fail("this keyword is only allowed inside cond, case and guard", form)
    case .ellipsis, .underscore: throw fail("this keyword is only allowed inside syntax-rules", form)
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

  /// The forms that stand for an expression: none, one, or several.
  private mutating func expandBodyForms(_ forms: Word, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    forms.isNull ? .constant(Constant.unspecified) : try expandSequence(try properList(forms, of: form), scope)
  }

  private mutating func expandSet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    guard length == 3, cadr(form).isIdentifier else { throw fail("set! takes a name and a value", form) }
    let name = cadr(form)
    let value = try expand(caddr(form), scope)
    switch scope.lookup(name) {
    case .local(let variable):
      variable.isAssigned = true
      variable.lambda = nil
      return .setLocal(variable, value)
    case .global(let cell):
      StandardLibrary.require(cell)
      if !isUninterned(cell) && !Sealing.isSealed(cell.address) { StandardLibrary.redefine(cell) }
      return .setGlobal(cell, value, position(form))
    case .unbound: return .setGlobal(reference(name, scope), value, position(form))
    case .imported, .standard: throw fail("a name that was imported cannot be assigned", form)
    case .keyword, .macro: throw fail("a keyword cannot be assigned", form)
    }
  }

  // MARK: Procedures

  mutating func expandLambda(
    _ parameters: Word, _ body: Word, _ form: Word, _ name: Word, _ scope: Scope
  ) throws(SyntaxError) -> Lambda {
    let lambda = Lambda(name: name, position: position(form))
    let inner = Scope(parent: scope, lambda: lambda)
    try addParameters(parameters, to: inner, form)
    lambda.body = try expandBody(body, form, inner)
    return lambda
  }

  /// Adds the parameters of a list, and one for the rest if it does not end in (), to the lambda of a scope.
  func addParameters(_ list: Word, to scope: Scope, _ form: Word) throws(SyntaxError) {
    var rest = list
    while rest.isPair {
      try addParameter(car(rest), to: scope, form)
      rest = cdr(rest)
    }
    if rest.isNull { return }
    try addParameter(rest, to: scope, form)
    scope.lambda.hasRest = true
  }

  /// Adds a parameter to the lambda of a scope.
  func addParameter(_ name: Word, to scope: Scope, _ form: Word) throws(SyntaxError) {
    if !name.isIdentifier { throw fail("a parameter must be a name", form) }
    if scope.own(name) != nil { throw fail("two parameters have the same name", form) }
    if scope.lambda.parameters.count == Expander.maximumParameters { throw fail("too many parameters", form) }
    let variable = Variable(name, owner: scope.lambda)
    scope.lambda.parameters.append(variable)
    scope.bind(name, variable)
  }

  /// The parts of `(define name value)` or `(define (name . parameters) body ...)`, curried defines included, as name and value.
  func definition(_ form: Word) throws(SyntaxError) -> (Word, Word) {
    guard listLength(form) >= 2 else { throw fail("define needs a name and a value", form) }
    var target = cadr(form)
    var body = cddr(form)
    if target.isIdentifier {
      if body.isNull { return (target, self.form([core("begin")], at: form)) }
      guard cdr(body).isNull else { throw fail("define takes one value", form) }
      return (target, car(body))
    }
    while target.isPair {
      if body.isNull { throw fail("the body has no expression", form) }
      let lambda = self.form([core("lambda"), cdr(target)], tail: body, at: form)
      target = car(target)
      if target.isIdentifier { return (target, lambda) }
      body = list(lambda)
    }
    throw fail("define needs a name", form)
  }
}
