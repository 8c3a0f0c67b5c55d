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

/// What orders of neighbours a comparison allows: a bit for each result of comparing them, -1, 0 and 1.
private enum Order {
  static let less = 1
  static let equal = 2
  static let greater = 4
}

private func compareChain(_ a: Address, _ count: Int32, _ name: StaticString, isFolded: Bool = false, _ orders: Int) -> Word {
  var result = true
  for index in 0..<Int(count) {
    let string = a.argument(index)
    if !string.isString { return raiseWrongType(name, index + 1, "a string", string) }
    if index == 0 { continue }
    let previous = a.argument(index - 1)
    let order = isFolded ? StringCase.compare(previous, string) : compareStrings(previous, string)
    if orders >> (order + 1) & 1 == 0 { result = false }
  }
  return LongWork.finish(.boolean(result))
}

func defineStringComparisonPrimitives(_ define: PrimitiveDefiner) {
  define("string=?", 1, -1) { a, count in
    if count == 2 && a.first.isString && a.second.isString { return LongWork.finish(.boolean(areEqualStrings(a.first, a.second))) }
    return compareChain(a, count, "string=?", Order.equal)
  }
  define("string<?", 1, -1) { a, count in compareChain(a, count, "string<?", Order.less) }
  define("string>?", 1, -1) { a, count in compareChain(a, count, "string>?", Order.greater) }
  define("string<=?", 1, -1) { a, count in compareChain(a, count, "string<=?", Order.less | Order.equal) }
  define("string>=?", 1, -1) { a, count in compareChain(a, count, "string>=?", Order.greater | Order.equal) }
  define("string-ci=?", 1, -1) { a, count in compareChain(a, count, "string-ci=?", isFolded: true, Order.equal) }
  define("string-ci<?", 1, -1) { a, count in compareChain(a, count, "string-ci<?", isFolded: true, Order.less) }
  define("string-ci>?", 1, -1) { a, count in compareChain(a, count, "string-ci>?", isFolded: true, Order.greater) }
  define("string-ci<=?", 1, -1) { a, count in compareChain(a, count, "string-ci<=?", isFolded: true, Order.less | Order.equal) }
  define("string-ci>=?", 1, -1) { a, count in compareChain(a, count, "string-ci>=?", isFolded: true, Order.greater | Order.equal) }
}
