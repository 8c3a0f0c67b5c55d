// The definition of macros: define-syntax, let-syntax, letrec-syntax; and syntax-error.
import GuestABI

extension Expander {
  /// The name and the meaning that a form `(define-syntax name transformer)` gives it.
  mutating func syntaxDefinition(_ form: Word, _ scope: Scope) throws(SyntaxError) -> (Word, Meaning) {
    guard listLength(form) == 3, cadr(form).isIdentifier else { throw fail("define-syntax takes a name and a transformer", form) }
    return (cadr(form), try transformer(caddr(form), cadr(form), form, scope))
  }

  /// What a transformer specification makes of a name: a rule set, or another keyword.
  private mutating func transformer(
    _ specification: Word, _ name: Word, _ form: Word, _ scope: Scope
  ) throws(SyntaxError) -> Meaning {
    if specification.isIdentifier {
      switch scope.lookup(specification) {
      case .keyword(let keyword): return .keyword(keyword)
      case .macro(let macro): return .macro(macro)
      default: break
      }
    }
    let rules = try expandHead(specification, scope)
    guard rules.isPair, scope.keyword(car(rules)) == .syntaxRules else {
      throw fail("a macro must be defined by syntax-rules", specification.isPair ? specification : form)
    }
    let expander = self
    try RuleChecker.check(rules, scope) { expander.fail($0, $1) }
    return .macro(Macro(name: name, form: rules, scope: scope, position: position(form)))
  }

  mutating func expandLetSyntax(
    _ keyword: Keyword, _ form: Word, _ length: Int, _ scope: Scope
  ) throws(SyntaxError) -> Expression {
    guard length >= 3, listLength(cadr(form)) >= 0 else { throw fail("let-syntax needs bindings and a body", form) }
    let inner = Scope(parent: scope, lambda: scope.lambda)
    var rest = cadr(form)
    while rest.isPair {
      let binding = car(rest)
      guard listLength(binding) == 2, car(binding).isIdentifier else {
        throw fail("a binding must have the form (name transformer)", binding.isPair ? binding : form)
      }
      if inner.own(car(binding)) != nil { throw fail("two bindings have the same name", form) }
      inner.bind(car(binding), try transformer(cadr(binding), car(binding), form, keyword == .letSyntax ? scope : inner))
      rest = cdr(rest)
    }
    return try expandBody(cddr(form), form, inner)
  }

  /// The error that a form `(syntax-error message form ...)` asks for.
  func syntaxErrorForm(_ form: Word, _ length: Int) throws(SyntaxError) -> SyntaxError {
    guard length >= 2, cadr(form).isString else { throw fail("syntax-error takes a string and forms", form) }
    var text = TextBuffer()
    text.append(string: cadr(form))
    let irritants = strip(cddr(form))
    var rest = irritants
    while rest.isPair {
      text.append(" ")
      printValue(car(rest), .write, to: &text)
      rest = cdr(rest)
    }
    let message = text.bytes()
    text.free()
    var error = SyntaxError(text: message, Constant.undefined, position(form))
    error.given = cadr(form)
    error.irritants = irritants
    return error
  }
}
