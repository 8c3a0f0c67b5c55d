// The syntactic keywords, and what a symbol's flags say about it. Bits 8 to 15 of the `flags` word hold the keyword, bits 16 to 31 the primitive's
// row plus one; both never change. The low byte holds `SymbolTraits`.
import GuestABI

enum Keyword: UInt8, CaseIterable {
  case none = 0
  case define, defineValues, defineRecordType, defineSyntax, lambda, caseLambda, namedLambda, `let`, letStar, letrec, letrecStar, letValues,
    letStarValues, receive, `do`, `if`, cond, `case`, and, or, when, unless, begin, set, quote, quasiquote, unquote, unquoteSplicing, `else`, arrow,
    assert, parameterize, fluidLet, `guard`, delay, delayForce, consStream, letSyntax, letrecSyntax, syntaxRules, syntaxError, ellipsis, underscore,
    condExpand, include, includeCI, `import`, defineLibrary

  /// The keyword's name; empty for `none`.
  var name: StaticString {
    switch self {
    case .none: ""
    case .define: "define"
    case .defineValues: "define-values"
    case .defineRecordType: "define-record-type"
    case .defineSyntax: "define-syntax"
    case .lambda: "lambda"
    case .caseLambda: "case-lambda"
    case .namedLambda: "named-lambda"
    case .let: "let"
    case .letStar: "let*"
    case .letrec: "letrec"
    case .letrecStar: "letrec*"
    case .letValues: "let-values"
    case .letStarValues: "let*-values"
    case .receive: "receive"
    case .do: "do"
    case .if: "if"
    case .cond: "cond"
    case .case: "case"
    case .and: "and"
    case .or: "or"
    case .when: "when"
    case .unless: "unless"
    case .begin: "begin"
    case .set: "set!"
    case .quote: "quote"
    case .quasiquote: "quasiquote"
    case .unquote: "unquote"
    case .unquoteSplicing: "unquote-splicing"
    case .else: "else"
    case .arrow: "=>"
    case .assert: "assert"
    case .parameterize: "parameterize"
    case .fluidLet: "fluid-let"
    case .guard: "guard"
    case .delay: "delay"
    case .delayForce: "delay-force"
    case .consStream: "cons-stream"
    case .letSyntax: "let-syntax"
    case .letrecSyntax: "letrec-syntax"
    case .syntaxRules: "syntax-rules"
    case .syntaxError: "syntax-error"
    case .ellipsis: "..."
    case .underscore: "_"
    case .condExpand: "cond-expand"
    case .include: "include"
    case .includeCI: "include-ci"
    case .import: "import"
    case .defineLibrary: "define-library"
    }
  }
}

/// What a symbol means at the start, and what has become of it.
enum SymbolFlags {
  static func keyword(_ symbol: Word) -> Keyword {
    Keyword(rawValue: UInt8(truncatingIfNeeded: bits(symbol) >> 8)).unsafelyUnwrapped
  }
  /// The row of the primitive of a name, whatever the program has defined.
  static func primitive(_ symbol: Word) -> Int? {
    let row = Int(bits(symbol) >> 16)
    return row == 0 ? nil : row - 1
  }
  /// The row of the primitive that the global variable certainly still is.
  static func currentPrimitive(_ symbol: Word) -> Int? {
    let bits = bits(symbol)
    let row = Int(bits >> 16)
    return row == 0 || bits & (SymbolTraits.redefined | SymbolTraits.definedLater) != 0 ? nil : row - 1
  }
  /// Whether the library has a procedure of the name.
  @inline(__always)
  static func isInLibrary(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.inLibrary != 0 }
  /// Whether it is the name of a primitive or of a procedure of the library.
  static func isStandard(_ symbol: Word) -> Bool { bits(symbol) & (SymbolTraits.inLibrary | 0xFFFF_0000) != 0 }
  static func isRedefined(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.redefined != 0 }
  static func isSpecial(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.special != 0 }

  static func setKeyword(_ symbol: Word, _ keyword: Keyword) { set(symbol, UInt32(keyword.rawValue) << 8) }
  static func setPrimitive(_ symbol: Word, row: Int) { set(symbol, UInt32(row + 1) << 16) }
  static func set(_ symbol: Word, _ mask: UInt32) { store32(address(symbol), bits(symbol) | mask) }
  static func clear(_ symbol: Word, _ mask: UInt32) { store32(address(symbol), bits(symbol) & ~mask) }

  private static func address(_ symbol: Word) -> Address { symbol.address &+ UInt32(SymbolLayout.flags) }
  private static func bits(_ symbol: Word) -> UInt32 { load32(address(symbol)) }
}

/// The symbols of keywords that are looked for often.
enum Keywords {
  nonisolated(unsafe) fileprivate(set) static var ellipsis: Word = 0
  nonisolated(unsafe) fileprivate(set) static var underscore: Word = 0
}

/// Makes the keywords' symbols keywords.
func defineKeywords() {
  for keyword in Keyword.allCases where keyword.name.utf8CodeUnitCount > 0 {
    SymbolFlags.setKeyword(SymbolTable.intern(keyword.name), keyword)
  }
  Keywords.ellipsis = SymbolTable.intern("...")
  Keywords.underscore = SymbolTable.intern("_")
}
