// Lexical scopes: which variable a name means.
import GuestABI

/// The names of one binding construct, and what is around it.
final class Scope {
  var variables: [Variable]
  let parent: Scope?
  /// The lambda in whose frame new variables go.
  let lambda: Lambda

  init(_ variables: [Variable], parent: Scope?, lambda: Lambda) {
    self.variables = variables
    self.parent = parent
    self.lambda = lambda
  }

  /// The variable of this name, or nil when it is a global.
  func lookup(_ name: Word) -> Variable? {
    var scope: Scope? = self
    while let current = scope {
      for variable in current.variables where variable.name == name { return variable }
      scope = current.parent
    }
    return nil
  }

  /// The keyword that a symbol is here.
  func keyword(_ datum: Word) -> Keyword {
    if !datum.isSymbol { return .none }
    let keyword = SymbolFlags.keyword(datum)
    return keyword == .none || lookup(datum) != nil ? .none : keyword
  }
}

/// A form is not what its keyword asks for.
struct SyntaxError: Error {
  let message: StaticString
  let form: Word
  let position: SourcePosition
}
