// Pairs and the compositions of car and cdr.
import GuestABI

/// Follows a path of car (a) and cdr (d), right to left as in the procedure's name.
@inline(__always)
private func follow(_ name: StaticString, _ value: Word, _ path: StaticString) -> Word {
  var result = value
  var index = path.utf8CodeUnitCount
  while index > 0 {
    index -= 1
    if !result.isPair { return raiseNotFollowed(name, value) }
    result = path.utf8Start[index] == UInt8(ascii: "a") ? car(result) : cdr(result)
  }
  return result
}

@inline(never)
private func raiseNotFollowed(_ name: StaticString, _ value: Word) -> Word {
  raiseWrongType(name, 1, name.utf8CodeUnitCount == 3 ? "a pair" : "a pair with the right structure", value)
}

func definePairPrimitives(_ define: PrimitiveDefiner) {
  define("cons", 2, 2, .cons) { a, _ in cons(a.first, a.second) }
  define("car", 1, 1, .car) { a, _ in a.first.isPair ? car(a.first) : raiseNotFollowed("car", a.first) }
  define("cdr", 1, 1, .cdr) { a, _ in a.first.isPair ? cdr(a.first) : raiseNotFollowed("cdr", a.first) }
  define("set-car!", 2, 2, .setCar) { a, _ in
    if !a.first.isPair { return raiseWrongType("set-car!", 1, "a pair", a.first) }
    setCar(a.first, a.second)
    return Constant.unspecified
  }
  define("set-cdr!", 2, 2, .setCdr) { a, _ in
    if !a.first.isPair { return raiseWrongType("set-cdr!", 1, "a pair", a.first) }
    setCdr(a.first, a.second)
    return Constant.unspecified
  }
  define("caar", 1, 1, .caar) { a, _ in follow("caar", a.first, "aa") }
  define("cadr", 1, 1, .cadr) { a, _ in follow("cadr", a.first, "ad") }
  define("cdar", 1, 1, .cdar) { a, _ in follow("cdar", a.first, "da") }
  define("cddr", 1, 1, .cddr) { a, _ in follow("cddr", a.first, "dd") }
  define("caaar", 1, 1) { a, _ in follow("caaar", a.first, "aaa") }
  define("caadr", 1, 1) { a, _ in follow("caadr", a.first, "aad") }
  define("cadar", 1, 1) { a, _ in follow("cadar", a.first, "ada") }
  define("caddr", 1, 1, .caddr) { a, _ in follow("caddr", a.first, "add") }
  define("cdaar", 1, 1) { a, _ in follow("cdaar", a.first, "daa") }
  define("cdadr", 1, 1) { a, _ in follow("cdadr", a.first, "dad") }
  define("cddar", 1, 1) { a, _ in follow("cddar", a.first, "dda") }
  define("cdddr", 1, 1, .cdddr) { a, _ in follow("cdddr", a.first, "ddd") }
  define("caaaar", 1, 1) { a, _ in follow("caaaar", a.first, "aaaa") }
  define("caaadr", 1, 1) { a, _ in follow("caaadr", a.first, "aaad") }
  define("caadar", 1, 1) { a, _ in follow("caadar", a.first, "aada") }
  define("caaddr", 1, 1) { a, _ in follow("caaddr", a.first, "aadd") }
  define("cadaar", 1, 1) { a, _ in follow("cadaar", a.first, "adaa") }
  define("cadadr", 1, 1) { a, _ in follow("cadadr", a.first, "adad") }
  define("caddar", 1, 1) { a, _ in follow("caddar", a.first, "adda") }
  define("cadddr", 1, 1, .cadddr) { a, _ in follow("cadddr", a.first, "addd") }
  define("cdaaar", 1, 1) { a, _ in follow("cdaaar", a.first, "daaa") }
  define("cdaadr", 1, 1) { a, _ in follow("cdaadr", a.first, "daad") }
  define("cdadar", 1, 1) { a, _ in follow("cdadar", a.first, "dada") }
  define("cdaddr", 1, 1) { a, _ in follow("cdaddr", a.first, "dadd") }
  define("cddaar", 1, 1) { a, _ in follow("cddaar", a.first, "ddaa") }
  define("cddadr", 1, 1) { a, _ in follow("cddadr", a.first, "ddad") }
  define("cdddar", 1, 1) { a, _ in follow("cdddar", a.first, "ddda") }
  define("cddddr", 1, 1) { a, _ in follow("cddddr", a.first, "dddd") }
}
