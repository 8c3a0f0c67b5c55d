// One use of a macro: finds the first rule whose pattern fits (+Matching) and fills in its template (+Filling, +Ellipses).
//
// A use costs time in proportion to the sizes of the form, the patterns tried and the result: no part of the form is copied more often than the
// template says.
import GuestABI

/// What pattern variables stand for: one form, or the forms of a repetition.
indirect enum Match {
  /// The form, and the pair it was the car of, or 0: that knows where an identifier stood.
  case form(Word, Word)
  case repetition([Match])
}

/// A pattern variable, and how many ellipses follow the subpatterns that it is in.
struct PatternVariable {
  let name: Word
  let depth: Int
}

struct Transcription {
  let rules: RuleSet
  let useScope: Scope
  /// The pattern variables that have a value, and the values.
  var names: [PatternVariable] = []
  var values: [Match] = []
  /// For each ellipsis of the template around the place being filled in, the outermost first, which iteration it is.
  var iterations: [Int] = []
  /// For each of them, whether a variable iterates it that has no more ellipses than in its pattern.
  var isDriven: [Bool] = []
  /// The aliases made for the template's identifiers.
  var aliases = NameTable()
  private var renamed: [Word] = []
  /// More pairs than this from one use are a mistake.
  static var maximumSize: Int { 1_000_000 }
  /// Pairs made.
  var size = 0

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
}
