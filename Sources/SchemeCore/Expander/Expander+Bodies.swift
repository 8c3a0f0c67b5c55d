// Bodies with internal definitions. The forms are sorted into definitions and expressions, macro uses at their heads being expanded, before any value
// is: so all of them see all definitions, of macros too.
import GuestABI

extension Expander {
  /// What a body has been found to consist of.
  private struct Body {
    var variables: [Variable] = []
    var names: [Word] = []
    /// The form of each variable's value. A variable without a name stands for an expression among the definitions.
    var values: [Word] = []
    /// The expressions after the last definition.
    var expressions: [Word] = []
  }

  /// `outer` binds the names around the body; the body's own definitions get a scope within.
  mutating func expandBody(_ forms: Word, _ form: Word, _ outer: Scope) throws(SyntaxError) -> Expression {
    let scope = Scope(parent: outer, lambda: outer.lambda)
    var body = Body()
    let outerPlace = place
    defer { place = outerPlace }
    try collect(forms, form, scope, &body)
    if body.expressions.isEmpty { throw fail("the body has no expression", form) }
    var values: [Expression] = []
    for index in body.values.indices {
      values.append(try expandNamed(body.values[index], body.names[index], scope))
    }
    var parts: [Expression] = []
    for each in body.expressions { parts.append(try expand(each, scope)) }
    let result = parts.count == 1 ? parts[0] : .sequence(parts)
    return body.variables.isEmpty ? result : bind(body.variables, values, result)
  }

  private mutating func collect(_ forms: Word, _ form: Word, _ scope: Scope, _ body: inout Body) throws(SyntaxError) {
    nesting += 1
    defer { nesting -= 1 }
    if isTooDeep { throw fail("the body is nested too deeply", form) }
    if listLength(forms) < 0 { throw fail("the body must be a proper list", form) }
    var rest = forms
    while rest.isPair {
      let place = self.place
      let each = try expandHead(car(rest), scope)
      rest = cdr(rest)
      switch each.isPair ? scope.keyword(car(each)) : .none {
      case .begin: try collect(try properList(cdr(each), of: each), each, scope, &body)
      case .condExpand: try collect(try condExpandForms(each, scope), each, scope, &body)
      case .include, .includeCI: try collect(try includedForms(each, scope), each, scope, &body)
      case .define:
        let (name, value) = try definition(each)
        try addDefinition(name, value, each, scope, &body)
      case .defineValues:
        let (names, assignment) = try valuesDefinition(each)
        for name in names { try addDefinition(name, list(core("begin")), each, scope, &body) }
        body.expressions.append(assignment)
      case .defineRecordType:
        for (name, value) in try recordDefinitions(each, scope) { try addDefinition(name, value, each, scope, &body) }
      case .defineSyntax:
        let (name, meaning) = try syntaxDefinition(each, scope)
        if scope.own(name) != nil { throw fail("the body defines a name twice", each) }
        scope.bind(name, meaning)
      default: body.expressions.append(each)
      }
      self.place = place
    }
  }

  private func addDefinition(
    _ name: Word, _ value: Word, _ form: Word, _ scope: Scope, _ body: inout Body
  ) throws(SyntaxError) {
    if scope.own(name) != nil { throw fail("the body defines a name twice", form) }
    for expression in body.expressions { add(Constant.false, expression, scope, &body) }
    body.expressions.removeAll()
    add(name, value, scope, &body)
  }

  private func add(_ name: Word, _ value: Word, _ scope: Scope, _ body: inout Body) {
    let variable = Variable(name, owner: scope.lambda)
    if name != Constant.false { scope.bind(name, variable) }
    body.variables.append(variable)
    body.names.append(name)
    body.values.append(value)
  }

  /// `(letrec* ((variable value) ...) body)`, or `letrec`.
  func bind(
    _ variables: [Variable], _ values: [Expression], _ body: Expression, _ rule: RecursiveBindings.Rule = .body
  ) -> Expression {
    if variables.count == 1, case .lambda(let lambda) = values[0], !variables[0].isAssigned {
      variables[0].lambda = lambda
      return .fix(variables, [lambda], body)
    }
    var ordering = RecursiveBindings(variables, values, rule)
    return ordering.order(body)
  }
}
