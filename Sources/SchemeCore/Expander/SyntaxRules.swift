// `syntax-rules` (R7RS 4.3.2): matches a macro use against the patterns of a rule set and fills in the template of the first that fits. Patterns and templates are
// interpreted as they were read; `Macro.check` has made sure that they are well formed.
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
    return Alias.symbol(datum) == Keywords.ellipsis && !isLiteral(datum) && scope.keyword(datum) == .ellipsis
  }

  func isUnderscore(_ identifier: Word) -> Bool {
    Alias.symbol(identifier) == Keywords.underscore && !isLiteral(identifier) && scope.keyword(identifier) == .underscore
  }

  /// Whether an ellipsis follows the element that a pair holds.
  func isRepeated(_ pair: Word) -> Bool { cdr(pair).isPair && isEllipsis(cadr(pair)) }
}

/// What pattern variables stand for: one form, or the forms of a repetition.
private indirect enum Match {
  /// The form, and the pair it was the car of, or 0: that knows where an identifier stood.
  case form(Word, Word)
  case repetition([Match])
}

struct Transcription {
  private let rules: RuleSet
  private let useScope: Scope
  /// The pattern variables that have a value, and the values.
  private var names: [Word] = []
  private var values: [Match] = []
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
    names.append(pattern)
    values.append(.form(form, holder))
    return true
  }

  /// Matches as many elements as leave enough for what follows the ellipsis, and moves `form` past them.
  private mutating func matchRepetition(_ pattern: Word, minimumAfter: Int, _ form: inout Word) -> Bool {
    let available = pairCount(form) - minimumAfter
    if available < 0 { return false }
    let first = names.count
    variables(of: pattern)
    let count = names.count - first
    var columns = [[Match]](repeating: [], count: count)
    for index in columns.indices { columns[index].reserveCapacity(available) }
    for _ in 0..<available {
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
  private mutating func variables(of patternStart: Word) {
    var pattern = patternStart
    while pattern.isPair {
      if !rules.isEllipsis(car(pattern)) { variables(of: car(pattern)) }
      pattern = cdr(pattern)
    }
    if pattern.isVector { return variables(of: listOfElements(pattern)) }
    if pattern.isIdentifier && !rules.isLiteral(pattern) && !rules.isUnderscore(pattern) { names.append(pattern) }
  }

  // MARK: Filling in

  private func value(of identifier: Word) -> Match? {
    for index in names.indices where names[index] == identifier { return values[index] }
    return nil
  }

  /// A template with its variables replaced. `holder` is the pair whose car it is.
  private mutating func instantiate(_ template: Word, _ holder: Word) throws(SyntaxError) -> Word {
    if template.isIdentifier {
      if case .form(let form, _)? = value(of: template) { return form }
      return alias(of: template)
    }
    if template.isVector { return listToVector(try instantiate(listOfElements(template), 0)) }
    if !template.isPair { return template }
    if rules.isEllipsis(car(template)) && cdr(template).isPair { return try instantiateEscaped(cadr(template)) }
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
    if size > Self.maximumSize || size & 0xFFFF == 0 && !Heap.hasRoom(bytes: 1 << 20) {
      throw SyntaxError("the expansion of this macro is too large", rules.definition, .none)
    }
    if template.isIdentifier, case .form(let form, let holder)? = value(of: template) {
      let pair = result.append(form)
      if holder != 0 && form.isIdentifier { SourcePositions.copyElement(from: holder, to: pair) }
      return
    }
    let value = try instantiate(template, 0)
    result.append(value)
  }

  /// A template followed by ellipses: once for each element of the repetitions in it.
  private mutating func repeatTemplate(_ template: Word, _ depth: Int, _ result: inout ListBuilder) throws(SyntaxError) {
    var columns: [(index: Int, elements: [Match])] = []
    forEachVariable(of: template) { index in
      if case .repetition(let elements) = values[index], !columns.contains(where: { $0.index == index }) {
        columns.append((index, elements))
      }
    }
    guard let count = columns.map({ $0.elements.count }).min() else {
      throw SyntaxError("nothing in the template before an ellipsis repeats", rules.definition, .none)
    }
    if columns.contains(where: { $0.elements.count != count }) {
      throw SyntaxError("the parts repeated together have different lengths", rules.definition, .none)
    }
    for each in 0..<count {
      for column in columns { values[column.index] = column.elements[each] }
      if depth > 1 { try repeatTemplate(template, depth - 1, &result) } else { try append(template, &result) }
    }
    for column in columns { values[column.index] = .repetition(column.elements) }
  }

  private func forEachVariable(of template: Word, _ visit: (Int) -> Void) {
    var rest = template
    while rest.isPair {
      forEachVariable(of: car(rest), visit)
      rest = cdr(rest)
    }
    if rest.isVector { return forEachVariable(of: listOfElements(rest), visit) }
    if rest.isIdentifier { for index in names.indices where names[index] == rest { visit(index) } }
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
