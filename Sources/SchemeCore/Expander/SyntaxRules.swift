// `syntax-rules` (R7RS 4.3.2): macros, and what a rule set says of identifiers in its patterns and templates. `RuleChecker` has made sure that these are
// well formed; `Transcription` interprets them as they were read.
import GuestABI

/// A macro: a rule set and the scope of its definition.
final class Macro {
  let name: Word
  let scope: Scope
  /// Where the form is that defines it.
  let position: SourcePosition
  /// Where `(syntax-rules ...)` is: the form itself, or for macros that outlive the expansion a cell that the collector updates.
  private let form: Word
  private let cell: Address

  init(name: Word, form: Word, scope: Scope, position: SourcePosition) {
    self.name = name
    self.scope = scope
    self.position = position
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
