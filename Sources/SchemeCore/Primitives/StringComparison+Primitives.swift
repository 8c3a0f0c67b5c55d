// Order and equality of strings, by scalars, or by folded scalars.
import GuestABI

/// -1, 0 or 1.
func compareStrings(_ a: Word, _ b: Word) -> Int {
  let (m, n) = (stringCount(a), stringCount(b))
  for index in 0..<min(m, n) {
    let (x, y) = (stringElement(a, index), stringElement(b, index))
    if x != y { return x < y ? -1 : 1 }
  }
  return m < n ? -1 : m == n ? 0 : 1
}

private func compareChain(
  _ a: Address, _ count: Int32, _ name: StaticString, _ compare: (Word, Word) -> Int, _ holds: (Int) -> Bool
) -> Word {
  var result = true
  for index in 0..<Int(count) {
    let string = a.argument(index)
    if !string.isString { return raiseWrongType(name, index + 1, "a string", string) }
    if index > 0 && !holds(compare(a.argument(index - 1), string)) { result = false }
  }
  return .boolean(result)
}

func defineStringComparisonPrimitives(_ define: PrimitiveDefiner) {
  define("string=?", 1, -1) { a, count in compareChain(a, count, "string=?", compareStrings) { $0 == 0 } }
  define("string<?", 1, -1) { a, count in compareChain(a, count, "string<?", compareStrings) { $0 < 0 } }
  define("string>?", 1, -1) { a, count in compareChain(a, count, "string>?", compareStrings) { $0 > 0 } }
  define("string<=?", 1, -1) { a, count in compareChain(a, count, "string<=?", compareStrings) { $0 <= 0 } }
  define("string>=?", 1, -1) { a, count in compareChain(a, count, "string>=?", compareStrings) { $0 >= 0 } }
  define("string-ci=?", 1, -1) { a, count in compareChain(a, count, "string-ci=?", StringCase.compare) { $0 == 0 } }
  define("string-ci<?", 1, -1) { a, count in compareChain(a, count, "string-ci<?", StringCase.compare) { $0 < 0 } }
  define("string-ci>?", 1, -1) { a, count in compareChain(a, count, "string-ci>?", StringCase.compare) { $0 > 0 } }
  define("string-ci<=?", 1, -1) { a, count in compareChain(a, count, "string-ci<=?", StringCase.compare) { $0 <= 0 } }
  define("string-ci>=?", 1, -1) { a, count in compareChain(a, count, "string-ci>=?", StringCase.compare) { $0 >= 0 } }
}
