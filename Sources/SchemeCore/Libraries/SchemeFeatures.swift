// What `(features)` returns and `cond-expand` asks for: the system's own features, and `srfi-N` for each library `(srfi N)` that is embedded.
import GuestABI

enum SchemeFeatures {
  private static var names: [StaticString] {
    [
      "r7rs", "exact-closed", "exact-complex", "ratios", "ieee-float", "full-unicode", "syntax-rules", "latch", "wasm32", "unix", "regexp-non-greedy",
      "regexp-look-around", "regexp-unicode",
    ]
  }

  static func contains(_ symbol: Word) -> Bool {
    if names.contains(where: { SymbolTable.intern($0) == symbol }) { return true }
    let name = SymbolTable.utf8(symbol)
    return name.starts(with: "srfi-".utf8) && StandardLibrary.contains(library: [UInt8]("(srfi ".utf8) + name.dropFirst(5) + [UInt8(ascii: ")")])
  }

  static var list: Word {
    var result = ListBuilder()
    for name in names { result.append(SymbolTable.intern(name)) }
    StandardLibrary.forEachLibrary { name in
      if name.starts(with: "(srfi ".utf8) { result.append(SymbolTable.intern(utf8: [UInt8]("srfi-".utf8) + name.dropFirst(6).dropLast())) }
    }
    return result.list
  }
}
