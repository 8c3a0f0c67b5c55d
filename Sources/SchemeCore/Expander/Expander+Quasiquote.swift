// Quasi-quotation: a template becomes calls of cons, list, append and list->vector; parts without unquotes stay constants.
import GuestABI

extension Expander {
  mutating func expandQuasiquote(_ template: Word, depth: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    if template.isVector {
      let list = try expandQuasiquote(listOfElements(template), depth: depth, scope)
      if case .constant(let same) = list { return .constant(listToVector(same)) }
      return callCore("list->vector", [list], place)
    }
    if !template.isPair { return .constant(strip(template)) }
    nesting += 1
    defer { nesting -= 1 }
    if isTooDeep { throw fail("the template is nested too deeply", template) }
    if pairCount(template) == 0 { throw fail("the template must not be circular", template) }
    if let special = try expandUnquote(template, depth, scope) { return special }
    return try expandElements(template, depth, scope)
  }

  /// `(unquote x)`, or a form that changes the depth; nil for anything else.
  private mutating func expandUnquote(_ template: Word, _ depth: Int, _ scope: Scope) throws(SyntaxError) -> Expression? {
    guard cdr(template).isPair && cddr(template).isNull else { return nil }
    let keyword = scope.keyword(car(template))
    if keyword == .unquote && depth == 1 { return try expand(cadr(template), scope) }
    let inner: Int
    switch keyword {
    case .unquote, .unquoteSplicing:
      if depth == 1 { throw fail("unquote-splicing must be in a list", template) }
      inner = depth - 1
    case .quasiquote: inner = depth + 1
    default: return nil
    }
    let head = strip(car(template))
    let rest = try expandQuasiquote(cdr(template), depth: inner, scope)
    if case .constant(let rest) = rest { return .constant(cons(head, rest)) }
    return .primitive(Primitives.row(.cons), [.constant(head), rest], .none)
  }

  /// A list: runs of elements and what is spliced between them, then the tail.
  private mutating func expandElements(_ template: Word, _ depth: Int, _ scope: Scope) throws(SyntaxError) -> Expression {
    var parts: [(value: Expression, isSpliced: Bool)] = []
    var rest = template
    var tail: Expression?
    while rest.isPair {
      if rest != template, let special = try expandUnquote(rest, depth, scope) {
        tail = special
        break
      }
      let element = car(rest)
      if depth == 1, element.isPair, scope.keyword(car(element)) == .unquoteSplicing, listLength(element) == 2 {
        parts.append((try expand(cadr(element), scope), true))
      } else {
        parts.append((try expandQuasiquote(element, depth: depth, scope), false))
      }
      rest = cdr(rest)
    }
    var result = tail ?? .constant(strip(rest))
    var run: [Expression] = []
    var pieces: [Expression] = []
    // Lists between which nothing stands become the operands of one call: the expression does not grow deep.
    func join() {
      if case .constant(Constant.null) = result, let last = pieces.first {
        pieces.removeFirst()
        result = last
      }
      if !pieces.isEmpty { result = callCore("append", pieces.reversed() + [result], place) }
      pieces.removeAll()
    }
    func close() {
      if run.isEmpty { return }
      // A long template with much that is spliced: what stands between that is spliced too.
      if parts.count > 64 && !pieces.isEmpty {
        pieces.append(callCore("list", run.reversed(), .none))
        run.removeAll()
      } else {
        join()
        result = prepend(&run, to: result)
      }
    }
    for part in parts.reversed() {
      if !part.isSpliced {
        run.append(part.value)
        continue
      }
      close()
      pieces.append(part.value)
      if pieces.count == Expander.maximumPieces { join() }
    }
    close()
    join()
    return result
  }

  /// How many lists one call appends, and how many elements one call makes a list of.
  private static var maximumPieces: Int { 1000 }

  /// Puts elements, last one first, before a list.
  private func prepend(_ reversed: inout [Expression], to list: Expression) -> Expression {
    defer { reversed.removeAll() }
    var result = list
    var first = 0
    while first < reversed.count, case .constant(let element) = reversed[first], case .constant(let rest) = result {
      result = .constant(cons(element, rest))
      first += 1
    }
    while first < reversed.count {
      let elements = reversed[first..<min(first + Expander.maximumPieces, reversed.count)]
      first += elements.count
      if elements.count <= 4 {
        for element in elements { result = .primitive(Primitives.row(.cons), [element, result], .none) }
        continue
      }
      let made = callCore("list", elements.reversed(), .none)
      if case .constant(Constant.null) = result { result = made } else { result = callCore("append", [made, result], .none) }
    }
    return result
  }
}
