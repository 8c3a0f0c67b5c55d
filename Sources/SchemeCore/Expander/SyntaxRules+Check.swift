// What a rule set must be like, checked when a macro is defined, so that its use can rely on it.
import GuestABI

/// A form is not what its keyword asks for.
struct SyntaxError: Error {
  let message: [UInt8]
  /// What the message is about; shown unless it is `Constant.undefined`.
  let form: Word
  let position: SourcePosition
  /// When it is about an unbound operator: what is wrong with an operand.
  var operand: [UInt8] = []
  /// What `syntax-error` has been given, for handlers: its string (otherwise `Constant.undefined`) and the forms after that.
  var given = Constant.undefined
  var irritants = Constant.null

  init(_ message: StaticString, _ form: Word, _ position: SourcePosition) {
    self.message = message.withUTF8Buffer { [UInt8]($0) }
    self.form = form
    self.position = position
  }

  init(text: [UInt8], _ form: Word, _ position: SourcePosition) {
    message = text
    self.form = form
    self.position = position
  }
}

struct RuleChecker {
  private let rules: RuleSet
  private let fail: (StaticString, Word) -> SyntaxError
  private var variables: [(name: Word, depth: Int)] = []
  private var nesting = 0

  /// Checks a form `(syntax-rules ...)`; `fail` makes an error about a part of it.
  static func check(
    _ form: Word, _ scope: Scope, _ fail: @escaping (StaticString, Word) -> SyntaxError
  ) throws(SyntaxError) {
    let length = listLength(form)
    let isCustom = length > 1 && cadr(form).isIdentifier
    guard length >= (isCustom ? 3 : 2) else { throw fail("syntax-rules needs a list of literals", form) }
    var literals = isCustom ? caddr(form) : cadr(form)
    guard listLength(literals) >= 0 else { throw fail("the literals of syntax-rules must be a list of names", form) }
    while literals.isPair {
      if !car(literals).isIdentifier { throw fail("the literals of syntax-rules must be a list of names", form) }
      literals = cdr(literals)
    }
    var checker = RuleChecker(RuleSet(form, scope), fail)
    try checker.checkRules()
  }

  private init(_ rules: RuleSet, _ fail: @escaping (StaticString, Word) -> SyntaxError) {
    self.rules = rules
    self.fail = fail
  }

  private mutating func checkRules() throws(SyntaxError) {
    var rest = rules.rules
    while rest.isPair {
      let rule = car(rest)
      guard listLength(rule) == 2 else { throw fail("a rule must have the form (pattern template)", rule.isPair ? rule : rules.definition) }
      guard car(rule).isPair else { throw fail("the pattern of a rule must be a list that starts with the macro's name", rule) }
      variables.removeAll()
      try checkPattern(cdr(car(rule)), 0, rule)
      try checkTemplate(cadr(rule), 0, rule)
      rest = cdr(rest)
    }
  }

  private mutating func enter(_ rule: Word) throws(SyntaxError) {
    nesting += 1
    if nesting > NativeStack.maximumRuleNesting || NativeStack.isExhausted { throw fail("a rule is nested too deeply", rule) }
  }

  private mutating func checkPattern(_ start: Word, _ depth: Int, _ rule: Word) throws(SyntaxError) {
    try enter(rule)
    var pattern = start
    if pattern.isPair && pairCount(pattern) == 0 { throw fail("a pattern must not be circular", rules.definition) }
    var hasEllipsis = false
    while pattern.isPair {
      if rules.isEllipsis(car(pattern)) { throw fail("an ellipsis must follow a pattern", rule) }
      let isRepeated = rules.isRepeated(pattern)
      if isRepeated && hasEllipsis { throw fail("a list pattern can have one ellipsis", rule) }
      try checkPattern(car(pattern), isRepeated ? depth + 1 : depth, rule)
      if isRepeated { hasEllipsis = true }
      pattern = isRepeated ? cddr(pattern) : cdr(pattern)
    }
    if pattern.isVector {
      try checkPattern(listOfElements(pattern), depth, rule)
    } else if pattern.isIdentifier && !rules.isLiteral(pattern) {
      if rules.isEllipsis(pattern) { throw fail("an ellipsis must follow a pattern", rule) }
      if !rules.isUnderscore(pattern) {
        if variables.contains(where: { $0.name == pattern }) { throw fail("a pattern has one variable twice", rule) }
        variables.append((pattern, depth))
      }
    }
    nesting -= 1
  }

