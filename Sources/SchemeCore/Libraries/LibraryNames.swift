// The other names under which embedded libraries are known: those of R7RS-large, `(scheme list)` for `(srfi 1)`, and those that R6RS systems and
// Guile use, `(srfi :1)`, `(srfi :1 lists)` and `(srfi srfi-1)`. Whoever imports a library under two names gets one library.
import GuestABI

enum LibraryNames {
  private static var large: [(name: StaticString, number: StaticString)] {
    [
      ("list", "1"), ("vector", "133"), ("sort", "132"), ("hash-table", "125"), ("set", "113"), ("charset", "14"), ("comparator", "128"),
      ("box", "111"),
      ("bitwise", "151"), ("stream", "41"), ("generator", "158"), ("regex", "115"),
    ]
  }

  /// A library's name as it is written, or its first name if it has several.
  static func canonical(_ name: Word) -> [UInt8] {
    let text = writtenText(name, limit: 1000)
    guard listLength(name) >= 2, cadr(name).isSymbol else { return text }
    let part = SymbolTable.utf8(cadr(name))
    var number: [UInt8] = []
    if car(name) == SymbolTable.intern("scheme") && listLength(name) == 2 {
      for row in large where bytes(row.name) == part { number = bytes(row.number) }
    } else if car(name) == SymbolTable.intern("srfi") {
      if part.first == UInt8(ascii: ":") { number = [UInt8](part.dropFirst()) }
      if part.starts(with: "srfi-".utf8) && listLength(name) == 2 { number = [UInt8](part.dropFirst(5)) }
    }
    let other = [UInt8]("(srfi ".utf8) + number + [UInt8(ascii: ")")]
    return StandardLibrary.contains(library: other) ? other : text
  }

  private static func bytes(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { [UInt8]($0) } }
}
