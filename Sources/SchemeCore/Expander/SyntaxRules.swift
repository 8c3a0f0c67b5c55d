// `syntax-rules` (R7RS 4.3.2): matches a macro use against the patterns of a rule set and fills in the template of the first that fits. Patterns and templates are
// interpreted as they were read; `RuleChecker` has made sure that they are well formed.
//
// A use costs time in proportion to the sizes of the form, the patterns tried and the result: no part of the form is copied more often than the
// template says.
import GuestABI

/// A macro: a rule set and the scope of its definition.
final class Macro {
  let name: Word
  let scope: Scope
  /// Where `(syntax-rules ...)` is: the form itself, or for macros that outlive the expansion a cell that the collector updates.
  private let form: Word
  private let cell: Address

  init(name: Word, form: Word, scope: Scope) {
    self.name = name
    self.scope = scope
    let isGlobal = scope.parent == nil
    self.form = isGlobal ? 0 : form
    if isGlobal {
      let outer = CodeStore.beginPermanent()
      cell = CodeStore.addConstant(form)
      CodeStore.end(outer)
    } else {
      cell = 0
    }
  }

  private var definition: Word { cell == 0 ? form : load64(cell) }

  /// The rule set, ready for use until the next poll.
  var rules: RuleSet { RuleSet(definition, scope) }
}

struct RuleSet {
  let scope: Scope
  let definition: Word
  /// The identifier given in place of `...`, or nil.
  private let customEllipsis: Word?
  private let literals: Word
  /// The list of (pattern template) lists.
  let rules: Word

  init(_ definition: Word, _ scope: Scope) {
    self.scope = scope
    self.definition = definition
    let parts = cdr(definition)
    if car(parts).isIdentifier {
      customEllipsis = car(parts)
      literals = cadr(parts)
      rules = cddr(parts)
    } else {
      customEllipsis = nil
      literals = car(parts)
      rules = cdr(parts)
    }
  }

  // MARK: Classes of identifiers

  func isLiteral(_ identifier: Word) -> Bool {
    var rest = literals
    while rest.isPair {
      if car(rest) == identifier { return true }
      rest = cdr(rest)
    }
    return false
  }

  func isEllipsis(_ datum: Word) -> Bool {
    if !datum.isIdentifier { return false }
    if let customEllipsis { return datum == customEllipsis && !isLiteral(datum) }
    return Alias.symbol(datum) == Keywords.ellipsis && !isLiteral(datum) && isAuxiliary(datum, .ellipsis)
  }

  func isUnderscore(_ identifier: Word) -> Bool {
    Alias.symbol(identifier) == Keywords.underscore && !isLiteral(identifier) && isAuxiliary(identifier, .underscore)
  }

  /// Whether an identifier is a keyword, or nothing where the rules stand: a program may forget to import `...` and `_`.
  private func isAuxiliary(_ identifier: Word, _ keyword: Keyword) -> Bool {
    switch scope.lookup(identifier) {
    case .keyword(keyword), .unbound: true
    default: false
    }
  }

  /// Whether a template is `(... template)`.
  func isEscape(_ template: Word) -> Bool { template.isPair && isEllipsis(car(template)) && cdr(template).isPair }

  /// Whether an ellipsis follows the element that a pair holds.
  func isRepeated(_ pair: Word) -> Bool { cdr(pair).isPair && isEllipsis(cadr(pair)) }
}

/// What pattern variables stand for: one form, or the forms of a repetition.
private indirect enum Match {
  /// The form, and the pair it was the car of, or 0: that knows where an identifier stood.
  case form(Word, Word)
  case repetition([Match])
}

/// A pattern variable, and how many ellipses follow the subpatterns that it is in.
private struct PatternVariable {
  let name: Word
  let depth: Int
}

struct Transcription {
  private let rules: RuleSet
  private let useScope: Scope
  /// The pattern variables that have a value, and the values.
  private var names: [PatternVariable] = []
  private var values: [Match] = []
  /// For each ellipsis of the template around the place being filled in, the outermost first, which iteration it is.
  private var iterations: [Int] = []
  /// For each of them, whether a variable iterates it that has no more ellipses than in its pattern.
  private var isDriven: [Bool] = []
  /// The aliases made for the template's identifiers.
  private var aliases = NameTable()
  private var renamed: [Word] = []
  /// More pairs than this from one use are a mistake.
  private static var maximumSize: Int { 1_000_000 }
  /// Pairs made.
  private(set) var size = 0

