// The forms that bind local variables: let and its relatives, named let, do, and those for multiple values.
import GuestABI

extension Expander {
  private typealias Binding = (name: Word, value: Word)

  /// The names and value forms of a binding list.
  private func bindings(_ list: Word, _ form: Word) throws(SyntaxError) -> [Binding] {
    var result: [Binding] = []
    if list.isPair && pairCount(list) == 0 { throw fail("the bindings must be a list", form) }
    var rest = list
    while rest.isPair {
      let binding = car(rest)
      guard listLength(binding) == 2, car(binding).isIdentifier else {
        throw fail("a binding must have the form (name value)", binding.isPair ? binding : form)
      }
      result.append((car(binding), cadr(binding)))
      rest = cdr(rest)
    }
    if result.count > Expander.maximumArguments { throw fail("too many bindings in one form", form) }
    if !rest.isNull { throw fail("the bindings must be a list", form) }
    return result
  }

  /// Binds a new variable in a scope, which must not have the name.
  private func addVariable(_ name: Word, to scope: Scope, _ form: Word) throws(SyntaxError) -> Variable {
    if scope.own(name) != nil { throw fail("two bindings have the same name", form) }
    let variable = Variable(name, owner: scope.lambda)
    scope.bind(name, variable)
    return variable
  }

