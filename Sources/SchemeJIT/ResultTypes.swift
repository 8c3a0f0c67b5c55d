// What primitives return, where that is always of one type: what is done with it needs no check, and what is no pointer is not stored for calls.
import SchemeCore

enum ResultTypes {
  /// By the primitives' rows; empty until it is asked for.
  nonisolated(unsafe) private static var types: [StaticType] = []

  static func type(ofRow row: Int) -> StaticType {
    if types.isEmpty { fill() }
    return types[row]
  }

  private static func fill() {
    types = [StaticType](repeating: .any, count: Primitives.rowCount)
    set(
      .vector, "vector", "make-vector", "list->vector", "string->vector", "vector-copy", "vector-append", "subvector", "%reversed->vector")
    set(
      .string, "string", "make-string", "string-append", "substring", "string-copy", "list->string", "vector->string", "number->string",
      "symbol->string", "string-upcase", "string-downcase", "string-foldcase", "utf8->string")
    set(.bytevector, "bytevector", "make-bytevector", "bytevector-copy", "bytevector-append", "string->utf8")
    set(.character, "char-foldcase")
    set(.index, "length")
    set(
      .boolean, "string=?", "string<?", "string>?", "string<=?", "string>=?", "string-ci=?", "char-ci=?", "char-upper-case?", "char-lower-case?",
      "list?", "real?", "rational?", "exact?", "inexact?", "nan?", "bytevector?",
      "input-port?", "output-port?", "symbol=?")
  }

  private static func set(_ type: StaticType, _ names: StaticString...) {
    for name in names { types[Primitives.row(named: name)] = type }
  }
}
