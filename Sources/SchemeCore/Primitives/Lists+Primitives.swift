// Lists.
import GuestABI

/// The pair that `list-tail`'s index leads to; nil after raising an error, or when the program is to be stopped: a circular list is long enough for any
/// index.
private func tail(_ name: StaticString, _ value: Word, _ index: Word) -> Word? {
  if !index.isFixnum || index.fixnumValue < 0 {
    _ = raiseWrongType(name, 2, "a non-negative exact integer", index)
    return nil
  }
  var rest = value
  var count = index.fixnumValue
  while count > 0 {
    if count & 63 == 0 && LongWork.step(64) {
      _ = LongWork.unwind()
      return nil
    }
    if !rest.isPair {
      _ = raiseError(
        .outOfRange, name, "the list is too short for index", irritants: list(index))
      return nil
    }
    rest = cdr(rest)
    count -= 1
  }
  return rest
}

/// Copies a list before a tail.
private func appendTwo(_ front: Word, _ back: Word) -> Word {
  var builder = ListBuilder()
  var rest = front
  while rest.isPair {
    builder.append(car(rest))
    rest = cdr(rest)
  }
  return builder.finish(tail: back)
}

/// Calls `visit` with each pair of a list until it returns true; the pair for which it did. At the end of a proper list #f; an error if the list is
/// improper or circular.
@inline(__always)
private func search(_ name: StaticString, _ list: Word, _ expected: StaticString, _ visit: (Word) -> Bool) -> Word {
  var rest = list
  var slow = list
  while rest.isPair {
    if visit(rest) { return rest }
    rest = cdr(rest)
    if !rest.isPair { break }
    if visit(rest) { return rest }
    rest = cdr(rest)
    slow = cdr(slow)
    if rest == slow { return raiseWrongType(name, 2, expected, list) }
  }
  return rest.isNull ? Constant.false : raiseWrongType(name, 2, expected, list)
}

/// Whether a value is a string with the content of one.
@inline(__always)
private func isString(_ value: Word, equalTo string: Word) -> Bool { value.isString && areEqualStrings(string, value) }

/// Whether nothing is `equal?` to a value but itself.
private func isEqToEquals(_ value: Word) -> Bool { !value.isPointer || value.isSymbol }

@inline(__always)
private func member(_ name: StaticString, _ item: Word, _ list: Word, _ matches: (Word, Word) -> Bool) -> Word {
  search(name, list, "a proper list") { matches(item, car($0)) || LongWork.isAbandoned }
}

@inline(__always)
private func associate(_ name: StaticString, _ key: Word, _ list: Word, _ matches: (Word, Word) -> Bool) -> Word {
  let found = search(name, list, "a list of pairs") { !car($0).isPair || matches(key, car(car($0))) || LongWork.isAbandoned }
  if LongWork.isAbandoned { return LongWork.unwind() }
  if !found.isPair { return found }
  return car(found).isPair ? car(found) : raiseWrongType(name, 2, "a list of pairs", list)
}

/// Whether following the cdrs never ends.
private func isCircular(_ value: Word) -> Bool {
  var fast = value
  var slow = value
  while fast.isPair && cdr(fast).isPair {
    fast = cddr(fast)
    slow = cdr(slow)
    if fast == slow { return true }
  }
  return false
}

/// The last pair of a list; nil after raising an error.
private func lastPair(_ name: StaticString, _ list: Word) -> Word? {
  if !list.isPair || isCircular(list) {
    _ = raiseWrongType(name, 1, list.isPair ? "a list with an end" : "a pair", list)
    return nil
  }
  var pair = list
  while cdr(pair).isPair { pair = cdr(pair) }
  return pair
}

/// A list of what one field of each pair of a list holds; () if one is no pair. In place, where that is allowed.
private func fields(of pairs: Word, inPlace: Bool = false, _ field: (Word) -> Word) -> Word {
  var builder = ListBuilder()
  var rest = pairs
  while rest.isPair {
    if !car(rest).isPair { return Constant.null }
    if inPlace { setCar(rest, field(car(rest))) } else { builder.append(field(car(rest))) }
    rest = cdr(rest)
  }
  return inPlace ? pairs : builder.list
}