  mutating func expandLet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let needs bindings and a body", form) }
    if cadr(form).isIdentifier { return try expandNamedLet(form, length, scope) }
    let inner = Scope(parent: scope, lambda: scope.lambda)
    var variables: [Variable] = []
    var values: [Expression] = []
    for binding in try bindings(cadr(form), form) {
      values.append(try expandNamed(binding.value, binding.name, scope))
      variables.append(try addVariable(binding.name, to: inner, form))
    }
    let body = try expandBody(cddr(form), form, inner)
    return variables.isEmpty ? body : .let(variables, values, body)
  }

  private mutating func expandNamedLet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 4 { throw fail("a named let needs a name, bindings and a body", form) }
    let bindings = try bindings(caddr(form), form)
    var values: [Expression] = []
    for binding in bindings { values.append(try expandNamed(binding.value, binding.name, scope)) }
    let around = Scope(parent: scope, lambda: scope.lambda)
    let loop = try addVariable(cadr(form), to: around, form)
    let lambda = Lambda(name: loop.name, position: position(form))
    let inner = Scope(parent: around, lambda: lambda)
    for binding in bindings { try addParameter(binding.name, to: inner, form) }
    loop.lambda = lambda
    lambda.body = try expandBody(cdddr(form), form, inner)
    return bind([loop], [.lambda(lambda)], .call(.local(loop, position(form)), values, position(form)))
  }

  mutating func expandLetStar(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let* needs bindings and a body", form) }
    var variables: [Variable] = []
    var values: [Expression] = []
    // One scope is enough: a value has been expanded when its name, and those after it, are bound. A name that is there already is hidden.
    let inner = Scope(parent: scope, lambda: scope.lambda)
    for binding in try bindings(cadr(form), form) {
      values.append(try expandNamed(binding.value, binding.name, inner))
      let variable = Variable(binding.name, owner: scope.lambda)
      inner.bind(binding.name, variable)
      variables.append(variable)
    }
    var body = try expandBody(cddr(form), form, Scope(parent: inner, lambda: scope.lambda))
    for index in variables.indices.reversed() { body = .let([variables[index]], [values[index]], body) }
    return body
  }

  mutating func expandLetrec(
    _ keyword: Keyword, _ form: Word, _ length: Int, _ scope: Scope
  ) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("letrec needs bindings and a body", form) }
    let bindings = try bindings(cadr(form), form)
    let inner = Scope(parent: scope, lambda: scope.lambda)
    var variables: [Variable] = []
    for binding in bindings { variables.append(try addVariable(binding.name, to: inner, form)) }
    var values: [Expression] = []
    for binding in bindings { values.append(try expandNamed(binding.value, binding.name, inner)) }
    let body = try expandBody(cddr(form), form, Scope(parent: inner, lambda: scope.lambda))
    return bind(variables, values, body, keyword == .letrec ? .letrec : .letrecStar)
  }

  /// `do` is a loop: a procedure that only ever jumps to itself.
  mutating func expandDo(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 || listLength(caddr(form)) < 1 { throw fail("do needs variables and a list with a test", form) }
    let loop = Variable(SymbolTable.intern("do loop"), owner: scope.lambda)
    let lambda = Lambda(name: loop.name, position: position(form))
    let inner = Scope(parent: scope, lambda: lambda)
    var starts: [Expression] = []
    var steps: [Word] = []
    if listLength(cadr(form)) < 0 { throw fail("the variables of do must be a list", form) }
    var rest = cadr(form)
    while rest.isPair {
      let clause = car(rest)
      let count = listLength(clause)
      guard count == 2 || count == 3, car(clause).isIdentifier else {
        throw fail("a variable of do must have the form (name start step)", clause.isPair ? clause : form)
      }
      starts.append(try expandNamed(cadr(clause), car(clause), scope))
      steps.append(count == 3 ? caddr(clause) : car(clause))
      try addParameter(car(clause), to: inner, form)
      rest = cdr(rest)
    }
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
    return bind([loop], [.lambda(lambda)], .call(.local(loop, position(form)), starts, position(form)))
  }

  // MARK: Multiple values

  /// `(call-with-values (lambda () expression) (lambda formals body ...))`.
  mutating func withValues(
    of expression: Word, _ formals: Word, _ body: Word, _ form: Word, _ scope: Scope
  ) throws(SyntaxError) -> Expression {
    let receiver = try expandLambda(formals, body, form, Constant.false, scope)
    return callWithValues(try thunk(expression, form, scope), receiver, form)
  }

  private func callWithValues(_ producer: Lambda, _ receiver: Lambda, _ form: Word) -> Expression {
    callCore("call-with-values", [.lambda(producer), .lambda(receiver)], position(form))
  }

  /// `(lambda () expression)`.
  private mutating func thunk(_ expression: Word, _ form: Word, _ scope: Scope) throws(SyntaxError) -> Lambda {
    let lambda = Lambda(name: Constant.false, position: position(form))
    lambda.body = try expand(expression, Scope(parent: scope, lambda: lambda))
    return lambda
  }

  /// The (formals expression) pairs of let-values.
  private func valueBindings(_ list: Word, _ form: Word) throws(SyntaxError) -> [Binding] {
    guard listLength(list) >= 0 else { throw fail("the bindings must be a list", form) }
    var result: [Binding] = []
    var rest = list
    while rest.isPair {
      guard listLength(car(rest)) == 2 else { throw fail("a binding must have the form ((name ...) expression)", form) }
      result.append((car(car(rest)), cadr(car(rest))))
      rest = cdr(rest)
    }
    return result
  }

  /// All expressions are evaluated outside of the bindings: the receivers bind aliases, each one inside of the last, which the body's scope then
  /// gives their names.
  mutating func expandLetValues(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let-values needs bindings and a body", form) }
    let bindings = try valueBindings(cadr(form), form)
    var named: [(name: Word, variable: Variable)] = []
    var receivers: [Lambda] = []
    var producers: [Lambda] = []
    var current = scope
    for binding in bindings {
      // The producer stands in the frame of the receiver before, but sees none of its names.
      producers.append(try thunk(binding.value, form, Scope(parent: scope, lambda: current.lambda)))
      let lambda = Lambda(name: Constant.false, position: position(form))
      current = Scope(parent: scope, lambda: lambda)
      var rest = binding.name
      if rest.isPair && pairCount(rest) == 0 { throw fail("the names must be a list", form) }
      while rest.isPair {
        try addParameter(car(rest), to: current, form)
        named.append((car(rest), lambda.parameters[lambda.parameters.count - 1]))
        rest = cdr(rest)
      }
      if !rest.isNull {
        try addParameter(rest, to: current, form)
        lambda.hasRest = true
        named.append((rest, lambda.parameters[lambda.parameters.count - 1]))
      }
      receivers.append(lambda)
    }
    let inner = Scope(parent: scope, lambda: current.lambda)
    for (name, variable) in named {
      if inner.own(name) != nil { throw fail("two bindings have the same name", form) }
      inner.bind(name, variable)
    }
    let body = try expandBody(cddr(form), form, Scope(parent: inner, lambda: current.lambda))
    return receive(producers, receivers, body, form)
  }

  /// Each receiver is within the one before.
  private func receive(_ producers: [Lambda], _ receivers: [Lambda], _ body: Expression, _ form: Word) -> Expression {
    var body = body
    for index in receivers.indices.reversed() {
      receivers[index].body = body
      body = callWithValues(producers[index], receivers[index], form)
    }
    return body
  }

  /// One scope has all names, as that of `let*`; the scopes with the receivers as their lambdas are within.
  mutating func expandLetStarValues(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if length < 3 { throw fail("let*-values needs bindings and a body", form) }
    let names = Scope(parent: scope, lambda: scope.lambda)
    var receivers: [Lambda] = []
    var producers: [Lambda] = []
    var current = names
    for binding in try valueBindings(cadr(form), form) {
      producers.append(try thunk(binding.value, form, current))
      let lambda = Lambda(name: Constant.false, position: position(form))
      let own = Scope(parent: names, lambda: lambda)
      if binding.name.isPair && pairCount(binding.name) == 0 { throw fail("the names must be a list", form) }
      try addParameters(binding.name, to: own, form)
      receivers.append(lambda)
      current = Scope(parent: names, lambda: lambda)
      own.move(to: names)
    }
    let body = try expandBody(cddr(form), form, Scope(parent: names, lambda: current.lambda))
    return receive(producers, receivers, body, form)
  }

  /// The variables of define-values, and the form that gives them their values.
  func valuesDefinition(_ form: Word) throws(SyntaxError) -> (names: [Word], assignment: Word) {
    guard listLength(form) == 3 else { throw fail("define-values takes names and an expression", form) }
    var names: [Word] = []
    var temporaries: [Word] = []
    func add(_ name: Word) throws(SyntaxError) -> Word {
      if !name.isIdentifier { throw fail("define-values takes names", form) }
      if names.contains(name) { throw fail("define-values has a name twice", form) }
      names.append(name)
      temporaries.append(Alias.make(name, in: Environment.standard.scope.number))
      return temporaries[temporaries.count - 1]
    }
    var formals = ListBuilder()
    var rest = cadr(form)
    if rest.isPair && pairCount(rest) == 0 { throw fail("define-values takes names", form) }
    while rest.isPair {
      let name = try add(car(rest))
      formals.append(name)
      rest = cdr(rest)
    }
    var parameters = formals.list
    if !rest.isNull {
      let name = try add(rest)
      parameters = formals.finish(tail: name)
    }
    var assignments: [Word] = []
    for index in names.indices { assignments.append(list(core("set!"), names[index], temporaries[index])) }
    if assignments.isEmpty { assignments.append(Constant.false) }
    return (names, self.form([core("receive"), parameters, caddr(form)], tail: makeList(assignments), at: form))
  }
}