  private mutating func checkTemplate(_ start: Word, _ depth: Int, _ rule: Word) throws(SyntaxError) {
    var template = start
    try enter(rule)
    if template.isPair && pairCount(template) == 0 { throw fail("a template must not be circular", rules.definition) }
    if template.isPair && rules.isEllipsis(car(template)) {
      guard cdr(template).isPair && cddr(template).isNull else { throw fail("an ellipsis must follow a template", rule) }
      try checkEscaped(cadr(template), depth, rule)
      nesting -= 1
      return
    }
    while template.isPair {
      let (element, ellipses) = takeElement(&template)
      try checkTemplate(element, depth + ellipses, rule)
      if ellipses > 0 && !repeats(element, ellipses) { throw fail("nothing in the template before an ellipsis repeats", rule) }
    }
    if template.isVector {
      try checkTemplate(listOfElements(template), depth, rule)
    } else if template.isIdentifier {
      try checkDepth(template, depth, rule)
      if rules.isEllipsis(template) { throw fail("an ellipsis must follow a template", rule) }
    }
    nesting -= 1
  }

  /// Takes the first element off a list of templates, with the ellipses after it.
  private func takeElement(_ template: inout Word) -> (element: Word, ellipses: Int) {
    let element = takeFirst(&template)
    var ellipses = 0
    while template.isPair && rules.isEllipsis(car(template)) {
      ellipses += 1
      template = cdr(template)
    }
    return (element, ellipses)
  }

  /// Checks a template in which ellipses are ordinary.
  private mutating func checkEscaped(_ start: Word, _ depth: Int, _ rule: Word) throws(SyntaxError) {
    var template = start
    try enter(rule)
    if template.isPair && pairCount(template) == 0 { throw fail("a template must not be circular", rules.definition) }
    while template.isPair {
      try checkEscaped(car(template), depth, rule)
      template = cdr(template)
    }
    if template.isVector { try checkEscaped(listOfElements(template), depth, rule) }
    if template.isIdentifier { try checkDepth(template, depth, rule) }
    nesting -= 1
  }

  /// A variable of the pattern needs as many ellipses in the template at least.
  private func checkDepth(_ name: Word, _ depth: Int, _ rule: Word) throws(SyntaxError) {
    for variable in variables where variable.name == name && variable.depth > depth {
      throw fail("a variable of the pattern needs an ellipsis after it", rule)
    }
  }

  /// Whether a template holds a variable with `count` ellipses more in its pattern than in the template.
  private func repeats(_ start: Word, _ count: Int) -> Bool {
    var template = start
    if rules.isEscape(template) { return repeatsEscaped(cadr(template), count) }
    while template.isPair {
      let (element, ellipses) = takeElement(&template)
      if repeats(element, count + ellipses) { return true }
    }
    if template.isVector { return repeats(listOfElements(template), count) }
    return template.isIdentifier && variables.contains { $0.name == template && $0.depth >= count }
  }

  private func repeatsEscaped(_ start: Word, _ count: Int) -> Bool {
    var template = start
    while template.isPair {
      if repeatsEscaped(car(template), count) { return true }
      template = cdr(template)
    }
    if template.isVector { return repeatsEscaped(listOfElements(template), count) }
    return template.isIdentifier && variables.contains { $0.name == template && $0.depth >= count }
  }
}