  init(_ macro: Macro, in scope: Scope) {
    rules = macro.rules
    useScope = scope
  }

  /// The expansion of a macro use, or nil when no rule fits.
  mutating func expand(_ form: Word) throws(SyntaxError) -> Word? {
    var rest = rules.rules
    while rest.isPair {
      let rule = car(rest)
      names.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      if match(cdr(car(rule)), cdr(form), 0) { return try instantiate(cadr(rule), 0) }
      rest = cdr(rest)
    }
    return nil
  }

  // MARK: Matching

  /// Whether a form fits a pattern; adds what its variables stand for. `holder` is the pair whose car the form is.
  private mutating func match(_ patternStart: Word, _ formStart: Word, _ holder: Word) -> Bool {
    var pattern = patternStart
    var form = formStart
    var holder = holder
    while pattern.isPair {
      if LongWork.step() { return false }
      if rules.isRepeated(pattern) {
        let after = cddr(pattern)
        guard matchRepetition(car(pattern), minimumAfter: pairCount(after), &form) else { return false }
        pattern = after
        holder = 0
        continue
      }
      guard form.isPair, match(car(pattern), car(form), form) else { return false }
      pattern = cdr(pattern)
      form = cdr(form)
      holder = 0
    }
    if pattern.isIdentifier { return matchIdentifier(pattern, form, holder) }
    if pattern.isVector {
      guard form.isVector else { return false }
      return match(listOfElements(pattern), listOfElements(form), 0)
    }
    return pattern.isNull ? form.isNull : isEqual(pattern, form)
  }

  private mutating func matchIdentifier(_ pattern: Word, _ form: Word, _ holder: Word) -> Bool {
    if rules.isLiteral(pattern) {
      return form.isIdentifier && isSame(useScope.lookup(form), rules.scope.lookup(pattern))
    }
    if rules.isUnderscore(pattern) { return true }
    names.append(PatternVariable(name: pattern, depth: 0))
    values.append(.form(form, holder))
    return true
  }

  /// Matches as many elements as leave enough for what follows the ellipsis, and moves `form` past them.
  private mutating func matchRepetition(_ pattern: Word, minimumAfter: Int, _ form: inout Word) -> Bool {
    let available = pairCount(form) - minimumAfter
    if available < 0 { return false }
    let first = names.count
    addVariables(of: pattern, depth: 1)
    let count = names.count - first
    var columns = [[Match]](repeating: [], count: count)
    for index in columns.indices { columns[index].reserveCapacity(available) }
    for index in 0..<available {
      // The columns double.
      if index & 0xFFF == 0xFFF && !Heap.hasRoom(bytes: Int64(index * count) * 48) { LongWork.runOutOfMemory() }
      let start = values.count
      let namesBefore = names.count
      if !match(pattern, car(form), form) { return false }
      for index in 0..<count { columns[index].append(values[start + index]) }
      values.removeSubrange(start...)
      names.removeSubrange(namesBefore...)
      form = cdr(form)
    }
    for column in columns { values.append(.repetition(column)) }
    return true
  }

  /// Adds the variables of a pattern, in the order in which matching finds them.
  private mutating func addVariables(of patternStart: Word, depth: Int) {
    var pattern = patternStart
    while pattern.isPair {
      let isRepeated = rules.isRepeated(pattern)
      addVariables(of: car(pattern), depth: isRepeated ? depth + 1 : depth)
      pattern = isRepeated ? cddr(pattern) : cdr(pattern)
    }
    if pattern.isVector { return addVariables(of: listOfElements(pattern), depth: depth) }
    if pattern.isIdentifier && !rules.isLiteral(pattern) && !rules.isUnderscore(pattern) {
      names.append(PatternVariable(name: pattern, depth: depth))
    }
  }

  // MARK: Filling in

  private func index(of identifier: Word) -> Int? { names.firstIndex { $0.name == identifier } }

  /// What a pattern variable stands for at the place being filled in.
  private func value(of index: Int) -> Match {
    if names[index].depth == iterations.count || names[index].depth == 0 { return value(of: index, before: iterations.count) }
    return value(of: index, consumedLevels(index, isDriven))
  }

