// Forms about control that are calls of the library's procedures: guard, parameterize, delay and their like (SchemeLibrary/base/control.scm).
import GuestABI

extension Expander {
  private func thunk(_ body: Word, _ original: Word) -> Word {
    form([core("lambda"), Constant.null], tail: body, at: original)
  }

  /// `(guard (e clause ...) body ...)` is `(%guard (lambda () body ...) (lambda (e reraise) (cond clause ... (else (reraise)))))`; with an `else` clause nothing is
  /// ever raised again: `(%guard-else (lambda () body ...) (lambda (e) (cond clause ...)))`.
  mutating func expandGuard(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    guard length >= 3, listLength(cadr(form)) >= 1, car(cadr(form)).isIdentifier else {
      throw fail("guard needs a list of a name and clauses, and a body", form)
    }
    let name = car(cadr(form))
    let clauses = cdr(cadr(form))
    var hasElse = false
    var copies: [Word] = []
    var rest = clauses
    while rest.isPair {
      if car(rest).isPair && scope.keyword(car(car(rest))) == .else { hasElse = true }
      copies.append(car(rest))
      rest = cdr(rest)
    }
    let body = thunk(cddr(form), form)
    if hasElse {
      let handler = self.form([core("lambda"), list(name), self.form([core("cond")], tail: clauses, at: form)], at: form)
      return try expand(self.form([core("%guard-else"), body, handler], at: form), scope)
    }
    let reraise = core("reraise")
    copies.append(list(core("else"), list(reraise)))
    let cond = self.form([core("cond")], tail: makeList(copies), at: form)
    let handler = self.form([core("lambda"), list(name, reraise), cond], at: form)
    return try expand(self.form([core("%guard"), body, handler], at: form), scope)
  }

  /// `(%parameterize (list (cons parameter value) ...) (lambda () body ...))`.
  mutating func expandParameterize(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    guard length >= 3, listLength(cadr(form)) >= 0 else { throw fail("parameterize needs bindings and a body", form) }
    var pairs: [Word] = [core("list")]
    var rest = cadr(form)
    while rest.isPair {
      guard listLength(car(rest)) == 2 else { throw fail("a binding must have the form (parameter value)", form) }
      pairs.append(list(core("cons"), car(car(rest)), cadr(car(rest))))
      rest = cdr(rest)
    }
    let bindings = self.form(pairs, at: form)
    return try expand(self.form([core("%parameterize"), bindings, thunk(cddr(form), form)], at: form), scope)
  }

  /// `(delay e)`, `(delay-force e)`, `(cons-stream a e)`.
  mutating func expandDelay(
    _ keyword: Keyword, _ form: Word, _ length: Int, _ scope: Scope
  ) throws(SyntaxError) -> Expression {
    if keyword == .consStream {
      if length != 3 { throw fail("cons-stream takes two expressions", form) }
      let rest = self.form([core("delay"), caddr(form)], at: form)
      return try expand(self.form([core("cons"), cadr(form), rest], at: form), scope)
    }
    if length != 2 { throw fail("a promise takes one expression", form) }
    let maker = keyword == .delay ? core("%delay") : core("%delay-force")
    return try expand(self.form([maker, thunk(cdr(form), form)], at: form), scope)
  }

  /// `(fluid-let ((name value) ...) body ...)`: assigns the values while the body runs.
  mutating func expandFluidLet(_ form: Word, _ length: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    guard length >= 3, listLength(cadr(form)) >= 0 else { throw fail("fluid-let needs bindings and a body", form) }
    var bindings: [Word] = []
    var exchanges: [Word] = []
    var rest = cadr(form)
    while rest.isPair {
      guard listLength(car(rest)) == 2, car(car(rest)).isIdentifier else {
        throw fail("a binding must have the form (name value)", form)
      }
      let name = car(car(rest))
      let (other, kept) = (core("other"), core("kept"))
      bindings.append(list(other, cadr(car(rest))))
      exchanges.append(
        list(core("let"), list(list(kept, name)), list(core("set!"), name, other), list(core("set!"), other, kept)))
      rest = cdr(rest)
    }
    if exchanges.isEmpty { exchanges.append(list(core("begin"))) }
    let exchange = core("exchange")
    let wind = self.form([core("dynamic-wind"), exchange, thunk(cddr(form), form), exchange], at: form)
    let inner = self.form(
      [core("let"), list(list(exchange, thunk(makeList(exchanges), form))), wind], at: form)
    return try expand(self.form([core("let"), makeList(bindings), inner], at: form), scope)
  }
}
