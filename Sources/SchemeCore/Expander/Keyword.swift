// The syntactic keywords. A symbol's `flags` word says whether it is one: bits 8 to 15 hold
// the keyword, bits 16 to 31 the primitive's row plus one; the low byte is `SymbolFlag`'s.
import GuestABI

enum Keyword: UInt8, CaseIterable {
  case none = 0
  case define, lambda, `let`, letStar, letrec, letrecStar, `do`, `if`, cond, `case`, and, or, when, unless, begin, set, quote,
    quasiquote, unquote, unquoteSplicing, `else`, arrow, defineRecordType, assert

  /// The keyword's name; empty for `none`.
  var name: StaticString {
    switch self {
    case .none: ""
    case .define: "define"
    case .lambda: "lambda"
    case .let: "let"
    case .letStar: "let*"
    case .letrec: "letrec"
    case .letrecStar: "letrec*"
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
    case .defineRecordType: "define-record-type"
    case .assert: "assert"
    }
  }
}

/// What a symbol means when no local variable has its name.
enum SymbolFlags {
  static func keyword(_ symbol: Word) -> Keyword {
    Keyword(rawValue: UInt8(truncatingIfNeeded: bits(symbol) >> 8)).unsafelyUnwrapped
  }
  /// The row of the primitive that the global still is.
  static func primitive(_ symbol: Word) -> Int? {
    let row = Int(bits(symbol) >> 16)
    return row == 0 ? nil : row - 1
  }
  /// Whether the library defines the global, but it has not been loaded.
  @inline(__always)
  static func isInLibrary(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.inLibrary != 0 }
  static func setInLibrary(_ symbol: Word, _ isIn: Bool) {
    let address = symbol.address &+ UInt32(SymbolLayout.flags)
    store32(address, isIn ? bits(symbol) | SymbolTraits.inLibrary : bits(symbol) & ~SymbolTraits.inLibrary)
  }
  static func setKeyword(_ symbol: Word, _ keyword: Keyword) { setBits(symbol, UInt32(keyword.rawValue) << 8) }
  static func setPrimitive(_ symbol: Word, row: Int) { setBits(symbol, UInt32(row + 1) << 16) }
  /// A program defines or assigns the name: it is an ordinary global from now on.
  static func clear(_ symbol: Word) {
    setBits(symbol, 0)
    setInLibrary(symbol, false)
  }

  private static func bits(_ symbol: Word) -> UInt32 { load32(symbol.address &+ UInt32(SymbolLayout.flags)) }
  private static func setBits(_ symbol: Word, _ new: UInt32) {
    store32(symbol.address &+ UInt32(SymbolLayout.flags), bits(symbol) & 0xFF | new)
  }
}

/// Makes the keywords' symbols keywords.
func defineKeywords() {
  for keyword in Keyword.allCases where keyword.name.utf8CodeUnitCount > 0 {
    SymbolFlags.setKeyword(SymbolTable.intern(keyword.name), keyword)
  }
}
