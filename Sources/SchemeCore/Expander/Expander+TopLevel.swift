// Top-level forms. A form is first taken apart into definitions and expressions, macro uses at their heads being expanded, and all that it defines is entered,
// before any value is expanded: so what one expansion inserts sees all of its definitions, wherever they stand.
import GuestABI

/// What a top-level form, or a library's body, has been found to consist of.
enum TopLevelPart {
  case definition(cell: Word, name: Word, value: Word, SourcePosition)
  case expression(Word, SourcePosition)
  /// What had to be expanded when it was found.
  case finished(Expression)
}

extension Expander {
  /// A top-level form as the body of a procedure without parameters, which has a scope around it if that is given.
  mutating func expandTopLevel(_ datum: Word, in environment: Environment, around outer: Scope? = nil) throws(SyntaxError) -> Lambda {
    let lambda = Lambda(name: Constant.false, position: position(datum))
    let numbered = Scope.numberCount
    defer { Scope.forget(from: numbered) }
    let scope = outer.map { Scope(parent: $0, lambda: lambda) } ?? Scope(environment, lambda: lambda)
    var parts: [TopLevelPart] = []
    try collect(datum, scope, isAlone: true, &parts)
    var expressions: [Expression] = []
    for part in parts { expressions.append(try expand(part, scope)) }
    lambda.body =
      expressions.count == 1 ? expressions[0] : expressions.isEmpty ? .constant(Constant.unspecified) : .sequence(expressions)
    return lambda
  }

  /// A part of a library's body as the body of a procedure without parameters.
  mutating func expandTopLevel(_ part: TopLevelPart, in environment: Environment) throws(SyntaxError) -> Lambda {
    let numbered = Scope.numberCount
    defer { Scope.forget(from: numbered) }
    let lambda = Lambda(name: Constant.false, position: place)
    lambda.body = try expand(part, Scope(environment, lambda: lambda))
    return lambda
  }

  private mutating func expand(_ part: TopLevelPart, _ scope: Scope) throws(SyntaxError) -> Expression {
    nesting += 1
    let (outer, outerForm) = (place, form)
    form = scope.lambda
    defer {
      nesting -= 1
      place = outer
      form = outerForm
    }
    switch part {
    case .definition(let cell, let name, let value, let position):
      place = position
      let expression = try expandNamed(value, name, scope)
      if case .lambda(let lambda) = expression { lambda.template = ProcedureTemplate(lambda, definedAs: cell) }
      return .define(cell, expression)
    case .expression(let form, let position):
      place = position
      return try expand(form, scope)
    case .finished(let expression): return expression
    }
  }

  // MARK: Taking forms apart

  /// Adds the parts of a form. `isAlone`: nothing else is expanded together with it.
  mutating func collect(
    _ datum: Word, _ scope: Scope, isAlone: Bool, _ parts: inout [TopLevelPart]
  ) throws(SyntaxError) {
    nesting += 1
    let outer = place
    defer {
      nesting -= 1
      place = outer
    }
    let form = try expandHead(datum, scope)
    if !form.isPair { return parts.append(.expression(form, place)) }
    place = position(form)
    if isTooDeep { throw fail("the form is nested too deeply", form) }
    switch scope.keyword(car(form)) {
    case .begin: try collectAll(try properList(cdr(form), of: form), scope, &parts)
    case .condExpand: try collectAll(try condExpandForms(form, scope), scope, &parts)
    case .include, .includeCI: try collectAll(try includedForms(form, scope), scope, &parts)
    case .define:
      let (name, value) = try definition(form)
      let isClosed = isAlone && value.isPair && scope.keyword(car(value)) == .lambda
      let cell = try define(name, form, scope, keepsOldValue: !isClosed)
      parts.append(.definition(cell: cell, name: name, value: value, place))
    case .defineValues:
      let (names, assignment) = try valuesDefinition(form)
      for name in names {
        let cell = try define(name, form, scope, keepsOldValue: true)
        parts.append(.finished(.define(cell, .constant(Constant.unspecified))))
      }
      parts.append(.expression(assignment, place))
    case .defineRecordType:
      for (name, value) in try recordDefinitions(form, scope) {
        let cell = try define(name, form, scope, keepsOldValue: !isAlone)
        parts.append(.definition(cell: cell, name: name, value: value, place))
      }
    case .defineSyntax:
      let (name, meaning) = try syntaxDefinition(form, scope)
      try defineSyntax(name, meaning, form, scope)
    case .import: parts.append(.finished(try expandImport(form, scope)))
    case .defineLibrary: parts.append(.finished(try expandDefineLibrary(form, scope)))
    default: parts.append(.expression(form, place))
    }
  }

  private mutating func collectAll(_ forms: Word, _ scope: Scope, _ parts: inout [TopLevelPart]) throws(SyntaxError) {
    var rest = forms
    while rest.isPair {
      try collect(car(rest), scope, isAlone: false, &parts)
      rest = cdr(rest)
    }
  }

  /// The cell of a variable that a top-level form defines. `keepsOldValue`: something may refer to what the name was.
  mutating func define(
    _ name: Word, _ form: Word, _ scope: Scope, keepsOldValue: Bool = false
  ) throws(SyntaxError) -> Word {
    if name.isAlias {
      // Only the expansion that the alias is from can name it.
      if case .global(let cell)? = Alias.meaning(name) { return cell }
      let cell = SymbolTable.makeCell(name: Alias.symbol(name))
      SymbolFlags.set(cell, SymbolTraits.defined)
      Alias.setMeaning(name, .global(cell))
      return cell
    }
    if scope.environment.isImported(name) && !scope.environment.isProgram {
      throw fail("a library cannot define a name that it imports", form)
    }
    try requireUnsealed(name, form, in: scope.environment)
    if keepsOldValue && (scope.environment.kind == .interaction || scope.environment.isProgram) { StandardLibrary.require(name) }
    return scope.environment.define(name)
  }

  /// Gives a name a syntactic meaning at top level.
  mutating func defineSyntax(_ name: Word, _ meaning: Meaning, _ form: Word, _ scope: Scope) throws(SyntaxError) {
    if name.isAlias { return Alias.setMeaning(name, meaning) }
    if scope.environment.isImported(name) && !scope.environment.isProgram {
      throw fail("a library cannot define a name that it imports", form)
    }
    try requireUnsealed(name, form, in: scope.environment)
    scope.environment.bind(name, meaning)
  }
}
