// Order and equality of strings, by scalars, or by folded scalars.
import GuestABI

/// -1, 0 or 1. May give up (LongWork.swift).
func compareStrings(_ a: Word, _ b: Word) -> Int {
  let (m, n) = (stringCount(a), stringCount(b))
  let common = min(m, n)
  if common >= 64 && LongWork.step(common / 64) { return 0 }
  var (x, y) = (stringCharacters(a), stringCharacters(b))
  let end = x &+ UInt32(truncatingIfNeeded: common) &* 4
  // Eight characters at a time, as long as they are the same.
  while end &- x >= 32 {
    let difference =
      (load64(x) ^ load64(y)) | (load64(x, 8) ^ load64(y, 8)) | (load64(x, 16) ^ load64(y, 16)) | (load64(x, 24) ^ load64(y, 24))
    if difference != 0 { break }
    x &+= 32
    y &+= 32
  }
  while x != end {
    let (p, q) = (load32(x), load32(y))
    if p != q { return p < q ? -1 : 1 }
    x &+= 4
    y &+= 4
  }
  return m < n ? -1 : m == n ? 0 : 1
}

/// May give up (LongWork.swift).
func areEqualStrings(_ a: Word, _ b: Word) -> Bool {
  if a == b { return true }
  let count = stringCount(a)
  if count != stringCount(b) || count >= 64 && LongWork.step(count / 64) { return false }
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

/// What orders of neighbours a comparison allows: a bit for each result of comparing them, -1, 0 and 1.
private enum Order {
  static let less = 1
  static let equal = 2
  static let greater = 4
}

private func compareChain(_ a: Address, _ count: Int32, _ name: StaticString, isFolded: Bool = false, _ orders: Int) -> Word {
  func isAllowed(_ a: Word, _ b: Word) -> Bool { orders >> ((isFolded ? StringCase.compare(a, b) : compareStrings(a, b)) &+ 1) & 1 != 0 }
  if count == 2 && a.first.isString && a.second.isString { return LongWork.finish(.boolean(isAllowed(a.first, a.second))) }
  var result = true
  for index in 0..<Int(count) {
    let string = a.argument(index)
    if !string.isString { return raiseWrongType(name, index + 1, "a string", string) }
    if index > 0 && !isAllowed(a.argument(index - 1), string) { result = false }
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
