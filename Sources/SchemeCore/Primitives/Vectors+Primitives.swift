// Vectors.
import GuestABI

private func copyRange(_ name: StaticString, _ a: Address, _ count: Int32) -> Word {
  if !a.first.isVector { return raiseWrongType(name, 1, "a vector", a.first) }
  guard let (start, end) = sequenceRange(name, a, count, 1, length: vectorCount(a.first)) else { return Constant.unwind }
  if !hasRoom(name, count: Int64(end - start), elementBytes: 8) { return Constant.unwind }
  let result = allocateObject(.vector, words: end - start)
  copyMemory(to: vectorElements(result), from: vectorElements(a.first) &+ UInt32(start) &* 8, bytes: (end - start) * 8)
  return result
}

func defineVectorPrimitives(_ define: PrimitiveDefiner) {
  define("make-vector", 1, 2) { a, count in
    guard let length = sizeArgument("make-vector", 1, a.first, elementBytes: 8) else { return Constant.unwind }
    return makeVector(count: length, fill: count > 1 ? a.second : .fixnum(0))
  }
  define("vector", 0, -1, .vector) { a, count in
    let result = allocateObject(.vector, words: Int(count))
    copyMemory(to: vectorElements(result), from: a, bytes: Int(count) * 8)
    return result
  }
  define("vector-length", 1, 1, .vectorLength) { a, _ in
    a.first.isVector ? .fixnum(vectorCount(a.first)) : raiseWrongType("vector-length", 1, "a vector", a.first)
  }
  define("vector-ref", 2, 2, .vectorRef) { a, _ in
    if !a.first.isVector { return raiseWrongType("vector-ref", 1, "a vector", a.first) }
    let length = vectorCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("vector-ref", 2, a.second, length: length) }
    return vectorElement(a.first, a.second.index)
  }
  define("vector-set!", 3, 3, .vectorSet) { a, _ in
    if !a.first.isVector { return raiseWrongType("vector-set!", 1, "a vector", a.first) }
    let length = vectorCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("vector-set!", 2, a.second, length: length) }
    setVectorElement(a.first, a.second.index, a.third)
    return Constant.unspecified
  }
  define("vector->list", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("vector->list", a, count, "a vector", a.first.isVector, vectorCount) else { return Constant.unwind }
    if !hasRoom("vector->list", pairs: end - start) { return Constant.unwind }
    var result = Constant.null
    let first = vectorElements(a.first) &+ UInt32(start) &* 8
    var at = vectorElements(a.first) &+ UInt32(end) &* 8
    while at != first {
      at &-= 8
      result = cons(load64(at), result)
    }
    return result
  }
  define("list->vector", 1, 1) { a, _ in
    let length = listLength(a.first)
    if length < 0 { return raiseWrongType("list->vector", 1, "a proper list", a.first) }
    if !hasRoom("list->vector", count: Int64(length), elementBytes: 8) { return Constant.unwind }
    let result = allocateObject(.vector, words: length)
    var rest = a.first
    for index in 0..<length {
      setVectorElement(result, index, car(rest))
      rest = cdr(rest)
    }
    return result
  }
  // The elements of a list, the last one first. It has as many as is said.
  define("%reversed->vector", 2, 2) { a, _ in
    let length = a.second.index
    if !hasRoom("vector-map", count: Int64(length), elementBytes: 8) { return Constant.unwind }
    let result = allocateObject(.vector, words: length)
    var rest = a.first
    var index = length
    while index > 0 {
      index -= 1
      setVectorElement(result, index, car(rest))
      rest = cdr(rest)
    }
    return result
  }
  define("vector-copy", 1, 3) { a, count in copyRange("vector-copy", a, count) }
  define("subvector", 3, 3) { a, count in copyRange("subvector", a, count) }
  define("vector-fill!", 2, 4) { a, count in
    guard let (start, end) = firstArgumentRange("vector-fill!", a, count, from: 2, "a vector", a.first.isVector, vectorCount) else {
      return Constant.unwind
    }
    fillWords(vectorElements(a.first) &+ UInt32(start) &* 8, count: end - start, with: a.second)
    Cards.mark(vectorElements(a.first) &+ UInt32(start) &* 8, bytes: (end - start) * 8)
    return Constant.unspecified
  }
  define("vector-copy!", 3, 5) { a, count in
    let isKind = (a.first.isVector, a.third.isVector)
    guard let (start, end) = copiedRange("vector-copy!", a, count, "a vector", isKind, vectorCount) else { return Constant.unwind }
    copyMemory(
      to: vectorElements(a.first) &+ UInt32(a.second.index) &* 8,
      from: vectorElements(a.third) &+ UInt32(start) &* 8, bytes: (end - start) * 8)
    Cards.mark(vectorElements(a.first) &+ UInt32(a.second.index) &* 8, bytes: (end - start) * 8)
    return Constant.unspecified
  }
  define("vector-append", 0, -1) { a, count in
    guard let length = lengthOfAll("vector-append", a, count, "a vector", { $0.isVector }, vectorCount) else { return Constant.unwind }
    if !hasRoom("vector-append", count: length, elementBytes: 8) { return Constant.unwind }
    let result = allocateObject(.vector, words: Int(length))
    var at = vectorElements(result)
    for index in 0..<Int(count) {
      let bytes = vectorCount(a.argument(index)) * 8
      copyMemory(to: at, from: vectorElements(a.argument(index)), bytes: bytes)
      at &+= UInt32(bytes)
    }
    return result
  }
}
