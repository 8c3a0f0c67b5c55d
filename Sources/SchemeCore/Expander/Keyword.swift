// The syntactic keywords. Which one a symbol stands for is in its flags (SymbolFlags.swift).
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
