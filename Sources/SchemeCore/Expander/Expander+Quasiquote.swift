// Quasi-quotation: a template becomes calls of cons, append and list->vector; parts without unquotes stay constants.
import GuestABI

extension Expander {
  mutating func expandQuasiquote(_ template: Word, depth: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if template.isVector {
      var elements = Constant.null
      for index in (0..<vectorCount(template)).reversed() { elements = cons(vectorElement(template, index), elements) }
      let list = try expandQuasiquote(elements, depth: depth, scope)
      if case .constant(elements) = list { return .constant(template) }
      return call("list->vector", [list])
    }
    if !template.isPair { return .constant(template) }
    nesting += 1
    defer { nesting -= 1 }
    if nesting > Expander.maximumNesting { throw fail("the template is nested too deeply", template) }
    let head = car(template)
    let isUnary = cdr(template).isPair && cddr(template).isNull
    switch scope.keyword(head) {
    case .unquote where isUnary:
      if depth == 1 { return try expand(cadr(template), scope) }
      return pair(.constant(head), try expandQuasiquote(cdr(template), depth: depth - 1, scope), template)
    case .quasiquote where isUnary:
      return pair(.constant(head), try expandQuasiquote(cdr(template), depth: depth + 1, scope), template)
    default: break
    }
    if head.isPair, scope.keyword(car(head)) == .unquoteSplicing, depth == 1, cdr(head).isPair, cddr(head).isNull {
      let spliced = try expand(cadr(head), scope)
      let rest = try expandQuasiquote(cdr(template), depth: depth, scope)
      if case .constant(Constant.null) = rest { return spliced }
      return call("append", [spliced, rest])
    }
    let innerDepth = scope.keyword(head) == .unquoteSplicing && isUnary ? depth - 1 : depth
    return pair(
      try expandQuasiquote(head, depth: depth, scope),
      try expandQuasiquote(cdr(template), depth: max(innerDepth, 1), scope), template)
  }

  private func pair(_ first: Expression, _ rest: Expression, _ template: Word) -> Expression {
    if case .constant(let a) = first, case .constant(let b) = rest {
      return .constant(a == car(template) && b == cdr(template) ? template : cons(a, b))
    }
    return .primitive(Primitives.row(.cons), [first, rest], .none)
  }

  private func call(_ name: StaticString, _ arguments: [Expression]) -> Expression {
    .primitive(Primitives.row(named: name), arguments, .none)
  }
}