  /// The part of a variable's value that the ellipses outside of a level lead to, where all of them belong to the variable.
  private func value(of index: Int, before level: Int) -> Match {
    var match = values[index]
    if names[index].depth == 0 { return match }
    for each in 0..<level { if case .repetition(let elements) = match { match = elements[iterations[each]] } }
    return match
  }

  private func value(of index: Int, _ levels: [Int]) -> Match {
    var match = values[index]
    for level in levels { if case .repetition(let elements) = match { match = elements[iterations[level]] } }
    return match
  }

  /// A template with its variables replaced. `holder` is the pair whose car it is.
  private mutating func instantiate(_ template: Word, _ holder: Word) throws(SyntaxError) -> Word {
    if template.isIdentifier {
      if let index = index(of: template), case .form(let form, _) = value(of: index) { return form }
      return alias(of: template)
    }
    if template.isVector { return listToVector(try instantiate(listOfElements(template), 0)) }
    if !template.isPair { return template }
    if rules.isEscape(template) { return try instantiateEscaped(cadr(template)) }
    var result = ListBuilder()
    var rest = template
    while rest.isPair {
      let element = rest
      rest = cdr(rest)
      var depth = 0
      while rest.isPair && rules.isEllipsis(car(rest)) {
        depth += 1
        rest = cdr(rest)
      }
      if depth > 0 {
        try repeatTemplate(car(element), depth, &result)
      } else {
        try append(car(element), &result)
      }
    }
    if rest.isNull { return result.list }
    let tail = try instantiate(rest, 0)
    return result.finish(tail: tail)
  }

  private mutating func append(_ template: Word, _ result: inout ListBuilder) throws(SyntaxError) {
    size += 1
    if LongWork.step() { throw SyntaxError("interrupted", Constant.undefined, .none) }
    if size > Self.maximumSize || size & 0xFFFF == 0 && !Heap.hasRoom(bytes: 1 << 20) {
      throw SyntaxError("the expansion of this macro is too large", rules.definition, .none)
    }
    if template.isIdentifier, let index = index(of: template), case .form(let form, let holder) = value(of: index) {
      let pair = result.append(form)
      if holder != 0 && form.isIdentifier { SourcePositions.copyElement(from: holder, to: pair) }
      return
    }
    let value = try instantiate(template, 0)
    result.append(value)
  }

  // A variable may have more ellipses around it than in its pattern (4.3.2). Then some of them repeat it as it is: those that another variable iterates
  // anyway, the innermost first; the pattern's own ellipses are the others. So `((b ...) ...)` within the repetition of an `a` lists all the b's for each a,
  // and `((a b) ...) ...)` pairs each a with the b's of its own row.

  /// A template followed by ellipses: once for each element of the repetitions in it.
  private mutating func repeatTemplate(_ template: Word, _ ellipses: Int, _ result: inout ListBuilder) throws(SyntaxError) {
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
  private func consumedLevels(_ index: Int, _ isDriven: [Bool]) -> [Int] {
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

  /// The template of `(... template)`, in which ellipses are ordinary.
  private mutating func instantiateEscaped(_ template: Word) throws(SyntaxError) -> Word {
    if template.isPair {
      var result = ListBuilder()
      var rest = template
      while rest.isPair {
        let element = try instantiateEscaped(car(rest))
        result.append(element)
        rest = cdr(rest)
      }
      let tail = try instantiateEscaped(rest)
      return result.finish(tail: tail)
    }
    if template.isVector { return listToVector(try instantiateEscaped(listOfElements(template))) }
    return template.isIdentifier ? try instantiate(template, 0) : template
  }

  /// The alias that stands for an identifier of the template in this expansion.
  private mutating func alias(of identifier: Word) -> Word {
    if case .global(let alias)? = aliases.find(identifier) { return alias }
    let alias = Alias.make(identifier, in: rules.scope.number)
    aliases.set(identifier, .global(alias))
    return alias
  }
}

// MARK: Lists and vectors

func listOfElements(_ vector: Word) -> Word {
  var list = Constant.null
  for index in (0..<vectorCount(vector)).reversed() { list = cons(vectorElement(vector, index), list) }
  return list
}

func listToVector(_ list: Word) -> Word {
  let vector = makeVector(count: max(0, listLength(list)), fill: Constant.null)
  var rest = list
  for index in 0..<vectorCount(vector) {
    setVectorElement(vector, index, car(rest))
    rest = cdr(rest)
  }
  return vector
}