func defineListPrimitives(_ define: PrimitiveDefiner) {
  define("list", 0, -1, .list) { a, count in
    var result = Constant.null
    for index in stride(from: Int(count) - 1, through: 0, by: -1) { result = cons(a.argument(index), result) }
    return result
  }
  define("cons*", 1, -1) { a, count in
    var result = a.argument(Int(count) - 1)
    for index in stride(from: Int(count) - 2, through: 0, by: -1) { result = cons(a.argument(index), result) }
    return result
  }
  define("make-list", 1, 2) { a, count in
    guard let length = sizeArgument("make-list", 1, a.first, elementBytes: 16, inObjects: true) else { return Constant.unwind }
    let fill = count > 1 ? a.second : Constant.unspecified
    var result = Constant.null
    for _ in 0..<length { result = cons(fill, result) }
    return result
  }
  define("iota", 1, 3) { a, count in
    guard let length = sizeArgument("iota", 1, a.first, elementBytes: 32, inObjects: true) else { return Constant.unwind }
    let step = count > 2 ? a.third : .fixnum(1)
    var builder = ListBuilder()
    var value: Word = count > 1 ? a.second : .fixnum(0)
    let start = value
    for index in 0..<length {
      builder.append(value)
      // Multiplied, not added up, so that inexact steps do not add up their errors.
      value = genericMultiply(.fixnum(index + 1), step)
      if value != Constant.unwind { value = genericAdd(start, value) }
      if value == Constant.unwind { return value }
    }
    return builder.list
  }
  define("list?", 1, 1) { a, _ in .boolean(listLength(a.first) >= 0) }
  define("length", 1, 1) { a, _ in
    let length = listLength(a.first)
    return length >= 0 ? .fixnum(length) : raiseWrongType("length", 1, "a proper list", a.first)
  }
  define("append", 0, -1) { a, count in
    if count == 0 { return Constant.null }
    var result = a.argument(Int(count) - 1)
    for index in stride(from: Int(count) - 2, through: 0, by: -1) {
      let length = listLength(a.argument(index))
      if length < 0 { return raiseWrongType("append", index + 1, "a proper list", a.argument(index)) }
      if !hasRoom("append", pairs: length) { return Constant.unwind }
      result = appendTwo(a.argument(index), result)
    }
    return result
  }
  define("reverse", 1, 1) { a, _ in reverse(a.first) }
  // `(%frame-records)`: how many frame records there have been. `(%reverse-own list records)`: reverses a list of which only the caller's frame knows; in place, unless
  // that frame may be entered again, as it may when there are more records than when the first pair was made.
  define("%frame-records", 0, 0, .frameRecords) { _, _ in runtimeState.roots[.frameRecords] }
  define("%reverse-own", 2, 2) { a, _ in a.second == runtimeState.roots[.frameRecords] ? reverseInPlace(a.first) : reverse(a.first) }
  // `(%cars lists)`; `(%cdrs lists records)`, of non-empty lists, a list of which only the caller's frame knows (see `%reverse-own`).
  define("%cars", 1, 1) { a, _ in fields(of: a.first, car) }
  define("%cdrs", 2, 2) { a, _ in fields(of: a.first, inPlace: a.second == runtimeState.roots[.frameRecords], cdr) }
  define("list-tail", 2, 2) { a, _ in tail("list-tail", a.first, a.second) ?? Constant.unwind }
  define("list-head", 2, 2) { a, _ in
    guard sizeArgument("list-head", 2, a.second, elementBytes: 16, inObjects: true) != nil, tail("list-head", a.first, a.second) != nil else {
      return Constant.unwind
    }
    var builder = ListBuilder()
    var rest = a.first
    for _ in 0..<a.second.index {
      builder.append(car(rest))
      rest = cdr(rest)
    }
    return builder.list
  }
  define("list-ref", 2, 2) { a, _ in
    guard let pair = tail("list-ref", a.first, a.second) else { return Constant.unwind }
    if pair.isPair { return car(pair) }
    return raiseError(.outOfRange, "list-ref", "the list is too short for index", irritants: list(a.second))
  }
  define("list-set!", 3, 3) { a, _ in
    guard let pair = tail("list-set!", a.first, a.second) else { return Constant.unwind }
    if !pair.isPair {
      return raiseError(.outOfRange, "list-set!", "the list is too short for index", irritants: list(a.second))
    }
    setCar(pair, a.third)
    return Constant.unspecified
  }
  define("list-copy", 1, 1) { a, _ in
    if isCircular(a.first) { return raiseWrongType("list-copy", 1, "a list with an end", a.first) }
    var pairs = 0
    var rest = a.first
    while rest.isPair {
      pairs += 1
      rest = cdr(rest)
    }
    return hasRoom("list-copy", pairs: pairs) ? appendTwo(a.first, rest) : Constant.unwind
  }
  define("last-pair", 1, 1) { a, _ in lastPair("last-pair", a.first) ?? Constant.unwind }
  define("last", 1, 1) { a, _ in
    guard let pair = lastPair("last", a.first) else { return Constant.unwind }
    return car(pair)
  }
  define("memq", 2, 2, .memq) { a, _ in member("memq", a.first, a.second) { $0 == $1 } }
  define("memv", 2, 2, .memv) { a, _ in LongWork.finish(member("memv", a.first, a.second, isEqv)) }
  define("%member", 2, 2, .memv) { a, _ in
    if isEqToEquals(a.first) { return member("member", a.first, a.second) { $0 == $1 } }
    if a.first.isString { return LongWork.finish(member("member", a.first, a.second) { isString($1, equalTo: $0) }) }
    return LongWork.finish(member("member", a.first, a.second, isEqual))
  }
  define("assq", 2, 2, .assq) { a, _ in associate("assq", a.first, a.second) { $0 == $1 } }
  define("assv", 2, 2, .assv) { a, _ in associate("assv", a.first, a.second, isEqv) }
  define("%assoc", 2, 2, .assv) { a, _ in
    if isEqToEquals(a.first) { return associate("assoc", a.first, a.second) { $0 == $1 } }
    if a.first.isString { return associate("assoc", a.first, a.second) { isString($1, equalTo: $0) } }
    return associate("assoc", a.first, a.second, isEqual)
  }
}

private func reverse(_ list: Word) -> Word {
  let length = listLength(list)
  if length < 0 { return raiseWrongType("reverse", 1, "a proper list", list) }
  if !hasRoom("reverse", pairs: length) { return Constant.unwind }
  return reversed(list)
}
