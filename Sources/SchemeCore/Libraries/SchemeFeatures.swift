// What `(features)` returns and `cond-expand` asks for.
import GuestABI

enum SchemeFeatures {
  private static var names: [StaticString] {
    ["r7rs", "exact-closed", "exact-complex", "ratios", "ieee-float", "full-unicode", "syntax-rules", "latch", "wasm32", "unix"]
  }

  static func contains(_ symbol: Word) -> Bool { names.contains { SymbolTable.intern($0) == symbol } }

  static var list: Word {
    var result = Constant.null
    for name in names.reversed() { result = cons(SymbolTable.intern(name), result) }
    return result
  }
}
