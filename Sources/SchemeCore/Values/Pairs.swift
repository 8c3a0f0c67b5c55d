// Pairs and lists.
import GuestABI

/// Allocates a pair.
@inline(__always)
public func cons(_ car: Word, _ cdr: Word) -> Word {
  let address = Heap.allocate(bytes: 16)
  store64(address, car)
  store64(address, 8, cdr)
  return .pointer(address, Tag.pair)
}

/// The car of what is known to be a pair.
@inline(__always)
public func car(_ pair: Word) -> Word { load64(UInt32(truncatingIfNeeded: pair), 7) }
@inline(__always)
public func cdr(_ pair: Word) -> Word { load64(UInt32(truncatingIfNeeded: pair), 15) }
@inline(__always)
public func setCar(_ pair: Word, _ value: Word) { storeValue(UInt32(truncatingIfNeeded: pair) &+ 7, value) }
@inline(__always)
public func setCdr(_ pair: Word, _ value: Word) { storeValue(UInt32(truncatingIfNeeded: pair) &+ 15, value) }

@inline(__always) public func cadr(_ list: Word) -> Word { car(cdr(list)) }
@inline(__always) public func cddr(_ list: Word) -> Word { cdr(cdr(list)) }
@inline(__always) public func caddr(_ list: Word) -> Word { car(cdr(cdr(list))) }
@inline(__always) public func cdddr(_ list: Word) -> Word { cdr(cdr(cdr(list))) }

public func list(_ a: Word) -> Word { cons(a, Constant.null) }
public func list(_ a: Word, _ b: Word) -> Word { cons(a, list(b)) }
public func list(_ a: Word, _ b: Word, _ c: Word) -> Word { cons(a, list(b, c)) }
public func list(_ a: Word, _ b: Word, _ c: Word, _ d: Word) -> Word { cons(a, list(b, c, d)) }

/// The first element of a list, which is taken off it.
@inline(__always)
func takeFirst(_ list: inout Word) -> Word {
  let first = car(list)
  list = cdr(list)
  return first
}

/// The number of elements of a proper list, or -1 for anything else (improper and circular lists included).
public func listLength(_ value: Word) -> Int {
  let (pairs, end) = countPairs(of: value)
  return end.isNull ? pairs : -1
}

/// The number of pairs of a list that may be improper; none for a circular one.
func pairCount(_ value: Word) -> Int {
  let (pairs, end) = countPairs(of: value)
  return end.isPair ? 0 : pairs
}

/// The number of pairs up to the end of a list, and what it ends in; some pair, if it has no end.
@inline(__always)
private func countPairs(of value: Word) -> (pairs: Int, end: Word) {
  var slow = value
  var fast = value
  var count = 0
  while fast.isPair {
    fast = cdr(fast)
    count += 1
    if !fast.isPair { break }
    fast = cdr(fast)
    count += 1
    slow = cdr(slow)
    if fast == slow { break }
  }
  return (count, fast)
}

/// Builds a list from its first element to its last.
public struct ListBuilder {
  public private(set) var list: Word = Constant.null
  private var last: Word = Constant.null

  @inline(__always) public init() {}

  /// Adds an element; returns the pair that holds it.
  @inline(__always)
  @discardableResult
  public mutating func append(_ value: Word) -> Word {
    let pair = cons(value, Constant.null)
    link(pair)
    last = pair
    return pair
  }

  /// Makes `tail` the cdr of the last pair, or the whole list if there is none.
  @inline(__always)
  public mutating func finish(tail: Word) -> Word {
    link(tail)
    return list
  }

  /// Goes on with a pair or a tail. (The last pair has been allocated since the last collection: the write barrier has nothing to note.)
  @inline(__always)
  private mutating func link(_ next: Word) {
    if last.isNull { list = next } else { store64(UInt32(truncatingIfNeeded: last) &+ 15, next) }
  }
}

/// A new list of a list's elements, the last one first.
func reversed(_ list: Word) -> Word {
  var result = Constant.null
  var rest = list
  while rest.isPair {
    result = cons(car(rest), result)
    rest = cdr(rest)
  }
  return result
}

/// The pairs of a list, the last one first.
func reverseInPlace(_ list: Word) -> Word {
  var result = Constant.null
  var rest = list
  while rest.isPair {
    let next = cdr(rest)
    setCdr(rest, result)
    result = rest
    rest = next
  }
  return result
}
