// Order and equality of strings, by scalars, or by folded scalars.
import GuestABI

/// -1, 0 or 1. May give up (LongWork.swift).
func compareStrings(_ a: Word, _ b: Word) -> Int {
  let (m, n) = (stringCount(a), stringCount(b))
  if LongWork.step(min(m, n) / 64) { return 0 }
  for index in commonLength(stringCharacters(a), stringCharacters(b), min(m, n))..<min(m, n) {
    let (x, y) = (stringElement(a, index), stringElement(b, index))
    if x != y { return x < y ? -1 : 1 }
  }
  return m < n ? -1 : m == n ? 0 : 1
}

/// May give up (LongWork.swift).
func areEqualStrings(_ a: Word, _ b: Word) -> Bool {
  if a == b { return true }
  let count = stringCount(a)
  if count != stringCount(b) || LongWork.step(count / 64) { return false }
  var (x, y) = (stringCharacters(a), stringCharacters(b))
  var left = count
  while left >= 2 {
    if load64(x) != load64(y) { return false }
    x &+= 8
    y &+= 8
    left -= 2
  }
  return left == 0 || load32(x) == load32(y)
}

/// A number of characters, at most eight fewer than possible, that two runs of scalars have in common at their start: eight at a time.
private func commonLength(_ a: Address, _ b: Address, _ count: Int) -> Int {
  var (x, y) = (a, b)
  var left = count
  while left >= 8 {
    let difference =
      (load64(x) ^ load64(y)) | (load64(x &+ 8) ^ load64(y &+ 8)) | (load64(x &+ 16) ^ load64(y &+ 16)) | (load64(x &+ 24) ^ load64(y &+ 24))
    if difference != 0 { break }
    x &+= 32
    y &+= 32
    left -= 8
  }
  return count - left
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
  return LongWork.finish(.boolean(result))
}

func defineStringComparisonPrimitives(_ define: PrimitiveDefiner) {
  define("string=?", 1, -1) { a, count in
    if count == 2 && a.first.isString && a.second.isString { return LongWork.finish(.boolean(areEqualStrings(a.first, a.second))) }
    return compareChain(a, count, "string=?", { areEqualStrings($0, $1) ? 0 : 1 }) { $0 == 0 }
  }
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
