// Templates followed by ellipses: how often each is repeated, and which repetition of a variable belongs to which ellipsis.
//
// A variable may have more ellipses around it than in its pattern (4.3.2). Then some of them repeat it as it is: those that another variable iterates
// anyway, the innermost first; the pattern's own ellipses are the others. So `((b ...) ...)` within the repetition of an `a` lists all the b's for each a,
// and `((a b) ...) ...)` pairs each a with the b's of its own row.
import GuestABI

extension Transcription {
  /// A template followed by ellipses: once for each element of the repetitions in it.
  mutating func repeatTemplate(_ template: Word, _ ellipses: Int, _ result: inout ListBuilder) throws(SyntaxError) {
    let level = iterations.count
    var count: Int?
    var isUneven = false
    func note(_ match: Match) {
      guard case .repetition(let elements) = match else { return }
      if count != nil && count != elements.count { isUneven = true }
      count = elements.count
    }
    var hasFull = false
    var hasExcess = false
    forEachVariable(of: template, inner: ellipses - 1) { index, inner in
      let around = level + 1 + inner
      if names[index].depth == around {
        hasFull = true
        note(value(of: index, before: level))
      } else if names[index].depth > 0 {
        hasExcess = true
      }
    }
    isDriven.append(hasFull)
    if hasExcess {
      forEachVariable(of: template, below: [Bool](repeating: hasFull, count: ellipses - 1)) { index, below in
        if names[index].depth == 0 || names[index].depth == level + 1 + below.count { return }
        let levels = consumedLevels(index, isDriven + below)
        if levels.contains(level) { note(value(of: index, levels.filter { $0 < level })) }
      }
    }
    guard let count else { throw SyntaxError("nothing in the template before an ellipsis repeats", rules.definition, .none) }
    if isUneven { throw SyntaxError("the parts repeated together have different lengths", rules.definition, .none) }
    iterations.append(0)
    for each in 0..<count {
      iterations[level] = each
      if ellipses > 1 { try repeatTemplate(template, ellipses - 1, &result) } else { try append(template, &result) }
    }
    iterations.removeLast()
    isDriven.removeLast()
  }

  /// Which of the ellipses around an occurrence of a variable belong to its pattern; `isDriven` says which ones a variable without excess iterates.
  func consumedLevels(_ index: Int, _ isDriven: [Bool]) -> [Int] {
    var excess = isDriven.count - names[index].depth
    var repeats = [Bool](repeating: false, count: isDriven.count)
    for level in isDriven.indices.reversed() where isDriven[level] && excess > 0 {
      repeats[level] = true
      excess -= 1
    }
    for level in isDriven.indices where !repeats[level] && excess > 0 {
      repeats[level] = true
      excess -= 1
    }
    return isDriven.indices.filter { !repeats[$0] }
  }

  /// Calls `visit` with each occurrence of a pattern variable in a template, and with the number of ellipses that are around it there, `inner` of which are
  /// around the whole template.
  private func forEachVariable(of template: Word, inner: Int, _ visit: (_ index: Int, _ inner: Int) -> Void) {
    forEachElement(of: template) { element, ellipses in
      if element.isIdentifier {
        if let index = index(of: element) { visit(index, inner + ellipses) }
      } else {
        forEachVariable(of: element, inner: inner + ellipses, visit)
      }
    }
  }

  /// The same with what is known of the ellipses: whether a variable without excess iterates them.
  private func forEachVariable(of template: Word, below: [Bool], _ visit: (_ index: Int, _ below: [Bool]) -> Void) {
    forEachElement(of: template) { element, ellipses in
      var inside = below
      if ellipses > 0 {
        let around = isDriven.count + below.count + ellipses
        var hasFull = false
        forEachVariable(of: list(element), inner: 0) { index, inner in if names[index].depth == around + inner { hasFull = true } }
        inside += [Bool](repeating: hasFull, count: ellipses)
      }
      if element.isIdentifier {
        if let index = index(of: element) { visit(index, inside) }
      } else {
        forEachVariable(of: element, below: inside, visit)
      }
    }
  }

  /// Calls `visit` with each part of a template, and with the number of ellipses after it.
  private func forEachElement(of template: Word, _ visit: (_ element: Word, _ ellipses: Int) -> Void) {
    if template.isIdentifier { return visit(template, 0) }
    let isEscape = rules.isEscape(template)
    var rest = isEscape ? cadr(template) : template.isVector ? listOfElements(template) : template
    if isEscape && rest.isIdentifier { return visit(rest, 0) }
    while rest.isPair {
      let element = car(rest)
      var ellipses = 0
      rest = cdr(rest)
      while !isEscape && rest.isPair && rules.isEllipsis(car(rest)) {
        ellipses += 1
        rest = cdr(rest)
      }
      visit(element, ellipses)
    }
    if rest.isIdentifier || rest.isVector { visit(rest, 0) }
  }
}
